#pragma once
// One event of every kind with every field set, for round trips.
#include <vector>

#include "domain/events.h"

namespace huiban::test {

std::vector<domain::EventPayload> every_event();
domain::Actor secretary();  // 党政办秘书
domain::MeetingPlan full_plan();

}  // namespace huiban::test
