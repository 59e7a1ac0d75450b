// Spreadsheets of the directory: what was exported changes nothing, rows that are wrong are all
// named, and one wrong row stops the whole file.
#include <algorithm>
#include <catch2/catch.hpp>

#include "domain/directory_tables.h"
#include "tests/support/demo_directory.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

constexpr auto kToday = std::chrono::year{2020} / std::chrono::May / std::chrono::day{27};

Directory town() {
  auto made = demo_directory();
  lift_holders(made);
  sort_directory(made);
  return made;
}

using Row = std::vector<std::string>;

ImportPlan import(const Directory& before, const std::string& sheet, std::vector<Row> rows,
                  ImportMode mode = ImportMode::kUpdate) {
  return plan_import(before, {{sheet, std::move(rows)}}, mode, kToday);
}

const Post& post(const Directory& d, const std::string& unit, const std::string& title) {
  return *d.find_post(post_of(d, unit, title));
}

void check_problem(const ImportPlan& plan, int row, const std::string& column,
                   const std::string& words) {
  for (const auto& one : plan.problems)
    if (one.row == row && one.column == column) {
      CHECK_THAT(one.zh, Catch::Contains(words));
      CHECK(!one.en.empty());
      return;
    }
  FAIL("no problem in row " << row << " column " << column << " about " << words);
}

}  // namespace

TEST_CASE("an exported file that is imported again changes nothing, whole or as an update") {
  auto before = town();
  const auto person = PersonId::make();
  before.persons = {{person, "张三", "13800000001", "zs"}};
  before.units[20].line_leader = before.posts[8].id;  // one of three 副镇长
  before.units[20].parent = before.units[1].id;
  for (auto& one : before.posts)
    if (one.title == "安全干部" || one.title == "防汛干部")
      if (one.unit == unit_of(before, "东溪村"))
        one.tenures = {{person, std::chrono::year{2019} / 3 / 1, {}}};
  post_in(before, "西桥村", "卫生干部").unheld = HolderState::kVacant;
  Room room;
  room.id = RoomId::make();
  room.name = "村会议室";
  room.units = {unit_of(before, "东溪村")};
  before.rooms = {room};
  before.orders = {{std::chrono::year{2020} / 1 / 1, {before.posts[9].id, before.posts[8].id}, ""}};
  const auto tables = export_tables(before, kToday);
  CHECK(tables.size() == 6);
  for (const auto mode : {ImportMode::kUpdate, ImportMode::kComplete}) {
    const auto plan = plan_import(before, tables, mode, kToday);
    CHECK(plan.problems.empty());
    for (const auto& one : record_changes(before, plan.after)) {
      UNSCOPED_INFO(one.record << " " << one.name);
      for (const auto& field : one.fields)
        UNSCOPED_INFO("  " << field.zh << ": " << field.before << " -> " << field.after);
    }
    CHECK(records_of(directory_diff(before, plan.after)).empty());
    CHECK(plan.rows.at("units") == int(before.units.size()));
  }
}

TEST_CASE("rows are added, changed and removed; the rest stays") {
  const auto before = town();
  const std::vector<Row> rows = {{"示例镇单位一览"},  // a title above the heads
                                 {"单位", "类别", "上级单位"},
                                 {"东溪村", "村", "村"},
                                 {"北塘村", "村", ""},
                                 {"", "", ""}};
  auto plan = import(before, "单位", rows);
  check_problem(plan, 3, "上级单位", "没有单位“村”");
  auto right = rows;
  right[2][2] = "党政办公室";
  plan = import(before, "单位", right);
  REQUIRE(plan.problems.empty());
  CHECK(plan.after.find_unit_named("北塘村")->order == int(before.units.size()) + 1);
  CHECK(plan.after.find_unit_named("东溪村")->parent == unit_of(before, "党政办公室"));
  CHECK(plan.after.posts.size() == before.posts.size());
  plan = import(before, "单位", right, ImportMode::kComplete);
  REQUIRE(!plan.problems.empty());  // 东溪村's parent would be gone with the other units
  right[2][2] = "";
  plan = import(before, "单位", right, ImportMode::kComplete);
  REQUIRE(plan.problems.empty());
  CHECK(plan.after.units.size() == 2);
  CHECK(plan.after.posts.size() == 7);
  CHECK(plan.after.committees.size() == 2);
  CHECK(plan.after.committees[0].members.empty());
}

TEST_CASE("row 37, 38: a new holder ends the one before, one name and number is one person") {
  auto before = town();
  const auto old = PersonId::make();
  before.persons = {{old, "张三", "13800000001", "zs"}};
  post_in(before, "东溪村", "安全干部").tenures = {{old, std::chrono::year{2019} / 1 / 1, {}}};
  const Row head = {"单位", "职务", "姓名", "手机", "任职日期", "状态"};
  const auto plan = import(before, "",
                           {head,
                            {"东溪村", "安全干部", "李四", "13900000002", "2020年5月1日", ""},
                            {"东溪村", "防汛干部", "李四", "13900000002", "", "在任"},
                            {"西桥村", "安全干部", "", "", "", "空缺"},
                            {"南塘村", "安全干部", "李四", "13900000003", "", ""}});
  REQUIRE(plan.problems.empty());
  const auto& safety = post(plan.after, "东溪村", "安全干部");
  REQUIRE(safety.tenures.size() == 2);
  CHECK(safety.tenures[0].until == std::chrono::year{2020} / 4 / 30);
  CHECK(safety.tenures[1].from == std::chrono::year{2020} / 5 / 1);
  const auto& flood = post(plan.after, "东溪村", "防汛干部");
  REQUIRE(flood.tenures.size() == 1);
  CHECK(!flood.tenures[0].from);  // no day was given, and nobody was there before
  CHECK(flood.tenures[0].person == safety.tenures[1].person);
  CHECK(post(plan.after, "西桥村", "安全干部").unheld == HolderState::kVacant);
  CHECK(post(plan.after, "南塘村", "安全干部").tenures[0].person != flood.tenures[0].person);
  CHECK(plan.after.persons.size() == 3);
  CHECK(!plan.notices.empty());  // the same name with another number
}

TEST_CASE("every wrong row is named by row, column and what, in both languages") {
  auto before = town();
  before.persons = {{PersonId::make(), "张三", "13800000001", ""},
                    {PersonId::make(), "张三", "13800000002", ""}};
  const Row head = {"单位", "职务", "姓名", "手机", "任职日期", "状态", "排序", "负责人"};
  const auto plan = import(before, "人员职务",
                           {head,
                            {"无此村", "安全干部", "", "", "", "", "", ""},
                            {"东溪村", "", "", "", "", "", "", ""},
                            {"东溪村", "安全干部", "王五", "abc", "2020-13-01", "", "x", "也许"},
                            {"东溪村", "防汛干部", "王五", "", "", "空缺", "", ""},
                            {"东溪村", "卫生干部", "张三", "", "", "", "", ""},
                            {"西桥村", "卫生干部", "", "", "", "走了", "", ""},
                            {"", "卫生干部", "", "", "", "", "", ""}});
  check_problem(plan, 2, "单位", "无此村");
  check_problem(plan, 3, "职务", "没有填写");
  check_problem(plan, 4, "手机", "abc");
  check_problem(plan, 4, "任职日期", "2020-05-27");
  check_problem(plan, 4, "排序", "整数");
  check_problem(plan, 4, "负责人", "也许");
  check_problem(plan, 5, "状态", "又是");
  check_problem(plan, 6, "手机", "有几个");
  check_problem(plan, 7, "状态", "走了");
  check_problem(plan, 8, "单位", "没有填写");
  CHECK(plan.problems.size() == 10);
}

TEST_CASE("a row that stands twice, an unknown table, and heads in English") {
  const auto before = town();
  auto plan = import(before, "单位", {{"单位", "类别"}, {"东溪村", "村"}, {"东溪村", "村"}});
  check_problem(plan, 3, "单位", "第 2 行重复");
  plan = import(before, "别的", {{"甲", "乙"}, {"1", "2"}});
  REQUIRE(plan.problems.size() == 1);
  CHECK_THAT(plan.problems[0].zh, Catch::Contains("没有认出"));
  plan = import(before, "Units", {{"Unit", "Kind", "Closed"}, {"东溪村", "village", "yes"}});
  REQUIRE(plan.problems.empty());
  CHECK(plan.after.find_unit_named("东溪村")->closed);
  plan = import(before, "",
                {{"单位", "类别", "编号"}, {"东溪新村", "村", unit_of(before, "东溪村").str()}});
  CHECK(plan.after.find_unit(unit_of(before, "东溪村"))->name == "东溪新村");
}

TEST_CASE("rows 35, 39: committees and aliases come as lists of names") {
  const auto before = town();
  const auto plan =
      plan_import(before,
                  {{"委员会", {{"名称", "成员单位"}, {"镇河长办", "东溪村、西桥村，南塘村"}}},
                   {"统称", {{"名称", "包含类别", "包含单位"}, {"沿河村", "", "东溪村;西桥村"}}}},
                  ImportMode::kUpdate, kToday);
  REQUIRE(plan.problems.empty());
  CHECK(plan.after.find_committee("镇河长办")->members.size() == 3);
  CHECK(plan.after.find_alias("沿河村")->units.size() == 2);
  CHECK(plan.after.committees.size() == 3);
}

TEST_CASE("leaders in charge are written by title, number or unit") {
  const auto before = town();
  const auto leader = [&](const std::string& words) {
    return import(before, "单位",
                  {{"单位", "类别", "分管领导", "包村领导"}, {"东溪村", "村", words, "党委书记"}});
  };
  auto plan = leader("副镇长（2）");
  REQUIRE(plan.problems.empty());
  CHECK(leader_in_words(plan.after, *plan.after.find_unit_named("东溪村")->line_leader) ==
        "副镇长（2）");
  CHECK(plan.after.find_unit_named("东溪村")->area_leader ==
        post_of(before, "镇党委政府", "党委书记"));
  CHECK(leader("城运办 主任").problems.empty());
  check_problem(leader("副镇长"), 2, "分管领导", "有几位");
  check_problem(leader("县长"), 2, "分管领导", "没有这位");
}
