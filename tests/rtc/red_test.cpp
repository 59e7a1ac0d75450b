#include "rtc/red.h"

#include <catch2/catch.hpp>

using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes bytes(std::span<const std::uint8_t> span) {
  return {span.begin(), span.end()};
}

}  // namespace

TEST_CASE("a packet carries the one before it") {
  RedBuilder builder(111);
  Bytes first, second;
  builder.build(first, 65535, 0xffffff00, Bytes{1, 2, 3});
  builder.build(second, 0, 0xffffff00 + 960, Bytes{4, 5});  // both wrap
  CHECK(first == Bytes{111, 1, 2, 3});
  CHECK(second == Bytes{0x80 | 111, 0x0f, 0x00, 0x03, 111, 1, 2, 3, 4, 5});
  const auto red = parse_red(second);
  REQUIRE(red.has_value());
  CHECK(red->primary.payload_type == 111);
  CHECK(bytes(red->primary.payload) == Bytes{4, 5});
  REQUIRE(red->redundant().size() == 1);
  CHECK(red->redundant()[0].payload_type == 111);
  CHECK(red->redundant()[0].timestamp_offset == 960);
  CHECK(bytes(red->redundant()[0].payload) == Bytes{1, 2, 3});
}

TEST_CASE("what cannot be told truly is not repeated") {
  RedBuilder builder(111);
  const auto alone = [&builder](std::uint16_t sequence, std::uint32_t timestamp, const Bytes& opus,
                                std::size_t most = 1100) {
    Bytes out;
    builder.build(out, sequence, timestamp, opus, most);
    return parse_red(out).value().redundant().empty();
  };
  CHECK(alone(1, 960, {1}));
  CHECK(alone(3, 2880, {2}));  // a gap: its loss would be hidden
  CHECK_FALSE(alone(4, 2880 + RedBuilder::kMostOffset, {3}));
  CHECK(alone(5, 2880 + 3 * RedBuilder::kMostOffset, {4}));  // after silence, too long ago
  CHECK(alone(6, 2880 + 3 * RedBuilder::kMostOffset, {5}));  // no time has passed
  CHECK(alone(7, 960, Bytes(20), 20));                       // back in time
  CHECK(alone(8, 1920, Bytes(20), 44));                      // no room
  CHECK_FALSE(alone(9, 2880, Bytes(20), 45));
  builder.reset();
  CHECK(alone(10, 3840, Bytes(1024)));
  CHECK(alone(11, 4800, {1}));  // 1024 bytes do not fit in ten bits
}

TEST_CASE("several blocks are read in order; lies are refused") {
  const Bytes two{0x80 | 100, 0x1e, 0x00, 0x01, 0x80 | 100, 0x0f, 0x00, 0x02, 101, 7, 8, 8, 9};
  const auto red = parse_red(two);
  REQUIRE(red.has_value());
  REQUIRE(red->redundant().size() == 2);
  CHECK(red->redundant()[0].timestamp_offset == 1920);
  CHECK(bytes(red->redundant()[0].payload) == Bytes{7});
  CHECK(bytes(red->redundant()[1].payload) == Bytes{8, 8});
  CHECK(red->primary.payload_type == 101);
  CHECK(bytes(red->primary.payload) == Bytes{9});
  for (std::size_t size = 0; size < two.size() - 1; ++size)
    CHECK_FALSE(parse_red(std::span(two).first(size)).has_value());
  CHECK(parse_red(std::span(two).first(12)).has_value());  // an empty primary
  Bytes many;
  for (std::size_t i = 0; i <= RedPayload::kMostRedundant; ++i)
    many.insert(many.end(), {0x80 | 100, 0, 0, 0});
  many.push_back(100);
  CHECK_FALSE(parse_red(many).has_value());
  CHECK(parse_red(std::span(many).subspan(4)).has_value());
}
