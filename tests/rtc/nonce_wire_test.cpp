// The nonce rule at the level of the transport: one (SSRC, index) never leaves with two
// ciphertexts, over switches, gates, losses, repairs and publishers that come again. With AES-GCM a
// second packet under one index would give its key stream away (RFC 7714 section 8.1).
#include <map>
#include <random>
#include <string>

#include "rtc/rtp.h"
#include "rtc/wire.h"
#include "tests/rtc/venue.h"

using namespace huiban;
using namespace huiban::rtc;
using namespace huiban::rtc::test;

namespace {

constexpr SourceId kPictures[] = {SourceId{11}, SourceId{12}};
constexpr SourceId kSounds[] = {SourceId{21}, SourceId{22}};
constexpr int kSteps = 3000;

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

// Offers repairs by RTX, and the transport-wide numbers that make every transmission another
// packet.
std::string with_rtx(const std::string& offer) {
  return replaced(
      replaced(offer, "SAVPF 96\r\n", "SAVPF 96 97\r\n"), "a=rtpmap:96 VP8/90000\r\n",
      "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
      "a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
      "\r\na=rtcp-fb:96 transport-cc\r\n");
}

// The client takes the last SSRC of a line for the line's, so that of the repairs is left out.
std::string without_repair_ssrcs(std::string answer) {
  for (std::size_t at = 0; (at = answer.find("a=ssrc-group:FID ", at)) != std::string::npos; ++at) {
    const std::size_t space = answer.find(' ', at + 17), end = answer.find("\r\n", space);
    answer = replaced(answer, "a=ssrc:" + answer.substr(space + 1, end - space - 1), "a=left-out:");
  }
  return answer;
}

// What left for one receiver, by SSRC and extended sequence number, which is the packet's index.
class Ledger {
 public:
  // Counts packets that repeat an index with the same bytes; fails at any other repetition.
  void take(RtcClient& client) {
    for (auto& [ssrc, packets] : client.received) {
      for (const auto& packet : packets) {
        const auto header = parse_rtp_header(packet.sealed);
        REQUIRE(header);
        auto& stream = streams_[ssrc];
        if (stream.empty()) highest_[ssrc] = header->sequence;
        const std::int64_t index = wire::extend16(highest_[ssrc], header->sequence);
        highest_[ssrc] = std::max(highest_[ssrc], index);
        const auto [known, first] = stream.try_emplace(index, packet.sealed);
        if (first) continue;
        ++repeated;
        REQUIRE(known->second == packet.sealed);
      }
      packets.clear();
    }
  }
  std::size_t size(std::uint32_t ssrc) { return streams_[ssrc].size(); }
  std::size_t streams() const { return streams_.size(); }
  std::size_t repeated = 0;

 private:
  std::map<std::uint32_t, std::map<std::int64_t, Bytes>> streams_;
  std::map<std::uint32_t, std::int64_t> highest_;
};

// Two publishers with sound and picture, two receivers: one with repairs by RTX, one without.
class Scene : public Venue {
 public:
  explicit Scene(unsigned seed) : random_(seed) {
    for (const auto source : kPictures)
      transport->async_add_source(source, MediaKind::kVideo, true);
    for (const auto source : kSounds) transport->async_add_source(source, MediaKind::kAudio, true);
    for (std::size_t i = 0; i < 2; ++i) publish(i);
    join(plain, plain_plan_);
    const auto answer = async_answer(rtx_plan_, with_rtx(rtx.offer()));
    REQUIRE(rtx.accept(without_repair_ssrcs(answer)));
    REQUIRE(
        rtx.pump([&] { return rtx.is_connected() && observer.has(rtx_plan_.peer, "connected"); }));
    for (std::size_t i = 0; i < 2; ++i) show(i);
  }

  void step() {
    const int dice = roll(100);
    const auto who = std::size_t(roll(2));
    if (dice < 70)
      send(who);
    else if (dice < 78)
      show(who);
    else if (dice < 94)
      ask_again(who == 0 ? plain : rtx);
    else if (dice < 98)
      set_gate(roll(2) ? kPictures[who] : kSounds[who], roll(3) != 0);
    else if (dice < 99)
      renumber(who);
    else
      publish(who);
    collect();
  }
  void collect() {
    for (RtcClient* client : {&plain, &rtx}) poll(*client);
    plain_ledger.take(plain);
    rtx_ledger.take(rtx);
  }

  RtcClient plain{*identity, receiving_lines()}, rtx{*identity, receiving_lines()};
  Ledger plain_ledger, rtx_ledger;
  int restarts = 0;

 private:
  struct Camera {
    std::unique_ptr<RtcClient> client;
    PeerPlan plan;
    std::uint16_t video = 65000, sound = 65000, picture = 0;
    std::uint32_t time = 0;
  };

  static void poll(RtcClient& client) {
    client.on_readable();
    client.tick();
  }
  int roll(int sides) { return int(random_() % unsigned(sides)); }

  std::string async_answer(PeerPlan plan, const std::string& offer) {
    std::promise<Result<std::string>> promise;
    transport->async_answer(std::move(plan), offer,
                            [&promise](Result<std::string> r) { promise.set_value(std::move(r)); });
    auto result = promise.get_future().get();
    REQUIRE(result);
    return *result;
  }
  // A new connection for the seat, with an SSRC and numbers of its own.
  void publish(std::size_t i) {
    Camera& camera = cameras_[i];
    if (camera.client) {
      transport->async_close(camera.plan.peer);
      ++restarts;
    }
    camera = {};
    camera.client = std::make_unique<RtcClient>(*identity, sending_lines());
    camera.plan = publisher_plan({kSounds[i]}, {kPictures[i]});
    camera.video = std::uint16_t(random_());
    camera.sound = std::uint16_t(random_());
    join(*camera.client, camera.plan);
  }
  // The same SSRC begins again at other numbers, as some encoders do.
  void renumber(std::size_t i) {
    cameras_[i].video = std::uint16_t(random_());
    cameras_[i].picture = std::uint16_t(roll(0x8000));
  }
  // A picture of some packets and one of sound; some are lost on the way, some come twice.
  void send(std::size_t i) {
    Camera& camera = cameras_[i];
    camera.picture = std::uint16_t((camera.picture + 1) & 0x7fff);
    camera.time += 3000;
    const bool keyframe = roll(6) == 0;
    const int packets = 1 + roll(4);
    for (int n = 0; n < packets; ++n) {
      auto payload = vp8_payload(keyframe, camera.picture, 50 + std::size_t(roll(200)));
      if (n > 0) payload[0] &= 0xef;  // not the beginning of its partition
      deliver(*camera.client,
              camera.client->make_rtp(1, camera.video++, camera.time, n + 1 == packets, payload));
    }
    const Bytes sound(60, std::uint8_t(camera.sound));
    deliver(*camera.client,
            camera.client->make_rtp(0, camera.sound++, camera.time, false, sound));
  }
  void deliver(RtcClient& from, const Bytes& packet) {
    const int fate = roll(20);
    if (fate != 0) from.send_rtp(packet);
    if (fate == 1) from.send_rtp(packet);
    poll(from);
  }
  void show(std::size_t i) {
    transport->async_show(plain_plan_.peer, 0, kPictures[i]);
    transport->async_show(plain_plan_.peer, 1, kSounds[i]);
    transport->async_show(rtx_plan_.peer, 0, kPictures[i]);
    transport->async_show(rtx_plan_.peer, 1, kSounds[i]);
  }
  // NACKs for numbers that were and were not received; each may be asked for many times.
  void ask_again(RtcClient& client) {
    const std::uint32_t media = client.lines[0].ssrc;
    const auto last = client.highest.find(media);
    if (last == client.highest.end()) return;
    Nack nack{1, media, {}};
    for (int back = 12; back >= 0; --back)
      if (roll(2)) nack.sequences.push_back(std::uint16_t(last->second - back));
    if (nack.sequences.empty()) return;
    Bytes report;
    append_rtcp(report, ReceiverReport{1, {}});
    append_rtcp(report, nack);
    client.send_rtcp(report);
  }

  std::mt19937 random_;
  PeerPlan plain_plan_ = watcher_plan(), rtx_plan_ = watcher_plan();
  Camera cameras_[2];
};

}  // namespace

TEST_CASE("no (SSRC, index) leaves with two ciphertexts, over switches, repairs and restarts") {
  const unsigned seed = GENERATE(1u, 2u);
  CAPTURE(seed);
  Scene scene(seed);
  for (int i = 0; i < kSteps; ++i) scene.step();
  scene.settle();
  scene.collect();
  CHECK(scene.restarts > 5);
  CHECK(scene.plain_ledger.size(scene.plain.lines[0].ssrc) > 100);
  CHECK(scene.plain_ledger.repeated > 10);  // repairs without RTX are the same bytes
  CHECK(scene.rtx_ledger.size(scene.rtx.lines[0].ssrc) > 100);
  CHECK(scene.rtx_ledger.streams() >= 3);  // picture, sound and the repairs of the picture
  CHECK(scene.rtx_ledger.repeated == 0);
}
