// Bodies of requests: read as UTF-8 and JSON, then as a meeting plan and as a task; both refuse or take, none throws.
#include <nlohmann/json.hpp>

#include "api/json_plan.h"
#include "api/protocol.h"
#include "api/utf8.h"
#include "core/assert.h"

using namespace huiban::api;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto object = parse_json_object(body);
  if (!object) {
    HUIBAN_ASSERT(object.error().code == huiban::ErrorCode::kMalformed);
    return 0;
  }
  HUIBAN_ASSERT(object->is_object());
  const JsonReader reader(*object);
  for (const auto& error : {read_plan(reader).map([](auto&&) {}), read_task(reader).map([](auto&&) {})})
    if (!error) {
      HUIBAN_ASSERT(error.error().code == huiban::ErrorCode::kInvalid);
      // What a person is told can be sent: it is text, whatever the field contained.
      HUIBAN_ASSERT(valid_utf8(error.error().zh) && valid_utf8(error.error().en));
    }
  return 0;
}
