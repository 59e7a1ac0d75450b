#pragma once
// Redundant audio (RFC 2198): an Opus packet that carries the ones before it, too, so that losses
// are not heard. Pure, any thread; spans point into what was given.
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "rtc/timing.h"

namespace huiban::rtc {

struct RedBlock {
  std::uint8_t payload_type = 0;
  std::uint16_t timestamp_offset = 0;  // timestamp units before the packet's own time, below 2^14
  std::span<const std::uint8_t> payload;
};

struct RedPayload {
  static constexpr std::size_t kMostRedundant = 8;  // browsers send one or two

  RedBlock primary;
  std::array<RedBlock, kMostRedundant> blocks;  // as sent, oldest first
  std::size_t count = 0;

  std::span<const RedBlock> redundant() const { return std::span(blocks).first(count); }
};

// payload: of an RTP packet, without header, extensions and padding. nullopt: a length that leaves
// the packet, or more than kMostRedundant blocks. Blocks may be empty.
std::optional<RedPayload> parse_red(std::span<const std::uint8_t> payload);

inline constexpr std::size_t kMostRedBlock = 1023;         // bytes: ten bits of length
inline constexpr std::uint32_t kMostRedOffset = 16383;     // 14 bits: 341 ms of Opus
constexpr std::size_t red_size(std::size_t block_bytes) {  // of a redundant block, header included
  return 4 + block_bytes;
}

// Writes the payload, oldest block first, and returns its size: that of the blocks by red_size(),
// one byte, and the primary's. Blocks have at most kMostRedBlock bytes and kMostRedOffset.
std::size_t write_red(std::uint8_t* out, std::span<const RedBlock> redundant,
                      const RedBlock& primary);

// How many packets before it each packet shall carry for a receiver that loses some.
class Redundancy {
 public:
  static constexpr std::size_t kMost = 2;
  // Loss over some seconds from which one and two are carried.
  static constexpr double kOne = 0.01, kTwo = 0.06;
  // As long without half of that, and one less is enough.
  static constexpr auto kCalm = std::chrono::seconds(10);

  void on_loss(double fraction, Instant now);  // 0...1, a few times a second
  std::size_t depth() const { return depth_; }

 private:
  double loss_ = 0;
  Instant last_{}, calm_since_{};
  std::size_t depth_ = 0;
};

}  // namespace huiban::rtc
