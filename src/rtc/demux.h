#pragma once
// RFC 7983: one port, sorted by the first byte.
#include <cstdint>
#include <span>

namespace huiban::rtc {

enum class PacketKind { kStun, kDtls, kRtp, kRtcp, kOther };

inline PacketKind classify(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return PacketKind::kOther;
  const std::uint8_t first = packet[0];
  if (first <= 3) return PacketKind::kStun;
  if (first >= 20 && first <= 63) return PacketKind::kDtls;
  if (first < 128 || first > 191 || packet.size() < 8) return PacketKind::kOther;
  return packet[1] >= 192 && packet[1] <= 223 ? PacketKind::kRtcp : PacketKind::kRtp;  // RFC 5761
}

}  // namespace huiban::rtc
