// Who is heard: gates follow the floor, and a gate that must close is closed before it is said.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

bool applied(const Answer& answer) {
  return answer->has_value() && (*answer)->has_value();
}

ErrorCode refused(const Answer& answer) {
  REQUIRE(answer->has_value());
  REQUIRE(!(*answer)->has_value());
  CHECK(!(*answer)->error().zh.empty());
  CHECK(!(*answer)->error().en.empty());
  return (*answer)->error().code;
}

// Gates in media are exactly the floor, whatever happened before.
void check_gates(const Office& office, MeetingId id) {
  const auto& floor = office.meeting(id).floor();
  CHECK(office.media.gates == std::set<VenueId>(floor.begin(), floor.end()));
}

}  // namespace

TEST_CASE("a started meeting has the chair's gate open and the main venue on stage") {
  Office office;
  const auto id = office.running_a();
  CHECK(office.media.meetings.count(id) == 1);
  CHECK(office.media.gates == std::set<VenueId>{office.venue(id, "主会场")});
  CHECK(office.media.stage_main == office.venue(id, "主会场"));
}

TEST_CASE("a grant is stored before the gate opens; on a full disk it stays closed") {
  Office office;
  const auto id = office.running_a();
  const auto village = office.venue(id, "东溪村");
  office.store.disk_full = true;
  const auto refusal = office.service->grant_floor(office.secretary(), id, village);
  REQUIRE(!refusal.has_value());
  CHECK(refusal.error().code == ErrorCode::kStorage);
  CHECK(office.media.gates.count(village) == 0);
  CHECK(!office.meeting(id).has_floor(village));

  office.store.disk_full = false;
  REQUIRE(office.service->grant_floor(office.secretary(), id, village).has_value());
  CHECK(office.media.gates.count(village) == 1);
  CHECK(!office.service->grant_floor(office.secretary(), id, village).has_value());
}

TEST_CASE("a revoke closes the gate, waits for the network thread, and only then is a fact") {
  Office office;
  const auto id = office.running_a();
  const auto village = office.venue(id, "东溪村");
  office.service->grant_floor(office.secretary(), id, village);
  office.media.confirm_at_once = false;
  const auto answer = office.revoke(id, "东溪村");
  CHECK(office.media.gates.count(village) == 0);
  CHECK(!answer->has_value());
  CHECK(office.meeting(id).has_floor(village));
  office.media.confirm();
  CHECK(applied(answer));
  CHECK(!office.meeting(id).has_floor(village));
  check_gates(office, id);
}

TEST_CASE("a revoke that the disk refuses opens the gate again") {
  Office office;
  const auto id = office.running_a();
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  office.store.disk_full = true;
  CHECK(refused(office.revoke(id, "东溪村")) == ErrorCode::kStorage);
  CHECK(office.meeting(id).has_floor(office.venue(id, "东溪村")));
  check_gates(office, id);
}

TEST_CASE("a revoke without a floor, of the main venue or of no venue touches no gate") {
  Office office;
  const auto id = office.running_a();
  const auto closed = office.media.closed.size();
  CHECK(refused(office.revoke(id, "东溪村")) == ErrorCode::kConflict);
  CHECK(refused(office.revoke(id, "主会场")) == ErrorCode::kConflict);
  const auto nowhere = office.run([&](Service::Done done) {
    office.service->revoke_floor(office.secretary(), id, VenueId::make(), "", std::move(done));
  });
  CHECK(refused(nowhere) == ErrorCode::kNotFound);
  CHECK(office.media.closed.size() == closed);
  check_gates(office, id);
}

TEST_CASE("two revokes at once leave both gates closed") {
  Office office;
  const auto id = office.running_a();
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  office.service->grant_floor(office.secretary(), id, office.venue(id, "西桥村"));
  office.media.confirm_at_once = false;
  const auto first = office.revoke(id, "东溪村");
  const auto second = office.revoke(id, "西桥村");
  const auto again = office.revoke(id, "东溪村");
  office.media.confirm();
  CHECK(applied(first));
  CHECK(!second->has_value());
  CHECK(office.media.gates == std::set<VenueId>{office.venue(id, "主会场")});
  office.media.confirm();
  CHECK(applied(second));
  CHECK(refused(again) == ErrorCode::kConflict);
  CHECK(office.meeting(id).floor().size() == 1);
  check_gates(office, id);
}

TEST_CASE("a grant while a revoke is under way opens its own gate only") {
  Office office;
  const auto id = office.running_a();
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  office.media.confirm_at_once = false;
  const auto revoked = office.revoke(id, "东溪村");
  REQUIRE(
      office.service->grant_floor(office.secretary(), id, office.venue(id, "西桥村")).has_value());
  CHECK(office.media.gates.count(office.venue(id, "东溪村")) == 0);
  CHECK(office.media.gates.count(office.venue(id, "西桥村")) == 1);
  CHECK(
      !office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村")).has_value());
  office.media.confirm();
  CHECK(applied(revoked));
  check_gates(office, id);
}

TEST_CASE("mute all closes every gate but the chair's, and no grant slips in meanwhile") {
  Office office;
  const auto id = office.running_a();
  for (const char* name : {"东溪村", "西桥村", "南塘村"})
    office.service->grant_floor(office.secretary(), id, office.venue(id, name));
  office.media.confirm_at_once = false;
  const auto muted = office.mute_all(id);
  const auto granted =
      office.service->grant_floor(office.secretary(), id, office.venue(id, "新苑居民区"));
  REQUIRE(!granted.has_value());
  CHECK(granted.error().code == ErrorCode::kConflict);
  office.media.confirm();
  CHECK(applied(muted));
  CHECK(office.meeting(id).floor() == std::vector<VenueId>{office.venue(id, "主会场")});
  check_gates(office, id);
  CHECK(office.service->grant_floor(office.secretary(), id, office.venue(id, "新苑居民区"))
            .has_value());
}

TEST_CASE("a retry of a command that is under way gets the same answer") {
  Office office;
  const auto id = office.running_a();
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  office.media.confirm_at_once = false;
  const auto command = office.secretary();
  const auto press = [&] {
    return office.run(
        [&](Service::Done done) { office.service->next_item(command, id, std::move(done)); });
  };
  office.service->mute_all(office.secretary(), id, [](Result<Applied>) {});
  const auto first = press();
  const auto second = press();
  while (!office.media.waiting.empty()) office.media.confirm();
  REQUIRE(applied(first));
  REQUIRE(applied(second));
  CHECK((*first)->value().seq == (*second)->value().seq);
  CHECK(office.meeting(id).item_clocks().size() == 1);
  const auto third = press();
  CHECK((*third)->value().seq == (*first)->value().seq);
}

TEST_CASE("next item puts the speaker's venue on stage with the floor, then takes it back") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.agenda[1].speakers = {speaker(post_of(office.town, "东溪村", "安全干部"))};
  plan.agenda[2].speakers = {speaker(post_of(office.town, "西桥村", "安全干部"))};
  const auto id = office.plan(plan);
  office.service->convene(office.secretary(), id);
  office.at("9:00").service->start_meeting(office.secretary(), id);
  const auto main = office.venue(id, "主会场");
  const auto by_hand = office.venue(id, "南塘村");
  const auto first = office.venue(id, "东溪村");
  const auto second = office.venue(id, "西桥村");
  const auto& meeting = office.meeting(id);

  CHECK(applied(office.next(id)));  // the host opens
  CHECK(meeting.current_item() == meeting.plan().agenda[0].id);
  CHECK(meeting.floor() == std::vector<VenueId>{main});

  office.service->grant_floor(office.secretary(), id, by_hand);
  office.at("9:05");
  CHECK(applied(office.next(id)));
  CHECK(meeting.stage_main() == first);
  CHECK(office.media.stage_main == first);
  CHECK(meeting.floor() == std::vector<VenueId>{main, by_hand, first});
  check_gates(office, id);

  office.at("9:30");
  CHECK(applied(office.next(id)));
  CHECK(meeting.stage_main() == second);
  CHECK(meeting.floor() == std::vector<VenueId>{main, by_hand, second});
  CHECK(meeting.item_clocks().at(meeting.plan().agenda[1].id).started == office_time("9:05"));
  CHECK(meeting.item_clocks().at(meeting.plan().agenda[1].id).ended == office_time("9:30"));
  check_gates(office, id);

  CHECK(applied(office.next(id)));  // 讲话 from the main venue
  CHECK(meeting.stage_main() == main);
  CHECK(meeting.floor() == std::vector<VenueId>{main, by_hand});
  CHECK(applied(office.next(id)));
  CHECK(applied(office.next(id)));
  CHECK(!meeting.current_item().has_value());
  CHECK(refused(office.next(id)) == ErrorCode::kConflict);
}

TEST_CASE("a floor granted by hand to the speaker ends with the item") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.agenda[0].speakers = {speaker(post_of(office.town, "东溪村", "安全干部"))};
  const auto id = office.plan(plan);
  office.service->convene(office.secretary(), id);
  office.at("9:00").service->start_meeting(office.secretary(), id);
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  office.next(id);
  CHECK(office.meeting(id).has_floor(office.venue(id, "东溪村")));
  office.next(id);
  CHECK(!office.meeting(id).has_floor(office.venue(id, "东溪村")));
  check_gates(office, id);
}

TEST_CASE("undo within five seconds restores stage and floor; the numbers move on") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.agenda[0].speakers = {speaker(post_of(office.town, "东溪村", "安全干部"))};
  const auto id = office.plan(plan);
  office.service->convene(office.secretary(), id);
  office.at("9:00").service->start_meeting(office.secretary(), id);
  const auto main = office.venue(id, "主会场");
  CHECK(refused(office.undo(id)) == ErrorCode::kGone);

  office.at("9:01");
  office.next(id);
  const auto seq = office.meeting(id).seq();
  SECTION("in time, the limit included") {
    office.at("9:01:05");
    CHECK(applied(office.undo(id)));
    CHECK(office.meeting(id).seq() == seq + 1);
    CHECK(!office.meeting(id).current_item().has_value());
    CHECK(office.meeting(id).floor() == std::vector<VenueId>{main});
    CHECK(office.media.stage_main == main);
    check_gates(office, id);
    CHECK(refused(office.undo(id)) == ErrorCode::kGone);
    CHECK(applied(office.next(id)));
    CHECK(office.meeting(id).current_item() == plan.agenda[0].id);
  }
  SECTION("too late") {
    office.at("9:01:05.001");
    CHECK(refused(office.undo(id)) == ErrorCode::kGone);
    CHECK(office.meeting(id).seq() == seq);
    check_gates(office, id);
  }
  SECTION("pressed in time, confirmed later") {
    office.at("9:01:04").media.confirm_at_once = false;
    const auto answer = office.undo(id);
    office.at("9:01:09").media.confirm();
    CHECK(applied(answer));
  }
  SECTION("after another change of the floor") {
    office.service->grant_floor(office.secretary(), id, office.venue(id, "西桥村"));
    CHECK(refused(office.undo(id)) == ErrorCode::kGone);
  }
  SECTION("a grant comes while the undo waits for its gates") {
    office.media.confirm_at_once = false;
    const auto answer = office.undo(id);
    office.service->grant_floor(office.secretary(), id, office.venue(id, "西桥村"));
    office.media.confirm();
    CHECK(refused(answer) == ErrorCode::kGone);
    check_gates(office, id);
  }
}

TEST_CASE("a second press of next while the first is under way skips nothing") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.agenda[0].speakers = {speaker(post_of(office.town, "东溪村", "安全干部"))};
  const auto id = office.plan(plan);
  office.service->convene(office.secretary(), id);
  office.at("9:00").service->start_meeting(office.secretary(), id);
  office.next(id);
  office.media.confirm_at_once = false;
  const auto first = office.next(id);
  CHECK(refused(office.next(id)) == ErrorCode::kConflict);
  office.media.confirm();
  CHECK(applied(first));
  CHECK(office.meeting(id).current_item() == plan.agenda[1].id);
}

TEST_CASE("end closes every gate, numbers the minutes, and what waited is refused") {
  Office office;
  const auto id = office.running_a();
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  office.media.confirm_at_once = false;
  const auto ended = office.end(id);
  const auto muted = office.mute_all(id);
  CHECK(office.media.gates.empty());
  CHECK(office.meeting(id).state() == MeetingState::kRunning);
  office.at("10:30").media.confirm();
  CHECK(applied(ended));
  CHECK(office.meeting(id).minutes_number() == "〔2020〕1号");
  CHECK(office.meeting(id).ended_at() == office_time("10:30"));
  CHECK(office.media.meetings.empty());
  CHECK(refused(muted) == ErrorCode::kConflict);
  CHECK(refused(office.end(id)) == ErrorCode::kConflict);
}

TEST_CASE("a burst of commands behind a slow one is bounded") {
  Office office;
  const auto id = office.running_a();
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  office.media.confirm_at_once = false;
  office.mute_all(id);
  std::vector<Answer> answers;
  for (int i = 0; i < 40; ++i) answers.push_back(office.mute_all(id));
  CHECK(refused(answers.back()) == ErrorCode::kTooMany);
  CHECK(!answers.front()->has_value());
  office.media.confirm_at_once = true;
  office.media.confirm();
  CHECK(applied(answers.front()));
  check_gates(office, id);
}

TEST_CASE("an answer that asks for more is carried out after those that wait") {
  Office office;
  const auto id = office.running_a();
  Answer second;
  const auto first = office.run([&](Service::Done done) {
    office.service->next_item(office.secretary(), id, [&, done](Result<Applied> result) {
      second = office.next(id);
      done(std::move(result));
    });
  });
  CHECK(applied(first));
  REQUIRE(second);
  CHECK(applied(second));
  CHECK(office.meeting(id).item_clocks().size() == 2);
}

TEST_CASE("the queue of requests, and whose request it is") {
  Office office;
  const auto id = office.running_a();
  auto& service = *office.service;
  const auto village = office.venue(id, "东溪村");
  REQUIRE(service.request_floor(office.device(id, "东溪村"), id, village).has_value());
  REQUIRE(
      service.request_floor(office.liaison("西桥村"), id, office.venue(id, "西桥村")).has_value());
  const auto seq = office.meeting(id).seq();
  CHECK(service.request_floor(office.device(id, "东溪村"), id, village)->seq == seq);
  CHECK(office.meeting(id).requests().front().venue == village);

  CHECK(service.request_floor(office.device(id, "西桥村"), id, village).error().code ==
        ErrorCode::kForbidden);
  CHECK(service.request_floor(office.liaison("西桥村"), id, village).error().code ==
        ErrorCode::kForbidden);
  CHECK(service.withdraw_request(office.liaison("西桥村"), id, village).error().code ==
        ErrorCode::kForbidden);
  auto foreign = office.device(id, "东溪村");
  foreign.actor.meeting = MeetingId::make();
  CHECK(service.request_floor(foreign, id, village).error().code == ErrorCode::kForbidden);

  REQUIRE(service.grant_floor(office.leader(), id, village).has_value());
  CHECK(office.meeting(id).requests().size() == 1);
  CHECK(service.request_floor(office.device(id, "东溪村"), id, village).error().code ==
        ErrorCode::kConflict);
  REQUIRE(service.withdraw_request(office.secretary(), id, office.venue(id, "西桥村")).has_value());
  CHECK(office.meeting(id).requests().empty());
}

TEST_CASE("the stage shows venues of this meeting, never one twice") {
  Office office;
  const auto id = office.running_a();
  auto& service = *office.service;
  const auto village = office.venue(id, "东溪村");
  REQUIRE(service.set_stage(office.secretary(), id, village, std::nullopt).has_value());
  CHECK(office.media.stage_main == village);
  CHECK(service.set_stage(office.secretary(), id, village, village).error().code ==
        ErrorCode::kInvalid);
  CHECK(service.set_stage(office.secretary(), id, VenueId::make(), std::nullopt).error().code ==
        ErrorCode::kNotFound);
  REQUIRE(service.set_stage(office.secretary(), id, std::nullopt, std::nullopt).has_value());
  CHECK(!office.media.stage_main.has_value());
}

TEST_CASE("an on-site meeting runs from start to end with no media server") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.form = MeetingForm::kOnsite;
  const auto id = office.plan(plan);
  REQUIRE(office.service->convene(office.secretary(), id).has_value());
  REQUIRE(office.at("9:00").service->start_meeting(office.secretary(), id).has_value());
  CHECK(applied(office.next(id)));
  CHECK(applied(office.mute_all(id)));
  CHECK(applied(office.end(id)));
  CHECK(office.media.meetings.empty());
  CHECK(office.media.opened.empty());
}

TEST_CASE("without any media server the same commands are confirmed at once") {
  Office office;
  office.service->set_media(nullptr);
  const auto id = office.running_a();
  office.service->grant_floor(office.secretary(), id, office.venue(id, "东溪村"));
  CHECK(applied(office.revoke(id, "东溪村")));
  CHECK(applied(office.end(id)));
}
