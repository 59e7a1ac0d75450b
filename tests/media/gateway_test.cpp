#include "tests/media/gateway_scene.h"

namespace huiban::test {
namespace {

using Lines = std::vector<std::string>;
using rtc::MediaKind;

}  // namespace

TEST_CASE("a page publishes its seat's tracks and sees what the rules say") {
  GatewayScene s;
  const auto m = s.page(s.main, "m"), e = s.page(s.east, "e"), w = s.page(s.west, "w");
  CHECK(s.facts.take() == Lines{"joined main m", "joined east e", "joined west w"});
  CHECK(s.in_slot(e, "stage_main") == "-");
  // Cameras are open, microphones closed before anybody has the floor.
  CHECK(s.port->sources.at(s.source_of(e, MediaKind::kVideo)).gate_open);
  CHECK_FALSE(s.port->sources.at(s.source_of(e, MediaKind::kAudio)).gate_open);

  s.gateway->set_stage(s.meeting, s.main, std::nullopt);
  s.gateway->open_gate(s.meeting, s.main);
  CHECK(s.in_slot(e, "stage_main") == "main");
  CHECK(s.in_slot(e, "sound_1") == "main");
  CHECK(s.in_slot(m, "stage_main") == "-");
  CHECK(s.port->sources.at(s.source_of(m, MediaKind::kAudio)).gate_open);

  s.gateway->open_gate(s.meeting, s.east);
  s.gateway->set_stage(s.meeting, s.east, s.main);
  CHECK(s.in_slot(w, "stage_main") == "east");
  CHECK(s.in_slot(w, "stage_second") == "main");
  CHECK(s.in_slot(w, "sound_1") == "east");
  CHECK(s.in_slot(w, "sound_2") == "main");
  CHECK(s.in_slot(e, "stage_main") == "main");
  CHECK(s.in_slot(e, "sound_1") == "main");
  CHECK(s.in_slot(e, "sound_2") == "-");
}

TEST_CASE("gates are confirmed after the network thread has closed all of them") {
  GatewayScene s;
  const auto e = s.page(s.east, "e"), w = s.page(s.west, "w");
  s.gateway->open_gate(s.meeting, s.east);
  s.gateway->open_gate(s.meeting, s.west);
  s.port->hold_gates = true;
  int confirmed = 0;
  s.gateway->close_gates(s.meeting, {s.east, s.west}, [&] { ++confirmed; });
  s.loop.run_ready();
  CHECK(confirmed == 0);
  CHECK_FALSE(s.port->sources.at(s.source_of(e, MediaKind::kAudio)).gate_open);
  CHECK(s.in_slot(w, "sound_2") == "-");
  s.port->confirm_gates();
  CHECK(confirmed == 0);  // on control, later
  s.loop.run_ready();
  CHECK(confirmed == 1);
  // Nothing to close is confirmed too.
  s.gateway->close_gates(s.meeting, {VenueId::make()}, [&] { ++confirmed; });
  s.gateway->close_gates(MeetingId::make(), {s.east}, [&] { ++confirmed; });
  s.loop.run_ready();
  CHECK(confirmed == 3);
}

TEST_CASE("a lost line, a line that comes back, a page that leaves") {
  GatewayScene s;
  const auto e = s.page(s.east, "e");
  s.facts.take();
  const auto seen = SystemClock().now() - Milliseconds(4000);
  CHECK(s.facts_after([&] { s.gateway->peer_lost(e, seen); }) == Lines{"lost east e"});
  // Four seconds ago on the rules' clock, which may be set by hand.
  CHECK(s.facts.last_packet <= s.clock.now() - Milliseconds(4000));
  CHECK(s.facts.last_packet > s.clock.now() - Milliseconds(5000));
  CHECK(s.facts_after([&] { s.gateway->peer_back(e); }) == Lines{"back east e"});

  CHECK(s.facts_after([&] { s.gateway->peer_lost(e, seen); }) == Lines{"lost east e"});
  CHECK(s.facts_after([&] { s.gateway->peer_closed(e, "no consent", seen); }).empty());
  // A new connection within the hold: the rules decide what it means.
  const auto again = s.join(PeerRole::kVenue, s.east, s.page_offer(), "e2");
  REQUIRE(again);
  CHECK(s.facts_after([&] { s.connected(*again); }) == Lines{"joined east e2"});

  int left = 0;
  CHECK(s.facts_after([&] {
    s.gateway->async_leave(*again, [&](Result<void> result) { left += result.has_value(); });
  }) == Lines{"lost east e2"});
  CHECK(left == 1);
  CHECK(s.facts_after([&] { s.gateway->peer_closed(*again, "close", seen); }).empty());
  ErrorCode code{};
  s.gateway->async_leave(*again, [&](Result<void> result) { code = result.error().code; });
  s.loop.run_ready();
  CHECK(code == ErrorCode::kNotFound);
}

TEST_CASE("a second device takes the seat over") {
  GatewayScene s;
  const auto first = s.page(s.east, "first");
  s.facts.take();
  const auto second = s.join(PeerRole::kVenue, s.east, s.page_offer(), "second");
  REQUIRE(second);
  CHECK(s.facts.take() == Lines{"taken over east first second"});
  CHECK(s.port->closed == std::vector<PeerId>{first});
  CHECK(s.source_of(*second, MediaKind::kVideo) == rtc::SourceId{4});  // the seat's, as before
  CHECK(s.facts_after([&] {
           s.gateway->peer_closed(first, "close", SystemClock().now());
           s.connected(*second);
         }).empty());
  CHECK(s.facts_after([&] { s.gateway->peer_lost(*second, SystemClock().now()); }) ==
        Lines{"lost east second"});

  SECTION("even when its line is lost, so that the old page does not come back by itself") {
    const auto third = s.join(PeerRole::kVenue, s.east, s.page_offer(), "third");
    REQUIRE(third);
    CHECK(s.facts.take() == Lines{"taken over east second third"});
    CHECK(s.facts_after([&] { s.connected(*third); }).empty());
    CHECK(s.facts_after([&] { s.gateway->peer_closed(*third, "close", s.clock.now()); }) ==
          Lines{"lost east third"});
  }
  SECTION("a device that took over and never connects is a lost line") {
    s.gateway->peer_back(*second);
    const auto third = s.join(PeerRole::kVenue, s.east, s.page_offer(), "third");
    REQUIRE(third);
    CHECK(s.facts_after([&] { s.gateway->peer_closed(*third, "DTLS", s.clock.now()); }) ==
          Lines{"lost east third"});
  }
  SECTION("a refused offer displaces nobody") {
    const auto bad = s.join(PeerRole::kVenue, s.east, "bad", "bad");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code == ErrorCode::kMalformed);
    CHECK(s.port->peers.count(*second) == 1);
  }
}

TEST_CASE("an encoder publishes for a venue whose page only receives") {
  GatewayScene s;
  const auto page = s.join(PeerRole::kVenue, s.east, s.offer(0, 0, 4, 3), "page");
  REQUIRE(page);
  s.connected(*page);
  const auto encoder = s.join(PeerRole::kPublisher, s.east, s.offer(1, 1, 0, 0), "encoder");
  REQUIRE(encoder);
  s.connected(*encoder);
  CHECK(s.facts.take() == Lines{"joined east page"});
  CHECK(s.port->closed.empty());
  CHECK(s.port->peers.at(*encoder).plan.slots.empty());
  SECTION("the seat is lost with its last peer only, by the name under which it joined") {
    CHECK(s.facts_after([&] { s.gateway->peer_closed(*page, "close", s.clock.now()); }).empty());
    CHECK(s.facts_after([&] { s.gateway->peer_lost(*encoder, s.clock.now()); }) ==
          Lines{"lost east page"});
    CHECK(s.facts_after([&] { s.gateway->peer_back(*encoder); }) == Lines{"back east encoder"});
  }
  SECTION("a page with a camera takes the place of both") {
    const auto sender = s.join(PeerRole::kVenue, s.east, s.page_offer(), "sender");
    REQUIRE(sender);
    auto lines = s.facts.take();
    std::sort(lines.begin(), lines.end());
    CHECK(lines == Lines{"taken over east encoder sender", "taken over east page sender"});
  }
  // A camera-only encoder and a sound-only page get along.
  const auto camera = s.join(PeerRole::kPublisher, s.west, s.offer(0, 1, 0, 0), "camera");
  const auto sound = s.join(PeerRole::kVenue, s.west, s.offer(1, 0, 4, 3), "sound");
  REQUIRE((camera && sound));
  CHECK(s.port->peers.count(*camera) == 1);
  CHECK(s.port->peers.at(*sound).plan.publish.video.empty());
}

TEST_CASE("console, display and watcher are no presence") {
  GatewayScene s;
  s.page(s.main, "m");
  s.page(s.east, "e");
  s.facts.take();
  const auto console = s.join(PeerRole::kConsole, s.main, s.offer(0, 0, 4, 28), "console");
  const auto display = s.join(PeerRole::kDisplay, s.main, s.offer(0, 0, 1, 6), "display");
  const auto watcher = s.join(PeerRole::kWatcher, std::nullopt, s.offer(0, 0, 1, 1), "watcher");
  REQUIRE((console && display && watcher));
  for (const auto& peer : {*console, *display, *watcher}) {
    s.connected(peer);
    s.gateway->peer_lost(peer, s.clock.now());
    s.gateway->peer_back(peer);
  }
  s.loop.run_ready();
  CHECK(s.facts.take().empty());

  s.gateway->set_stage(s.meeting, s.main, s.east);
  s.gateway->open_gate(s.meeting, s.main);
  s.gateway->set_wall(*console, {s.east, s.main});
  s.gateway->set_wall(*display, {VenueId::make(), s.east});
  s.gateway->set_wall(PeerId::make(), {s.east});
  CHECK(s.in_slot(*console, "stage_main") == "main");
  CHECK(s.in_slot(*console, "sound_1") == "main");
  CHECK(s.in_slot(*console, "wall_1") == "east");
  CHECK(s.in_slot(*console, "wall_2") == "main");
  CHECK(s.in_slot(*display, "stage_main") == "main");
  CHECK(s.in_slot(*display, "wall_1") == "-");  // a venue that the meeting does not have
  CHECK(s.in_slot(*display, "wall_2") == "east");
  CHECK(s.port->peers.at(*display).plan.slots.size() == 6);
  CHECK(s.in_slot(*watcher, "sound_1") == "main");
}

TEST_CASE("a peer with fewer m-lines gets the first slots only") {
  GatewayScene s;
  const auto phone = s.join(PeerRole::kVenue, s.east, s.offer(1, 0, 2, 1), "phone");
  REQUIRE(phone);
  std::vector<std::string> names;
  for (const auto& slot : s.port->peers.at(*phone).plan.slots) names.push_back(slot.name);
  CHECK(names == Lines{"stage_main", "sound_1", "sound_2"});
  s.page(s.main, "m");
  s.gateway->set_stage(s.meeting, s.west, s.main);
  s.gateway->open_gate(s.meeting, s.main);
  CHECK(s.in_slot(*phone, "sound_2") == "main");
}

TEST_CASE("slot names and venues go back to pages") {
  GatewayScene s;
  const auto m = s.page(s.main, "m"), e = s.page(s.east, "e");
  s.gateway->slot_shown(e, 0, s.source_of(m, MediaKind::kVideo));
  s.gateway->slot_shown(e, 3, s.source_of(m, MediaKind::kAudio));
  s.gateway->slot_shown(e, 0, std::nullopt);
  s.gateway->slot_shown(e, 99, std::nullopt);
  s.gateway->slot_shown(e, 0, rtc::SourceId{999});
  s.loop.run_ready();
  CHECK(s.facts.slots == Lines{"e stage_main main", "e sound_1 main", "e stage_main -"});
}

TEST_CASE("joins that are refused") {
  GatewayScene s;
  const auto code = [&](PeerRole role, std::optional<VenueId> venue, const std::string& sdp) {
    const auto peer = s.join(role, venue, sdp, "x");
    REQUIRE_FALSE(peer);
    CHECK_FALSE(peer.error().zh.empty());
    CHECK_FALSE(peer.error().en.empty());
    return peer.error().code;
  };
  CHECK(code(PeerRole::kVenue, std::nullopt, s.page_offer()) == ErrorCode::kInvalid);
  CHECK(code(PeerRole::kPublisher, std::nullopt, s.page_offer()) == ErrorCode::kInvalid);
  CHECK(code(PeerRole::kVenue, VenueId::make(), s.page_offer()) == ErrorCode::kNotFound);
  CHECK(code(PeerRole::kVenue, s.east, "bad") == ErrorCode::kMalformed);
  s.gateway->close_meeting(s.meeting);
  CHECK(code(PeerRole::kVenue, s.east, s.page_offer()) == ErrorCode::kGone);
}

TEST_CASE("pages connect before the meeting is opened") {
  GatewayScene s(false);
  const auto e = s.page(s.east, "e");
  CHECK(s.facts.take() == Lines{"joined east e"});
  REQUIRE(s.gateway->pipeline_dot(s.meeting));
  s.gateway->open_gate(s.meeting, s.main);  // before anybody of that venue came
  s.gateway->set_stage(s.meeting, s.main, std::nullopt);
  CHECK(s.in_slot(e, "stage_main") == "-");
  const auto m = s.page(s.main, "m");
  CHECK(s.port->sources.at(s.source_of(m, MediaKind::kAudio)).gate_open);
  CHECK(s.in_slot(e, "stage_main") == "main");

  SECTION("opening twice changes nothing, and adds the venues that were missing") {
    const auto sources = [&] { return s.port->sources.size(); };
    CHECK(sources() == 4);
    for (int i = 0; i < 2; ++i)
      s.gateway->open_meeting(s.meeting, {{s.main, domain::VenueKind::kMain, "主会场", {}, 0},
                                          {s.east, domain::VenueKind::kBranch, "东溪村", {}, 1},
                                          {s.west, domain::VenueKind::kBranch, "西坪村", {}, 2}});
    CHECK(sources() == 6);
    CHECK(s.in_slot(e, "stage_main") == "main");
    CHECK(s.port->closed.empty());
  }
  SECTION("without peers nothing of it stays") {
    for (const auto& peer : {e, m}) s.gateway->peer_closed(peer, "close", s.clock.now());
    s.loop.run_ready();
    CHECK_FALSE(s.gateway->pipeline_dot(s.meeting));
    CHECK(s.port->sources.empty());
  }
}

TEST_CASE("closing a meeting closes its peers and reports nobody as lost") {
  GatewayScene s;
  const auto e = s.page(s.east, "e");
  s.facts.take();
  CHECK(s.facts_after([&] {
           s.gateway->close_meeting(s.meeting);
           s.gateway->peer_closed(e, "close", s.clock.now());
         }).empty());
  CHECK(s.port->closed == std::vector<PeerId>{e});
  CHECK(s.port->sources.empty());
  CHECK(s.gateway->pipeline_dot(s.meeting).error().code == ErrorCode::kNotFound);
  s.gateway->close_meeting(s.meeting);
  // What comes late does not bring it back.
  s.gateway->open_gate(s.meeting, s.east);
  s.gateway->set_stage(s.meeting, s.east, std::nullopt);
  CHECK_FALSE(s.gateway->pipeline_dot(s.meeting));
}

TEST_CASE("restart goes to the transport") {
  GatewayScene s;
  const auto e = s.page(s.east, "e");
  std::string answer;
  s.gateway->async_restart(e, "fragment", [&](Result<std::string> r) { answer = r.value(); });
  ErrorCode code{};
  s.gateway->async_restart(PeerId::make(), "",
                           [&](Result<std::string> r) { code = r.error().code; });
  s.loop.run_ready();
  CHECK(answer == "restarted fragment");
  CHECK(code == ErrorCode::kNotFound);
}

TEST_CASE("figures of connected venues each second") {
  GatewayScene s;
  const auto e = s.page(s.east, "e");
  const auto microphone = s.source_of(e, MediaKind::kAudio);
  rtc::PeerStats peer{e};
  peer.bytes_in = 50'000;
  peer.bytes_out = 100'000;
  peer.loss_up = 0.02;
  peer.rtt_ms = 18;
  s.port->stats.peers = {peer};
  s.port->stats.sources = {{microphone, 50, 5000, 0, 0, false, -31}};
  REQUIRE(s.loop.run_until([&] { return !s.facts.last_figures.empty(); }));
  auto figures = s.facts.last_figures.at(0);
  CHECK(figures.venue == s.east);
  CHECK(figures.level_dbov == -31);
  CHECK(figures.loss_up == 0.02);
  CHECK(figures.rtt_ms == 18);
  CHECK(figures.up_kbps > 0);
  CHECK(figures.down_kbps == Approx(2 * figures.up_kbps));
  // The same counters again: nothing moved, a level without packets is silence.
  s.facts.last_figures.clear();
  s.gateway->measure();
  REQUIRE(s.loop.run_until([&] { return !s.facts.last_figures.empty(); }));
  CHECK(s.facts.last_figures.at(0).up_kbps == 0);
  CHECK(s.facts.last_figures.at(0).level_dbov == -127);
}

TEST_CASE("stills through the gateway") {
  GatewayScene s;
  const auto code = [&](MeetingId meeting, VenueId venue) {
    std::optional<ErrorCode> answer;
    s.gateway->async_still(meeting, venue, [&](Result<std::string> r) {
      REQUIRE_FALSE(r);
      answer = r.error().code;
    });
    REQUIRE(s.loop.run_until([&] { return answer.has_value(); }));
    return *answer;
  };
  CHECK(code(MeetingId::make(), s.east) == ErrorCode::kNotFound);
  CHECK(code(s.meeting, VenueId::make()) == ErrorCode::kNotFound);
  CHECK(code(s.meeting, s.east) == ErrorCode::kUnavailable);  // not connected

  const auto e = s.page(s.east, "e");
  REQUIRE(s.loop.run_until(
      [&] { return s.port->sources.at(s.source_of(e, MediaKind::kVideo)).ingress != nullptr; }));
  std::optional<ErrorCode> answer;
  s.gateway->async_still(s.meeting, s.east,
                         [&](Result<std::string> r) { answer = r.error().code; });
  s.loop.run_ready();
  CHECK_FALSE(answer);
  s.gateway->close_meeting(s.meeting);  // whoever waits is told
  CHECK(answer == ErrorCode::kUnavailable);
}

TEST_CASE("a gateway that goes leaves nobody to be called") {
  auto s = std::make_unique<GatewayScene>();
  bool called = false;
  s->gateway->async_still(s->meeting, s->east, [&](Result<std::string>) { called = true; });
  s->gateway.reset();
  s->loop.run_ready();
  CHECK_FALSE(called);
}

TEST_CASE("a pipeline folder with an error refuses the start") {
  init_media();
  const auto missing = media::Pipelines::load("/nonexistent");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::kUnavailable);
  CHECK(missing.error().zh.find("/nonexistent/venue.launch") != std::string::npos);
}

}  // namespace huiban::test
