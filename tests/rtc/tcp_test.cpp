// Peers over TCP: the same rules as over UDP.
#include "rtc/rtp.h"
#include "tests/rtc/packets.h"
#include "tests/rtc/venue.h"

using namespace huiban;
using namespace huiban::rtc;
using namespace huiban::rtc::test;

namespace {

constexpr SourceId kSound{1}, kPicture{2};

struct Hall : Venue {
  explicit Hall(TransportConfig config = {}) : Venue(std::move(config)) {
    transport->async_add_source(kSound, MediaKind::kAudio, true);
    transport->async_add_source(kPicture, MediaKind::kVideo, true);
  }
  void join_both() {
    join(sender, sender_plan);
    join(watcher, watcher_plan_);
    transport->async_show(watcher_plan_.peer, 0, kPicture);
    transport->async_show(watcher_plan_.peer, 1, kSound);
    settle();
  }
  void send_sound() {
    sender.send_rtp(sender.make_rtp(0, sequence, sequence * 960u, false, Bytes(50, 1)));
    ++sequence;
  }
  // Whether sound sent from now on reaches the watcher.
  bool flows() {
    const auto before = sounds();
    return watcher.pump([&] {
      send_sound();
      return sounds() > before + 3;
    });
  }
  std::uint64_t sounds() { return watcher.counted[watcher.lines[1].ssrc]; }
  bool watcher_over_tcp() {
    for (const PeerStats& peer : stats().peers)
      if (peer.peer == watcher_plan_.peer) return peer.tcp;
    return false;
  }

  PeerPlan sender_plan = publisher_plan({kSound}, {kPicture});
  PeerPlan watcher_plan_ = watcher_plan();
  RtcClient sender{*identity, sending_lines()};
  RtcClient watcher{*identity, receiving_lines()};
  std::uint16_t sequence = 1;
};

}  // namespace

TEST_CASE("a hall over TCP is seen and heard over TCP, and by UDP, without a loss") {
  Hall h;
  h.sender.over_tcp = true;
  h.watcher.over_tcp = GENERATE(true, false);
  CAPTURE(h.watcher.over_tcp);
  h.join_both();
  std::uint16_t picture = 0, sequence = 100;
  CHECK(h.watcher.pump([&] {
    ++picture;
    h.sender.send_rtp(h.sender.make_rtp(1, sequence++, picture * 6000u, true,
                                        vp8_payload(picture % 10 == 1, picture, 1000)));
    h.send_sound();
    return h.sounds() >= 100 && h.watcher.counted[h.watcher.lines[0].ssrc] >= 50;
  }));
  const auto& sounds = h.watcher.received[h.watcher.lines[1].ssrc];
  const auto first = parse_rtp(sounds.at(0).clear), last = parse_rtp(sounds.back().clear);
  REQUIRE(first);
  REQUIRE(last);
  CHECK(std::size_t(std::uint16_t(last->sequence - first->sequence)) + 1 == sounds.size());
  CHECK(h.watcher_over_tcp() == h.watcher.over_tcp);
  CHECK(h.stats().tcp_connections == (h.watcher.over_tcp ? 2 : 1));
  // Reports go both ways.
  CHECK(h.sender.pump([&] { return !all_of<ReceiverReport>(h.sender.reports).empty(); }));
}

TEST_CASE("a client roams from UDP to TCP, to another connection, and back") {
  Hall h;
  h.join_both();
  REQUIRE(h.flows());
  for (const bool tcp : {true, true, false}) {
    h.watcher.over_tcp = tcp;
    h.watcher.move();
    CHECK(h.flows());
    CHECK(h.watcher_over_tcp() == tcp);
  }
  CHECK_FALSE(h.observer.has(h.watcher_plan_.peer, "closed"));
  CHECK(h.stats().tcp_connections <= 2);
}

TEST_CASE("a connection that is gone is silence; the next authenticated check takes over") {
  TransportConfig config;
  config.silence = config.quiet_silence = milliseconds(300);
  Hall h(config);
  h.watcher.over_tcp = true;
  h.join_both();
  REQUIRE(h.flows());
  h.watcher.answers_checks = false;
  h.watcher.move();  // the old one is closed, the new one says nothing
  CHECK(h.watcher.pump([&] { return h.observer.has(h.watcher_plan_.peer, "lost"); }));
  h.watcher.nominates = false;  // no need to: there is no other way any more
  h.watcher.answers_checks = true;
  CHECK(h.flows());
  CHECK(h.observer.has(h.watcher_plan_.peer, "back"));
}

TEST_CASE("a peer that ends takes its connections along; a stranger's connection gets nothing") {
  Hall h;
  h.watcher.over_tcp = true;
  h.join_both();
  REQUIRE(h.flows());
  RtcClient stranger(*h.identity, receiving_lines());
  stranger.over_tcp = true;
  const auto answer = h.answer(stranger, watcher_plan());
  REQUIRE(answer);
  auto wrong = *answer;
  for (std::size_t at = 0; (at = wrong.find("a=ice-pwd:", at)) != std::string::npos; at += 11)
    wrong.insert(at + 10, "x");
  REQUIRE(stranger.accept(wrong));
  CHECK(stranger.pump([&] { return stranger.checks_refused > 0; }));
  CHECK(stranger.checks_answered == 0);
  h.transport->async_close(h.watcher_plan_.peer);
  CHECK(h.watcher.pump([&] { return h.watcher.is_closed() && h.watcher.is_cut; }));
  CHECK_FALSE(stranger.is_cut);  // it has 5 s
  CHECK(h.stats().tcp_connections == 1);
}

TEST_CASE("TCP switched off: no candidate") {
  TransportConfig config;
  config.tcp = false;
  Hall h(config);
  const auto answer = h.answer(h.watcher, h.watcher_plan_);
  REQUIRE(answer);
  CHECK(answer->find(" tcp ") == std::string::npos);
  CHECK(h.stats().tcp_connections == 0);
}
