// The whole transport over a real UDP port, with clients that speak ICE, DTLS and SRTP.
#include <algorithm>
#include <atomic>
#include <map>

#include "rtc/rtp.h"
#include "rtc/vp8.h"
#include "tests/rtc/packets.h"
#include "tests/rtc/venue.h"

using namespace huiban;
using namespace huiban::rtc;
using namespace huiban::rtc::test;

namespace {

constexpr SourceId kHallSound{11}, kHallPicture{12}, kVillageSound{21}, kVillagePicture{22};

// A hall that publishes and a village that watches it.
struct Meeting : Venue {
  explicit Meeting(TransportConfig config = {}) : Venue(std::move(config)) {
    transport->async_add_source(kHallSound, MediaKind::kAudio, true);
    transport->async_add_source(kHallPicture, MediaKind::kVideo, true);
    transport->async_add_source(kVillageSound, MediaKind::kAudio, true);
    transport->async_add_source(kVillagePicture, MediaKind::kVideo, true);
    join(hall, hall_plan);
    join(village, village_plan);
    transport->async_show(village_plan.peer, 0, kHallPicture);
    transport->async_show(village_plan.peer, 1, kHallSound);
    settle();
  }
  void send_picture(RtcClient& from, bool keyframe) {
    ++picture;
    from.send_rtp(
        from.make_rtp(1, video_sequence++, picture * 6000u, true, vp8_payload(keyframe, picture)));
  }
  void send_sound(RtcClient& from) {
    ++sound;
    from.send_rtp(from.make_rtp(0, sound_sequence++, sound * 960u, false, Bytes(60, 7)));
  }
  const std::vector<RtcClient::Packet>& picture_packets() {
    return village.received[village.lines[0].ssrc];
  }
  std::uint64_t sounds() { return village.counted[village.lines[1].ssrc]; }
  std::uint64_t pictures() { return village.counted[village.lines[0].ssrc]; }

  PeerPlan hall_plan = publisher_plan({kHallSound}, {kHallPicture});
  PeerPlan village_plan = watcher_plan();
  RtcClient hall{*identity, sending_lines()};
  RtcClient village{*identity, receiving_lines()};
  std::uint16_t picture = 0, video_sequence = 65530, sound_sequence = 10;
  std::uint32_t sound = 0;
};

}  // namespace

TEST_CASE("a hall is seen and heard: keyframe asked for, numbers unbroken, reports sent") {
  Meeting m;
  // The server asks for a keyframe as soon as it knows the picture's SSRC.
  CHECK(m.hall.pump([&] {
    m.send_picture(m.hall, false);
    return !all_of<Pli>(m.hall.reports).empty();
  }));
  CHECK(all_of<Pli>(m.hall.reports).front().media == m.hall.lines[1].ssrc);
  CHECK(m.pictures() == 0);
  for (int i = 0; i < 20; ++i) {
    m.send_picture(m.hall, i == 0);
    m.send_sound(m.hall);
  }
  REQUIRE(m.village.pump([&] { return m.pictures() >= 20 && m.sounds() >= 20; }));
  CHECK(m.observer.has(m.village_plan.peer, "slot 0 12"));
  CHECK(m.observer.has(m.village_plan.peer, "slot 1 11"));
  for (const SourceStats& s : m.stats().sources) {
    if (s.source == kHallSound) CHECK(s.level_dbov == -30);
    if (s.source == kVillageSound) CHECK(s.level_dbov == -127);
  }
  const auto& packets = m.picture_packets();
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto header = parse_rtp(packets[i].clear);
    REQUIRE(header);
    CHECK(text_extension(*header, RtcClient::kMidId) == "0");
    const auto first = parse_rtp(packets[0].clear);
    CHECK(header->sequence == std::uint16_t(first->sequence + i));
    CHECK(header->timestamp == first->timestamp + 6000 * std::uint32_t(i));
    CHECK(parse_vp8(std::span(packets[i].clear).subspan(header->size))->keyframe == (i == 0));
  }
  // Within a second or so: reports about the uplink, and sender reports for both slots.
  CHECK(m.hall.pump([&] {
    const auto reports = all_of<ReceiverReport>(m.hall.reports);
    return std::any_of(reports.begin(), reports.end(), [&](const ReceiverReport& r) {
      return r.blocks.size() == 2 && r.blocks[0].cumulative_lost == 0;
    });
  }));
  CHECK(all_of<Remb>(m.hall.reports).front().bits_per_second > 1'400'000);
  CHECK(m.village.pump([&] { return all_of<SenderReport>(m.village.reports).size() >= 2; }));
}

TEST_CASE("a closed gate: nothing leaves after done, no repair either, and it opens again") {
  Meeting m;
  for (int i = 0; i < 50; ++i) m.send_sound(m.hall);
  REQUIRE(m.village.pump([&] { return m.sounds() >= 50; }));
  // The hall goes on sending while the gate closes.
  for (int i = 0; i < 200; ++i) m.send_sound(m.hall);
  m.set_gate(kHallSound, false);
  while (
      m.village.pump([&, before = m.sounds()] { return m.sounds() > before; }, milliseconds(20))) {
  }
  const auto heard = m.sounds();
  for (int i = 0; i < 200; ++i) m.send_sound(m.hall);
  const std::uint16_t last =
      parse_rtp_header(m.village.received[m.village.lines[1].ssrc].back().sealed)->sequence;
  Bytes nack;
  append_rtcp(nack, ReceiverReport{1, {}});
  append_rtcp(nack, Nack{1, m.village.lines[1].ssrc, {std::uint16_t(last - 1), last}});
  m.village.send_rtcp(nack);
  m.village.pump([&] { return m.sounds() > heard; }, milliseconds(200));
  CHECK(m.sounds() == heard);
  const Stats stats = m.stats();
  for (const SourceStats& s : stats.sources)
    if (s.source == kHallSound) {
      CHECK_FALSE(s.gate_open);
      CHECK(s.packets > s.forwarded);
    }
  m.set_gate(kHallSound, true);
  m.send_sound(m.hall);
  CHECK(m.village.pump([&] { return m.sounds() == heard + 1; }));
  const auto header = parse_rtp_header(m.village.received[m.village.lines[1].ssrc].back().sealed);
  CHECK(header->sequence == std::uint16_t(last + 1));  // the pause is no loss
}

TEST_CASE("a NACK is answered with the same bytes; unknown numbers are not") {
  Meeting m;
  for (int i = 0; i < 5; ++i) m.send_picture(m.hall, i == 0);
  REQUIRE(m.village.pump([&] { return m.pictures() == 5; }));
  const Bytes third = m.picture_packets()[2].sealed;
  const std::uint16_t sequence = parse_rtp_header(third)->sequence;
  Bytes nack;
  append_rtcp(nack, ReceiverReport{1, {}});
  append_rtcp(nack, Nack{1, m.village.lines[0].ssrc, {sequence, std::uint16_t(sequence + 100)}});
  m.village.send_rtcp(nack);
  REQUIRE(m.village.pump([&] { return m.pictures() == 6; }));
  CHECK(m.picture_packets()[5].sealed == third);
  CHECK(m.picture_packets()[5].clear.empty());  // refused by the receiver's replay window
  for (const PeerStats& p : m.stats().peers)
    if (p.peer == m.village_plan.peer) {
      CHECK(p.nacks_in == 2);
      CHECK(p.repairs_out == 1);
    }
}

TEST_CASE("a gap of the uplink is asked for and its repair reaches the receiver in place") {
  Meeting m;
  m.send_picture(m.hall, true);
  const Bytes lost = m.hall.make_rtp(1, m.video_sequence++, 12000, true, vp8_payload(false, 2));
  m.picture = 2;
  m.send_picture(m.hall, false);
  REQUIRE(m.hall.pump([&] { return !all_of<Nack>(m.hall.reports).empty(); }));
  const Nack nack = all_of<Nack>(m.hall.reports).front();
  CHECK(nack.media == m.hall.lines[1].ssrc);
  CHECK(nack.sequences == std::vector<std::uint16_t>{std::uint16_t(m.video_sequence - 2)});
  m.hall.send_rtp(lost);
  REQUIRE(m.village.pump([&] { return m.pictures() == 3; }));
  const auto& packets = m.picture_packets();
  CHECK(parse_rtp(packets[2].clear)->sequence ==
        std::uint16_t(parse_rtp(packets[0].clear)->sequence + 1));
}

TEST_CASE("switching the stage: the old picture flows until the new keyframe, labels follow") {
  Meeting m;
  RtcClient branch(*m.identity, sending_lines());
  m.join(branch, publisher_plan({kVillageSound}, {kVillagePicture}));
  m.send_picture(m.hall, true);
  REQUIRE(m.village.pump([&] { return m.pictures() == 1; }));
  m.send_picture(branch, false);  // known to the server, nobody watches
  m.settle();
  m.transport->async_show(m.village_plan.peer, 0, kVillagePicture);
  REQUIRE(branch.pump([&] {
    m.send_picture(branch, false);
    return !all_of<Pli>(branch.reports).empty();
  }));
  m.send_picture(m.hall, false);
  REQUIRE(m.village.pump([&] { return m.pictures() == 2; }));
  CHECK_FALSE(m.observer.has(m.village_plan.peer, "slot 0 22"));
  m.send_picture(branch, true);
  REQUIRE(m.village.pump([&] { return m.pictures() == 3; }));
  CHECK(m.observer.has(m.village_plan.peer, "slot 0 22"));
  const auto& packets = m.picture_packets();
  CHECK(parse_rtp(packets[2].clear)->sequence ==
        std::uint16_t(parse_rtp(packets[1].clear)->sequence + 1));
  m.transport->async_show(m.village_plan.peer, 0, std::nullopt);
  m.settle();
  CHECK(m.observer.has(m.village_plan.peer, "slot 0 empty"));
  m.send_picture(branch, true);
  m.transport->async_remove_source(kVillagePicture);
  m.settle();
  CHECK(m.pictures() == 3);
}

TEST_CASE("keyframes are asked for at most twice a second") {
  Meeting m;
  m.send_picture(m.hall, true);
  REQUIRE(m.village.pump([&] { return m.pictures() == 1; }));
  m.hall.pump([] { return false; }, milliseconds(600));
  const auto before = all_of<Pli>(m.hall.reports).size();
  Bytes pli;
  append_rtcp(pli, ReceiverReport{1, {}});
  append_rtcp(pli, Pli{1, m.village.lines[0].ssrc});
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::chrono::steady_clock::duration> times;
  m.hall.pump(
      [&] {
        m.village.send_rtcp(pli);
        const auto now = all_of<Pli>(m.hall.reports).size() - before;
        while (times.size() < now) times.push_back(std::chrono::steady_clock::now() - start);
        return times.size() == 3;
      },
      milliseconds(3000));
  REQUIRE(times.size() == 3);
  CHECK(times[2] - times[0] > milliseconds(950));
}

TEST_CASE(
    "a picture that broke at one receiver is mended from the ring; the others see no keyframe") {
  Meeting m;
  for (int i = 0; i < 6; ++i) m.send_picture(m.hall, i == 0);
  REQUIRE(m.village.pump([&] { return m.pictures() == 6; }));
  const auto before = all_of<Pli>(m.hall.reports).size();
  Bytes pli;
  append_rtcp(pli, ReceiverReport{1, {}});
  append_rtcp(pli, Pli{1, m.village.lines[0].ssrc});
  m.village.send_rtcp(pli);
  REQUIRE(m.village.pump([&] { return m.pictures() == 12; }));
  m.village.send_rtcp(pli);  // too soon
  m.send_picture(m.hall, false);
  REQUIRE(m.village.pump([&] { return m.pictures() == 13; }));
  const auto& packets = m.picture_packets();
  const auto first = parse_rtp(packets[0].clear);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto header = parse_rtp(packets[i].clear);
    CHECK(header->sequence == std::uint16_t(first->sequence + i));
    CHECK(parse_vp8(std::span(packets[i].clear).subspan(header->size))->keyframe ==
          (i == 0 || i == 6));
  }
  m.hall.pump([] { return false; }, milliseconds(100));
  CHECK(all_of<Pli>(m.hall.reports).size() == before);
}

TEST_CASE("encodings are layers by the size of their pictures, whatever the offer's order") {
  Venue m;
  m.transport->async_add_source(kHallPicture, MediaKind::kVideo, true);
  RtcClient camera(*m.identity, {{MediaKind::kVideo, true, 0, true}});
  m.join(camera, publisher_plan({}, {kHallPicture}));
  std::uint16_t sequence = 1;
  const auto send = [&](std::size_t encoding, std::uint16_t width, bool keyframe) {
    Bytes payload = vp8_payload(keyframe, sequence);
    const std::uint8_t header[] = {0x9d,
                                   1,
                                   0x2a,
                                   std::uint8_t(width),
                                   std::uint8_t(width >> 8),
                                   std::uint8_t(width / 2),
                                   std::uint8_t(width / 2 >> 8)};
    if (keyframe) std::copy(std::begin(header), std::end(header), payload.begin() + 7);
    camera.send_rtp(camera.make_rtp(0, sequence, 3000u * sequence, true, payload, -30, encoding));
    ++sequence;
  };
  const std::uint16_t widths[] = {1280, 320, 640};  // as offered
  for (std::size_t i = 0; i < 3; ++i) send(i, widths[i], true);
  const auto layers = [&] { return m.stats().sources.at(0).layers; };
  // Once they stand where they belong, keyframes are asked for.
  REQUIRE(camera.pump([&] { return !all_of<Pli>(camera.reports).empty(); }));
  m.settle();
  const auto before = layers();
  for (int i = 0; i < 7; ++i) send(1, 320, i == 0);
  for (int i = 0; i < 5; ++i) send(2, 640, i == 0);
  for (int i = 0; i < 3; ++i) send(0, 1280, i == 0);
  const std::uint64_t more[] = {7, 5, 3};
  for (Layer i = 0; i < 3; ++i)
    CHECK(camera.pump([&] { return layers()[i].packets == before[i].packets + more[i]; }));
}

TEST_CASE("a second device takes a source over; the first one's packets go nowhere") {
  Meeting m;
  m.send_picture(m.hall, true);
  REQUIRE(m.village.pump([&] { return m.pictures() == 1; }));
  RtcClient second(*m.identity, sending_lines());
  m.join(second, publisher_plan({kHallSound}, {kHallPicture}));
  m.send_picture(m.hall, true);
  m.settle();
  m.village.pump([&] { return m.pictures() > 1; }, milliseconds(100));
  CHECK(m.pictures() == 1);
  m.send_picture(second, true);
  CHECK(m.village.pump([&] { return m.pictures() == 2; }));
  CHECK(m.observer.count(m.village_plan.peer, "slot 0 12") == 1);
}

namespace {
struct Loop final : Ingress {
  void on_rtp(std::span<const RtpView> packets) override {
    ++batches;
    for (const RtpView& packet : packets) bytes += packet.size();
    if (pass) transport->forward(kHallSound, 0, packets);
  }
  Transport* transport = nullptr;
  std::atomic<bool> pass{true};
  std::atomic<std::uint64_t> batches{0}, bytes{0};
};
}  // namespace

TEST_CASE("with an ingress, packets leave only as it forwards them; other threads may feed too") {
  Meeting m;
  const auto ingress = std::make_shared<Loop>();
  ingress->transport = m.transport.get();
  m.transport->async_set_ingress(kHallSound, 0, ingress);
  m.send_sound(m.hall);
  REQUIRE(m.village.pump([&] { return m.sounds() == 1; }));
  ingress->pass = false;
  m.send_sound(m.hall);
  m.village.pump([&] { return m.sounds() > 1; }, milliseconds(100));
  CHECK(m.sounds() == 1);
  CHECK(ingress->bytes > 0);
  std::vector<Bytes> packets;
  for (std::uint16_t i = 0; i < 10; ++i)
    packets.push_back({0x80, 111, 0, std::uint8_t(i), 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3});
  m.transport->async_forward(kHallSound, packets);
  CHECK(m.village.pump([&] { return m.sounds() == 11; }));
  m.transport->async_set_ingress(kHallSound, 0, nullptr);
  m.settle();
  CHECK(ingress.use_count() == 1);
}

TEST_CASE("a numbering that restarts within one batch uses no number twice") {
  Meeting m;
  std::vector<Bytes> packets;
  for (const std::uint32_t ssrc : {1u, 2u})
    for (std::uint16_t i = 0; i < 4; ++i)
      packets.push_back(audio_packet({.ssrc = ssrc, .sequence = std::uint16_t(100 * ssrc + i)}));
  m.transport->async_run([&] {
    const std::vector<RtpView> views(packets.begin(), packets.end());
    m.transport->forward(kHallSound, 0, views);
    m.transport->forward(kHallSound, 0, std::span(views).last(1));  // a repetition
  });
  m.settle();
  REQUIRE(m.village.pump([&] { return m.sounds() >= 4; }));
  m.village.pump([] { return false; }, milliseconds(100));
  std::map<std::uint16_t, Bytes> sealed;
  for (const auto& packet : m.village.received[m.village.lines[1].ssrc]) {
    const auto sequence = parse_rtp_header(packet.sealed)->sequence;
    CHECK(sealed.emplace(sequence, packet.sealed).second);
  }
  // The old numbering's packets are given up; the new one goes on without a jump.
  CHECK(sealed.size() == 4);
  CHECK(sealed.rbegin()->first - sealed.begin()->first == 3);
}

TEST_CASE("closing: BYE, DTLS close, the observer is told, a second close is harmless") {
  Meeting m;
  m.send_picture(m.hall, true);
  REQUIRE(m.village.pump([&] { return m.pictures() == 1; }));
  std::promise<void> done;
  m.transport->async_close(m.village_plan.peer, [&done] { done.set_value(); });
  done.get_future().get();
  CHECK(m.observer.count(m.village_plan.peer, "closed") == 1);
  CHECK(m.village.pump([&] { return m.village.is_closed(); }));
  CHECK_FALSE(all_of<Bye>(m.village.reports).empty());
  m.transport->async_close(m.village_plan.peer);
  m.settle();
  CHECK(m.observer.count(m.village_plan.peer, "closed") == 1);
  m.send_picture(m.hall, true);
  m.settle();
  CHECK(m.stats().peers.size() == 1);
}

TEST_CASE("a settled handshake: a forged goodbye is none, a real one is believed, ours is read") {
  TransportConfig config;
  config.settle = milliseconds(0);
  Meeting m(config);
  const auto alive = [&] {  // a report a turn, so that the server hears it
    Bytes compound;
    append_rtcp(compound, ReceiverReport{1, {}});
    m.village.send_rtcp(compound);
    return false;
  };
  m.village.pump(alive, milliseconds(200));
  m.village.send_raw(Bytes{21, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 0});
  m.village.pump(alive, milliseconds(1500));
  CHECK(m.observer.count(m.village_plan.peer, "closed") == 0);
  m.village.answers_checks = false;
  m.village.send_raw(Bytes{21, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 0});
  CHECK(m.village.pump([&] { return m.observer.has(m.village_plan.peer, "closed by the other"); }));
  m.send_sound(m.hall);
  m.hall.pump([] { return false; }, milliseconds(100));
  m.transport->async_close(m.hall_plan.peer);
  CHECK(m.hall.pump([&] { return m.hall.is_closed(); }));
}
