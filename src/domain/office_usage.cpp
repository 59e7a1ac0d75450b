#include "domain/office_usage.h"

#include <algorithm>
#include <map>
#include <set>

namespace huiban::domain {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

bool by_itself(SignInMethod method) {
  return method == SignInMethod::kBrowser || method == SignInMethod::kQr ||
         method == SignInMethod::kDesk;
}

class Usage {
 public:
  void add(const Meeting& meeting) {
    std::set<UnitId> called;
    for (const auto& seat : meeting.seats()) {
      auto& row = rows_[seat.unit];
      if (row.name.empty()) {
        row.unit = seat.unit;
        row.name = seat.unit_name;
        row.kind = seat.unit_kind;
        order_[seat.unit] = seat.unit_order;
      }
      if (called.insert(seat.unit).second) {
        ++row.called;
        row.receipts += meeting.receipts().count(seat.unit) ? 1 : 0;
      }
      const auto found = meeting.sign_ins().find(seat.id);
      if (found != meeting.sign_ins().end() && by_itself(found->second.method)) ++row.sign_ins;
    }
    if (meeting.plan().form != MeetingForm::kVideo) return;
    for (const auto& venue : meeting.venues()) {
      if (venue.kind != VenueKind::kBranch) continue;
      const auto line = meeting.presence().find(venue.id);
      for (const auto& unit : venue.units) {
        const auto row = rows_.find(unit);
        if (row == rows_.end()) continue;
        ++row->second.meetings;
        row->second.online +=
            line != meeting.presence().end() && line->second.joined_at.has_value() ? 1 : 0;
        row->second.tested += meeting.self_tests().count(venue.id) ? 1 : 0;
      }
    }
  }

  void add(const Task& task) {
    const auto row = task.content().lead_unit ? rows_.find(*task.content().lead_unit) : rows_.end();
    if (row == rows_.end()) return;
    ++row->second.tasks;
    row->second.signed_for += task.signed_at() ? 1 : 0;
  }

  std::vector<UnitUsage> in_order() const {
    std::vector<UnitUsage> list;
    for (const auto& [unit, row] : rows_) list.push_back(row);
    std::stable_sort(list.begin(), list.end(), [this](const UnitUsage& a, const UnitUsage& b) {
      return order_.at(a.unit) < order_.at(b.unit);
    });
    return list;
  }

 private:
  std::map<UnitId, UnitUsage> rows_;
  std::map<UnitId, int> order_;
};

// The first day of the week (Monday), month or quarter that a day lies in.
sys_days period_begin(Rhythm rhythm, year_month_day date) {
  const sys_days day{date};
  if (rhythm == Rhythm::kWeekly)
    return day - (std::chrono::weekday{day} - std::chrono::Monday);
  const auto month = unsigned(date.month());
  const auto first = rhythm == Rhythm::kQuarterly ? (month - 1) / 3 * 3 + 1 : month;
  return date.year() / std::chrono::month{first} / 1;
}

sys_days period_after(Rhythm rhythm, sys_days begin) {
  if (rhythm == Rhythm::kWeekly) return begin + std::chrono::days{7};
  return year_month_day{begin} + std::chrono::months{rhythm == Rhythm::kQuarterly ? 3 : 1};
}

std::string period_in_words(Rhythm rhythm, sys_days begin) {
  const year_month_day date{begin};
  const auto year = std::to_string(int(date.year())) + "年";
  const auto month = unsigned(date.month());
  if (rhythm == Rhythm::kQuarterly) return year + "第" + std::to_string((month - 1) / 3 + 1) + "季度";
  const auto words = year + std::to_string(month) + "月";
  return rhythm == Rhythm::kMonthly
             ? words
             : words + std::to_string(unsigned(date.day())) + "日起的一周";
}

}  // namespace

std::vector<UnitUsage> unit_usage(const std::vector<const Meeting*>& meetings,
                                  const std::vector<const Task*>& tasks) {
  Usage usage;
  for (const Meeting* meeting : meetings) usage.add(*meeting);
  for (const Task* task : tasks) usage.add(*task);
  return usage.in_order();
}

std::vector<SeriesRecord> series_records(const std::vector<const Meeting*>& meetings,
                                         std::optional<year_month_day> from, year_month_day to) {
  struct Series {
    sys_days newest, first;
    Rhythm rhythm = Rhythm::kNone;
    std::vector<sys_days> held;
  };
  std::map<std::string, Series> all;
  for (const Meeting* meeting : meetings) {
    const auto& plan = meeting->plan();
    if (plan.series.empty() || plan.rhythm == Rhythm::kNone ||
        meeting->state() == MeetingState::kCancelled)
      continue;
    const sys_days day{plan.time.date};
    auto [at, added] = all.try_emplace(plan.series, Series{day, day, plan.rhythm, {}});
    auto& series = at->second;
    series.first = std::min(series.first, day);
    if (day >= series.newest) series.newest = day, series.rhythm = plan.rhythm;
    if (meeting->state() == MeetingState::kEnded) series.held.push_back(day);
  }
  std::vector<SeriesRecord> records;
  for (const auto& [name, series] : all) {
    SeriesRecord record{name, series.rhythm, 0, 0, 0, {}};
    const auto first = from ? std::max(series.first, sys_days{*from}) : series.first;
    for (auto begin = period_begin(series.rhythm, first); begin <= sys_days{to};) {
      const auto after = period_after(series.rhythm, begin);
      const bool held = std::any_of(series.held.begin(), series.held.end(),
                                    [&](sys_days day) { return day >= begin && day < after; });
      if (held || after <= sys_days{to} + std::chrono::days{1}) {
        ++record.due;
        ++(held ? record.held : record.missed);
        if (!held) record.missing.push_back(period_in_words(series.rhythm, begin));
      }
      begin = after;
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace huiban::domain
