// The directory: look-ups in the office's order, and what an import refuses.
#include <catch2/catch.hpp>

#include "tests/support/demo_directory.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

TEST_CASE("posts stand by rank, heads are those that may stand for the unit") {
  auto town = demo_directory();
  std::vector<std::string> titles;
  for (const Post* post : town.posts_of(unit_of(town, "东溪村"))) titles.push_back(post->title);
  REQUIRE(titles.size() == 7);
  CHECK(titles.front() == "党总支书记");
  CHECK(titles.back() == "河道专管员");
  CHECK(town.heads_of(unit_of(town, "东溪村")).size() == 2);
  CHECK(town.heads_of(unit_of(town, "重点点位小区1")).empty());

  post_in(town, "东溪村", "河道专管员").rank = 0;
  CHECK(town.posts_of(unit_of(town, "东溪村")).front()->title == "河道专管员");
}

TEST_CASE("what is not there is not found") {
  const auto town = demo_directory();
  CHECK(town.find_unit(UnitId::make()) == nullptr);
  CHECK(town.find_unit_named("西溪村") == nullptr);
  CHECK(town.find_post(PostId::make()) == nullptr);
  CHECK(town.find_person(PersonId::make()) == nullptr);
  CHECK(town.find_kind("planet") == nullptr);
  CHECK(town.find_committee("镇河长办") == nullptr);
  CHECK(town.find_alias("各街道") == nullptr);
}

TEST_CASE("a directory that contradicts itself is refused with the name that is wrong") {
  const auto refused = [](auto spoil, const std::string& words) {
    auto town = demo_directory();
    REQUIRE(check_directory(town).has_value());
    spoil(town);
    const auto checked = check_directory(town);
    REQUIRE(!checked.has_value());
    CHECK(checked.error().code == ErrorCode::kInvalid);
    CHECK_THAT(checked.error().zh, Catch::Contains(words));
    CHECK(!checked.error().en.empty());
  };
  refused([](Directory& d) { d.units.clear(); }, "没有单位");
  refused([](Directory& d) { d.units[1].name = d.units[2].name; }, "单位重名");
  refused([](Directory& d) { d.units[1].id = d.units[2].id; }, "单位编号重复");
  refused([](Directory& d) { d.units[1].name = ""; }, "没有名称");
  refused([](Directory& d) { d.units[1].kind = "planet"; }, "类别不存在");
  refused([](Directory& d) { d.units[1].parent = UnitId::make(); }, "上级单位不存在");
  refused([](Directory& d) { d.kinds.push_back(d.kinds[0]); }, "类别重复");
  refused([](Directory& d) { d.posts[0].unit = UnitId::make(); }, "单位不存在");
  refused([](Directory& d) { d.posts[0].id = d.posts[1].id; }, "职务编号重复");
  refused([](Directory& d) { d.posts[0].title = ""; }, "没有名称");
  refused([](Directory& d) { d.posts[0].holder_state = HolderState::kHeld; }, "任职人不存在");
  refused([](Directory& d) { d.committees[0].members.push_back(UnitId::make()); }, "镇安委会");
  refused([](Directory& d) { d.aliases[0].kinds = {"planet"}; }, "三大社区");
  refused([](Directory& d) { d.aliases[1].name = d.aliases[0].name; }, "统称重名");
}
