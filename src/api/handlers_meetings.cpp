#include "api/call.h"
#include "api/core.h"
#include "api/facts.h"
#include "api/handlers.h"
#include "api/json_plan.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

bool unit_role(const Call& call) {
  const auto role = call.caller.actor.role;
  return role == domain::Role::kUnitHead || role == domain::Role::kLiaison;
}

// dispatch() has found it.
const domain::Meeting& meeting_of(const Call& call) {
  return *call.core->service().find_meeting(call.id<MeetingId>(0));
}

void answer_meeting(const Call& call, int status, MeetingId id) {
  const auto& service = call.core->service();
  const auto* meeting = service.find_meeting(id);
  if (!meeting) return call.refuse(key_used_elsewhere());
  call.json(status, meeting_json(*meeting, service.directory()));
}

nlohmann::json link_json(const Core& core, const domain::Meeting& meeting,
                         const domain::Venue& venue) {
  return {{"venue", venue.id.str()},
          {"kind", name_of(kVenueKindNames, venue.kind)},
          {"name", venue.name},
          {"url", core.join_link(meeting.id(), venue.id)}};
}

}  // namespace

void list_meetings(const CallPtr& call) {
  const auto& service = call->core->service();
  Counts& counts = call->core->counts;
  auto list = nlohmann::json::array();
  for (const auto* meeting : service.meetings()) {
    bool called = !unit_role(*call);
    for (const auto& seat : meeting->seats())
      called = called || seat.unit == call->caller.actor.unit;
    if (!called) continue;
    if (!unit_role(*call)) {
      list.push_back(meeting_summary_json(*meeting, counts.totals_of(*meeting),
                                          counts.tasks_of(meeting->id())));
      continue;
    }
    domain::AttendanceTotals own;  // a unit sees only its own figures
    for (const auto& unit : service.attendance_of(meeting->id()).units) {
      if (unit.unit != call->caller.actor.unit) continue;
      own.expected = unit.main.expected + unit.branch.expected;
      own.present = unit.main.present + unit.branch.present;
    }
    list.push_back(meeting_summary_json(*meeting, own, 0));
  }
  call->json(200, list);
}

void create_meeting(const CallPtr& call) {
  auto plan = read_plan(call->reader());
  if (!plan) return call->refuse(plan.error());
  const auto made = call->core->service().create_meeting(call->command(), std::move(*plan));
  if (!made) return call->refuse(made.error());
  answer_meeting(*call, 201, made->meeting);
}

void preview_expected(const CallPtr& call) {
  const auto plan = read_plan(call->reader());
  if (!plan) return call->refuse(plan.error());
  const auto expected = call->core->service().preview_expected(*plan);
  if (!expected) return call->refuse(expected.error());
  call->json(200, expected_json(*expected, call->core->service().directory()));
}

void preview_clashes(const CallPtr& call) {
  const auto plan = read_plan(call->reader());
  if (!plan) return call->refuse(plan.error());
  std::optional<MeetingId> itself;
  if (const auto text = call->request.query_value("itself")) {
    itself = MeetingId::parse(*text);
    if (!itself)
      return call->refuse({ErrorCode::kInvalid,
                           "参数 itself 必须是会议编号",
                           "The parameter itself must be a meeting's id",
                           {}});
  }
  const auto found = call->core->service().clashes_of(*plan, itself);
  if (!found) return call->refuse(found.error());
  auto list = nlohmann::json::array();
  for (const auto& clash : *found) list.push_back(clash_json(clash));
  call->json(200, list);
}

void get_meeting(const CallPtr& call) {
  answer_meeting(*call, 200, call->id<MeetingId>(0));
}

void revise_plan(const CallPtr& call) {
  auto plan = read_plan(call->reader());
  if (!plan) return call->refuse(plan.error());
  std::optional<std::uint64_t> base;
  if (const auto text = call->request.query_value("base_seq")) {
    if (text->empty() || text->size() > 15 ||
        text->find_first_not_of("0123456789") != std::string::npos)
      return call->refuse({ErrorCode::kInvalid,
                           "参数 base_seq 必须是整数",
                           "The parameter base_seq must be a whole number",
                           {}});
    base = std::stoull(*text);
  }
  const auto id = call->id<MeetingId>(0);
  const auto revised =
      call->core->service().revise_plan(call->command(), id, std::move(*plan), base);
  if (!revised) return call->refuse(revised.error());
  answer_meeting(*call, 200, id);
}

void get_expected(const CallPtr& call) {
  const auto& service = call->core->service();
  const auto& meeting = meeting_of(*call);
  const auto expected = expected_of(service, meeting);
  if (!expected) return call->refuse(expected.error());
  call->json(200, expected_json(*expected, service.directory()));
}

void convene_meeting(const CallPtr& call) {
  call->applied(call->core->service().convene(call->command(), call->id<MeetingId>(0)));
}

void cancel_meeting(const CallPtr& call) {
  const auto reader = call->reader();
  const auto reason = reader.text("reason", Presence::kOptional, 1000);
  if (!reason) return call->refuse(reason.error());
  const auto merged_into = reader.id<MeetingId>("merged_into");
  if (!merged_into) return call->refuse(merged_into.error());
  call->applied(call->core->service().cancel_meeting(call->command(), call->id<MeetingId>(0),
                                                     *reason, *merged_into));
}

void plan_next_meeting(const CallPtr& call) {
  const auto reader = call->reader();
  const auto date = reader.date("date");
  if (!date) return call->refuse(date.error());
  if (!*date) return call->refuse(reader.missing("date").value());
  const auto made =
      call->core->service().plan_next(call->command(), call->id<MeetingId>(0), **date);
  if (!made) return call->refuse(made.error());
  answer_meeting(*call, 201, made->meeting);
}

void get_join_links(const CallPtr& call) {
  const auto& meeting = meeting_of(*call);
  auto list = nlohmann::json::array();
  for (const auto& venue : meeting.venues()) list.push_back(link_json(*call->core, meeting, venue));
  call->json(200, list);
}

void get_my_join_link(const CallPtr& call) {
  const auto& meeting = meeting_of(*call);
  // The unit's own room; a unit whose seats are all in the main venue has none.
  for (const auto& venue : meeting.venues()) {
    if (venue.kind != domain::VenueKind::kBranch) continue;
    for (const auto& unit : venue.units)
      if (unit == call->caller.actor.unit)
        return call->json(200, link_json(*call->core, meeting, venue));
  }
  call->refuse({ErrorCode::kNotFound,
                "本单位在主会场参会，没有分会场链接",
                "Your unit sits in the main venue and has no link of its own",
                {}});
}

}  // namespace huiban::api
