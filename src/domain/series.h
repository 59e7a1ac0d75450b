#pragma once
// Regular meetings (例会): how the next one of a series is planned from the last. Pure.
#include <chrono>
#include <vector>

#include "domain/meeting.h"
#include "domain/tasks.h"

namespace huiban::domain {

// The plan of `last` for another day: same agenda, rules and place, the year in the title moved on.
// `open` tasks stand first in its agenda as they come, with unit and due date; none: no such item.
// Agenda items get new ids.
MeetingPlan next_of_series(const Directory& directory, const Meeting& last,
                           const std::vector<const Task*>& open,
                           std::chrono::year_month_day date);

}  // namespace huiban::domain
