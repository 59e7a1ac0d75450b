#pragma once
// What is due when, and what is late: computed for a moment, never stored. Pure.
#include <optional>
#include <vector>

#include "domain/task_calendar.h"
#include "domain/tasks.h"

namespace huiban::domain {

struct TaskSettings {
  int sign_working_days = 1;
  std::chrono::hours urgent_sign{2};  // 特急, by the clock
  int first_report_days = 5;          // working days after the meeting or the issue
  int yellow_days = 3;
  std::chrono::minutes take_back{10};
};

enum class Light { kNone, kGreen, kYellow, kRed };

struct ReportLimit {
  UtcTime limit;
  bool first = false;  // the first report after a meeting; else one of each period
  bool made = false, in_time = false;
};

struct TaskTimes {
  std::optional<UtcTime> sign_limit;
  bool sign_late = false;             // signed too late, or not yet though the limit has passed
  std::vector<ReportLimit> reports;   // passed, and the next one
  int missing = 0;                    // limits passed without a report
  std::optional<UtcTime> next_report;
  bool with_office = false;           // the unit's clock stands
  bool overdue = false;               // past due and neither finished nor with the office
  bool late = false;                  // finished after its due
  std::optional<int> days_left;       // to the due's day; negative: past
  Light light = Light::kNone;
};

std::optional<UtcTime> sign_limit(const TaskFacts&, const TaskCalendar&, const TaskSettings&);
std::vector<ReportLimit> report_limits(const TaskFacts&, UtcTime now, const TaskCalendar&,
                                       const TaskSettings&);
// End of the due's day.
std::optional<UtcTime> due_end(const std::optional<std::chrono::year_month_day>& due,
                               const TaskCalendar&);
bool waits_with_office(const TaskFacts&, const TaskCalendar&);
TaskTimes times_of(const TaskFacts&, UtcTime now, const TaskCalendar&, const TaskSettings&);

// Days by which suspensions moved what was due on a day.
Day moved_by_suspensions(const TaskFacts&, Day day, const TaskCalendar&);

}  // namespace huiban::domain
