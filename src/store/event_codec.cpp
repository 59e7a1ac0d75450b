#include "store/event_codec.h"

#include <array>
#include <utility>

#include "store/json_fields.h"

namespace huiban::store {

namespace {

using nlohmann::json;
constexpr std::size_t kTypes = std::variant_size_v<domain::EventPayload>;

// Stored names, in the order of the variant. A name never changes; a new event type is added in both places.
constexpr std::array<const char*, kTypes> kNames = {
    "directory_imported", "meeting_created",  "plan_revised",    "meeting_convened",
    "meeting_started",    "meeting_ended",    "venue_joined",    "venue_lost",
    "venue_back",         "venue_taken_over", "seats_signed_in", "sign_in_taken_back",
    "stage_changed",      "floor_requested",  "floor_request_withdrawn", "floor_granted",
    "floor_revoked",      "all_muted",        "agenda_advanced", "agenda_reverted",
    "note_saved",         "banner_set",       "media_fault",     "server_restarted",
    "task_drafted",       "task_revised",     "task_issued",     "task_signed_for"};

template <std::size_t I>
domain::EventPayload decode_as(const json& body) {
  return domain::EventPayload(std::in_place_index<I>,
                              body.get<std::variant_alternative_t<I, domain::EventPayload>>());
}

template <std::size_t... I>
domain::EventPayload decode_index(std::size_t index, const json& body, std::index_sequence<I...>) {
  using Decode = domain::EventPayload (*)(const json&);
  static constexpr Decode kDecode[] = {&decode_as<I>...};
  return kDecode[index](body);
}

}  // namespace

EncodedEvent encode(const domain::EventPayload& payload) {
  const json body = std::visit([](const auto& event) { return json(event); }, payload);
  return {kNames[payload.index()], 1, body.dump()};
}

Result<domain::EventPayload> decode(const EncodedEvent& event) {
  for (std::size_t i = 0; i < kTypes; ++i) {
    if (event.type != kNames[i]) continue;
    if (event.version != 1) break;
    try {
      return decode_index(i, json::parse(event.body), std::make_index_sequence<kTypes>());
    } catch (const std::exception& e) {
      return fail(ErrorCode::kInternal, "记录读不懂：" + event.type, "An event cannot be read: " + event.type,
                  e.what());
    }
  }
  return fail(ErrorCode::kInternal, "本程序不认识这种记录：" + event.type + "，请升级程序",
              "This program does not know the event " + event.type + "; upgrade it");
}

std::string encode_actor(const domain::Actor& actor) { return json(actor).dump(); }

domain::Actor decode_actor(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  return parsed.is_discarded() ? domain::Actor{} : parsed.get<domain::Actor>();
}

}  // namespace huiban::store
