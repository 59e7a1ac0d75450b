// RFC 4571 framing: the first byte says how the rest is cut into pieces; the packets must be the
// same as uncut.
#include <algorithm>

#include "core/assert.h"
#include "rtc/rfc4571.h"

using namespace huiban::rtc;

namespace {

using Bytes = std::vector<std::uint8_t>;

bool feed(std::span<const std::uint8_t> stream, std::size_t piece, std::vector<Bytes>& packets) {
  FrameReader reader;
  Bytes room(kFrameHeader + kMaxFrame + piece);
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    HUIBAN_ASSERT(reader.pending() < kFrameHeader + kMaxFrame);
    const std::size_t kept = reader.resume(room), size = std::min(piece, stream.size() - at);
    std::memcpy(room.data() + kept, stream.data() + at, size);
    const std::span<std::uint8_t> bytes(room.data(), kept + size);
    if (!reader.split(bytes, [&](std::span<std::uint8_t> packet) {
          HUIBAN_ASSERT(!packet.empty() && packet.size() <= kMaxFrame);
          packets.emplace_back(packet.begin(), packet.end());
        }))
      return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::span stream(data + 1, size - 1);
  std::vector<Bytes> cut, whole;
  const bool good_cut = feed(stream, 1u + data[0], cut);
  const bool good_whole = feed(stream, stream.size(), whole);
  HUIBAN_ASSERT(good_cut == good_whole && cut == whole);
  Bytes again;
  for (const Bytes& packet : whole) append_frame(again, packet);
  HUIBAN_ASSERT(again.size() <= stream.size());
  return 0;
}
