#pragma once
// Figures of supervision over a period (督办统计), as of a moment: from tasks as they were known
// then. Children of a fan-out count, parents do not. Pure.
#include <optional>
#include <string>
#include <vector>

#include "domain/task_times.h"

namespace huiban::domain {

struct FigurePeriod {
  Day from, until;  // both included
  UtcTime as_of;
};

// Nothing if the denominator is empty: it prints as —.
struct Rate {
  int part = 0, whole = 0;
  std::optional<double> value() const;
  std::string text() const;  // 96.27 %, —
};

struct TaskFigures {
  int due = 0;                       // 应办结数 = in_time + late + overdue + waiting
  int in_time = 0, late = 0, overdue = 0, waiting = 0;
  Rate sign;                         // 签收及时率
  Rate report;                       // 反馈及时率
  Rate finished, on_time, on_original_time;  // 办结率 按时办结率, against the original due
  Rate at_once;                      // 一次办结率
  Rate returned;                     // 退办率
  Rate extended;                     // 延期率
  Rate reopened;                     // 回潮率
  Rate checked, satisfied;           // 回访核实率 满意率
  int days = 0, days_of = 0;         // 平均办理天数 = days / days_of
  int missed() const { return overdue + late; }  // 逾期数
  std::string average_days() const;  // 12.5, —
};

TaskFigures figures_of(const std::vector<const TaskFacts*>& tasks, const FigurePeriod& period,
                       const TaskCalendar& calendar, const TaskSettings& settings);

struct ScoreRules {
  int start = 100;
  int missing_report = 10, empty_report = 5;
};
struct Merit {
  std::uint64_t seq = 0;
  MeritNoted note;
  UtcTime at;
  std::string by;
};
struct Score {
  int score = 0, missing = 0, empty = 0, points = 0;
};
// Of one unit as lead in one month; floor 0.
Score score_of(const std::vector<const TaskFacts*>& tasks_of_unit,
               const std::vector<Merit>& merits_of_unit, std::chrono::year_month month,
               UtcTime as_of, const TaskCalendar& calendar, const TaskSettings& settings,
               const ScoreRules& rules);

// Shared ranks of equal values: 1, 2, 2, 4. Higher is better.
std::vector<int> ranks_of(const std::vector<double>& values);

}  // namespace huiban::domain
