// Holders over time, the leaders' order, and changes of the directory with undo.
#include <catch2/catch.hpp>

#include "core/chinese_text.h"
#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

constexpr auto day(int y, unsigned m, unsigned d) {
  return std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d};
}

// A change of one record, as a page sends it.
template <class F>
DirectoryPatch change(const Office& office, F edit) {
  auto after = office.service->directory_log().directory();
  edit(after);
  return directory_diff(office.service->directory_log().directory(), after);
}

Result<Applied> edit(Office& office, const DirectoryPatch& patch,
                     std::optional<std::uint64_t> base = {}) {
  return office.service->change_directory(office.secretary(), patch, DirectoryChangeKind::kEdit, "",
                                          base);
}

Person person(const std::string& name) {
  return {PersonId::make(), name, "", ""};
}

}  // namespace

TEST_CASE("row 37: who holds a post depends on the meeting's day, the rules stay as they are") {
  Office office;
  const auto before = person("甲"), after = person("乙");
  const auto changed = change(office, [&](Directory& d) {
    d.persons.push_back(before);
    d.persons.push_back(after);
    post_in(d, "东溪村", "安全干部").tenures = {{after.id, day(2020, 5, 28), {}},
                                                {before.id, {}, day(2020, 5, 27)}};
    post_in(d, "西桥村", "安全干部").unheld = HolderState::kVacant;
  });
  REQUIRE(edit(office, changed).has_value());
  auto plan = meeting_a(office.town);  // 27 May
  const auto seats = office.service->preview_expected(plan)->seats;
  CHECK(seat_of(seats, "东溪村", "安全干部").person == before.id);
  CHECK(seat_of(seats, "西桥村", "安全干部").vacant);
  plan.time.date = day(2020, 5, 28);
  CHECK(seat_of(office.service->preview_expected(plan)->seats, "东溪村", "安全干部").person ==
        after.id);
  const auto& log = office.service->directory_log();
  CHECK(log.last_holder_change_of(post_of(office.town, "东溪村", "安全干部"))->by ==
        office.secretary().actor.label);
  CHECK(log.last_holder_change_of(post_of(office.town, "南塘村", "安全干部")) == nullptr);
}

TEST_CASE("tenures of one post do not overlap, end after they begin, and name known persons") {
  Office office;
  const auto refused = [&](std::vector<Tenure> tenures, const std::string& words) {
    const auto changed = change(office, [&](Directory& d) {
      d.persons.push_back({tenures.front().person, "甲", "", ""});
      post_in(d, "东溪村", "安全干部").tenures = tenures;
    });
    const auto applied = edit(office, changed);
    REQUIRE(!applied.has_value());
    CHECK(applied.error().code == ErrorCode::kInvalid);
    CHECK_THAT(applied.error().zh, Catch::Contains(words));
  };
  const auto a = PersonId::make();
  refused({{a, {}, {}}, {a, day(2020, 1, 1), {}}}, "任期重叠");
  refused({{a, {}, day(2020, 1, 1)}, {a, day(2020, 1, 1), {}}}, "任期重叠");
  refused({{a, day(2020, 2, 1), day(2020, 1, 1)}}, "颠倒");
  refused({{a, {}, day(2020, 1, 1)}, {PersonId::make(), day(2020, 1, 2), {}}}, "任职人不存在");
  CHECK(office.service->directory_log().changes().size() == 1);  // nothing was half-applied
}

TEST_CASE("row 13: leaders come by the dated list in force, others stay where they are") {
  auto town = demo_directory();
  const auto secretary = post_of(town, "镇党委政府", "党委书记");
  const auto mayor = post_of(town, "镇党委政府", "党委副书记、镇长");
  const auto chair = post_of(town, "镇党委政府", "人大主席");
  town.orders = {{day(2020, 1, 1), {chair, mayor}, ""}, {day(2021, 1, 1), {mayor, chair}, ""}};
  const auto leaders = [&](const Directory& d) {
    std::vector<PostId> first;
    for (const Post* post : d.posts_of(unit_of(d, "镇党委政府"))) first.push_back(post->id);
    return std::vector<PostId>(first.begin(), first.begin() + 3);
  };
  CHECK(leaders(directory_on(town, day(2019, 12, 31))) == std::vector{secretary, mayor, chair});
  CHECK(leaders(directory_on(town, day(2020, 5, 27))) == std::vector{secretary, chair, mayor});
  CHECK(leaders(directory_on(town, day(2022, 1, 1))) == std::vector{secretary, mayor, chair});
}

TEST_CASE("leaders of equal rank follow the list") {
  auto town = demo_directory();
  Directory* d = &town;
  auto& mayor = post_in(*d, "镇党委政府", "党委副书记、镇长");
  auto& chair = post_in(*d, "镇党委政府", "人大主席");
  chair.rank = mayor.rank;
  town.orders = {{day(2020, 1, 1), {chair.id, mayor.id}, ""}};
  const auto chair_id = chair.id;
  const auto ordered = directory_on(town, day(2020, 5, 27));
  CHECK(ordered.posts_of(unit_of(ordered, "镇党委政府"))[1]->id == chair_id);
}

TEST_CASE("rows 13, 14, 18: the expected list prints leaders in that order with both titles") {
  auto town = demo_directory();
  const auto first = expected_list(town, meeting_a(town));
  CHECK(first->seats[0].title == "党委书记");
  CHECK(first->seats[1].title == "党委副书记、镇长");
  CHECK(seat_of(first->seats, "镇党委政府", "二级调研员").venue_kind == VenueKind::kMain);
}

TEST_CASE("classes of posts are a table that the office edits") {
  Office office;
  const auto changed = change(office, [](Directory& d) {
    d.classes = default_post_classes();
    d.classes.push_back({"safety", "安全条线", {}, {"安全干部", "防汛干部"}, false});
    d.classes.push_back({"one", "联络人", {}, {"城运网格联络员", "卫生干部"}, true});
  });
  REQUIRE(edit(office, changed).has_value());
  auto plan = meeting_b(office.town);
  plan.rules = {rule(VenueKind::kBranch, {"village"}, "safety"),
                rule(VenueKind::kBranch, {"village"}, "one")};
  plan.agenda.clear();
  plan.host.reset();
  const auto list = office.service->preview_expected(plan);
  REQUIRE(list.has_value());
  CHECK(list->totals.by_rule == std::vector{24, 12});
  CHECK(seat_of(list->seats, "东溪村", "联络人").heads.size() == 2);
  CHECK_THAT(list->sentence_zh, Catch::Contains("安全条线"));
  const auto without = change(office, [](Directory& d) { d.classes.erase(d.classes.begin()); });
  CHECK(edit(office, without).error().code == ErrorCode::kInvalid);
}

TEST_CASE("a closed unit is called to nothing and stays in old papers") {
  Office office;
  const auto a = office.convened_a();
  REQUIRE(edit(office, change(office,
                              [](Directory& d) {
                                for (auto& unit : d.units)
                                  unit.closed = unit.closed || unit.name == "东溪村";
                              }))
              .has_value());
  CHECK(office.meeting(a).seats().size() == 262);
  auto plan = meeting_a(office.town);
  CHECK(office.service->preview_expected(plan)->totals.posts == 262 - 6 + 1);  // it still pledges
}

TEST_CASE("a change is undone, and so is its undoing; records touched since stop it") {
  Office office;
  const auto rename = [&](const std::string& to) {
    return change(office, [&](Directory& d) {
      for (auto& unit : d.units)
        if (unit.id == unit_of(office.town, "东溪村")) unit.name = to;
    });
  };
  const auto& log = office.service->directory_log();
  const auto original = log.directory().units;
  REQUIRE(edit(office, rename("东溪新村")).has_value());
  const auto first = log.seq();
  REQUIRE(log.changes().back().records.size() == 1);
  CHECK(log.changes().back().records[0].fields[0].before == "东溪村");
  CHECK(log.changes().back().records[0].fields[0].after == "东溪新村");
  REQUIRE(office.service->undo_directory_change(office.secretary(), first).has_value());
  CHECK(log.directory().units == original);
  REQUIRE(office.service->undo_directory_change(office.secretary(), log.seq()).has_value());
  CHECK(log.directory().find_unit_named("东溪新村"));

  REQUIRE(edit(office, rename("东溪三村")).has_value());
  const auto undone = office.service->undo_directory_change(office.secretary(), first);
  REQUIRE(!undone.has_value());
  CHECK(undone.error().code == ErrorCode::kConflict);
  CHECK_THAT(undone.error().zh, Catch::Contains("东溪新村"));
  CHECK(office.service->undo_directory_change(office.secretary(), 1).error().code ==
        ErrorCode::kNotFound);  // the first import
  office.restart();
  CHECK(office.service->directory_log().changes().size() == 5);
  CHECK(office.service->directory().find_unit_named("东溪三村"));
}

TEST_CASE("two secretaries at once: different entries both stand, the same entry is a conflict") {
  Office office;
  const auto base = office.service->directory_log().seq();
  const auto title = [&](const std::string& unit, const std::string& to) {
    return change(office, [&](Directory& d) { post_in(d, unit, "安全干部").title = to; });
  };
  const auto mine = title("东溪村", "安全员"), other = title("西桥村", "安全员");
  auto same = mine;
  same.put.posts[0].title = "安监员";
  REQUIRE(edit(office, mine, base).has_value());
  REQUIRE(edit(office, other, base).has_value());
  CHECK(edit(office, same, base).error().code == ErrorCode::kConflict);
  const auto& now = office.service->directory();
  CHECK(now.find_post(post_of(office.town, "东溪村", "安全干部"))->title == "安全员");
  CHECK(now.find_post(post_of(office.town, "西桥村", "安全干部"))->title == "安全员");
}

TEST_CASE("units and posts that meetings name are not removed; a retry changes nothing") {
  Office office;
  office.convened_a();
  const auto without_unit = change(office, [&](Directory& d) {
    const auto id = unit_of(d, "东溪村");
    std::erase_if(d.units, [&](const Unit& unit) { return unit.id == id; });
    std::erase_if(d.posts, [&](const Post& post) { return post.unit == id; });
    for (auto& committee : d.committees) std::erase(committee.members, id);
  });
  const auto refused = edit(office, without_unit);
  REQUIRE(!refused.has_value());
  CHECK_THAT(refused.error().zh, Catch::Contains("东溪村") && Catch::Contains("停用"));
  const auto named = [&](const char* title) {
    return edit(office, change(office, [&](Directory& d) {
                  const auto id = post_of(d, "镇党委政府", title);
                  std::erase_if(d.posts, [&](const Post& post) { return post.id == id; });
                }));
  };
  CHECK(named("党委书记").error().code == ErrorCode::kConflict);
  CHECK(named("二级调研员").has_value());

  const auto command = office.secretary();
  const auto patch = change(office, [](Directory& d) { d.note = "新说明"; });
  for (int i = 0; i < 2; ++i)
    REQUIRE(office.service
                ->change_directory(command, patch, DirectoryChangeKind::kEdit, "", std::nullopt)
                ->seq == 3);
  CHECK(office.service->directory().note == "新说明");
  auto liaison = office.liaison("东溪村");
  CHECK(office.service->change_directory(liaison, patch, DirectoryChangeKind::kEdit, "", {})
            .error()
            .code == ErrorCode::kForbidden);
}

TEST_CASE("initials for search come from the name") {
  CHECK(pinyin_initials("东溪村") == "dxc");
  CHECK(pinyin_initials("新苑居民区 2") == "xyjmq2");
  CHECK(pinyin_initials("") == "");
  CHECK(from_gb18030("\xB6\xAB\xCF\xAA\xB4\xE5") == "东溪村");
  CHECK(!from_gb18030("\xB6").has_value());
  CHECK(is_utf8("东溪村"));
  CHECK(!is_utf8("\xB6\xAB"));
  Office office;
  REQUIRE(edit(office, change(office,
                              [](Directory& d) {
                                Unit unit;
                                unit.id = UnitId::make();
                                unit.kind = "village";
                                unit.name = "北塘村";
                                unit.order = 99;
                                d.units.push_back(unit);
                              }))
              .has_value());
  CHECK(office.service->directory().find_unit_named("北塘村")->pinyin == "btc");
}

TEST_CASE("row 37: a change of post-holder after convening is shown and changes nothing") {
  Office office;
  const auto a = office.convened_a();
  CHECK(office.service->differences_of(a)->empty());
  const auto seats = office.meeting(a).seats();
  const auto newcomer = person("乙");
  office.at("8:30");
  REQUIRE(
      edit(
          office,
          change(office,
                 [&](Directory& d) {
                   d.persons.push_back(newcomer);
                   post_in(d, "东溪村", "安全干部").tenures = {{newcomer.id, day(2020, 5, 27), {}}};
                   post_in(d, "西桥村", "卫生干部").unheld = HolderState::kVacant;
                   post_in(d, "南塘村", "安全干部").tenures = {{newcomer.id, day(2020, 5, 28), {}}};
                 }))
          .has_value());
  const auto found = office.service->differences_of(a);
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 2);  // 南塘村's begins the day after the meeting
  const auto& holder = (*found)[0];
  CHECK(holder.kind == SeatDifference::Kind::kHolder);
  CHECK(holder.unit_name + holder.title == "东溪村安全干部");
  CHECK(holder.before.empty());
  CHECK(holder.after == "乙");
  CHECK(holder.since == day(2020, 5, 27));
  CHECK(holder.changed_by == office.secretary().actor.label);
  CHECK(holder.changed_at == office_time("8:30"));
  CHECK((*found)[1].kind == SeatDifference::Kind::kVacated);
  CHECK(office.meeting(a).seats().size() == seats.size());
  CHECK(!seat_of(office.meeting(a).seats(), "东溪村", "安全干部").person.has_value());
  REQUIRE(office.service
              ->undo_directory_change(office.secretary(), office.service->directory_log().seq())
              .has_value());
  CHECK(office.service->differences_of(a)->empty());
}
