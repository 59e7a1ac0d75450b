#pragma once
// RTCP (RFC 3550 section 6, RFC 4585, RFC 5104): reading compound packets and writing single ones,
// in the clear.
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rtc/transport_feedback.h"

namespace huiban::rtc {

// 64-bit NTP time: seconds since 1900 in the upper half, fraction below (RFC 3550 section 4).
using NtpTime = std::uint64_t;
NtpTime to_ntp(std::chrono::system_clock::time_point time);
std::chrono::system_clock::time_point from_ntp(NtpTime ntp);
inline std::uint32_t ntp_middle(NtpTime ntp) {
  return std::uint32_t(ntp >> 16);
}

struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;    // 1/256
  std::int32_t cumulative_lost = 0;  // packets
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;          // timestamp units
  std::uint32_t last_sr = 0;         // middle of the NTP time of the last SR, 0: none
  std::uint32_t delay_since_sr = 0;  // 1/65536 s
};

struct SenderReport {
  std::uint32_t ssrc = 0;
  NtpTime ntp = 0;
  std::uint32_t rtp = 0, packets = 0, octets = 0;
  std::vector<ReportBlock> blocks;
};
struct ReceiverReport {
  std::uint32_t ssrc = 0;
  std::vector<ReportBlock> blocks;
};
struct SourceDescription {
  std::uint32_t ssrc = 0;
  std::string cname;
};
struct Bye {
  std::vector<std::uint32_t> ssrcs;
};
struct Nack {  // RFC 4585 section 6.2.1
  std::uint32_t sender = 0, media = 0;
  std::vector<std::uint16_t> sequences;
};
struct Pli {
  std::uint32_t sender = 0, media = 0;
};
struct Fir {  // RFC 5104 section 4.3.1
  std::uint32_t sender = 0;
  std::vector<std::uint32_t> media;
};
struct Remb {  // draft-alvestrand-rmcat-remb-03
  std::uint32_t sender = 0;
  std::uint64_t bits_per_second = 0;
  std::vector<std::uint32_t> media;
};

using RtcpItem = std::variant<SenderReport, ReceiverReport, SourceDescription, Bye, Nack, Pli, Fir,
                              Remb, TransportFeedback>;

// Unknown types are skipped. nullopt: a length that leaves the packet, or a part too short for its
// type; nothing of such a compound is used.
std::optional<std::vector<RtcpItem>> parse_rtcp(std::span<const std::uint8_t> compound);

// Each appends one RTCP packet to out; at most 31 blocks are written.
void append_rtcp(std::vector<std::uint8_t>& out, const SenderReport& report);
void append_rtcp(std::vector<std::uint8_t>& out, const ReceiverReport& report);
void append_rtcp(std::vector<std::uint8_t>& out, const SourceDescription& description);
void append_rtcp(std::vector<std::uint8_t>& out, const Bye& bye);
void append_rtcp(std::vector<std::uint8_t>& out, const Nack& nack);  // sequences in ascending order
void append_rtcp(std::vector<std::uint8_t>& out, const Pli& pli);
void append_rtcp(std::vector<std::uint8_t>& out, const Remb& remb);

}  // namespace huiban::rtc
