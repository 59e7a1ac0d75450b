// The figures of supervision: the worked example, and every line of the rules' table by a case
// worked out by hand.
#include <catch2/catch.hpp>

#include "domain/task_figures.h"
#include "tests/support/task_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

std::chrono::year_month_day date(int month, int day) {
  return std::chrono::year{2020} / month / day;
}
UtcTime noon(int month, int day) {
  return UtcTime{Day{date(month, day)}} + std::chrono::hours{4};
}

// Issued on 1 June, due on 20 June unless said otherwise.
TaskFacts fact(TaskState state = TaskState::kInProgress) {
  TaskFacts f;
  f.state = state;
  f.issued_at = f.lead_since = noon(6, 1);
  f.signed_at = noon(6, 2);
  f.original_due = f.due = date(6, 20);
  return f;
}
TaskFacts finished(int month, int day) {
  auto f = fact(TaskState::kFinished);
  f.finished_at = f.first_finished_at = noon(month, day);
  f.requests.push_back({noon(month, day), noon(month, day), true});
  return f;
}

TaskFigures figures(const std::vector<TaskFacts>& tasks, int from_month = 6, int until_month = 6,
                    UtcTime as_of = noon(12, 31)) {
  std::vector<const TaskFacts*> list;
  for (const auto& one : tasks) list.push_back(&one);
  const FigurePeriod period{Day{date(from_month, 1)},
                            Day{std::chrono::year{2020} / until_month / std::chrono::last}, as_of};
  return figures_of(list, period, TaskCalendar(), TaskSettings());
}

}  // namespace

TEST_CASE("429 due, 413 finished 96.27 %, 404 in time 94.17 %") {
  std::vector<TaskFacts> tasks;
  for (int i = 0; i < 404; ++i) tasks.push_back(finished(6, 20));
  for (int i = 0; i < 9; ++i) tasks.push_back(finished(6, 21));
  for (int i = 0; i < 16; ++i) tasks.push_back(fact());
  const auto f = figures(tasks);
  CHECK(f.due == 429);
  CHECK(f.finished.text() == "96.27 %");
  CHECK(f.on_time.text() == "94.17 %");
  CHECK(f.in_time == 404);
  CHECK(f.late == 9);
  CHECK(f.overdue == 16);
  CHECK(f.missed() == 25);  // 逾期数 = 逾期未办结 + 逾期办结
  CHECK(f.in_time + f.late + f.overdue + f.waiting == f.due);
}

TEST_CASE("an empty denominator prints a dash") {
  const auto f = figures({});
  for (const auto& rate : {f.sign, f.report, f.finished, f.on_time, f.on_original_time, f.at_once,
                           f.returned, f.extended, f.reopened, f.checked, f.satisfied})
    CHECK(rate.text() == "—");
  CHECK(f.average_days() == "—");
  CHECK(Rate{0, 5}.text() == "0.00 %");
}

TEST_CASE("what counts in a period: dues in it, and older ones unfinished at its start") {
  auto later = fact();
  later.due = date(7, 2);
  auto older = fact();
  older.due = date(5, 20);
  auto done_before = finished(5, 25);
  done_before.due = date(5, 20);
  auto reopened = done_before;
  reopened.state = TaskState::kInProgress;
  reopened.finished_at.reset();
  reopened.reopened_at = {noon(6, 3)};
  auto finished_again = done_before;  // reopened in the period: unfinished at its start
  finished_again.reopened_at = {noon(6, 3)};
  auto suspended = fact(TaskState::kSuspended);
  auto withdrawn = fact(TaskState::kWithdrawn);
  auto standing = fact();
  standing.content.standing = true;
  auto parent = fact();
  parent.content.fan_out = "各村居";
  auto draft = fact(TaskState::kReview);
  draft.issued_at.reset();
  CHECK(figures({later}).due == 0);
  CHECK(figures({older}).due == 1);
  CHECK(figures({older}).overdue == 1);
  CHECK(figures({done_before}).due == 0);
  CHECK(figures({reopened}).due == 1);
  CHECK(figures({finished_again}).due == 1);
  CHECK(figures({suspended, withdrawn, standing, parent, draft}).due == 0);
}

TEST_CASE("at a moment inside a period only dues up to that moment count") {
  auto early = fact();
  early.due = early.original_due = date(6, 5);
  const std::vector<TaskFacts> tasks = {early, fact()};
  CHECK(figures(tasks, 6, 6, noon(6, 5)).due == 0);  // the due's day has not ended
  CHECK(figures(tasks, 6, 6, noon(6, 6)).due == 1);
  CHECK(figures(tasks, 6, 6, noon(6, 21)).due == 2);
}

TEST_CASE("on time by the approved due, and beside it by the original one") {
  auto f = finished(6, 25);
  f.due = date(6, 30);
  f.extended_at = {noon(6, 18)};
  const auto result = figures({f});
  CHECK(result.on_time.text() == "100.00 %");
  CHECK(result.on_original_time.text() == "0.00 %");
  CHECK(result.on_original_time.whole == result.due);
  CHECK(result.extended.part == 1);
  CHECK(result.extended.whole == 1);  // issued in the period
}

TEST_CASE("with the office is neither finished nor overdue, unless it was asked too late") {
  auto in_time = fact(TaskState::kFinishAsked);
  in_time.requests.push_back({noon(6, 20), {}, false});
  auto too_late = fact(TaskState::kFinishAsked);
  too_late.requests.push_back({noon(6, 21), {}, false});
  auto extension = fact();
  extension.extension = Extension{noon(6, 19), date(7, 1), "", true};
  const auto f = figures({in_time, too_late, extension});
  CHECK(f.waiting == 2);
  CHECK(f.overdue == 1);
  CHECK(f.finished.text() == "0.00 %");
}

TEST_CASE("signed in time: issued whose limit has passed, for the present lead") {
  auto late = fact();
  late.signed_at = noon(6, 3);  // the limit was 2 June 24:00
  auto never = fact(TaskState::kIssued);
  never.signed_at.reset();
  auto reassigned = fact();
  reassigned.lead_since = noon(6, 8);
  reassigned.signed_at = noon(6, 9);
  const auto f = figures({fact(), late, never, reassigned});
  CHECK(f.sign.part == 2);
  CHECK(f.sign.whole == 4);
  CHECK(figures({never}, 6, 6, noon(6, 2)).sign.whole == 0);  // not passed yet
}

TEST_CASE("reports in time: first and period reports whose limit falls in the period") {
  auto f = fact();
  f.content.period = ReportPeriod::kWeek;  // Fridays: 5, 12, 19, 26 June
  f.reports = {{5, noon(6, 5)}, {6, noon(6, 15)}, {7, noon(6, 16)}};
  const auto result = figures({f}, 6, 6, noon(6, 27));
  CHECK(result.report.whole == 4);
  CHECK(result.report.part == 2);  // 5 and 19 June; 12 June was made late, 26 June is missing
  auto first = fact();
  first.source.meeting = MeetingId::make();
  CHECK(figures({first}).report.whole == 1);
  CHECK(figures({first}).report.part == 0);
}

TEST_CASE("returns per request, finished at once, average days, reopened, checked, satisfied") {
  auto twice = finished(6, 19);
  twice.requests.insert(twice.requests.begin(), {noon(6, 15), noon(6, 16), false});
  twice.returned_at = {noon(6, 16)};
  auto once = finished(6, 11);
  once.checks = {{noon(6, 12), true, Satisfaction::kMostly, "督办员"}};
  auto open_again = finished(6, 9);
  open_again.state = TaskState::kInProgress;
  open_again.finished_at.reset();
  open_again.reopened_at = {noon(6, 14)};
  open_again.checks = {{noon(6, 13), false, Satisfaction::kNot, "督办员"}};
  const auto f = figures({twice, once, open_again});
  CHECK(f.returned.part == 1);
  CHECK(f.returned.whole == 4);
  CHECK(f.at_once.text() == "50.00 %");
  CHECK(f.average_days() == "14.0");  // 18 and 10
  CHECK(f.reopened.part == 1);
  CHECK(f.reopened.whole == 3);
  CHECK(f.checked.part == 2);
  CHECK(f.checked.whole == 3);
  CHECK(f.satisfied.text() == "50.00 %");
}

TEST_CASE("a month's score: missing and empty reports, praise, never below zero") {
  auto f = fact();
  f.content.standing = true;
  f.due.reset();
  f.content.period = ReportPeriod::kWeek;
  f.reports = {{5, noon(6, 5), {}, true}, {6, noon(6, 12)}};
  std::vector<Merit> merits(2);
  merits[0].note.date = date(6, 10);
  merits[0].note.points = 3;
  merits[1].note.date = date(7, 1);
  merits[1].note.points = 50;
  const auto score = [&](int month, ScoreRules rules = {}) {
    return score_of({&f}, merits, std::chrono::year{2020} / month, noon(7, 1), TaskCalendar(),
                    TaskSettings(), rules);
  };
  const auto june = score(6);
  CHECK(june.missing == 2);  // 19 and 26 June
  CHECK(june.empty == 1);
  CHECK(june.score == 100 - 20 - 5 + 3);
  CHECK(score(5).score == 100);
  CHECK(score(6, {100, 60, 5}).score == 0);
}

TEST_CASE("a report made late within its month costs nothing") {
  auto f = fact();
  f.content.standing = true;
  f.content.period = ReportPeriod::kMonth;
  f.content.period_day = 10;
  f.reports = {{5, noon(6, 12)}, {6, noon(6, 13)}};  // July's, then June's
  CHECK(score_of({&f}, {}, std::chrono::year{2020} / 6, noon(7, 1), TaskCalendar(), TaskSettings(),
                 {})
            .score == 100);
}

TEST_CASE("equal figures share a rank") {
  CHECK(ranks_of({100, 98, 98, 80}) == std::vector<int>{1, 2, 2, 4});
  CHECK(ranks_of({}).empty());
}
