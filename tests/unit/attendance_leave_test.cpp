// Leave, substitutes, guests, signing out, going on by phone, rooms, corrections, posts that change
// hands: the table of docs/attendance.md, line by line.
#include <catch2/catch.hpp>

#include "tests/support/meeting_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

constexpr const char* kVillage = "东溪村";

// Event A, planned for 9:00, with what leave needs.
class Story {
 public:
  explicit Story(Directory town = demo_directory()) : script(town, meeting_a(town)) {}

  LeaveId ask(const char* unit, const char* title, LeaveKind kind = LeaveKind::kLeave,
              Substitute substitute = {}, bool all_posts = true) {
    LeaveAsked asked;
    asked.leave = LeaveId::make();
    asked.kind = kind;
    asked.all_posts = all_posts;
    asked.reason = "出差";
    asked.substitute = std::move(substitute);
    const auto& wanted = *script.meeting.find_seat(script.seat(unit, title));
    for (const auto& seat : script.meeting.seats())
      if (seat.id == wanted.id || (all_posts && wanted.person && seat.person == wanted.person))
        asked.seats.push_back(seat.id);
    script.add(asked);
    return asked.leave;
  }
  LeaveId substitute(const char* unit, const char* title, std::optional<SeatId> seat = {}) {
    return ask(unit, title, LeaveKind::kSubstitute, {"副主任", "", seat});
  }
  void decide(LeaveId leave, bool approved) {
    script.add(LeaveDecided{leave, approved, "镇长", "电话", ""});
  }
  void comes_instead(const char* unit, const char* title) {
    const auto seat = script.seat(unit, title);
    const auto room = script.meeting.find_seat(seat)->venue;
    script.add(SeatsSignedIn{{seat}, room, SignInMethod::kBrowser, office_time("8:50"), "", true});
  }
  void run() { script.at("9:00").start().at("10:30").end(); }
  SeatAttendance seat(const char* title) const { return script.seat_attendance(kVillage, title); }
  AttendanceTotals branch() const { return script.unit_attendance(kVillage).branch; }

  MeetingScript script;
};

void adds_up(const AttendanceTotals& t) {
  CHECK(t.expected == t.present + t.leave + t.absent + t.missing + t.replaced);
}

}  // namespace

TEST_CASE("leave approved and not there is 请假, not 缺席") {
  Story s;
  s.decide(s.ask(kVillage, "安全干部"), true);
  CHECK(s.seat("安全干部").status == SeatStatus::kLeave);  // already before the end
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kLeave);
  CHECK(s.branch().leave == 1);
  CHECK(s.branch().absent == 4);
  CHECK(s.branch().expected == 5);
  adds_up(s.script.attendance().total);
}

TEST_CASE(
    "leave undecided at the end is 缺席 marked 待批; a later decision changes it and both stay") {
  Story s;
  const auto leave = s.ask(kVillage, "安全干部");
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
  CHECK(s.seat("安全干部").pending);
  CHECK(s.branch().pending == 1);
  s.script.at("11:00");
  s.decide(leave, true);
  CHECK(s.seat("安全干部").status == SeatStatus::kLeave);
  CHECK(!s.seat("安全干部").pending);
  const Leave& kept = *s.script.meeting.find_leave(leave);
  REQUIRE(kept.decisions.size() == 1);
  CHECK(kept.decisions[0].at ==
        office_time("11:00"));  // after the end: the sheet said 待批 till then
  s.script.at("11:30");
  s.decide(leave, false);
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
  CHECK(kept.decisions.size() == 2);
  CHECK(kept.decisions[0].approved);
}

TEST_CASE("leave refused and not there is 缺席") {
  Story s;
  s.decide(s.ask(kVillage, "安全干部"), false);
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
  CHECK(s.seat("安全干部").refused);
  CHECK(!s.seat("安全干部").pending);
}

TEST_CASE("leave approved but signed in is present, and the leave is void") {
  Story s;
  s.decide(s.ask(kVillage, "安全干部"), true);
  s.script.at("8:50").sign_in(kVillage, {"安全干部"});
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kPresent);
  CHECK(s.seat("安全干部").leave_void);
  CHECK(s.branch().present == 1);
  CHECK(s.branch().leave == 0);
}

TEST_CASE("a withdrawn request is as if never asked, and stays in the list") {
  Story s;
  const auto leave = s.ask(kVillage, "安全干部");
  s.decide(leave, true);
  s.script.add(LeaveWithdrawn{leave, "能来了"});
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
  CHECK(!s.seat("安全干部").leave.has_value());
  REQUIRE(s.script.meeting.leaves().size() == 1);
  CHECK(s.script.meeting.leaves()[0].withdrawn_why == "能来了");
}

TEST_CASE("leave holds for all posts of the person; for one post only it stays beside a sign-in") {
  auto town = demo_directory();
  give(town, {&post_in(town, kVillage, "安全干部"), &post_in(town, kVillage, "卫生干部")});
  SECTION("all posts") {
    Story s(town);
    s.decide(s.ask(kVillage, "安全干部"), true);
    s.run();
    CHECK(s.seat("卫生干部").status == SeatStatus::kLeave);
    CHECK(s.branch().leave == 1);
    CHECK(s.branch().expected == 4);
  }
  SECTION("one post only") {
    Story s(town);
    s.decide(s.ask(kVillage, "安全干部", LeaveKind::kLeave, {}, false), true);
    s.script.at("8:50").sign_in(kVillage, {"卫生干部"});
    s.run();
    CHECK(s.seat("安全干部").status == SeatStatus::kLeave);
    CHECK(s.seat("卫生干部").status == SeatStatus::kPresent);
    CHECK(s.branch().present == 1);  // the person is here
    CHECK(s.branch().leave == 0);
    CHECK(s.branch().posts_present == 1);
    adds_up(s.branch());
  }
}

TEST_CASE("a substitute approved and signed in is 替会, within 实到") {
  Story s;
  s.decide(s.substitute(kVillage, "安全干部"), true);
  s.comes_instead(kVillage, "安全干部");
  s.run();
  const auto seat = s.seat("安全干部");
  CHECK(seat.status == SeatStatus::kSubstitute);
  CHECK(seat.substitute == "副主任");
  CHECK(!seat.by_expected);
  CHECK(s.branch().present == 1);
  CHECK(s.branch().substitutes == 1);
  CHECK(s.branch().posts_present == 1);
  adds_up(s.branch());
}

TEST_CASE("a substitute approved and not there is 缺席") {
  Story s;
  s.decide(s.substitute(kVillage, "安全干部"), true);
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
  CHECK(s.branch().substitutes == 0);
}

TEST_CASE("a substitute who is not approved is 未获批准 and counted nowhere") {
  Story s;
  SECTION("undecided") {
    s.substitute(kVillage, "安全干部");
  }
  SECTION("refused") {
    s.decide(s.substitute(kVillage, "安全干部"), false);
  }
  SECTION("never asked for") {}
  s.comes_instead(kVillage, "安全干部");
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
  CHECK(s.seat("安全干部").unapproved);
  CHECK(s.branch().present == 0);
  CHECK(s.branch().posts_present == 0);
  CHECK(s.script.attendance().unapproved == 1);
}

TEST_CASE("a substitute who is expected anyway counts once as a person: 由应到人代替") {
  Story s;
  const auto own = s.script.seat(kVillage, "卫生干部");
  s.decide(s.substitute(kVillage, "安全干部", own), true);
  SECTION("signed in for the own post") {
    s.script.at("8:50").sign_in(kVillage, {"卫生干部"});
  }
  SECTION("signed in as the substitute") {
    s.comes_instead(kVillage, "安全干部");
  }
  s.run();
  CHECK(s.seat("安全干部").status == SeatStatus::kSubstitute);
  CHECK(s.seat("安全干部").by_expected);
  CHECK(s.seat("卫生干部").status == SeatStatus::kPresent);
  const auto branch = s.branch();
  CHECK(branch.expected == 5);
  CHECK(branch.present == 1);
  CHECK(branch.substitutes == 1);
  CHECK(branch.replaced == 1);
  CHECK(branch.absent == 3);
  CHECK(branch.posts_present == 2);
  adds_up(branch);
}

TEST_CASE("who is not on the list is counted nowhere and fills nobody's post") {
  Story s;
  s.script.at("8:55").add(
      GuestSignedIn{GuestId::make(), GuestKind::kAttending, "区城运中心", {}, office_time("8:55")});
  s.run();
  CHECK(s.script.attendance().guests == 1);
  CHECK(s.script.attendance().total.present == 0);
  CHECK(s.script.attendance().total.posts_present == 0);
}

TEST_CASE(
    "who signed out ten minutes or more before the end left early, whatever the room's line") {
  const auto early = [](const char* at) {
    Story s;
    s.script.at("8:50").join(kVillage).sign_in(kVillage, {"安全干部"}).at("9:00").start();
    s.script.at(at).add(
        SeatsSignedOut{{s.script.seat(kVillage, "安全干部")}, office_time(at), "防汛"});
    CHECK(!s.seat("安全干部").early);
    s.script.at("10:30").end();
    CHECK(s.seat("安全干部").status == SeatStatus::kPresent);
    return s.seat("安全干部").early;
  };
  CHECK(early("10:20"));
  CHECK(!early("10:20:00.001"));
}

TEST_CASE("whoever goes on by phone after the room's line was lost stays present") {
  Story s;
  s.script.at("8:50").join(kVillage).sign_in(kVillage, {"安全干部", "卫生干部"}).at("9:00").start();
  s.script.at("9:31").lose(kVillage, "9:30");
  const auto phone = [&](const char* at) {
    s.script.at(at).add(SeatsSignedIn{{s.script.seat(kVillage, "安全干部")},
                                      {},
                                      SignInMethod::kPhone,
                                      office_time(at),
                                      "改用电话"});
  };
  SECTION("within the hold") {
    phone("9:40");
    s.script.at("10:30").end();
    CHECK(!s.seat("安全干部").early);
    CHECK(s.seat("安全干部").gap == Milliseconds{0});
    CHECK(s.seat("卫生干部").early);  // left with the line
    CHECK(s.seat("卫生干部").left_at == office_time("9:30"));
    CHECK(s.seat("安全干部").signed_at == office_time("8:50"));  // the first sign-in stands
  }
  SECTION("later: present with the gap") {
    phone("9:45");
    s.script.at("10:30").end();
    CHECK(!s.seat("安全干部").early);
    CHECK(s.seat("安全干部").gap == std::chrono::minutes{15});
    CHECK(s.seat("安全干部").gap_from == office_time("9:30"));
    CHECK(s.seat("安全干部").gap_to == office_time("9:45"));
  }
}

TEST_CASE("two units may share one room: units' rows follow the unit, rooms' rows the room") {
  auto town = demo_directory();
  auto plan = meeting_a(town);
  MeetingScript base(town, plan);
  auto venues = base.meeting.venues();
  auto seats = base.meeting.seats();
  const auto shared = base.venue("东溪村"), other = base.venue("西桥村");
  for (auto& seat : seats)
    if (seat.venue == other) seat.venue = shared;
  base.add(MeetingConvened{"〔2020〕3号", venues, seats});
  base.at("8:50").join("东溪村").sign_in("东溪村", {"安全干部"}).sign_in("西桥村", {"安全干部"});
  base.at("9:00").start().at("9:20").lose("东溪村", "9:20").at("10:30").end();
  CHECK(base.unit_attendance("东溪村").branch.expected == 5);
  CHECK(base.unit_attendance("西桥村").branch.expected == 5);
  CHECK(base.unit_attendance("西桥村").branch.early == 1);  // the shared room's line
  for (const auto& room : base.attendance().venues) {
    if (room.venue == shared) {
      CHECK(room.totals.expected == 10);
      CHECK(room.totals.present == 2);
      CHECK(room.here == 2);
    }
    if (room.venue == other) CHECK(room.totals.expected == 0);
  }
}

TEST_CASE("a room whose person sits in the main venue has nobody here") {
  auto town = demo_directory();
  give(town, {&post_in(town, "城运办", "主任"), &post_in(town, kVillage, "安全干部")});
  MeetingScript script(town, meeting_b(town));
  script.at("9:00").start().at("9:01").sign_in("城运办", {"主任"});
  for (const auto& room : script.attendance().venues) {
    if (room.name != kVillage) continue;
    CHECK(room.totals.present == 1);
    CHECK(room.here == 0);
  }
}

TEST_CASE("a new holder's sign-in fills the post; the difference is shown and 应到 stays frozen") {
  auto town = demo_directory();
  give(town, {&post_in(town, kVillage, "安全干部"), &post_in(town, kVillage, "卫生干部")});
  Story s(town);
  const auto safety = s.script.seat(kVillage, "安全干部");
  const auto old_holder = s.script.meeting.find_seat(safety)->person;
  s.script.add(HolderChanged{safety, old_holder, PersonId::make(), false});
  s.script.at("8:50").sign_in(kVillage, {"卫生干部"});
  CHECK(s.seat("卫生干部").status == SeatStatus::kPresent);
  CHECK(s.seat("安全干部").status == SeatStatus::kExpected);  // another person's post now
  CHECK(s.seat("安全干部").holder_changed);
  CHECK(s.branch().expected == 4);
  s.script.sign_in(kVillage, {"安全干部"});
  CHECK(s.seat("安全干部").status == SeatStatus::kPresent);
  CHECK(s.branch().substitutes == 0);
  CHECK(s.branch().posts_present == 2);
  CHECK(s.branch().expected == 4);
}

TEST_CASE(
    "a vacancy that is filled before the end adds one person to 应到, shown as a difference") {
  auto town = demo_directory();
  post_in(town, kVillage, "安全干部").holder_state = HolderState::kVacant;
  Story s(town);
  CHECK(s.branch().expected == 4);
  s.script.add(HolderChanged{s.script.seat(kVillage, "安全干部"), {}, PersonId::make(), false});
  s.run();
  CHECK(s.branch().expected == 5);
  CHECK(s.script.attendance().added == 1);
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
}

TEST_CASE(
    "a correction replaces what the events say; the old value is kept, and it can be taken back") {
  Story s;
  s.run();
  const auto seat = s.script.seat(kVillage, "安全干部");
  const SeatWas was{seat, SeatStatus::kAbsent, false, false, {}};
  s.script.at("11:00").add(
      AttendanceCorrected{{was}, SeatStatus::kPresent, {}, false, false, "漏点名，现场照片为证"});
  auto now = s.seat("安全干部");
  CHECK(now.status == SeatStatus::kPresent);
  CHECK(!now.signed_at.has_value());  // without a time it stays without one
  CHECK(!now.late);
  REQUIRE(now.corrected.has_value());
  CHECK(now.corrected->was.status == SeatStatus::kAbsent);
  CHECK(now.corrected->by == "党政办秘书");
  CHECK(now.corrected->at == office_time("11:00"));
  CHECK(s.branch().present == 1);
  s.script.add(AttendanceCorrected{{was}, {}, {}, false, false, "更正有误"});
  CHECK(s.seat("安全干部").status == SeatStatus::kAbsent);
  CHECK(!s.seat("安全干部").corrected.has_value());
}

TEST_CASE("a record made afterwards without a start has no late or early") {
  Story s;
  s.script.at("9:40").sign_in(kVillage, {"安全干部"});
  s.script.at("10:30").end();
  CHECK(!s.seat("安全干部").late);
  CHECK(!s.seat("安全干部").early);
}
