#pragma once
// RTP packets as views on bytes that belong to somebody else (RFC 3550 section 5.1), with header
// extensions in one-byte and two-byte form (RFC 8285). Nothing here allocates.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace huiban::rtc {

inline constexpr std::size_t kRtpFixedHeader = 12;

struct RtpHeader {
  bool marker = false;
  std::uint8_t payload_type = 0;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0, ssrc = 0;
  std::size_t size = 0;     // of the whole header in bytes: CSRCs and extension included
  std::size_t padding = 0;  // bytes at the end of the packet
  std::uint16_t extension_profile = 0;
  std::span<const std::uint8_t> extension;
};

// nullopt: version is not 2, or a length points beyond the packet.
std::optional<RtpHeader> parse_rtp(std::span<const std::uint8_t> packet);

// The part of an SRTP packet that is not encrypted; does not look at the padding, which is.
std::optional<RtpHeader> parse_rtp_header(std::span<const std::uint8_t> packet);

// The data of one header extension; id 1...14 in one-byte form, 1...255 in two-byte form.
std::optional<std::span<const std::uint8_t>> find_extension(const RtpHeader& header,
                                                            std::uint8_t id);

struct AudioLevel {
  int dbov = -127;  // -127 (silence) ... 0
  bool voice = false;
};
// RFC 6464 section 3.
std::optional<AudioLevel> audio_level(const RtpHeader& header, std::uint8_t id);

// The text of an SDES extension: MID (RFC 9143), RID (RFC 8852). Empty if absent.
std::string_view text_extension(const RtpHeader& header, std::uint8_t id);

// Whether b is ahead of a in 16-bit sequence numbers.
inline bool sequence_newer(std::uint16_t a, std::uint16_t b) {
  return std::int16_t(std::uint16_t(b - a)) > 0;
}

// RFC 5761 section 4: RTCP types 192...223 share the port with RTP.
inline bool looks_like_rtcp(std::span<const std::uint8_t> packet) {
  return packet.size() >= 8 && packet[0] >> 6 == 2 && packet[1] >= 192 && packet[1] <= 223;
}

}  // namespace huiban::rtc
