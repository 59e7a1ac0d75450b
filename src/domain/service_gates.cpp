// How gates follow the floor. A grant is stored, then the gate opens. A command that closes gates
// closes them first, waits until the network thread has done it, and only then is stored; one such
// command of a meeting is carried out at a time, so that no gate is opened again behind its back.
#include "domain/service_state.h"

namespace huiban::domain {

namespace {

constexpr std::size_t kMaxWaiting =
    32;  // commands pressed while one is under way; more is a mistake

// The floor as it would be after the events.
std::vector<VenueId> floor_after(const Meeting& meeting, const Command& command,
                                 const std::vector<EventPayload>& payloads, UtcTime now) {
  Meeting after = meeting;
  for (const auto& payload : payloads) {
    StoredEvent event;
    event.seq = after.seq() + 1;
    event.at = now;
    event.actor = command.actor;
    event.payload = payload;
    after.apply(event);
  }
  return after.floor();
}

}  // namespace

void Service::show(const Meeting& meeting) {
  if (MediaGateway* media = state_->media_of(meeting))
    media->set_stage(meeting.id(), meeting.stage_main(), meeting.stage_second());
}

// Opens what the floor says, except gates that a command under way is closing.
void Service::open_gates(const Meeting& meeting) {
  MediaGateway* media = state_->media_of(meeting);
  if (!media) return;
  auto& gates = state_->gates[meeting.id()];
  for (const auto& venue : meeting.floor())
    if (!gates.closing.count(venue) && gates.open.insert(venue).second)
      media->open_gate(meeting.id(), venue);
}

bool Service::is_muting(MeetingId id) const {
  const auto found = state_->gates.find(id);
  if (found == state_->gates.end()) return false;
  const auto mutes = [](const GateCommand& step) {
    return !step.finished &&
           (step.kind == GateCommand::Kind::kMuteAll || step.kind == GateCommand::Kind::kEnd);
  };
  const auto& gates = found->second;
  return (gates.running && mutes(*gates.running)) ||
         std::any_of(gates.waiting.begin(), gates.waiting.end(), mutes);
}

void Service::change_floor(GateCommand step) {
  const auto before = applied_before(step.command, StreamId::of(step.meeting));
  if (!before) return step.done(tl::make_unexpected(before.error()));
  if (*before) return step.done(Applied{(*before)->seq});
  const auto running = meeting_in(step.meeting, {MeetingState::kRunning});
  if (!running) return step.done(tl::make_unexpected(running.error()));
  auto& gates = state_->gates[step.meeting];
  if (!gates.running) return begin_closing(std::move(step));

  // A second press of "next" before the first is through would skip an item; a retry of the same
  // command waits for its answer.
  const auto advances = [&](const GateCommand& other) {
    return other.kind == GateCommand::Kind::kNextItem && !other.finished &&
           other.command.id != step.command.id;
  };
  if (step.kind == GateCommand::Kind::kNextItem &&
      (advances(*gates.running) ||
       std::any_of(gates.waiting.begin(), gates.waiting.end(), advances)))
    return step.done(wrong_state("正在换到下一项，请稍候", "The next item is just being started"));
  if (gates.waiting.size() >= kMaxWaiting)
    return step.done(fail(ErrorCode::kTooMany, "操作太多，请稍候", "Too many commands at once"));
  gates.waiting.push_back(std::move(step));
}

// Decides on the meeting as it is now, and closes what would not stay open. When nothing is left to
// close, stores. Asked again after every confirmation, because a grant may have come meanwhile.
void Service::begin_closing(GateCommand step) {
  const auto id = step.meeting;
  auto& gates = state_->gates[id];
  gates.running = std::move(step);
  const auto payloads = decide(*gates.running);
  if (!payloads) return finish_closing(id, payloads);
  const Meeting& meeting = state_->meetings.at(id);
  MediaGateway* media = state_->media_of(meeting);
  std::vector<VenueId> closing;
  const auto stay = floor_after(meeting, gates.running->command, *payloads, clock_.now());
  for (const auto& venue : gates.open)
    if (std::find(stay.begin(), stay.end(), venue) == stay.end()) closing.push_back(venue);
  if (closing.empty() || !media) return finish_closing(id, payloads);
  for (const auto& venue : closing) {
    gates.open.erase(venue);
    gates.closing.insert(venue);
  }
  media->close_gates(id, std::move(closing), [this, id] {
    control_thread().assert_here();
    auto& confirmed = state_->gates[id];
    if (confirmed.running) begin_closing(std::move(*confirmed.running));
  });
}

Result<std::vector<EventPayload>> Service::decide(const GateCommand& step) {
  if (HUIBAN_TRY(applied_before(step.command, StreamId::of(step.meeting))))
    return std::vector<EventPayload>{};
  const Meeting* meeting = HUIBAN_TRY(meeting_in(step.meeting, {MeetingState::kRunning}));
  return step.decide(*meeting);
}

Result<Applied> Service::store_step(const GateCommand& step,
                                    const Result<std::vector<EventPayload>>& payloads) {
  if (const auto before = HUIBAN_TRY(applied_before(step.command, StreamId::of(step.meeting))))
    return Applied{before->seq};
  auto events = HUIBAN_TRY(Result<std::vector<EventPayload>>(payloads));
  Meeting& meeting = state_->meetings.at(step.meeting);
  for (auto& event : events)
    if (auto* ended = std::get_if<MeetingEnded>(&event))
      ended->minutes_number = HUIBAN_TRY(next_yearly_number("minutes", meeting));
  return commit(meeting, step.command, std::move(events));
}

// A refused step opens again what it had closed. The command stays the running one while its answer
// is given, so that whatever the answer leads to queues behind those that wait.
void Service::finish_closing(MeetingId id, const Result<std::vector<EventPayload>>& payloads) {
  auto& gates = state_->gates[id];
  const auto answer = store_step(*gates.running, payloads);
  gates.closing.clear();
  const Meeting& meeting = state_->meetings.at(id);
  if (meeting.state() == MeetingState::kRunning) {
    if (answer) show(meeting);
    open_gates(meeting);
  } else if (MediaGateway* media = state_->media_of(meeting);
             media && answer && gates.running->kind == GateCommand::Kind::kEnd) {
    media->close_meeting(id);
  }
  gates.running->finished = true;
  const auto done = std::move(gates.running->done);
  done(answer);
  if (gates.waiting.empty()) return gates.running.reset();
  auto next = std::move(gates.waiting.front());
  gates.waiting.pop_front();
  begin_closing(std::move(next));
}

}  // namespace huiban::domain
