// SRTP packet by packet against libsrtp2, both ways, over lost, late and repeated packets and the
// rollover of the sequence number.
#ifdef HUIBAN_HAVE_SRTP2
#include <srtp2/srtp.h>

#include <catch2/catch.hpp>
#include <random>

#include "rtc/srtp.h"
#include "rtc/wire.h"
#include "tests/rtc/packets.h"

using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;

namespace {

SrtpKeys random_keys(SrtpProfile profile, std::mt19937& random) {
  SrtpKeys keys;
  keys.profile = profile;
  keys.send_key.resize(16);
  keys.send_salt.resize(profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14);
  for (auto* part : {&keys.send_key, &keys.send_salt})
    for (auto& byte : *part) byte = std::uint8_t(random());
  keys.receive_key = keys.send_key;
  keys.receive_salt = keys.send_salt;
  return keys;
}

class Libsrtp {
 public:
  Libsrtp(const SrtpKeys& keys, srtp_ssrc_type_t direction) : material_(keys.send_key) {
    static const bool ready = srtp_init() == srtp_err_status_ok;
    REQUIRE(ready);
    material_.insert(material_.end(), keys.send_salt.begin(), keys.send_salt.end());
    srtp_policy_t policy{};
    if (keys.profile == SrtpProfile::kAeadAes128Gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    }
    policy.ssrc.type = direction;
    policy.key = material_.data();
    policy.window_size = 128;
    REQUIRE(srtp_create(&session_, &policy) == srtp_err_status_ok);
  }
  ~Libsrtp() { srtp_dealloc(session_); }
  Libsrtp(const Libsrtp&) = delete;
  Libsrtp& operator=(const Libsrtp&) = delete;

  // Empty: refused.
  Bytes protect(const Bytes& packet) { return run(srtp_protect, packet); }
  Bytes unprotect(const Bytes& packet) { return run(srtp_unprotect, packet); }
  Bytes protect_rtcp(const Bytes& packet) { return run(srtp_protect_rtcp, packet); }
  Bytes unprotect_rtcp(const Bytes& packet) { return run(srtp_unprotect_rtcp, packet); }

 private:
  template <class Call>
  Bytes run(Call call, Bytes packet) {
    int size = int(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
    if (call(session_, packet.data(), &size) != srtp_err_status_ok) return {};
    packet.resize(std::size_t(size));
    return packet;
  }
  Bytes material_;
  srtp_t session_ = nullptr;
};

Bytes protect(SrtpSession& session, Bytes packet) {
  const std::size_t size = packet.size();
  packet.resize(size + SrtpSession::kMaxGrowth);
  packet.resize(session.protect_rtp(packet.data(), size));
  return packet;
}
Bytes protect_rtcp(SrtpSession& session, Bytes packet) {
  const std::size_t size = packet.size();
  packet.resize(size + SrtpSession::kMaxGrowth);
  packet.resize(session.protect_rtcp(packet.data(), size));
  return packet;
}
Bytes unprotect(SrtpSession& session, Bytes packet) {
  packet.resize(session.unprotect_rtp(packet));
  return packet;
}
Bytes unprotect_rtcp(SrtpSession& session, Bytes packet) {
  packet.resize(session.unprotect_rtcp(packet));
  return packet;
}

// Some with CSRCs, some with a header extension, some without payload: what stays in the clear
// differs.
Bytes random_packet(std::mt19937& random, std::uint32_t ssrc, std::uint16_t sequence) {
  Bytes packet = test::rtp_header(
      {.ssrc = ssrc, .sequence = sequence, .timestamp = std::uint32_t(random())}, 96);
  if (random() % 4 == 0) {
    packet[0] |= 2;
    packet.insert(packet.end(), {1, 2, 3, 4, 5, 6, 7, 8});
  }
  if (random() % 3 == 0) {
    packet[0] |= 0x10;
    packet.insert(packet.end(), {0xbe, 0xde, 0, 1, 0x40, 'a', 0, 0});
  }
  const std::size_t payload = random() % 5 == 0 ? 0 : random() % 1200;
  for (std::size_t i = 0; i < payload; ++i) packet.push_back(std::uint8_t(random()));
  return packet;
}

constexpr SrtpProfile kBoth[] = {SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmSha1_80};

}  // namespace

TEST_CASE("libsrtp2 and we seal the same bytes, in and out of order, over two rollovers") {
  for (const SrtpProfile profile : kBoth) {
    std::mt19937 random(7);
    const SrtpKeys keys = random_keys(profile, random);
    SrtpSession ours(keys);
    Libsrtp theirs(keys, ssrc_any_outbound);
    for (std::uint32_t i = 0; i < 4000; ++i) {
      // Two streams; sequence numbers go ahead by about 33, so that 65536 is passed twice.
      const std::uint32_t ssrc = 0xdead0000u + (i & 1);
      const std::uint32_t ahead = 65000 + (i / 2) * 70;
      std::vector<std::uint32_t> numbers{ahead, ahead + 2, ahead + 1};
      for (const std::uint32_t number : numbers) {
        const Bytes clear = random_packet(random, ssrc, std::uint16_t(number));
        REQUIRE(protect(ours, clear) == theirs.protect(clear));
      }
    }
  }
}

TEST_CASE("libsrtp2 and we open and refuse the same packets: lost, late, repeated, damaged") {
  for (const SrtpProfile profile : kBoth) {
    std::mt19937 random(11);
    const SrtpKeys keys = random_keys(profile, random);
    Libsrtp sender(keys, ssrc_any_outbound), theirs(keys, ssrc_any_inbound);
    SrtpSession ours(keys);
    std::vector<Bytes> sent;
    std::size_t opened = 0, refused = 0;
    for (std::uint32_t i = 0; i < 6000; ++i) {
      const Bytes clear = random_packet(random, 5, std::uint16_t(62000 + i * 2));
      const Bytes sealed = sender.protect(clear);
      REQUIRE_FALSE(sealed.empty());
      sent.push_back(sealed);
      // The newest, or one up to 200 back: fresh, repeated, or beyond the window of 128.
      const std::size_t back = random() % 3 == 0 ? random() % 200 : 0;
      if (random() % 10 == 0 || back >= sent.size()) continue;
      Bytes arriving = sent[sent.size() - 1 - back];
      if (random() % 20 == 0)
        arriving[random() % arriving.size()] ^= std::uint8_t(1 + random() % 255);
      if (random() % 50 == 0) arriving.resize(random() % arriving.size());
      const Bytes expected = theirs.unprotect(arriving);
      REQUIRE(unprotect(ours, arriving) == expected);
      ++(expected.empty() ? refused : opened);
    }
    CHECK(opened > 3000);
    CHECK(refused > 500);
  }
}

TEST_CASE("SRTCP: libsrtp2 and we seal the same bytes and open each other's, once") {
  for (const SrtpProfile profile : kBoth) {
    std::mt19937 random(13);
    const SrtpKeys keys = random_keys(profile, random);
    SrtpSession ours(keys), opener(keys);
    Libsrtp theirs(keys, ssrc_any_outbound), their_opener(keys, ssrc_any_inbound);
    Bytes last;
    for (std::uint32_t i = 0; i < 300; ++i) {
      Bytes clear{0x80, 201, 0, 1, 0, 0, 0, 9};
      clear.resize(8 + 4 * (random() % 60), std::uint8_t(random()));
      wire::put16(&clear[2], std::uint32_t(clear.size() / 4 - 1));
      const Bytes sealed = protect_rtcp(ours, clear);
      REQUIRE(sealed == theirs.protect_rtcp(clear));
      REQUIRE(their_opener.unprotect_rtcp(sealed) == clear);
      REQUIRE(unprotect_rtcp(opener, sealed) == clear);
      REQUIRE(unprotect_rtcp(opener, sealed).empty());
      last = sealed;
    }
    for (std::size_t at = 0; at < last.size(); ++at) {
      SrtpSession fresh(keys);
      Bytes bad = last;
      bad[at] ^= 1;
      CHECK(unprotect_rtcp(fresh, bad).empty());
      CHECK(unprotect_rtcp(fresh, Bytes(last.begin(), last.begin() + std::ptrdiff_t(at))).empty());
    }
  }
}
#endif
