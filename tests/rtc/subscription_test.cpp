#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "rtc/red.h"
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
  explicit Receiver(const SubscriptionFormat& format) : subscription(format, 100, 5000) {}

  // Feeds one packet and returns what leaves, empty if nothing.
  Bytes feed(Source& source, const Bytes& packet) {
    const StoredPacket* stored = source.layer(0)->accept(packet, now);
    if (stored == nullptr) return {};
    Bytes out(2048);
    out.resize(subscription.rewrite(*source.layer(0), *stored, now, out.data()).size);
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
  r.subscription.show(hall.layer(0));
  CHECK(r.subscription.awaited() == hall.layer(0));
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
  r.subscription.show(hall.layer(0));
  r.feed(hall,
         test::video_packet(
             {.sequence = 10, .timestamp = 1000, .keyframe = true, .picture_id = 32767, .tl0 = 9}));
  r.subscription.take_shown();
  r.subscription.show(village.layer(0));
  CHECK(r.subscription.awaited() == village.layer(0));
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
  CHECK(r.subscription.current() == village.layer(0));
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
  r.subscription.show(hall.layer(0));
  hall.layer(0)->note_sender_report(1, 1000, r.now - milliseconds(30));
  CHECK_FALSE(r.feed(hall, test::audio_packet({.sequence = 1, .timestamp = 1000})).empty());
  r.subscription.show(village.layer(0));
  CHECK(r.feed(hall, test::audio_packet({.sequence = 2})).empty());
  r.now += milliseconds(200);
  village.layer(0)->note_sender_report(2, 40000, r.now - milliseconds(80));
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

TEST_CASE("sound carries what went before it while a receiver loses packets") {
  Source hall(kHall, MediaKind::kAudio, true), village(kVillage, MediaKind::kAudio, true);
  SubscriptionFormat format{MediaKind::kAudio, 0x5150, 97, 3, "m1"};
  format.red_payload_type = 63;
  Receiver r(format);
  r.subscription.show(hall.layer(0));
  const auto offsets = [&](Source& source, std::uint16_t sequence, std::uint32_t timestamp,
                           std::size_t size = 40) {
    const Bytes out = r.feed(
        source, test::audio_packet({.sequence = sequence, .timestamp = timestamp, .size = size}));
    std::vector<int> found;
    if (header_of(out).payload_type == 97) return found;
    CHECK(header_of(out).payload_type == 63);
    const auto red = parse_red(std::span(out).subspan(header_of(out).size));
    REQUIRE(red);
    CHECK(red->primary.payload_type == 97);
    CHECK(red->primary.payload.size() == size);
    for (const RedBlock& block : red->redundant()) {
      CHECK(block.payload_type == 97);
      found.push_back(block.timestamp_offset);
    }
    return found;
  };
  using Offsets = std::vector<int>;
  CHECK(offsets(hall, 1, 960) == Offsets{});
  CHECK(offsets(hall, 2, 1920) == Offsets{});  // not asked for
  r.subscription.set_redundancy(1);
  CHECK(offsets(hall, 3, 2880) == Offsets{960});
  r.subscription.set_redundancy(2);
  CHECK(offsets(hall, 4, 3840) == Offsets{1920, 960});
  CHECK(offsets(hall, 6, 5760) == Offsets{1920});                     // 5 was never here
  CHECK(offsets(hall, 7, 7000 + kMostRedOffset) == Offsets{});        // after a silence
  CHECK(offsets(hall, 8, 7960 + kMostRedOffset, 1080) == Offsets{});  // no room
  CHECK(offsets(hall, 9, 8920 + kMostRedOffset) == Offsets{1920});    // 1080 are too long
  r.subscription.show(village.layer(0));
  CHECK(offsets(village, 50, 960) == Offsets{});  // nothing of another source
  CHECK(offsets(village, 51, 1920) == Offsets{960});
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
    if (random(200) == 0) r.subscription.show(sources[random(2)].layer(0));
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
  r.subscription.show(hall.layer(0));
  const Bytes a =
      r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true, .picture_id = 1}));
  const Bytes b = r.feed(hall, test::video_packet({.sequence = 2, .picture_id = 2}));
  r.subscription.show(village.layer(0));
  const Bytes c = r.feed(
      village, test::video_packet({.ssrc = 2, .sequence = 9, .keyframe = true, .picture_id = 7}));
  CHECK(r.repair(101) == a);
  CHECK(r.repair(102) == b);
  CHECK(r.repair(103) == c);
  CHECK(r.repair(104).empty());  // not sent yet
  CHECK(r.repair(100).empty());
  SECTION("after five seconds") {
    r.now += milliseconds(5001);
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
    CHECK(r.subscription.awaited() == village.layer(0));
    const Bytes d =
        r.feed(village, test::video_packet({.ssrc = 2, .sequence = 21, .keyframe = true}));
    CHECK(header_of(d).sequence == 104);
  }
  SECTION("after the source went") {
    r.subscription.detach(village);
    CHECK(r.repair(103).empty());
    CHECK(r.subscription.current() == nullptr);
    CHECK(village.layer(0)->subscribers.empty());
  }
}

TEST_CASE("a publisher that comes back with another SSRC continues the stream") {
  Source hall(kHall, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(hall.layer(0));
  r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true}));
  r.subscription.take_shown();
  CHECK(r.feed(hall, test::video_packet({.ssrc = 8, .sequence = 4000})).empty());
  CHECK(r.subscription.awaited() == hall.layer(0));
  const Bytes key =
      r.feed(hall, test::video_packet({.ssrc = 8, .sequence = 4001, .keyframe = true}));
  CHECK(header_of(key).sequence == 102);
  CHECK_FALSE(r.subscription.take_shown());  // the same source: nothing new to tell
}

TEST_CASE("cancelling and emptying a slot") {
  Source hall(kHall, MediaKind::kVideo, true), village(kVillage, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(hall.layer(0));
  r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true}));
  CHECK(r.subscription.take_shown());
  r.subscription.show(village.layer(0));
  r.subscription.show(hall.layer(0));
  CHECK(village.layer(0)->subscribers.empty());
  CHECK(r.subscription.awaited() == nullptr);
  CHECK_FALSE(r.feed(hall, test::video_packet({.sequence = 2})).empty());
  CHECK_FALSE(r.subscription.take_shown());
  r.subscription.show(nullptr);
  CHECK(hall.layer(0)->subscribers.empty());
  CHECK(r.feed(hall, test::video_packet({.sequence = 3, .keyframe = true})).empty());
}

TEST_CASE("a slot that was empty for long starts anew, without a jump in its numbers") {
  const auto kind = GENERATE(MediaKind::kVideo, MediaKind::kAudio);
  Source hall(kHall, kind, true);
  Receiver r(kind);
  const auto feed = [&](std::uint16_t sequence, bool keyframe) {
    return r.feed(hall, kind == MediaKind::kVideo
                            ? test::video_packet({.sequence = sequence, .keyframe = keyframe})
                            : test::audio_packet({.sequence = sequence}));
  };
  r.subscription.show(hall.layer(0));
  CHECK(header_of(feed(1, true)).sequence == 101);
  r.subscription.show(nullptr);
  for (int sequence = 2; sequence < 40000; ++sequence) feed(std::uint16_t(sequence), false);
  r.subscription.show(hall.layer(0));
  CHECK_FALSE(r.subscription.sender_report(r.now));
  if (kind == MediaKind::kVideo) {
    CHECK(r.subscription.awaited() == hall.layer(0));
    CHECK(feed(40000, false).empty());
  }
  CHECK(header_of(feed(40001, true)).sequence == 102);
  CHECK(r.subscription.sender_report(r.now));
}

TEST_CASE("a picture that was dropped on the way begins anew and repairs nothing before") {
  Source hall(kHall, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(hall.layer(0));
  r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true}));
  r.subscription.restart();
  CHECK(r.subscription.awaited() == hall.layer(0));
  CHECK(r.repair(101).empty());
  CHECK(r.feed(hall, test::video_packet({.sequence = 2})).empty());
  const Bytes key = r.feed(hall, test::video_packet({.sequence = 3, .keyframe = true}));
  CHECK(header_of(key).sequence == 102);
  CHECK(r.repair(102) == key);
  CHECK(r.repair(101).empty());
}

TEST_CASE("temporal layers are left out from the beginning of a picture") {
  Source hall(kHall, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(hall.layer(0));
  CHECK_FALSE(
      r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true, .picture_id = 1})).empty());
  CHECK_FALSE(
      r.feed(hall, test::video_packet({.sequence = 2, .picture_id = 2, .temporal = 1})).empty());
  r.subscription.set_max_temporal(0);
  const Bytes rest =
      test::video_packet({.sequence = 3, .starts = false, .picture_id = 2, .temporal = 1});
  CHECK_FALSE(r.feed(hall, rest).empty());
  CHECK(r.feed(hall, test::video_packet({.sequence = 4, .picture_id = 3, .temporal = 1})).empty());
}

TEST_CASE("a layer that nobody sends any more gives its memory back and begins anew") {
  Source hall(kHall, MediaKind::kVideo, true);
  SourceLayer& layer = *hall.layer(0);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(&layer);
  CHECK_FALSE(r.feed(hall, test::video_packet({.sequence = 1, .keyframe = true})).empty());
  layer.release_if_idle(r.now + milliseconds(9000));
  CHECK(layer.burst_bytes() > 0);
  r.now += milliseconds(10'000);
  layer.release_if_idle(r.now);
  CHECK(layer.burst_bytes() == 0);
  CHECK(r.repair(101).empty());
  CHECK_FALSE(layer.since_keyframe());
  CHECK(r.subscription.awaited() == &layer);
  CHECK(r.feed(hall, test::video_packet({.sequence = 2})).empty());
  CHECK(header_of(r.feed(hall, test::video_packet({.sequence = 3, .keyframe = true}))).sequence ==
        102);
}

TEST_CASE("packets of one burst stay whole until all receivers have them, however big") {
  const auto kind = GENERATE(MediaKind::kVideo, MediaKind::kAudio);
  Source hall(kHall, kind, true);
  hall.set_layer_count(kMaxLayers);
  SourceLayer& layer = *hall.layer(0);
  const auto packet = [&](std::size_t i) {
    const PacketSpec spec{.sequence = std::uint16_t(i), .size = 1400};
    return kind == MediaKind::kVideo ? test::video_packet(spec) : test::audio_packet(spec);
  };
  const Instant now{std::chrono::seconds(1000)};
  REQUIRE(layer.accept(packet(0), now) != nullptr);
  for (std::size_t next = 1; next < 200;) {
    std::vector<const StoredPacket*> burst;
    std::vector<std::size_t> numbers;
    for (std::size_t bytes = packet(0).size(); bytes <= layer.burst_bytes();
         bytes += packet(0).size()) {
      numbers.push_back(next);
      burst.push_back(layer.accept(packet(next++), now));
    }
    REQUIRE_FALSE(burst.empty());
    for (std::size_t i = 0; i < burst.size(); ++i) {
      const Bytes whole = packet(numbers[i]);
      CHECK(std::equal(burst[i]->payload().begin(), burst[i]->payload().end(),
                       whole.end() - burst[i]->size));
    }
  }
}

TEST_CASE("keyframe requests: at most one in 500 ms") {
  Source hall(kHall, MediaKind::kVideo, true);
  SourceLayer& layer = *hall.layer(0);
  Instant now{std::chrono::seconds(50)};
  CHECK(layer.request_keyframe(now));
  CHECK_FALSE(layer.request_keyframe(now + milliseconds(100)));
  CHECK(layer.request_keyframe(now + milliseconds(500)));
  CHECK_FALSE(layer.request_keyframe(now + milliseconds(600)));
}

namespace {

SubscriptionFormat format_with_rtx() {
  SubscriptionFormat format{MediaKind::kVideo, 0x5150, 97, 3, "m1"};
  format.rtx_ssrc = 0x5151;
  format.rtx_payload_type = 98;
  format.wide_id = 5;
  return format;
}

}  // namespace

TEST_CASE("a change of layer waits for the keyframe and tells nobody of a new source") {
  Source hall(kHall, MediaKind::kVideo, true);
  hall.set_layer_count(3);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(hall.layer(0));
  const auto feed = [&](Layer layer, const test::PacketSpec& spec) {
    const StoredPacket* stored = hall.layer(layer)->accept(test::video_packet(spec), r.now);
    REQUIRE(stored != nullptr);
    Bytes out(2048);
    out.resize(r.subscription.rewrite(*hall.layer(layer), *stored, r.now, out.data()).size);
    return out;
  };
  CHECK_FALSE(feed(0, {.ssrc = 1, .sequence = 1, .keyframe = true, .picture_id = 1}).empty());
  CHECK(r.subscription.take_shown());
  r.subscription.show(hall.layer(2));
  CHECK(r.subscription.target() == hall.layer(2));
  CHECK(feed(2, {.ssrc = 3, .sequence = 70, .picture_id = 9}).empty());
  CHECK_FALSE(feed(0, {.ssrc = 1, .sequence = 2, .picture_id = 2}).empty());
  const Bytes key = feed(2, {.ssrc = 3, .sequence = 71, .keyframe = true, .picture_id = 10});
  CHECK(header_of(key).sequence == 103);
  CHECK(vp8_of(key).picture_id == 103);
  CHECK_FALSE(r.subscription.take_shown());
  CHECK(feed(0, {.ssrc = 1, .sequence = 3, .picture_id = 3}).empty());
  CHECK(hall.layer(0)->subscribers.empty());
}

TEST_CASE("repairs by RTX: a stream of their own, the original number first") {
  Source hall(kHall, MediaKind::kVideo, true);
  Subscription s(format_with_rtx(), 100, 5000);
  const Instant now{std::chrono::seconds(1000)};
  s.show(hall.layer(0));
  Bytes sent(2048);
  const auto* stored = hall.layer(0)->accept(
      test::video_packet({.sequence = 7, .keyframe = true, .picture_id = 3}), now);
  const auto first = s.rewrite(*hall.layer(0), *stored, now, sent.data());
  REQUIRE(first.size > 0);
  CHECK(first.ssrc == 0x5150);
  REQUIRE(first.wide_at > 0);
  sent.resize(first.size);
  std::set<std::uint64_t> indices;
  for (int i = 0; i < 3; ++i) {
    Bytes again(2048);
    const auto repair = i < 2 ? s.repair(101, now, again.data()) : s.probe(0, now, again.data());
    REQUIRE(repair.size == first.size + 2);
    again.resize(repair.size);
    CHECK(repair.ssrc == 0x5151);
    CHECK(indices.insert(repair.index).second);
    const auto header = header_of(again);
    CHECK(header.payload_type == 98);
    CHECK(header.ssrc == 0x5151);
    CHECK(header.timestamp == header_of(sent).timestamp);
    CHECK(wire::get16(&again[header.size]) == 101);
    CHECK(std::equal(again.begin() + std::ptrdiff_t(header.size) + 2, again.end(),
                     sent.begin() + std::ptrdiff_t(header_of(sent).size)));
  }
}

TEST_CASE("a receiver catches up from the last keyframe, the newest picture at its own time") {
  Source hall(kHall, MediaKind::kVideo, true), village(kVillage, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(hall.layer(0));
  const Bytes before =
      r.feed(hall, test::video_packet({.sequence = 10, .timestamp = 1000, .keyframe = true}));
  SourceLayer& layer = *village.layer(0);
  CHECK_FALSE(layer.since_keyframe());
  for (int i = 0; i < 8; ++i) {  // a picture of two packets every 66 ms
    r.now += milliseconds(33);
    layer.accept(test::video_packet({.ssrc = 2,
                                     .sequence = std::uint16_t(500 + i),
                                     .timestamp = std::uint32_t(70000 + i / 2 * 5940),
                                     .keyframe = i == 0,
                                     .picture_id = 20 + i / 2}),
                 r.now);
  }
  const auto run = layer.since_keyframe();
  REQUIRE(run);
  CHECK(run->pictures == 4);
  CHECK(run->last - run->first == 7);
  r.subscription.show(&layer);
  r.subscription.begin_catch_up(layer, *run, r.now);
  std::vector<Bytes> sent;
  for (std::int64_t n = run->first; n <= run->last; ++n) {
    Bytes out(2048);
    out.resize(r.subscription.rewrite(layer, *layer.stored(n), r.now, out.data()).size);
    REQUIRE_FALSE(out.empty());
    sent.push_back(out);
  }
  r.subscription.end_catch_up();
  CHECK(r.subscription.awaited() == nullptr);
  std::uint32_t last = header_of(before).timestamp;
  for (std::size_t i = 0; i < sent.size(); i += 2) {
    CHECK(header_of(sent[i]).timestamp > last);
    CHECK(header_of(sent[i]).timestamp == header_of(sent[i + 1]).timestamp);
    last = header_of(sent[i]).timestamp;
  }
  // 264 ms after the picture before.
  CHECK(std::abs(int(last - header_of(before).timestamp) - 264 * 90) <= 90 * 70);
  // What follows keeps its distance from the newest, and repairs repeat what was sent.
  r.now += milliseconds(66);
  const Bytes next = r.feed(
      village, test::video_packet(
                   {.ssrc = 2, .sequence = 508, .timestamp = 70000 + 4 * 5940, .picture_id = 24}));
  CHECK(header_of(next).timestamp == last + 5940);
  for (const Bytes& packet : sent) {
    const Bytes again = r.repair(header_of(packet).sequence);
    CHECK(again == packet);
  }
  // A gap: no run, until the missing packet comes.
  layer.accept(test::video_packet({.ssrc = 2, .sequence = 510}), r.now);
  CHECK_FALSE(layer.since_keyframe());
  layer.accept(test::video_packet({.ssrc = 2, .sequence = 509}), r.now);
  CHECK(layer.since_keyframe());
}

TEST_CASE("temporal layers left out close their gap, and come back at a sync picture") {
  Source hall(kHall, MediaKind::kVideo, true);
  Receiver r(MediaKind::kVideo);
  r.subscription.show(hall.layer(0));
  std::uint16_t sequence = 1;
  int picture = 50;
  const auto feed = [&](int temporal, bool sync, bool keyframe = false) {
    Bytes packet = test::video_packet({.sequence = sequence++,
                                       .timestamp = std::uint32_t(picture * 3000),
                                       .keyframe = keyframe,
                                       .picture_id = picture++,
                                       .temporal = temporal,
                                       .sync = sync});
    r.now += milliseconds(33);
    return r.feed(hall, packet);
  };
  const Bytes first = feed(0, false, true);
  CHECK_FALSE(feed(1, true).empty());
  r.subscription.set_max_temporal(0);
  const Bytes a = feed(0, false);
  CHECK(feed(1, true).empty());
  const Bytes b = feed(0, false);
  CHECK(header_of(b).sequence == header_of(a).sequence + 1);
  CHECK(vp8_of(b).picture_id == vp8_of(a).picture_id + 1);
  const std::uint16_t lost = sequence++;  // a base picture that comes late
  ++picture;
  CHECK(feed(1, true).empty());
  const Bytes c = feed(0, false);
  CHECK(header_of(c).sequence == header_of(b).sequence + 2);
  const Bytes late = r.feed(
      hall, test::video_packet({.sequence = lost, .timestamp = 1, .picture_id = picture - 3}));
  CHECK(header_of(late).sequence == header_of(b).sequence + 1);
  CHECK(vp8_of(late).picture_id == vp8_of(b).picture_id + 1);
  CHECK(r.repair(header_of(b).sequence) == b);
  r.subscription.set_max_temporal(1);
  CHECK(feed(1, false).empty());
  CHECK_FALSE(feed(0, false).empty());
  CHECK_FALSE(feed(1, true).empty());
}

TEST_CASE("no number of ours twice over random layers, left-out pictures, losses and repairs") {
  std::uint32_t seed = 4711;
  const auto random = [&seed](std::uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  Source source(kHall, MediaKind::kVideo, true);
  source.set_layer_count(3);
  Receiver r(MediaKind::kVideo, 31000);
  std::uint16_t next[3] = {65000, 300, 9000};
  int picture[3] = {32000, 100, 7};
  std::map<std::int64_t, Bytes> sent;
  std::int64_t highest = 31000;
  for (int step = 0; step < 30000; ++step) {
    if (random(150) == 0) r.subscription.show(source.layer(random(3)));
    if (random(50) == 0) r.subscription.set_max_temporal(std::uint8_t(random(2)));
    if (random(3000) == 0) source.set_gate(!source.gate_open());
    r.now += milliseconds(5);
    const unsigned which = random(3);
    std::uint16_t sequence = next[which];
    if (random(10) == 0)
      sequence = std::uint16_t(sequence - random(30));
    else
      next[which] = std::uint16_t(next[which] + 1 + random(3));
    const StoredPacket* stored =
        source.layer(which)->accept(test::video_packet({.ssrc = which + 1,
                                                        .sequence = sequence,
                                                        .timestamp = std::uint32_t(step * 450),
                                                        .keyframe = random(20) == 0,
                                                        .picture_id = (picture[which]++) & 0x7fff,
                                                        .temporal = int(random(2)),
                                                        .sync = random(2) == 0}),
                                    r.now);
    if (stored == nullptr) continue;
    Bytes out(2048);
    out.resize(r.subscription.rewrite(*source.layer(which), *stored, r.now, out.data()).size);
    if (out.empty()) continue;
    const std::int64_t number = wire::extend16(highest, header_of(out).sequence);
    CHECK(sent.emplace(number, out).second);
    highest = std::max(highest, number);
    if (random(4) == 0) {
      const auto wanted = highest - random(60);
      const Bytes again = r.repair(std::uint16_t(wanted));
      if (!again.empty()) CHECK(again == sent.at(wanted));
    }
  }
  CHECK(sent.size() > 2500);
}
