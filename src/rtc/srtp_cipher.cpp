#include "rtc/srtp_cipher.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>

#include "core/assert.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

void xor32(std::uint8_t* p, std::uint32_t v) {
  for (int i = 0; i < 4; ++i) p[i] ^= std::uint8_t(v >> (24 - 8 * i));
}
void xor_index(std::uint8_t* p, std::uint64_t index) {
  for (int i = 0; i < 6; ++i) p[i] ^= std::uint8_t(index >> (40 - 8 * i));
}

// The key stream of AES-CM as pseudo-random function (RFC 3711 section 4.3.3).
void derive(std::span<const std::uint8_t> key, std::span<const std::uint8_t> salt,
            std::uint8_t label, std::span<std::uint8_t> out) {
  HUIBAN_ASSERT(key.size() == 16 && salt.size() <= 14);
  std::uint8_t iv[16] = {};
  std::copy(salt.begin(), salt.end(), iv);
  iv[7] ^= label;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  int written = 0;
  HUIBAN_ASSERT(context != nullptr &&
                EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr, key.data(), iv) == 1 &&
                EVP_EncryptUpdate(context, out.data(), &written, out.data(), int(out.size())) == 1);
  EVP_CIPHER_CTX_free(context);
}

}  // namespace

SrtpSessionKeys derive_srtp_keys(SrtpProfile profile, std::span<const std::uint8_t> master_key,
                                 std::span<const std::uint8_t> master_salt, bool rtcp) {
  const std::uint8_t label = rtcp ? 3 : 0;
  const bool gcm = profile == SrtpProfile::kAeadAes128Gcm;
  SrtpSessionKeys keys;
  derive(master_key, master_salt, label, keys.cipher);
  derive(master_key, master_salt, std::uint8_t(label + 2),
         std::span(keys.salt).first(gcm ? 12 : 14));
  if (!gcm) derive(master_key, master_salt, std::uint8_t(label + 1), keys.auth);
  return keys;
}

SrtpCipher::SrtpCipher(SrtpProfile profile, const SrtpSessionKeys& keys, bool encrypt)
    : salt_(keys.salt) {
  if (profile == SrtpProfile::kAeadAes128Gcm) {
    gcm_.emplace(keys.cipher, encrypt);
    return;
  }
  context_ = EVP_CIPHER_CTX_new();
  HUIBAN_ASSERT(context_ != nullptr && EVP_CipherInit_ex(context_, EVP_aes_128_ctr(), nullptr,
                                                         keys.cipher.data(), nullptr, 1) == 1);
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  mac_ = EVP_MAC_CTX_new(hmac);
  EVP_MAC_free(hmac);
  char digest[] = "SHA1";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  HUIBAN_ASSERT(mac_ != nullptr &&
                EVP_MAC_init(mac_, keys.auth.data(), keys.auth.size(), params) == 1);
}

SrtpCipher::~SrtpCipher() {
  EVP_CIPHER_CTX_free(context_);
  EVP_MAC_CTX_free(mac_);
}

bool SrtpCipher::seal(std::uint32_t ssrc, std::uint64_t index,
                      std::span<const std::uint8_t> associated, std::uint8_t* data,
                      std::size_t size, std::uint8_t* tag) {
  // RFC 7714 sections 8.1 and 9.1: two zero bytes, SSRC, 48 bits of index, mixed with the salt.
  std::array<std::uint8_t, AesGcm::kIv> iv;
  std::copy_n(salt_.begin(), iv.size(), iv.begin());
  xor32(&iv[2], ssrc);
  xor_index(&iv[6], index);
  return gcm_->seal(iv, associated, data, size, tag);
}

bool SrtpCipher::mix(std::uint32_t ssrc, std::uint64_t index, std::uint8_t* data,
                     std::size_t size) {
  std::uint8_t iv[16] = {};  // RFC 3711 section 4.1.1
  std::copy(salt_.begin(), salt_.end(), iv);
  xor32(iv + 4, ssrc);
  xor_index(iv + 8, index);
  int n = 0;
  return EVP_CipherInit_ex(context_, nullptr, nullptr, nullptr, iv, -1) == 1 &&
         EVP_CipherUpdate(context_, data, &n, data, int(size)) == 1;
}

std::array<std::uint8_t, 20> SrtpCipher::authenticate(std::span<const std::uint8_t> packet,
                                                      std::uint32_t rollover, bool with_rollover) {
  std::array<std::uint8_t, 20> out{};
  std::size_t size = 0;
  std::uint8_t tail[4];
  wire::put32(tail, rollover);
  HUIBAN_ASSERT(EVP_MAC_init(mac_, nullptr, 0, nullptr) == 1 &&
                EVP_MAC_update(mac_, packet.data(), packet.size()) == 1 &&
                (!with_rollover || EVP_MAC_update(mac_, tail, 4) == 1) &&
                EVP_MAC_final(mac_, out.data(), &size, out.size()) == 1);
  return out;
}

}  // namespace huiban::rtc
