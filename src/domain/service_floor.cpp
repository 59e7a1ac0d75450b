// Who is seen and heard: stage, floor, requests, next item. A grant is stored, then the gate opens;
// a revoke closes the gate, the network thread confirms, then it is stored.
#include "domain/service_state.h"

namespace huiban::domain {

namespace {

bool contains(const std::vector<VenueId>& list, VenueId venue) {
  return std::find(list.begin(), list.end(), venue) != list.end();
}

std::vector<VenueId> missing_from(const std::vector<VenueId>& list,
                                  const std::vector<VenueId>& other) {
  std::vector<VenueId> missing;
  for (const auto& venue : list)
    if (!contains(other, venue)) missing.push_back(venue);
  return missing;
}

// The step from the current item to the next: its first speaker's venue gets stage and floor; who
// had the floor by the item before loses it; the chair's gate stays open.
AgendaAdvanced next_step(const Meeting& meeting) {
  AgendaAdvanced step;
  step.from = meeting.current_item();
  step.stage_before = meeting.stage_main();
  step.floor_before = meeting.floor();
  const auto& agenda = meeting.plan().agenda;
  auto next = agenda.begin();
  if (step.from) {
    next = std::find_if(agenda.begin(), agenda.end(),
                        [&](const AgendaItem& i) { return i.id == *step.from; });
    if (next != agenda.end()) ++next;
  } else {
    // After the last item nothing is current; its clock tells that the agenda is through.
    while (next != agenda.end() && meeting.item_clocks().count(next->id)) ++next;
  }
  const Venue* main = meeting.main_venue();
  std::optional<VenueId> speaker = main ? std::optional(main->id) : std::nullopt;
  if (next != agenda.end()) {
    step.to = next->id;
    if (!next->speakers.empty())
      if (const auto venue = meeting.venue_of_speaker(next->speakers.front())) speaker = venue;
  }
  step.stage_after = speaker;
  if (main) step.floor_after.push_back(main->id);
  if (speaker && !contains(step.floor_after, *speaker)) step.floor_after.push_back(*speaker);
  return step;
}

}  // namespace

void Service::show(const Meeting& meeting) {
  if (state_->media)
    state_->media->set_stage(meeting.id(), meeting.stage_main(), meeting.stage_second());
}

void Service::open_gates(const Meeting& meeting, const std::vector<VenueId>& venues) {
  if (!state_->media) return;
  for (const auto& venue : venues) state_->media->open_gate(meeting.id(), venue);
}

// Closes gates, then lets decide() look at the meeting as it is at that moment and stores what it
// says. A gate that was closed for a command that is then refused is opened again.
void Service::close_then(const Command& command, MeetingId id, std::vector<VenueId> venues,
                         Done done,
                         std::function<Result<std::vector<EventPayload>>(const Meeting&)> decide) {
  if (auto before = applied_before(command)) return done(Applied{before->seq});
  const auto running = meeting_in(id, {MeetingState::kRunning});
  if (!running) return done(tl::make_unexpected(running.error()));
  auto confirmed = [this, command, id, done = std::move(done), decide = std::move(decide)] {
    const auto finish = [&]() -> Result<Applied> {
      if (auto before = applied_before(command)) return Applied{before->seq};
      Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
      auto payloads = HUIBAN_TRY(decide(*meeting));
      return commit(*meeting, command, std::move(payloads));
    };
    auto applied = finish();
    const auto found = state_->meetings.find(id);
    if (found != state_->meetings.end() && found->second.state() == MeetingState::kRunning) {
      show(found->second);
      open_gates(found->second, found->second.floor());
    }
    done(std::move(applied));
  };
  if (state_->media && !venues.empty())
    state_->media->close_gates(id, std::move(venues), std::move(confirmed));
  else
    confirmed();
}

Result<Applied> Service::set_stage(const Command& command, MeetingId id,
                                   std::optional<VenueId> main, std::optional<VenueId> second) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  for (const auto& venue : {main, second})
    if (venue && !meeting->find_venue(*venue))
      return fail(ErrorCode::kNotFound, "没有这个会场", "There is no such venue");
  if (main && main == second)
    return fail(ErrorCode::kInvalid, "主画面和副画面不能是同一会场",
                "Main and second picture must differ");
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {StageChanged{main, second}}));
  show(*meeting);
  return applied;
}

Result<Applied> Service::request_floor(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kVenueDevice, Role::kLiaison, Role::kUnitHead}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  HUIBAN_CHECK(check_own_venue(command.actor, *meeting, venue));
  if (meeting->has_floor(venue))
    return wrong_state("本会场正在发言", "This venue has the floor already");
  for (const auto& request : meeting->requests())
    if (request.venue == venue)
      return Applied{meeting->seq()};  // asked already; the place in the queue stays
  return commit(*meeting, command, {FloorRequested{venue}});
}

Result<Applied> Service::withdraw_request(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(
      command.actor, {Role::kVenueDevice, Role::kLiaison, Role::kUnitHead, Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  HUIBAN_CHECK(check_own_venue(command.actor, *meeting, venue));
  const auto& requests = meeting->requests();
  const bool asked = std::any_of(requests.begin(), requests.end(),
                                 [&](const FloorRequest& r) { return r.venue == venue; });
  if (!asked) return Applied{meeting->seq()};
  return commit(*meeting, command, {FloorRequestWithdrawn{venue}});
}

Result<Applied> Service::grant_floor(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  if (!meeting->find_venue(venue))
    return fail(ErrorCode::kNotFound, "没有这个会场", "There is no such venue");
  if (meeting->has_floor(venue))
    return wrong_state("该会场正在发言", "This venue has the floor already");
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {FloorGranted{venue}}));
  open_gates(*meeting, {venue});
  return applied;
}

void Service::revoke_floor(const Command& command, MeetingId id, VenueId venue, std::string reason,
                           Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary, Role::kLeader}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  const auto decide =
      [venue, reason = std::move(reason)](const Meeting& m) -> Result<std::vector<EventPayload>> {
    const Venue* main = m.main_venue();
    if (main && main->id == venue)
      return fail(ErrorCode::kConflict, "主会场的话筒由主会场自己控制",
                  "The main venue keeps its own microphone");
    if (!m.has_floor(venue))
      return wrong_state("该会场没有在发言", "This venue does not have the floor");
    return std::vector<EventPayload>{FloorRevoked{venue, reason}};
  };
  // Asked before any gate is touched, so that a refused command closes nothing.
  const Meeting* meeting = find_meeting(id);
  if (meeting && !applied_before(command) && meeting->state() == MeetingState::kRunning)
    if (auto allowed = decide(*meeting); !allowed)
      return done(tl::make_unexpected(allowed.error()));
  close_then(command, id, {venue}, std::move(done), decide);
}

void Service::mute_all(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary, Role::kLeader}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  std::vector<VenueId> venues;
  if (const Meeting* meeting = find_meeting(id)) {
    const Venue* main = meeting->main_venue();
    for (const auto& venue : meeting->floor())
      if (!main || venue != main->id) venues.push_back(venue);
  }
  close_then(command, id, std::move(venues), std::move(done),
             [](const Meeting&) -> Result<std::vector<EventPayload>> {
               return std::vector<EventPayload>{AllMuted{}};
             });
}

void Service::next_item(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  std::vector<VenueId> venues;
  if (const Meeting* meeting = find_meeting(id);
      meeting && meeting->state() == MeetingState::kRunning) {
    const auto step = next_step(*meeting);
    if (!step.from && !step.to && !applied_before(command))
      return done(wrong_state("议程已经走完", "The agenda is through"));
    venues = missing_from(step.floor_before, step.floor_after);
  }
  close_then(command, id, std::move(venues), std::move(done),
             [](const Meeting& m) -> Result<std::vector<EventPayload>> {
               return std::vector<EventPayload>{next_step(m)};
             });
}

void Service::undo_next_item(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  const auto decide = [this](const Meeting& m) -> Result<std::vector<EventPayload>> {
    if (!m.last_advance() || clock_.now() - *m.last_advance_at() > settings_.undo)
      return fail(ErrorCode::kGone, "已经不能撤销", "It is too late to undo");
    return std::vector<EventPayload>{AgendaReverted{*m.last_advance()}};
  };
  std::vector<VenueId> venues;
  if (const Meeting* meeting = find_meeting(id);
      meeting && meeting->state() == MeetingState::kRunning) {
    if (auto allowed = decide(*meeting); !allowed && !applied_before(command))
      return done(tl::make_unexpected(allowed.error()));
    if (meeting->last_advance())
      venues =
          missing_from(meeting->last_advance()->floor_after, meeting->last_advance()->floor_before);
  }
  close_then(command, id, std::move(venues), std::move(done), decide);
}

}  // namespace huiban::domain
