// The real transport with webrtcbin at both ends, over loopback.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "media/gateway.h"
#include "media/state_change.h"
#include "tests/media/interop/webrtc_peer.h"
#include "tests/media/loop.h"
#include "tests/media/recorded_facts.h"

namespace huiban::test {
namespace {

using domain::PeerRole;

constexpr std::uint32_t kBlue = 0xff2040c0, kGreen = 0xff20a040;
constexpr double kMainTone = 440, kEastTone = 880;

bool near(double hz, double tone) {
  return std::abs(hz - tone) <= 20;
}

struct Hall {
  Hall() {
    init_media();
    media::GatewayConfig config;
    config.transport.port = 0;
    config.transport.announce = {"127.0.0.1"};
    config.transport.bind_address = "127.0.0.1";
    config.pipelines_dir = std::string(HUIBAN_SOURCE_DIR) + "/pipelines";
    auto made = media::create_gateway(config, facts, loop, clock);
    if (!made) FAIL(made.error().en);
    gateway = std::move(*made);
    facts.venue_names = {{main, "main"}, {east, "east"}};
    gateway->open_meeting(meeting, {{main, domain::VenueKind::kMain, "主会场", {}, 0},
                                    {east, domain::VenueKind::kBranch, "东溪村", {}, 1}});
  }
  ~Hall() {
    gateway.reset();
    loop.run_ready();
    CHECK(media::wait_for_workers(Milliseconds(5000)));
  }

  PeerId join(WebRtcPeer& peer, PeerRole role, std::optional<VenueId> venue,
              const std::string& name) {
    std::optional<Result<domain::JoinAnswer>> answer;
    gateway->async_join({meeting, role, venue, peer.offer(), {}},
                        [&](Result<domain::JoinAnswer> result) {
                          if (result) facts.peer_names[result->peer] = name;
                          answer = std::move(result);
                        });
    REQUIRE(loop.run_until([&] { return answer.has_value(); }));
    if (!*answer) FAIL((*answer).error().en + " " + (*answer).error().detail);
    peer.answer((*answer)->answer_sdp);
    return (*answer)->peer;
  }
  bool reported(const std::string& line) {
    return loop.run_until([&] {
      return std::find(facts.lines.begin(), facts.lines.end(), line) != facts.lines.end();
    });
  }
  bool shown(const std::string& line) {
    return loop.run_until([&] {
      return std::find(facts.slots.begin(), facts.slots.end(), line) != facts.slots.end();
    });
  }

  Loop loop;
  SystemClock clock;
  RecordedFacts facts;
  std::unique_ptr<domain::MediaGateway> gateway;
  MeetingId meeting = MeetingId::make();
  VenueId main = VenueId::make(), east = VenueId::make();
};

}  // namespace

TEST_CASE("webrtcbin peers meet through the gateway") {
  Hall hall;
  // WHIP: two venues' encoders; WHEP: one watcher; a venue page's shape for the branch that
  // listens.
  WebRtcPeer main(hall.loop, {kBlue, kMainTone, 0, 0});
  WebRtcPeer east(hall.loop, {kGreen, kEastTone, 0, 0});
  const auto main_id = hall.join(main, PeerRole::kPublisher, hall.main, "main");
  hall.join(east, PeerRole::kPublisher, hall.east, "east");
  REQUIRE(hall.reported("joined main main"));
  REQUIRE(hall.reported("joined east east"));
  WebRtcPeer watcher(hall.loop, {0, 0, 1, 1});
  hall.join(watcher, PeerRole::kWatcher, std::nullopt, "watcher");

  INFO("the main venue on the stage, with the floor");
  hall.gateway->set_stage(hall.meeting, hall.main, std::nullopt);
  hall.gateway->open_gate(hall.meeting, hall.main);
  REQUIRE(hall.loop.run_until([&] { return watcher.sees(0, kBlue); }, Milliseconds(15000)));
  REQUIRE(hall.loop.run_until([&] { return near(watcher.heard_hz(0), kMainTone); }));
  CHECK(hall.shown("watcher stage_main main"));
  CHECK(hall.shown("watcher sound_1 main"));

  INFO("switched to the branch");
  hall.gateway->open_gate(hall.meeting, hall.east);
  hall.gateway->set_stage(hall.meeting, hall.east, hall.main);
  REQUIRE(hall.loop.run_until([&] { return watcher.sees(0, kGreen); }));
  REQUIRE(hall.loop.run_until([&] { return near(watcher.heard_hz(0), kEastTone); }));
  CHECK(hall.shown("watcher stage_main east"));

  INFO("figures");
  REQUIRE(hall.loop.run_until([&] {
    return hall.facts.last_figures.size() == 2 && hall.facts.last_figures[0].up_kbps > 10 &&
           hall.facts.last_figures[1].up_kbps > 10;
  }));

  INFO("a still of a venue, while it is not on the stage");
  std::optional<Result<std::string>> still;
  hall.gateway->async_still(hall.meeting, hall.main,
                            [&](Result<std::string> result) { still = std::move(result); });
  REQUIRE(hall.loop.run_until([&] { return still.has_value(); }));
  if (!*still) FAIL((*still).error().detail);
  CHECK((*still)->substr(0, 2) == "\xff\xd8");

  INFO("the floor revoked: no sound any more, the picture goes on");
  bool closed = false;
  hall.gateway->close_gates(hall.meeting, {hall.east}, [&] { closed = true; });
  REQUIRE(hall.loop.run_until([&] { return closed; }));
  REQUIRE(hall.loop.run_until([&] {  // what was on its way and in the jitter buffer has been played
    const auto before = watcher.sounds(0);
    hall.loop.run_until([] { return false; }, Milliseconds(300));
    return watcher.sounds(0) == before;
  }));
  const auto sounds = watcher.sounds(0);
  const auto pictures = watcher.pictures(0);
  REQUIRE(hall.loop.run_until([&] { return watcher.pictures(0) > pictures + 8; }));
  CHECK(watcher.sounds(0) == sounds);

  INFO("leaving");
  bool left = false;
  hall.gateway->async_leave(main_id, [&](Result<void> result) { left = result.has_value(); });
  CHECK(hall.reported("lost main main"));
  CHECK(hall.loop.run_until([&] { return left; }));
  CHECK(std::none_of(hall.facts.lines.begin(), hall.facts.lines.end(),
                     [](const std::string& line) { return line.starts_with("fault"); }));
}

TEST_CASE("a second webrtcbin takes the seat over and receivers go on") {
  Hall hall;
  auto first = std::make_unique<WebRtcPeer>(hall.loop, WebRtcShape{kBlue, kMainTone, 0, 0});
  hall.join(*first, PeerRole::kPublisher, hall.main, "first");
  WebRtcPeer watcher(hall.loop, {0, 0, 1, 1});
  hall.join(watcher, PeerRole::kWatcher, std::nullopt, "watcher");
  hall.gateway->set_stage(hall.meeting, hall.main, std::nullopt);
  hall.gateway->open_gate(hall.meeting, hall.main);
  REQUIRE(hall.loop.run_until([&] { return watcher.sees(0, kBlue); }, Milliseconds(15000)));

  WebRtcPeer second(hall.loop, {kGreen, kEastTone, 0, 0});
  hall.join(second, PeerRole::kPublisher, hall.main, "second");
  REQUIRE(hall.loop.run_until([&] { return watcher.sees(0, kGreen); }));
  REQUIRE(hall.loop.run_until([&] { return near(watcher.heard_hz(0), kEastTone); }));
  CHECK(std::count_if(hall.facts.lines.begin(), hall.facts.lines.end(), [](const auto& line) {
          return line.starts_with("taken over main first");
        }) == 1);
}

TEST_CASE("a venue page and a console with all their slots") {
  Hall hall;
  WebRtcPeer main(hall.loop, {kBlue, kMainTone, 0, 0});
  hall.join(main, PeerRole::kPublisher, hall.main, "main");
  WebRtcPeer page(hall.loop, {kGreen, kEastTone, 3, 4});
  hall.join(page, PeerRole::kVenue, hall.east, "page");
  WebRtcPeer console(hall.loop, {0, 0, 5, 4});  // stage, second, content, two wall tiles
  const auto console_id = hall.join(console, PeerRole::kConsole, hall.main, "console");
  hall.gateway->set_stage(hall.meeting, hall.east, hall.main);
  hall.gateway->open_gate(hall.meeting, hall.main);
  hall.gateway->open_gate(hall.meeting, hall.east);
  hall.gateway->set_wall(console_id, {hall.main, hall.east});

  INFO("the branch on the stage sees and hears the main venue, never itself");
  REQUIRE(hall.loop.run_until([&] { return page.sees(0, kBlue); }, Milliseconds(15000)));
  REQUIRE(hall.loop.run_until([&] { return near(page.heard_hz(0), kMainTone); }));
  INFO("the console sees the true stage and its wall, and hears both");
  REQUIRE(hall.loop.run_until([&] {
    return console.sees(0, kGreen) && console.sees(1, kBlue) && console.sees(3, kBlue) &&
           console.sees(4, kGreen);
  }));
  REQUIRE(hall.loop.run_until([&] {
    return near(console.heard_hz(0), kEastTone) && near(console.heard_hz(1), kMainTone);
  }));
  CHECK(hall.shown("console wall_2 east"));
  CHECK(page.pictures(1) + page.pictures(2) == 0);
  CHECK(page.sounds(1) + page.sounds(2) + page.sounds(3) == 0);

  INFO("the wall turned around: sources move, slots stay");
  hall.gateway->set_wall(console_id, {hall.east, hall.main});
  REQUIRE(hall.loop.run_until([&] { return console.sees(3, kGreen) && console.sees(4, kBlue); }));
}

TEST_CASE("what cannot be started is refused with a reason") {
  Hall hall;
  const auto refused = [&](std::uint16_t port, const std::string& pipelines) {
    media::GatewayConfig config;
    config.transport.bind_address = "127.0.0.1";
    config.transport.port = port;
    config.pipelines_dir = pipelines;
    RecordedFacts facts;
    const auto none = media::create_gateway(config, facts, hall.loop, hall.clock);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == ErrorCode::kUnavailable);
    return none.error().zh + none.error().en;
  };
  CHECK(refused(0, "/nonexistent").find("/nonexistent/venue.launch") != std::string::npos);

  const int taken = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(bind(taken, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto port = ntohs(address.sin_port);
  CHECK(refused(port, std::string(HUIBAN_SOURCE_DIR) + "/pipelines").find(std::to_string(port)) !=
        std::string::npos);
  close(taken);
}

}  // namespace huiban::test
