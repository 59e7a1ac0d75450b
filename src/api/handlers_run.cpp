#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_plan.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

domain::Service& service_of(const CallPtr& call) {
  return call->core->service();
}
MeetingId meeting_id(const CallPtr& call) {
  return call->id<MeetingId>(0);
}

domain::Service::Done answer_later(const CallPtr& call) {
  return call->later(
      [](const CallPtr& c, const Result<domain::Applied>& result) { c->applied(result); });
}

// A command whose body is {"venue": id}.
template <class F>
void with_venue(const CallPtr& call, F f) {
  const auto venue = call->reader().required_id<VenueId>("venue");
  if (!venue) return call->refuse(venue.error());
  f(*venue);
}

}  // namespace

void start_meeting(const CallPtr& call) {
  call->applied(service_of(call).start_meeting(call->command(), meeting_id(call)));
}

void end_meeting(const CallPtr& call) {
  service_of(call).end_meeting(call->command(), meeting_id(call), answer_later(call));
}

void sign_in_seats(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    auto seats = HUIBAN_TRY(reader.ids<SeatId>("seats"));
    if (seats.empty()) return reader.missing("seats");
    const auto venue = HUIBAN_TRY(reader.id<VenueId>("venue"));
    const bool secretary = call->caller.actor.role == domain::Role::kSecretary;
    const auto method =
        HUIBAN_TRY(reader.word("method", kMethodNames,
                               std::optional(secretary ? domain::SignInMethod::kSecretary
                                                       : domain::SignInMethod::kBrowser)));
    auto reason = HUIBAN_TRY(reader.text("reason", Presence::kOptional, 1000));
    const auto at = HUIBAN_TRY(reader.time("at"));
    const auto substitute = HUIBAN_TRY(reader.flag("substitute"));
    return service_of(call).sign_in(call->command(), meeting_id(call), std::move(seats), venue,
                                    method, std::move(reason), at, substitute);
  }();
  call->applied(result);
}

void take_back_sign_in(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    auto seats = HUIBAN_TRY(reader.ids<SeatId>("seats"));
    if (seats.empty()) return reader.missing("seats");
    auto reason = HUIBAN_TRY(reader.text("reason", Presence::kOptional, 1000));
    return service_of(call).take_back_sign_in(call->command(), meeting_id(call), std::move(seats),
                                              std::move(reason));
  }();
  call->applied(result);
}

void get_attendance(const CallPtr& call) {
  const auto& service = service_of(call);
  const auto& meeting = *service.find_meeting(meeting_id(call));
  const auto role = call->caller.actor.role;
  std::optional<UnitId> unit;
  if (role == domain::Role::kUnitHead || role == domain::Role::kLiaison)
    unit = call->caller.actor.unit;
  call->json(200, attendance_json(service.attendance_of(meeting.id()), meeting,
                                  service.clock().now(), unit));
}

void set_stage(const CallPtr& call) {
  const auto reader = call->reader();
  if (!call->body.contains("main")) return call->refuse(reader.missing("main").value());
  const auto main = reader.id<VenueId>("main");
  if (!main) return call->refuse(main.error());
  const auto second = reader.id<VenueId>("second");
  if (!second) return call->refuse(second.error());
  std::optional<domain::StageChanged> seen;
  if (reader.has("seen")) {
    const JsonReader of(call->body["seen"], "seen");
    const auto seen_main = of.id<VenueId>("main"), seen_second = of.id<VenueId>("second");
    if (!seen_main) return call->refuse(seen_main.error());
    if (!seen_second) return call->refuse(seen_second.error());
    seen = domain::StageChanged{*seen_main, *seen_second};
  }
  call->applied(
      service_of(call).set_stage(call->command(), meeting_id(call), *main, *second, seen));
}

void grant_floor(const CallPtr& call) {
  with_venue(call, [&](VenueId venue) {
    call->applied(service_of(call).grant_floor(call->command(), meeting_id(call), venue));
  });
}

void revoke_floor(const CallPtr& call) {
  with_venue(call, [&](VenueId venue) {
    service_of(call).revoke_floor(call->command(), meeting_id(call), venue, {}, answer_later(call));
  });
}

void mute_all(const CallPtr& call) {
  service_of(call).mute_all(call->command(), meeting_id(call), answer_later(call));
}

void request_floor(const CallPtr& call) {
  with_venue(call, [&](VenueId venue) {
    call->applied(service_of(call).request_floor(call->command(), meeting_id(call), venue));
  });
}

void withdraw_request(const CallPtr& call) {
  with_venue(call, [&](VenueId venue) {
    call->applied(service_of(call).withdraw_request(call->command(), meeting_id(call), venue));
  });
}

void next_item(const CallPtr& call) {
  // ?from=ID of the item that the page showed, or from=none.
  std::optional<domain::Service::SeenItem> seen;
  if (const auto from = call->request.query_value("from")) {
    const auto item = AgendaItemId::parse(*from);
    if (!item && *from != "none")
      return call->refuse(call->reader().wrong("from", " 不是议程项", "is no agenda item").value());
    seen = domain::Service::SeenItem{item};
  }
  service_of(call).next_item(call->command(), meeting_id(call), answer_later(call), seen);
}

void undo_next_item(const CallPtr& call) {
  service_of(call).undo_next_item(call->command(), meeting_id(call), answer_later(call));
}

void save_note(const CallPtr& call) {
  auto text = call->reader().text("text", Presence::kRequired);
  if (!text) return call->refuse(text.error());
  const auto base = call->reader().integer("base_version", 0, 1000000, std::nullopt);
  if (!base) return call->refuse(base.error());
  call->applied(service_of(call).save_note(call->command(), meeting_id(call),
                                           call->id<AgendaItemId>(1), std::move(*text),
                                           static_cast<std::uint32_t>(*base)));
}

void list_note_versions(const CallPtr& call) {
  const auto& meeting = *service_of(call).find_meeting(meeting_id(call));
  const auto item = call->id<AgendaItemId>(1);
  const auto found = meeting.notes().find(item);
  if (found == meeting.notes().end() && !meeting.find_item(item))
    return call->refuse(
        {ErrorCode::kNotFound, "没有这个议程项", "There is no such agenda item", {}});
  auto list = nlohmann::json::array();
  if (found != meeting.notes().end())
    for (const auto& note : found->second) list.push_back(note_json(note));
  call->json(200, list);
}

void set_banner(const CallPtr& call) {
  auto text = call->reader().text("text", Presence::kRequired, 600);
  if (!text) return call->refuse(text.error());
  std::optional<std::string> seen;
  if (call->reader().has("seen")) {
    auto was = call->reader().text("seen", Presence::kOptional, 600);
    if (!was) return call->refuse(was.error());
    seen = std::move(*was);
  }
  call->applied(service_of(call).set_banner(call->command(), meeting_id(call), std::move(*text),
                                            std::move(seen)));
}

void reorder_requests(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    auto order = HUIBAN_TRY(reader.ids<VenueId>("venues"));
    auto seen = HUIBAN_TRY(reader.ids<VenueId>("seen"));
    return service_of(call).reorder_requests(call->command(), meeting_id(call), std::move(order),
                                             std::move(seen));
  }();
  call->applied(result);
}

void hand_off(const CallPtr& call) {
  const auto from = call->reader().required_id<VenueId>("from");
  if (!from) return call->refuse(from.error());
  const auto to = call->reader().required_id<VenueId>("to");
  if (!to) return call->refuse(to.error());
  service_of(call).hand_off(call->command(), meeting_id(call), *from, *to, answer_later(call));
}

void pin_rung(const CallPtr& call) {
  const auto reader = call->reader();
  if (!call->body.contains("rung")) return call->refuse(reader.missing("rung").value());
  std::optional<domain::Rung> rung;
  if (reader.has("rung")) {
    const auto word = reader.word("rung", kRungNames, std::optional<domain::Rung>());
    if (!word) return call->refuse(word.error());
    rung = *word;
  }
  call->applied(
      service_of(call).pin_rung(call->command(), meeting_id(call), call->id<VenueId>(1), rung));
}

void set_content(const CallPtr& call) {
  const auto reader = call->reader();
  if (!call->body.contains("venue")) return call->refuse(reader.missing("venue").value());
  const auto venue = reader.id<VenueId>("venue");
  if (!venue) return call->refuse(venue.error());
  auto& service = service_of(call);
  call->applied(*venue ? service.grant_content(call->command(), meeting_id(call), **venue)
                       : service.revoke_content(call->command(), meeting_id(call)));
}

void set_tile_rules(const CallPtr& call) {
  const auto result = [&]() -> Result<domain::Applied> {
    std::vector<domain::TileRule> rules;
    for (const auto& one : HUIBAN_TRY(call->reader().objects("rules", 100)))
      rules.push_back(HUIBAN_TRY(read_tile_rule(one)));
    return service_of(call).set_tile_rules(call->command(), meeting_id(call), std::move(rules));
  }();
  call->applied(result);
}

void rank_goal(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    const int goal = HUIBAN_TRY(reader.integer("goal", 0, 100, std::nullopt));
    const int rank = HUIBAN_TRY(reader.integer("rank", 1, 1000, std::nullopt));
    auto note = HUIBAN_TRY(reader.text("note", Presence::kOptional, 600));
    return service_of(call).rank_goal(call->command(), meeting_id(call), goal, rank,
                                      std::move(note));
  }();
  call->applied(result);
}

void get_journal(const CallPtr& call) {
  const auto& service = service_of(call);
  const auto events = service.journal(meeting_id(call));
  if (!events) return call->refuse(events.error());
  const auto& meeting = *service.find_meeting(meeting_id(call));
  auto list = nlohmann::json::array();
  for (const auto& event : *events)
    list.push_back(journal_entry_json(event, meeting, call->language));
  call->json(200, list);
}

}  // namespace huiban::api
