#include "tests/soak/receiver.h"

#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/wire.h"

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

bool Receiver::loses(const rtc::RtpHeader&) {
  return is_cut || (loss > 0 && std::uniform_real_distribution<>(0, 1)(random_) < loss);
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
      if (stream.missing.erase(number) != 0) ++repairs_.repaired;
    }
    if (line.ssrc != header.ssrc) continue;
    const std::uint8_t mark = payload.back();
    if (line.kind == rtc::MediaKind::kAudio) {
      sounds_[mark] = now;
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
  if (stream.missing.erase(number) != 0) ++repairs_.repaired;
  if (stream.highest >= 0 && number > stream.highest + 1) {
    if (number - stream.highest <= kMostMissing) {
      repairs_.lost += std::uint64_t(number - stream.highest - 1);
      for (auto lost = stream.highest + 1; lost < number; ++lost) stream.missing[lost] = {0, now};
    }
  }
  stream.highest = std::max(stream.highest, number);
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
        state = {state.asked + 1, now + kAskAgain};
        ++it;
      }
    }
    if (nack.sequences.empty()) continue;
    repairs_.asked += nack.sequences.size();
    std::vector<std::uint8_t> compound;
    rtc::append_rtcp(compound, rtc::ReceiverReport{1, {}});
    rtc::append_rtcp(compound, nack);
    client_.send_rtcp(std::move(compound));
  }
}

}  // namespace huiban::soak
