#pragma once
// RTP packets for the tests of rewriting.
#include <cstdint>
#include <vector>

#include "rtc/rtp.h"
#include "rtc/vp8.h"

namespace huiban::rtc::test {

struct PacketSpec {
  std::uint32_t ssrc = 1;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  bool marker = false;
  bool keyframe = false, starts = true;
  int picture_id = -1;  // with width below
  bool long_picture_id = true;
  int tl0 = -1;
  int temporal = -1;  // TID, with Y as below
  bool sync = false;
  std::size_t size = 40;  // of the VP8 data or the sound
};

inline std::vector<std::uint8_t> rtp_header(const PacketSpec& spec, std::uint8_t type) {
  return {0x80,
          std::uint8_t((spec.marker ? 0x80 : 0) | type),
          std::uint8_t(spec.sequence >> 8),
          std::uint8_t(spec.sequence),
          std::uint8_t(spec.timestamp >> 24),
          std::uint8_t(spec.timestamp >> 16),
          std::uint8_t(spec.timestamp >> 8),
          std::uint8_t(spec.timestamp),
          std::uint8_t(spec.ssrc >> 24),
          std::uint8_t(spec.ssrc >> 16),
          std::uint8_t(spec.ssrc >> 8),
          std::uint8_t(spec.ssrc)};
}

inline std::vector<std::uint8_t> video_packet(const PacketSpec& spec) {
  auto packet = rtp_header(spec, 96);
  const bool extended = spec.picture_id >= 0 || spec.tl0 >= 0 || spec.temporal >= 0;
  packet.push_back(std::uint8_t((extended ? 0x80 : 0) | (spec.starts ? 0x10 : 0)));
  if (extended)
    packet.push_back(std::uint8_t((spec.picture_id >= 0 ? 0x80 : 0) | (spec.tl0 >= 0 ? 0x40 : 0) |
                                  (spec.temporal >= 0 ? 0x20 : 0)));
  if (spec.picture_id >= 0 && spec.long_picture_id)
    packet.push_back(std::uint8_t(0x80 | spec.picture_id >> 8));
  if (spec.picture_id >= 0)
    packet.push_back(std::uint8_t(spec.long_picture_id ? spec.picture_id : spec.picture_id & 0x7f));
  if (spec.tl0 >= 0) packet.push_back(std::uint8_t(spec.tl0));
  if (spec.temporal >= 0)
    packet.push_back(std::uint8_t(spec.temporal << 6 | (spec.sync ? 0x20 : 0)));
  packet.push_back(spec.keyframe ? 0x10 : 0x11);  // RFC 6386: bit 0 clear is a key frame
  for (std::size_t i = 1; i < spec.size; ++i) packet.push_back(std::uint8_t(spec.sequence + i));
  return packet;
}

inline std::vector<std::uint8_t> audio_packet(const PacketSpec& spec) {
  auto packet = rtp_header(spec, 111);
  for (std::size_t i = 0; i < spec.size; ++i) packet.push_back(std::uint8_t(spec.sequence + i));
  return packet;
}

}  // namespace huiban::rtc::test
