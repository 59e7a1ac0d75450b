#include "domain/task_times.h"

#include <algorithm>

namespace huiban::domain {

using std::chrono::days;

namespace {

constexpr int kMostPeriods = 600;

Day last_of_month(std::chrono::year_month month) {
  return Day{month / std::chrono::last};
}

// The first day after `after` on which the period's report is due, before days off are minded.
Day next_period_day(const TaskContent& content, Day after) {
  if (content.period == ReportPeriod::kWeek) {
    const std::chrono::weekday wanted{unsigned(content.period_day ? content.period_day : 5) % 7};
    Day day = after + days{1};
    while (std::chrono::weekday{day} != wanted) day += days{1};
    return day;
  }
  const std::chrono::year_month_day date{after};
  auto month = date.year() / date.month();
  for (;; month += std::chrono::months{1}) {
    if (content.period == ReportPeriod::kQuarter && unsigned(month.month()) % 3 != 0) continue;
    const Day day =
        content.period_day ? Day{month / content.period_day} : last_of_month(month);
    if (day > after) return day;
  }
}

bool suspended_on(const TaskFacts& facts, Day day, const TaskCalendar& calendar) {
  return std::any_of(facts.suspensions.begin(), facts.suspensions.end(), [&](const auto& one) {
    const Day until{one.resumed.value_or(one.resume)};
    return day >= calendar.day_of(one.at) && day < until;
  });
}

void add_first_limit(std::vector<ReportLimit>& limits, const TaskFacts& facts,
                     const TaskCalendar& calendar, const TaskSettings& settings) {
  if (!facts.source.meeting || facts.content.standing) return;
  Day from = calendar.day_of(*facts.issued_at);
  if (facts.source.date) from = std::max(from, Day{*facts.source.date});
  const Day day = moved_by_suspensions(
      facts, calendar.add_working(from, settings.first_report_days), calendar);
  const auto limit = calendar.end_of(day);
  if (facts.finished_at && *facts.finished_at > limit && facts.reports.empty()) return;
  const bool made = !facts.reports.empty();
  limits.push_back({limit, true, made, made && facts.reports.front().at <= limit});
}

// A report serves the period in which it comes; if that has one, the oldest that has none.
void serve(std::vector<ReportLimit>& limits, UtcTime at) {
  const auto now = std::find_if(limits.begin(), limits.end(),
                                [&](const auto& one) { return at <= one.limit; });
  if (now != limits.end() && !now->made) {
    now->made = now->in_time = true;
    return;
  }
  const auto old =
      std::find_if(limits.begin(), now, [](const auto& one) { return !one.made; });
  if (old != now) old->made = true;
}

Light light_at(const TaskFacts& facts, UtcTime now, int missing, const TaskCalendar& calendar,
               const TaskSettings& settings) {
  if (facts.due) {
    const auto left = (Day{*facts.due} - calendar.day_of(now)).count();
    if (left < 0) return Light::kRed;
    if (left <= settings.yellow_days) return Light::kYellow;
  }
  return missing ? Light::kYellow : Light::kGreen;
}

}  // namespace

std::optional<UtcTime> due_end(const std::optional<std::chrono::year_month_day>& due,
                               const TaskCalendar& calendar) {
  if (!due) return {};
  return calendar.end_of(Day{*due});
}

Day moved_by_suspensions(const TaskFacts& facts, Day day, const TaskCalendar& calendar) {
  for (const auto& one : facts.suspensions) {
    const Day from = calendar.day_of(one.at);
    if (day < from) continue;
    day = calendar.next_working(day + (Day{one.resumed.value_or(one.resume)} - from));
  }
  return day;
}

std::optional<UtcTime> sign_limit(const TaskFacts& facts, const TaskCalendar& calendar,
                                  const TaskSettings& settings) {
  if (!facts.lead_since) return {};
  if (facts.content.urgent) return *facts.lead_since + settings.urgent_sign;
  const Day day =
      calendar.add_working(calendar.day_of(*facts.lead_since), settings.sign_working_days);
  return calendar.end_of(moved_by_suspensions(facts, day, calendar));
}

std::vector<ReportLimit> report_limits(const TaskFacts& facts, UtcTime now,
                                       const TaskCalendar& calendar,
                                       const TaskSettings& settings) {
  std::vector<ReportLimit> limits;
  if (!facts.issued_at || !facts.content.fan_out.empty()) return limits;
  const auto stop = facts.finished_at.value_or(now);
  if (facts.content.period != ReportPeriod::kNone) {
    Day day = calendar.day_of(*facts.issued_at);
    for (int i = 0; i < kMostPeriods; ++i) {
      day = next_period_day(facts.content, day);
      const Day limit = calendar.next_working(day);
      if (facts.finished_at && calendar.end_of(limit) > stop) break;
      if (suspended_on(facts, limit, calendar)) continue;
      limits.push_back({calendar.end_of(limit)});
      if (calendar.end_of(limit) > now) break;
    }
    for (const auto& report : facts.reports) serve(limits, report.at);
  }
  add_first_limit(limits, facts, calendar, settings);
  std::sort(limits.begin(), limits.end(),
            [](const auto& a, const auto& b) { return a.limit < b.limit; });
  return limits;
}

// 待审核 and an extension that were asked in time, and a reassignment that is not decided.
bool waits_with_office(const TaskFacts& facts, const TaskCalendar& calendar) {
  const auto end = due_end(facts.due, calendar);
  const auto in_time = [&](UtcTime asked) { return !end || asked <= *end; };
  if (facts.state == TaskState::kFinishAsked && !facts.requests.empty())
    return in_time(facts.requests.back().asked_at);
  if (facts.state == TaskState::kReview && facts.reassign_asked_at)
    return in_time(*facts.reassign_asked_at);
  return facts.state == TaskState::kInProgress && facts.extension &&
         in_time(facts.extension->asked_at);
}

TaskTimes times_of(const TaskFacts& facts, UtcTime now, const TaskCalendar& calendar,
                   const TaskSettings& settings) {
  TaskTimes times;
  if (!facts.issued_at) return times;
  const bool parent = !facts.content.fan_out.empty();
  const auto end = due_end(facts.due, calendar);
  if (facts.due) times.days_left = int((Day{*facts.due} - calendar.day_of(now)).count());
  times.late = facts.finished_at && end && *facts.finished_at > *end;
  if (!parent) {
    times.sign_limit = sign_limit(facts, calendar, settings);
    times.sign_late = facts.signed_at.value_or(now) > *times.sign_limit;
    times.reports = report_limits(facts, now, calendar, settings);
  }
  for (const auto& one : times.reports) {
    if (one.limit < now && !one.made) ++times.missing;
    if (one.limit >= now && !one.made && !times.next_report) times.next_report = one.limit;
  }
  if (!is_open(facts.state) || parent) return times;
  times.with_office = waits_with_office(facts, calendar);
  times.overdue = end && now > *end && !times.with_office;
  auto at = now;
  if (times.with_office)
    at = facts.state == TaskState::kFinishAsked ? facts.requests.back().asked_at
         : facts.extension                      ? facts.extension->asked_at
                                                : *facts.reassign_asked_at;
  times.light = light_at(facts, at, times.missing, calendar, settings);
  return times;
}

}  // namespace huiban::domain
