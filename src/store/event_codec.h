#pragma once
// Events as versioned JSON. A body that was stored is never rewritten: older forms are lifted on reading.
#include <string>

#include "domain/events.h"

namespace huiban::store {

struct EncodedEvent {
  std::string type;  // "floor_granted"
  int version = 1;
  std::string body;  // JSON object
};

EncodedEvent encode(const domain::EventPayload& payload);
// Internal: a type or form this program does not know.
Result<domain::EventPayload> decode(const EncodedEvent& event);

std::string encode_actor(const domain::Actor& actor);
domain::Actor decode_actor(const std::string& json);

}  // namespace huiban::store
