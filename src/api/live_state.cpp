#include "api/live_state.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_read.h"
#include "api/json_write.h"
#include "core/chinese_text.h"
#include "domain/wording.h"

namespace huiban::api {

using nlohmann::json;
using namespace domain;

namespace {

template <class IdType>
json id_or_null(const std::optional<IdType>& id) {
  return id ? json(id->str()) : json(nullptr);
}

// In a state a value that is not there is absent, so that patches, where null takes a value away,
// add up to it.
void strip_nulls(json& value) {
  if (value.is_object()) {
    for (auto at = value.begin(); at != value.end();) {
      if (at->is_null()) {
        at = value.erase(at);
      } else {
        strip_nulls(*at);
        ++at;
      }
    }
  } else if (value.is_array()) {
    for (auto& one : value) strip_nulls(one);
  }
}

}  // namespace

struct LiveView::Cache {
  const AttendanceResult* attendance = nullptr;
  std::map<SeatId, const SeatAttendance*> by_seat;
  std::optional<json> common;
};

LiveView::LiveView(const Service& service, const Meeting& meeting, Counts& counts)
    : service_(service), meeting_(meeting), counts_(counts), cache_(std::make_unique<Cache>()) {}

LiveView::~LiveView() = default;

const char* presence_word(bool online, std::optional<UtcTime> held_until, UtcTime now) {
  if (online) return "online";
  return held_until && now < *held_until ? "reconnecting" : "offline";
}

json LiveView::meeting_part() const {
  const auto& plan = meeting_.plan();
  return {{"id", meeting_.id().str()},
          {"title", plan.title},
          {"state", name_of(kMeetingStateNames, meeting_.state())},
          {"date", date_text(plan.time.date)},
          {"start", plan.time.start ? json(local_clock_text(*plan.time.start)) : json(nullptr)},
          {"planned_minutes", plan.planned_minutes},
          {"starts_at", time_json(planned_start(plan.time, service_.settings().utc_offset))},
          {"started_at", time_json(meeting_.started_at())},
          {"ended_at", time_json(meeting_.ended_at())},
          {"banner", meeting_.banner()},
          {"tiles", tiles_json(plan.tiles)},
          {"number", meeting_.number()}};
}

json LiveView::venue_part(const Venue& venue) const {
  json part = venue_json(venue, service_.directory());
  part.erase("id");
  const auto found = meeting_.presence().find(venue.id);
  const VenuePresence presence =
      found == meeting_.presence().end() ? VenuePresence{} : found->second;
  const auto now = service_.clock().now();
  auto held_until = meeting_.held_until(venue.id, service_.settings().attendance.hold);
  if (held_until && *held_until <= now) held_until.reset();
  part["presence"] = presence_word(presence.online, held_until, now);
  part["lost_at"] = time_json(presence.online ? std::nullopt : presence.lost_at);
  part["held_until"] = time_json(held_until);
  const auto pinned = meeting_.pinned_rungs().find(venue.id);
  part["pinned_rung"] = pinned == meeting_.pinned_rungs().end()
                            ? json(nullptr)
                            : json(name_of(kRungNames, pinned->second));
  const auto test = meeting_.readiness().find(venue.id);
  if (test != meeting_.readiness().end()) part["readiness"] = self_test_json(test->second);
  const auto calls = meeting_.calls().find(venue.id);
  if (calls != meeting_.calls().end()) part["calls"] = calls_json(calls->second);
  return part;
}

json LiveView::stage_part() const {
  return {{"main", id_or_null(meeting_.stage_main())},
          {"second", id_or_null(meeting_.stage_second())}};
}

json LiveView::content_part() const {
  return {{"granted", id_or_null(meeting_.content_granted())},
          {"shown", id_or_null(meeting_.content_shown())}};
}

json LiveView::floor_part() const {
  json list = json::array();
  for (const auto& venue : meeting_.floor()) list.push_back(venue.str());
  return list;
}

json LiveView::requests_part() const {
  json list = json::array();
  for (const auto& request : meeting_.requests())
    list.push_back({{"venue", request.venue.str()}, {"at", to_iso8601(request.at)}});
  return list;
}

json LiveView::agenda_part() const {
  std::optional<UtcTime> undo_until;
  if (meeting_.last_advance() && meeting_.last_advance_at())
    undo_until = *meeting_.last_advance_at() + service_.settings().undo;
  return {{"current", id_or_null(meeting_.current_item())}, {"undo_until", time_json(undo_until)}};
}

json LiveView::item_part(const AgendaItem& item, int order) const {
  json kinds = json::array();
  for (const auto kind : item.kinds) kinds.push_back(name_of(kAgendaKindNames, kind));
  const auto clock = meeting_.item_clocks().find(item.id);
  const ItemClock times = clock == meeting_.item_clocks().end() ? ItemClock{} : clock->second;
  std::optional<VenueId> venue;
  if (!item.speakers.empty()) venue = meeting_.venue_of_speaker(item.speakers.front());
  json speakers = json::array();
  for (const auto& speaker : item.speakers)
    speakers.push_back({{"text", speakers_in_words(service_.directory(), {speaker})},
                        {"venue", id_or_null(meeting_.venue_of_speaker(speaker))}});
  return {{"order", order},
          {"kinds", std::move(kinds)},
          {"speakers", std::move(speakers)},
          {"subject", item.subject},
          {"source", item.source.empty() ? json(nullptr) : json(item.source)},
          {"findings", item.findings.empty() ? json(nullptr) : json(item.findings)},
          {"speaker_text", speakers_in_words(service_.directory(), item.speakers)},
          {"venue", id_or_null(venue)},
          {"planned_minutes", item.planned_minutes},
          {"started_at", time_json(times.started)},
          {"ended_at", time_json(times.ended)},
          {"tasks", counts_.tasks_of(item.id)}};
}

json LiveView::note_part(AgendaItemId item) const {
  const auto found = meeting_.notes().find(item);
  if (found == meeting_.notes().end() || found->second.empty()) return nullptr;
  return note_json(found->second.back());
}

json LiveView::roll_call_part(const std::set<VenueId>& rows) const {
  const RollCall& call = meeting_.roll_calls().back();
  json part = roll_call_head_json(call);
  int order = 0;
  for (const auto& row : call.rows) {
    ++order;
    if (rows.count(row.venue)) part["rows"][row.venue.str()] = roll_call_row_json(row, order);
  }
  return part;
}

json LiveView::totals_part() {
  if (!cache_->attendance) {
    cache_->attendance = &counts_.attendance_of(meeting_);
    for (const auto& seat : cache_->attendance->seats) cache_->by_seat[seat.seat] = &seat;
  }
  int online = 0;
  for (const auto& venue : meeting_.venues()) {
    const auto found = meeting_.presence().find(venue.id);
    if (found != meeting_.presence().end() && found->second.online) ++online;
  }
  const auto& total = cache_->attendance->total;
  return {{"expected", total.expected}, {"present", total.present},
          {"late", total.late},         {"missing", total.missing},
          {"leave", total.leave},       {"substitutes", total.substitutes},
          {"venues_online", online},    {"venues", meeting_.venues().size()}};
}

json LiveView::seat_part(const Seat& seat) {
  if (!cache_->attendance) totals_part();
  json part{{"unit", seat.unit.str()},
            {"unit_name", seat.unit_name},
            {"unit_kind", seat.unit_kind},
            {"title", seat.title},
            {"venue", seat.venue.str()},
            {"venue_kind", name_of(kVenueKindNames, seat.venue_kind)},
            {"order", seat.order},
            {"status", "expected"},
            {"late", false},
            {"early", false},
            {"online_not_signed", false},
            {"signed_at", nullptr},
            {"elsewhere", nullptr},
            {"left_at", nullptr},
            {"pending", nullptr},
            {"unapproved", nullptr},
            {"leave", nullptr},
            {"leave_kind", nullptr},
            {"substitute", nullptr}};
  if (const auto* unit = service_.directory().find_unit(seat.unit))
    part["pinyin"] = unit->pinyin + pinyin_initials(seat.title);
  const auto found = cache_->by_seat.find(seat.id);
  if (found == cache_->by_seat.end()) return part;
  const auto& attendance = *found->second;
  part["status"] = name_of(kSeatStatusNames, attendance.status);
  part["late"] = attendance.late;
  part["early"] = attendance.early;
  part["online_not_signed"] = attendance.online_not_signed;
  part["signed_at"] = time_json(attendance.signed_at);
  part["elsewhere"] = id_or_null(attendance.elsewhere);
  part["left_at"] = time_json(attendance.left_at);
  if (attendance.pending) part["pending"] = true;
  if (attendance.unapproved) part["unapproved"] = true;
  if (const auto* leave = meeting_.leave_of(seat.id)) {
    part["leave"] = leave->undecided() ? "asked" : leave->approved() ? "approved" : "refused";
    part["leave_kind"] = name_of(kLeaveKindNames, leave->kind);
    if (leave->kind == LeaveKind::kSubstitute) part["substitute"] = leave->substitute.text;
  }
  return part;
}

bool LiveView::sees(const ViewerClass& viewer, const Seat& seat) const {
  switch (viewer.kind) {
    case ViewerClass::Kind::kSecretary:
    case ViewerClass::Kind::kStaff:
      return true;
    case ViewerClass::Kind::kVenue:
      return seat.venue == viewer.venue;
    case ViewerClass::Kind::kDisplay:
      return false;
  }
  return false;
}

json LiveView::common(const Touch& touch) {
  json patch = json::object();
  if (touch.meeting) patch["meeting"] = meeting_part();
  for (const auto& venue : meeting_.venues())
    if (touch.venues.count(venue.id)) patch["venues"][venue.id.str()] = venue_part(venue);
  if (touch.stage) patch["stage"] = stage_part();
  if (touch.content) patch["content"] = content_part();
  if (touch.floor) patch["floor"] = floor_part();
  if (touch.requests) patch["requests"] = requests_part();
  if (touch.agenda) patch["agenda"] = agenda_part();
  int order = 0;
  for (const auto& item : meeting_.plan().agenda) {
    ++order;
    if (touch.items.count(item.id))
      patch["agenda"]["items"][item.id.str()] = item_part(item, order);
  }
  if (touch.totals) patch["totals"] = totals_part();
  if ((touch.roll_call || !touch.roll_rows.empty()) && !meeting_.roll_calls().empty())
    patch["roll_call"] = roll_call_part(touch.roll_rows);
  return patch;
}

json LiveView::patch(const ViewerClass& viewer, const Touch& touch) {
  if (!cache_->common) cache_->common = common(touch);
  json patch = *cache_->common;
  if (viewer.kind == ViewerClass::Kind::kSecretary)
    for (const auto& item : touch.notes)
      patch["agenda"]["items"][item.str()]["note"] = note_part(item);
  for (const auto& seat : meeting_.seats())
    if ((touch.all_seats || touch.seats.count(seat.id)) && sees(viewer, seat))
      patch["seats"][seat.id.str()] = seat_part(seat);
  return patch;
}

json LiveView::snapshot(const ViewerClass& viewer) {
  json venues = json::object(), items = json::object(), seats = json::object();
  for (const auto& venue : meeting_.venues()) venues[venue.id.str()] = venue_part(venue);
  int order = 0;
  for (const auto& item : meeting_.plan().agenda) {
    json part = item_part(item, ++order);
    if (viewer.kind == ViewerClass::Kind::kSecretary) part["note"] = note_part(item.id);
    items[item.id.str()] = std::move(part);
  }
  for (const auto& seat : meeting_.seats())
    if (sees(viewer, seat)) seats[seat.id.str()] = seat_part(seat);
  json agenda = agenda_part();
  agenda["items"] = std::move(items);
  json state{{"meeting", meeting_part()},   {"venues", std::move(venues)},
             {"stage", stage_part()},       {"floor", floor_part()},
             {"requests", requests_part()}, {"agenda", std::move(agenda)},
             {"content", content_part()},   {"totals", totals_part()}};
  if (viewer.kind != ViewerClass::Kind::kDisplay) state["seats"] = std::move(seats);
  if (!meeting_.roll_calls().empty())
    state["roll_call"] = roll_call_json(meeting_.roll_calls().back());
  strip_nulls(state);
  return state;
}

}  // namespace huiban::api
