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
  call.json(status, task_json(*task, service));
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
    if (of_unit && (task->state() == domain::TaskState::kDraft || !actor.unit ||
                    !involves(*task, *actor.unit)))
      continue;
    list.push_back(task_json(*task, service));
  }
  call->json(200, list);
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

void issue_task(const CallPtr& call) {
  answer_applied(call, call->core->service().issue_task(call->command(), call->id<TaskId>(0)));
}

void sign_for_task(const CallPtr& call) {
  auto responsible = call->reader().text("responsible", Presence::kRequired, 200);
  if (!responsible) return call->refuse(responsible.error());
  answer_applied(call, call->core->service().sign_for_task(call->command(), call->id<TaskId>(0),
                                                           std::move(*responsible)));
}

}  // namespace huiban::api
