#pragma once
// Packets on a stream (RFC 4571 section 2): two bytes of length, then the packet. Used by ICE-TCP
// for STUN, DTLS, RTP and RTCP alike (RFC 6544 section 3).
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "rtc/wire.h"

namespace huiban::rtc {

inline constexpr std::size_t kFrameHeader = 2;
inline constexpr std::size_t kMaxFrame = 2048;  // larger than any packet we negotiate

// Finds the packets in what was read, without copying whole ones, and keeps the beginning of one
// that is not there yet. Use: resume(room), read behind it, then split() over both.
class FrameReader {
 public:
  // Bytes that resume() will write.
  std::size_t pending() const { return pending_.size(); }

  // Moves what split() kept to the front of room (at least pending() bytes); returns its size.
  std::size_t resume(std::span<std::uint8_t> room) {
    const std::size_t size = pending_.size();
    if (size > 0) std::memcpy(room.data(), pending_.data(), size);
    pending_.clear();
    return size;
  }

  // Calls packet(span) for each whole packet, in order; spans point into bytes. Null packets
  // (length 0) are passed over. False: a length above kMaxFrame; the stream is of no use any more.
  template <class Packet>
  bool split(std::span<std::uint8_t> bytes, Packet&& packet) {
    while (bytes.size() >= kFrameHeader) {
      const std::size_t size = wire::get16(bytes.data());
      if (size > kMaxFrame) return false;
      if (bytes.size() < kFrameHeader + size) break;
      if (size > 0) packet(bytes.subspan(kFrameHeader, size));
      bytes = bytes.subspan(kFrameHeader + size);
    }
    pending_.assign(bytes.begin(), bytes.end());
    return true;
  }

 private:
  std::vector<std::uint8_t> pending_;  // less than one frame
};

inline void append_frame(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> packet) {
  const std::size_t at = out.size();
  out.resize(at + kFrameHeader + packet.size());
  wire::put16(out.data() + at, std::uint32_t(packet.size()));
  if (!packet.empty()) std::memcpy(out.data() + at + kFrameHeader, packet.data(), packet.size());
}

}  // namespace huiban::rtc
