#include "rtc/transport_feedback.h"

#include <algorithm>

#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

enum Symbol : std::uint8_t { kNotReceived = 0, kSmallDelta = 1, kLargeDelta = 2 };
constexpr std::size_t kOneBitSymbols = 14, kTwoBitSymbols = 7, kMaxRun = 8191;

Symbol symbol_of(std::int32_t delta) {
  if (delta == TransportFeedback::kLost) return kNotReceived;
  return delta >= 0 && delta <= 255 ? kSmallDelta : kLargeDelta;
}

// Section 3.1.3 and 3.1.4.
void append_symbols(std::vector<std::uint8_t>& out, unsigned chunk, std::size_t count) {
  for (; count > 0; --count) out.push_back(std::uint8_t(chunk));
}

class ChunkReader {
 public:
  explicit ChunkReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  // Appends the symbols of the next chunk, at most `left`. False: no bytes left.
  bool next(std::vector<std::uint8_t>& symbols, std::size_t left) {
    if (at_ + 2 > bytes_.size()) return false;
    const unsigned chunk = wire::get16(&bytes_[at_]);
    at_ += 2;
    if (!(chunk & 0x8000)) {
      append_symbols(symbols, chunk >> 13 & 3, std::min<std::size_t>(chunk & 0x1fff, left));
    } else if (!(chunk & 0x4000)) {
      for (std::size_t i = 0; i < std::min(kOneBitSymbols, left); ++i)
        symbols.push_back(std::uint8_t(chunk >> (13 - i) & 1));
    } else {
      for (std::size_t i = 0; i < std::min(kTwoBitSymbols, left); ++i)
        symbols.push_back(std::uint8_t(chunk >> (12 - 2 * i) & 3));
    }
    return true;
  }
  std::span<const std::uint8_t> rest() const { return bytes_.subspan(at_); }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

void put_chunk(std::vector<std::uint8_t>& out, unsigned chunk) {
  out.push_back(std::uint8_t(chunk >> 8));
  out.push_back(std::uint8_t(chunk));
}

void append_chunks(std::vector<std::uint8_t>& out, std::span<const std::int32_t> deltas) {
  for (std::size_t at = 0; at < deltas.size();) {
    const Symbol first = symbol_of(deltas[at]);
    std::size_t run = 1;
    while (at + run < deltas.size() && run < kMaxRun && symbol_of(deltas[at + run]) == first) ++run;
    if (run >= kTwoBitSymbols) {
      put_chunk(out, unsigned(first) << 13 | unsigned(run));
      at += run;
      continue;
    }
    const auto next = deltas.subspan(at, std::min(kOneBitSymbols, deltas.size() - at));
    const bool one_bit = std::none_of(next.begin(), next.end(), [](std::int32_t delta) {
      return symbol_of(delta) == kLargeDelta;
    });
    unsigned chunk = one_bit ? 0x8000 : 0xc000;
    const std::size_t count = std::min(one_bit ? kOneBitSymbols : kTwoBitSymbols, next.size());
    for (std::size_t i = 0; i < count; ++i)
      chunk |= unsigned(symbol_of(next[i])) << (one_bit ? 13 - i : 12 - 2 * i);
    put_chunk(out, chunk);
    at += count;
  }
}

}  // namespace

std::optional<TransportFeedback> parse_transport_feedback(std::span<const std::uint8_t> body) {
  if (body.size() < 16) return std::nullopt;
  TransportFeedback feedback;
  feedback.sender = wire::get32(&body[0]);
  feedback.media = wire::get32(&body[4]);
  feedback.base = wire::get16(&body[8]);
  const std::size_t count = wire::get16(&body[10]);
  feedback.reference = wire::get24(&body[12]);
  feedback.count = body[15];
  if (count > TransportFeedback::kMaxPackets) return std::nullopt;
  std::vector<std::uint8_t> symbols;
  symbols.reserve(count);
  ChunkReader chunks(body.subspan(16));
  while (symbols.size() < count)
    if (!chunks.next(symbols, count - symbols.size())) return std::nullopt;
  auto bytes = chunks.rest();
  feedback.deltas.reserve(count);
  for (const std::uint8_t symbol : symbols) {
    if (symbol == kSmallDelta) {
      if (bytes.empty()) return std::nullopt;
      feedback.deltas.push_back(bytes[0]);
      bytes = bytes.subspan(1);
    } else if (symbol == kLargeDelta) {
      if (bytes.size() < 2) return std::nullopt;
      feedback.deltas.push_back(std::int16_t(wire::get16(&bytes[0])));
      bytes = bytes.subspan(2);
    } else {
      feedback.deltas.push_back(TransportFeedback::kLost);
    }
  }
  return feedback;
}

void append_rtcp(std::vector<std::uint8_t>& out, const TransportFeedback& feedback) {
  const std::size_t start = out.size();
  const auto deltas = std::span(feedback.deltas)
                          .first(std::min(feedback.deltas.size(), TransportFeedback::kMaxPackets));
  out.resize(start + 20);
  append_chunks(out, deltas);
  for (const std::int32_t delta : deltas) {
    const Symbol symbol = symbol_of(delta);
    if (symbol == kLargeDelta) out.push_back(std::uint8_t(std::uint32_t(delta) >> 8));
    if (symbol != kNotReceived) out.push_back(std::uint8_t(delta));
  }
  const std::size_t padding = (4 - (out.size() - start) % 4) % 4;
  for (std::size_t i = 1; i <= padding; ++i)
    out.push_back(i == padding ? std::uint8_t(padding) : 0);
  std::uint8_t* p = out.data() + start;
  p[0] = std::uint8_t(0x80 | (padding > 0 ? 0x20 : 0) | 15);
  p[1] = 205;
  wire::put16(p + 2, std::uint32_t((out.size() - start) / 4 - 1));
  wire::put32(p + 4, feedback.sender);
  wire::put32(p + 8, feedback.media);
  wire::put16(p + 12, feedback.base);
  wire::put16(p + 14, std::uint32_t(deltas.size()));
  wire::put24(p + 16, feedback.reference);
  p[19] = feedback.count;
}

}  // namespace huiban::rtc
