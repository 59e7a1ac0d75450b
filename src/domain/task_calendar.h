#pragma once
// Working days with make-up days (调休), and the town's named periods. Days are the office's. Pure.
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "domain/task_events.h"

namespace huiban::domain {

using Day = std::chrono::sys_days;

class TaskCalendar {
 public:
  explicit TaskCalendar(std::chrono::minutes utc_offset = std::chrono::minutes{480})
      : utc_offset_(utc_offset) {}

  // Lines "off 2026-02-15 2026-02-23" and "work 2026-02-14"; # begins a comment. Invalid: names
  // the line.
  Result<void> read_days(std::string_view text);
  void set_period(const NamedPeriod& period);

  bool is_working(Day day) const;
  Day next_working(Day day) const;  // the day itself, if it is one
  Day last_working(Day day) const;
  Day add_working(Day day, int count) const;  // the count-th working day after the day

  Day day_of(UtcTime at) const;
  UtcTime start_of(Day day) const;                                       // 00:00
  UtcTime end_of(Day day) const { return start_of(day + std::chrono::days{1}); }  // 24:00

  const NamedPeriod* find_period(const std::string& key) const;
  const std::map<std::string, NamedPeriod>& periods() const { return periods_; }
  // The due of a rule for a task issued on a day. Nothing: its named period is not there.
  std::optional<Day> due_of(const DueRule& rule, Day issued) const;

 private:
  std::chrono::minutes utc_offset_;
  std::set<Day> off_, work_;
  std::map<std::string, NamedPeriod> periods_;
};

}  // namespace huiban::domain
