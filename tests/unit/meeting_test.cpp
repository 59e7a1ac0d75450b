// A meeting is what its events say: stage, floor, requests, agenda clocks, presence, notes.
#include <catch2/catch.hpp>

#include "tests/support/meeting_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

MeetingScript running_a() {
  static const auto town = demo_directory();
  MeetingScript script(town, meeting_a(town));
  script.at("9:00").start();
  return script;
}

using Venues = std::vector<VenueId>;

// What a step from one item to the next says; the floor before is as it is.
AgendaAdvanced step(const MeetingScript& script, int to, VenueId stage, Venues floor) {
  AgendaAdvanced advanced;
  advanced.from = script.meeting.current_item();
  advanced.to = script.meeting.plan().agenda.at(std::size_t(to)).id;
  advanced.stage_before = script.meeting.stage_main();
  advanced.stage_after = stage;
  advanced.floor_before = script.meeting.floor();
  advanced.floor_after = std::move(floor);
  return advanced;
}

}  // namespace

TEST_CASE("a started meeting shows and hears the main venue") {
  const auto script = running_a();
  const auto main = script.venue("主会场");
  CHECK(script.meeting.state() == MeetingState::kRunning);
  CHECK(script.meeting.stage_main() == main);
  CHECK(script.meeting.floor() == Venues{main});
  CHECK(script.meeting.started_at() == office_time("9:00"));
}

TEST_CASE("an ended meeting holds nothing open") {
  auto script = running_a();
  const auto village = script.venue("东溪村");
  script.join("东溪村").add(FloorGranted{village}).add(FloorRequested{script.venue("西桥村")});
  script.add(step(script, 0, village, {script.venue("主会场"), village}));
  script.at("10:30").end();
  const auto& meeting = script.meeting;
  CHECK(meeting.state() == MeetingState::kEnded);
  CHECK(meeting.minutes_number() == "〔2020〕3号");
  CHECK(meeting.floor().empty());
  CHECK(meeting.requests().empty());
  CHECK(!meeting.stage_main().has_value());
  CHECK(!meeting.current_item().has_value());
  CHECK(meeting.item_clocks().at(meeting.plan().agenda[0].id).ended == office_time("10:30"));
  CHECK(!meeting.presence().at(village).online);
}

TEST_CASE("speakers are found where the expected list seats them") {
  const auto town = demo_directory();
  MeetingScript script(town, meeting_b(town));
  const auto main = script.venue("主会场");
  const auto where = [&](const char* unit, const char* title) {
    return script.meeting.venue_of_speaker(speaker(post_of(town, unit, title)));
  };
  CHECK(where("东溪村", "安全干部") == script.venue("东溪村"));
  CHECK(where("城运办", "主任") == main);
  CHECK(where("党政办公室", "行政负责人") == main);  // a head on the unit's 负责人 seat
  CHECK(!where("东溪村", "卫生干部").has_value());   // not called
  const auto unit = [&](const char* name) {
    return script.meeting.venue_of_speaker({std::nullopt, unit_of(town, name), ""});
  };
  CHECK(unit("新苑居民区") == script.venue("新苑居民区"));
  CHECK(!unit("养护单位1").has_value());
  CHECK(!script.meeting.venue_of_speaker({std::nullopt, std::nullopt, "五家小区"}).has_value());
}

TEST_CASE("a unit split over both venues speaks from where the named post sits") {
  const auto script = running_a();
  const auto& agenda = script.meeting.plan().agenda;
  CHECK(script.meeting.venue_of_speaker(agenda.at(2).speakers.at(1)) == script.venue("主会场"));
}

TEST_CASE("requests keep their order, and a grant or a withdrawal takes one out") {
  auto script = running_a();
  const auto first = script.venue("东溪村");
  const auto second = script.venue("西桥村");
  const auto third = script.venue("南塘村");
  script.at("9:01").add(FloorRequested{first});
  script.at("9:02").add(FloorRequested{second});
  script.at("9:03").add(FloorRequested{third});
  script.add(FloorGranted{second});
  REQUIRE(script.meeting.requests().size() == 2);
  CHECK(script.meeting.requests()[0].venue == first);
  CHECK(script.meeting.requests()[0].at == office_time("9:01"));
  script.add(FloorRequestWithdrawn{first});
  CHECK(script.meeting.requests().size() == 1);
  CHECK(script.meeting.has_floor(second));
  script.add(FloorRevoked{second, ""});
  CHECK(!script.meeting.has_floor(second));
}

TEST_CASE("mute all leaves the chair's gate open") {
  auto script = running_a();
  script.add(FloorGranted{script.venue("东溪村")}).add(FloorGranted{script.venue("西桥村")});
  script.add(AllMuted{});
  CHECK(script.meeting.floor() == Venues{script.venue("主会场")});
}

TEST_CASE("undo gives back stage, second picture, floor, requests and clocks exactly") {
  auto script = running_a();
  const auto main = script.venue("主会场");
  const auto speaking = script.venue("东溪村");
  const auto granted = script.venue("西桥村");
  const auto waiting = script.venue("南塘村");
  script.add(step(script, 0, main, {main}));
  script.at("9:01").add(FloorRequested{speaking}).at("9:02").add(FloorRequested{waiting});
  script.add(FloorGranted{granted}).add(StageChanged{main, speaking});

  const auto advanced = step(script, 1, speaking, {main, granted, speaking});
  script.at("9:05").add(advanced);
  const auto& meeting = script.meeting;
  CHECK(meeting.stage_main() == speaking);
  CHECK(!meeting.stage_second().has_value());  // one venue is not shown twice
  CHECK(meeting.floor_by_item() == Venues{speaking});
  CHECK(meeting.requests().size() == 1);
  CHECK(meeting.item_clocks().at(*advanced.from).ended == office_time("9:05"));
  CHECK(meeting.last_advance_at() == office_time("9:05"));

  const auto seq = meeting.seq();
  script.at("9:05:03").add(AgendaReverted{advanced});
  CHECK(meeting.seq() == seq + 1);
  CHECK(meeting.stage_main() == main);
  CHECK(meeting.stage_second() == speaking);
  CHECK(meeting.floor() == Venues{main, granted});
  CHECK(meeting.floor_by_item().empty());
  REQUIRE(meeting.requests().size() == 2);
  CHECK(meeting.requests()[0].venue == speaking);
  CHECK(meeting.current_item() == advanced.from);
  CHECK(!meeting.item_clocks().at(*advanced.from).ended.has_value());
  CHECK(meeting.item_clocks().count(*advanced.to) == 0);
  CHECK(!meeting.last_advance().has_value());
}

TEST_CASE("a later change of stage or floor takes the undo away, a note does not") {
  const auto undo_left = [](EventPayload next) {
    auto script = running_a();
    const auto main = script.venue("主会场");
    script.add(step(script, 0, main, {main})).add(std::move(next));
    return script.meeting.last_advance().has_value();
  };
  const auto script = running_a();
  CHECK(undo_left(BannerSet{"热烈欢迎"}));
  CHECK(undo_left(NoteSaved{script.meeting.plan().agenda[0].id, 1, "好"}));
  CHECK(!undo_left(AllMuted{}));
  CHECK(!undo_left(FloorGranted{VenueId::make()}));
  CHECK(!undo_left(StageChanged{}));
}

TEST_CASE("presence keeps every gap with both its times") {
  auto script = running_a();
  script.at("9:01").join("东溪村");
  script.at("9:10").lose("东溪村", "9:09:56");
  const auto& presence = script.meeting.presence().at(script.venue("东溪村"));
  CHECK(!presence.online);
  CHECK(presence.lost_at == office_time("9:09:56"));
  script.at("9:12").back("东溪村");
  CHECK(presence.online);
  CHECK(!presence.lost_at.has_value());
  CHECK(presence.joined_at == office_time("9:01"));
  REQUIRE(presence.gaps.size() == 1);
  CHECK(presence.gaps[0].from == office_time("9:09:56"));
  CHECK(presence.gaps[0].to == office_time("9:12"));
}

TEST_CASE("older texts of a note are kept, with who wrote them") {
  auto script = running_a();
  const auto item = script.meeting.plan().agenda[1].id;
  script.at("9:06")
      .add(NoteSaved{item, 1, "一是"})
      .at("9:07")
      .add(NoteSaved{item, 2, "一是、二是"});
  const auto& notes = script.meeting.notes().at(item);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].text == "一是");
  CHECK(notes[1].version == 2);
  CHECK(notes[1].at == office_time("9:07"));
  CHECK(notes[1].by == "党政办秘书");
}
