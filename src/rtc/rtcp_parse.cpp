#include <cstring>

#include "rtc/rtcp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

using Bytes = std::span<const std::uint8_t>;

// 1900-01-01 to 1970-01-01 (RFC 868).
constexpr std::uint64_t kNtpToUnix = 2'208'988'800ull;

std::vector<ReportBlock> read_blocks(Bytes body, std::size_t count) {
  std::vector<ReportBlock> blocks(count);
  const std::uint8_t* p = body.data();
  for (ReportBlock& b : blocks) {
    b.ssrc = wire::get32(p);
    b.fraction_lost = p[4];
    const std::uint32_t lost = wire::get24(p + 5);
    b.cumulative_lost = lost & 0x800000 ? std::int32_t(lost) - 0x1000000 : std::int32_t(lost);
    b.highest_sequence = wire::get32(p + 8);
    b.jitter = wire::get32(p + 12);
    b.last_sr = wire::get32(p + 16);
    b.delay_since_sr = wire::get32(p + 20);
    p += 24;
  }
  return blocks;
}

bool read_sender_report(Bytes body, std::size_t count, std::vector<RtcpItem>& out) {
  if (body.size() < 24 + 24 * count) return false;
  SenderReport report;
  report.ssrc = wire::get32(&body[0]);
  report.ntp = NtpTime(wire::get32(&body[4])) << 32 | wire::get32(&body[8]);
  report.rtp = wire::get32(&body[12]);
  report.packets = wire::get32(&body[16]);
  report.octets = wire::get32(&body[20]);
  report.blocks = read_blocks(body.subspan(24), count);
  out.emplace_back(std::move(report));
  return true;
}

bool read_receiver_report(Bytes body, std::size_t count, std::vector<RtcpItem>& out) {
  if (body.size() < 4 + 24 * count) return false;
  out.emplace_back(ReceiverReport{wire::get32(&body[0]), read_blocks(body.subspan(4), count)});
  return true;
}

bool read_sdes(Bytes body, std::size_t count, std::vector<RtcpItem>& out) {
  std::size_t at = 0;
  for (; count > 0; --count) {
    if (at + 4 > body.size()) return false;
    SourceDescription chunk{wire::get32(&body[at]), {}};
    at += 4;
    while (at < body.size() && body[at] != 0) {
      if (at + 2 > body.size() || at + 2 + body[at + 1] > body.size()) return false;
      if (body[at] == 1)
        chunk.cname.assign(reinterpret_cast<const char*>(body.data()) + at + 2, body[at + 1]);
      at += 2 + body[at + 1];
    }
    at = (at + 4) / 4 * 4;  // the zero, then up to the next word
    out.emplace_back(std::move(chunk));
  }
  return true;
}

bool read_bye(Bytes body, std::size_t count, std::vector<RtcpItem>& out) {
  if (body.size() < 4 * count) return false;
  Bye bye;
  for (std::size_t i = 0; i < count; ++i) bye.ssrcs.push_back(wire::get32(&body[4 * i]));
  out.emplace_back(std::move(bye));
  return true;
}

bool read_transport_layer_feedback(Bytes body, unsigned format, std::vector<RtcpItem>& out) {
  if (body.size() < 8) return false;
  if (format == 15) {
    auto feedback = parse_transport_feedback(body);
    if (feedback) out.emplace_back(std::move(*feedback));
    return feedback.has_value();
  }
  if (format != 1) return true;
  Nack nack{wire::get32(&body[0]), wire::get32(&body[4]), {}};
  for (std::size_t at = 8; at + 4 <= body.size(); at += 4) {
    const std::uint16_t id = wire::get16(&body[at]);
    nack.sequences.push_back(id);
    for (unsigned bits = wire::get16(&body[at + 2]), i = 1; bits != 0; bits >>= 1, ++i)
      if (bits & 1) nack.sequences.push_back(std::uint16_t(id + i));
  }
  out.emplace_back(std::move(nack));
  return true;
}

bool read_payload_feedback(Bytes body, unsigned format, std::vector<RtcpItem>& out) {
  if (body.size() < 8) return false;
  const std::uint32_t sender = wire::get32(&body[0]);
  if (format == 1) {
    out.emplace_back(Pli{sender, wire::get32(&body[4])});
  } else if (format == 4) {
    Fir fir{sender, {}};
    for (std::size_t at = 8; at + 8 <= body.size(); at += 8)
      fir.media.push_back(wire::get32(&body[at]));
    out.emplace_back(std::move(fir));
  } else if (format == 15 && body.size() >= 16 && std::memcmp(&body[8], "REMB", 4) == 0) {
    Remb remb{sender, 0, {}};
    const std::uint32_t packed = wire::get24(&body[13]);
    remb.bits_per_second = std::uint64_t(packed & 0x3ffff);
    const unsigned exponent = packed >> 18;
    remb.bits_per_second = exponent > 45 ? ~std::uint64_t{0} : remb.bits_per_second << exponent;
    if (body.size() < 16 + 4 * std::size_t(body[12])) return false;
    for (std::size_t i = 0; i < body[12]; ++i) remb.media.push_back(wire::get32(&body[16 + 4 * i]));
    out.emplace_back(std::move(remb));
  }
  return true;
}

}  // namespace

NtpTime to_ntp(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch());
  const std::uint64_t seconds = std::uint64_t(since.count()) / 1'000'000'000u;
  const std::uint64_t rest = std::uint64_t(since.count()) % 1'000'000'000u;
  return (seconds + kNtpToUnix) << 32 | (rest << 32) / 1'000'000'000u;
}

std::chrono::system_clock::time_point from_ntp(NtpTime ntp) {
  // Two's complement keeps times before 1970 (uptime clocks of senders) in order.
  const std::int64_t seconds = std::int64_t(ntp >> 32) - std::int64_t(kNtpToUnix);
  const std::int64_t rest = std::int64_t(((ntp & 0xffffffff) * 1'000'000'000u) >> 32);
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::nanoseconds(seconds * 1'000'000'000 + rest)));
}

std::optional<std::vector<RtcpItem>> parse_rtcp(Bytes compound) {
  std::vector<RtcpItem> items;
  if (compound.empty()) return std::nullopt;
  while (!compound.empty()) {
    if (compound.size() < 4 || compound[0] >> 6 != 2) return std::nullopt;
    const std::size_t length = 4 * (std::size_t(wire::get16(&compound[2])) + 1);
    if (length > compound.size()) return std::nullopt;
    const unsigned count = compound[0] & 0x1f;
    Bytes body = compound.subspan(4, length - 4);
    if (compound[0] & 0x20) {  // padding, only allowed on the last packet
      if (body.empty() || body.back() == 0 || body.back() > body.size()) return std::nullopt;
      body = body.first(body.size() - body.back());
    }
    bool good = true;
    switch (compound[1]) {
      case 200:
        good = read_sender_report(body, count, items);
        break;
      case 201:
        good = read_receiver_report(body, count, items);
        break;
      case 202:
        good = read_sdes(body, count, items);
        break;
      case 203:
        good = read_bye(body, count, items);
        break;
      case 205:
        good = read_transport_layer_feedback(body, count, items);
        break;
      case 206:
        good = read_payload_feedback(body, count, items);
        break;
      default:
        break;
    }
    if (!good) return std::nullopt;
    compound = compound.subspan(length);
  }
  return items;
}

}  // namespace huiban::rtc
