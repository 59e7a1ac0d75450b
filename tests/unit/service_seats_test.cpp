// A venue whose line is lost keeps its seat with floor, place in the queue and stage for ten
// minutes; then they are taken, once.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

constexpr Milliseconds kHold = std::chrono::minutes{10};

// 东溪村 has the floor and the main picture, 西桥村 waits in the queue behind 新苑居民区; all
// three are connected and their 安全干部 signed in.
struct Scene : Office {
  Scene() : id(running_a()) {
    for (const char* name : {"东溪村", "西桥村", "新苑居民区"}) {
      peers.push_back(PeerId::make());
      service->venue_joined(id, venue(id, name), peers.back());
    }
    service->sign_in(device(id, "东溪村"), id, {seat(id, "东溪村", "安全干部")}, {},
                     SignInMethod::kBrowser, "", {});
    service->request_floor(device(id, "新苑居民区"), id, venue(id, "新苑居民区"));
    service->request_floor(device(id, "西桥村"), id, venue(id, "西桥村"));
    service->grant_floor(secretary(), id, dongxi());
    service->set_stage(secretary(), id, dongxi(), venue(id, "西桥村"));
  }
  VenueId dongxi() const { return venue(id, "东溪村"); }
  VenueId xiqiao() const { return venue(id, "西桥村"); }
  void lose(VenueId venue, PeerId peer) { service->venue_lost(id, venue, peer, clock.now()); }
  Scene& tick(const std::string& time) {
    at(time);
    service->release_seats();
    return *this;
  }
  int count_released() const {
    int found = 0;
    const auto journal = service->journal(id).value();
    for (const auto& event : journal) found += std::holds_alternative<SeatReleased>(event.payload);
    return found;
  }

  MeetingId id;
  std::vector<PeerId> peers;
};

}  // namespace

TEST_CASE("a line lost for less than the seat is held: everything is there when it comes back") {
  Scene scene;
  scene.at("9:20");
  scene.lose(scene.dongxi(), scene.peers[0]);
  scene.lose(scene.xiqiao(), scene.peers[1]);
  CHECK(scene.meeting(scene.id).held_until(scene.dongxi(), kHold) == office_time("9:30"));
  scene.tick("9:29:59");
  const auto& meeting = scene.meeting(scene.id);
  CHECK(meeting.has_floor(scene.dongxi()));
  CHECK(scene.media.gates.count(scene.dongxi()) == 1);
  CHECK(scene.media.stage_main == scene.dongxi());
  CHECK(scene.media.stage_second == scene.xiqiao());
  REQUIRE(meeting.requests().size() == 2);
  CHECK(meeting.requests()[1].venue == scene.xiqiao());

  scene.service->venue_joined(scene.id, scene.dongxi(), PeerId::make());  // reloaded elsewhere
  CHECK(!meeting.held_until(scene.dongxi(), kHold));
  scene.service->venue_back(scene.id, scene.xiqiao(), scene.peers[1]);
  scene.tick("10:20");
  CHECK(meeting.has_floor(scene.dongxi()));
  CHECK(meeting.requests().size() == 2);
  CHECK(scene.count_released() == 0);
  scene.end(scene.id);
  const auto attendance = scene.service->attendance_of(scene.id);
  CHECK(attendance.total.present == 1);
  CHECK(attendance.total.early == 0);
  for (const auto& seat : attendance.seats) CHECK(seat.gap == Milliseconds{0});
}

TEST_CASE("away for twelve minutes: floor, queue place and stage are taken at ten, and said") {
  Scene scene;
  scene.at("9:20");
  scene.lose(scene.dongxi(), scene.peers[0]);
  scene.at("9:21");
  scene.lose(scene.xiqiao(), scene.peers[1]);
  scene.tick("9:30");
  const auto& meeting = scene.meeting(scene.id);
  const auto main = scene.venue(scene.id, "主会场");
  CHECK(!meeting.has_floor(scene.dongxi()));
  CHECK(scene.media.gates == std::set<VenueId>{main});
  CHECK(scene.media.stage_main == main);
  CHECK(scene.media.stage_second == scene.xiqiao());  // has a minute left
  CHECK(meeting.requests().size() == 2);
  scene.tick("9:31");
  CHECK(!scene.media.stage_second);
  REQUIRE(meeting.requests().size() == 1);
  CHECK(meeting.requests()[0].venue == scene.venue(scene.id, "新苑居民区"));
  CHECK(scene.count_released() == 2);

  scene.at("9:32");
  scene.service->venue_joined(scene.id, scene.dongxi(), PeerId::make());
  CHECK(meeting.presence().at(scene.dongxi()).online);
  CHECK(!meeting.presence().at(scene.dongxi()).released);
  CHECK(!meeting.has_floor(scene.dongxi()));
  scene.at("10:30");
  scene.end(scene.id);
  const auto attendance = scene.service->attendance_of(scene.id);
  CHECK(attendance.total.early == 0);  // was back
  const auto kept = std::find_if(attendance.seats.begin(), attendance.seats.end(),
                                 [](const SeatAttendance& seat) { return seat.gap.count() > 0; });
  REQUIRE(kept != attendance.seats.end());
  CHECK(kept->gap == std::chrono::minutes{12});
}

TEST_CASE("the chair need not wait: the floor of a lost venue can be taken at once") {
  Scene scene;
  scene.at("9:20");
  scene.lose(scene.dongxi(), scene.peers[0]);
  REQUIRE((*scene.revoke(scene.id, "东溪村"))->has_value());
  CHECK(!scene.meeting(scene.id).has_floor(scene.dongxi()));
  CHECK(scene.media.gates.count(scene.dongxi()) == 0);
}

TEST_CASE("what the chair gives after the release, or before a venue came, waits for the venue") {
  Scene scene;
  scene.at("9:20");
  scene.lose(scene.dongxi(), scene.peers[0]);
  scene.tick("9:31");
  REQUIRE(scene.service->grant_floor(scene.secretary(), scene.id, scene.dongxi()).has_value());
  scene.tick("9:50");
  CHECK(scene.meeting(scene.id).has_floor(scene.dongxi()));
  scene.restart();
  scene.tick("9:51");
  CHECK(scene.meeting(scene.id).has_floor(scene.dongxi()));
  CHECK(scene.count_released() == 1);

  Office early;
  const auto id = early.convened_a();
  const auto village = early.venue(id, "东溪村");
  const auto peer = PeerId::make();
  early.at("8:30").service->venue_joined(id, village, peer);
  early.service->venue_lost(id, village, peer, early.clock.now());  // a test before the meeting
  early.at("9:00").service->start_meeting(early.secretary(), id);
  early.service->grant_floor(early.secretary(), id, village);
  early.service->release_seats();
  CHECK(early.meeting(id).has_floor(village));
}

TEST_CASE("the main venue keeps its microphone and picture however long its line is lost") {
  Office office;
  const auto id = office.running_a();
  const auto main = office.venue(id, "主会场");
  const auto peer = PeerId::make();
  office.service->venue_joined(id, main, peer);
  office.service->venue_lost(id, main, peer, office.clock.now());
  office.at("9:40").service->release_seats();
  CHECK(office.meeting(id).has_floor(main));
  CHECK(office.media.stage_main == main);
}

TEST_CASE("time in which the server was down is not the venue's: its seat is held from the start") {
  Scene scene;
  scene.at("9:20").store.mark_alive(scene.clock.now());
  scene.at("9:45").restart();
  CHECK(scene.meeting(scene.id).held_until(scene.dongxi(), kHold) == office_time("9:55"));
  scene.tick("9:54:59");
  CHECK(scene.meeting(scene.id).has_floor(scene.dongxi()));
  CHECK(scene.meeting(scene.id).requests().size() == 2);
  scene.tick("9:55");
  CHECK(!scene.meeting(scene.id).has_floor(scene.dongxi()));
}

TEST_CASE("on a full disk nothing is released, and it is as soon as it can be stored") {
  Scene scene;
  scene.at("9:20");
  scene.lose(scene.dongxi(), scene.peers[0]);
  scene.store.disk_full = true;
  scene.tick("9:31");
  CHECK(scene.meeting(scene.id).has_floor(scene.dongxi()));
  CHECK(scene.media.gates.count(scene.dongxi()) == 1);
  scene.store.disk_full = false;
  scene.tick("9:32");
  CHECK(!scene.meeting(scene.id).has_floor(scene.dongxi()));
}
