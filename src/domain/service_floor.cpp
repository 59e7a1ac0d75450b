// Who is seen and heard: stage, floor, requests, next item. How gates follow is in
// service_gates.cpp.
#include "domain/next_venues.h"
#include "domain/service_state.h"

namespace huiban::domain {

namespace {

bool contains(const std::vector<VenueId>& list, VenueId venue) {
  return std::find(list.begin(), list.end(), venue) != list.end();
}

bool has_asked(const Meeting& meeting, VenueId venue) {
  return std::any_of(meeting.requests().begin(), meeting.requests().end(),
                     [&](const FloorRequest& request) { return request.venue == venue; });
}

// The step from the current item to the next: its first speaker's venue gets stage and floor; who
// had the floor by the item before loses it, who was granted it by hand keeps it; the chair's gate
// stays open.
AgendaAdvanced next_step(const Meeting& meeting) {
  AgendaAdvanced step;
  step.from = meeting.current_item();
  step.stage_before = meeting.stage_main();
  step.floor_before = meeting.floor();
  step.stage_after = stage_after_step(meeting);
  if (const AgendaItem* next = meeting.next_item()) step.to = next->id;
  for (const auto& venue : meeting.floor())
    if (venue == step.stage_after || !contains(meeting.floor_by_item(), venue))
      step.floor_after.push_back(venue);
  if (step.to && step.stage_after && !contains(step.floor_after, *step.stage_after))
    step.floor_after.push_back(*step.stage_after);
  return step;
}

tl::unexpected<Error> somebody_was_faster(const char* zh, const char* en) {
  return wrong_state(std::string("别人刚动过") + zh + "，请看一下再操作",
                     std::string("Somebody has just changed ") + en + "; look before you change it");
}

using Events = Result<std::vector<EventPayload>>;

}  // namespace

Result<Applied> Service::set_stage(const Command& command, MeetingId id,
                                   std::optional<VenueId> main, std::optional<VenueId> second,
                                   std::optional<StageChanged> seen) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  HUIBAN_CHECK(check_no_roll_call(*meeting));
  if (seen && (seen->main != meeting->stage_main() || seen->second != meeting->stage_second()))
    return somebody_was_faster("画面", "the stage");
  for (const auto& venue : {main, second})
    if (venue && !meeting->find_venue(*venue)) return no_venue();
  if (main && main == second)
    return fail(ErrorCode::kInvalid, "主画面和副画面不能是同一会场",
                "Main and second picture must differ");
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {StageChanged{main, second}}));
  show(*meeting);
  return applied;
}

Result<Applied> Service::request_floor(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kVenueDevice, Role::kLiaison, Role::kUnitHead}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  HUIBAN_CHECK(check_own_venue(command.actor, *meeting, venue));
  if (meeting->has_floor(venue))
    return wrong_state("本会场正在发言", "This venue has the floor already");
  if (has_asked(*meeting, venue)) return Applied{meeting->seq()};  // the place in the queue stays
  return commit(*meeting, command, {FloorRequested{venue}});
}

Result<Applied> Service::withdraw_request(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(
      command.actor, {Role::kVenueDevice, Role::kLiaison, Role::kUnitHead, Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  HUIBAN_CHECK(check_own_venue(command.actor, *meeting, venue));
  if (!has_asked(*meeting, venue)) return Applied{meeting->seq()};
  return commit(*meeting, command, {FloorRequestWithdrawn{venue}});
}

Result<Applied> Service::reorder_requests(const Command& command, MeetingId id,
                                          std::vector<VenueId> order, std::vector<VenueId> seen) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  std::vector<VenueId> queue;
  for (const auto& request : meeting->requests()) queue.push_back(request.venue);
  if (queue != seen) return somebody_was_faster("申请名单", "the queue");
  if (!std::is_permutation(order.begin(), order.end(), queue.begin(), queue.end()))
    return fail(ErrorCode::kInvalid, "新顺序和申请名单不一致",
                "The new order does not name the venues that ask");
  if (order == queue) return Applied{meeting->seq()};
  return commit(*meeting, command, {RequestsReordered{std::move(order)}});
}

void Service::hand_off(const Command& command, MeetingId id, VenueId from, VenueId to, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary, Role::kLeader}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kHandOff, command, id, std::move(done),
                [from, to](const Meeting& meeting) -> Events {
                  if (!meeting.find_venue(from) || !meeting.find_venue(to)) return no_venue();
                  HUIBAN_CHECK(check_no_roll_call(meeting));
                  if (!meeting.has_floor(from) || meeting.has_floor(to))
                    return somebody_was_faster("发言", "the floor");
                  std::vector<EventPayload> events;
                  // The chair keeps the microphone whoever speaks.
                  const Venue* main = meeting.main_venue();
                  if (!main || from != main->id) events.push_back(FloorRevoked{from, "交给下一位"});
                  events.push_back(FloorGranted{to});
                  events.push_back(StageChanged{to, std::nullopt});
                  return events;
                }});
}

Result<Applied> Service::grant_floor(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  if (!meeting->find_venue(venue)) return no_venue();
  HUIBAN_CHECK(check_no_roll_call(*meeting));
  if (meeting->has_floor(venue))
    return wrong_state("该会场正在发言", "This venue has the floor already");
  if (is_muting(id))
    return wrong_state("正在全场静音，请稍后再授权",
                       "All venues are just being muted; grant the floor afterwards");
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {FloorGranted{venue}}));
  open_gates(*meeting);
  return applied;
}

void Service::revoke_floor(const Command& command, MeetingId id, VenueId venue, std::string reason,
                           Done done) {
  const auto allowed = [&]() -> Result<void> {
    HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
    return check_text(reason, kMaxLine, "原因", "The reason");
  }();
  if (!allowed) return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kRevoke, command, id, std::move(done),
                [venue, reason = std::move(reason)](const Meeting& meeting) -> Events {
                  const Venue* found = meeting.find_venue(venue);
                  if (!found) return no_venue();
                  HUIBAN_CHECK(check_no_roll_call(meeting));
                  if (found->kind == VenueKind::kMain)
                    return wrong_state("主会场的话筒由主会场自己控制",
                                       "The main venue keeps its own microphone");
                  if (!meeting.has_floor(venue))
                    return wrong_state("该会场没有在发言", "This venue does not have the floor");
                  return std::vector<EventPayload>{FloorRevoked{venue, reason}};
                }});
}

void Service::mute_all(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary, Role::kLeader}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kMuteAll, command, id, std::move(done),
                [](const Meeting& meeting) -> Events {
                  std::vector<EventPayload> events;
                  if (meeting.running_roll_call()) events.push_back(RollCallEnded{true});
                  events.push_back(AllMuted{});
                  return events;
                }});
}

void Service::next_item(const Command& command, MeetingId id, Done done,
                        std::optional<SeenItem> seen) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kNextItem, command, id, std::move(done),
                [seen](const Meeting& meeting) -> Events {
                  HUIBAN_CHECK(check_no_roll_call(meeting));
                  if (seen && seen->current != meeting.current_item())
                    return somebody_was_faster("议程", "the agenda");
                  auto step = next_step(meeting);
                  if (!step.from && !step.to)
                    return wrong_state("议程已经走完", "The agenda is through");
                  return std::vector<EventPayload>{std::move(step)};
                }});
}

void Service::undo_next_item(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  // What counts is when it was pressed, not when the gates are closed.
  const auto pressed = clock_.now();
  change_floor({GateCommand::Kind::kUndo, command, id, std::move(done),
                [pressed, limit = settings_.undo](const Meeting& meeting) -> Events {
                  if (!meeting.last_advance() || pressed - *meeting.last_advance_at() > limit)
                    return fail(ErrorCode::kGone, "已经不能撤销", "It is too late to undo");
                  return std::vector<EventPayload>{AgendaReverted{*meeting.last_advance()}};
                }});
}

}  // namespace huiban::domain
