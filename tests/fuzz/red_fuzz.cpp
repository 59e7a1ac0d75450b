// Redundant audio: blocks lie within the payload and fill it; what is built is read back.
#include "rtc/red.h"

#include <algorithm>

#include "core/assert.h"

using namespace huiban::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto red = parse_red({data, size});
  if (!red) return 0;
  std::size_t bytes = 1 + 4 * red->redundant().size() + red->primary.payload.size();
  for (const RedBlock& block : red->redundant()) bytes += block.payload.size();
  HUIBAN_ASSERT(bytes == size);

  RedBuilder builder(red->primary.payload_type);
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::vector<std::uint8_t> out;
  const auto build = [&](const RedBlock& block) {
    out.clear();
    builder.build(out, ++sequence, timestamp += block.timestamp_offset, block.payload);
    const auto again = parse_red(out);
    HUIBAN_ASSERT(again && std::equal(again->primary.payload.begin(), again->primary.payload.end(),
                                      block.payload.begin(), block.payload.end()));
  };
  for (const RedBlock& block : red->redundant()) build(block);
  build(red->primary);
  return 0;
}
