#include "rtc/vp8.h"

#include "rtc/wire.h"

namespace huiban::rtc {

std::optional<Vp8Descriptor> parse_vp8(std::span<const std::uint8_t> payload) {
  if (payload.empty()) return std::nullopt;
  Vp8Descriptor d;
  const std::uint8_t first = payload[0];
  std::size_t at = 1;
  if (first & 0x80) {  // X
    if (at >= payload.size()) return std::nullopt;
    const std::uint8_t bits = payload[at++];
    if (bits & 0x80) {  // I
      if (at >= payload.size()) return std::nullopt;
      d.has_picture_id = true;
      d.picture_id_at = std::uint8_t(at);
      d.long_picture_id = payload[at] & 0x80;
      if (d.long_picture_id) {
        if (at + 1 >= payload.size()) return std::nullopt;
        d.picture_id = wire::get16(&payload[at]) & 0x7fff;
        at += 2;
      } else {
        d.picture_id = payload[at++];
      }
    }
    if (bits & 0x40) {  // L
      if (at >= payload.size()) return std::nullopt;
      d.has_tl0 = true;
      d.tl0_at = std::uint8_t(at);
      d.tl0 = payload[at++];
    }
    if (bits & 0x30) {  // T or K
      if (at >= payload.size()) return std::nullopt;
      if (bits & 0x20) {
        d.temporal_layer = payload[at] >> 6 & 3;
        d.layer_sync = payload[at] & 0x20;
      }
      ++at;
    }
  }
  if (at >= payload.size()) return std::nullopt;
  d.size = std::uint8_t(at);
  d.starts_frame = (first & 0x10) && (first & 0x07) == 0;
  d.keyframe = d.starts_frame && !(payload[at] & 0x01);  // RFC 6386 section 9.1: 0 is a key frame
  return d;
}

std::uint32_t vp8_area(std::span<const std::uint8_t> payload, const Vp8Descriptor& descriptor) {
  constexpr std::size_t kHeader = 10;  // frame tag, start code, sizes with their scales
  if (!descriptor.keyframe || payload.size() < descriptor.size + kHeader) return 0;
  const auto header = payload.subspan(descriptor.size);
  if (header[3] != 0x9d || header[4] != 0x01 || header[5] != 0x2a) return 0;
  const std::uint32_t width = (header[6] | header[7] << 8) & 0x3fff;
  const std::uint32_t height = (header[8] | header[9] << 8) & 0x3fff;
  return width * height;
}

void rewrite_vp8(std::uint8_t* payload, const Vp8Descriptor& descriptor, std::uint16_t picture_id,
                 std::uint8_t tl0) {
  if (descriptor.has_picture_id) {
    std::uint8_t* p = payload + descriptor.picture_id_at;
    if (descriptor.long_picture_id)
      wire::put16(p, 0x8000 | (picture_id & 0x7fffu));
    else
      *p = std::uint8_t(picture_id & 0x7f);
  }
  if (descriptor.has_tl0) payload[descriptor.tl0_at] = tl0;
}

}  // namespace huiban::rtc
