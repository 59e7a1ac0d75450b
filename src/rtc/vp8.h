#pragma once
// The VP8 payload descriptor (RFC 7741 section 4.2): found, read and shifted in place without
// changing its width.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace huiban::rtc {

struct Vp8Descriptor {
  std::size_t size = 0;       // of the descriptor in bytes
  bool starts_frame = false;  // S = 1 and PID = 0
  bool keyframe = false;      // starts a frame whose VP8 header says key frame
  bool has_picture_id = false, long_picture_id = false;  // 7 or 15 bits
  std::uint16_t picture_id = 0;
  bool has_tl0 = false;
  std::uint8_t tl0 = 0;  // TL0PICIDX
  std::uint8_t temporal_layer = 0;
  std::size_t picture_id_at = 0, tl0_at = 0;  // offsets in the payload
};

// payload: after the RTP header, without padding. nullopt: cut off, or nothing behind the
// descriptor.
std::optional<Vp8Descriptor> parse_vp8(std::span<const std::uint8_t> payload);

// Adds the shifts modulo the field's width (7 or 15 bits, 8 bits) in the payload the descriptor was
// read from.
void shift_vp8(std::uint8_t* payload, const Vp8Descriptor& descriptor, std::uint16_t picture_id_by,
               std::uint8_t tl0_by);

}  // namespace huiban::rtc
