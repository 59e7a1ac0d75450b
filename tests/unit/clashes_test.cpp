// Meetings of one day that call the same people.
#include "domain/clashes.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <iostream>
#include <set>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

std::vector<Seat> seats(const Directory& town, const MeetingPlan& plan) {
  return expected_list(town, plan)->seats;
}

std::size_t titled(const std::vector<Clash>& list, const std::string& title) {
  return std::size_t(
      std::count_if(list.begin(), list.end(), [&](const Clash& c) { return c.title == title; }));
}

}  // namespace

TEST_CASE("row 10: events A and B of one day call the same safety officers, heads and leaders") {
  Office office;
  const auto a = office.convened_a();
  const auto b_plan = meeting_b(office.town);
  const auto b = office.plan(b_plan);
  const auto found = office.service->clashes_of(b_plan, b);
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 1);
  const auto& with_a = found->front();
  CHECK(with_a.other == a);
  CHECK(with_a.title == office.meeting(a).plan().title);
  const auto& list = with_a.clashes;
  CHECK(titled(list, "安全干部") == 37);
  CHECK(titled(list, "负责人") == 20);
  for (const auto* title : {"镇长", "副镇长", "主任", "副主任"}) {
    INFO(title);
    CHECK(std::any_of(list.begin(), list.end(), [&](const Clash& c) {
      return c.title.find(title) != std::string::npos && c.here == VenueKind::kMain;
    }));
  }
  CHECK(list.size() == 37 + 20 + 4);
  CHECK(with_a.others_posts == 262);
  CHECK(with_a.hold_together);  // 61 of 104

  // Seen from A the same people clash.
  const auto seen_from_a = office.service->clashes_of(office.meeting(a).plan(), a);
  REQUIRE(seen_from_a->size() == 1);
  CHECK(titled(seen_from_a->front().clashes, "安全干部") == 37);
}

TEST_CASE("another day, or a meeting that is over, clashes with nothing") {
  Office office;
  office.convened_a();
  auto plan = meeting_b(office.town);
  plan.time.date = std::chrono::year{2020} / 5 / 28;
  CHECK(office.service->clashes_of(plan, std::nullopt)->empty());
}

TEST_CASE("a meeting without an hour lies in both halves of its day") {
  const auto day = std::chrono::year{2020} / 5 / 27;
  const MeetingTime morning{day, HalfDay::kMorning, std::nullopt}, two{day, HalfDay::kNone, std::chrono::hours{14}},
      open{day, HalfDay::kNone, std::nullopt};
  CHECK(!same_half_day(morning, two));
  CHECK(same_half_day(two, {day, HalfDay::kAfternoon, std::nullopt}));
  CHECK(same_half_day(morning, open));
  CHECK(same_half_day(open, two));
  CHECK(!same_half_day(morning, {day + std::chrono::months{1}, HalfDay::kMorning, std::nullopt}));
}

TEST_CASE("one person called under two posts clashes, a vacant post does not") {
  auto town = demo_directory();
  auto& safety = post_in(town, "东溪村", "安全干部");
  auto& health = post_in(town, "东溪村", "卫生干部");
  give(town, {&safety, &health});
  auto a = meeting_a(town), b = meeting_b(town);
  a.rules = {a.rules.back()};
  a.rules[0].posts = {"卫生干部"};
  a.rules[0].post_class.clear();
  a.agenda.clear();
  a.host.reset();
  b.rules = {a.rules.back()};
  b.rules[0].posts = {"安全干部"};
  b.agenda.clear();
  b.host.reset();
  const auto found = clashes(seats(town, b), seats(town, a));
  REQUIRE(found.size() == 1);
  CHECK(found[0].same_person);
  CHECK(found[0].unit_name == "东溪村");
  post_in(town, "东溪村", "安全干部").holder_state = HolderState::kVacant;
  post_in(town, "东溪村", "安全干部").holder.reset();
  CHECK(clashes(seats(town, b), seats(town, a)).empty());
}

TEST_CASE("most of the smaller list in both is a reason to meet once") {
  CHECK(better_held_together(61, 104, 262));
  CHECK(!better_held_together(52, 104, 262));
  CHECK(!better_held_together(0, 0, 262));
}
