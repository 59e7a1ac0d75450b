// Use of the platform by unit, regular meetings held and missed, the month's judgement.
#include "domain/office_usage.h"

#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

const UnitUsage& row(const std::vector<UnitUsage>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const UnitUsage& one) { return one.name == name; });
  REQUIRE(found != all.end());
  return *found;
}

}  // namespace

TEST_CASE("row 57: use of the platform is counted per unit") {
  Office office;
  const auto a = office.running_a();
  auto& service = *office.service;
  service.venue_joined(a, office.venue(a, "东溪村"), PeerId::make());
  service.report_readiness(office.device(a, "东溪村"), a, office.venue(a, "东溪村"), {}).value();
  const auto sign = [&](const std::string& title, SignInMethod method) {
    const bool own = method == SignInMethod::kBrowser;
    service
        .sign_in(own ? office.device(a, "东溪村") : office.secretary(), a,
                 {office.seat(a, "东溪村", title)},
                 own ? std::optional(office.venue(a, "东溪村")) : std::nullopt, method,
                 own ? "" : "电话", std::nullopt)
        .value();
  };
  sign("安全干部", SignInMethod::kBrowser);
  sign("卫生干部", SignInMethod::kPhone);
  TaskContent content;
  content.title = "巡河";
  content.lead_unit = unit_of(office.town, "东溪村");
  content.contact = "河道专管员";
  content.due = std::chrono::year{2020} / 6 / 10;
  content.evidence = "照片";
  content.card = {{"兜底", content.lead_unit, {}, {}}};
  const auto task = service.draft_task(office.secretary(), content, {}).value().task;
  service.act_on_task(office.secretary(), task, {TaskAct::kSubmit, {}, {}}).value();
  service.issue_task(office.as(Role::kApprover), task).value();
  office.at("10:30");
  office.end(a);
  const auto all = unit_usage({&office.meeting(a)}, service.tasks());
  const auto& east = row(all, "东溪村");
  CHECK(east.called == 1);
  CHECK(east.meetings == 1);
  CHECK(east.online == 1);
  CHECK(east.tested == 1);
  CHECK(east.receipts == 0);
  CHECK(east.sign_ins == 1);  // the one by telephone was the office's work
  CHECK(east.tasks == 1);
  CHECK(east.signed_for == 0);
  CHECK(row(all, "西桥村").online == 0);
}

TEST_CASE("row 58: a series with a rhythm counts the periods without a meeting") {
  using std::chrono::year;
  Office office;
  std::vector<Meeting> held;
  const auto meeting = [&](std::chrono::year_month_day date, bool ended) {
    auto plan = meeting_a(office.town);
    plan.series = "城运例会";
    plan.rhythm = Rhythm::kMonthly;
    plan.time.date = date;
    MeetingScript script(office.town, plan);
    if (ended) script.at("9:00").start().at("10:00").end();
    held.push_back(script.meeting);
  };
  meeting(year{2020} / 1 / 20, true);
  meeting(year{2020} / 3 / 20, true);
  meeting(year{2020} / 4 / 20, false);  // planned, never held
  std::vector<const Meeting*> all;
  for (const auto& one : held) all.push_back(&one);
  const auto records = series_records(all, {}, year{2020} / 5 / 15);
  REQUIRE(records.size() == 1);
  CHECK(records[0].series == "城运例会");
  CHECK(records[0].due == 4);  // May is not over
  CHECK(records[0].held == 2);
  CHECK(records[0].missed == 2);
  CHECK(records[0].missing == std::vector<std::string>{"2020年2月", "2020年4月"});
  const auto spring = series_records(all, year{2020} / 3 / 1, year{2020} / 3 / 31);
  CHECK(spring[0].due == 1);
  CHECK(spring[0].missed == 0);
}

TEST_CASE("row 59: a month's figures have a written judgement, which outlives a restart") {
  using std::chrono::year;
  Office office;
  const auto may = year{2020} / std::chrono::May;
  CHECK_FALSE(office.service->judge_month(office.leader(), may, "x"));
  office.service->judge_month(office.secretary(), may, "到会率下降").value();
  const auto again = office.secretary();
  office.service->judge_month(again, may, "到会率回升").value();
  office.service->judge_month(again, may, "到会率回升").value();  // the same press
  office.restart();
  CHECK(office.service->judgements().at(may).text == "到会率回升");
  office.service->judge_month(office.secretary(), may, "").value();
  CHECK(office.service->judgements().empty());
}
