#pragma once
// Transport-wide feedback: when each packet of a connection arrived, all its streams together
// (draft-holmer-rmcat-transport-wide-cc-extensions-01, RTPFB format 15).
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace huiban::rtc {

struct TransportFeedback {
  static constexpr std::int32_t kLost = std::numeric_limits<std::int32_t>::min();
  static constexpr std::size_t kMaxPackets = 2048;  // more than can be on the way

  std::uint32_t sender = 0, media = 0;
  std::uint16_t base = 0;            // transport-wide number of the first entry
  std::uint32_t reference = 0;       // 64 ms units, 24 bits, of the reporter's clock
  std::uint8_t count = 0;            // of feedback packets, to notice lost ones
  std::vector<std::int32_t> deltas;  // 250 us units after the one received before; or kLost
};

// body: after the RTCP header, without padding. nullopt: too short for what it claims.
std::optional<TransportFeedback> parse_transport_feedback(std::span<const std::uint8_t> body);

// Appends one RTCP packet. Deltas are within 16 bits with sign; at most kMaxPackets.
void append_rtcp(std::vector<std::uint8_t>& out, const TransportFeedback& feedback);

}  // namespace huiban::rtc
