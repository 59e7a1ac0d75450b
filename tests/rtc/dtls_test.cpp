// DTLS handshakes datagram by datagram: in order, split, lost, forged, and with clients that are
// not ours.
#include "rtc/dtls.h"

#include <openssl/ssl.h>
#include <poll.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <deque>

#include "rtc/wire.h"

using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;
using State = DtlsSession::State;

namespace {

const DtlsIdentity& identity(std::size_t i) {
  static const auto both =
      std::array{std::move(*DtlsIdentity::create()), std::move(*DtlsIdentity::create())};
  return *both[i];
}

// Two sessions and the datagrams between them. lose: which datagram, counted over both directions.
struct Line {
  explicit Line(std::size_t lose = SIZE_MAX, const std::string& expected_client = {})
      : lose_(lose),
        server(identity(0), false,
               expected_client.empty() ? identity(1).fingerprint() : expected_client,
               [this](std::span<const std::uint8_t> d) { keep(to_client, d); }),
        client(identity(1), true, identity(0).fingerprint(),
               [this](std::span<const std::uint8_t> d) { keep(to_server, d); }) {}

  void keep(std::deque<Bytes>& queue, std::span<const std::uint8_t> datagram) {
    largest = std::max(largest, datagram.size());
    if (sent++ != lose_) queue.emplace_back(datagram.begin(), datagram.end());
  }
  void exchange() {
    while (!to_server.empty() || !to_client.empty()) {
      for (auto [queue, session] : {std::pair{&to_server, &server}, {&to_client, &client}}) {
        if (queue->empty()) continue;
        const Bytes datagram = std::move(queue->front());
        queue->pop_front();
        session->feed(datagram);
      }
    }
  }
  bool connected() const {
    return server.state() == State::kConnected && client.state() == State::kConnected;
  }

  const std::size_t lose_;
  std::size_t sent = 0, largest = 0;
  std::deque<Bytes> to_server, to_client;
  DtlsSession server, client;
};

// The parts of a datagram with one handshake message, as a sender with a smaller MTU makes them.
std::vector<Bytes> split(const Bytes& datagram, std::size_t parts) {
  constexpr std::size_t kRecord = 13, kHandshake = 12;
  REQUIRE(datagram.size() > kRecord + kHandshake);
  REQUIRE(datagram[0] == 22);
  const std::size_t body = datagram.size() - kRecord - kHandshake;
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::size_t from = body * i / parts, to = body * (i + 1) / parts;
    Bytes part(datagram.begin(), datagram.begin() + kRecord + kHandshake);
    part.insert(part.end(), datagram.begin() + std::ptrdiff_t(kRecord + kHandshake + from),
                datagram.begin() + std::ptrdiff_t(kRecord + kHandshake + to));
    // Record numbers of their own, within the replay window and above those the client will use.
    wire::put16(&part[9], std::uint32_t(40 + i));
    wire::put16(&part[11], std::uint32_t(kHandshake + to - from));
    wire::put24(&part[kRecord + 6], std::uint32_t(from));
    wire::put24(&part[kRecord + 9], std::uint32_t(to - from));
    out.push_back(std::move(part));
  }
  return out;
}

// A DTLS client on OpenSSL alone, so that keys and refusals are judged by somebody else.
class PlainClient {
 public:
  PlainClient(const char* srtp, bool certificate)
      : context_(SSL_CTX_new(DTLS_method())), key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
    X509_set_pubkey(certificate_, key_);
    REQUIRE(X509_sign(certificate_, key_, EVP_sha256()) > 0);
    if (certificate) {
      SSL_CTX_use_certificate(context_, certificate_);
      SSL_CTX_use_PrivateKey(context_, key_);
    }
    if (srtp != nullptr) REQUIRE(SSL_CTX_set_tlsext_use_srtp(context_, srtp) == 0);
    SSL_CTX_set_options(context_, SSL_OP_NO_QUERY_MTU);
    ssl = SSL_new(context_);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    BIO_set_mem_eof_return(SSL_get_rbio(ssl), -1);
    DTLS_set_link_mtu(ssl, 1200);
    SSL_set_connect_state(ssl);
  }
  ~PlainClient() {
    SSL_free(ssl);
    SSL_CTX_free(context_);
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;

  std::string fingerprint() const {
    unsigned char digest[32];
    unsigned size = 0;
    X509_digest(certificate_, EVP_sha256(), digest, &size);
    std::string out;
    for (const unsigned char byte : digest) {
      char text[4];
      std::snprintf(text, sizeof text, "%s%02X", out.empty() ? "" : ":", byte);
      out += text;
    }
    return out;
  }
  // Both ways until nothing moves any more.
  void shake(DtlsSession& server, std::deque<Bytes>& to_client) {
    for (bool moved = true; std::exchange(moved, false);) {
      SSL_do_handshake(ssl);
      std::uint8_t buffer[16384];
      if (const int size = BIO_read(SSL_get_wbio(ssl), buffer, sizeof buffer); size > 0) {
        server.feed({buffer, std::size_t(size)});
        moved = true;
      }
      for (; !to_client.empty(); to_client.pop_front(), moved = true)
        BIO_write(SSL_get_rbio(ssl), to_client.front().data(), int(to_client.front().size()));
    }
  }

  SSL* ssl = nullptr;

 private:
  SSL_CTX* context_;
  EVP_PKEY* key_;
  X509* certificate_;
};

struct PlainLine {
  PlainLine(const char* srtp, bool certificate)
      : client(srtp, certificate),
        server(identity(0), false, client.fingerprint(),
               [this](std::span<const std::uint8_t> d) { back.emplace_back(d.begin(), d.end()); }) {
    client.shake(server, back);
  }
  std::deque<Bytes> back;
  PlainClient client;
  DtlsSession server;
};

}  // namespace

TEST_CASE("a handshake gives both sides the same keys, crosswise, in datagrams of at most 1200") {
  Line line;
  line.client.start();
  line.exchange();
  REQUIRE(line.connected());
  const SrtpKeys server = line.server.keys(), client = line.client.keys();
  CHECK(server.profile == SrtpProfile::kAeadAes128Gcm);
  CHECK(client.profile == server.profile);
  CHECK(server.send_key.size() == 16);
  CHECK(server.send_salt.size() == 12);
  CHECK(server.send_key == client.receive_key);
  CHECK(server.send_salt == client.receive_salt);
  CHECK(server.receive_key == client.send_key);
  CHECK(server.receive_salt == client.send_salt);
  CHECK(server.send_key != server.receive_key);
  CHECK(line.largest <= 1200);
  line.server.close();
  line.exchange();
  CHECK(line.server.state() == State::kClosed);
  CHECK(line.client.state() == State::kClosed);
}

TEST_CASE("a ClientHello in several datagrams, in any order, is put together") {
  for (const bool backwards : {false, true}) {
    for (const std::size_t parts : {2, 5}) {
      Line line;
      line.client.start();
      REQUIRE(line.to_server.size() == 1);
      auto pieces = split(line.to_server.front(), parts);
      line.to_server.clear();
      if (backwards) std::reverse(pieces.begin(), pieces.end());
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        CHECK(line.to_client.empty());  // nothing is answered before it is whole
        line.server.feed(pieces[i]);
        line.server.feed(pieces[i]);  // repeated by the network
      }
      line.exchange();
      CHECK(line.connected());
    }
  }
}

TEST_CASE("any one datagram of the handshake may be lost") {
  Line count;
  count.client.start();
  count.exchange();
  REQUIRE(count.connected());
  std::vector<std::unique_ptr<Line>> lines;
  for (std::size_t lose = 0; lose < count.sent; ++lose) {
    lines.push_back(std::make_unique<Line>(lose));
    lines.back()->client.start();
  }
  const auto start = std::chrono::steady_clock::now();
  std::size_t connected = 0;
  while (connected < lines.size() &&
         std::chrono::steady_clock::now() < start + std::chrono::seconds(10)) {
    connected = 0;
    for (auto& line : lines) {
      line->exchange();
      line->client.tick();
      line->server.tick();
      connected += line->connected() ? 1 : 0;
    }
    ::poll(nullptr, 0, 2);
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  CAPTURE(count.sent, seconds);
  CHECK(connected == lines.size());
  CHECK(seconds < 0.9);  // a venue on a bad line does not wait DTLS's usual second
}

TEST_CASE("garbage and replays between the datagrams of a handshake change nothing") {
  Line line;
  const Bytes garbage[] = {{},
                           {22},
                           {22, 254, 253},
                           Bytes(64, 22),
                           Bytes(1500, 0xff),
                           {21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40},  // an alert
                           {23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0}};
  line.client.start();
  while (!line.to_server.empty() || !line.to_client.empty()) {
    for (const Bytes& bytes : garbage)
      if (bytes.empty() || bytes[0] != 21) line.server.feed(bytes);
    const auto again = line.to_server;
    if (!line.to_server.empty()) {
      line.server.feed(line.to_server.front());
      line.to_server.pop_front();
    }
    for (const Bytes& bytes : again) line.server.feed(bytes);
    line.to_server.clear();
    while (!line.to_client.empty()) {
      line.client.feed(line.to_client.front());
      line.to_client.pop_front();
    }
  }
  REQUIRE(line.connected());
  const SrtpKeys before = line.server.keys();
  for (const Bytes& bytes : garbage) line.server.feed(bytes);  // unprotected alerts too
  CHECK(line.server.state() == State::kConnected);
  CHECK(line.server.keys().send_key == before.send_key);
}

TEST_CASE("a certificate with another fingerprint ends the handshake on both sides, without keys") {
  Line line(SIZE_MAX, identity(0).fingerprint());
  line.client.start();
  line.exchange();
  CHECK(line.server.state() == State::kFailed);
  CHECK(line.server.failure().find("not the one the offer announced") != std::string::npos);
  CHECK(line.client.state() == State::kFailed);  // by the alert
  line.server.close();
  CHECK(line.server.state() == State::kFailed);  // final
}

TEST_CASE("a client without a certificate is refused") {
  PlainLine line("SRTP_AEAD_AES_128_GCM", false);
  CHECK(line.server.state() == State::kFailed);
  CHECK_FALSE(SSL_is_init_finished(line.client.ssl));
}

TEST_CASE("a client without SRTP is refused") {
  PlainLine line(nullptr, true);
  CHECK(line.server.state() == State::kFailed);
  CHECK(line.server.failure() == "no SRTP profile in common");
}

TEST_CASE("another program's client gets the same keys in the order of RFC 5764") {
  for (const auto& [srtp, profile, salt] :
       {std::tuple{"SRTP_AEAD_AES_128_GCM", SrtpProfile::kAeadAes128Gcm, std::size_t{12}},
        {"SRTP_AES128_CM_SHA1_80", SrtpProfile::kAes128CmSha1_80, std::size_t{14}},
        {"SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM", SrtpProfile::kAeadAes128Gcm,
         std::size_t{12}}}) {
    CAPTURE(srtp);
    PlainLine line(srtp, true);
    REQUIRE(line.server.state() == State::kConnected);
    REQUIRE(SSL_is_init_finished(line.client.ssl));
    const SrtpKeys keys = line.server.keys();
    CHECK(keys.profile == profile);
    Bytes material(2 * (16 + salt));
    REQUIRE(SSL_export_keying_material(line.client.ssl, material.data(), material.size(),
                                       "EXTRACTOR-dtls_srtp", 19, nullptr, 0, 0) == 1);
    Bytes expected = keys.receive_key;  // client key, server key, client salt, server salt
    for (const Bytes* part : {&keys.send_key, &keys.receive_salt, &keys.send_salt})
      expected.insert(expected.end(), part->begin(), part->end());
    CHECK(expected == material);
  }
}

TEST_CASE("a settled session says goodbye and guesses at the other side's") {
  Line line;
  line.client.start();
  line.exchange();
  REQUIRE(line.connected());
  line.server.settle();
  CHECK(line.server.is_settled());
  CHECK(line.to_client.empty());  // nothing was said by it
  line.server.feed(Bytes{22, 254, 253, 0, 0});
  CHECK_FALSE(line.server.take_perhaps_closed());
  line.client.close();
  line.exchange();
  CHECK(line.server.state() == State::kConnected);
  CHECK(line.server.take_perhaps_closed());
  CHECK_FALSE(line.server.take_perhaps_closed());

  Line other;
  other.client.start();
  other.exchange();
  REQUIRE(other.connected());
  other.server.settle();
  other.server.close();
  CHECK(other.server.state() == State::kClosed);
  other.exchange();
  CHECK(other.client.state() == State::kClosed);
}
