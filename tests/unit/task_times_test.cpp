// Working days with make-up days, limits, lights and the periods of reports.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/support/task_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;
using A = TaskAct;

namespace {

Day day(int year, int month, int d) {
  return Day{std::chrono::year{year} / month / d};
}

TaskCalendar office_calendar() {
  std::ifstream file(HUIBAN_SOURCE_DIR "/config/working-days.txt");
  std::stringstream text;
  text << file.rdbuf();
  TaskCalendar calendar;
  REQUIRE(calendar.read_days(text.str()).has_value());
  return calendar;
}

}  // namespace

TEST_CASE("the shipped working days of 2025 and 2026") {
  const auto calendar = office_calendar();
  CHECK(!calendar.is_working(day(2025, 1, 28)));
  CHECK(calendar.is_working(day(2025, 1, 26)));   // a Sunday that makes up for the festival
  CHECK(calendar.is_working(day(2025, 10, 11)));  // a Saturday
  CHECK(!calendar.is_working(day(2025, 10, 8)));
  CHECK(!calendar.is_working(day(2026, 2, 23)));
  CHECK(calendar.is_working(day(2026, 2, 28)));
  CHECK(!calendar.is_working(day(2026, 6, 13)));  // a plain Saturday
  CHECK(calendar.next_working(day(2026, 10, 1)) == day(2026, 10, 8));
  CHECK(calendar.last_working(day(2026, 10, 7)) == day(2026, 9, 30));
  CHECK(calendar.add_working(day(2025, 9, 30), 5) == day(2025, 10, 14));
}

TEST_CASE("a line of the working days that is not understood is named") {
  TaskCalendar calendar;
  for (const char* text : {"off 2025-13-01", "rest 2025-01-01", "off", "off 2025-02-02 2025-02-01",
                           "off 2025-01-01x", "# fine\noff 2025-01-01 2025-09-01"}) {
    const auto read = calendar.read_days(text);
    REQUIRE(!read);
    CHECK_THAT(read.error().zh, Catch::Contains("行读不懂"));
  }
  CHECK(calendar.read_days("# a comment\n\nwork 2025-01-04 # and one behind").has_value());
  CHECK(calendar.is_working(day(2025, 1, 4)));
}

TEST_CASE("computed dues move on to a working day, those before something move back") {
  auto calendar = office_calendar();
  CHECK(calendar.due_of({20, false, "", false}, day(2026, 9, 11)) == day(2026, 10, 8));
  CHECK(calendar.due_of({5, true, "", false}, day(2026, 9, 30)) == day(2026, 10, 13));
  calendar.set_period({"guoqing", "国庆", std::chrono::year{2026} / 10 / 1,
                       std::chrono::year{2026} / 10 / 7, false});
  CHECK(calendar.due_of({0, false, "guoqing", false}, day(2026, 9, 1)) == day(2026, 9, 30));
  CHECK(calendar.due_of({0, false, "guoqing", true}, day(2026, 9, 1)) == day(2026, 9, 30));
  CHECK(!calendar.due_of({0, false, "nothing", false}, day(2026, 9, 1)));
}

TEST_CASE("sign limit: 24:00 of the next working day, two hours if urgent") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.at(5, 29, 16).to(TaskState::kIssued);  // Friday
  CHECK(script.times().sign_limit == script.calendar.end_of(day(2020, 6, 1)));
  script.at(6, 1, 23, 59);
  CHECK(!script.times().sign_late);
  script.at(6, 2, 0, 1);
  CHECK(script.times().sign_late);
  TaskScript urgent(town);
  urgent.content.urgent = true;
  urgent.at(5, 29, 16).to(TaskState::kIssued);
  CHECK(urgent.times().sign_limit == urgent.now + std::chrono::hours{2});
}

TEST_CASE("green, yellow in the last three days, red past due; a request after the due stays red") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(TaskState::kInProgress);
  const auto light = [&](int month, int d, int hour = 9, int minute = 0) {
    script.at(month, d, hour, minute);
    return script.times().light;
  };
  CHECK(light(6, 6, 23, 59) == Light::kGreen);
  CHECK(light(6, 7, 0, 0) == Light::kYellow);
  CHECK(light(6, 10, 23, 59) == Light::kYellow);
  CHECK(light(6, 11, 0, 1) == Light::kRed);
  script.by(script.as(Role::kLiaison), A::kAttach, {}, {{"a", "a", "", 1}});
  REQUIRE(script.by(script.as(Role::kUnitHead), A::kAskFinish, says("完成")).has_value());
  CHECK(script.times().light == Light::kRed);
  CHECK(script.times().overdue);
  REQUIRE(script.by(script.as(Role::kApprover), A::kFinish).has_value());
  CHECK(script.times().light == Light::kNone);
  CHECK(script.times().late);
}

TEST_CASE("a first report is due on the fifth working day after the meeting or the issue") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.source.meeting = MeetingId::make();
  script.source.date = std::chrono::year{2020} / 5 / 29;  // a Friday, after the issue
  script.content.due = std::chrono::year{2020} / 7 / 31;
  script.at(5, 27).to(TaskState::kInProgress);
  const auto limit = script.calendar.end_of(day(2020, 6, 5));
  REQUIRE(script.times().reports.size() == 1);
  CHECK(script.times().next_report == limit);
  script.at(6, 6, 0, 1);
  CHECK(script.times().missing == 1);
  CHECK(script.times().light == Light::kYellow);
  script.by(script.as(Role::kLiaison), A::kReport, says("进展"));
  CHECK(script.times().missing == 0);
  CHECK(!script.times().reports.front().in_time);
  CHECK(script.times().light == Light::kGreen);
}

TEST_CASE("a request to finish counts as a report; a suspension moves the limit of the first report") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.source.meeting = MeetingId::make();
  script.at(5, 27).to(TaskState::kFinishAsked);  // Wednesday
  CHECK(script.times().reports.front().in_time);
  TaskScript other(town);
  other.source.meeting = MeetingId::make();
  other.at(5, 27).to(TaskState::kInProgress);
  other.by(other.as(Role::kApprover), A::kSuspend, on_day(6, 10));
  other.at(6, 10, 0, 0);
  other.by(Actor{}, A::kResume);
  // 3 June and 14 days are 17 June.
  CHECK(other.times().next_report == other.calendar.end_of(day(2020, 6, 17)));
}

TEST_CASE("one report serves one period; a second one the oldest period without any") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.content.standing = true;
  script.content.period = ReportPeriod::kMonth;
  script.content.period_day = 25;
  script.content.due.reset();
  script.at(5, 1).to(TaskState::kInProgress);
  const auto liaison = script.as(Role::kLiaison);
  script.at(7, 1);
  CHECK(script.times().missing == 2);  // 25 May and 25 June
  script.by(liaison, A::kReport, says("七月情况"));
  auto times = script.times();
  CHECK(times.missing == 2);  // it serves July
  script.by(liaison, A::kReport, says("补五月"));
  times = script.times();
  CHECK(times.missing == 1);
  REQUIRE(times.reports.size() == 3);
  CHECK((times.reports[0].made && !times.reports[0].in_time));
  CHECK(!times.reports[1].made);
  CHECK(times.reports[2].in_time);
  CHECK(times.light == Light::kYellow);
}

TEST_CASE("weekly and quarterly limits stand on working days") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.content.standing = true;
  script.content.period = ReportPeriod::kQuarter;
  script.content.due.reset();
  script.at(5, 1).to(TaskState::kInProgress);
  CHECK(script.times().next_report == script.calendar.end_of(day(2020, 6, 30)));
  script.at(11, 1);
  CHECK(script.times().missing == 2);
  TaskScript weekly(town);
  weekly.content.standing = true;
  weekly.content.period = ReportPeriod::kWeek;
  weekly.content.period_day = 7;  // a Sunday moves on to Monday
  weekly.content.due.reset();
  weekly.at(5, 27).to(TaskState::kInProgress);
  CHECK(weekly.times().next_report == weekly.calendar.end_of(day(2020, 6, 1)));
}

TEST_CASE("numbers of items: 12号, 12-1号") {
  TaskFacts facts;
  facts.number = "示督〔2020〕12号";
  CHECK(task_number(facts) == "示督〔2020〕12号");
  facts.item = 1;
  CHECK(task_number(facts) == "示督〔2020〕12-1号");
}
