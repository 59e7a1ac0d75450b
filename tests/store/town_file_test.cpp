// The demo town holds the totals that were worked out by hand from the reports.
#include <catch2/catch.hpp>

#include "domain/attendance.h"
#include "store/town_file.h"

using namespace huiban;

namespace {

store::TownFile demo_town() {
  auto town = store::read_town_file(HUIBAN_SOURCE_DIR "/config/demo/demo-town.json");
  REQUIRE(town.has_value());
  return *town;
}

}  // namespace

TEST_CASE("meeting A expects 99 in the main venue and 163 in branches") {
  const auto town = demo_town();
  const auto list = domain::expected_list(town.directory, town.meetings.at(0));
  REQUIRE(list.has_value());
  CHECK(list->totals.main_persons == 99);
  CHECK(list->totals.branch_persons == 163);
  CHECK(list->totals.main_by_agenda == 0);
  CHECK(list->totals.by_rule == std::vector<int>{12, 46, 37, 4, 3, 148, 12});
  CHECK(list->venues.size() == 1 + 3 + 37);
  CHECK(list->sentence_zh ==
        "会议以视频形式召开，镇班子成员及其他处级干部，机关、事业单位、非常设机构及镇属公司党政负责"
        "人，"
        "各村居、社区工作站党组织以及养护单位负责人在主会场参加会议。三大社区党委副书记，"
        "各村居、社区工作站行政负责人、安全干部、城运网格联络员、卫生干部，各村河道专管员在分会场参"
        "加会议。");
}

TEST_CASE("meeting B expects 20 by its rules, 4 of the agenda, and 80 in branches") {
  const auto town = demo_town();
  const auto list = domain::expected_list(town.directory, town.meetings.at(1));
  REQUIRE(list.has_value());
  CHECK(list->totals.main_persons == 24);
  CHECK(list->totals.main_by_rules == 20);
  CHECK(list->totals.main_by_agenda == 4);
  CHECK(list->totals.branch_persons == 80);
}

TEST_CASE("no person is named in the demo town") {
  const auto town = demo_town();
  CHECK(town.directory.persons.empty());
  CHECK(town.directory.units.size() == 1 + 10 + 6 + 3 + 4 + 3 + 12 + 20 + 5 + 4 + 5 + 2);
  CHECK(!town.directory.note.empty());
}

TEST_CASE("a town file with a mistake names the place") {
  CHECK(store::read_town_file("missing.json").error().code == ErrorCode::kNotFound);
  CHECK(store::parse_town_file("{").error().code == ErrorCode::kInvalid);
  const auto unknown = store::parse_town_file(
      R"({"town":"t","unit_kinds":[{"key":"village","name":"村","side":"north","units":[],"posts":[]}]})");
  REQUIRE(!unknown.has_value());
  CHECK(unknown.error().en.find("village") != std::string::npos);
}
