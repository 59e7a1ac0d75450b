// The ciphers below SRTP against the vectors that the RFCs print.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "rtc/srtp_cipher.h"
#include "tests/rtc/hex.h"

using namespace huiban::rtc;
using huiban::rtc::test::hex;
using Bytes = std::vector<std::uint8_t>;

namespace {

SrtpSessionKeys session_keys(const Bytes& cipher, const Bytes& salt) {
  SrtpSessionKeys keys;
  std::copy(cipher.begin(), cipher.end(), keys.cipher.begin());
  std::copy(salt.begin(), salt.end(), keys.salt.begin());
  return keys;
}

// RFC 7714 sections 16 and 17: the key counts up, the salt says "Quid pro quo".
SrtpSessionKeys gcm_keys() {
  return session_keys(hex("000102030405060708090a0b0c0d0e0f"), hex("51756964 2070726f 2071756f"));
}

template <class Array>
Bytes bytes_of(const Array& array) {
  return Bytes(array.begin(), array.end());
}

}  // namespace

TEST_CASE("AES-CM key stream of RFC 3711 appendix B.2") {
  const auto keys =
      session_keys(hex("2B7E151628AED2A6ABF7158809CF4F3C"), hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"));
  SrtpCipher cipher(SrtpProfile::kAes128CmSha1_80, keys, true);
  Bytes stream(0xff02 * 16, 0);  // up to counter ff01
  REQUIRE(cipher.mix(0, 0, stream.data(), stream.size()));
  const auto block = [&stream](std::size_t i) {
    return Bytes(stream.begin() + std::ptrdiff_t(i * 16),
                 stream.begin() + std::ptrdiff_t(i * 16 + 16));
  };
  CHECK(block(0x0000) == hex("E03EAD0935C95E80E166B16DD92B4EB4"));
  CHECK(block(0x0001) == hex("D23513162B02D0F72A43A2FE4A5F97AB"));
  CHECK(block(0x0002) == hex("41E95B3BB0A2E8DD477901E4FCA894C0"));
  CHECK(block(0xfeff) == hex("EC8CDF7398607CB0F2D21675EA9EA1E4"));
  CHECK(block(0xff00) == hex("362B7C3C6773516318A077D7FC5073AE"));
  CHECK(block(0xff01) == hex("6A2CC3787889374FBEB4C81B17BA6C44"));
}

TEST_CASE("key derivation of RFC 3711 appendix B.3") {
  const auto keys =
      derive_srtp_keys(SrtpProfile::kAes128CmSha1_80, hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
                       hex("0EC675AD498AFEEBB6960B3AABE6"), false);
  CHECK(bytes_of(keys.cipher) == hex("C61E7A93744F39EE10734AFE3FF7A087"));
  CHECK(bytes_of(keys.salt) == hex("30CBBC08863D8C85D49DB34A9AE1"));
  CHECK(bytes_of(keys.auth) == hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

TEST_CASE("AEAD_AES_128_GCM SRTP of RFC 7714 section 16.1") {
  const Bytes header = hex("8040f17b 8041f8d3 5501a0b2");
  const Bytes clear =
      hex("47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573");
  const Bytes expected =
      hex("f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833");
  const Bytes expected_tag = hex("899d7f27 beb16a91 52cf765e e4390cce");
  Bytes data = clear, tag(16);
  SrtpCipher seal(SrtpProfile::kAeadAes128Gcm, gcm_keys(), true);
  REQUIRE(seal.seal(0x5501a0b2, 0xf17b, header, data.data(), data.size(), tag.data()));
  CHECK(data == expected);
  CHECK(tag == expected_tag);
  SrtpCipher open(SrtpProfile::kAeadAes128Gcm, gcm_keys(), false);
  REQUIRE(open.seal(0x5501a0b2, 0xf17b, header, data.data(), data.size(), tag.data()));
  CHECK(data == clear);
  data = expected;  // the same packet a rollover later is another nonce
  CHECK_FALSE(open.seal(0x5501a0b2, 0x1f17b, header, data.data(), data.size(), tag.data()));
}

TEST_CASE("AEAD_AES_128_GCM SRTCP of RFC 7714 section 17.1") {
  const Bytes header = hex("81c8000d 4d617273 800005d4");  // and the word with the index
  const Bytes clear = hex(
      "4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef "
      "deadbeef");
  const Bytes expected = hex(
      "63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded "
      "0bb9275b");
  Bytes data = clear, tag(16);
  SrtpCipher seal(SrtpProfile::kAeadAes128Gcm, gcm_keys(), true);
  REQUIRE(seal.seal(0x4d617273, 0x5d4, header, data.data(), data.size(), tag.data()));
  CHECK(data == expected);
  CHECK(tag == hex("c84aa458 96cf4d2f c5abf872 45d9eade"));
  SrtpCipher open(SrtpProfile::kAeadAes128Gcm, gcm_keys(), false);
  REQUIRE(open.seal(0x4d617273, 0x5d4, header, data.data(), data.size(), tag.data()));
  CHECK(data == clear);
  const Bytes other = hex("81c8000d 4d617273 000005d4");  // the flag "encrypted"
  data = expected;
  CHECK_FALSE(open.seal(0x4d617273, 0x5d4, other, data.data(), data.size(), tag.data()));
}

TEST_CASE("both engines of AES-GCM make and open the same packets") {
  if (!AesGcm::has_ipsec_mb()) WARN("no libipsec-mb here: only OpenSSL is tested");
  std::mt19937 random(20261124);
  const auto fill = [&random](auto& bytes) {
    for (auto& byte : bytes) byte = std::uint8_t(random());
  };
  std::array<std::uint8_t, 16> key;
  std::array<std::uint8_t, AesGcm::kIv> iv;
  for (std::size_t size = 0; size < 1500; size += size < 80 ? 1 : 53) {
    CAPTURE(size);
    fill(key);
    fill(iv);
    Bytes associated(12 + random() % 60), clear(size);
    fill(associated);
    fill(clear);
    AesGcm seal(key, true), reference(key, true, AesGcm::Engine::kOpenSsl);
    AesGcm open(key, false), reference_open(key, false, AesGcm::Engine::kOpenSsl);
    Bytes a = clear, b = clear, tag_a(16), tag_b(16);
    a.reserve(1);  // that data() of nothing is no null pointer
    b.reserve(1);
    REQUIRE(seal.seal(iv, associated, a.data(), size, tag_a.data()));
    REQUIRE(reference.seal(iv, associated, b.data(), size, tag_b.data()));
    CHECK(a == b);
    CHECK(tag_a == tag_b);
    REQUIRE(open.seal(iv, associated, a.data(), size, tag_a.data()));
    REQUIRE(reference_open.seal(iv, associated, b.data(), size, tag_b.data()));
    CHECK(a == clear);
    CHECK(b == clear);
    tag_a[random() % 16] ^= 1;
    CHECK_FALSE(open.seal(iv, associated, a.data(), size, tag_a.data()));
  }
}
