// Two people at two consoles: no change is lost, and the later one is told what happened. The queue
// by hand, handing the floor on, and undo that leaves no trace.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

bool applied(const Answer& answer) {
  return answer->has_value() && (*answer)->has_value();
}

struct Scene {
  Scene() : id(office.running_a()) {
    for (const auto& venue : office.meeting(id).venues())
      if (venue.kind == VenueKind::kBranch) branches.push_back(venue.id);
    main = office.venue(id, "主会场");
  }
  void ask(std::size_t branch) {
    const auto name = office.meeting(id).find_venue(branches[branch])->name;
    REQUIRE(office.service->request_floor(office.device(id, name), id, branches[branch]));
  }
  std::vector<VenueId> queue() const {
    std::vector<VenueId> list;
    for (const auto& request : office.meeting(id).requests()) list.push_back(request.venue);
    return list;
  }
  Answer next(std::optional<Service::SeenItem> seen) {
    return office.run([&](Service::Done done) {
      office.service->next_item(office.secretary(), id, std::move(done), seen);
    });
  }
  Office office;
  MeetingId id;
  std::vector<VenueId> branches;
  VenueId main;
};

// Everything that a page shows of stage, floor, queue and agenda.
struct Shown {
  explicit Shown(const Meeting& m)
      : main(m.stage_main()),
        second(m.stage_second()),
        floor(m.floor()),
        by_item(m.floor_by_item()),
        item(m.current_item()) {
    for (const auto& request : m.requests()) requests.emplace_back(request.venue, request.at);
    for (const auto& [id, clock] : m.item_clocks())
      clocks.emplace_back(id, clock.started, clock.ended);
  }
  bool operator==(const Shown&) const = default;
  std::optional<VenueId> main, second;
  std::vector<VenueId> floor, by_item;
  std::optional<AgendaItemId> item;
  std::vector<std::pair<VenueId, UtcTime>> requests;
  std::vector<std::tuple<AgendaItemId, std::optional<UtcTime>, std::optional<UtcTime>>> clocks;
};

}  // namespace

TEST_CASE("the queue is put in order by hand; an order made from an old list is refused") {
  Scene s;
  for (const std::size_t branch : {0, 1, 2}) s.ask(branch);
  const auto seen = s.queue();
  auto& service = *s.office.service;
  const std::vector<VenueId> order{seen[2], seen[0], seen[1]};
  REQUIRE(service.reorder_requests(s.office.secretary(), s.id, order, seen));
  CHECK(s.queue() == order);
  // The other secretary still shows the old list.
  const auto late = service.reorder_requests(s.office.secretary(), s.id,
                                             {seen[1], seen[0], seen[2]}, seen);
  REQUIRE(!late);
  CHECK(late.error().code == ErrorCode::kConflict);
  CHECK(s.queue() == order);
  CHECK(!service.reorder_requests(s.office.secretary(), s.id, {seen[0]}, order));
  // Who asks later stands last; granting keeps the order of the others.
  s.ask(3);
  CHECK(s.queue().back() == s.branches[3]);
  REQUIRE(service.grant_floor(s.office.secretary(), s.id, seen[0]));
  CHECK(s.queue() == std::vector<VenueId>{seen[2], seen[1], s.branches[3]});
}

TEST_CASE("two press next item at once: one item further, not two") {
  Scene s;
  const auto first = s.office.meeting(s.id).plan().agenda[0].id;
  REQUIRE(applied(s.next(Service::SeenItem{})));
  CHECK(s.office.meeting(s.id).current_item() == first);
  const auto late = s.next(Service::SeenItem{});
  REQUIRE(!applied(late));
  CHECK((*late)->error().code == ErrorCode::kConflict);
  CHECK(s.office.meeting(s.id).current_item() == first);
  CHECK(applied(s.next(Service::SeenItem{first})));
}

TEST_CASE("stage and banner of the other secretary are not overwritten unseen") {
  Scene s;
  auto& service = *s.office.service;
  const StageChanged seen{s.main, std::nullopt};
  REQUIRE(service.set_stage(s.office.secretary(), s.id, s.branches[0], {}, seen));
  const auto late = service.set_stage(s.office.secretary(), s.id, s.branches[1], {}, seen);
  REQUIRE(!late);
  CHECK(late.error().code == ErrorCode::kConflict);
  CHECK(s.office.media.stage_main == s.branches[0]);
  REQUIRE(service.set_banner(s.office.secretary(), s.id, "防汛", ""));
  const auto banner = service.set_banner(s.office.secretary(), s.id, "消防", "");
  REQUIRE(!banner);
  CHECK(banner.error().zh.find("防汛") != std::string::npos);
  CHECK(s.office.meeting(s.id).banner() == "防汛");
}

TEST_CASE("next item and undo: the state before and after is equal") {
  Scene s;
  auto& service = *s.office.service;
  REQUIRE(applied(s.office.next(s.id)));
  s.office.clock.step(std::chrono::seconds{90});
  for (const std::size_t branch : {4, 5, 6}) s.ask(branch);
  const auto seen = s.queue();
  REQUIRE(service.reorder_requests(s.office.secretary(), s.id, {seen[2], seen[0], seen[1]}, seen));
  REQUIRE(service.set_stage(s.office.secretary(), s.id, s.branches[5], s.main));
  REQUIRE(service.grant_floor(s.office.secretary(), s.id, s.branches[7]));
  while (s.office.meeting(s.id).next_item()) {
    const Shown before(s.office.meeting(s.id));
    const auto gates = s.office.media.gates;
    REQUIRE(applied(s.office.next(s.id)));
    CHECK(!(Shown(s.office.meeting(s.id)) == before));
    s.office.clock.step(std::chrono::seconds{4});
    REQUIRE(applied(s.office.undo(s.id)));
    CHECK(Shown(s.office.meeting(s.id)) == before);
    CHECK(s.office.media.gates == gates);
    CHECK(s.office.media.stage_main == before.main);
    CHECK(s.office.media.stage_second == before.second);
    REQUIRE(applied(s.office.next(s.id)));
  }
}

TEST_CASE("the floor is handed on in one step") {
  Scene s;
  auto& service = *s.office.service;
  const auto from = s.branches[0], to = s.branches[1];
  const auto hand_off = [&] {
    return s.office.run([&](Service::Done done) {
      service.hand_off(s.office.leader(), s.id, from, to, std::move(done));
    });
  };
  CHECK(!applied(hand_off()));  // it has no floor to hand on
  REQUIRE(service.grant_floor(s.office.secretary(), s.id, from));
  REQUIRE(applied(hand_off()));
  CHECK(s.office.media.gates == std::set<VenueId>{s.main, to});
  CHECK(s.office.media.stage_main == to);
  CHECK(!applied(hand_off()));
}
