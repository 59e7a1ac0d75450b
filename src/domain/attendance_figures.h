#pragma once
// Attendance over a period: sums by meeting, unit, unit kind, room, post and month. A period's rate
// is sum / sum, not a mean of rates. Pure.
#include <optional>
#include <string>
#include <vector>

#include "domain/attendance.h"

namespace huiban::domain {

enum class FiguresBy { kMeeting, kUnit, kKind, kVenue, kPost, kMonth };

// What one ended meeting adds, worked out once.
struct MeetingFigures {
  struct Group {
    std::string key, name, kind;
    std::optional<UnitId> unit;
    AttendanceTotals totals;
  };
  MeetingId meeting;
  std::string title;
  std::chrono::year_month_day date;
  int minutes = 0;  // from actual start to end
  AttendanceTotals total;
  std::vector<Group> units, venues, posts;  // posts: by title within a unit
};

MeetingFigures figures_of(const Meeting& meeting, const AttendanceResult& result);

struct FiguresRow {
  std::string key, name;
  AttendanceTotals totals;
  int meetings = 0;
  int minutes = 0;  // of the meetings that it was called to
};

struct Figures {
  FiguresRow total;
  std::vector<FiguresRow> rows;
};

// unit: this unit's share only. Rows in the order of first appearance; months by date.
Figures sum_figures(const std::vector<const MeetingFigures*>& meetings, FiguresBy by,
                    std::optional<UnitId> unit);

}  // namespace huiban::domain
