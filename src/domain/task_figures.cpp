#include "domain/task_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace huiban::domain {

namespace {

class Counter {
 public:
  Counter(const FigurePeriod& period, const TaskCalendar& calendar, const TaskSettings& settings)
      : period_(period), calendar_(calendar), settings_(settings) {
    start_ = calendar.start_of(period.from);
    end_ = std::min(calendar.end_of(period.until), period.as_of);
  }

  void count(const TaskFacts& f) {
    if (!f.issued_at || !f.content.fan_out.empty() || *f.issued_at > end_) return;
    if (f.state == TaskState::kWithdrawn || f.state == TaskState::kSuspended) return;
    count_signing(f);
    count_reports(f);
    count_requests(f);
    if (within(*f.issued_at)) {
      ++figures_.extended.whole;
    }
    if (std::any_of(f.extended_at.begin(), f.extended_at.end(),
                    [&](UtcTime at) { return within(at); }))
      ++figures_.extended.part;
    count_checks(f);
    if (!f.content.standing && f.due) count_due(f);
  }

  TaskFigures result() const { return figures_; }

 private:
  bool within(UtcTime at) const { return at >= start_ && at <= end_; }

  void count_signing(const TaskFacts& f) {
    const auto limit = sign_limit(f, calendar_, settings_);
    if (!limit || !within(*limit)) return;
    ++figures_.sign.whole;
    if (f.signed_at && *f.signed_at <= *limit) ++figures_.sign.part;
  }

  void count_reports(const TaskFacts& f) {
    for (const auto& one : report_limits(f, period_.as_of, calendar_, settings_)) {
      if (!within(one.limit)) continue;
      ++figures_.report.whole;
      if (one.in_time) ++figures_.report.part;
    }
  }

  void count_requests(const TaskFacts& f) {
    for (const auto& one : f.requests)
      if (within(one.asked_at)) ++figures_.returned.whole;
    for (const auto at : f.returned_at)
      if (within(at)) ++figures_.returned.part;
  }

  void count_checks(const TaskFacts& f) {
    if (!f.first_finished_at || *f.first_finished_at > end_) return;
    ++figures_.reopened.whole;
    ++figures_.checked.whole;
    if (std::any_of(f.reopened_at.begin(), f.reopened_at.end(),
                    [&](UtcTime at) { return within(at); }))
      ++figures_.reopened.part;
    if (f.checks.empty()) return;
    ++figures_.checked.part;
    ++figures_.satisfied.whole;
    const auto last = f.checks.back().satisfaction;
    if (last == Satisfaction::kSatisfied || last == Satisfaction::kMostly)
      ++figures_.satisfied.part;
  }

  void count_due(const TaskFacts& f) {
    const Day due{*f.due};
    const auto end = calendar_.end_of(due);
    const bool reopened = std::any_of(f.reopened_at.begin(), f.reopened_at.end(),
                                      [&](UtcTime at) { return within(at); });
    if (due >= period_.from) {
      if (due > period_.until || end > period_.as_of) return;
    } else if (f.finished_at && *f.finished_at < start_ && !reopened) {
      return;  // finished before the period
    }
    ++figures_.due;
    if (f.finished_at) {
      ++(*f.finished_at <= end ? figures_.in_time : figures_.late);
      ++figures_.finished.part;
      ++figures_.at_once.whole;
      if (f.returned_at.empty()) ++figures_.at_once.part;
      if (*f.finished_at <= end) ++figures_.on_time.part;
      if (*f.finished_at <= *due_end(f.original_due ? f.original_due : f.due, calendar_))
        ++figures_.on_original_time.part;
      // Days count from the issue to the present lead.
      figures_.days += int((calendar_.day_of(*f.finished_at) - calendar_.day_of(*f.lead_since)).count());
      ++figures_.days_of;
    } else {
      ++(waits_with_office(f, calendar_) ? figures_.waiting : figures_.overdue);
    }
    figures_.finished.whole = figures_.on_time.whole = figures_.on_original_time.whole =
        figures_.due;
  }

  const FigurePeriod& period_;
  const TaskCalendar& calendar_;
  const TaskSettings& settings_;
  UtcTime start_, end_;
  TaskFigures figures_;
};

}  // namespace

std::optional<double> Rate::value() const {
  if (whole == 0) return {};
  return double(part) / whole;
}

std::string Rate::text() const {
  const auto rate = value();
  if (!rate) return "—";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", *rate * 100);
  return text;
}

std::string TaskFigures::average_days() const {
  if (days_of == 0) return "—";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", double(days) / days_of);
  return text;
}

TaskFigures figures_of(const std::vector<const TaskFacts*>& tasks, const FigurePeriod& period,
                       const TaskCalendar& calendar, const TaskSettings& settings) {
  Counter counter(period, calendar, settings);
  for (const auto* one : tasks) counter.count(*one);
  return counter.result();
}

Score score_of(const std::vector<const TaskFacts*>& tasks, const std::vector<Merit>& merits,
               std::chrono::year_month month, UtcTime as_of, const TaskCalendar& calendar,
               const TaskSettings& settings, const ScoreRules& rules) {
  Score score;
  const Day first{month / 1}, last{month / std::chrono::last};
  const auto start = calendar.start_of(first);
  const auto end = std::min(calendar.end_of(last), as_of);
  const auto within = [&](UtcTime at) { return at >= start && at <= end; };
  for (const auto* f : tasks) {
    if (f->state == TaskState::kWithdrawn || f->state == TaskState::kSuspended) continue;
    for (const auto& one : report_limits(*f, as_of, calendar, settings))
      if (within(one.limit) && !one.made) ++score.missing;
    for (const auto& one : f->reports)
      if (one.empty && within(one.at)) ++score.empty;
  }
  for (const auto& one : merits)
    if (Day{one.note.date} >= first && Day{one.note.date} <= last) score.points += one.note.points;
  score.score = std::max(0, rules.start - rules.missing_report * score.missing -
                                rules.empty_report * score.empty + score.points);
  return score;
}

std::vector<int> ranks_of(const std::vector<double>& values) {
  std::vector<int> ranks;
  for (const double one : values)
    ranks.push_back(1 + int(std::count_if(values.begin(), values.end(),
                                          [&](double other) { return other > one + 1e-12; })));
  return ranks;
}

}  // namespace huiban::domain
