#pragma once
// AES-128-GCM (NIST SP 800-38D) of one key and one direction, by the quickest engine this processor
// has: libipsec-mb where it is built in and the processor knows AES and carry-less multiplication,
// else OpenSSL (docs/adr/0009). One thread at a time.
#include <cstdint>
#include <memory>
#include <span>

struct evp_cipher_ctx_st;

namespace huiban::rtc {

class AesGcm {
 public:
  enum class Engine { kQuickest, kOpenSsl };
  static constexpr std::size_t kTag = 16, kIv = 12;  // bytes

  AesGcm(std::span<const std::uint8_t, 16> key, bool encrypt, Engine engine = Engine::kQuickest);
  ~AesGcm();
  AesGcm(const AesGcm&) = delete;
  AesGcm& operator=(const AesGcm&) = delete;

  static bool has_ipsec_mb();

  // In place. Encrypting writes kTag bytes of tag, decrypting compares them. False: wrong tag, or
  // the engine failed; data is then not to be used.
  bool seal(std::span<const std::uint8_t, kIv> iv, std::span<const std::uint8_t> associated,
            std::uint8_t* data, std::size_t size, std::uint8_t* tag);
  void prefetch() const { __builtin_prefetch(expanded_.get()); }  // the key

 private:
  struct Expanded;  // libipsec-mb's key
  bool seal_by_openssl(std::span<const std::uint8_t, kIv> iv,
                       std::span<const std::uint8_t> associated, std::uint8_t* data,
                       std::size_t size, std::uint8_t* tag);

  const bool encrypt_;
  std::unique_ptr<Expanded> expanded_;  // null: OpenSSL
  evp_cipher_ctx_st* context_ = nullptr;  // lives as long as the key; gets the IV per packet
};

}  // namespace huiban::rtc
