// Sums over a period: by meeting, unit, unit kind, room, post and month.
#include <catch2/catch.hpp>

#include "domain/attendance_figures.h"
#include "tests/support/meeting_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

// Event A, an hour and a half: two posts of a village present, one of them late, one on leave.
MeetingFigures figures_a(const Directory& town) {
  MeetingScript script(town, meeting_a(town));
  const auto leave = LeaveId::make();
  LeaveAsked asked;
  asked.leave = leave;
  asked.seats = {script.seat("东溪村", "河道专管员")};
  asked.reason = "出差";
  script.add(asked).add(LeaveDecided{leave, true, "镇长", "电话", ""});
  script.at("8:50").sign_in("东溪村", {"安全干部"}).at("9:00").start();
  script.at("9:20").sign_in("东溪村", {"卫生干部"}).at("10:30").end();
  return figures_of(script.meeting, script.attendance());
}

const FiguresRow& row(const Figures& figures, const std::string& name) {
  for (const auto& one : figures.rows)
    if (one.name == name) return one;
  throw std::runtime_error("no row " + name);
}

}  // namespace

TEST_CASE("a period's figures are sums, so that its rate is sum by sum") {
  const auto town = demo_directory();
  const auto a = figures_a(town), b = figures_a(town);
  const auto sums = sum_figures({&a, &b}, FiguresBy::kMonth, {});
  REQUIRE(sums.rows.size() == 1);
  CHECK(sums.rows[0].key == "2020-05");
  CHECK(sums.rows[0].meetings == 2);
  CHECK(sums.rows[0].minutes == 180);
  CHECK(sums.rows[0].totals.expected == 2 * 262);
  CHECK(sums.rows[0].totals.present == 4);
  CHECK(sums.rows[0].totals.late == 2);
  CHECK(sums.total.totals.expected == 2 * 262);
}

TEST_CASE("figures by unit, kind, room and post; a unit's load is how often it was called") {
  const auto town = demo_directory();
  const auto a = figures_a(town);
  const std::vector<const MeetingFigures*> list = {&a};
  const auto unit = row(sum_figures(list, FiguresBy::kUnit, {}), "东溪村");
  CHECK(unit.totals.expected == 6);  // both venues
  CHECK(unit.totals.present == 2);
  CHECK(unit.totals.leave == 1);
  CHECK(unit.meetings == 1);
  CHECK(unit.minutes == 90);
  CHECK(row(sum_figures(list, FiguresBy::kVenue, {}), "东溪村").totals.expected == 5);
  CHECK(row(sum_figures(list, FiguresBy::kPost, {}), "安全干部").totals.present == 1);
  for (const auto& kind : sum_figures(list, FiguresBy::kKind, {}).rows) CHECK(kind.meetings == 1);
  int persons = 0;
  for (const auto& kind : sum_figures(list, FiguresBy::kKind, {}).rows)
    persons += kind.totals.expected;
  CHECK(persons == 262);
}

TEST_CASE("a unit's own figures leave out what others did") {
  const auto town = demo_directory();
  const auto a = figures_a(town);
  const auto own = sum_figures({&a}, FiguresBy::kMeeting, unit_of(town, "东溪村"));
  REQUIRE(own.rows.size() == 1);
  CHECK(own.rows[0].totals.expected == 6);
  CHECK(own.total.totals.present == 2);
  CHECK(sum_figures({&a}, FiguresBy::kVenue, unit_of(town, "东溪村")).rows.empty());
  CHECK(sum_figures({&a}, FiguresBy::kMeeting, UnitId::make()).rows.empty());
}
