#include "rtc/red.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace huiban::rtc;
using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes bytes(std::span<const std::uint8_t> span) {
  return {span.begin(), span.end()};
}

}  // namespace

TEST_CASE("redundant sound is written and read back") {
  const Bytes older{7}, old{1, 2, 3}, now{4, 5};
  const RedBlock blocks[] = {{111, 1920, older}, {111, 960, old}};
  Bytes out(64);
  out.resize(write_red(out.data(), blocks, {111, 0, now}));
  CHECK(out ==
        Bytes{0x80 | 111, 0x1e, 0x00, 0x01, 0x80 | 111, 0x0f, 0x00, 0x03, 111, 7, 1, 2, 3, 4, 5});
  const auto red = parse_red(out);
  REQUIRE(red.has_value());
  REQUIRE(red->redundant().size() == 2);
  CHECK(red->redundant()[0].timestamp_offset == 1920);
  CHECK(red->redundant()[1].payload_type == 111);
  CHECK(bytes(red->redundant()[1].payload) == old);
  CHECK(red->primary.payload_type == 111);
  CHECK(bytes(red->primary.payload) == now);
  for (std::size_t size = 0; size < 13; ++size)
    CHECK_FALSE(parse_red(std::span(out).first(size)).has_value());
  CHECK(parse_red(std::span(out).first(13)).has_value());  // an empty primary
  const Bytes longest(kMostRedBlock, 1);
  out.resize(2048);
  out.resize(
      write_red(out.data(), std::vector<RedBlock>{{1, kMostRedOffset, longest}}, {1, 0, now}));
  CHECK(parse_red(out).value().redundant()[0].payload.size() == kMostRedBlock);
  CHECK(parse_red(out).value().redundant()[0].timestamp_offset == kMostRedOffset);
}

TEST_CASE("too many redundant blocks are refused") {
  Bytes many;
  for (std::size_t i = 0; i <= RedPayload::kMostRedundant; ++i)
    many.insert(many.end(), {0x80 | 100, 0, 0, 0});
  many.push_back(100);
  CHECK_FALSE(parse_red(many).has_value());
  CHECK(parse_red(std::span(many).subspan(4)).has_value());
}

TEST_CASE("redundancy follows what a line loses, up at once and down slowly") {
  Redundancy redundancy;
  Instant now = Instant{} + 1h;
  const auto pass = [&](double loss, std::chrono::seconds span) {
    for (const Instant end = now + span; now < end; now += 200ms) redundancy.on_loss(loss, now);
    return redundancy.depth();
  };
  CHECK(pass(0, 60s) == 0);
  CHECK(pass(0.02, 3s) == 1);
  CHECK(pass(0.2, 1s) == 2);
  CHECK(pass(0, 8s) == 2);
  CHECK(pass(0, 12s) == 1);
  CHECK(pass(0, 12s) == 0);
  CHECK(pass(0.004, 60s) == 0);
  CHECK(pass(0.05, 60s) == 1);
}
