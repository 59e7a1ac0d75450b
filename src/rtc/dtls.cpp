#include "rtc/dtls.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>

#include "core/assert.h"

namespace huiban::rtc {

struct DtlsSession::Inside {
  SSL* ssl = nullptr;
  Send send;
  std::string fingerprint;
  bool fingerprint_differs = false;
  std::span<const std::uint8_t> incoming;  // the datagram being fed
};

namespace {

// Our packets stay below the smallest path we meet: 1280 (IPv6) less tunnels of home routers.
constexpr int kMtu = 1200;
constexpr std::uint8_t kAlert = 21;  // a record's content type (RFC 5246 section 6.2.1)

std::string sha256_fingerprint(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1) return {};
  std::string text;
  char byte[4];
  for (unsigned i = 0; i < size; ++i) {
    std::snprintf(byte, sizeof byte, i == 0 ? "%02X" : ":%02X", digest[i]);
    text += byte;
  }
  return text;
}

std::string openssl_error(const char* call) {
  char text[200];
  const unsigned long code = ERR_get_error();
  ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return std::string(call) + ": " + (code == 0 ? "no detail" : text);
}

DtlsSession::Inside& inside_of(const SSL* ssl) {
  return *static_cast<DtlsSession::Inside*>(SSL_get_app_data(ssl));
}

// In place of a chain of trust: the fingerprint that came with the offer (RFC 8122 section 6.2).
int verify_certificate(X509_STORE_CTX* store, void*) {
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  DtlsSession::Inside& inside = inside_of(ssl);
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  const bool same = certificate != nullptr && sha256_fingerprint(certificate) == inside.fingerprint;
  inside.fingerprint_differs = !same;
  if (!same) X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return same ? 1 : 0;
}

// A lost flight is repeated after 200 ms, then at doubled times up to 3 s (RFC 6347 section 4.2.4.1
// suggests 1 s to begin with, and less where real-time media waits). OpenSSL's twelve attempts then
// last about as long as a peer may stay without connection.
unsigned next_timeout_us(SSL*, unsigned previous_us) {
  return previous_us == 0 ? 200'000 : std::min(previous_us * 2, 3'000'000u);
}

int bio_write(BIO* bio, const char* data, int size) {
  const auto* inside = static_cast<DtlsSession::Inside*>(BIO_get_data(bio));
  inside->send({reinterpret_cast<const std::uint8_t*>(data), std::size_t(size)});
  return size;
}

int bio_read(BIO* bio, char* data, int size) {
  auto* inside = static_cast<DtlsSession::Inside*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (inside->incoming.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(inside->incoming.size(), std::size_t(size));
  std::memcpy(data, inside->incoming.data(), count);
  inside->incoming = {};  // one read is one datagram
  return int(count);
}

long bio_ctrl(BIO*, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return kMtu;
    default:
      return 0;
  }
}

BIO_METHOD* bio_method() {
  static BIO_METHOD* method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
    HUIBAN_ASSERT(made != nullptr);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_ctrl);
    return made;
  }();
  return method;
}

}  // namespace

Result<std::unique_ptr<DtlsIdentity>> DtlsIdentity::create() {
  const auto failed = [](const char* call) {
    return fail(ErrorCode::kUnavailable, "无法生成 DTLS 证书",
                "The DTLS certificate cannot be made", openssl_error(call));
  };
  std::unique_ptr<DtlsIdentity> identity(new DtlsIdentity);
  SSL_CTX* context = SSL_CTX_new(DTLS_method());
  identity->context_ = context;
  if (context == nullptr) return failed("SSL_CTX_new");
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  if (!key || !certificate) return failed("EVP_EC_gen");
  std::uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial | 1u);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 10L * 365 * 86400);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("huiban"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) return failed("X509_sign");
  identity->fingerprint_ = sha256_fingerprint(certificate.get());
  if (SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    return failed("SSL_CTX_use_PrivateKey");
  SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
  if (SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
      SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") != 1)
    return failed("SSL_CTX_set_cipher_list");
  // Zero means success here.
  if (SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") != 0)
    return failed("SSL_CTX_set_tlsext_use_srtp");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_certificate, nullptr);
  return identity;
}

DtlsIdentity::~DtlsIdentity() {
  SSL_CTX_free(static_cast<SSL_CTX*>(context_));
}

DtlsSession::DtlsSession(const DtlsIdentity& identity, bool client, std::string fingerprint,
                         Send send)
    : inside_(std::make_unique<Inside>()), client_(client) {
  inside_->send = std::move(send);
  inside_->fingerprint = std::move(fingerprint);
  inside_->ssl = SSL_new(static_cast<SSL_CTX*>(identity.context_));
  HUIBAN_ASSERT(inside_->ssl != nullptr);
  SSL_set_app_data(inside_->ssl, inside_.get());
  BIO* bio = BIO_new(bio_method());
  HUIBAN_ASSERT(bio != nullptr);
  BIO_set_data(bio, inside_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(inside_->ssl, bio, bio);
  DTLS_set_link_mtu(inside_->ssl, kMtu);
  DTLS_set_timer_cb(inside_->ssl, next_timeout_us);
  if (client_)
    SSL_set_connect_state(inside_->ssl);
  else
    SSL_set_accept_state(inside_->ssl);
}

DtlsSession::~DtlsSession() {
  SSL_free(inside_->ssl);
}

void DtlsSession::start() {
  step();
}

void DtlsSession::feed(std::span<const std::uint8_t> datagram) {
  if (state_ == State::kClosed || state_ == State::kFailed) return;
  if (settled_) {
    perhaps_closed_ |= !datagram.empty() && datagram[0] == kAlert;
    return;
  }
  inside_->incoming = datagram;
  step();
  inside_->incoming = {};
}

void DtlsSession::tick() {
  if (state_ != State::kHandshake) return;
  if (DTLSv1_handle_timeout(inside_->ssl) < 0) {
    state_ = State::kFailed;
    failure_ = openssl_error("DTLSv1_handle_timeout");
  }
}

void DtlsSession::step() {
  ERR_clear_error();
  if (state_ == State::kHandshake) {
    const int result = SSL_do_handshake(inside_->ssl);
    if (result == 1) {
      if (SSL_get_selected_srtp_profile(inside_->ssl) == nullptr) {
        state_ = State::kFailed;
        failure_ = "no SRTP profile in common";
        return;
      }
      state_ = State::kConnected;
    } else if (const int error = SSL_get_error(inside_->ssl, result);
               error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      state_ = State::kFailed;
      failure_ = inside_->fingerprint_differs ? "the certificate is not the one the offer announced"
                                              : openssl_error("SSL_do_handshake");
      return;
    }
  }
  if (state_ != State::kConnected) return;
  // Repeated flights and alerts; there is no application data without a data channel.
  unsigned char ignored[256];
  const int result = SSL_read(inside_->ssl, ignored, sizeof ignored);
  const int error = result > 0 ? SSL_ERROR_NONE : SSL_get_error(inside_->ssl, result);
  if (error == SSL_ERROR_ZERO_RETURN) {
    state_ = State::kClosed;
  } else if (error == SSL_ERROR_SSL) {
    state_ = State::kFailed;
    failure_ = openssl_error("SSL_read");
  }
  // 34 KiB that a repeated flight or an alert makes anew, and that mostly are never needed again.
  SSL_free_buffers(inside_->ssl);
}

void DtlsSession::settle() {
  if (state_ != State::kConnected || settled_) return;
  const Send send = std::exchange(inside_->send, [this](std::span<const std::uint8_t> datagram) {
    goodbye_.assign(datagram.begin(), datagram.end());
  });
  if (SSL_alloc_buffers(inside_->ssl) == 1) SSL_shutdown(inside_->ssl);
  inside_->send = send;
  SSL_free(std::exchange(inside_->ssl, nullptr));
  settled_ = true;
  ERR_clear_error();
}

void DtlsSession::close() {
  if (settled_) {
    if (state_ == State::kConnected && !goodbye_.empty()) inside_->send(goodbye_);
  } else if (state_ == State::kConnected && SSL_alloc_buffers(inside_->ssl) == 1) {
    SSL_shutdown(inside_->ssl);
    SSL_free_buffers(inside_->ssl);
  }
  if (state_ != State::kFailed) state_ = State::kClosed;
  ERR_clear_error();
}

SrtpKeys DtlsSession::keys() const {
  HUIBAN_ASSERT(inside_->ssl != nullptr);
  SrtpKeys keys;
  const SRTP_PROTECTION_PROFILE* profile = SSL_get_selected_srtp_profile(inside_->ssl);
  HUIBAN_ASSERT(profile != nullptr);
  const bool gcm = profile->id == SRTP_AEAD_AES_128_GCM;
  keys.profile = gcm ? SrtpProfile::kAeadAes128Gcm : SrtpProfile::kAes128CmSha1_80;
  const std::size_t key = 16, salt = gcm ? 12 : 14;
  std::vector<std::uint8_t> material(2 * (key + salt));
  static constexpr char kLabel[] = "EXTRACTOR-dtls_srtp";  // RFC 5764 section 4.2
  HUIBAN_ASSERT(SSL_export_keying_material(inside_->ssl, material.data(), material.size(), kLabel,
                                           sizeof kLabel - 1, nullptr, 0, 0) == 1);
  const auto part = [&material](std::size_t from, std::size_t size) {
    return std::vector<std::uint8_t>(material.begin() + std::ptrdiff_t(from),
                                     material.begin() + std::ptrdiff_t(from + size));
  };
  auto client_key = part(0, key), server_key = part(key, key);
  auto client_salt = part(2 * key, salt), server_salt = part(2 * key + salt, salt);
  keys.send_key = client_ ? client_key : server_key;
  keys.send_salt = client_ ? client_salt : server_salt;
  keys.receive_key = client_ ? server_key : client_key;
  keys.receive_salt = client_ ? server_salt : client_salt;
  return keys;
}

}  // namespace huiban::rtc
