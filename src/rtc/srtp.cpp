#include "rtc/srtp.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/assert.h"
#include "rtc/rtp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kGcmTag = 16, kHmacTag = 10;
constexpr std::size_t kMaxStreams = 64;  // SSRCs one peer may send

// RFC 3711 section 4.3.3; a 96-bit salt is padded with zeros at the end (RFC 7714 section 11).
std::vector<std::uint8_t> derive(const std::vector<std::uint8_t>& key,
                                 const std::vector<std::uint8_t>& salt, std::uint8_t label,
                                 std::size_t size) {
  std::uint8_t iv[16] = {};
  std::copy(salt.begin(), salt.end(), iv);
  iv[7] ^= label;
  std::vector<std::uint8_t> out(size, 0);
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  int written = 0;
  HUIBAN_ASSERT(context != nullptr &&
                EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr, key.data(), iv) == 1 &&
                EVP_EncryptUpdate(context, out.data(), &written, out.data(), int(size)) == 1);
  EVP_CIPHER_CTX_free(context);
  return out;
}

}  // namespace

// One direction of RTP or RTCP: its session key, salt and, for AES-CM, authentication key.
class SrtpSession::Cipher {
 public:
  Cipher(SrtpProfile profile, const std::vector<std::uint8_t>& master_key,
         const std::vector<std::uint8_t>& master_salt, bool rtcp, bool encrypt)
      : gcm_(profile == SrtpProfile::kAeadAes128Gcm), encrypt_(encrypt) {
    const std::uint8_t label = rtcp ? 3 : 0;
    const auto key = derive(master_key, master_salt, label, 16);
    const auto salt = derive(master_key, master_salt, std::uint8_t(label + 2), gcm_ ? 12 : 14);
    std::copy(salt.begin(), salt.end(), salt_.begin());
    context_ = EVP_CIPHER_CTX_new();
    const EVP_CIPHER* cipher = gcm_ ? EVP_aes_128_gcm() : EVP_aes_128_ctr();
    HUIBAN_ASSERT(context_ != nullptr && EVP_CipherInit_ex(context_, cipher, nullptr, key.data(),
                                                           nullptr, encrypt || !gcm_) == 1);
    if (gcm_) return;
    const auto auth = derive(master_key, master_salt, std::uint8_t(label + 1), 20);
    EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    mac_ = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    char digest[] = "SHA1";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    HUIBAN_ASSERT(mac_ != nullptr && EVP_MAC_init(mac_, auth.data(), auth.size(), params) == 1);
  }
  ~Cipher() {
    EVP_CIPHER_CTX_free(context_);
    EVP_MAC_CTX_free(mac_);
  }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  bool gcm() const { return gcm_; }

  // RFC 7714 sections 8.1 and 9.1: two zero bytes, SSRC, 48 bits of index, mixed with the salt.
  bool seal(std::uint32_t ssrc, std::uint64_t index, std::span<const std::uint8_t> associated,
            std::span<const std::uint8_t> associated_tail, std::uint8_t* data, std::size_t size,
            std::uint8_t* tag) {
    std::uint8_t iv[12];
    make_gcm_iv(iv, ssrc, index);
    int n = 0;
    bool good =
        EVP_CipherInit_ex(context_, nullptr, nullptr, nullptr, iv, -1) == 1 &&
        EVP_CipherUpdate(context_, nullptr, &n, associated.data(), int(associated.size())) == 1;
    if (good && !associated_tail.empty())
      good = EVP_CipherUpdate(context_, nullptr, &n, associated_tail.data(),
                              int(associated_tail.size())) == 1;
    if (good && !encrypt_)
      good = EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, kGcmTag, tag) == 1;
    good = good && EVP_CipherUpdate(context_, data, &n, data, int(size)) == 1;
    std::uint8_t rest[16];
    good = good && EVP_CipherFinal_ex(context_, rest, &n) == 1;
    if (good && encrypt_)
      good = EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, kGcmTag, tag) == 1;
    return good;
  }

  // RFC 3711 section 4.1.1.
  void mix(std::uint32_t ssrc, std::uint64_t index, std::uint8_t* data, std::size_t size) {
    std::uint8_t iv[16] = {};
    std::copy(salt_.begin(), salt_.end(), iv);
    xor32(iv + 4, ssrc);
    xor_index(iv + 8, index);
    int n = 0;
    EVP_CipherInit_ex(context_, nullptr, nullptr, nullptr, iv, -1);
    EVP_CipherUpdate(context_, data, &n, data, int(size));
  }
  std::array<std::uint8_t, 20> authenticate(std::span<const std::uint8_t> packet,
                                            std::uint32_t rollover, bool with_rollover) {
    std::array<std::uint8_t, 20> out{};
    std::size_t size = 0;
    std::uint8_t tail[4];
    wire::put32(tail, rollover);
    EVP_MAC_init(mac_, nullptr, 0, nullptr);
    EVP_MAC_update(mac_, packet.data(), packet.size());
    if (with_rollover) EVP_MAC_update(mac_, tail, 4);
    EVP_MAC_final(mac_, out.data(), &size, out.size());
    return out;
  }

 private:
  static void xor32(std::uint8_t* p, std::uint32_t v) {
    for (int i = 0; i < 4; ++i) p[i] ^= std::uint8_t(v >> (24 - 8 * i));
  }
  static void xor_index(std::uint8_t* p, std::uint64_t index) {
    for (int i = 0; i < 6; ++i) p[i] ^= std::uint8_t(index >> (40 - 8 * i));
  }
  void make_gcm_iv(std::uint8_t* iv, std::uint32_t ssrc, std::uint64_t index) const {
    std::copy_n(salt_.begin(), 12, iv);
    xor32(iv + 2, ssrc);
    xor_index(iv + 6, index);
  }

  const bool gcm_, encrypt_;
  std::array<std::uint8_t, 14> salt_{};
  EVP_CIPHER_CTX* context_ = nullptr;
  EVP_MAC_CTX* mac_ = nullptr;
};

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

SrtpSession::SrtpSession(const SrtpKeys& keys) {
  const auto make = [&keys](bool send, bool rtcp) {
    return std::make_unique<Cipher>(keys.profile, send ? keys.send_key : keys.receive_key,
                                    send ? keys.send_salt : keys.receive_salt, rtcp, send);
  };
  send_rtp_ = make(true, false);
  send_rtcp_ = make(true, true);
  receive_rtp_ = make(false, false);
  receive_rtcp_ = make(false, true);
}

SrtpSession::~SrtpSession() = default;

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
  if (send_rtp_->gcm())
    return send_rtp_->seal(ssrc, index, {packet, header_size}, {}, data, length, packet + size)
               ? size + kGcmTag
               : 0;
  send_rtp_->mix(ssrc, index, data, length);
  const auto tag = send_rtp_->authenticate({packet, size}, std::uint32_t(index >> 16), true);
  std::copy_n(tag.begin(), kHmacTag, packet + size);
  return size + kHmacTag;
}

std::size_t SrtpSession::unprotect_rtp(std::span<std::uint8_t> packet) {
  const auto header = parse_rtp_header(packet);
  const std::size_t tag = receive_rtp_->gcm() ? kGcmTag : kHmacTag;
  if (!header || packet.size() < header->size + tag) return 0;
  const auto known = received_.find(header->ssrc);
  if (known == received_.end() && received_.size() >= kMaxStreams) return 0;
  const std::int64_t index = known == received_.end()
                                 ? std::int64_t(header->sequence)
                                 : wire::extend16(known->second.highest, header->sequence);
  if (index < 0 || (known != received_.end() && !known->second.fresh(index))) return 0;
  const std::size_t size = packet.size() - tag;
  std::uint8_t* data = packet.data() + header->size;
  if (receive_rtp_->gcm()) {
    if (!receive_rtp_->seal(header->ssrc, std::uint64_t(index), packet.first(header->size), {},
                            data, size - header->size, packet.data() + size))
      return 0;
  } else {
    const auto expected =
        receive_rtp_->authenticate(packet.first(size), std::uint32_t(index >> 16), true);
    if (CRYPTO_memcmp(expected.data(), packet.data() + size, kHmacTag) != 0) return 0;
    receive_rtp_->mix(header->ssrc, std::uint64_t(index), data, size - header->size);
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
  if (send_rtcp_->gcm()) {
    if (!send_rtcp_->seal(ssrc, index, {packet, 8}, word, packet + 8, size - 8, packet + size))
      return 0;
    std::copy_n(word, 4, packet + size + kGcmTag);
    return size + kGcmTag + 4;
  }
  send_rtcp_->mix(ssrc, index, packet + 8, size - 8);
  std::copy_n(word, 4, packet + size);
  const auto tag = send_rtcp_->authenticate({packet, size + 4}, 0, false);
  std::copy_n(tag.begin(), kHmacTag, packet + size + 4);
  return size + 4 + kHmacTag;
}

std::size_t SrtpSession::unprotect_rtcp(std::span<std::uint8_t> packet) {
  const bool gcm = receive_rtcp_->gcm();
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
    if (!encrypted || !receive_rtcp_->seal(ssrc, index, packet.first(8), {word, 4}, &packet[8],
                                           size - 8, &packet[size]))
      return 0;
  } else {
    const auto expected = receive_rtcp_->authenticate(packet.first(size + 4), 0, false);
    if (!encrypted || CRYPTO_memcmp(expected.data(), &packet[size + 4], kHmacTag) != 0) return 0;
    receive_rtcp_->mix(ssrc, index, &packet[8], size - 8);
  }
  received_rtcp_[ssrc].mark(index);
  return size;
}

}  // namespace huiban::rtc
