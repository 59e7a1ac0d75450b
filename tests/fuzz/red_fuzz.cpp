// Redundant audio: blocks lie within the payload and fill it; what is built is read back.
#include "rtc/red.h"

#include <algorithm>
#include <vector>

#include "core/assert.h"

using namespace huiban::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto red = parse_red({data, size});
  if (!red) return 0;
  std::size_t bytes = 1 + red->primary.payload.size();
  for (const RedBlock& block : red->redundant()) bytes += red_size(block.payload.size());
  HUIBAN_ASSERT(bytes == size);
  std::vector<std::uint8_t> out(size);
  HUIBAN_ASSERT(write_red(out.data(), red->redundant(), red->primary) == size);
  HUIBAN_ASSERT(std::equal(out.begin(), out.end(), data));
  return 0;
}
