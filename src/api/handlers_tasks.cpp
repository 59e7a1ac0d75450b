#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_plan.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

using domain::Role;

void answer_task(const Call& call, int status, TaskId id) {
  const auto& service = call.core->service();
  const auto* task = service.find_task(id);
  if (!task) return call.refuse(key_used_elsewhere());
  call.json(status, task_detail_json(*task, service, call.caller.actor));
}

bool involves(const domain::Task& task, UnitId unit) {
  if (task.content().lead_unit == unit) return true;
  for (const auto& one : task.content().assist_units)
    if (one == unit) return true;
  return false;
}

template <class IdType>
Result<std::optional<IdType>> query_id(const Call& call, const char* name) {
  const auto text = call.request.query_value(name);
  if (!text || text->empty()) return std::optional<IdType>{};
  const auto id = IdType::parse(*text);
  if (id) return id;
  return fail(ErrorCode::kInvalid, std::string("参数 ") + name + " 不是有效的编号（UUID）",
              std::string("The parameter ") + name + " is not a UUID");
}

void answer_applied(const CallPtr& call, const Result<domain::Applied>& result) {
  if (!result) return call->refuse(result.error());
  answer_task(*call, 200, call->id<TaskId>(0));
}

}  // namespace

void list_tasks(const CallPtr& call) {
  const auto meeting = query_id<MeetingId>(*call, "meeting");
  if (!meeting) return call->refuse(meeting.error());
  const auto unit = query_id<UnitId>(*call, "unit");
  if (!unit) return call->refuse(unit.error());
  const auto& actor = call->caller.actor;
  const bool of_unit = actor.role == Role::kUnitHead || actor.role == Role::kLiaison;
  if (of_unit && *unit && *unit != actor.unit)
    return call->refuse({ErrorCode::kForbidden,
                         "只能查看本单位的任务",
                         "Only your own unit's tasks are shown",
                         {}});
  const auto& service = call->core->service();
  auto list = nlohmann::json::array();
  for (const auto* task : service.tasks()) {
    if (*meeting && task->source().meeting != **meeting) continue;
    if (*unit && !involves(*task, **unit)) continue;
    if (of_unit && (!task->issued_at() || !actor.unit ||
                    !involves(*task, *actor.unit)))
      continue;
    list.push_back(task_json(*task, service, actor));
  }
  call->json(200, list);
}

void get_task_pulse(const CallPtr& call) {
  call->json(200, {{"changes", call->core->figures.task_changes}});
}

void draft_task(const CallPtr& call) {
  auto input = read_task(call->reader());
  if (!input) return call->refuse(input.error());
  const auto made = call->core->service().draft_task(call->command(), std::move(input->content),
                                                     std::move(input->source));
  if (!made) return call->refuse(made.error());
  answer_task(*call, 201, made->task);
}

void get_task(const CallPtr& call) {
  answer_task(*call, 200, call->id<TaskId>(0));
}

void revise_task(const CallPtr& call) {
  auto input = read_task(call->reader());
  if (!input) return call->refuse(input.error());
  answer_applied(call, call->core->service().revise_task(call->command(), call->id<TaskId>(0),
                                                         std::move(input->content)));
}

namespace {

Result<domain::TaskEntry> read_entry(const JsonReader& reader) {
  domain::TaskEntry entry;
  entry.text = HUIBAN_TRY(reader.text("text", Presence::kOptional, 20000));
  entry.reason = HUIBAN_TRY(reader.text("reason", Presence::kOptional, 2000));
  if (reader.has("percent")) entry.percent = HUIBAN_TRY(reader.integer("percent", 0, 100, {}));
  entry.files = HUIBAN_TRY(reader.texts("files", 50));
  entry.date = HUIBAN_TRY(reader.date("date"));
  entry.unit = HUIBAN_TRY(reader.id<UnitId>("unit"));
  entry.person = HUIBAN_TRY(reader.text("person", Presence::kOptional, 200));
  entry.number = HUIBAN_TRY(reader.text("number", Presence::kOptional, 200));
  entry.passed = HUIBAN_TRY(reader.flag("passed", true));
  entry.satisfaction = HUIBAN_TRY(reader.word("satisfaction", kSatisfactionNames,
                                              std::optional(domain::Satisfaction::kNone)));
  if (reader.has("report")) {
    const auto report = HUIBAN_TRY(reader.whole("report"));
    if (report < 0) return reader.wrong("report", " 不对", "is wrong");
    entry.report = std::uint64_t(report);
  }
  entry.channel = HUIBAN_TRY(reader.text("channel", Presence::kOptional, 100));
  entry.behalf = HUIBAN_TRY(reader.text("behalf", Presence::kOptional, 200));
  entry.said_at = HUIBAN_TRY(reader.time("said_at"));
  return entry;
}

void act(const CallPtr& call, domain::TaskAct act, Result<domain::TaskEntry> entry) {
  if (!entry) return call->refuse(entry.error());
  answer_applied(call, call->core->service().act_on_task(call->command(), call->id<TaskId>(0),
                                                         {act, std::move(*entry), {}}));
}

}  // namespace

void issue_task(const CallPtr& call) {
  act(call, domain::TaskAct::kIssue, read_entry(call->reader()));
}

void sign_for_task(const CallPtr& call) {
  auto responsible = call->reader().text("responsible", Presence::kRequired, 200);
  if (!responsible) return call->refuse(responsible.error());
  auto entry = read_entry(call->reader());
  if (entry) entry->person = std::move(*responsible);
  act(call, domain::TaskAct::kSign, std::move(entry));
}

void act_on_task(const CallPtr& call) {
  const auto which =
      call->reader().word("act", kTaskActNames, std::optional<domain::TaskAct>{});
  if (!which) return call->refuse(which.error());
  if (*which == domain::TaskAct::kAttach)
    return call->refuse({ErrorCode::kInvalid, "文件请上传", "Upload files instead", {}});
  act(call, *which, read_entry(call->reader()));
}

void issue_task_sheet(const CallPtr& call) {
  const auto tasks = call->reader().ids<TaskId>("tasks", 200);
  if (!tasks) return call->refuse(tasks.error());
  auto entry = read_entry(call->reader());
  if (!entry) return call->refuse(entry.error());
  call->applied(call->core->service().issue_sheet(call->command(), *tasks, std::move(*entry)));
}

void get_task_history(const CallPtr& call) {
  const auto& service = call->core->service();
  const auto events = service.task_journal(call->id<TaskId>(0));
  if (!events) return call->refuse(events.error());
  auto list = nlohmann::json::array();
  for (const auto& event : *events)
    list.push_back(task_history_json(event, service.directory(), call->language));
  call->json(200, list);
}

}  // namespace huiban::api
