#include "domain/service.h"

#include "domain/service_state.h"
#include "domain/wording.h"

namespace huiban::domain {

Service::Service(EventStore& store, const Clock& clock, OfficeSettings settings)
    : store_(store),
      clock_(clock),
      settings_(std::move(settings)),
      state_(std::make_unique<State>()) {
  settings_.attendance.utc_offset = settings_.utc_offset;
  state_->calendar = TaskCalendar(settings_.utc_offset);
}

Service::~Service() {
  write_lines();
}

void Service::set_media(MediaGateway* media) {
  state_->media = media;
  for (auto& [id, gates] : state_->gates) gates.open.clear();
}

void Service::set_publisher(Publisher* publisher) {
  state_->publisher = publisher;
}

Result<void> Service::start() {
  control_thread().assert_here();
  for (const auto& event : HUIBAN_TRY(store_.load(StreamId::directory())))
    state_->directory_log.apply(event);
  directory_ = directory_today();
  for (const auto& stream : HUIBAN_TRY(store_.streams(StreamKind::kMeeting))) {
    const MeetingId id(stream.id);
    auto& meeting = state_->meetings.try_emplace(id, id).first->second;
    for (const auto& event : HUIBAN_TRY(store_.load(stream))) meeting.apply(event);
  }
  for (const auto& stream : HUIBAN_TRY(store_.streams(StreamKind::kTask))) {
    const TaskId id(stream.id);
    auto& task = state_->tasks.try_emplace(id, id).first->second;
    for (const auto& event : HUIBAN_TRY(store_.load(stream))) task.apply(event);
    if (task.last_at() + settings_.tasks.take_back < clock_.now()) task.forget_last();
    if (task.state() == TaskState::kSuspended) state_->suspended.insert(id);
  }
  HUIBAN_CHECK(load_office());
  if (state_->line_memory)
    for (const auto& line : HUIBAN_TRY(state_->line_memory->all_lines()))
      state_->lines[line.unit] = line;
  for (auto& [id, meeting] : state_->meetings)
    if (meeting.state() == MeetingState::kConvened || meeting.state() == MeetingState::kRunning)
      HUIBAN_CHECK(resume_open(meeting));
  return {};
}

// Connections did not survive the stop: their lines were lost when the server was last known alive,
// and the time until now is kept as an outage, which is nobody's absence.
Result<void> Service::resume_open(Meeting& meeting) {
  const auto now = clock_.now();
  auto last_alive = store_.last_alive().value_or(now);
  if (meeting.last_event_at()) last_alive = std::max(last_alive, *meeting.last_event_at());
  last_alive = std::min(last_alive, now);
  std::vector<EventPayload> payloads;
  if (meeting.state() == MeetingState::kRunning) payloads.push_back(ServerRestarted{last_alive});
  for (const auto& [venue, presence] : meeting.presence())
    if (presence.online)
      payloads.push_back(VenueLost{venue, presence.peer.value_or(PeerId{}), last_alive});
  if (meeting.content_shown()) payloads.push_back(ContentStopped{*meeting.content_shown()});
  if (!payloads.empty())
    HUIBAN_CHECK(commit(meeting, {CommandId::make(), Actor{}}, std::move(payloads)));
  open_media(meeting);
  return {};
}

Result<std::optional<CommandOutcome>> Service::applied_before(const Command& command,
                                                              const StreamId& stream) const {
  auto outcome = HUIBAN_TRY(created_before(command, stream.kind));
  if (outcome && outcome->stream != stream)
    return fail(ErrorCode::kConflict, "这个操作编号已经用过", "This command id has been used");
  return outcome;
}

Result<std::optional<CommandOutcome>> Service::created_before(const Command& command,
                                                              StreamKind kind) const {
  if (command.id.is_nil())
    return fail(ErrorCode::kMalformed, "缺少操作编号", "The command has no id");
  auto outcome = store_.find_command(command.id);
  if (outcome && outcome->stream.kind != kind)
    return fail(ErrorCode::kConflict, "这个操作编号已经用过", "This command id has been used");
  return outcome;
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
      if (std::find(states.begin(), states.end(), MeetingState::kRunning) == states.end())
        return wrong_state("会议已经召集", "The meeting has been convened already");
      return wrong_state("会议还没有开始", "The meeting has not started yet");
    case MeetingState::kRunning:
      return wrong_state("会议正在进行", "The meeting is running");
    case MeetingState::kEnded:
      return wrong_state("会议已经结束", "The meeting has ended");
    case MeetingState::kCancelled:
      return wrong_state("会议已经取消", "The meeting has been cancelled");
  }
  return no_meeting();
}

template <class Aggregate>
Result<Applied> Service::commit_to(Aggregate& aggregate, const Command& command,
                                   std::vector<EventPayload> payloads) {
  const auto stored =
      HUIBAN_TRY(store_.append(StreamId::of(aggregate.id()), aggregate.seq(), command.actor,
                               command.id, clock_.now(), std::move(payloads)));
  for (const auto& event : stored) {
    aggregate.apply(event);
    if (state_->publisher) state_->publisher->event_stored(event);
  }
  return Applied{aggregate.seq()};
}

Result<Applied> Service::commit(Meeting& meeting, const Command& command,
                                std::vector<EventPayload> payloads) {
  auto applied = HUIBAN_TRY(commit_to(meeting, command, std::move(payloads)));
  prepare_next(meeting);
  return applied;
}

Result<Applied> Service::commit(Task& task, const Command& command,
                                std::vector<EventPayload> payloads) {
  const auto applied = HUIBAN_TRY(commit_to(task, command, std::move(payloads)));
  if (task.state() == TaskState::kSuspended)
    state_->suspended.insert(task.id());
  else
    state_->suspended.erase(task.id());
  return applied;
}

// 〔2020〕3号: counted anew for each year of the meetings' dates.
Result<std::string> Service::next_yearly_number(const std::string& series, const Meeting& meeting) {
  const int year = int(meeting.plan().time.date.year());
  const int number = HUIBAN_TRY(store_.next_number(series, year));
  return "〔" + std::to_string(year) + "〕" + std::to_string(number) + "号";
}

int Service::office_year(UtcTime at) const {
  return int(local_date(at, settings_.utc_offset).year());
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
    const auto& date = task->facts().due ? task->facts().due : content.due;
    const auto due = date ? std::chrono::sys_days{*date} : std::chrono::sys_days::max();
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
