#include "rtc/rtp.h"

#include "rtc/wire.h"

namespace huiban::rtc {

std::optional<RtpHeader> parse_rtp_header(std::span<const std::uint8_t> packet) {
  if (packet.size() < kRtpFixedHeader || packet[0] >> 6 != 2) return std::nullopt;
  RtpHeader header;
  header.marker = packet[1] & 0x80;
  header.payload_type = packet[1] & 0x7f;
  header.sequence = wire::get16(&packet[2]);
  header.timestamp = wire::get32(&packet[4]);
  header.ssrc = wire::get32(&packet[8]);
  header.size = kRtpFixedHeader + 4 * std::size_t(packet[0] & 0x0f);
  if (header.size > packet.size()) return std::nullopt;
  if (packet[0] & 0x10) {
    if (header.size + 4 > packet.size()) return std::nullopt;
    const std::size_t length = 4 * std::size_t(wire::get16(&packet[header.size + 2]));
    header.extension_profile = wire::get16(&packet[header.size]);
    if (header.size + 4 + length > packet.size()) return std::nullopt;
    header.extension = packet.subspan(header.size + 4, length);
    header.size += 4 + length;
  }
  return header;
}

std::optional<RtpHeader> parse_rtp(std::span<const std::uint8_t> packet) {
  auto header = parse_rtp_header(packet);
  if (!header || !(packet[0] & 0x20)) return header;
  header->padding = packet.back();
  if (header->padding == 0 || header->size + header->padding > packet.size()) return std::nullopt;
  return header;
}

std::optional<std::span<const std::uint8_t>> find_extension(const RtpHeader& header,
                                                            std::uint8_t id) {
  const auto data = header.extension;
  if (id == 0) return std::nullopt;
  if (header.extension_profile == 0xbede) {
    for (std::size_t at = 0; at < data.size();) {
      const std::uint8_t found = data[at] >> 4;
      if (data[at] == 0) {
        ++at;  // padding
        continue;
      }
      if (found == 15) break;  // RFC 8285 section 4.2: stop here
      const std::size_t length = std::size_t(data[at] & 0x0f) + 1;
      if (at + 1 + length > data.size()) break;
      if (found == id) return data.subspan(at + 1, length);
      at += 1 + length;
    }
  } else if ((header.extension_profile & 0xfff0) == 0x1000) {
    for (std::size_t at = 0; at < data.size();) {
      if (data[at] == 0) {
        ++at;
        continue;
      }
      if (at + 2 > data.size()) break;
      const std::size_t length = data[at + 1];
      if (at + 2 + length > data.size()) break;
      if (data[at] == id) return data.subspan(at + 2, length);
      at += 2 + length;
    }
  }
  return std::nullopt;
}

std::optional<AudioLevel> audio_level(const RtpHeader& header, std::uint8_t id) {
  const auto data = find_extension(header, id);
  if (!data || data->empty()) return std::nullopt;
  return AudioLevel{-int(data->front() & 0x7f), (data->front() & 0x80) != 0};
}

std::string_view text_extension(const RtpHeader& header, std::uint8_t id) {
  const auto data = find_extension(header, id);
  if (!data) return {};
  return {reinterpret_cast<const char*>(data->data()), data->size()};
}

}  // namespace huiban::rtc
