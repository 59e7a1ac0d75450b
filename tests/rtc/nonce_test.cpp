// The nonce rule (docs/transport.md): no (SSRC, index) is ever given to two different plaintexts.
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <random>

#include "rtc/subscription.h"
#include "rtc/wire.h"
#include "tests/rtc/packets.h"

using namespace huiban::rtc;
using std::chrono::milliseconds;
using Bytes = std::vector<std::uint8_t>;

namespace {

// A publisher's encoding: numbers, pictures of several packets, loss, reordering, restarts.
struct Encoding {
  std::uint32_t ssrc = 0, timestamp = 0;
  std::uint16_t sequence = 0;
  int picture_id = 0, tl0 = 0, left = 0, temporal = 0;
  std::vector<Bytes> late;

  Bytes next(std::mt19937& random) {
    const bool starts = left == 0;
    const bool keyframe = starts && random() % 12 == 0;
    if (starts) {
      left = 1 + int(random() % 4);
      timestamp += 3000;
      picture_id = (picture_id + 1) & 0x7fff;
      temporal = keyframe ? 0 : int(random() % 3);
      if (temporal == 0) tl0 = (tl0 + 1) & 0xff;
    }
    --left;
    return huiban::rtc::test::video_packet({.ssrc = ssrc,
                                            .sequence = sequence++,
                                            .timestamp = timestamp,
                                            .marker = left == 0,
                                            .keyframe = keyframe,
                                            .starts = starts,
                                            .picture_id = picture_id,
                                            .tl0 = tl0,
                                            .temporal = temporal,
                                            .sync = random() % 2 == 0,
                                            .size = 20 + random() % 30});
  }
};

struct Stage {
  Stage(std::uint32_t seed, bool rtx) : random(seed) {
    SubscriptionFormat format{MediaKind::kVideo, 0x5150, 97, 3, "m1"};
    if (rtx) {
      format.rtx_ssrc = 0x5151;
      format.rtx_payload_type = 98;
      format.wide_id = 5;
    }
    slot = std::make_unique<Subscription>(format, std::uint16_t(random()), random());
    for (std::size_t i = 0; i < 2; ++i) {
      sources.push_back(std::make_unique<Source>(SourceId(i), MediaKind::kVideo, true));
      sources.back()->set_layer_count(kMaxLayers);
    }
    for (Encoding& encoding : encodings) encoding = fresh();
  }
  Encoding fresh() {
    Encoding made;
    made.ssrc = random();
    made.sequence = std::uint16_t(random());
    made.picture_id = int(random() % 0x8000);
    return made;
  }
  // What would be sealed, with a number of its own where there is room for one.
  void leaves(const Rewritten& packet, Bytes out) {
    if (packet.size == 0) return;
    out.resize(packet.size);
    if (packet.wide_at != 0) wire::put16(&out[packet.wide_at], wide++);
    const auto key = std::pair(packet.ssrc, packet.index);
    const auto [known, first] = sent.try_emplace(key, out);
    if (!first && known->second != out) FAIL("one nonce, two plaintexts: " << packet.index);
    if (!first) ++repeated;
    CHECK(wire::get16(&out[2]) == std::uint16_t(packet.index));
    CHECK(wire::get32(&out[8]) == packet.ssrc);
    // No receiver loses count of the rollovers.
    std::uint64_t& before = highest[packet.ssrc];
    if (before != 0) CHECK(packet.index < before + 0x8000);
    before = std::max(before, packet.index);
  }
  void feed(SourceLayer& layer, const Bytes& packet) {
    const StoredPacket* stored = layer.accept(packet, now);
    if (stored == nullptr) return;
    Bytes out(2048);
    const Rewritten written = slot->rewrite(layer, *stored, now, out.data());
    if (written.size != 0) latest = std::uint16_t(written.index);
    leaves(written, std::move(out));
  }
  void catch_up(SourceLayer& layer) {
    slot->show(&layer);
    const auto run = layer.since_keyframe();
    if (slot->awaited() != &layer || !run) return;
    slot->begin_catch_up(layer, *run, now);
    for (std::int64_t n = run->first; n <= run->last; ++n) {
      const StoredPacket* stored = layer.stored(n);
      if (stored == nullptr) continue;
      Bytes out(2048);
      const Rewritten written = slot->rewrite(layer, *stored, now, out.data());
      leaves(written, std::move(out));
    }
    slot->end_catch_up();
    ++caught_up;
  }
  void step() {
    now += milliseconds(random() % 8);
    const std::size_t which = random() % encodings.size();
    Encoding& encoding = encodings[which];
    SourceLayer& layer = *sources[which / kMaxLayers]->layer(which % kMaxLayers);
    const Bytes packet = encoding.next(random);
    switch (random() % 20) {
      case 0:
        break;  // lost
      case 1:
        encoding.late.push_back(packet);
        break;
      case 2:
        feed(layer, packet);
        feed(layer, packet);  // repeated
        break;
      default:
        feed(layer, packet);
    }
    if (!encoding.late.empty() && random() % 10 == 0) {
      feed(layer, encoding.late.front());
      encoding.late.erase(encoding.late.begin());
    }
    if (random() % 150 == 0) catch_up(layer);
    if (random() % 150 == 0) slot->show(&layer);
    if (random() % 1000 == 0) slot->show(nullptr);
    if (random() % 800 == 0) slot->restart();
    if (random() % 100 == 0) slot->set_max_temporal(std::uint8_t(random() % 4));
    if (random() % 1000 == 0) encoding = fresh();  // a publisher comes back
    if (random() % 1500 == 0)
      encoding.sequence = std::uint16_t(random());  // or starts to count anew
    Source& gated = *sources[random() % sources.size()];
    if (random() % (gated.gate_open() ? 1500 : 50) == 0) gated.set_gate(!gated.gate_open());
    if (random() % 9000 == 0) {  // a source goes, another takes its place
      auto& source = sources[which / kMaxLayers];
      slot->detach(*source);
      source = std::make_unique<Source>(SourceId(random()), MediaKind::kVideo, true);
      source->set_layer_count(kMaxLayers);
    }
    for (int i = 0; i < 2; ++i) {
      Bytes out(2048);
      const auto asked = std::uint16_t(latest - random() % 300);
      const Rewritten again = random() % 5 == 0 ? slot->probe(random() % 4, now, out.data())
                                                : slot->repair(asked, now, out.data());
      leaves(again, std::move(out));
    }
  }

  std::mt19937 random;
  std::vector<std::unique_ptr<Source>> sources;
  std::array<Encoding, 2 * kMaxLayers> encodings;
  std::unique_ptr<Subscription> slot;
  Instant now{std::chrono::seconds(1000)};
  std::map<std::pair<std::uint32_t, std::uint64_t>, Bytes> sent;
  std::map<std::uint32_t, std::uint64_t> highest;
  std::uint16_t latest = 0;
  std::uint32_t wide = 0;
  std::size_t repeated = 0, caught_up = 0;
};

}  // namespace

TEST_CASE("no SSRC and index ever encrypt two packets, whatever happens") {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    Stage stage(seed, seed % 2 == 0);
    for (int step = 0; step < 60000; ++step) stage.step();
    CHECK(stage.sent.size() > 5000);
    CHECK(stage.caught_up > 20);
    if (seed % 2 == 0)
      CHECK(stage.repeated == 0);  // repairs have a stream of their own
    else
      CHECK(stage.repeated > 1000);
  }
}
