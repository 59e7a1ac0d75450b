// Before the meeting: what a plan may say, and what convening freezes.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

template <class T>
ErrorCode code(const Result<T>& result) {
  REQUIRE(!result.has_value());
  CHECK(!result.error().zh.empty());
  CHECK(!result.error().en.empty());
  return result.error().code;
}

}  // namespace

TEST_CASE("convening numbers the meeting within the year of its date and freezes the list") {
  Office office;
  const auto a = office.convened_a();
  const auto b = office.plan(meeting_b(office.town));
  CHECK(office.meeting(b).number().empty());
  CHECK(office.meeting(b).seats().empty());
  REQUIRE(office.service->convene(office.secretary(), b).has_value());
  CHECK(office.meeting(a).number() == "〔2020〕1号");
  CHECK(office.meeting(b).number() == "〔2020〕2号");
  CHECK(office.meeting(a).seats().size() == 262);
  CHECK(office.meeting(b).seats().size() == 104);
  auto next_year = meeting_b(office.town);
  next_year.time.date = std::chrono::year{2021} / 1 / 5;
  const auto c = office.plan(next_year);
  REQUIRE(office.service->convene(office.secretary(), c).has_value());
  CHECK(office.meeting(c).number() == "〔2021〕1号");

  auto changed = office.town;
  give(changed, {&post_in(changed, "东溪村", "安全干部")});
  REQUIRE(office.service->import_directory(office.secretary(), changed).has_value());
  CHECK(!seat_of(office.meeting(a).seats(), "东溪村", "安全干部").person.has_value());
  CHECK(
      seat_of(office.service->preview_expected(meeting_a(office.town))->seats, "东溪村", "安全干部")
          .person.has_value());
}

TEST_CASE("convening opens the rooms, once") {
  Office office;
  const auto id = office.convened_a();
  CHECK(office.media.meetings.count(id) == 1);
  CHECK(office.media.gates.empty());
  CHECK(code(office.service->convene(office.secretary(), id)) == ErrorCode::kConflict);
  CHECK(code(office.service->convene(office.secretary(), MeetingId::make())) ==
        ErrorCode::kNotFound);
}

TEST_CASE("a plan that calls nobody is kept but not convened") {
  Office office;
  MeetingPlan plan;
  plan.title = "区领导调研居民区工作";
  plan.form = MeetingForm::kVisit;
  plan.time.date = std::chrono::year{2020} / 5 / 21;
  const auto id = office.plan(plan);
  CHECK(code(office.service->convene(office.secretary(), id)) == ErrorCode::kInvalid);
  CHECK(office.meeting(id).state() == MeetingState::kPlanned);
}

TEST_CASE("a meeting that only its agenda fills is convened with those people") {
  Office office;
  auto plan = meeting_b(office.town);
  plan.rules.clear();
  const auto id = office.plan(plan);
  REQUIRE(office.service->convene(office.secretary(), id).has_value());
  CHECK(office.meeting(id).seats().size() == 4);
  CHECK(office.meeting(id).venues().size() == 1);
}

TEST_CASE("what is wrong in a plan is said and nothing is stored") {
  Office office;
  const auto before = office.store.count();
  const auto refused = [&](auto spoil, const std::string& words) {
    auto plan = meeting_a(office.town);
    spoil(plan);
    const auto created = office.service->create_meeting(office.secretary(), plan);
    CHECK(code(created) == ErrorCode::kInvalid);
    CHECK_THAT(created.error().zh, Catch::Contains(words));
  };
  refused([](MeetingPlan& p) { p.title.clear(); }, "会议名称");
  refused([](MeetingPlan& p) { p.title.assign(4000, 'x'); }, "太长");
  refused([](MeetingPlan& p) { p.time.date = std::chrono::year{2020} / 2 / 30; }, "日期");
  refused([](MeetingPlan& p) { p.time.start = std::chrono::hours{24}; }, "时间");
  refused([](MeetingPlan& p) { p.time.start = std::chrono::hours{14}; }, "上午");
  refused([](MeetingPlan& p) { p.time.half = HalfDay::kAfternoon; }, "上午、下午");
  refused([](MeetingPlan& p) { p.planned_minutes = -1; }, "时长");
  refused([](MeetingPlan& p) { p.host = PostId::make(); }, "主持人");
  refused([](MeetingPlan& p) { p.agenda[0].kinds.clear(); }, "类别");
  refused([](MeetingPlan& p) { p.agenda[0].planned_minutes = -5; }, "时长");
  refused([](MeetingPlan& p) { p.agenda[1].id = p.agenda[0].id; }, "编号相同");
  refused([](MeetingPlan& p) { p.agenda[0].speakers = {{}}; }, "没有填写");
  refused([](MeetingPlan& p) { p.agenda[0].speakers = {speaker(PostId::make())}; }, "发言人");
  refused([](MeetingPlan& p) { p.rules[0].kinds = {"planet"}; }, "第1条");
  refused([](MeetingPlan& p) { p.agenda.resize(300, p.agenda[0]); }, "太多");
  CHECK(office.store.count() == before);
  CHECK(office.service->meetings().empty());
}

TEST_CASE("agenda items get ids; those they have stay") {
  Office office;
  auto plan = meeting_b(office.town);
  const auto kept = plan.agenda[0].id;
  plan.agenda[1].id = AgendaItemId{};
  const auto id = office.plan(plan);
  CHECK(office.meeting(id).plan().agenda[0].id == kept);
  CHECK(!office.meeting(id).plan().agenda[1].id.is_nil());
}

TEST_CASE("the faster editor wins and the slower is told") {
  Office office;
  auto plan = meeting_b(office.town);
  const auto id = office.plan(plan);
  const auto seen = office.meeting(id).seq();
  plan.place = "镇政府二楼会议室";
  REQUIRE(office.service->revise_plan(office.secretary(), id, plan, seen).has_value());
  plan.place = "镇政府一楼会议室";
  CHECK(code(office.service->revise_plan(office.secretary(), id, plan, seen)) ==
        ErrorCode::kConflict);
  CHECK(office.meeting(id).plan().place == "镇政府二楼会议室");
  CHECK(office.service->revise_plan(office.secretary(), id, plan, std::nullopt).has_value());
}

TEST_CASE(
    "after convening the agenda may change, who is expected may not; after the start nothing") {
  Office office;
  const auto id = office.convened_a();
  auto plan = office.meeting(id).plan();
  plan.agenda.pop_back();
  REQUIRE(office.service->revise_plan(office.secretary(), id, plan, {}).has_value());
  CHECK(office.meeting(id).plan().agenda.size() == 4);
  auto other = plan;
  other.rules.pop_back();
  CHECK(code(office.service->revise_plan(office.secretary(), id, other, {})) ==
        ErrorCode::kConflict);
  other = plan;
  other.form = MeetingForm::kOnsite;
  CHECK(code(office.service->revise_plan(office.secretary(), id, other, {})) ==
        ErrorCode::kConflict);
  office.service->start_meeting(office.secretary(), id);
  CHECK(code(office.service->revise_plan(office.secretary(), id, plan, {})) ==
        ErrorCode::kConflict);
  CHECK(code(office.service->start_meeting(office.secretary(), id)) == ErrorCode::kConflict);
}

TEST_CASE("a meeting starts when it was convened, and not before") {
  Office office;
  const auto id = office.plan(meeting_b(office.town));
  CHECK(code(office.service->start_meeting(office.secretary(), id)) == ErrorCode::kConflict);
  CHECK(code(office.service->grant_floor(office.secretary(), id, VenueId::make())) ==
        ErrorCode::kConflict);
}

TEST_CASE("a directory that contradicts itself is not imported") {
  Office office;
  auto broken = office.town;
  broken.units.clear();
  CHECK(code(office.service->import_directory(office.secretary(), broken)) == ErrorCode::kInvalid);
  CHECK(office.service->directory().units.size() == office.town.units.size());
}

TEST_CASE("meetings stand newest date first") {
  Office office;
  auto plan = meeting_b(office.town);
  for (const unsigned day : {27u, 19u, 30u}) {
    plan.time.date = std::chrono::year{2020} / 5 / day;
    office.plan(plan);
  }
  std::vector<unsigned> days;
  for (const Meeting* meeting : office.service->meetings())
    days.push_back(unsigned(meeting->plan().time.date.day()));
  CHECK(days == std::vector<unsigned>{30, 27, 19});
}

TEST_CASE("notes are versioned and the slower writer is told") {
  Office office;
  const auto id = office.running_a();
  const auto item = office.meeting(id).plan().agenda[1].id;
  const auto save = [&](const char* text, std::uint32_t base) {
    return office.service->save_note(office.secretary(), id, item, text, base);
  };
  REQUIRE(save("一是", 0).has_value());
  REQUIRE(save("一是、二是", 1).has_value());
  CHECK(code(save("一是、三是", 1)) == ErrorCode::kConflict);
  CHECK(code(office.service->save_note(office.secretary(), id, AgendaItemId::make(), "x", 0)) ==
        ErrorCode::kNotFound);
  CHECK(code(office.service->save_note(office.secretary(), id, item, std::string(200000, 'x'),
                                       2)) == ErrorCode::kInvalid);
  office.end(id);
  CHECK(save("一是、二是。", 2).has_value());  // the office completes its notes afterwards
  CHECK(office.meeting(id).notes().at(item).size() == 3);
}

TEST_CASE("the banner is short, and gone when empty") {
  Office office;
  const auto id = office.running_a();
  REQUIRE(office.service->set_banner(office.secretary(), id, "防汛工作会议").has_value());
  CHECK(office.meeting(id).banner() == "防汛工作会议");
  CHECK(code(office.service->set_banner(office.secretary(), id, std::string(601, 'x'))) ==
        ErrorCode::kInvalid);
  REQUIRE(office.service->set_banner(office.secretary(), id, "").has_value());
  CHECK(office.meeting(id).banner().empty());
}
