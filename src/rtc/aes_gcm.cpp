#include "rtc/aes_gcm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#ifdef HUIBAN_HAS_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

#include "core/assert.h"

namespace huiban::rtc {

#ifdef HUIBAN_HAS_IPSEC_MB

struct AesGcm::Expanded {
  gcm_key_data key;
};

namespace {

// The functions for this processor; null: it lacks the instructions. Never freed, they live as long
// as the program. What is used of it is read only.
IMB_MGR* manager() {
  static IMB_MGR* const kManager = []() -> IMB_MGR* {
    IMB_MGR* made = alloc_mb_mgr(0);
    if (made == nullptr) return nullptr;
    init_mb_mgr_auto(made, nullptr);
    constexpr std::uint64_t kNeeded = IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ;
    return (made->features & kNeeded) == kNeeded ? made : nullptr;
  }();
  return kManager;
}

}  // namespace

bool AesGcm::has_ipsec_mb() {
  return manager() != nullptr;
}

#else

struct AesGcm::Expanded {};

bool AesGcm::has_ipsec_mb() {
  return false;
}

#endif

AesGcm::AesGcm(std::span<const std::uint8_t, 16> key, bool encrypt, Engine engine)
    : encrypt_(encrypt) {
#ifdef HUIBAN_HAS_IPSEC_MB
  if (engine == Engine::kQuickest && has_ipsec_mb()) {
    expanded_ = std::make_unique<Expanded>();
    IMB_AES128_GCM_PRE(manager(), key.data(), &expanded_->key);
    return;
  }
#else
  (void)engine;
#endif
  context_ = EVP_CIPHER_CTX_new();
  HUIBAN_ASSERT(context_ != nullptr && EVP_CipherInit_ex(context_, EVP_aes_128_gcm(), nullptr,
                                                         key.data(), nullptr, encrypt) == 1);
}

AesGcm::~AesGcm() {
  if (expanded_) OPENSSL_cleanse(expanded_.get(), sizeof *expanded_);
  EVP_CIPHER_CTX_free(context_);
}

bool AesGcm::seal(std::span<const std::uint8_t, kIv> iv, std::span<const std::uint8_t> associated,
                  std::uint8_t* data, std::size_t size, std::uint8_t* tag) {
#ifdef HUIBAN_HAS_IPSEC_MB
  if (expanded_) {
    gcm_context_data context;
    if (encrypt_) {
      IMB_AES128_GCM_ENC(manager(), &expanded_->key, &context, data, data, size, iv.data(),
                         associated.data(), associated.size(), tag, kTag);
      return true;
    }
    std::uint8_t made[kTag];
    IMB_AES128_GCM_DEC(manager(), &expanded_->key, &context, data, data, size, iv.data(),
                       associated.data(), associated.size(), made, kTag);
    return CRYPTO_memcmp(made, tag, kTag) == 0;
  }
#endif
  return seal_by_openssl(iv, associated, data, size, tag);
}

bool AesGcm::seal_by_openssl(std::span<const std::uint8_t, kIv> iv,
                             std::span<const std::uint8_t> associated, std::uint8_t* data,
                             std::size_t size, std::uint8_t* tag) {
  int n = 0;
  std::uint8_t rest[kTag];
  return EVP_CipherInit_ex(context_, nullptr, nullptr, nullptr, iv.data(), -1) == 1 &&
         EVP_CipherUpdate(context_, nullptr, &n, associated.data(), int(associated.size())) == 1 &&
         (encrypt_ ||
          EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, int(kTag), tag) == 1) &&
         EVP_CipherUpdate(context_, data, &n, data, int(size)) == 1 &&
         EVP_CipherFinal_ex(context_, rest, &n) == 1 &&
         (!encrypt_ || EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, int(kTag), tag) == 1);
}

}  // namespace huiban::rtc
