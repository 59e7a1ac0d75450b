// Framing of packets on a stream.
#include "rtc/rfc4571.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;

namespace {

// Feeds pieces of these sizes (the last one repeats); nullopt-like false in good when refused.
struct Fed {
  std::vector<Bytes> packets;
  bool good = true;
  std::size_t pending = 0;
};

Fed feed(const Bytes& stream, std::size_t piece) {
  Fed fed;
  FrameReader reader;
  Bytes room(kFrameHeader + kMaxFrame + piece);
  for (std::size_t at = 0; at < stream.size() && fed.good; at += piece) {
    const std::size_t kept = reader.resume(room);
    const std::size_t size = std::min(piece, stream.size() - at);
    std::copy_n(stream.begin() + std::ptrdiff_t(at), size, room.begin() + std::ptrdiff_t(kept));
    fed.good = reader.split({room.data(), kept + size}, [&fed](std::span<std::uint8_t> packet) {
      fed.packets.emplace_back(packet.begin(), packet.end());
    });
  }
  fed.pending = reader.pending();
  return fed;
}

}  // namespace

TEST_CASE("packets come out whole and in order, however the stream was cut") {
  std::vector<Bytes> sent;
  Bytes stream;
  for (const std::size_t size : {std::size_t(1), std::size_t(2), std::size_t(100),
                                 std::size_t(1200), kMaxFrame, std::size_t(7)}) {
    Bytes packet(size);
    for (std::size_t i = 0; i < size; ++i) packet[i] = std::uint8_t(i * 7 + size);
    append_frame(stream, packet);
    sent.push_back(std::move(packet));
  }
  for (const std::size_t piece : {1, 2, 3, 5, 64, 1201, 100000}) {
    CAPTURE(piece);
    const Fed fed = feed(stream, piece);
    CHECK(fed.good);
    CHECK(fed.packets == sent);
    CHECK(fed.pending == 0);
  }
}

TEST_CASE("a null packet is passed over, a beginning is kept, a length above the bound ends it") {
  CHECK(feed({0, 0, 0, 1, 9, 0, 0}, 7).packets == std::vector<Bytes>{{9}});
  const Fed begun = feed({0, 4, 1, 2, 3}, 2);
  CHECK(begun.packets.empty());
  CHECK(begun.pending == 5);
  CHECK(feed({0}, 1).pending == 1);
  const Fed long_one = feed({0, 1, 5, 0x08, 0x01}, 5);  // 2049
  CHECK_FALSE(long_one.good);
  CHECK(long_one.packets == std::vector<Bytes>{{5}});
  CHECK_FALSE(feed({'G', 'E', 'T', ' '}, 1).good);
}
