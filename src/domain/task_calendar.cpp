#include "domain/task_calendar.h"

#include <cstdio>

namespace huiban::domain {

using std::chrono::days;

namespace {

std::optional<Day> parse_day(const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year, &month, &day, &rest) != 3) return {};
  const auto date = std::chrono::year{year} / int(month) / int(day);
  if (!date.ok()) return {};
  return Day{date};
}

}  // namespace

Result<void> TaskCalendar::read_days(std::string_view text) {
  int number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    char word[8] = {}, from[16] = {}, until[16] = {};
    const int count = std::sscanf(line.c_str(), "%7s %15s %15s", word, from, until);
    if (count <= 0) continue;
    const auto first = parse_day(from);
    const auto last = count == 3 ? parse_day(until) : first;
    const bool off = std::string_view(word) == "off";
    if (count < 2 || !first || !last || *last < *first || *last - *first > days{60} ||
        (!off && std::string_view(word) != "work"))
      return fail(ErrorCode::kInvalid,
                  "工作日历第 " + std::to_string(number) + " 行读不懂：" + line,
                  "Line " + std::to_string(number) + " of the working days is not understood: " +
                      line);
    for (auto day = *first; day <= *last; day += days{1}) (off ? off_ : work_).insert(day);
  }
  return {};
}

void TaskCalendar::set_period(const NamedPeriod& period) {
  if (period.removed)
    periods_.erase(period.key);
  else
    periods_[period.key] = period;
}

bool TaskCalendar::is_working(Day day) const {
  if (work_.count(day)) return true;
  if (off_.count(day)) return false;
  const std::chrono::weekday weekday{day};
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday;
}

Day TaskCalendar::next_working(Day day) const {
  while (!is_working(day)) day += days{1};
  return day;
}

Day TaskCalendar::last_working(Day day) const {
  while (!is_working(day)) day -= days{1};
  return day;
}

Day TaskCalendar::add_working(Day day, int count) const {
  while (count > 0) {
    day += days{1};
    if (is_working(day)) --count;
  }
  return day;
}

Day TaskCalendar::day_of(UtcTime at) const {
  return std::chrono::floor<days>(at + utc_offset_);
}

UtcTime TaskCalendar::start_of(Day day) const {
  return UtcTime{day} - utc_offset_;
}

const NamedPeriod* TaskCalendar::find_period(const std::string& key) const {
  const auto found = periods_.find(key);
  return found == periods_.end() ? nullptr : &found->second;
}

std::optional<Day> TaskCalendar::due_of(const DueRule& rule, Day issued) const {
  if (!rule.period.empty()) {
    const auto* period = find_period(rule.period);
    if (!period) return {};
    return last_working(rule.period_end ? Day{period->until} : Day{period->from} - days{1});
  }
  if (rule.working) return add_working(issued, rule.days);
  return next_working(issued + days{rule.days});
}

}  // namespace huiban::domain
