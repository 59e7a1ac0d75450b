#include "rtc/srtp.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "rtc/rtp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kGcmTag = AesGcm::kTag, kHmacTag = 10;
constexpr std::size_t kMaxStreams = 64;  // SSRCs one peer may send

// What GCM authenticates of SRTCP besides the payload: header and word (RFC 7714 section 9.2).
std::array<std::uint8_t, 12> associated_of(const std::uint8_t* header, const std::uint8_t* word) {
  std::array<std::uint8_t, 12> associated;
  std::copy_n(word, 4, std::copy_n(header, 8, associated.begin()));
  return associated;
}

}  // namespace

bool SrtpSession::Window::fresh(std::int64_t index) const {
  const std::int64_t behind = highest - index;
  if (behind < 0) return true;
  if (behind >= 128) return false;
  return !(bits[behind / 64] >> (behind % 64) & 1);
}

void SrtpSession::Window::mark(std::int64_t index) {
  if (index > highest) {
    const std::int64_t by = index - highest;
    if (by >= 128 || highest < 0) {
      bits[0] = bits[1] = 0;
    } else if (by >= 64) {
      bits[1] = bits[0] << (by - 64);
      bits[0] = 0;
    } else {
      bits[1] = bits[1] << by | bits[0] >> (64 - by);
      bits[0] <<= by;
    }
    highest = index;
  }
  const std::int64_t behind = highest - index;
  bits[behind / 64] |= std::uint64_t{1} << (behind % 64);
}

SrtpSession::SrtpSession(const SrtpKeys& keys)
    : send_rtp_(keys.profile, derive_srtp_keys(keys.profile, keys.send_key, keys.send_salt, false),
                true),
      send_rtcp_(keys.profile, derive_srtp_keys(keys.profile, keys.send_key, keys.send_salt, true),
                 true),
      receive_rtp_(keys.profile,
                   derive_srtp_keys(keys.profile, keys.receive_key, keys.receive_salt, false),
                   false),
      receive_rtcp_(keys.profile,
                    derive_srtp_keys(keys.profile, keys.receive_key, keys.receive_salt, true),
                    false) {}

std::size_t SrtpSession::protect_rtp(std::uint8_t* packet, std::size_t size) {
  const auto header = parse_rtp_header({packet, size});
  if (!header) return 0;
  const auto [known, first] = sent_.try_emplace(header->ssrc, header->sequence);
  const std::int64_t index =
      first ? header->sequence : wire::extend16(known->second, header->sequence);
  if (index < 0) return 0;
  known->second = std::max(known->second, index);
  return seal_rtp(packet, header->size, size, header->ssrc, std::uint64_t(index));
}

std::size_t SrtpSession::seal_rtp(std::uint8_t* packet, std::size_t header_size, std::size_t size,
                                  std::uint32_t ssrc, std::uint64_t index) {
  std::uint8_t* data = packet + header_size;
  const std::size_t length = size - header_size;
  if (send_rtp_.gcm())
    return send_rtp_.seal(ssrc, index, {packet, header_size}, data, length, packet + size)
               ? size + kGcmTag
               : 0;
  if (!send_rtp_.mix(ssrc, index, data, length)) return 0;
  const auto tag = send_rtp_.authenticate({packet, size}, std::uint32_t(index >> 16), true);
  std::copy_n(tag.begin(), kHmacTag, packet + size);
  return size + kHmacTag;
}

std::size_t SrtpSession::unprotect_rtp(std::span<std::uint8_t> packet) {
  const auto header = parse_rtp_header(packet);
  const std::size_t tag = receive_rtp_.gcm() ? kGcmTag : kHmacTag;
  if (!header || packet.size() < header->size + tag) return 0;
  const auto known = received_.find(header->ssrc);
  if (known == received_.end() && received_.size() >= kMaxStreams) return 0;
  const std::int64_t index = known == received_.end()
                                 ? std::int64_t(header->sequence)
                                 : wire::extend16(known->second.highest, header->sequence);
  if (index < 0 || (known != received_.end() && !known->second.fresh(index))) return 0;
  const std::size_t size = packet.size() - tag;
  std::uint8_t* data = packet.data() + header->size;
  if (receive_rtp_.gcm()) {
    if (!receive_rtp_.seal(header->ssrc, std::uint64_t(index), packet.first(header->size),
                            data, size - header->size, packet.data() + size))
      return 0;
  } else {
    const auto expected =
        receive_rtp_.authenticate(packet.first(size), std::uint32_t(index >> 16), true);
    if (CRYPTO_memcmp(expected.data(), packet.data() + size, kHmacTag) != 0) return 0;
    if (!receive_rtp_.mix(header->ssrc, std::uint64_t(index), data, size - header->size)) return 0;
  }
  received_[header->ssrc].mark(index);
  return size;
}

std::size_t SrtpSession::protect_rtcp(std::uint8_t* packet, std::size_t size) {
  if (size < 8) return 0;
  const std::uint32_t ssrc = wire::get32(packet + 4);
  const std::uint32_t index = rtcp_index_ = (rtcp_index_ + 1) & 0x7fffffff;
  std::uint8_t word[4];
  wire::put32(word, 0x80000000u | index);
  if (send_rtcp_.gcm()) {
    if (!send_rtcp_.seal(ssrc, index, associated_of(packet, word), packet + 8, size - 8,
                          packet + size))
      return 0;
    std::copy_n(word, 4, packet + size + kGcmTag);
    return size + kGcmTag + 4;
  }
  if (!send_rtcp_.mix(ssrc, index, packet + 8, size - 8)) return 0;
  std::copy_n(word, 4, packet + size);
  const auto tag = send_rtcp_.authenticate({packet, size + 4}, 0, false);
  std::copy_n(tag.begin(), kHmacTag, packet + size + 4);
  return size + 4 + kHmacTag;
}

std::size_t SrtpSession::unprotect_rtcp(std::span<std::uint8_t> packet) {
  const bool gcm = receive_rtcp_.gcm();
  const std::size_t growth = (gcm ? kGcmTag : kHmacTag) + 4;
  if (packet.size() < 8 + growth) return 0;
  const std::size_t size = packet.size() - growth;
  const std::uint32_t ssrc = wire::get32(&packet[4]);
  const std::uint8_t* word = gcm ? &packet[size + kGcmTag] : &packet[size];
  const std::uint32_t packed = wire::get32(word);
  const std::uint32_t index = packed & 0x7fffffff;
  const auto known = received_rtcp_.find(ssrc);
  if (known == received_rtcp_.end() && received_rtcp_.size() >= kMaxStreams) return 0;
  if (known != received_rtcp_.end() && !known->second.fresh(index)) return 0;
  const bool encrypted = packed & 0x80000000u;
  if (gcm) {
    // Unencrypted SRTCP is not what was negotiated.
    if (!encrypted || !receive_rtcp_.seal(ssrc, index, associated_of(&packet[0], word),
                                           &packet[8], size - 8, &packet[size]))
      return 0;
  } else {
    const auto expected = receive_rtcp_.authenticate(packet.first(size + 4), 0, false);
    if (!encrypted || CRYPTO_memcmp(expected.data(), &packet[size + 4], kHmacTag) != 0) return 0;
    if (!receive_rtcp_.mix(ssrc, index, &packet[8], size - 8)) return 0;
  }
  received_rtcp_[ssrc].mark(index);
  return size;
}

}  // namespace huiban::rtc
