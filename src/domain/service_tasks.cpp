// From words to work: tasks drafted from items, issued with a number, signed for by the unit.
#include "domain/service_state.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

Result<void> check_content(const Directory& directory, const TaskContent& content) {
  if (content.title.empty())
    return fail(ErrorCode::kInvalid, "请写清任务事项", "The task needs a title");
  HUIBAN_CHECK(check_text(content.title, "任务事项", "The title"));
  HUIBAN_CHECK(check_text(content.detail, "任务说明", "The detail"));
  HUIBAN_CHECK(check_text(content.contact, "责任人", "The contact"));
  HUIBAN_CHECK(check_text(content.evidence, "办结材料", "The evidence"));
  if (content.due && !content.due->ok())
    return fail(ErrorCode::kInvalid, "时限不是日期", "The due date is not a date");
  if (content.lead_unit && !directory.find_unit(*content.lead_unit))
    return fail(ErrorCode::kInvalid, "牵头单位不在通讯录中",
                "The lead unit is not in the directory");
  for (const auto& unit : content.assist_units)
    if (!directory.find_unit(unit))
      return fail(ErrorCode::kInvalid, "配合单位不在通讯录中",
                  "An assisting unit is not in the directory");
  return {};
}

}  // namespace

// The words of meeting, item and speaker are frozen: lists and papers print them as they were said.
void Service::freeze_source(TaskSource& source) const {
  const Meeting* meeting = source.meeting ? find_meeting(*source.meeting) : nullptr;
  if (!meeting) return;
  source.meeting_title = meeting->plan().title;
  if (!source.second && meeting->state() == MeetingState::kRunning)
    source.second =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - *meeting->started_at())
            .count();
  if (const AgendaItem* item = source.item ? meeting->find_item(*source.item) : nullptr) {
    source.item_title = item_in_words(*item);
    source.speaker = speakers_in_words(directory_, item->speakers);
  }
}

Result<Service::TaskAnswer> Service::draft_task(const Command& command, TaskContent content,
                                                TaskSource source) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command))
    return TaskAnswer{TaskId(before->stream.id), before->seq};
  HUIBAN_CHECK(check_content(directory_, content));
  HUIBAN_CHECK(check_text(source.quote, "原话", "The quote"));
  if (source.meeting && !find_meeting(*source.meeting)) return no_meeting();
  if (source.item && (!source.meeting || !find_meeting(*source.meeting)->find_item(*source.item)))
    return fail(ErrorCode::kInvalid, "没有这个议程项", "There is no such agenda item");
  if (source.second && *source.second < 0)
    return fail(ErrorCode::kInvalid, "时间点在会议开始之前",
                "The moment lies before the meeting's start");
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

namespace {

template <class Tasks>
Result<Task*> find_in(Tasks& tasks, TaskId id) {
  const auto found = tasks.find(id);
  if (found == tasks.end())
    return fail(ErrorCode::kNotFound, "没有这项任务", "There is no such task");
  return &found->second;
}

}  // namespace

Result<Applied> Service::revise_task(const Command& command, TaskId id, TaskContent content) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Task* task = HUIBAN_TRY(find_in(state_->tasks, id));
  if (task->state() != TaskState::kDraft)
    return wrong_state("任务已经交办，不能再改",
                       "The task has been issued and can no longer be changed");
  HUIBAN_CHECK(check_content(directory_, content));
  return commit(*task, command, {TaskRevised{std::move(content)}});
}

Result<Applied> Service::issue_task(const Command& command, TaskId id) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kApprover}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Task* task = HUIBAN_TRY(find_in(state_->tasks, id));
  if (task->state() != TaskState::kDraft)
    return wrong_state("任务已经交办", "The task has been issued already");
  const auto& content = task->content();
  std::string zh, en;
  const auto missing = [&](bool is, const char* in_zh, const char* in_en) {
    if (!is) return;
    zh += (zh.empty() ? "" : "、") + std::string(in_zh);
    en += (en.empty() ? "" : ", ") + std::string(in_en);
  };
  missing(!content.lead_unit, "牵头单位", "lead unit");
  missing(content.contact.empty(), "责任人", "contact");
  missing(!content.due, "时限", "due date");
  if (!zh.empty())
    return fail(ErrorCode::kInvalid, "交办前还要填：" + zh, "Before issuing, fill in: " + en);
  const int year = office_year(clock_.now());
  const int number = HUIBAN_TRY(store_.next_number("task", year));
  return commit(*task, command,
                {TaskIssued{settings_.number_mark + "督〔" + std::to_string(year) + "〕" +
                            std::to_string(number) + "号"}});
}

Result<Applied> Service::sign_for_task(const Command& command, TaskId id, std::string responsible) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(require_role(actor, {Role::kLiaison, Role::kUnitHead, Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Task* task = HUIBAN_TRY(find_in(state_->tasks, id));
  const bool of_unit = actor.role == Role::kLiaison || actor.role == Role::kUnitHead;
  if (of_unit && (!actor.unit || actor.unit != task->content().lead_unit))
    return fail(ErrorCode::kForbidden, "只能签收本单位的任务",
                "You may sign for your own unit's tasks only");
  if (task->state() == TaskState::kDraft)
    return wrong_state("任务还没有交办", "The task has not been issued yet");
  if (task->state() != TaskState::kIssued)
    return wrong_state("任务已经签收", "The task has been signed for already");
  if (responsible.empty())
    return fail(ErrorCode::kInvalid, "请写明责任人", "Name who is responsible");
  HUIBAN_CHECK(check_text(responsible, "责任人", "The name"));
  return commit(*task, command, {TaskSignedFor{std::move(responsible)}});
}

}  // namespace huiban::domain
