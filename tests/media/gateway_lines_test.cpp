// What lines are given: pins, layers on and off, preheating, the loudest, figures of layers.
#include "tests/media/gateway_scene.h"

namespace huiban::test {
namespace {

using Lines = std::vector<std::string>;
using domain::Rung;
using rtc::MediaKind;

}  // namespace

TEST_CASE("a pinned rung holds for the venue's peers, also those that come later") {
  GatewayScene s;
  const auto e = s.page(s.east, "e"), w = s.page(s.west, "w");
  const auto ceiling = [&](PeerId peer) { return s.port->peers.at(peer).plan.ceiling; };
  s.gateway->pin_rung(s.meeting, s.east, Rung::k360p);
  CHECK(ceiling(e) == rtc::Rung::k360p);
  CHECK(ceiling(w) == rtc::Rung::k720p);
  const auto phone = s.join(PeerRole::kWatcher, s.east, s.offer(0, 0, 1, 1), "phone");
  REQUIRE(phone);
  CHECK(ceiling(*phone) == rtc::Rung::k360p);
  s.gateway->pin_rung(s.meeting, s.east, Rung::kSoundOnly);
  CHECK(ceiling(e) == rtc::Rung::kSoundOnly);
  CHECK(ceiling(*phone) == rtc::Rung::kSoundOnly);
  s.gateway->pin_rung(s.meeting, s.east, std::nullopt);
  CHECK(ceiling(e) == rtc::Rung::k720p);
  CHECK(s.port->peers.at(e).plan.up_cap_kbps == 1800);
}

TEST_CASE("pins outlive the last page of a meeting that is not open yet") {
  GatewayScene s(false);
  const auto first = s.page(s.east, "e");
  s.gateway->pin_rung(s.meeting, s.east, Rung::k180p);
  s.gateway->peer_closed(first, "close", s.clock.now());
  s.loop.run_ready();
  REQUIRE_FALSE(s.gateway->pipeline_dot(s.meeting));
  const auto again = s.page(s.east, "e2");
  CHECK(s.port->peers.at(again).plan.ceiling == rtc::Rung::k180p);
  CHECK(s.facts.layers == Lines{"e 1", "e2 1"});
}

TEST_CASE("a page is told how many layers to send, as wanted and as pinned") {
  GatewayScene s;
  const auto e = s.page(s.east, "e");
  const auto camera = s.source_of(e, MediaKind::kVideo);
  const auto want = [&](std::size_t count) {
    s.gateway->layers_wanted(e, camera, count);
    s.loop.run_ready();
    return std::exchange(s.facts.layers, {});
  };
  CHECK(s.facts.layers.empty());  // nobody has said anything
  CHECK(want(1) == Lines{"e 1"});
  CHECK(want(1).empty());
  CHECK(want(3) == Lines{"e 3"});
  s.gateway->layers_wanted(e, s.source_of(e, MediaKind::kAudio), 0);
  s.gateway->layers_wanted(PeerId::make(), camera, 0);
  s.loop.run_ready();
  CHECK(s.facts.layers.empty());

  s.gateway->pin_rung(s.meeting, s.east, Rung::k360p);
  CHECK(std::exchange(s.facts.layers, {}) == Lines{"e 2"});
  CHECK(want(1) == Lines{"e 1"});
  s.gateway->pin_rung(s.meeting, s.east, Rung::kContentAndSound);
  CHECK(std::exchange(s.facts.layers, {}) == Lines{"e 0"});
  CHECK(want(3).empty());
  s.gateway->pin_rung(s.meeting, s.east, std::nullopt);
  CHECK(std::exchange(s.facts.layers, {}) == Lines{"e 3"});

  // A page that comes back is told anew, once it is connected.
  s.gateway->pin_rung(s.meeting, s.east, Rung::kSoundOnly);
  s.facts.layers.clear();
  const auto again = s.join(PeerRole::kVenue, s.east, s.page_offer(), "e2");
  REQUIRE(again);
  CHECK(s.facts.layers.empty());
  s.connected(*again);
  CHECK(s.facts.layers == Lines{"e2 0"});
  CHECK(s.facts.closed == std::vector<PeerId>{e});  // displaced
}

TEST_CASE("who is next is preheated") {
  GatewayScene s(false);
  const auto e = s.page(s.east, "e");
  const auto hot = [&](PeerId peer) {
    return s.port->sources.at(s.source_of(peer, MediaKind::kVideo)).preheated;
  };
  s.gateway->set_next(s.meeting, {s.east, s.west});
  CHECK(hot(e));
  CHECK_FALSE(s.port->sources.at(s.source_of(e, MediaKind::kAudio)).preheated);
  const auto w = s.page(s.west, "w");  // comes after it was named
  CHECK(hot(w));
  s.gateway->set_next(s.meeting, {s.west});
  CHECK_FALSE(hot(e));
  CHECK(hot(w));
  s.gateway->set_next(s.meeting, {});
  CHECK_FALSE(hot(w));
  s.gateway->close_meeting(s.meeting);
  s.gateway->set_next(s.meeting, {s.east});  // too late: nothing
}

TEST_CASE("the transport chooses the loudest of the others, the chair stays") {
  GatewayScene s;
  const auto north = VenueId::make(), south = VenueId::make();
  s.facts.venue_names[north] = "north";
  s.facts.venue_names[south] = "south";
  s.gateway->open_meeting(s.meeting, {{north, domain::VenueKind::kBranch, "北", {}, 3},
                                      {south, domain::VenueKind::kBranch, "南", {}, 4}});
  const auto m = s.page(s.main, "m"), e = s.page(s.east, "e"), w = s.page(s.west, "w"),
             n = s.page(north, "n");
  const auto listener = s.page(south, "s");
  const auto& peer = s.port->peers.at(listener);
  for (const auto& venue : {s.main, s.east, s.west}) s.gateway->open_gate(s.meeting, venue);
  s.gateway->set_stage(s.meeting, s.east, std::nullopt);
  CHECK(peer.loudest.empty());
  CHECK(s.in_slot(listener, "sound_3") == "west");

  s.gateway->open_gate(s.meeting, north);
  CHECK(s.in_slot(listener, "sound_1") == "east");
  CHECK(s.in_slot(listener, "sound_2") == "main");
  REQUIRE(peer.loudest_slots.size() == 1);
  CHECK(peer.plan.slots.at(peer.loudest_slots[0]).name == "sound_3");
  CHECK(peer.loudest == std::vector<rtc::SourceId>{s.source_of(w, MediaKind::kAudio),
                                                   s.source_of(n, MediaKind::kAudio)});

  // Back to two: the slots show what they are told again.
  s.gateway->close_gates(s.meeting, {s.west}, [] {});
  CHECK(peer.loudest_slots.empty());
  CHECK(s.in_slot(listener, "sound_2") == "main");
  CHECK(s.in_slot(listener, "sound_3") == "north");
  s.gateway->close_gates(s.meeting, {north}, [] {});
  CHECK(s.in_slot(listener, "sound_3") == "-");
  (void)m;
  (void)e;
}

TEST_CASE("figures say what the line gets and what the camera sends") {
  GatewayScene s;
  domain::JoinRequest request{s.meeting, PeerRole::kVenue, s.east, s.page_offer(), {}};
  request.start_kbps = 640;
  std::optional<PeerId> e;
  s.gateway->async_join(request, [&](Result<domain::JoinAnswer> answer) { e = answer->peer; });
  REQUIRE(s.loop.run_until([&] { return e.has_value(); }));
  CHECK(s.port->peers.at(*e).plan.start_kbps == 640);
  s.connected(*e);
  rtc::PeerStats peer{*e};
  peer.rung = rtc::Rung::k360p;
  peer.estimate_kbps = 900;
  rtc::SourceStats camera{s.source_of(*e, MediaKind::kVideo)};
  camera.layers.resize(3);
  camera.layers[0].live = camera.layers[1].live = true;
  camera.layers[0].since_keyframe = Milliseconds(800);
  camera.layers[1].since_keyframe = Milliseconds(300);
  s.port->stats.peers = {peer};
  s.port->stats.sources = {camera};
  const auto measured = [&] {
    s.facts.last_figures.clear();
    s.gateway->measure();
    REQUIRE(s.loop.run_until([&] { return !s.facts.last_figures.empty(); }));
    return s.facts.last_figures.at(0);
  };
  auto figures = measured();
  CHECK(figures.rung == Rung::k360p);
  CHECK_FALSE(figures.pinned);
  CHECK(figures.estimate_kbps == 900);
  CHECK(figures.sending_layers == 2);
  CHECK(figures.since_keyframe == Milliseconds(300));
  s.gateway->pin_rung(s.meeting, s.east, Rung::k180p);
  CHECK(measured().pinned);

  SECTION("a still is taken from the sharpest layer that comes") {
    REQUIRE(s.loop.run_until([&] { return s.port->sources.at(camera.source).ingress != nullptr; }));
    s.gateway->async_still(s.meeting, s.east, [](Result<std::string>) {});
    // Asked for once the still's pipeline plays, and again until a picture comes.
    const auto& asked = s.port->sources.at(camera.source).keyframe_requests_of;
    REQUIRE(s.loop.run_until([&] { return !asked.empty(); }));
    CHECK(asked.size() == 1);
    CHECK(asked.count(1) == 1);
  }
  SECTION("who left is told, and so is that nobody is there") {
    s.gateway->peer_closed(*e, "close", s.clock.now());
    s.loop.run_ready();
    CHECK(s.facts.closed == std::vector<PeerId>{*e});
    s.gateway->measure();
    REQUIRE(s.loop.run_until([&] { return s.facts.last_figures.empty(); }));
  }
}

}  // namespace huiban::test
