#include "store/event_codec.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/json_fields.h"

namespace huiban::store {

namespace {

using nlohmann::json;
constexpr std::size_t kTypes = std::variant_size_v<domain::EventPayload>;

// Stored names, in the order of the variant. A name never changes; a new event type is added in
// both places.
constexpr std::array<const char*, kTypes> kNames = {
    "directory_imported", "meeting_created",  "plan_revised",    "meeting_convened",
    "meeting_started",    "meeting_ended",    "venue_joined",    "venue_lost",
    "venue_back",         "venue_taken_over", "seat_released",   "seats_signed_in",
    "sign_in_taken_back", "stage_changed",    "floor_requested", "floor_request_withdrawn",
    "floor_granted",      "floor_revoked",    "all_muted",       "agenda_advanced",
    "agenda_reverted",    "note_saved",       "banner_set",      "rung_pinned",
    "media_fault",        "server_restarted", "task_drafted",    "task_revised",
    "task_issued", "task_signed_for", "directory_changed", "meeting_cancelled", "roll_call_started",
    "roll_call_called", "roll_call_marked", "roll_call_still_kept", "roll_call_ended",
    "requests_reordered", "readiness_reported", "call_noted", "leave_asked", "leave_decided",
    "leave_withdrawn", "receipt_returned", "seats_signed_out", "attendance_corrected",
    "guest_signed_in", "guest_taken_back", "holder_changed", "content_granted", "content_revoked",
    "content_started", "content_stopped", "tile_rules_set", "goal_ranked", "month_judged",
    "task_acted", "period_set", "merit_noted", "merit_taken_back"};

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

std::size_t index_of(const std::string& type) {
  return std::size_t(std::find(kNames.begin(), kNames.end(), type) - kNames.begin());
}

int current_version(const std::string& type, std::span<const Lift> lifts) {
  return 1 + int(std::count_if(lifts.begin(), lifts.end(),
                               [&](const Lift& lift) { return lift.type == type; }));
}

tl::unexpected<Error> unreadable(const std::string& what, const std::string& detail) {
  return fail(ErrorCode::kStorage, "数据库里有一条记录读不懂（" + what + "），请停机后用备份恢复",
              "A stored event cannot be read (" + what + "); stop and restore a backup", detail);
}

tl::unexpected<Error> unknown(const EncodedEvent& event) {
  const auto what = event.type + " v" + std::to_string(event.version);
  return fail(ErrorCode::kStorage, "本程序不认识这种记录：" + what + "，请升级程序",
              "This program does not know the event " + what + "; upgrade it");
}

tl::unexpected<Error> not_utf8(const std::exception& e) {
  return fail(ErrorCode::kMalformed, "文字不是有效的 UTF-8，没有保存",
              "A text is not UTF-8; nothing was saved", e.what());
}

}  // namespace

// None yet: every form is the first one.
std::span<const Lift> shipped_lifts() {
  return {};
}

Result<EncodedEvent> encode(const domain::EventPayload& payload, std::span<const Lift> lifts) {
  const std::string type = kNames[payload.index()];
  try {
    const json body = std::visit([](const auto& event) { return json(event); }, payload);
    return EncodedEvent{type, current_version(type, lifts), body.dump()};
  } catch (const json::exception& e) {
    return not_utf8(e);
  }
}

Result<domain::EventPayload> decode(const EncodedEvent& event, std::span<const Lift> lifts) {
  const auto index = index_of(event.type);
  const int current = current_version(event.type, lifts);
  if (index == kTypes || event.version < 1 || event.version > current) return unknown(event);
  try {
    json body = json::parse(event.body);
    if (!body.is_object()) return unreadable(event.type, "not an object");
    for (int version = event.version; version < current; ++version)
      for (const auto& lift : lifts)
        if (lift.type == event.type && lift.from == version) lift.apply(body);
    return decode_index(index, body, std::make_index_sequence<kTypes>());
  } catch (const std::exception& e) {
    return unreadable(event.type, e.what());
  }
}

Result<std::string> encode_actor(const domain::Actor& actor) {
  try {
    return json(actor).dump();
  } catch (const json::exception& e) {
    return not_utf8(e);
  }
}

Result<domain::Actor> decode_actor(const std::string& text) {
  try {
    return json::parse(text).get<domain::Actor>();
  } catch (const std::exception& e) {
    return unreadable("actor", e.what());
  }
}

}  // namespace huiban::store
