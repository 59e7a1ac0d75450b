#pragma once
// The VP8 payload descriptor (RFC 7741 section 4.2): found, read and shifted in place without
// changing its width.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace huiban::rtc {

// Small on purpose: every packet of every ring keeps one.
struct Vp8Descriptor {
  std::uint16_t picture_id = 0;
  std::uint8_t tl0 = 0;                        // TL0PICIDX
  std::uint8_t size = 0;                       // of the descriptor in bytes, 6 at most
  std::uint8_t picture_id_at = 0, tl0_at = 0;  // offsets in the payload
  std::uint8_t temporal_layer : 2 = 0;         // TID
  bool layer_sync : 1 = false;                 // Y: refers to the base layer only
  bool starts_frame : 1 = false;               // S = 1 and PID = 0
  bool keyframe : 1 = false;                   // starts a frame whose VP8 header says key frame
  bool has_picture_id : 1 = false, long_picture_id : 1 = false;  // 7 or 15 bits
  bool has_tl0 : 1 = false;
};

// payload: after the RTP header, without padding. nullopt: cut off, or nothing behind the
// descriptor.
std::optional<Vp8Descriptor> parse_vp8(std::span<const std::uint8_t> payload);

// Width times height of the pictures that a key frame begins (RFC 6386 section 9.1); payload: the
// one the descriptor was read from. 0: no key frame, or cut off.
std::uint32_t vp8_area(std::span<const std::uint8_t> payload, const Vp8Descriptor& descriptor);

// Writes other numbers, modulo the field's width (7 or 15 bits, 8 bits), into the payload the
// descriptor was read from.
void rewrite_vp8(std::uint8_t* payload, const Vp8Descriptor& descriptor, std::uint16_t picture_id,
                 std::uint8_t tl0);

}  // namespace huiban::rtc
