#include <algorithm>

#include "rtc/rtcp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kMaxBlocks = 31;  // five bits of report count

// Adds a packet of the given size with its header; returns where its body (after the 4 bytes)
// starts.
std::uint8_t* add(std::vector<std::uint8_t>& out, unsigned count, unsigned type, std::size_t body) {
  const std::size_t at = out.size();
  out.resize(at + 4 + body);
  out[at] = std::uint8_t(0x80 | count);
  out[at + 1] = std::uint8_t(type);
  wire::put16(&out[at + 2], std::uint32_t(body / 4));
  return out.data() + at + 4;
}

void write_blocks(std::uint8_t* p, const std::vector<ReportBlock>& blocks, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i, p += 24) {
    const ReportBlock& b = blocks[i];
    wire::put32(p, b.ssrc);
    p[4] = b.fraction_lost;
    wire::put24(p + 5, std::uint32_t(std::clamp(b.cumulative_lost, -0x800000, 0x7fffff)));
    wire::put32(p + 8, b.highest_sequence);
    wire::put32(p + 12, b.jitter);
    wire::put32(p + 16, b.last_sr);
    wire::put32(p + 20, b.delay_since_sr);
  }
}

}  // namespace

void append_rtcp(std::vector<std::uint8_t>& out, const SenderReport& report) {
  const std::size_t count = std::min(report.blocks.size(), kMaxBlocks);
  std::uint8_t* p = add(out, unsigned(count), 200, 24 + 24 * count);
  wire::put32(p, report.ssrc);
  wire::put32(p + 4, std::uint32_t(report.ntp >> 32));
  wire::put32(p + 8, std::uint32_t(report.ntp));
  wire::put32(p + 12, report.rtp);
  wire::put32(p + 16, report.packets);
  wire::put32(p + 20, report.octets);
  write_blocks(p + 24, report.blocks, count);
}

void append_rtcp(std::vector<std::uint8_t>& out, const ReceiverReport& report) {
  const std::size_t count = std::min(report.blocks.size(), kMaxBlocks);
  std::uint8_t* p = add(out, unsigned(count), 201, 4 + 24 * count);
  wire::put32(p, report.ssrc);
  write_blocks(p + 4, report.blocks, count);
}

void append_rtcp(std::vector<std::uint8_t>& out, const SourceDescription& description) {
  const std::size_t text = std::min<std::size_t>(description.cname.size(), 255);
  const std::size_t chunk = (4 + 2 + text + 1 + 3) / 4 * 4;  // ended by at least one zero
  std::uint8_t* p = add(out, 1, 202, chunk);
  wire::put32(p, description.ssrc);
  p[4] = 1;  // CNAME
  p[5] = std::uint8_t(text);
  std::copy_n(description.cname.begin(), text, p + 6);
}

void append_rtcp(std::vector<std::uint8_t>& out, const Bye& bye) {
  const std::size_t count = std::min(bye.ssrcs.size(), kMaxBlocks);
  std::uint8_t* p = add(out, unsigned(count), 203, 4 * count);
  for (std::size_t i = 0; i < count; ++i) wire::put32(p + 4 * i, bye.ssrcs[i]);
}

void append_rtcp(std::vector<std::uint8_t>& out, const Nack& nack) {
  std::vector<std::pair<std::uint16_t, std::uint16_t>>
      pairs;  // packet id, bits for the 16 after it
  for (const std::uint16_t sequence : nack.sequences) {
    const std::uint16_t behind = pairs.empty() ? 0 : std::uint16_t(sequence - pairs.back().first);
    if (!pairs.empty() && behind >= 1 && behind <= 16)
      pairs.back().second = std::uint16_t(pairs.back().second | 1u << (behind - 1));
    else
      pairs.emplace_back(sequence, 0);
  }
  std::uint8_t* p = add(out, 1, 205, 8 + 4 * pairs.size());
  wire::put32(p, nack.sender);
  wire::put32(p + 4, nack.media);
  p += 8;
  for (const auto& [id, bits] : pairs) {
    wire::put16(p, id);
    wire::put16(p + 2, bits);
    p += 4;
  }
}

void append_rtcp(std::vector<std::uint8_t>& out, const Pli& pli) {
  std::uint8_t* p = add(out, 1, 206, 8);
  wire::put32(p, pli.sender);
  wire::put32(p + 4, pli.media);
}

void append_rtcp(std::vector<std::uint8_t>& out, const Remb& remb) {
  const std::size_t count = std::min<std::size_t>(remb.media.size(), 255);
  std::uint8_t* p = add(out, 15, 206, 16 + 4 * count);
  wire::put32(p, remb.sender);
  wire::put32(p + 4, 0);
  std::copy_n("REMB", 4, p + 8);
  std::uint64_t mantissa = remb.bits_per_second;
  unsigned exponent = 0;
  for (; mantissa > 0x3ffff; mantissa >>= 1) ++exponent;
  p[12] = std::uint8_t(count);
  wire::put24(p + 13, std::uint32_t(exponent << 18 | mantissa));
  for (std::size_t i = 0; i < count; ++i) wire::put32(p + 16 + 4 * i, remb.media[i]);
}

}  // namespace huiban::rtc
