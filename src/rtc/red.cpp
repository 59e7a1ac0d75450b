#include "rtc/red.h"

#include <algorithm>

#include "rtc/wire.h"

namespace huiban::rtc {

std::optional<RedPayload> parse_red(std::span<const std::uint8_t> payload) {
  // Headers first (RFC 2198 section 3): four bytes with the follow bit, at last one without.
  RedPayload red;
  std::array<std::size_t, RedPayload::kMostRedundant> lengths{};
  std::size_t at = 0;
  for (;; at += 4) {
    if (at >= payload.size()) return std::nullopt;
    if (!(payload[at] & 0x80)) break;
    if (red.count == RedPayload::kMostRedundant || at + 4 > payload.size()) return std::nullopt;
    const std::uint32_t rest = wire::get24(&payload[at + 1]);
    red.blocks[red.count].payload_type = payload[at] & 0x7f;
    red.blocks[red.count].timestamp_offset = std::uint16_t(rest >> 10);
    lengths[red.count++] = rest & 0x3ff;
  }
  red.primary.payload_type = payload[at];
  auto data = payload.subspan(at + 1);
  for (std::size_t i = 0; i < red.count; ++i) {
    if (lengths[i] > data.size()) return std::nullopt;
    red.blocks[i].payload = data.first(lengths[i]);
    data = data.subspan(lengths[i]);
  }
  red.primary.payload = data;
  return red;
}

std::size_t write_red(std::uint8_t* out, std::span<const RedBlock> redundant,
                      const RedBlock& primary) {
  std::uint8_t* at = out;
  for (const RedBlock& block : redundant) {
    at[0] = std::uint8_t(0x80 | block.payload_type);
    wire::put24(at + 1,
                std::uint32_t(block.timestamp_offset) << 10 | std::uint32_t(block.payload.size()));
    at += 4;
  }
  *at++ = primary.payload_type;
  for (const RedBlock& block : redundant) at = std::ranges::copy(block.payload, at).out;
  return std::size_t(std::ranges::copy(primary.payload, at).out - out);
}

void Redundancy::on_loss(double fraction, Instant now) {
  const double passed = last_ == Instant{} ? 0 : std::chrono::duration<double>(now - last_).count();
  last_ = now;
  loss_ += (fraction - loss_) * std::min(1.0, passed / 2);
  const std::size_t needed = loss_ > kTwo ? 2 : loss_ > kOne ? 1 : 0;
  if (needed > depth_) depth_ = needed;
  if (depth_ == 0 || loss_ > (depth_ == 2 ? kTwo : kOne) / 2) {
    calm_since_ = now;
  } else if (now - calm_since_ > kCalm) {
    --depth_;
    calm_since_ = now;
  }
}

}  // namespace huiban::rtc
