#include "tests/bench/sender.h"

#include <algorithm>

namespace huiban::bench {

using namespace rtc;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto kSilencePacket = milliseconds(400);
constexpr std::size_t kSilenceBytes = 8;                // Opus' comfort noise
constexpr int kSpeechLevel = -25, kSilenceLevel = -90;  // dBov

std::optional<std::size_t> line_of(const test::RtcClient& client, MediaKind kind) {
  for (std::size_t i = 0; i < client.lines.size(); ++i)
    if (client.lines[i].sends && client.lines[i].kind == kind) return i;
  return std::nullopt;
}

}  // namespace

Sender::Sender(test::RtcClient& client, const Sends& sends)
    : client_(client),
      sends_(sends),
      frames_(std::max(sends.video_kbps, 1), sends.frames_per_second, sends.mark),
      next_frame_(steady_clock::now()),
      next_sound_(next_frame_) {
  if (sends.video_kbps > 0) video_line_ = line_of(client, MediaKind::kVideo);
  if (sends.sound != Sends::Sound::kNone) sound_line_ = line_of(client, MediaKind::kAudio);
}

steady_clock::time_point Sender::run(steady_clock::time_point now) {
  auto next = now + std::chrono::seconds(1);
  if (!client_.is_connected()) return next;
  answer_reports();
  if (video_line_) {
    for (; next_frame_ <= now;
         next_frame_ += std::chrono::microseconds(1000000 / sends_.frames_per_second))
      send_frame();
    next = std::min(next, next_frame_);
  }
  if (sound_line_) {
    for (; next_sound_ <= now;
         next_sound_ += sends_.sound == Sends::Sound::kSpeech ? kSpeechPacket : kSilencePacket)
      send_sound();
    next = std::min(next, next_sound_);
  }
  return next;
}

void Sender::answer_reports() {
  for (const RtcpItem& item : client_.reports)
    if (std::holds_alternative<Pli>(item) || std::holds_alternative<Fir>(item)) {
      ++asked_;
      key_wanted_ = true;
    }
  client_.reports.clear();
}

void Sender::send_frame() {
  const bool key =
      key_wanted_ || ++frames_since_key_ >= sends_.frames_per_second * int(kKeyEvery.count());
  if (key) frames_since_key_ = 0;
  key_wanted_ = false;
  const auto payloads = frames_.next(key);
  for (std::size_t i = 0; i < payloads.size(); ++i, ++sent_)
    client_.send_rtp(client_.make_rtp(*video_line_, video_sequence_++, video_time_,
                                      i + 1 == payloads.size(), payloads[i]));
  video_time_ += 90000u / std::uint32_t(sends_.frames_per_second);
}

void Sender::send_sound() {
  const bool speaks = sends_.sound == Sends::Sound::kSpeech;
  const std::vector<std::uint8_t> payload(speaks ? kSpeechBytes : kSilenceBytes, sends_.mark);
  client_.send_rtp(client_.make_rtp(*sound_line_, sound_sequence_++, sound_time_, false, payload,
                                    speaks ? kSpeechLevel : kSilenceLevel));
  sound_time_ += 48u * std::uint32_t((speaks ? kSpeechPacket : kSilencePacket).count());
  ++sent_;
}

}  // namespace huiban::bench
