// Who is made ready before anybody presses, as the meeting goes on.
#include <catch2/catch.hpp>

#include "domain/next_venues.h"
#include "tests/support/meeting_script.h"
#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

// Speakers who sit in branch venues: 东溪村, then 西桥村 and 南塘村 to one item, then the main
// venue.
MeetingPlan plan_with_branches(const Directory& town) {
  auto plan = meeting_a(town);
  const auto officer = [&](const char* village) {
    return speaker(post_of(town, village, "安全干部"));
  };
  plan.agenda = {item(AgendaKind::kReport, {officer("东溪村")}),
                 item(AgendaKind::kExchange, {officer("西桥村"), officer("南塘村")}),
                 item(AgendaKind::kSpeech, {{std::nullopt, std::nullopt, "镇领导"}})};
  return plan;
}

using Names = std::vector<std::string>;

Names next(const MeetingScript& script) {
  Names names;
  for (const auto& venue : next_venues(script.meeting))
    names.push_back(script.meeting.find_venue(venue)->name);
  return names;
}

void step(MeetingScript& script, std::size_t to) {
  AgendaAdvanced step;
  step.from = script.meeting.current_item();
  const auto& agenda = script.meeting.plan().agenda;
  if (to < agenda.size()) step.to = agenda[to].id;
  step.stage_after = stage_after_step(script.meeting);
  script.add(step);
}

}  // namespace

TEST_CASE("the next venues follow agenda, requests and presence") {
  const auto town = demo_directory();
  MeetingScript script(town, plan_with_branches(town));
  CHECK(next(script).empty());  // nobody is there
  for (const char* venue : {"主会场", "东溪村", "西桥村", "新苑居民区"}) script.join(venue);
  CHECK(next(script) == Names{"主会场", "东溪村"});

  script.start();
  CHECK(next(script) == Names{"东溪村"});  // the main venue is on stage now
  script.add(FloorRequested{script.venue("新苑居民区")});
  CHECK(next(script) == Names{"东溪村", "新苑居民区"});
  step(script, 0);
  CHECK(next(script) == Names{"西桥村", "新苑居民区"});

  step(script, 1);  // 西桥村 on stage; next the main venue, then who else speaks to the item
  CHECK(next(script) == Names{"主会场", "新苑居民区"});
  script.join("南塘村");
  CHECK(next(script) == Names{"主会场", "新苑居民区", "南塘村"});
  script.lose("新苑居民区", "8:00");
  CHECK(next(script) == Names{"主会场", "南塘村"});
  script.back("新苑居民区").join("和馨居民区");
  script.add(FloorRequested{script.venue("和馨居民区")});
  CHECK(next(script) == Names{"主会场", "新苑居民区", "南塘村"});  // three at most

  step(script, 2);
  step(script, 3);  // the agenda is through, the main venue stays on stage
  CHECK(next(script) == Names{"新苑居民区", "和馨居民区"});
  script.end();
  CHECK(next(script).empty());
}

TEST_CASE("media is told who is next, and again after a restart") {
  Office office;
  const auto id = office.running_a();
  CHECK(office.media.next.empty());
  const auto village = office.venue(id, "东溪村");
  office.service->venue_joined(id, village, PeerId::make());
  REQUIRE(office.service->request_floor(office.device(id, "东溪村"), id, village).has_value());
  CHECK(office.media.next == std::vector<VenueId>{village});
  office.service->venue_lost(id, village, office.meeting(id).presence().at(village).peer.value(),
                             office.clock.now());
  CHECK(office.media.next.empty());
  office.service->venue_joined(id, village, PeerId::make());
  REQUIRE(office.service->set_stage(office.secretary(), id, village, std::nullopt).has_value());
  CHECK(office.media.next.empty());  // it is seen now
}
