// From words to work: tasks drafted from items, issued with a number, signed for by the unit.
#include "domain/service_state.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

constexpr std::size_t kMaxAssisting = 200;

tl::unexpected<Error> invalid(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, zh, en);
}

Result<void> check_content(const Directory& directory, const TaskContent& content) {
  if (content.title.empty()) return invalid("请写清任务事项", "The task needs a title");
  HUIBAN_CHECK(check_text(content.title, kMaxLine, "任务事项", "The title"));
  HUIBAN_CHECK(check_text(content.detail, kMaxText, "任务说明", "The detail"));
  HUIBAN_CHECK(check_text(content.contact, kMaxLine, "责任人", "The contact"));
  HUIBAN_CHECK(check_text(content.evidence, kMaxLine, "办结材料", "The evidence"));
  if (content.due && !content.due->ok())
    return invalid("时限不是日期", "The due date is not a date");
  if (content.lead_unit && !directory.find_unit(*content.lead_unit))
    return invalid("牵头单位不在通讯录中", "The lead unit is not in the directory");
  if (content.assist_units.size() > kMaxAssisting)
    return invalid("配合单位太多", "Too many assisting units");
  for (const auto& id : content.assist_units) {
    const Unit* unit = directory.find_unit(id);
    if (!unit) return invalid("配合单位不在通讯录中", "An assisting unit is not in the directory");
    if (content.lead_unit == id)
      return invalid(unit->name + "已是牵头单位，不能再配合",
                     unit->name + " leads the task and cannot assist as well");
  }
  return {};
}

}  // namespace

// The words of meeting, item and speaker are frozen: lists and papers print them as they were said.
void Service::freeze_source(TaskSource& source) const {
  source.meeting_title.clear();
  source.item_title.clear();
  source.speaker.clear();
  const Meeting* meeting = source.meeting ? find_meeting(*source.meeting) : nullptr;
  if (!meeting) return;
  source.meeting_title = meeting->plan().title;
  if (meeting->state() == MeetingState::kRunning && !source.second) {
    if (!source.item) source.item = meeting->current_item();
    const auto since = clock_.now() - *meeting->started_at();
    source.second =
        std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(since).count());
  }
  if (const AgendaItem* item = source.item ? meeting->find_item(*source.item) : nullptr) {
    source.item_title = item_in_words(*item);
    source.speaker = speakers_in_words(directory_, item->speakers);
  }
}

Result<void> Service::check_source(const TaskSource& source) const {
  HUIBAN_CHECK(check_text(source.quote, kMaxText, "原话", "The quote"));
  HUIBAN_CHECK(check_text(source.kind, kMaxLine, "来源", "The kind of source"));
  if (!source.meeting) {
    if (source.item || source.second)
      return invalid("没有写明是哪个会议", "The meeting of the item is not named");
    return {};
  }
  const Meeting* meeting = find_meeting(*source.meeting);
  if (!meeting) return no_meeting();
  if (source.item && !meeting->find_item(*source.item))
    return invalid("没有这个议程项", "There is no such agenda item");
  if (!source.second) return {};
  if (*source.second < 0)
    return invalid("时间点在会议开始之前", "The moment lies before the meeting's start");
  if (!meeting->started_at())
    return invalid("会议还没有开始，没有时间点",
                   "The meeting has not started, so it has no moments");
  const auto moment = *meeting->started_at() + std::chrono::seconds{*source.second};
  if (moment > meeting->ended_at().value_or(clock_.now()))
    return invalid("时间点在会议结束之后", "The moment lies after the meeting's end");
  return {};
}

Result<Service::TaskAnswer> Service::draft_task(const Command& command, TaskContent content,
                                                TaskSource source) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(created_before(command, StreamKind::kTask)))
    return TaskAnswer{TaskId(before->stream.id), before->seq};
  HUIBAN_CHECK(check_content(directory_, content));
  HUIBAN_CHECK(check_source(source));
  freeze_source(source);
  const auto id = TaskId::make();
  auto& task = state_->tasks.try_emplace(id, id).first->second;
  const auto applied = commit(task, command, {TaskDrafted{std::move(content), std::move(source)}});
  if (!applied) {
    state_->tasks.erase(id);
    return tl::make_unexpected(applied.error());
  }
  return TaskAnswer{id, applied->seq};
}

Result<Task*> Service::task_in(TaskId id) {
  control_thread().assert_here();
  const auto found = state_->tasks.find(id);
  if (found == state_->tasks.end())
    return fail(ErrorCode::kNotFound, "没有这项任务", "There is no such task");
  return &found->second;
}

Result<Applied> Service::revise_task(const Command& command, TaskId id, TaskContent content) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Task* task = HUIBAN_TRY(task_in(id));
  if (task->state() != TaskState::kDraft)
    return wrong_state("任务已经交办，不能再改",
                       "The task has been issued and can no longer be changed");
  HUIBAN_CHECK(check_content(directory_, content));
  return commit(*task, command, {TaskRevised{std::move(content)}});
}

Result<Applied> Service::issue_task(const Command& command, TaskId id) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kApprover}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Task* task = HUIBAN_TRY(task_in(id));
  if (task->state() != TaskState::kDraft)
    return wrong_state("任务已经交办", "The task has been issued already");
  const auto& content = task->content();
  std::vector<std::string> zh, en;
  const auto need = [&](bool present, const char* name_zh, const char* name_en) {
    if (present) return;
    zh.push_back(name_zh);
    en.push_back(name_en);
  };
  need(content.lead_unit.has_value(), "牵头单位", "lead unit");
  need(!content.contact.empty(), "责任人", "contact");
  need(content.due.has_value(), "时限", "due date");
  if (!zh.empty())
    return invalid("交办前还要填：" + join(zh), "Before issuing, fill in: " + join(en, ", "));
  HUIBAN_CHECK(check_content(directory_, content));  // the directory may have changed since
  const int year = office_year(clock_.now());
  const int number = HUIBAN_TRY(store_.next_number("task", year));
  return commit(*task, command,
                {TaskIssued{settings_.number_mark + "督〔" + std::to_string(year) + "〕" +
                            std::to_string(number) + "号"}});
}

// By the lead unit, or by the office for it (代录); the event's actor says which.
Result<Applied> Service::sign_for_task(const Command& command, TaskId id, std::string responsible) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(require_role(actor, {Role::kLiaison, Role::kUnitHead, Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Task* task = HUIBAN_TRY(task_in(id));
  if (is_of_unit(actor) && (!actor.unit || actor.unit != task->content().lead_unit))
    return fail(ErrorCode::kForbidden, "只能签收本单位的任务",
                "You may sign for your own unit's tasks only");
  if (task->state() == TaskState::kDraft)
    return wrong_state("任务还没有交办", "The task has not been issued yet");
  if (task->state() != TaskState::kIssued)
    return wrong_state("任务已经签收", "The task has been signed for already");
  if (responsible.empty()) return invalid("请写明责任人", "Name who is responsible");
  HUIBAN_CHECK(check_text(responsible, kMaxLine, "责任人", "The name"));
  return commit(*task, command, {TaskSignedFor{std::move(responsible)}});
}

}  // namespace huiban::domain
