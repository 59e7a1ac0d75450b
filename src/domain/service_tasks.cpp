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
  for (const auto* text : {&content.category, &content.campaign, &content.object, &content.problem,
                           &content.measure, &content.fan_out})
    HUIBAN_CHECK(check_text(*text, kMaxLine, "文字", "A text"));
  if (!content.fan_out.empty() && !directory.find_alias(content.fan_out))
    return invalid("没有“" + content.fan_out + "”这个统称",
                   "There is no group named " + content.fan_out);
  if (!content.fan_out.empty() && content.lead_unit)
    return invalid("分派到各单位的任务没有牵头单位", "A task for each unit has no lead unit");
  if (content.period_day < 0 || content.period_day > 28)
    return invalid("报送日期应在 1 到 28 之间", "The report day must be between 1 and 28");
  if (content.due_rule && (content.due_rule->days < 0 || content.due_rule->days > 3660))
    return invalid("时限天数不对", "The number of days is wrong");
  for (const auto& one : content.card)
    if (one.kind.empty() || (one.unit && !directory.find_unit(*one.unit)) ||
        (one.post && !directory.find_post(*one.post)))
      return invalid("责任卡有一行不对", "A line of the responsibility card is wrong");
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

// 属地兜底: the leading village answers for its ground unless the card says who does.
void add_last_resort(const Directory& directory, TaskContent& content) {
  if (content.card.empty() && content.lead_unit && is_area_unit(directory, *content.lead_unit))
    content.card.push_back({"兜底", content.lead_unit, {}, {}});
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
  if (meeting->plan().time.date.ok()) source.date = meeting->plan().time.date;
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
  add_last_resort(directory_, content);
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
  if (task->state() == TaskState::kReview && !task->issued_at())
    return wrong_state("任务正在审核，驳回后才能改", "The task is in review; it can be changed "
                                                      "after it is sent back");
  if (task->state() != TaskState::kDraft)
    return wrong_state("任务已经交办，不能再改",
                       "The task has been issued and can no longer be changed");
  add_last_resort(directory_, content);
  HUIBAN_CHECK(check_content(directory_, content));
  return commit(*task, command, {TaskRevised{std::move(content)}});
}

Result<Applied> Service::issue_task(const Command& command, TaskId id, TaskEntry entry) {
  return act_on_task(command, id, {TaskAct::kIssue, std::move(entry), {}});
}

Result<Applied> Service::sign_for_task(const Command& command, TaskId id, std::string responsible) {
  TaskEntry entry;
  entry.person = std::move(responsible);
  return act_on_task(command, id, {TaskAct::kSign, std::move(entry), {}});
}

}  // namespace huiban::domain
