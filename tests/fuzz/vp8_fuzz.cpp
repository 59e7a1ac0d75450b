// VP8 payload descriptors: read, rewritten in place, read again.
#include "rtc/vp8.h"

#include <vector>

#include "core/assert.h"

using namespace huiban::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const auto by = std::uint16_t(data[0] << 8 | data[1]);
  const std::uint8_t tl0_by = data[2];
  std::vector<std::uint8_t> payload(data + 3, data + size);
  const auto before = parse_vp8(payload);
  if (!before) return 0;
  HUIBAN_ASSERT(before->size < payload.size());
  const std::uint32_t area = vp8_area(payload, *before);
  HUIBAN_ASSERT(area <= 0x3fffu * 0x3fffu && (before->keyframe || area == 0));
  rewrite_vp8(payload.data(), *before, std::uint16_t(before->picture_id + by),
              std::uint8_t(before->tl0 + tl0_by));
  const auto after = parse_vp8(payload);
  HUIBAN_ASSERT(after && after->size == before->size && after->keyframe == before->keyframe);
  HUIBAN_ASSERT(vp8_area(payload, *after) == area);
  HUIBAN_ASSERT(after->starts_frame == before->starts_frame);
  HUIBAN_ASSERT(after->temporal_layer == before->temporal_layer);
  HUIBAN_ASSERT(after->long_picture_id == before->long_picture_id);
  const unsigned modulo = before->long_picture_id ? 0x7fff : 0x7f;
  if (before->has_picture_id)
    HUIBAN_ASSERT(after->picture_id == ((before->picture_id + unsigned(by)) & modulo));
  if (before->has_tl0) HUIBAN_ASSERT(after->tl0 == std::uint8_t(before->tl0 + tl0_by));
  return 0;
}
