// The demo town holds the totals that were worked out by hand from the reports.
#include <algorithm>
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

TEST_CASE("meetings keep a date with a time, a half-day, or neither, and their note") {
  const auto town = demo_town();
  REQUIRE(town.meetings.size() == 5);
  const auto& a = town.meetings[0];
  CHECK(a.time.date == std::chrono::year{2020} / 5 / 27);
  CHECK(a.time.half == domain::HalfDay::kMorning);
  CHECK(a.time.start == std::chrono::minutes{9 * 60});
  CHECK(town.meetings[1].time.half == domain::HalfDay::kNone);
  CHECK(!town.meetings[1].time.start);
  CHECK(town.meetings[2].form == domain::MeetingForm::kOnsite);
  CHECK(town.meetings[2].agenda[1].kinds ==
        std::vector{domain::AgendaKind::kReport, domain::AgendaKind::kDeployment});
  for (const auto& meeting : town.meetings) CHECK(meeting.sample_note == town.directory.note);
  CHECK(town.directory.find_post(*a.host)->title == "党委副书记、镇长");
}

TEST_CASE("posts carry classes and rank, units kind and initials") {
  const auto town = demo_town();
  const auto& d = town.directory;
  const auto* village = d.find_unit_named("东溪村");
  REQUIRE(village);
  CHECK(village->kind == "village");
  CHECK(village->pinyin == "dxc");
  const auto posts = d.posts_of(village->id);
  REQUIRE(posts.size() == 7);
  CHECK(posts[0]->title == "党总支书记");
  CHECK(posts[0]->classes.party_head);
  CHECK(posts[1]->classes.admin_head);
  CHECK(!posts[2]->classes.head);
  const auto leaders = d.posts_of(d.find_unit_named("镇党委政府")->id);
  REQUIRE(leaders.size() == 12);
  for (std::size_t i = 0; i < leaders.size(); ++i) {
    CHECK(leaders[i]->rank == int(i) + 1);
    CHECK(leaders[i]->classes.town_leader);
  }
  const auto* adhoc = d.find_unit_named("城运办");
  CHECK(d.posts_of(adhoc->id)[0]->classes.party_head);
  CHECK(d.posts_of(adhoc->id)[1]->classes.admin_head);
}

TEST_CASE("every unit of the demo town has one initial per character") {
  for (const auto& unit : demo_town().directory.units) {
    INFO(unit.name << " " << unit.pinyin);
    const auto characters = std::count_if(unit.name.begin(), unit.name.end(),
                                          [](char c) { return (c & 0xC0) != 0x80; });
    CHECK(std::size_t(characters) == unit.pinyin.size());
    CHECK(std::all_of(unit.pinyin.begin(), unit.pinyin.end(),
                      [](char c) { return c >= 'a' && c <= 'z'; }));
  }
}

TEST_CASE("every reading makes ids of its own") {
  CHECK(demo_town().directory.units[0].id != demo_town().directory.units[0].id);
}

namespace {

// A small correct town in which one text is replaced by another.
Error refusal(const std::string& from, const std::string& to) {
  std::string text = R"({"town": "示例镇", "unit_kinds": [
    {"key": "village", "name": "村", "side": "area", "units": [{"name": "东溪村"}],
     "posts": [{"title": "党总支书记", "count": 1, "classes": ["head"]}]}],
  "committees": [{"name": "镇安委会", "kinds": ["village"]}],
  "aliases": [{"name": "各村", "kinds": ["village"]}],
  "meetings": [{"title": "会", "kind": "专题会", "form": "video", "date": "2020-05-27",
    "half": "morning", "start": "09:00", "planned_minutes": 90,
    "host": {"unit": "东溪村", "post": "党总支书记"},
    "agenda": [{"kinds": ["speech"], "speakers": [{"unit": "东溪村"}]}],
    "rules": [{"venue": "main", "committees": ["镇安委会"], "aliases": ["各村"],
               "post_class": "any_head"}]}]})";
  REQUIRE(store::parse_town_file(text).has_value());
  const auto place = text.find(from);
  REQUIRE(place != std::string::npos);
  text.replace(place, from.size(), to);
  const auto read = store::parse_town_file(text, "town.json");
  REQUIRE(!read.has_value());
  CHECK(read.error().code == ErrorCode::kInvalid);
  CHECK(read.error().zh.find("town.json") != std::string::npos);
  return read.error();
}

void refused(const std::string& from, const std::string& to, const std::string& says) {
  const auto error = refusal(from, to);
  INFO(error.en);
  CHECK(error.en.find((says[0] == ':' ? "town.json" : "town.json ") + says) != std::string::npos);
}

}  // namespace

TEST_CASE("a town file with a mistake names the file, the place and what") {
  refused(R"("town": "示例镇", )", "", ": the field \"town\" is missing");
  refused(R"("key": "village", )", "", "unit_kinds[0]: the field \"key\" is missing");
  refused(R"("side": "area")", R"("side": "north")", "unit_kinds[0]/side: \"north\" is unknown");
  refused(R"("side": "area")", R"("side": 4)", "unit_kinds[0]/side: should be a text");
  refused(R"([{"name": "东溪村"}])", "12", "unit_kinds[0]/units: should be a list");
  refused(R"({"name": "东溪村"})", "12", "unit_kinds[0]/units[0]: should be an object");
  refused(R"([{"name": "东溪村"}])", R"([{"name": "东溪村"}, {"name": "东溪村"}])",
          "unit_kinds[0]/units[1]: two units are named 东溪村");
  refused(R"("count": 1)", R"("count": 0)", "unit_kinds[0]/posts[0]/count: should be a whole");
  refused(R"("count": 1)", R"("count": 1.5)", "unit_kinds[0]/posts[0]/count: should be a whole");
  refused(R"("count": 1)", R"("count": 18446744073709551617)", "unit_kinds[0]/posts[0]/count");
  refused(R"("classes": ["head"])", R"("classes": ["boss"])",
          "unit_kinds[0]/posts[0]/classes[0]: \"boss\" is unknown");
  refused(R"("kinds": ["village"]})", R"("kinds": ["villages"]})",
          "committees[0]/kinds[0]: there is no kind of unit villages");
  refused(R"("date": "2020-05-27")", R"("date": "2020-02-30")",
          "meetings[0]/date: there is no such day");
  refused(R"("date": "2020-05-27")", R"("date": "27.5.2020")",
          "meetings[0]/date: a date is written");
  refused(R"("start": "09:00")", R"("start": "25:00")", "meetings[0]/start: a time is written");
  refused(R"("start": "09:00")", R"("start": "09:00 am")", "meetings[0]/start: a time is written");
  refused(R"("planned_minutes")", R"("planed_minutes")",
          "meetings[0]: there is no field \"planed_minutes\"");
  refused(R"(, "post": "党总支书记"})", "}", "meetings[0]/host: a host is a unit and a post");
  refused(R"("post": "党总支书记")", R"("post": "镇长")",
          "meetings[0]/host/post: 东溪村 has no post 镇长");
  refused(R"(["speech"])", "[]", "meetings[0]/agenda[0]: an agenda item needs a kind");
  refused(R"("speakers": [{"unit": "东溪村"}])", R"("speakers": [{"unit": "西溪村"}])",
          "meetings[0]/agenda[0]/speakers[0]/unit: there is no unit 西溪村");
  refused(R"("speakers": [{"unit": "东溪村"}])", R"("speakers": [{}])",
          "meetings[0]/agenda[0]/speakers[0]: needs unit");
  refused(R"("committees": ["镇安委会"])", R"("committees": ["镇消委会"])",
          "meetings[0]/rules[0]/committees[0]: there is no 镇消委会");
  refused(R"("aliases": ["各村"])", R"("aliases": ["各居"])",
          "meetings[0]/rules[0]/aliases[0]: there is no 各居");
  refused(R"("any_head")", R"("all_heads")",
          "meetings[0]/rules[0]/post_class: \"all_heads\" is unknown");
  refused(R"(,
               "post_class": "any_head")",
          "", "meetings[0]/rules[0]: needs either");
}

TEST_CASE("a town file that is not JSON names the line; a missing one is not found") {
  CHECK(refusal("\"key\"", "key").en.find("line 2 is not JSON") != std::string::npos);
  CHECK(refusal("示例镇", "\xff").en.find("line 1 is not JSON") != std::string::npos);
  CHECK(store::parse_town_file("").error().code == ErrorCode::kInvalid);
  CHECK(store::parse_town_file("[]").error().en.find("should be an object") != std::string::npos);
  const auto missing = store::read_town_file("missing.json");
  CHECK(missing.error().code == ErrorCode::kNotFound);
  CHECK(missing.error().en.find("missing.json") != std::string::npos);
}
