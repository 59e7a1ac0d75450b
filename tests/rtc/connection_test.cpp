// Connections: what is refused, what changes an address, what silence means.
#include "rtc/rtp.h"
#include "rtc/stun.h"
#include "tests/rtc/venue.h"

using namespace huiban;
using namespace huiban::rtc;
using namespace huiban::rtc::test;

namespace {

constexpr SourceId kSound{1}, kPicture{2};

struct Pair : Venue {
  explicit Pair(TransportConfig config = {}) : Venue(std::move(config)) {
    transport->async_add_source(kSound, MediaKind::kAudio, true);
    transport->async_add_source(kPicture, MediaKind::kVideo, true);
  }
  void join_both() {
    join(sender, sender_plan);
    join(watcher, watcher_plan_);
    transport->async_show(watcher_plan_.peer, 1, kSound);
    settle();
  }
  void send_sound() {
    sender.send_rtp(sender.make_rtp(0, sequence, sequence * 960u, false, Bytes(50, 1)));
    ++sequence;
  }
  std::uint64_t sounds() { return watcher.counted[watcher.lines[1].ssrc]; }

  PeerPlan sender_plan = publisher_plan({kSound}, {kPicture});
  PeerPlan watcher_plan_ = watcher_plan();
  RtcClient sender{*identity, sending_lines()};
  RtcClient watcher{*identity, receiving_lines()};
  std::uint16_t sequence = 1;
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

}  // namespace

TEST_CASE("a certificate that is not the announced one is refused before any key is used") {
  Pair p;
  const auto other = std::move(*DtlsIdentity::create());
  std::promise<Result<std::string>> promise;
  p.transport->async_answer(
      p.sender_plan, replaced(p.sender.offer(), p.identity->fingerprint(), other->fingerprint()),
      [&](Result<std::string> r) { promise.set_value(std::move(r)); });
  const auto answer = promise.get_future().get();
  REQUIRE(answer);
  REQUIRE(p.sender.accept(*answer));
  CHECK(p.sender.pump([&] { return p.observer.has(p.sender_plan.peer, "closed"); }));
  CHECK(p.observer.has(p.sender_plan.peer, "not the one the offer announced"));
  CHECK_FALSE(p.observer.has(p.sender_plan.peer, "connected"));
  CHECK_FALSE(p.sender.is_connected());
}

TEST_CASE("a server whose certificate differs is refused by the client") {
  Pair p;
  const auto answer = p.answer(p.sender, p.sender_plan);
  REQUIRE(answer);
  REQUIRE(
      p.sender.accept(replaced(*answer, "a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:")));
  CHECK(p.sender.pump([&] { return !p.sender.failure().empty(); }));
  CHECK(p.sender.pump([&] { return p.observer.has(p.sender_plan.peer, "closed: DTLS"); }));
}

TEST_CASE("unknown user names get 401, at a limited rate; a wrong password changes nothing") {
  Pair p;
  const auto answer = p.answer(p.sender, p.sender_plan);
  REQUIRE(answer);
  RtcClient stranger(*p.identity, sending_lines());
  REQUIRE(stranger.accept(replaced(*answer, "a=ice-pwd:", "a=ice-pwd:x")));
  CHECK(stranger.pump([&] { return stranger.checks_refused > 0; }));
  CHECK(stranger.checks_answered == 0);
  const auto refused = stranger.checks_refused;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i)
    stranger.send_raw(write_binding_request({1, 2}, "nobody:x", "pass", true, 1, 1));
  stranger.pump([] { return false; }, milliseconds(300));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  CHECK(double(stranger.checks_refused - refused) < 60 + 55 * seconds);
  CHECK(p.stats().unknown_packets >= 2000);
  REQUIRE(p.sender.accept(*answer));  // the real one still gets in
  CHECK(p.sender.pump([&] { return p.sender.is_connected(); }));
}

TEST_CASE("garbage of every kind on the port leaves the server unharmed") {
  Pair p;
  p.join_both();
  std::uint32_t seed = 99;
  const auto random = [&seed] { return seed = seed * 1664525 + 1013904223, seed >> 8; };
  for (int i = 0; i < 3000; ++i) {
    Bytes garbage(random() % 300);
    for (auto& byte : garbage) byte = std::uint8_t(random());
    static constexpr std::uint8_t kFirst[] = {0, 1, 20, 22, 23, 63, 128, 144, 191, 255};
    if (!garbage.empty()) garbage[0] = kFirst[random() % 10];
    p.sender.send_raw(garbage);  // from a known address
    if (i % 2 == 0) p.watcher.send_raw(garbage);
  }
  // Well sealed and wrong inside.
  for (std::size_t size = 12; size < 40; ++size) {
    Bytes packet = p.sender.make_rtp(1, std::uint16_t(size), 0, false, Bytes(size - 12, 0xff));
    packet[0] |= 0x20;  // a padding that is none
    p.sender.send_rtp(packet);
    Bytes rtcp{0x9f, 206, 0, 1, 0, 0, 0, std::uint8_t(size)};
    rtcp.resize(size / 4 * 4, 0xff);
    p.sender.send_rtcp(rtcp);
  }
  REQUIRE(p.sender.pump([&] {
    p.send_sound();
    p.watcher.on_readable();
    return p.sounds() > 3;
  }));
}

TEST_CASE("packets go to a new address only after an authenticated check from there") {
  Pair p;
  p.join_both();
  p.send_sound();
  REQUIRE(p.watcher.pump([&] { return p.sounds() == 1; }));
  p.watcher.answers_checks = false;
  p.watcher.move();
  Bytes report;
  append_rtcp(report, ReceiverReport{1, {}});
  p.watcher.send_rtcp(report);  // from an address nobody vouched for
  p.send_sound();
  p.settle();
  p.watcher.pump([&] { return p.sounds() > 1; }, milliseconds(100));
  CHECK(p.sounds() == 1);
  p.watcher.answers_checks = true;
  const auto answered = p.watcher.checks_answered;
  REQUIRE(p.watcher.pump([&] { return p.watcher.checks_answered > answered; }));
  p.send_sound();
  CHECK(p.watcher.pump([&] { return p.sounds() == 2; }));
  CHECK_FALSE(p.observer.has(p.watcher_plan_.peer, "closed"));
}

TEST_CASE("an ICE restart: new credentials both ways, packets go on, the old ones end") {
  Pair p;
  p.join_both();
  const auto restart = [&](PeerId peer, const std::string& fragment) {
    std::promise<Result<std::string>> promise;
    p.transport->async_restart(peer, fragment,
                               [&](Result<std::string> r) { promise.set_value(std::move(r)); });
    return promise.get_future().get();
  };
  const auto reply = restart(p.watcher_plan_.peer, p.watcher.restart_fragment());
  REQUIRE(reply);
  p.send_sound();
  REQUIRE(p.watcher.pump([&] { return p.sounds() == 1; }));
  p.watcher.move();
  const auto answered = p.watcher.checks_answered;
  REQUIRE(p.watcher.accept_restart(*reply));
  REQUIRE(p.watcher.pump([&] { return p.watcher.checks_answered > answered; }));
  p.send_sound();
  CHECK(p.watcher.pump([&] { return p.sounds() == 2; }));
  CHECK(restart(PeerId::make(), p.watcher.restart_fragment()).error().code == ErrorCode::kNotFound);
  CHECK(restart(p.watcher_plan_.peer, "nonsense").error().code == ErrorCode::kMalformed);
}

TEST_CASE("silence: lost, back, and closed without consent") {
  TransportConfig config;
  config.silence = milliseconds(300);
  config.quiet_silence = milliseconds(1600);
  config.consent = milliseconds(2500);
  Pair p(config);
  p.join_both();
  p.sender.answers_checks = false;
  const auto pump_both = [&](const std::function<bool()>& until, milliseconds deadline) {
    return p.watcher.pump([&] { return until(); }, deadline);
  };
  p.send_sound();
  CHECK(pump_both([&] { return p.observer.has(p.sender_plan.peer, "lost"); }, milliseconds(3000)));
  CHECK_FALSE(p.observer.has(p.watcher_plan_.peer, "lost"));  // its checks come once a second
  // What anybody could send from this address is no sign of life: neither DTLS nor RTP without keys.
  Bytes forged(13, 0);
  forged[0] = 0x17;
  p.sender.send_raw(forged);
  forged[0] = 0x80;
  p.sender.send_raw(forged);
  CHECK_FALSE(
      pump_both([&] { return p.observer.has(p.sender_plan.peer, "back"); }, milliseconds(150)));
  p.send_sound();
  CHECK(pump_both([&] { return p.observer.has(p.sender_plan.peer, "back"); }, milliseconds(1000)));
  CHECK(pump_both([&] { return p.observer.has(p.sender_plan.peer, "closed: no consent"); },
                  milliseconds(5000)));
  CHECK_FALSE(p.observer.has(p.watcher_plan_.peer, "closed"));
}

TEST_CASE(
    "a slot asked for before the connection and before its source is filled when both are there") {
  Venue v;
  PeerPlan sender_plan = publisher_plan({kSound}, {kPicture}), plan = watcher_plan();
  RtcClient sender(*v.identity, sending_lines()), watcher(*v.identity, receiving_lines());
  const auto answer = v.answer(watcher, plan);
  REQUIRE(answer);
  v.transport->async_show(plan.peer, 1, kSound);
  REQUIRE(watcher.accept(*answer));
  REQUIRE(watcher.pump([&] { return v.observer.has(plan.peer, "connected"); }));
  v.join(sender, sender_plan);
  v.transport->async_add_source(kSound, MediaKind::kAudio, true);
  v.transport->async_show(plan.peer, 0, kSound);  // sound in a slot for pictures, and no such slot
  v.transport->async_show(plan.peer, 9, kSound);
  v.settle();
  std::uint16_t sequence = 0;
  CHECK(watcher.pump([&] {
    ++sequence;
    sender.send_rtp(sender.make_rtp(0, sequence, sequence * 960u, false, Bytes(50, 1)));
    return watcher.counted[watcher.lines[1].ssrc] > 2;
  }));
  CHECK(v.observer.has(plan.peer, "slot 1 1"));
  CHECK(watcher.counted[watcher.lines[0].ssrc] == 0);
  CHECK_FALSE(v.observer.has(plan.peer, "slot 0"));
}

TEST_CASE("a peer that never connects is closed in the end") {
  TransportConfig config;
  config.consent = milliseconds(300);
  Pair p(config);
  REQUIRE(p.answer(p.sender, p.sender_plan));
  CHECK(p.sender.pump([&] { return p.observer.has(p.sender_plan.peer, "closed: no connection"); }));
}

TEST_CASE("a taken port is refused by name; a peer id is used once; a bad offer changes nothing") {
  Pair p;
  TransportConfig config;
  config.bind_address = "127.0.0.1";
  config.port = p.transport->port();
  const auto second = Transport::create(config, p.observer);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::kUnavailable);
  CHECK(second.error().en.find(std::to_string(config.port)) != std::string::npos);
  config.port = 0;
  config.announce = {"not an address"};
  CHECK(Transport::create(config, p.observer).error().code == ErrorCode::kInvalid);

  REQUIRE(p.answer(p.sender, p.sender_plan));
  CHECK_FALSE(p.answer(p.sender, p.sender_plan));
  CHECK(p.error->code == ErrorCode::kConflict);
  std::promise<Result<std::string>> promise;
  p.transport->async_answer(watcher_plan(), "v=0\r\nbroken",
                            [&](Result<std::string> r) { promise.set_value(std::move(r)); });
  CHECK(promise.get_future().get().error().code == ErrorCode::kMalformed);
  CHECK(p.stats().peers.size() == 1);
}
