#pragma once
// Redundant audio (RFC 2198): an Opus packet that carries the one before it, too, so that a single
// loss is not heard. Pure, any thread; spans point into what was given.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

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

// Builds the payloads of one outgoing stream. Keeps the last packet, at most kMostKept bytes.
class RedBuilder {
 public:
  static constexpr std::size_t kMostKept = 1023;       // ten bits of length
  static constexpr std::uint32_t kMostOffset = 16383;  // 14 bits: 341 ms of Opus

  explicit RedBuilder(std::uint8_t payload_type) : payload_type_(payload_type & 0x7f) {}

  // Appends the payload for an Opus packet. The one before goes along if its number is the
  // preceding one, its time is 1 to kMostOffset units earlier, and all fits in most_bytes;
  // otherwise the packet goes alone, with one byte before it.
  void build(std::vector<std::uint8_t>& out, std::uint16_t sequence, std::uint32_t timestamp,
             std::span<const std::uint8_t> opus, std::size_t most_bytes = 1100);
  // After a switch of source: the next packet has nothing to repeat.
  void reset() { any_ = false; }

 private:
  std::uint8_t payload_type_;
  bool any_ = false;
  std::uint16_t sequence_ = 0;
  std::uint32_t timestamp_ = 0;
  std::vector<std::uint8_t> last_;
};

}  // namespace huiban::rtc
