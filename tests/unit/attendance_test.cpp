// Present, late, early, dropped, absent: the table of docs/attendance.md, each limit at and beside
// it.
#include <catch2/catch.hpp>

#include "tests/support/meeting_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

// Event A: planned for 9:00, so that 9:05 is still in time.
MeetingScript script_a() {
  static const auto town = demo_directory();
  return {town, meeting_a(town)};
}

MeetingScript script_without_clock_time() {
  static const auto town = demo_directory();
  auto plan = meeting_a(town);
  plan.time.start.reset();
  return {town, plan};
}

}  // namespace

TEST_CASE("nobody is absent before the end") {
  auto script = script_a();
  CHECK(script.attendance().total.missing == 262);
  script.at("9:00").start();
  CHECK(script.attendance().total.missing == 262);
  CHECK(script.attendance().total.absent == 0);
  script.at("10:30").end();
  CHECK(script.attendance().total.absent == 262);
  CHECK(script.attendance().total.missing == 0);
}

TEST_CASE("a present, a late and an absent unit come out right") {
  auto script = script_a();
  const std::vector<std::string> posts = {"行政负责人", "安全干部", "城运网格联络员", "卫生干部"};
  script.at("8:50").join("新苑居民区").sign_in("新苑居民区", posts);
  script.at("9:00").start();
  script.at("9:05:00.001").join("和馨居民区").sign_in("和馨居民区", posts);
  script.at("10:30").end();

  const auto present = script.unit_attendance("新苑居民区").branch;
  CHECK(present.expected == 4);
  CHECK(present.present == 4);
  CHECK(present.late == 0);
  const auto late = script.unit_attendance("和馨居民区").branch;
  CHECK(late.present == 4);
  CHECK(late.late == 4);
  const auto absent = script.unit_attendance("东溪村").branch;
  CHECK(absent.present == 0);
  CHECK(absent.absent == 5);
  const auto total = script.attendance().total;
  CHECK(total.expected == 262);
  CHECK(total.present == 8);
  CHECK(total.late == 4);
  CHECK(total.absent == 254);
}

TEST_CASE("a unit split over both venues is two figures") {
  auto script = script_a();
  script.at("8:50").sign_in("东溪村", {"党总支书记"});
  script.at("9:00").start().at("10:30").end();
  const auto unit = script.unit_attendance("东溪村");
  CHECK(unit.main.expected == 1);
  CHECK(unit.main.present == 1);
  CHECK(unit.main.absent == 0);
  CHECK(unit.branch.expected == 5);
  CHECK(unit.branch.present == 0);
  CHECK(unit.branch.absent == 5);
}

TEST_CASE("late is a sign-in after the planned time and the grace, never before the actual start") {
  const auto late = [](MeetingScript script, const char* start, const char* signed_at) {
    script.at(start).start();
    script.at(signed_at).sign_in("东溪村", {"安全干部"});
    return script.seat_attendance("东溪村", "安全干部").late;
  };
  CHECK(!late(script_a(), "9:00", "9:05"));
  CHECK(late(script_a(), "9:00", "9:05:00.001"));
  CHECK(!late(script_a(), "8:55", "9:05"));
  CHECK(!late(script_a(), "9:20", "9:20"));  // started later than planned + grace
  CHECK(late(script_a(), "9:20", "9:20:00.001"));
  CHECK(!late(script_without_clock_time(), "9:10", "9:15"));
  CHECK(late(script_without_clock_time(), "9:10", "9:15:00.001"));
}

TEST_CASE("who signed in before the start is in time, and a record without a start has no late") {
  auto script = script_a();
  script.at("9:20").sign_in("东溪村", {"安全干部"});
  CHECK(!script.seat_attendance("东溪村", "安全干部").late);
  script.at("9:30").start();
  CHECK(!script.seat_attendance("东溪村", "安全干部").late);
}

TEST_CASE("the sign-in counts, not the connection; online without one is said while it runs") {
  auto script = script_a();
  script.at("8:50").join("东溪村");
  CHECK(!script.seat_attendance("东溪村", "安全干部").online_not_signed);
  script.at("9:00").start();
  CHECK(script.seat_attendance("东溪村", "安全干部").online_not_signed);
  CHECK(!script.seat_attendance("西桥村", "安全干部").online_not_signed);
  CHECK(
      !script.seat_attendance("东溪村", "党总支书记").online_not_signed);  // sits in the main venue
  script.at("9:30").lose("东溪村", "9:29");
  CHECK(!script.seat_attendance("东溪村", "安全干部").online_not_signed);
  script.at("9:31").back("东溪村").at("10:30").end();
  const auto seat = script.seat_attendance("东溪村", "安全干部");
  CHECK(seat.status == SeatStatus::kAbsent);
  CHECK(!seat.online_not_signed);
}

TEST_CASE("the first sign-in stands until it is taken back") {
  auto script = script_a();
  script.at("9:00").start();
  script.at("9:02").sign_in("东溪村", {"安全干部"});
  script.at("9:40").sign_in("东溪村", {"安全干部"});
  CHECK(script.seat_attendance("东溪村", "安全干部").signed_at == office_time("9:02"));
  script.at("9:41").add(SignInTakenBack{{script.seat("东溪村", "安全干部")}, "点错"});
  CHECK(script.seat_attendance("东溪村", "安全干部").status == SeatStatus::kExpected);
  script.at("9:42").sign_in("东溪村", {"安全干部"});
  CHECK(script.seat_attendance("东溪村", "安全干部").late);
}

TEST_CASE("early is a line lost and not back, ten minutes or more before the actual end") {
  const auto early = [](const char* last_packet) {
    auto script = script_a();
    script.at("8:50").join("东溪村").sign_in("东溪村", {"安全干部"});
    script.at("9:00").start();
    script.at("10:21").lose("东溪村", last_packet);
    CHECK(!script.seat_attendance("东溪村", "安全干部").early);  // it may come back
    script.at("10:30").end();
    const auto seat = script.seat_attendance("东溪村", "安全干部");
    CHECK(seat.status == SeatStatus::kPresent);
    return seat.early;
  };
  CHECK(early("10:00"));
  CHECK(early("10:20"));
  CHECK(!early("10:20:00.001"));
}

TEST_CASE("late and early are both counted, and present once") {
  auto script = script_a();
  script.at("9:00").start();
  script.at("9:30").join("东溪村").sign_in("东溪村", {"安全干部"});
  script.at("9:50").lose("东溪村", "9:50").at("10:30").end();
  const auto branch = script.unit_attendance("东溪村").branch;
  CHECK(branch.present == 1);
  CHECK(branch.late == 1);
  CHECK(branch.early == 1);
}

TEST_CASE("a drop up to the held seat's time is nothing; longer but back is present with the gap") {
  const auto gap = [](const char* back) {
    auto script = script_a();
    script.at("8:50").join("东溪村").sign_in("东溪村", {"安全干部"});
    script.at("9:00").start();
    script.at("9:31").lose("东溪村", "9:30");
    script.at(back).back("东溪村").at("10:30").end();
    const auto seat = script.seat_attendance("东溪村", "安全干部");
    CHECK(seat.status == SeatStatus::kPresent);
    CHECK(!seat.early);
    return seat.gap;
  };
  CHECK(gap("9:35") == Milliseconds{0});
  CHECK(gap("9:40") == Milliseconds{0});
  CHECK(gap("9:40:00.001") == std::chrono::minutes{10} + Milliseconds{1});
  CHECK(gap("10:25") == std::chrono::minutes{55});
}

TEST_CASE("only the time after start and sign-in makes a gap") {
  auto script = script_a();
  script.at("8:10").join("东溪村").at("8:20").lose("东溪村", "8:20");
  script.at("9:00").start();
  script.at("9:08").back("东溪村").sign_in("东溪村", {"安全干部"});
  CHECK(script.seat_attendance("东溪村", "安全干部").gap == Milliseconds{0});
}

TEST_CASE("who signed in by phone or on paper does not leave with a room's line") {
  auto script = script_a();
  script.at("9:00").start().join("东溪村");
  script.at("9:02").sign_in_by(SignInMethod::kPhone, "东溪村", "安全干部");
  script.at("9:10").lose("东溪村", "9:10").at("10:30").end();
  const auto seat = script.seat_attendance("东溪村", "安全干部");
  CHECK(seat.status == SeatStatus::kPresent);
  CHECK(!seat.early);
  CHECK(seat.reason == "电话报到");
}

TEST_CASE("who signed in at a room without a line was there at that moment") {
  auto script = script_a();
  script.at("8:50").join("东溪村").at("9:00").start();
  script.at("9:10").lose("东溪村", "9:10");
  script.at("10:25").sign_in("东溪村", {"安全干部"});
  script.at("10:30").end();
  CHECK(!script.seat_attendance("东溪村", "安全干部").early);
}

TEST_CASE("the server's own outage is nobody's absence") {
  auto script = script_a();
  script.at("8:50").join("东溪村").join("西桥村");
  script.sign_in("东溪村", {"安全干部"}).sign_in("西桥村", {"安全干部"});
  script.at("9:00").start();
  SECTION("a room that comes back has no gap, however long the outage was") {
    script.at("10:00").add(ServerRestarted{office_time("9:30")});
    script.lose("东溪村", "9:30").at("10:01").back("东溪村").at("10:30").end();
    const auto seat = script.seat_attendance("东溪村", "安全干部");
    CHECK(!seat.early);
    CHECK(seat.gap == Milliseconds{0});
  }
  SECTION("a room that does not come back left when the server was up again") {
    script.at("10:22").add(ServerRestarted{office_time("9:30")});
    script.lose("东溪村", "9:30").at("10:30").end();
    CHECK(!script.seat_attendance("东溪村", "安全干部").early);
  }
  SECTION("and is early if that was ten minutes before the end") {
    script.at("10:20").add(ServerRestarted{office_time("9:30")});
    script.lose("东溪村", "9:30").at("10:30").end();
    CHECK(script.seat_attendance("东溪村", "安全干部").early);
  }
  SECTION("a room that was gone before stays gone since then") {
    script.at("9:20").lose("西桥村", "9:20");
    script.at("10:25").add(ServerRestarted{office_time("9:30")}).at("10:30").end();
    CHECK(script.seat_attendance("西桥村", "安全干部").early);
  }
}

TEST_CASE("a second device takes over without a drop") {
  auto script = script_a();
  script.at("8:50").join("东溪村").sign_in("东溪村", {"安全干部"}).at("9:00").start();
  script.at("9:20").add(
      VenueTakenOver{script.venue("东溪村"), script.peer_of("东溪村"), PeerId::make()});
  script.at("10:30").end();
  const auto seat = script.seat_attendance("东溪村", "安全干部");
  CHECK(!seat.early);
  CHECK(seat.gap == Milliseconds{0});
}

TEST_CASE("one sign-in satisfies all posts of the person; posts 2 of 2, persons 1") {
  auto town = demo_directory();
  give(town, {&post_in(town, "东溪村", "安全干部"), &post_in(town, "东溪村", "防汛干部")});
  MeetingScript script(town, meeting_b(town));
  CHECK(script.unit_attendance("东溪村").branch.expected == 1);
  CHECK(script.unit_attendance("东溪村").branch.posts_expected == 2);
  script.at("9:00").start().sign_in("东溪村", {"防汛干部"});
  const auto branch = script.unit_attendance("东溪村").branch;
  CHECK(branch.present == 1);
  CHECK(branch.posts_present == 2);
  CHECK(script.seat_attendance("东溪村", "安全干部").status == SeatStatus::kPresent);
  CHECK(!script.seat_attendance("东溪村", "安全干部").elsewhere.has_value());
}

TEST_CASE("whose seat is in another room reads present elsewhere and counts once in the total") {
  auto town = demo_directory();
  give(town, {&post_in(town, "城运办", "主任"), &post_in(town, "东溪村", "安全干部")});
  MeetingScript script(town, meeting_b(town));
  script.at("9:00").start();
  script.at("9:01").sign_in("城运办", {"主任"});
  const auto empty_chair = script.seat_attendance("东溪村", "安全干部");
  CHECK(empty_chair.status == SeatStatus::kPresent);
  CHECK(empty_chair.elsewhere == script.venue("主会场"));
  const auto all = script.attendance();
  CHECK(all.total.expected == 103);
  CHECK(all.total.posts_expected == 104);
  CHECK(all.total.present == 1);
  CHECK(all.total.posts_present == 2);
  CHECK(all.main.expected + all.branch.expected == all.total.expected);
  CHECK(all.main.present == 1);
  CHECK(all.branch.present == 0);
  CHECK(script.unit_attendance("东溪村").branch.present == 1);  // once in each unit
  CHECK(script.unit_attendance("城运办").main.present == 1);
}

TEST_CASE("a person's first sign-in counts for late in every unit") {
  auto town = demo_directory();
  give(town, {&post_in(town, "城运办", "主任"), &post_in(town, "东溪村", "安全干部")});
  auto plan = meeting_b(town);
  plan.time.start = std::chrono::hours{9};
  MeetingScript script(town, plan);
  script.at("9:00").start();
  script.at("9:03").sign_in("东溪村", {"安全干部"});
  script.at("9:30").sign_in("城运办", {"主任"});
  CHECK(!script.seat_attendance("城运办", "主任").late);
  CHECK(script.attendance().total.late == 0);
}

TEST_CASE("a vacant post is 空缺 and not absent; filled before the end it adds a person") {
  auto town = demo_directory();
  post_in(town, "东溪村", "安全干部").holder_state = HolderState::kVacant;
  MeetingScript script(town, meeting_b(town));
  CHECK(script.attendance().total.expected == 103);
  CHECK(script.attendance().total.posts_expected == 104);
  script.at("9:00").start();
  SECTION("unfilled") {
    script.at("10:00").end();
    CHECK(script.seat_attendance("东溪村", "安全干部").status == SeatStatus::kVacant);
    CHECK(script.attendance().total.absent == 103);
  }
  SECTION("somebody came for it") {
    script.sign_in("东溪村", {"安全干部"}).at("10:00").end();
    CHECK(script.attendance().total.expected == 104);
    CHECK(script.attendance().total.present == 1);
  }
}

TEST_CASE("the limits are settings") {
  auto script = script_a();
  script.at("8:50").join("东溪村").at("9:00").start();
  script.at("9:10").sign_in("东溪村", {"安全干部"});
  script.at("9:30").lose("东溪村", "9:30").at("9:36").back("东溪村");
  script.at("9:55").lose("东溪村", "9:55").at("10:00").end();
  CHECK(script.attendance().total.late == 1);
  CHECK(script.attendance().total.early == 0);
  AttendanceSettings settings;
  settings.grace = std::chrono::minutes{10};
  settings.early = std::chrono::minutes{5};
  settings.hold = std::chrono::minutes{5};
  const auto other = script.attendance(settings);
  CHECK(other.total.late == 0);
  CHECK(other.total.early == 1);
  bool gap = false;
  for (const auto& seat : other.seats) gap = gap || seat.gap == std::chrono::minutes{6};
  CHECK(gap);
}

TEST_CASE("the planned start is the office's local time in UTC") {
  MeetingTime time{std::chrono::year{2020} / 5 / 27, HalfDay::kMorning, std::chrono::hours{9}};
  CHECK(planned_start(time, std::chrono::hours{8}) == office_time("9:00"));
  time.start.reset();
  CHECK(!planned_start(time, std::chrono::hours{8}).has_value());
}
