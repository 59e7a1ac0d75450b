#pragma once
// Events as versioned JSON. A body that was stored is never rewritten: older forms are lifted on
// reading.
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "domain/events.h"

namespace huiban::store {

struct EncodedEvent {
  std::string type;  // "floor_granted"
  int version = 1;   // of the body's form
  std::string body;  // JSON object
};

// One step from an older form of a body to the next one. A field that was only added needs no lift:
// it is missing in older bodies and keeps its default.
struct Lift {
  const char* type;
  int from;  // version that apply() turns into from + 1
  void (*apply)(nlohmann::json& body);
};
// All lifts, per type from 1 upwards; their number is why encode() writes the version it writes.
std::span<const Lift> shipped_lifts();

// Malformed: a text that is not UTF-8.
Result<EncodedEvent> encode(const domain::EventPayload& payload,
                            std::span<const Lift> lifts = shipped_lifts());
// Storage: damaged, or a type or form that this program does not know.
Result<domain::EventPayload> decode(const EncodedEvent& event,
                                    std::span<const Lift> lifts = shipped_lifts());

Result<std::string> encode_actor(const domain::Actor& actor);
Result<domain::Actor> decode_actor(const std::string& json);

}  // namespace huiban::store
