#include <catch2/catch.hpp>

#include "rtc/source.h"
#include "rtc/subscription.h"
#include "tests/rtc/packets.h"

using namespace huiban::rtc;
using huiban::rtc::test::PacketSpec;
using Bytes = std::vector<std::uint8_t>;

namespace {

constexpr Instant kNow{std::chrono::seconds(1000)};

std::vector<const StoredPacket*> taken(SourceLayer& layer, const std::vector<Bytes>& packets) {
  std::vector<const StoredPacket*> stored;
  for (const Bytes& packet : packets) stored.push_back(layer.accept(packet, kNow));
  layer.even_out(stored);
  return stored;
}

std::vector<Bytes> video_of(const std::vector<std::size_t>& sizes) {
  std::vector<Bytes> packets;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    packets.push_back(test::video_packet({.sequence = std::uint16_t(100 + i),
                                          .timestamp = 7,
                                          .keyframe = i == 0,
                                          .starts = i == 0,
                                          .size = sizes[i]}));
  return packets;
}

}  // namespace

TEST_CASE("packets of a picture that differ by few bytes get one size, the last may be shorter") {
  const std::size_t extra = 1;  // the VP8 descriptor
  for (const auto& [sizes, expected] :
       std::vector<std::pair<std::vector<std::size_t>, std::vector<std::size_t>>>{
           {{1000, 1000, 1001, 1001}, {1001, 1001, 1001, 1001}},
           {{1000, 1000, 999}, {1000, 1000, 999}},
           {{1000, 1000, 300}, {1000, 1000, 300}},
           {{1000, 1009, 1009}, {1000, 1009, 1009}},
           {{600, 600, 1000, 1004, 1002}, {600, 600, 1004, 1004, 1002}},
           {{300, 301, 302}, {300, 301, 302}},
           {{1000}, {1000}}}) {
    Source source(SourceId{1}, MediaKind::kVideo, true);
    const auto stored = taken(*source.layer(0), video_of(sizes));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      CAPTURE(i, sizes[i]);
      CHECK(stored[i]->size == expected[i] + extra);
      CHECK(stored[i]->padded == (expected[i] != sizes[i]));
    }
  }
}

TEST_CASE("what was evened out is what was sent, with padding behind it, and so are repairs") {
  Source source(SourceId{1}, MediaKind::kVideo, true);
  const auto packets = video_of({900, 905, 907});
  Subscription subscription({MediaKind::kVideo, 0x5150, 97}, 100, 5000);
  SourceLayer& layer = *source.layer(0);
  subscription.show(&layer);
  const auto stored = taken(layer, packets);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    Bytes out(2048);
    out.resize(subscription.rewrite(layer, *stored[i], kNow, out.data()).size);
    const auto header = parse_rtp(out);
    REQUIRE(header);
    CHECK(header->padding == 907 - (packets[i].size() - 12 - 1));
    CHECK(std::equal(packets[i].begin() + 12, packets[i].end(),
                     out.begin() + std::ptrdiff_t(header->size)));
    Bytes again(2048);
    again.resize(subscription.repair(header->sequence, kNow, again.data()).size);
    CHECK(again == out);
  }
}

TEST_CASE("sound and what its sender has padded stay as they are") {
  Source sound(SourceId{1}, MediaKind::kAudio, true);
  const auto of_sound = taken(
      *sound.layer(0), {test::audio_packet({.sequence = 1, .size = 500}),
                        test::audio_packet({.sequence = 2, .size = 501})});
  CHECK(of_sound[0]->size == 500);

  Source source(SourceId{2}, MediaKind::kVideo, true);
  auto packets = video_of({1000, 1001});
  packets[0][0] |= 0x20;
  packets[0].back() = 4;
  const auto stored = taken(*source.layer(0), packets);
  CHECK(stored[0]->size == 1001);
  CHECK(Bytes(stored[0]->payload().begin(), stored[0]->payload().end()) ==
        Bytes(packets[0].begin() + 12, packets[0].end()));
}
