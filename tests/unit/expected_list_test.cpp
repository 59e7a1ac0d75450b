// Who is expected, where: the rules of docs/attendance.md, held against the totals of the real
// events.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/demo_directory.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

ExpectedList list_of(const Directory& directory, const MeetingPlan& plan) {
  auto list = expected_list(directory, plan);
  INFO((list ? "" : list.error().zh));
  REQUIRE(list.has_value());
  return *list;
}

MeetingPlan plan_with(std::vector<AttendanceRule> rules) {
  MeetingPlan plan;
  plan.title = "专题会";
  plan.time.date = std::chrono::year{2020} / 5 / 18;
  plan.rules = std::move(rules);
  return plan;
}

bool warns(const ExpectedList& list, const std::string& words) {
  return std::any_of(list.warnings_zh.begin(), list.warnings_zh.end(),
                     [&](const std::string& w) { return w.find(words) != std::string::npos; });
}

constexpr auto kMain = VenueKind::kMain;
constexpr auto kBranch = VenueKind::kBranch;

}  // namespace

TEST_CASE("event A expects 99 in the main venue and 163 in branches") {
  const auto town = demo_directory();
  const auto list = list_of(town, meeting_a(town));
  CHECK(list.totals.main_persons == 99);
  CHECK(list.totals.branch_persons == 163);
  CHECK(list.totals.main_by_agenda + list.totals.branch_by_agenda == 0);
  CHECK(list.totals.by_rule == std::vector<int>{12, 46, 37, 4, 3, 148, 12});
  CHECK(list.totals.posts == 262);
  CHECK(list.warnings_zh.empty());
}

TEST_CASE("event B expects 20 by its rules, 4 because the agenda names them, and 80 in branches") {
  const auto town = demo_directory();
  const auto list = list_of(town, meeting_b(town));
  CHECK(list.totals.main_persons == 24);
  CHECK(list.totals.main_by_rules == 20);  // ten units are in both committees and count once
  CHECK(list.totals.main_by_agenda == 4);
  CHECK(list.totals.branch_persons == 80);
  std::vector<std::string> named;
  for (const auto& seat : list.seats)
    if (seat.rule < 0) named.push_back(seat.title);
  CHECK(named == std::vector<std::string>{"党委副书记、镇长", "副镇长", "主任", "副主任"});
}

TEST_CASE("the last paragraph of the brief is worded from the rules") {
  const auto town = demo_directory();
  CHECK(list_of(town, meeting_a(town)).sentence_zh ==
        "会议以视频形式召开，镇班子成员及其他处级干部，机关、事业单位、非常设机构及镇属公司党政负责"
        "人，"
        "各村居、社区工作站党组织以及养护单位负责人在主会场参加会议。三大社区党委副书记，"
        "各村居、社区工作站行政负责人、安全干部、城运网格联络员、卫生干部，各村河道专管员在分会场参"
        "加会议。");
  CHECK(list_of(town, meeting_b(town)).sentence_zh ==
        "会议以视频形式召开，镇安委会、镇消委会成员单位负责人在主会场参加会议。"
        "三大社区、各村居及社区工作站安全干部、防汛干部在分会场参加会议。");
  auto onsite =
      plan_with({rule(kMain, {"station"}, "party_head"), rule(kMain, {"organ"}, "any_head")});
  onsite.form = MeetingForm::kOnsite;
  CHECK(list_of(town, onsite).sentence_zh ==
        "会议以现场形式召开，各社区工作站党组织以及机关部门负责人在主会场参加会议。");
  CHECK(list_of(town, plan_with({})).sentence_zh.empty());
}

TEST_CASE("one main venue, and one branch venue per unit with seats there") {
  const auto town = demo_directory();
  const auto list = list_of(town, meeting_a(town));
  REQUIRE(list.venues.size() == 1 + 3 + 37);
  CHECK(list.venues[0].kind == kMain);
  CHECK(list.venues[0].name == "主会场");
  CHECK(list.venues[1].name == "社区1");
  CHECK(list.venues[4].name == "东溪村");
  for (std::size_t i = 1; i < list.venues.size(); ++i) {
    CHECK(list.venues[i].kind == kBranch);
    CHECK(list.venues[i].units.size() == 1);
    CHECK(list.venues[i].order == int(i));
  }
}

TEST_CASE(
    "a village sits in both venues, by post, and a residential district gets no river officer") {
  const auto town = demo_directory();
  const auto list = list_of(town, meeting_a(town));
  const auto count = [&](const char* unit, VenueKind venue) {
    return std::count_if(list.seats.begin(), list.seats.end(), [&](const Seat& seat) {
      return seat.unit_name == unit && seat.venue_kind == venue;
    });
  };
  CHECK(count("东溪村", kMain) == 1);
  CHECK(count("东溪村", kBranch) == 5);
  CHECK(count("新苑居民区", kMain) == 1);
  CHECK(count("新苑居民区", kBranch) == 4);
  CHECK(seat_of(list.seats, "东溪村", "党总支书记").venue == list.venues[0].id);
  CHECK(seat_of(list.seats, "东溪村", "卫生干部").venue == list.venues[4].id);
}

TEST_CASE("a seat named by two rules belongs to the first, and planning says so") {
  const auto town = demo_directory();
  const auto list =
      list_of(town, plan_with({rule(kBranch, {"village"}, "", {"安全干部"}),
                               rule(kMain, {"village"}, "", {"安全干部", "卫生干部"})}));
  CHECK(list.totals.by_rule == std::vector<int>{12, 12});
  CHECK(seat_of(list.seats, "东溪村", "安全干部").venue_kind == kBranch);
  CHECK(list.warnings_zh.size() == 12);
  CHECK(warns(list, "东溪村安全干部已在第1条中"));
}

TEST_CASE("a rule for 负责人 is one seat per unit and adds none where a head is expected anyway") {
  const auto town = demo_directory();
  SECTION("one seat without a name, whichever head comes") {
    const auto list = list_of(town, plan_with({rule(kMain, {"organ"}, "any_head")}));
    CHECK(list.totals.main_persons == 10);
    const auto& seat = seat_of(list.seats, "党政办公室", "负责人");
    CHECK(!seat.post.has_value());
    CHECK(seat.heads.size() == 2);
  }
  SECTION("another rule has a head of the unit, in whatever order they stand") {
    const auto list = list_of(town, plan_with({rule(kMain, {"organ"}, "any_head"),
                                               rule(kBranch, {"organ"}, "party_head")}));
    CHECK(list.totals.by_rule == std::vector<int>{0, 10});
    CHECK(warns(list, "党政办公室已有负责人在应到名单中，第1条不再加"));
  }
  SECTION("a rule for other posts does not stand for the head") {
    const auto list = list_of(town, plan_with({rule(kBranch, {"village"}, "", {"安全干部"}),
                                               rule(kMain, {"village"}, "any_head")}));
    CHECK(list.totals.by_rule == std::vector<int>{12, 12});
  }
  SECTION("a unit without any head gets no seat") {
    const auto list = list_of(town, plan_with({rule(kMain, {"key_compound"}, "any_head")}));
    CHECK(list.seats.empty());
    CHECK(warns(list, "重点点位小区1没有负责人职务"));
  }
}

TEST_CASE("党政负责人 of an ad-hoc unit are 主任 and 副主任") {
  const auto town = demo_directory();
  const auto list = list_of(town, plan_with({rule(kMain, {"adhoc"}, "both_heads")}));
  CHECK(list.totals.main_persons == 6);
  CHECK_NOTHROW(seat_of(list.seats, "城运办", "副主任"));
}

TEST_CASE("units are found by alias, committee and name, and count once") {
  auto town = demo_directory();
  auto everything = rule(kMain, {"village"}, "party_head");
  everything.aliases = {"各村居"};
  everything.units = {unit_of(town, "东溪村")};
  CHECK(list_of(town, plan_with({everything})).totals.main_persons == 32);

  town.aliases.push_back({"两村", {}, {unit_of(town, "东溪村"), unit_of(town, "西桥村")}});
  auto two = rule(kBranch, {}, "party_head");
  two.aliases = {"两村"};
  CHECK(list_of(town, plan_with({two})).venues.size() == 3);
}

TEST_CASE("agenda people are expected in the main venue unless a rule already has them") {
  const auto town = demo_directory();
  auto plan =
      plan_with({rule(kBranch, {"village"}, "party_head"), rule(kMain, {"organ"}, "any_head")});
  SECTION("a speaker whom a rule seats in a branch stays there") {
    plan.agenda = {item(AgendaKind::kPledge, {speaker(post_of(town, "东溪村", "党总支书记"))})};
    const auto list = list_of(town, plan);
    CHECK(list.totals.main_by_agenda == 0);
    CHECK(seat_of(list.seats, "东溪村", "党总支书记").venue_kind == kBranch);
  }
  SECTION("a head sits on the unit's 负责人 seat, the second head gets a seat of its own") {
    plan.agenda = {
        item(AgendaKind::kReport, {speaker(post_of(town, "党政办公室", "党组织负责人"))}),
        item(AgendaKind::kDeployment, {speaker(post_of(town, "党政办公室", "党组织负责人"))})};
    CHECK(list_of(town, plan).totals.main_by_agenda == 0);
    plan.agenda.push_back(
        item(AgendaKind::kOther, {speaker(post_of(town, "党政办公室", "行政负责人"))}));
    CHECK(list_of(town, plan).totals.main_by_agenda == 1);
  }
  SECTION("a unit named alone is satisfied by any of its seats, else by its head") {
    plan.agenda = {item(AgendaKind::kExchange, {{std::nullopt, unit_of(town, "东溪村"), ""}})};
    CHECK(list_of(town, plan).totals.main_by_agenda == 0);
    plan.agenda = {item(AgendaKind::kExchange, {{std::nullopt, unit_of(town, "养护单位1"), ""}}),
                   item(AgendaKind::kExchange, {{std::nullopt, unit_of(town, "新苑居民区"), ""}})};
    const auto list = list_of(town, plan);
    CHECK(list.totals.main_by_agenda == 2);
    CHECK(seat_of(list.seats, "养护单位1", "负责人").post.has_value());
    CHECK(seat_of(list.seats, "新苑居民区", "负责人").heads.size() == 2);
  }
  SECTION("words alone, and a unit that nobody heads, are listed and not counted") {
    plan.agenda = {item(AgendaKind::kPledge, {{std::nullopt, std::nullopt, "五家重点点位小区"}}),
                   item(AgendaKind::kPledge, {{std::nullopt, unit_of(town, "重点点位小区1"), ""}})};
    const auto list = list_of(town, plan);
    CHECK(list.totals.main_by_agenda == 0);
    CHECK(warns(list, "重点点位小区1没有负责人职务，不计入应到"));
  }
  SECTION("the host is expected too") {
    plan.host = post_of(town, "镇党委政府", "副镇长");
    CHECK(list_of(town, plan).totals.main_by_agenda == 1);
  }
}

TEST_CASE("a vacant post counts as a post and not as a person") {
  auto town = demo_directory();
  post_in(town, "东溪村", "安全干部").holder_state = HolderState::kVacant;
  const auto list = list_of(town, plan_with({rule(kBranch, {"village"}, "", {"安全干部"})}));
  CHECK(list.totals.posts == 12);
  CHECK(list.totals.branch_persons == 11);
  CHECK(seat_of(list.seats, "东溪村", "安全干部").vacant);
}

TEST_CASE("a vacant head does not stand for the unit") {
  auto town = demo_directory();
  post_in(town, "东溪村", "党总支书记").holder_state = HolderState::kVacant;
  auto plan =
      plan_with({rule(kMain, {"village"}, "party_head"), rule(kMain, {"village"}, "any_head")});
  auto list = list_of(town, plan);
  CHECK(list.totals.by_rule == std::vector<int>{11, 1});
  CHECK(!seat_of(list.seats, "东溪村", "负责人").vacant);
  post_in(town, "东溪村", "行政负责人").holder_state = HolderState::kVacant;
  list = list_of(town, plan);
  CHECK(list.totals.main_persons == 11);
  CHECK(seat_of(list.seats, "东溪村", "负责人").vacant);
}

TEST_CASE("one person with several posts is one person, under the first seat") {
  auto town = demo_directory();
  const auto& person =
      give(town, {&post_in(town, "东溪村", "安全干部"), &post_in(town, "东溪村", "防汛干部"),
                  &post_in(town, "城运办", "主任")});
  const auto list = list_of(town, meeting_b(town));
  CHECK(list.totals.posts == 104);
  CHECK(list.totals.main_persons == 24);
  CHECK(list.totals.branch_persons == 78);
  CHECK(seat_of(list.seats, "东溪村", "防汛干部").person == person.id);
  CHECK(warns(list, "城运办主任、东溪村安全干部、东溪村防汛干部由一人担任，座位在不同会场"));
}

TEST_CASE("a change of post-holder changes the list without touching the plan") {
  auto town = demo_directory();
  const auto plan = meeting_b(town);
  CHECK(!seat_of(list_of(town, plan).seats, "东溪村", "安全干部").person);
  const auto first = give(town, {&post_in(town, "东溪村", "安全干部")}).id;
  CHECK(seat_of(list_of(town, plan).seats, "东溪村", "安全干部").person == first);
  const auto second = give(town, {&post_in(town, "东溪村", "安全干部")}).id;
  CHECK(seat_of(list_of(town, plan).seats, "东溪村", "安全干部").person == second);
}

TEST_CASE("a rule that names what is not there is refused and says where") {
  const auto town = demo_directory();
  const auto refused = [&](AttendanceRule bad, const std::string& words) {
    const auto list = expected_list(town, plan_with({rule(kMain, {"organ"}, "party_head"), bad}));
    REQUIRE(!list.has_value());
    CHECK(list.error().code == ErrorCode::kInvalid);
    CHECK(list.error().zh.find("第2条") != std::string::npos);
    CHECK(list.error().zh.find(words) != std::string::npos);
    CHECK(list.error().en.find("rule 2") != std::string::npos);
  };
  refused(rule(kMain, {"planet"}, "party_head"), "没有单位类别 planet");
  refused(rule(kMain, {"target"}, "party_head"), "不参会");
  refused(rule(kMain, {"village"}, "emperor"), "没有职务类别 emperor");
  refused(rule(kMain, {"village"}, "", {"区长"}), "没有职务 区长");
  refused(rule(kMain, {"village"}, ""), "没有选职务");
  refused(rule(kMain, {"village"}, "party_head", {"安全干部"}), "只能选一种");
  auto bad = rule(kMain, {}, "any_head");
  bad.committees = {"镇河长办"};
  refused(bad, "没有委员会 镇河长办");
  bad.committees.clear();
  bad.aliases = {"各街道"};
  refused(bad, "没有统称 各街道");
  bad.aliases.clear();
  bad.units = {UnitId::make()};
  refused(bad, "单位不在通讯录中");
}

TEST_CASE("a rule that reaches nobody is allowed and said") {
  const auto town = demo_directory();
  const auto list = list_of(town, plan_with({rule(kMain, {"organ"}, "", {"河道专管员"})}));
  CHECK(list.seats.empty());
  CHECK(warns(list, "第1条没有选到人"));
}
