// Acts on tasks: decided by the table of task_rules.cpp, stored, with the number of an issue and
// the children of a fan-out.
#include "domain/service_state.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

constexpr std::size_t kMostChildren = 500;

Result<void> check_entry(const TaskFacts& facts, const TaskEntry& entry) {
  HUIBAN_CHECK(check_text(entry.text, kMaxText, "文字", "The text"));
  for (const auto* line : {&entry.reason, &entry.person, &entry.number, &entry.channel,
                           &entry.behalf})
    HUIBAN_CHECK(check_text(*line, kMaxLine, "文字", "A text"));
  for (const auto& id : entry.files)
    if (std::none_of(facts.files.begin(), facts.files.end(),
                     [&](const TaskFile& file) { return file.id == id; }))
      return fail(ErrorCode::kInvalid, "没有这个文件", "The task has no such file");
  return {};
}

std::string contact_of(const Directory& directory, UnitId unit) {
  const auto heads = directory.heads_of(unit);
  if (!heads.empty()) return heads.front()->title;
  const auto posts = directory.posts_of(unit);
  return posts.empty() ? "" : posts.front()->title;
}

}  // namespace

TaskWorld Service::task_world() const {
  return {clock_.now(), state_->calendar, directory_, settings_.tasks};
}

TaskTimes Service::task_times(const Task& task) const {
  return times_of(task.facts(), clock_.now(), state_->calendar, settings_.tasks);
}

const TaskCalendar& Service::calendar() const {
  return state_->calendar;
}

Result<std::vector<StoredEvent>> Service::task_journal(TaskId id) const {
  if (!find_task(id)) return fail(ErrorCode::kNotFound, "没有这项任务", "There is no such task");
  return store_.load(StreamId::of(id));
}

Result<Applied> Service::act_on_task(const Command& command, TaskId id, TaskCommand act) {
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Task* task = HUIBAN_TRY(task_in(id));
  if (is_of_unit(command.actor) && !command.actor.unit)
    return fail(ErrorCode::kForbidden, "帐号没有单位", "The account has no unit");
  HUIBAN_CHECK(check_entry(task->facts(), act.entry));
  auto events = HUIBAN_TRY(decide_task(*task, act, command.actor, task_world()));
  if (act.act != TaskAct::kIssue) {
    const auto applied = HUIBAN_TRY(commit(*task, command, std::move(events)));
    if (act.act != TaskAct::kWithdraw && act.act != TaskAct::kUrge) return applied;
    for (const auto& child : task->facts().children)  // what is done to the parent is done to all
      if (Task* one = task_in(child.task).value_or(nullptr))
        if (auto same = decide_task(*one, act, command.actor, task_world()))
          HUIBAN_CHECK(commit(*one, {CommandId::make(), command.actor}, std::move(*same)));
    return applied;
  }
  if (task->is_parent()) HUIBAN_CHECK(fan_out(*task));  // before a number is spent
  const int year = office_year(clock_.now());
  const int number = HUIBAN_TRY(store_.next_number("task", year));
  return issue_as(command, *task, std::move(events),
                  settings_.number_mark + "督〔" + std::to_string(year) + "〕" +
                      std::to_string(number) + "号",
                  0);
}

Result<Applied> Service::issue_as(const Command& command, Task& task,
                                  std::vector<EventPayload> events, const std::string& number,
                                  int item) {
  auto& issued = std::get<TaskIssued>(events.back());
  issued.number = number;
  issued.item = item;
  if (task.is_parent()) issued.children = HUIBAN_TRY(fan_out(task));
  const auto applied = HUIBAN_TRY(commit(task, command, std::move(events)));
  make_children(task);
  return applied;
}

Result<Applied> Service::issue_sheet(const Command& command, const std::vector<TaskId>& ids,
                                     TaskEntry entry) {
  control_thread().assert_here();
  if (ids.empty() || ids.size() > kMostChildren)
    return fail(ErrorCode::kInvalid, "请选择任务", "Choose the tasks");
  if (const auto before = HUIBAN_TRY(created_before(command, StreamKind::kTask)))
    return Applied{before->seq};
  const TaskCommand act{TaskAct::kIssue, std::move(entry), {}};
  std::vector<std::pair<Task*, std::vector<EventPayload>>> steps;
  for (const auto& id : ids) {
    Task* task = HUIBAN_TRY(task_in(id));
    if (std::any_of(steps.begin(), steps.end(), [&](const auto& s) { return s.first == task; }))
      return fail(ErrorCode::kInvalid, "同一任务选了两次", "A task stands there twice");
    if (task->is_parent() && ids.size() > 1)
      return fail(ErrorCode::kInvalid, "分派到各单位的任务请单独交办",
                  "Issue a task for each unit by itself");
    if (task->is_parent()) HUIBAN_CHECK(fan_out(*task));
    auto events = decide_task(*task, act, command.actor, task_world());
    if (!events)
      return fail(events.error().code, task->content().title + "：" + events.error().zh,
                  task->content().title + ": " + events.error().en);
    steps.emplace_back(task, std::move(*events));
  }
  const int year = office_year(clock_.now());
  const auto number = settings_.number_mark + "督〔" + std::to_string(year) + "〕" +
                      std::to_string(HUIBAN_TRY(store_.next_number("task", year))) + "号";
  Applied last;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Command one{i == 0 ? command.id : CommandId::make(), command.actor};
    last = HUIBAN_TRY(issue_as(one, *steps[i].first, std::move(steps[i].second), number,
                               steps.size() > 1 ? int(i) + 1 : 0));
  }
  return last;
}

// The alias as it is on the day of issue; units founded later are not added.
Result<std::vector<TaskChild>> Service::fan_out(const Task& parent) const {
  const auto* alias = directory_.find_alias(parent.content().fan_out);
  std::vector<TaskChild> children;
  std::vector<std::string> lacking;
  for (const auto& unit : directory_.units) {
    if (!alias || unit.closed) continue;
    const bool named = std::find(alias->units.begin(), alias->units.end(), unit.id) !=
                       alias->units.end();
    const bool of_kind = std::find(alias->kinds.begin(), alias->kinds.end(), unit.kind) !=
                         alias->kinds.end();
    if (!named && !of_kind) continue;
    auto contact = contact_of(directory_, unit.id);
    if (contact.empty()) lacking.push_back(unit.name);
    children.push_back({TaskId::make(), unit.id, std::move(contact)});
  }
  if (!lacking.empty())
    return fail(ErrorCode::kInvalid, "这些单位没有联系人：" + join(lacking),
                "These units have no contact: " + join(lacking, ", "));
  if (children.empty() || children.size() > kMostChildren)
    return fail(ErrorCode::kInvalid, "统称里没有单位，或单位太多",
                "The group has no units, or too many");
  return children;
}

// Made after the parent's event is stored; those that a crash cut off are made at the next start.
void Service::make_children(const Task& parent) {
  int item = 0;
  for (const auto& child : parent.facts().children) {
    ++item;
    if (find_task(child.task)) continue;
    auto content = parent.content();
    content.fan_out.clear();
    content.lead_unit = child.unit;
    content.contact = child.contact;
    std::erase_if(content.card, [](const auto& one) { return one.kind == "兜底"; });
    if (is_area_unit(directory_, child.unit)) content.card.push_back({"兜底", child.unit, {}, {}});
    auto source = parent.source();
    source.parent = parent.id();
    TaskIssued issued;
    issued.number = parent.number();
    issued.item = item;
    issued.due = parent.facts().due;
    issued.entry.said_at = parent.facts().issued_at;
    auto& task = state_->tasks.try_emplace(child.task, child.task).first->second;
    const auto stored = commit(task, {CommandId::make(), Actor{}},
                               {TaskDrafted{std::move(content), std::move(source)}, issued});
    if (!stored) state_->tasks.erase(child.task);
  }
}

Service::ChildCount Service::children_of(const Task& parent) const {
  ChildCount count;
  for (const auto& child : parent.facts().children) {
    ++count.all;
    const auto* task = find_task(child.task);
    if (!task) continue;
    if (is_done(task->state())) ++count.done;
    if (task->facts().waived) ++count.waived;
  }
  return count;
}

void Service::advance_tasks() {
  control_thread().assert_here();
  const auto now = clock_.now();
  const auto suspended = state_->suspended;
  for (const auto& id : suspended) {
    Task* task = task_in(id).value_or(nullptr);
    if (!task || task->facts().suspensions.empty()) continue;
    const Day day{task->facts().suspensions.back().resume};
    if (now < state_->calendar.start_of(day)) continue;
    const Actor server;
    if (auto events = decide_task(*task, {TaskAct::kResume, {}, {}}, server, task_world()))
      (void)commit(*task, {CommandId::make(), server}, std::move(*events));
  }
}

// Folded anew where something was learnt after the moment.
Result<std::vector<TaskFacts>> Service::tasks_at(UtcTime moment) const {
  std::vector<TaskFacts> list;
  for (const auto& [id, task] : state_->tasks) {
    if (task.last_at() <= moment) {
      if (task.issued_at()) list.push_back(task.facts());
      continue;
    }
    if (!task.issued_at() || *task.issued_at() > moment) continue;
    Task then(id);
    for (const auto& event : HUIBAN_TRY(store_.load(StreamId::of(id))))
      if (event.at <= moment) then.apply(event);
    if (then.issued_at()) list.push_back(then.facts());
  }
  return list;
}

}  // namespace huiban::domain
