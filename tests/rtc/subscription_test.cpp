#include <catch2/catch.hpp>
#include <set>

#include "rtc/subscription.h"
#include "rtc/wire.h"
#include "tests/rtc/packets.h"

using namespace huiban::rtc;
using huiban::rtc::test::PacketSpec;
using std::chrono::milliseconds;
using Bytes = std::vector<std::uint8_t>;

namespace {

constexpr SourceId kHall{1}, kVillage{2};

struct Receiver {
  explicit Receiver(MediaKind kind, std::uint16_t first = 100)
      : subscription({kind, 0x5150, 97, 3, "m1"}, first, 5000) {}

  // Feeds one packet and returns what leaves, empty if nothing.
  Bytes feed(Source& source, const Bytes& packet) {
    const StoredPacket* stored = source.accept(packet, now);
    if (stored == nullptr) return {};
    Bytes out(2048);
    out.resize(subscription.rewrite(source, *stored, now, out.data()).size);
    return out;
  }
  Bytes repair(std::uint16_t sequence) {
    Bytes out(2048);
    out.resize(subscription.repair(sequence, now, out.data()).size);
    return out;
  }

  Subscription subscription;
  Instant now{std::chrono::seconds(1000)};
};

RtpHeader header_of(const Bytes& packet) {
  REQUIRE(parse_rtp(packet));
  return *parse_rtp(packet);
}
Vp8Descriptor vp8_of(const Bytes& packet) {
  return *parse_vp8(std::span(packet).subspan(header_of(packet).size));
}

}  // namespace

TEST_CASE("video starts at a keyframe, keeps gaps and the slot's own numbers") {
  Source hall(kHall, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(&hall);
  CHECK(r.subscription.awaited() == &hall);
  CHECK(r.feed(hall, test::video_packet({.sequence = 65533})).empty());
  const Bytes key = r.feed(
      hall,
      test::video_packet({.sequence = 65534, .timestamp = 90, .keyframe = true, .picture_id = 5}));
  REQUIRE_FALSE(key.empty());
  CHECK(r.subscription.awaited() == nullptr);
  CHECK(r.subscription.take_shown());
  CHECK_FALSE(r.subscription.take_shown());
  CHECK(header_of(key).ssrc == 0x5150);
  CHECK(header_of(key).payload_type == 97);
  CHECK(header_of(key).sequence == 101);
  CHECK(header_of(key).timestamp == 5000);
  CHECK(text_extension(header_of(key), 3) == "m1");
  // 65535 is lost, 0 and 1 arrive in the wrong order, 0 twice.
  CHECK(header_of(r.feed(hall, test::video_packet({.sequence = 1, .timestamp = 100}))).sequence ==
        104);
  CHECK(header_of(r.feed(hall, test::video_packet({.sequence = 0, .timestamp = 100}))).sequence ==
        103);
  CHECK(r.feed(hall, test::video_packet({.sequence = 0, .timestamp = 100})).empty());
  CHECK(header_of(r.feed(hall, test::video_packet({.sequence = 65535}))).sequence == 102);
  CHECK(r.feed(hall, test::video_packet({.sequence = 65533})).empty());  // older than the base
}

TEST_CASE("a switch waits for the keyframe and continues sequence, time and picture id") {
  Source hall(kHall, MediaKind::kVideo, true), village(kVillage, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(&hall);
  r.feed(hall,
         test::video_packet(
             {.sequence = 10, .timestamp = 1000, .keyframe = true, .picture_id = 32767, .tl0 = 9}));
  r.subscription.take_shown();
  r.subscription.show(&village);
  CHECK(r.subscription.awaited() == &village);
  r.now += milliseconds(100);
  CHECK(r.feed(village,
               test::video_packet({.ssrc = 2, .sequence = 500, .picture_id = 70, .tl0 = 200}))
            .empty());
  CHECK_FALSE(r.feed(hall, test::video_packet(
                               {.sequence = 11, .timestamp = 4000, .picture_id = 0, .tl0 = 10}))
                  .empty());
  CHECK_FALSE(r.subscription.take_shown());
  r.now += milliseconds(100);
  const Bytes key = r.feed(village, test::video_packet({.ssrc = 2,
                                                        .sequence = 501,
                                                        .timestamp = 777,
                                                        .keyframe = true,
                                                        .picture_id = 71,
                                                        .tl0 = 201}));
  CHECK(r.subscription.take_shown());
  CHECK(r.subscription.current() == &village);
  CHECK(header_of(key).sequence == 103);
  // 100 ms after the last packet of the hall, which was sent as 5000 + 3000.
  CHECK(header_of(key).timestamp == 8000 + 9000);
  const int before =
      101 + 1;  // the first picture id of this receiver is its first sequence plus one
  CHECK(vp8_of(key).picture_id == before + 1);
  CHECK(vp8_of(key).tl0 == 3);
  CHECK(vp8_of(key).long_picture_id);
  // The old source no longer reaches the slot, nor does what is older than the new base.
  CHECK(r.feed(hall, test::video_packet({.sequence = 12})).empty());
  CHECK(r.feed(village, test::video_packet({.ssrc = 2, .sequence = 499})).empty());
  const Bytes next = r.feed(
      village, test::video_packet(
                   {.ssrc = 2, .sequence = 503, .timestamp = 3777, .picture_id = 72, .tl0 = 202}));
  CHECK(header_of(next).sequence == 105);
  CHECK(header_of(next).timestamp == 8000 + 9000 + 3000);
  CHECK(vp8_of(next).picture_id == before + 2);
}

TEST_CASE("sound switches at once and by capture time when both senders report") {
  Source hall(kHall, MediaKind::kAudio, true), village(kVillage, MediaKind::kAudio, true);
  Receiver r(MediaKind::kAudio);
  r.subscription.show(&hall);
  hall.note_sender_report(1, 1000, r.now - milliseconds(30));
  CHECK_FALSE(r.feed(hall, test::audio_packet({.sequence = 1, .timestamp = 1000})).empty());
  r.subscription.show(&village);
  CHECK(r.feed(hall, test::audio_packet({.sequence = 2})).empty());
  r.now += milliseconds(200);
  village.note_sender_report(2, 40000, r.now - milliseconds(80));
  const Bytes first =
      r.feed(village, test::audio_packet({.ssrc = 2, .sequence = 9, .timestamp = 40000}));
  CHECK(header_of(first).sequence == 102);
  CHECK(header_of(first).timestamp ==
        5000 + 48 * 150);  // captured 150 ms after, though it came 200 ms after
  const auto report = r.subscription.sender_report(r.now);
  REQUIRE(report);
  CHECK(report->packets == 2);
  CHECK(report->rtp == 5000 + 48 * 230);
}

TEST_CASE("no output number is ever used twice over many random switches") {
  std::uint32_t seed = 12345;
  const auto random = [&seed](std::uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  Source sources[2] = {{kHall, MediaKind::kVideo, true}, {kVillage, MediaKind::kVideo, true}};
  std::uint16_t next[2] = {65000, 300};
  Receiver r(MediaKind::kVideo, 32000);
  std::set<std::int64_t> used;
  std::int64_t highest = 32000;
  int picture[2] = {32000, 100};
  for (int step = 0; step < 30000; ++step) {
    if (random(200) == 0) r.subscription.show(&sources[random(2)]);
    if (random(2000) == 0) {
      Source& s = sources[random(2)];
      s.set_gate(!s.gate_open());
    }
    r.now += milliseconds(5);
    const unsigned which = random(2);
    std::uint16_t sequence = next[which];
    if (random(10) == 0)
      sequence = std::uint16_t(sequence - random(20));  // late or repeated
    else
      next[which] = std::uint16_t(next[which] + 1 + random(3));
    const Bytes out =
        r.feed(sources[which], test::video_packet({.ssrc = which + 1,
                                                   .sequence = sequence,
                                                   .timestamp = std::uint32_t(step * 450),
                                                   .keyframe = random(20) == 0,
                                                   .picture_id = (picture[which]++) & 0x7fff}));
    if (out.empty()) continue;
    const std::int64_t number = wire::extend16(highest, header_of(out).sequence);
    CHECK(used.insert(number).second);
    highest = std::max(highest, number);
    if (random(5) == 0) {
      const Bytes again = r.repair(header_of(out).sequence);
      if (!again.empty()) CHECK(again == out);
    }
  }
  CHECK(used.size() > 5000);
}

TEST_CASE(
    "a repair repeats the packet, also across a switch, and is refused when it may not leave") {
  Source hall(kHall, MediaKind::kVideo, true), village(kVillage, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(&hall);
  const Bytes a =
      r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true, .picture_id = 1}));
  const Bytes b = r.feed(hall, test::video_packet({.sequence = 2, .picture_id = 2}));
  r.subscription.show(&village);
  const Bytes c = r.feed(
      village, test::video_packet({.ssrc = 2, .sequence = 9, .keyframe = true, .picture_id = 7}));
  CHECK(r.repair(101) == a);
  CHECK(r.repair(102) == b);
  CHECK(r.repair(103) == c);
  CHECK(r.repair(104).empty());  // not sent yet
  CHECK(r.repair(100).empty());
  SECTION("after a second") {
    r.now += milliseconds(1001);
    CHECK(r.repair(103).empty());
  }
  SECTION("after the gate closed, and after it opened again") {
    village.set_gate(false);
    CHECK(r.repair(103).empty());
    CHECK(r.feed(village, test::video_packet({.ssrc = 2, .sequence = 10})).empty());
    village.set_gate(true);
    CHECK(r.repair(103).empty());
    CHECK(r.repair(102) == b);
    // The picture starts again at a keyframe, without a gap.
    CHECK(r.feed(village, test::video_packet({.ssrc = 2, .sequence = 20})).empty());
    CHECK(r.subscription.awaited() == &village);
    const Bytes d =
        r.feed(village, test::video_packet({.ssrc = 2, .sequence = 21, .keyframe = true}));
    CHECK(header_of(d).sequence == 104);
  }
  SECTION("after the source went") {
    r.subscription.detach(village);
    CHECK(r.repair(103).empty());
    CHECK(r.subscription.current() == nullptr);
    CHECK(village.subscribers.empty());
  }
}

TEST_CASE("a publisher that comes back with another SSRC continues the stream") {
  Source hall(kHall, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(&hall);
  r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true}));
  r.subscription.take_shown();
  CHECK(r.feed(hall, test::video_packet({.ssrc = 8, .sequence = 4000})).empty());
  CHECK(r.subscription.awaited() == &hall);
  const Bytes key =
      r.feed(hall, test::video_packet({.ssrc = 8, .sequence = 4001, .keyframe = true}));
  CHECK(header_of(key).sequence == 102);
  CHECK_FALSE(r.subscription.take_shown());  // the same source: nothing new to tell
}

TEST_CASE("cancelling and emptying a slot") {
  Source hall(kHall, MediaKind::kVideo, true), village(kVillage, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(&hall);
  r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true}));
  CHECK(r.subscription.take_shown());
  r.subscription.show(&village);
  r.subscription.show(&hall);
  CHECK(village.subscribers.empty());
  CHECK(r.subscription.awaited() == nullptr);
  CHECK_FALSE(r.feed(hall, test::video_packet({.sequence = 2})).empty());
  CHECK_FALSE(r.subscription.take_shown());
  r.subscription.show(nullptr);
  CHECK(hall.subscribers.empty());
  CHECK(r.feed(hall, test::video_packet({.sequence = 3, .keyframe = true})).empty());
}

TEST_CASE("keyframe requests: at most one in 500 ms, a refused one is made up for") {
  Source hall(kHall, MediaKind::kVideo, true);
  Instant now{std::chrono::seconds(50)};
  CHECK(hall.request_keyframe(now));
  CHECK_FALSE(hall.request_keyframe(now + milliseconds(100)));
  CHECK_FALSE(hall.keyframe_due(now + milliseconds(400)));
  CHECK(hall.keyframe_due(now + milliseconds(500)));
  CHECK_FALSE(hall.keyframe_due(now + milliseconds(1100)));
  CHECK_FALSE(hall.request_keyframe(now + milliseconds(600)));
  hall.accept(test::video_packet({.sequence = 1, .keyframe = true}), now);
  CHECK_FALSE(hall.keyframe_due(now + milliseconds(1100)));  // it came by itself
}
