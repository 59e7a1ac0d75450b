#pragma once
// SRTP and SRTCP: AEAD_AES_128_GCM (RFC 7714) and AES128_CM_SHA1_80 (RFC 3711). In
// place, no allocation per packet. One object holds both directions of one peer; net thread.
#include <cstdint>
#include <span>
#include <unordered_map>

#include "rtc/dtls.h"
#include "rtc/srtp_cipher.h"

namespace huiban::rtc {

class SrtpSession {
 public:
  static constexpr std::size_t kMaxGrowth = 24;  // tag, and for RTCP the index

  explicit SrtpSession(const SrtpKeys& keys);
  SrtpSession(const SrtpSession&) = delete;
  SrtpSession& operator=(const SrtpSession&) = delete;

  // Size of the sealed packet, 0 if it is no RTP or RTCP; the buffer has kMaxGrowth bytes of room.
  // The rollover counter follows from the sequence number nearest to the highest sent with this
  // SSRC.
  std::size_t protect_rtp(std::uint8_t* packet, std::size_t size);
  // The same for a caller who knows header, SSRC and index; must not be mixed with protect_rtp() on
  // one SSRC.
  std::size_t seal_rtp(std::uint8_t* packet, std::size_t header_size, std::size_t size,
                       std::uint32_t ssrc, std::uint64_t index);
  std::size_t protect_rtcp(std::uint8_t* packet, std::size_t size);
  // Size of the opened packet; 0 for a wrong tag, a repetition (window 128), or one too old for it.
  std::size_t unprotect_rtp(std::span<std::uint8_t> packet);
  std::size_t unprotect_rtcp(std::span<std::uint8_t> packet);

  // seal_rtp() is near: fetches what it needs of this session from memory meanwhile.
  void prefetch() const { send_rtp_.prefetch(); }

 private:
  struct Window {
    std::int64_t highest = -1;
    std::uint64_t bits[2] = {0, 0};  // bit i: highest - i was seen
    bool fresh(std::int64_t index) const;
    void mark(std::int64_t index);
  };
  SrtpCipher send_rtp_, send_rtcp_, receive_rtp_, receive_rtcp_;
  std::unordered_map<std::uint32_t, std::int64_t> sent_;  // highest index by SSRC
  std::unordered_map<std::uint32_t, Window> received_, received_rtcp_;
  std::uint32_t rtcp_index_ = 0;
};

}  // namespace huiban::rtc
