#include "tests/soak/receiver.h"

#include <algorithm>

#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/wire.h"
#include "tests/bench/sender.h"

namespace huiban::soak {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr auto kAskEvery = 20ms, kAskAgain = 150ms;
constexpr int kMostAsked = 3;
constexpr std::int64_t kMostMissing = 200;  // a larger gap is an outage, which a keyframe mends

}  // namespace

Receiver::Receiver(test::RtcClient& client, std::uint32_t seed) : client_(client), random_(seed) {
  client.loses = [this](const rtc::RtpHeader& header) { return loses(header); };
  client.on_clear = [this](const rtc::RtpHeader& header, std::span<const std::uint8_t> payload) {
    on_packet(header, payload);
  };
}

bool Receiver::loses(const rtc::RtpHeader& header) {
  if (is_cut) return true;
  if (loss == 0 || std::uniform_real_distribution<>(0, 1)(random_) >= loss) return false;
  for (const test::RtcLine& line : client_.lines)
    if (!line.sends && line.kind == rtc::MediaKind::kVideo && line.ssrc == header.ssrc)
      streams_[header.ssrc].lost_here.insert(header.sequence);
  return true;
}

void Receiver::on_packet(const rtc::RtpHeader& header, std::span<const std::uint8_t> payload) {
  if (payload.empty()) return;
  const auto now = steady_clock::now();
  ++packets_;
  for (const test::RtcLine& line : client_.lines) {
    if (line.sends) continue;
    if (line.repair_ssrc == header.ssrc && payload.size() >= 2) {
      // RFC 4588 section 4: the original number stands before the payload.
      Stream& stream = streams_[line.ssrc];
      const auto number = rtc::wire::extend16(stream.highest, rtc::wire::get16(payload.data()));
      take_repair(stream, number);
    }
    if (line.ssrc != header.ssrc) continue;
    const std::uint8_t mark = payload.back();
    if (line.kind == rtc::MediaKind::kAudio) {
      sounds_[mark] = now;
      sounds_sent_[mark] = std::max(sounds_sent_[mark], bench::sound_sent_at(payload));
    } else {
      pictures_[mark] = now;
      on_picture(header.ssrc, header.sequence, now);
    }
    break;
  }
  if (now >= next_ask_) ask(now);
}

void Receiver::on_picture(std::uint32_t ssrc, std::uint16_t sequence, Time now) {
  Stream& stream = streams_[ssrc];
  const std::int64_t number =
      stream.highest < 0 ? sequence : rtc::wire::extend16(stream.highest, sequence);
  take_repair(stream, number);  // or it was overtaken
  if (stream.highest >= 0 && number > stream.highest + 1) {
    if (number - stream.highest <= kMostMissing) {
      for (auto lost = stream.highest + 1; lost < number; ++lost) {
        const bool lost_here = stream.lost_here.count(std::uint16_t(lost)) != 0;
        ++(lost_here ? repairs_.lost : repairs_.gaps);
        stream.missing[lost] = {lost_here, 0, now};
      }
    }
  }
  if (number <= stream.highest) return;
  stream.highest = number;
  stream.lost_here.clear();
}

void Receiver::take_repair(Stream& stream, std::int64_t number) {
  const auto missing = stream.missing.find(number);
  if (missing == stream.missing.end()) return;
  if (missing->second.lost_here) ++repairs_.repaired;
  stream.missing.erase(missing);
}

void Receiver::ask(Time now) {
  next_ask_ = now + kAskEvery;
  for (auto& [ssrc, stream] : streams_) {
    rtc::Nack nack;
    nack.sender = 1;
    nack.media = ssrc;
    for (auto it = stream.missing.begin(); it != stream.missing.end();) {
      auto& [number, state] = *it;
      if (now < state.next) {
        ++it;
      } else if (state.asked == kMostAsked) {
        it = stream.missing.erase(it);
      } else {
        nack.sequences.push_back(std::uint16_t(number));
        ++state.asked;
        state.next = now + kAskAgain;
        ++it;
      }
    }
    if (nack.sequences.empty()) continue;
    std::vector<std::uint8_t> compound;
    rtc::append_rtcp(compound, rtc::ReceiverReport{1, {}});
    rtc::append_rtcp(compound, nack);
    client_.send_rtcp(std::move(compound));
  }
}

}  // namespace huiban::soak
