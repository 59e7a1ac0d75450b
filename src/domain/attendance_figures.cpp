#include "domain/attendance_figures.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "domain/meeting.h"

namespace huiban::domain {

namespace {

std::string month_of(std::chrono::year_month_day date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u", int(date.year()), unsigned(date.month()));
  return text;
}

// One seat is one post; its person counts under each title that the person holds.
std::vector<MeetingFigures::Group> by_post(const Meeting& meeting, const AttendanceResult& result) {
  std::vector<MeetingFigures::Group> list;
  std::map<std::pair<UnitId, std::string>, std::size_t> place;
  for (std::size_t i = 0; i < meeting.seats().size() && i < result.seats.size(); ++i) {
    const auto& seat = meeting.seats()[i];
    const auto [found, fresh] = place.try_emplace({seat.unit, seat.title}, list.size());
    if (fresh) list.push_back({seat.title, seat.title, seat.unit_kind, seat.unit, {}});
    list[found->second].totals += totals_of(result.seats[i]);
  }
  return list;
}

AttendanceTotals both(const UnitAttendance& unit) {
  auto sum = unit.main;
  sum += unit.branch;
  return sum;
}

class Sums {
 public:
  // Several groups of one meeting may add to one row: the meeting counts once.
  void add(const MeetingFigures& from, const std::string& key, const std::string& name,
           const AttendanceTotals& totals) {
    const auto [found, fresh] = place_.try_emplace(key, rows_.size());
    if (fresh) {
      rows_.push_back({key, name, {}, 0, 0});
      last_.emplace_back();
    }
    auto& row = rows_[found->second];
    row.totals += totals;
    if (last_[found->second] == from.meeting) return;
    last_[found->second] = from.meeting;
    ++row.meetings;
    row.minutes += from.minutes;
  }
  std::vector<FiguresRow> take() { return std::move(rows_); }

 private:
  std::map<std::string, std::size_t> place_;
  std::vector<FiguresRow> rows_;
  std::vector<std::optional<MeetingId>> last_;
};

}  // namespace

MeetingFigures figures_of(const Meeting& meeting, const AttendanceResult& result) {
  MeetingFigures figures;
  figures.meeting = meeting.id();
  figures.title = meeting.plan().title;
  figures.date = meeting.plan().time.date;
  if (meeting.started_at() && meeting.ended_at())
    figures.minutes =
        int(std::chrono::round<std::chrono::minutes>(*meeting.ended_at() - *meeting.started_at())
                .count());
  figures.total = result.total;
  for (const auto& unit : result.units)
    figures.units.push_back({unit.unit.str(), unit.name, unit.kind, unit.unit, both(unit)});
  for (const auto& room : result.venues) {
    // Rooms belong to one meeting; over a period they go by name.
    if (room.totals.posts_expected)
      figures.venues.push_back({room.name, room.name, {}, {}, room.totals});
  }
  figures.posts = by_post(meeting, result);
  return figures;
}

Figures sum_figures(const std::vector<const MeetingFigures*>& meetings, FiguresBy by,
                    std::optional<UnitId> unit) {
  Sums sums, all;
  for (const auto* one : meetings) {
    auto total = one->total;
    bool called = !unit;
    if (unit) {
      total = {};
      for (const auto& group : one->units)
        if (group.unit == unit) total += group.totals, called = true;
    }
    if (!called) continue;
    all.add(*one, "", "", total);
    const auto add_groups = [&](const std::vector<MeetingFigures::Group>& groups, bool by_kind) {
      for (const auto& group : groups)
        if (!unit || group.unit == unit)
          sums.add(*one, by_kind ? group.kind : group.key, by_kind ? group.kind : group.name,
                   group.totals);
    };
    switch (by) {
      case FiguresBy::kMeeting:
        sums.add(*one, one->meeting.str(), one->title, total);
        break;
      case FiguresBy::kMonth:
        sums.add(*one, month_of(one->date), month_of(one->date), total);
        break;
      case FiguresBy::kUnit:
        add_groups(one->units, false);
        break;
      case FiguresBy::kKind:
        add_groups(one->units, true);
        break;
      case FiguresBy::kVenue:
        if (!unit) add_groups(one->venues, false);
        break;
      case FiguresBy::kPost:
        add_groups(one->posts, false);
        break;
    }
  }
  Figures figures;
  figures.rows = sums.take();
  if (auto total = all.take(); !total.empty()) figures.total = std::move(total.front());
  if (by == FiguresBy::kMonth)
    std::sort(figures.rows.begin(), figures.rows.end(),
              [](const FiguresRow& a, const FiguresRow& b) { return a.key < b.key; });
  return figures;
}

}  // namespace huiban::domain
