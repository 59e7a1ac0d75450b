// Roll call (点名): one venue at a time is called, on stage and heard; who answers is known by the
// sound of the room, the button on its page or the secretary's hand. The steps change gates, so
// they go the way of service_gates.cpp.
#include <spdlog/spdlog.h>

#include "domain/service_state.h"

namespace huiban::domain {

namespace {

using Events = Result<std::vector<EventPayload>>;

constexpr int kAnswerDbov = -45;       // a voice before a room's microphone; its noise is below -55
constexpr int kAboveNoiseDb = 8;       // and louder than the same room was before it was called
constexpr Milliseconds kFigures{1000};  // levels come once a second and are of the second before

tl::unexpected<Error> no_roll_call() {
  return wrong_state("现在没有点名", "No roll call is under way");
}

RollCallMarked mark_of(const RollCall& call, VenueId venue, RollCallOutcome outcome,
                       RollCallSign sign, UtcTime now) {
  const RollCallRow* row = call.find(venue);
  const bool current = call.running() && call.current == venue && row && row->called_at;
  const auto after = current ? now - *row->called_at : row ? row->after : Milliseconds{0};
  return {venue, outcome, sign, after.count(), -127};
}

// The mark, if there is one, and whoever is called next; or the end.
std::vector<EventPayload> step_after(const RollCall& call, std::optional<RollCallMarked> mark) {
  std::vector<EventPayload> events;
  RollCall after = call;
  if (mark) {
    if (RollCallRow* row = after.find(mark->venue)) {
      row->outcome = mark->outcome;
      row->sign = mark->sign;
    }
    events.push_back(std::move(*mark));
  }
  if (const auto next = next_call(after))
    events.push_back(RollCallCalled{next->venue, next->round});
  else
    events.push_back(RollCallEnded{false});
  return events;
}

Result<std::vector<VenueId>> called_venues(const Meeting& meeting, const RollCallPlan& plan) {
  for (const auto& venue : plan.venues)
    if (const Venue* found = meeting.find_venue(venue); !found || found->kind == VenueKind::kMain)
      return no_venue();
  std::vector<VenueId> list;
  for (const auto& venue : meeting.venues()) {
    if (venue.kind == VenueKind::kMain) continue;
    if (!plan.venues.empty() &&
        std::find(plan.venues.begin(), plan.venues.end(), venue.id) == plan.venues.end())
      continue;
    const auto line = meeting.presence().find(venue.id);
    if (plan.connected_only && (line == meeting.presence().end() || !line->second.online)) continue;
    list.push_back(venue.id);
  }
  if (list.empty())
    return fail(ErrorCode::kConflict, "没有可点的分会场", "There is no branch venue to call");
  return list;
}

}  // namespace

void Service::set_evidence(EvidenceStore* evidence) {
  state_->evidence = evidence;
}

void Service::start_roll_call(const Command& command, MeetingId id, RollCallPlan plan, Done done) {
  const auto allowed = [&]() -> Result<void> {
    HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
    if (plan.answer_within < Milliseconds{3000} || plan.answer_within > Milliseconds{120'000})
      return fail(ErrorCode::kInvalid, "等候应答的时间要在 3 到 120 秒之间",
                  "The time to answer must be 3 to 120 seconds");
    if (plan.rounds < 1 || plan.rounds > 3)
      return fail(ErrorCode::kInvalid, "点名可以点 1 到 3 轮", "There are one to three rounds");
    return {};
  }();
  if (!allowed) return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kRollCall, command, id, std::move(done),
                [plan = std::move(plan)](const Meeting& meeting) -> Events {
                  if (meeting.running_roll_call())
                    return wrong_state("正在点名", "A roll call is under way already");
                  auto venues = HUIBAN_TRY(called_venues(meeting, plan));
                  const auto first = venues.front();
                  return std::vector<EventPayload>{
                      RollCallStarted{std::move(venues), plan.answer_within.count(), plan.rounds,
                                      plan.stills},
                      RollCallCalled{first, 1}};
                }});
}

void Service::skip_roll_call(const Command& command, MeetingId id, VenueId venue, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary, Role::kLeader}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kRollCall, command, id, std::move(done),
                [venue, now = clock_.now()](const Meeting& meeting) -> Events {
                  const RollCall* call = meeting.running_roll_call();
                  if (!call) return no_roll_call();
                  // Of two who press at once the later one would skip a venue nobody heard of.
                  if (call->current != venue)
                    return wrong_state("已经点到下一个会场", "The next venue is called already");
                  const bool waits = call->find(venue)->outcome == RollCallOutcome::kWaiting;
                  return step_after(
                      *call, waits ? std::optional(mark_of(*call, venue, RollCallOutcome::kSkipped,
                                                           RollCallSign::kNone, now))
                                   : std::nullopt);
                }});
}

void Service::stop_roll_call(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary, Role::kLeader}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kRollCall, command, id, std::move(done),
                [](const Meeting& meeting) -> Events {
                  if (!meeting.running_roll_call()) return no_roll_call();
                  return std::vector<EventPayload>{RollCallEnded{true}};
                }});
}

Result<Applied> Service::mark_roll_call(const Command& command, MeetingId id, VenueId venue,
                                        RollCallOutcome outcome) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  if (meeting->roll_calls().empty()) return no_roll_call();
  if (outcome != RollCallOutcome::kAnswered && outcome != RollCallOutcome::kNoAnswer)
    return fail(ErrorCode::kInvalid, "只能标记为应答或未应答",
                "Only answered or not answered can be marked");
  const RollCall& call = meeting->roll_calls().back();
  const RollCallRow* row = call.find(venue);
  if (!row) return no_venue();
  if (row->outcome == outcome) return Applied{meeting->seq()};
  return commit_mark(*meeting, command,
                     mark_of(call, venue, outcome, RollCallSign::kSecretary, clock_.now()));
}

Result<Applied> Service::answer_roll_call(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kVenueDevice, Role::kLiaison, Role::kUnitHead}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  HUIBAN_CHECK(check_own_venue(command.actor, *meeting, venue));
  const RollCall* call = meeting->running_roll_call();
  if (!call) return no_roll_call();
  if (call->current != venue)
    return wrong_state("现在没有点到本会场", "This venue is not being called");
  if (call->find(venue)->outcome == RollCallOutcome::kAnswered) return Applied{meeting->seq()};
  return commit_mark(*meeting, command,
                     mark_of(*call, venue, RollCallOutcome::kAnswered, RollCallSign::kButton,
                             clock_.now()));
}

// An answer of the venue that is called is kept with a still of its room, if there is one.
Result<Applied> Service::commit_mark(Meeting& meeting, const Command& command,
                                     RollCallMarked mark) {
  const RollCall* call = meeting.running_roll_call();
  const auto venue = mark.venue;
  const bool picture = call && call->stills && call->current == venue &&
                       mark.outcome == RollCallOutcome::kAnswered;
  if (const auto level = state_->levels[meeting.id()].find(venue);
      call && call->current == venue && level != state_->levels[meeting.id()].end())
    mark.level_dbov = level->second;
  const auto applied = HUIBAN_TRY(commit(meeting, command, {std::move(mark)}));
  if (picture) keep_still(meeting, venue);
  return applied;
}

void Service::keep_still(const Meeting& meeting, VenueId venue) {
  MediaGateway* media = state_->media_of(meeting);
  if (!media || !state_->evidence) return;
  const auto line = meeting.presence().find(venue);
  if (line == meeting.presence().end() || !line->second.online) return;
  media->async_still(meeting.id(), venue, [this, id = meeting.id(), venue](Result<std::string> jpeg) {
    const auto stored = [&]() -> Result<void> {
      const auto picture = HUIBAN_TRY(std::move(jpeg));
      Meeting* open = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning, MeetingState::kEnded}));
      auto name = HUIBAN_TRY(state_->evidence->put(picture));
      HUIBAN_CHECK(commit(*open, {CommandId::make(), Actor{}},
                          {RollCallStillKept{venue, std::move(name)}}));
      return {};
    }();
    if (!stored) spdlog::warn("no still of a roll call's answer: {}", stored.error().en);
  });
}

// Once a second: calls the next venue when this one has answered or its time is up.
void Service::advance_roll_calls() {
  const auto now = clock_.now();
  for (const auto& [id, meeting] : state_->meetings) {
    const RollCall* call =
        meeting.state() == MeetingState::kRunning ? meeting.running_roll_call() : nullptr;
    if (!call || !call_is_over(meeting, *call, now)) continue;
    const auto& gates = state_->gates[id];
    const auto calls = [](const GateCommand& step) {
      return step.kind == GateCommand::Kind::kRollCall;
    };
    if ((gates.running && calls(*gates.running)) ||
        std::any_of(gates.waiting.begin(), gates.waiting.end(), calls))
      continue;
    change_floor({GateCommand::Kind::kRollCall,
                  {CommandId::make(), Actor{}},
                  id,
                  [](Result<Applied> stored) {
                    if (!stored) spdlog::debug("roll call does not go on: {}", stored.error().en);
                  },
                  [this, now](const Meeting& as_is) -> Events {
                    const RollCall* open = as_is.running_roll_call();
                    if (!open || !call_is_over(as_is, *open, now)) return no_roll_call();
                    const bool waits =
                        open->find(*open->current)->outcome == RollCallOutcome::kWaiting;
                    return step_after(*open, waits ? std::optional(mark_of(
                                                         *open, *open->current,
                                                         RollCallOutcome::kNoAnswer,
                                                         RollCallSign::kNone, now))
                                                   : std::nullopt);
                  }});
  }
}

bool Service::call_is_over(const Meeting& meeting, const RollCall& call, UtcTime now) const {
  const RollCallRow* row = call.current ? call.find(*call.current) : nullptr;
  if (!row || !row->called_at) return true;
  switch (row->outcome) {
    case RollCallOutcome::kAnswered:
      return now - *row->marked_at >= settings_.roll_call_pause;
    case RollCallOutcome::kWaiting:
      return now - meeting.without_outage(*row->called_at) >= call.answer_within;
    default:
      return true;
  }
}

// An answer is a level that the room did not have before it was called. Levels are those of the
// second before, so the first after the call still belongs to before.
void Service::hear_roll_call(MeetingId id, const std::vector<VenueFigures>& venues) {
  const auto found = state_->meetings.find(id);
  if (found == state_->meetings.end()) return;
  Meeting& meeting = found->second;
  if (meeting.state() != MeetingState::kRunning) return void(state_->levels.erase(id));
  const RollCall* call = meeting.running_roll_call();
  const auto now = clock_.now();
  auto& levels = state_->levels[id];
  for (const auto& figures : venues) {
    if (!call || figures.venue != call->current) {
      levels[figures.venue] = figures.level_dbov;
      continue;
    }
    const RollCallRow* row = call->find(figures.venue);
    if (!row || now - *row->called_at < kFigures) continue;
    const int before =
        std::exchange(levels.try_emplace(figures.venue, -127).first->second, figures.level_dbov);
    if (row->outcome != RollCallOutcome::kWaiting || figures.level_dbov < kAnswerDbov ||
        figures.level_dbov < before + kAboveNoiseDb)
      continue;
    const auto marked =
        commit_mark(meeting, {CommandId::make(), Actor{}},
                    mark_of(*call, figures.venue, RollCallOutcome::kAnswered, RollCallSign::kLevel,
                            now));
    if (!marked) spdlog::warn("an answer was not stored: {}", marked.error().en);
    return;  // the roll call has changed
  }
}

}  // namespace huiban::domain
