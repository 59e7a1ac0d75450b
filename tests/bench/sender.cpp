#include "tests/bench/sender.h"

#include <algorithm>
#include <cstring>

namespace huiban::bench {

using namespace rtc;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto kLongest = std::chrono::seconds(1);  // what was missed for longer is not made up for
constexpr auto kSilencePacket = milliseconds(400);
constexpr std::size_t kSilenceBytes = 9;                // about Opus' comfort noise
constexpr std::size_t kStamp = sizeof(steady_clock::rep);
constexpr int kSpeechLevel = -25, kSilenceLevel = -90;  // dBov

std::optional<std::size_t> line_of(const test::RtcClient& client, MediaKind kind) {
  for (std::size_t i = 0; i < client.lines.size(); ++i)
    if (client.lines[i].sends && client.lines[i].kind == kind) return i;
  return std::nullopt;
}

}  // namespace

std::vector<std::uint8_t> stamped_sound(std::size_t bytes, std::uint8_t mark,
                                        steady_clock::time_point sent) {
  std::vector<std::uint8_t> payload(std::max(bytes, kStamp + 1), mark);
  const auto ticks = sent.time_since_epoch().count();
  std::memcpy(&payload[payload.size() - 1 - kStamp], &ticks, kStamp);
  return payload;
}

steady_clock::time_point sound_sent_at(std::span<const std::uint8_t> payload) {
  steady_clock::rep ticks = 0;
  if (payload.size() > kStamp) std::memcpy(&ticks, &payload[payload.size() - 1 - kStamp], kStamp);
  return steady_clock::time_point(steady_clock::duration(ticks));
}

Sender::Sender(test::RtcClient& client, const Sends& sends)
    : client_(client), sends_(sends), next_sound_(steady_clock::now()) {
  for (std::size_t i = 0; i < sends.video.size() && sends.video[i].kbps > 0; ++i) {
    const auto [kbps, rate] = sends.video[i];
    encodings_.push_back({i, FrameMaker(kbps, rate, sends.mark), rate, next_sound_});
  }
  video_line_ = line_of(client, MediaKind::kVideo);
  if (!video_line_) encodings_.clear();
  if (sends.sound != Sends::Sound::kNone) sound_line_ = line_of(client, MediaKind::kAudio);
}

void Sender::run(steady_clock::time_point now) {
  if (!client_.is_connected()) return;
  answer_reports();
  const auto catch_up = [now](steady_clock::time_point& next) {
    if (now - next > kLongest) next = now;
  };
  for (Encoding& encoding : encodings_) {
    catch_up(encoding.next);
    for (; encoding.next <= now;
         encoding.next += std::chrono::microseconds(1000000 / encoding.frames_per_second))
      send_frame(encoding);
  }
  if (!sound_line_) return;
  catch_up(next_sound_);
  for (; next_sound_ <= now;
       next_sound_ += sends_.sound == Sends::Sound::kSpeech ? kSpeechPacket : kSilencePacket)
    send_sound(now);
}

void Sender::answer_reports() {
  const auto wants = [this](std::uint32_t ssrc) {
    ++asked_;
    for (Encoding& encoding : encodings_)
      if (client_.lines[*video_line_].ssrc + encoding.index == ssrc) encoding.key_wanted = true;
  };
  for (const RtcpItem& item : client_.reports) {
    if (const auto* pli = std::get_if<Pli>(&item)) wants(pli->media);
    if (const auto* fir = std::get_if<Fir>(&item))
      std::for_each(fir->media.begin(), fir->media.end(), wants);
  }
  client_.reports.clear();
}

void Sender::send_frame(Encoding& e) {
  const bool key =
      e.key_wanted || ++e.frames_since_key >= e.frames_per_second * int(kKeyEvery.count());
  if (key) e.frames_since_key = 0;
  e.key_wanted = false;
  const auto payloads = e.frames.next(key);
  for (std::size_t i = 0; i < payloads.size(); ++i, ++sent_)
    client_.send_rtp(client_.make_rtp(*video_line_, e.sequence++, e.time, i + 1 == payloads.size(),
                                      payloads[i], 0, e.index));
  e.time += 90000u / std::uint32_t(e.frames_per_second);
}

void Sender::send_sound(steady_clock::time_point now) {
  const bool speaks = sends_.sound == Sends::Sound::kSpeech;
  const auto payload = stamped_sound(speaks ? kSpeechBytes : kSilenceBytes, sends_.mark, now);
  client_.send_rtp(client_.make_rtp(*sound_line_, sound_sequence_++, sound_time_, false, payload,
                                    speaks ? kSpeechLevel : kSilenceLevel));
  sound_time_ += 48u * std::uint32_t((speaks ? kSpeechPacket : kSilencePacket).count());
  ++sent_;
}

}  // namespace huiban::bench
