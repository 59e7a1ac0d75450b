// Lines come and go, the disk fills, the server dies: nothing acknowledged is lost, nobody is made
// absent.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

const VenuePresence& line(const Office& office, MeetingId id, const std::string& name) {
  return office.meeting(id).presence().at(office.venue(id, name));
}

template <class Event>
int count(const Office& office, MeetingId id) {
  int found = 0;
  const auto journal = office.service->journal(id).value();
  for (const auto& event : journal)
    found += std::holds_alternative<Event>(event.payload);
  return found;
}

}  // namespace

TEST_CASE("a line's facts are debounced") {
  Office office;
  const auto id = office.running_a();
  auto& service = *office.service;
  const auto village = office.venue(id, "东溪村");
  const auto first = PeerId::make(), second = PeerId::make();
  const auto seq = office.meeting(id).seq();

  service.venue_joined(id, village, first);
  service.venue_joined(id, village, first);
  CHECK(office.meeting(id).seq() == seq + 1);
  CHECK(line(office, id, "东溪村").online);

  service.venue_joined(id, village, second);  // another device: taken over, no drop
  CHECK(count<VenueTakenOver>(office, id) == 1);
  CHECK(line(office, id, "东溪村").peer == second);
  service.venue_taken_over(id, village, first, second);
  service.venue_lost(id, village, first, office.clock.now());  // of the displaced one
  service.venue_back(id, village, first);
  CHECK(office.meeting(id).seq() == seq + 2);
  CHECK(line(office, id, "东溪村").online);

  office.at("9:10:05");
  service.venue_lost(id, village, second, office_time("9:10"));
  service.venue_lost(id, village, second, office_time("9:10"));
  CHECK(line(office, id, "东溪村").lost_at == office_time("9:10"));
  service.venue_back(id, village, second);
  service.venue_back(id, village, second);
  CHECK(office.meeting(id).seq() == seq + 4);
  CHECK(line(office, id, "东溪村").gaps.size() == 1);

  service.venue_lost(id, village, second, office_time("9:59"));  // a clock that runs ahead
  CHECK(line(office, id, "东溪村").lost_at == office_time("9:10:05"));
}

TEST_CASE("facts of unknown venues, planned and ended meetings are no events") {
  Office office;
  const auto planned = office.plan(meeting_b(office.town));
  const auto id = office.running_a();
  auto& service = *office.service;
  const auto village = office.venue(id, "东溪村");
  const auto before = office.store.count();
  service.venue_joined(planned, village, PeerId::make());
  service.venue_joined(id, VenueId::make(), PeerId::make());
  service.venue_joined(MeetingId::make(), village, PeerId::make());
  service.venue_lost(id, village, PeerId::make(), office.clock.now());
  CHECK(office.store.count() == before);
  office.end(id);
  const auto ended = office.store.count();
  service.venue_joined(id, village, PeerId::make());
  service.media_fault(id, "late");
  CHECK(office.store.count() == ended);
}

TEST_CASE("lines of a convened meeting are facts too: people test before the start") {
  Office office;
  const auto id = office.convened_a();
  office.service->venue_joined(id, office.venue(id, "东溪村"), PeerId::make());
  CHECK(line(office, id, "东溪村").online);
}

TEST_CASE("a fact that the full disk refused is stored when it can be") {
  Office office;
  const auto id = office.running_a();
  auto& service = *office.service;
  const auto village = office.venue(id, "东溪村");
  const auto other = office.venue(id, "西桥村");
  const auto peer = PeerId::make(), passing = PeerId::make();
  service.venue_joined(id, village, peer);

  office.store.disk_full = true;
  office.at("9:20");
  service.venue_lost(id, village, peer, office_time("9:19:55"));
  service.venue_joined(id, other, passing);
  service.venue_lost(id, other, passing, office_time("9:20"));
  CHECK(line(office, id, "东溪村").online);
  service.figures(id, {});
  CHECK(line(office, id, "东溪村").online);

  office.store.disk_full = false;
  office.at("9:25");
  service.figures(id, {});
  CHECK(line(office, id, "东溪村").lost_at == office_time("9:19:55"));
  CHECK(office.meeting(id).presence().count(other) == 0);  // came and went unseen
  const auto seq = office.meeting(id).seq();
  service.figures(id, {});
  CHECK(office.meeting(id).seq() == seq);
}

TEST_CASE("a fault of media is one entry per minute, and another fault another") {
  Office office;
  const auto id = office.running_a();
  for (const char* time : {"9:01", "9:01:30", "9:02"}) {
    office.at(time);
    office.service->media_fault(id, "pipeline rebuilt");
  }
  office.service->media_fault(id, "another");
  CHECK(count<MediaFault>(office, id) == 3);
}

TEST_CASE("every stored event reaches the pages, statistics pass through") {
  Office office;
  const auto id = office.running_a();
  CHECK(office.pages.events.size() == office.store.count());
  office.service->slot_shown(id, PeerId::make(), "stage_main", std::nullopt);
  office.service->figures(id, {});
  CHECK(office.pages.slots == 1);
  CHECK(office.pages.figure_calls == 1);
}

TEST_CASE("after a kill the meeting goes on with the same stage, floor, requests and sign-ins") {
  Office office;
  const auto id = office.running_a();
  const auto village = office.venue(id, "东溪村");
  const auto peer = PeerId::make();
  office.service->venue_joined(id, village, peer);
  office.service->sign_in(office.device(id, "东溪村"), id, {office.seat(id, "东溪村", "安全干部")},
                          {}, SignInMethod::kBrowser, "", {});
  office.service->request_floor(office.liaison("西桥村"), id, office.venue(id, "西桥村"));
  office.service->grant_floor(office.secretary(), id, village);
  office.service->set_stage(office.secretary(), id, village, office.venue(id, "主会场"));
  office.next(id);
  office.service->set_stage(office.secretary(), id, village, office.venue(id, "主会场"));
  const auto floor = office.meeting(id).floor();
  office.at("9:30").store.mark_alive(office.clock.now());

  office.at("9:42").restart();
  const auto& meeting = office.meeting(id);
  CHECK(meeting.state() == MeetingState::kRunning);
  CHECK(meeting.floor() == floor);
  CHECK(office.media.gates == std::set<VenueId>(floor.begin(), floor.end()));
  CHECK(office.media.stage_main == village);
  CHECK(office.media.stage_second == office.venue(id, "主会场"));
  CHECK(office.media.meetings.count(id) == 1);
  CHECK(meeting.requests().size() == 1);
  CHECK(meeting.sign_ins().size() == 1);
  CHECK(count<ServerRestarted>(office, id) == 1);
  CHECK(line(office, id, "东溪村").lost_at == office_time("9:30"));
  REQUIRE(meeting.outages().size() == 1);
  CHECK(meeting.outages()[0].from == office_time("9:30"));

  office.service->venue_joined(id, village, PeerId::make());  // the page came back by itself
  CHECK(line(office, id, "东溪村").online);
  office.at("10:30");
  office.end(id);
  const auto attendance = office.service->attendance_of(id);
  CHECK(attendance.total.present == 1);
  CHECK(attendance.total.early == 0);
}

TEST_CASE("a kill between two marks counts from the last fact") {
  Office office;
  const auto id = office.running_a();
  office.at("9:05").store.mark_alive(office.clock.now());
  office.at("9:10");
  office.service->venue_joined(id, office.venue(id, "东溪村"), PeerId::make());
  office.at("9:11").restart();
  CHECK(line(office, id, "东溪村").lost_at == office_time("9:10"));
}

TEST_CASE("a restart while nothing runs leaves running meetings' words to those that run") {
  Office office;
  const auto planned = office.plan(meeting_b(office.town));
  const auto convened = office.convened_a();
  office.service->venue_joined(convened, office.venue(convened, "东溪村"), PeerId::make());
  office.restart();
  CHECK(count<ServerRestarted>(office, planned) == 0);
  CHECK(count<ServerRestarted>(office, convened) == 0);
  CHECK(!line(office, convened, "东溪村").online);
  CHECK(office.media.meetings == std::set<MeetingId>{convened});
  CHECK(office.service->directory().units.size() == office.town.units.size());
}

TEST_CASE("a command acknowledged before the kill is answered alike after it") {
  Office office;
  const auto id = office.running_a();
  const auto command = office.secretary();
  const auto grant = office.service->grant_floor(command, id, office.venue(id, "东溪村"));
  TaskContent content;
  content.title = "完成网格员调整";
  const auto draft = office.secretary();
  const auto task = office.service->draft_task(draft, content, {});
  const auto create = office.secretary();
  const auto created = office.service->create_meeting(create, meeting_b(office.town));
  const auto next = office.secretary();
  const auto step = office.run([&](auto done) { office.service->next_item(next, id, done); });

  office.restart();
  CHECK(office.service->grant_floor(command, id, office.venue(id, "东溪村"))->seq == grant->seq);
  CHECK(office.service->draft_task(draft, content, {})->task == task->task);
  CHECK(office.service->create_meeting(create, meeting_b(office.town))->meeting ==
        created->meeting);
  const auto again = office.run([&](auto done) { office.service->next_item(next, id, done); });
  CHECK((*again)->value().seq == (*step)->value().seq);
  CHECK(office.service->tasks().size() == 1);
  CHECK(office.service->meetings().size() == 2);
}

TEST_CASE("undo survives a kill, within its time") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.agenda[0].speakers = {speaker(post_of(office.town, "东溪村", "安全干部"))};
  const auto id = office.plan(plan);
  office.service->convene(office.secretary(), id);
  office.at("9:00").service->start_meeting(office.secretary(), id);
  office.next(id);
  office.at("9:00:03").restart();
  CHECK(office.undo(id)->value().has_value());
  CHECK(office.meeting(id).floor().size() == 1);
  CHECK(office.media.gates.size() == 1);
}

TEST_CASE("a store that cannot be read stops the start") {
  Office office;
  office.running_a();
  office.store.disk_full = true;
  Service service(office.store, office.clock, OfficeSettings{});
  const auto started = service.start();
  REQUIRE(!started.has_value());
  CHECK(started.error().code == ErrorCode::kStorage);
}
