// Held against the strict check of the JSON library, which is written apart.
#include <nlohmann/json.hpp>
#include <string>

#include "api/utf8.h"
#include "core/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  bool strict = true;
  try {
    (void)nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    strict = false;
  }
  HUIBAN_ASSERT(huiban::api::valid_utf8(text) == strict);
  return 0;
}
