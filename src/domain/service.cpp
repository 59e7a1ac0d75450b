#include "domain/service.h"

#include "domain/service_state.h"

namespace huiban::domain {

Service::Service(EventStore& store, const Clock& clock, OfficeSettings settings)
    : store_(store),
      clock_(clock),
      settings_(std::move(settings)),
      state_(std::make_unique<State>()) {
  settings_.attendance.utc_offset = settings_.utc_offset;
}

Service::~Service() = default;

void Service::set_media(MediaGateway* media) {
  state_->media = media;
}
void Service::set_publisher(Publisher* publisher) {
  state_->publisher = publisher;
}

Result<void> Service::start() {
  control_thread().assert_here();
  for (const auto& event : HUIBAN_TRY(store_.load(StreamId::directory()))) {
    if (const auto* imported = std::get_if<DirectoryImported>(&event.payload))
      directory_ = imported->directory;
    state_->directory_seq = event.seq;
  }
  for (const auto& stream : HUIBAN_TRY(store_.streams(StreamKind::kMeeting))) {
    const MeetingId id(stream.id);
    auto& meeting = state_->meetings.try_emplace(id, id).first->second;
    for (const auto& event : HUIBAN_TRY(store_.load(stream))) meeting.apply(event);
  }
  for (const auto& stream : HUIBAN_TRY(store_.streams(StreamKind::kTask))) {
    const TaskId id(stream.id);
    auto& task = state_->tasks.try_emplace(id, id).first->second;
    for (const auto& event : HUIBAN_TRY(store_.load(stream))) task.apply(event);
  }
  for (auto& [id, meeting] : state_->meetings)
    if (meeting.state() == MeetingState::kConvened || meeting.state() == MeetingState::kRunning)
      HUIBAN_CHECK(resume_running(meeting));
  return {};
}

// Connections did not survive the stop. Their rooms count as lost from this moment on, not from the
// crash: the server's own outage is nobody's absence.
Result<void> Service::resume_running(Meeting& meeting) {
  const auto now = clock_.now();
  std::vector<EventPayload> payloads;
  if (meeting.state() == MeetingState::kRunning)
    payloads.push_back(ServerRestarted{store_.last_alive().value_or(now)});
  for (const auto& [venue, presence] : meeting.presence())
    if (presence.online)
      payloads.push_back(VenueLost{venue, presence.peer.value_or(PeerId{}), now});
  if (!payloads.empty())
    HUIBAN_TRY(commit(meeting, {CommandId::make(), Actor{}}, std::move(payloads)));
  if (!state_->media) return {};
  state_->media->open_meeting(meeting.id(), meeting.venues());
  show(meeting);
  open_gates(meeting, meeting.floor());
  return {};
}

std::optional<CommandOutcome> Service::applied_before(const Command& command) const {
  return store_.find_command(command.id);
}

Result<Meeting*> Service::meeting_in(MeetingId id, std::initializer_list<MeetingState> states) {
  control_thread().assert_here();
  const auto found = state_->meetings.find(id);
  if (found == state_->meetings.end()) return no_meeting();
  Meeting& meeting = found->second;
  if (std::find(states.begin(), states.end(), meeting.state()) != states.end()) return &meeting;
  switch (meeting.state()) {
    case MeetingState::kPlanned:
      return wrong_state("会议还没有召集", "The meeting has not been convened yet");
    case MeetingState::kConvened:
      return wrong_state("会议还没有开始", "The meeting has not started yet");
    case MeetingState::kRunning:
      return wrong_state("会议正在进行", "The meeting is running");
    case MeetingState::kEnded:
      return wrong_state("会议已经结束", "The meeting has ended");
  }
  return no_meeting();
}

Result<Applied> Service::commit(Meeting& meeting, const Command& command,
                                std::vector<EventPayload> payloads) {
  const auto stored =
      HUIBAN_TRY(store_.append(StreamId::of(meeting.id()), meeting.seq(), command.actor, command.id,
                               clock_.now(), std::move(payloads)));
  for (const auto& event : stored) {
    meeting.apply(event);
    if (state_->publisher) state_->publisher->event_stored(event);
  }
  return Applied{meeting.seq()};
}

Result<Applied> Service::commit(Task& task, const Command& command,
                                std::vector<EventPayload> payloads) {
  const auto stored = HUIBAN_TRY(store_.append(StreamId::of(task.id()), task.seq(), command.actor,
                                               command.id, clock_.now(), std::move(payloads)));
  for (const auto& event : stored) {
    task.apply(event);
    if (state_->publisher) state_->publisher->event_stored(event);
  }
  return Applied{task.seq()};
}

int Service::office_year(UtcTime at) const {
  const auto day = std::chrono::floor<std::chrono::days>(at + settings_.utc_offset);
  return int(std::chrono::year_month_day{day}.year());
}

// ---- read ----

const Meeting* Service::find_meeting(MeetingId id) const {
  const auto found = state_->meetings.find(id);
  return found == state_->meetings.end() ? nullptr : &found->second;
}

std::vector<const Meeting*> Service::meetings() const {
  std::vector<const Meeting*> list;
  for (const auto& [id, meeting] : state_->meetings) list.push_back(&meeting);
  const auto key = [](const Meeting* m) {
    const auto& time = m->plan().time;
    return std::tuple(std::chrono::sys_days{time.date},
                      time.start.value_or(std::chrono::minutes{0}), m->id());
  };
  std::sort(list.begin(), list.end(),
            [&](const Meeting* a, const Meeting* b) { return key(a) > key(b); });
  return list;
}

const Task* Service::find_task(TaskId id) const {
  const auto found = state_->tasks.find(id);
  return found == state_->tasks.end() ? nullptr : &found->second;
}

std::vector<const Task*> Service::tasks() const {
  std::vector<const Task*> list;
  for (const auto& [id, task] : state_->tasks) list.push_back(&task);
  const auto key = [this](const Task* task) {
    const auto& content = task->content();
    const Unit* unit = content.lead_unit ? directory_.find_unit(*content.lead_unit) : nullptr;
    const auto due =
        content.due ? std::chrono::sys_days{*content.due} : std::chrono::sys_days::max();
    return std::tuple(due, unit ? unit->order : 0, task->id());
  };
  std::sort(list.begin(), list.end(),
            [&](const Task* a, const Task* b) { return key(a) < key(b); });
  return list;
}

Result<std::vector<StoredEvent>> Service::journal(MeetingId id) const {
  if (!find_meeting(id)) return no_meeting();
  return store_.load(StreamId::of(id));
}

AttendanceResult Service::attendance_of(MeetingId id) const {
  const Meeting* meeting = find_meeting(id);
  return meeting ? attendance(*meeting, clock_.now(), settings_.attendance) : AttendanceResult{};
}

}  // namespace huiban::domain
