#include "rtc/red.h"

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

void RedBuilder::build(std::vector<std::uint8_t>& out, std::uint16_t sequence,
                       std::uint32_t timestamp, std::span<const std::uint8_t> opus,
                       std::size_t most_bytes) {
  const std::uint32_t offset = timestamp - timestamp_;
  if (any_ && std::uint16_t(sequence - sequence_) == 1 && offset >= 1 && offset <= kMostOffset &&
      5 + last_.size() + opus.size() <= most_bytes) {
    const std::size_t at = out.size();
    out.resize(at + 4);
    out[at] = std::uint8_t(0x80 | payload_type_);
    wire::put24(&out[at + 1], offset << 10 | std::uint32_t(last_.size()));
    out.push_back(payload_type_);
    out.insert(out.end(), last_.begin(), last_.end());
  } else {
    out.push_back(payload_type_);
  }
  out.insert(out.end(), opus.begin(), opus.end());
  any_ = !opus.empty() && opus.size() <= kMostKept;
  if (!any_) return;
  sequence_ = sequence;
  timestamp_ = timestamp;
  last_.assign(opus.begin(), opus.end());
}

}  // namespace huiban::rtc
