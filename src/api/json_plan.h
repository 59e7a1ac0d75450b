#pragma once
// MeetingPlan and TaskInput from JSON, checked for shape; whether the words mean something is the
// domain's to say.
#include "api/json_read.h"
#include "domain/agenda.h"
#include "domain/events.h"

namespace huiban::api {

Result<domain::MeetingPlan> read_plan(const JsonReader& reader);

Result<domain::TileRule> read_tile_rule(const JsonReader& reader);

struct TaskInput {
  domain::TaskContent content;
  domain::TaskSource source;
};
Result<TaskInput> read_task(const JsonReader& reader);

}  // namespace huiban::api
