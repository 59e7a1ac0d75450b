#pragma once
// The ciphers below SRTP: one direction of RTP or RTCP under its session keys. One thread at a time.
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "rtc/aes_gcm.h"
#include "rtc/dtls.h"

struct evp_cipher_ctx_st;
struct evp_mac_ctx_st;

namespace huiban::rtc {

struct SrtpSessionKeys {
  std::array<std::uint8_t, 16> cipher{};
  std::array<std::uint8_t, 14> salt{};  // AEAD: the first 12
  std::array<std::uint8_t, 20> auth{};  // AES-CM only
};

// RFC 3711 section 4.3.1 with key derivation rate 0; a 96-bit salt is padded with zeros at the end
// (RFC 7714 section 11).
SrtpSessionKeys derive_srtp_keys(SrtpProfile profile, std::span<const std::uint8_t> master_key,
                                 std::span<const std::uint8_t> master_salt, bool rtcp);

class SrtpCipher {
 public:
  SrtpCipher(SrtpProfile profile, const SrtpSessionKeys& keys, bool encrypt);
  ~SrtpCipher();
  SrtpCipher(const SrtpCipher&) = delete;
  SrtpCipher& operator=(const SrtpCipher&) = delete;

  bool gcm() const { return gcm_.has_value(); }
  void prefetch() const {
    if (gcm_) gcm_->prefetch();
  }

  // AEAD in place, see AesGcm.
  bool seal(std::uint32_t ssrc, std::uint64_t index, std::span<const std::uint8_t> associated,
            std::uint8_t* data, std::size_t size, std::uint8_t* tag);
  // AES-CM, the same both ways. False: OpenSSL failed.
  bool mix(std::uint32_t ssrc, std::uint64_t index, std::uint8_t* data, std::size_t size);
  // HMAC-SHA1 over the packet and, for RTP, the rollover counter.
  std::array<std::uint8_t, 20> authenticate(std::span<const std::uint8_t> packet,
                                            std::uint32_t rollover, bool with_rollover);

 private:
  const std::array<std::uint8_t, 14> salt_;
  std::optional<AesGcm> gcm_;
  // AES-CM: OpenSSL's, re-initialised with the IV per packet.
  evp_cipher_ctx_st* context_ = nullptr;
  evp_mac_ctx_st* mac_ = nullptr;
};

}  // namespace huiban::rtc
