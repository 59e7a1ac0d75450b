// A venue's screen beside its camera, and the tester's sound that nobody else gets.
#include "tests/media/gateway_scene.h"

namespace huiban::test {
namespace {

using Lines = std::vector<std::string>;
using rtc::MediaKind;

std::string screen() {
  return GatewayScene::offer(0, 1, 0, 0);
}

}  // namespace

TEST_CASE("a screen is shown to everybody but its own page, as long as it is allowed and sent") {
  GatewayScene s;
  const auto m = s.page(s.main, "m"), e = s.page(s.east, "e"), w = s.page(s.west, "w");
  const auto display = s.join(domain::PeerRole::kDisplay, s.east, GatewayScene::offer(0, 0, 0, 6), "d");
  s.facts.take();
  const auto refused = s.join(domain::PeerRole::kSharer, s.east, screen(), "x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kForbidden);
  s.gateway->set_content(s.meeting, s.east);
  CHECK_FALSE(s.join(domain::PeerRole::kSharer, s.west, screen(), "x"));
  const auto sharer = s.join(domain::PeerRole::kSharer, s.east, screen(), "screen");
  REQUIRE(sharer);
  CHECK(s.in_slot(w, "content") == "-");  // not connected yet
  s.connected(*sharer);
  CHECK(s.facts.take() == Lines{"shares east screen"});  // and no presence
  CHECK(s.in_slot(w, "content") == "east");
  CHECK(s.in_slot(m, "content") == "east");
  CHECK(s.in_slot(e, "content") == "-");
  CHECK(s.in_slot(*display, "content") == "east");  // the hall of that venue
  s.gateway->set_stage(s.meeting, s.west, std::nullopt);
  CHECK(s.in_slot(m, "content") == "east");

  const auto second = s.join(domain::PeerRole::kSharer, s.east, screen(), "second");
  REQUIRE(second);
  s.connected(*second);
  CHECK(s.facts.take() == Lines{"stops sharing east screen", "shares east second"});
  CHECK(s.in_slot(w, "content") == "east");

  s.gateway->set_content(s.meeting, std::nullopt);
  CHECK(s.facts.take() == Lines{"stops sharing east second"});
  CHECK(s.in_slot(w, "content") == "-");
  CHECK(s.facts.closed.back() == *second);
}

TEST_CASE("a sharer that goes takes its screen along") {
  GatewayScene s;
  const auto w = s.page(s.west, "w");
  s.gateway->set_content(s.meeting, s.east);
  const auto sharer = s.join(domain::PeerRole::kSharer, s.east, screen(), "screen");
  REQUIRE(sharer);
  s.connected(*sharer);
  CHECK(s.in_slot(w, "content") == "east");
  s.gateway->async_leave(*sharer, [](Result<void>) {});
  s.loop.run_until([&] { return s.in_slot(w, "content") == "-"; });
  CHECK(s.in_slot(w, "content") == "-");
}

TEST_CASE("a tester gets its own sound back, and is no presence") {
  GatewayScene s;
  const auto w = s.page(s.west, "w");
  s.facts.take();
  const auto tester =
      s.join(domain::PeerRole::kTester, s.east, GatewayScene::offer(1, 0, 1, 0), "t");
  REQUIRE(tester);
  s.connected(*tester);
  CHECK(s.port->in_slot(*tester, "sound_1") == s.source_of(*tester, MediaKind::kAudio));
  CHECK(s.in_slot(w, "sound_1") == "-");
  CHECK(s.facts.take().empty());
}

}  // namespace huiban::test
