// STUN against the vectors of RFC 5769, and what is refused; addresses and the sorting by first
// byte.
#include <catch2/catch.hpp>

#include "rtc/demux.h"
#include "rtc/stun.h"
#include "rtc/wire.h"
#include "tests/rtc/hex.h"

using namespace huiban::rtc;
using huiban::rtc::test::hex;
using Bytes = std::vector<std::uint8_t>;

namespace {

constexpr const char* kPassword = "VOkJxbRl1RmTxUk/WvJxBt";

Bytes sample_request() {  // section 2.1
  return hex(
      "00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74 "
      "00240004 6e0001ff 80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014 "
      "9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2 80280004 e57a3bcf");
}
Bytes sample_ipv4_response() {  // section 2.2
  return hex(
      "0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008 "
      "0001a147 e112a643 00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96");
}
Bytes sample_ipv6_response() {  // section 2.3
  return hex(
      "01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014 "
      "0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275 "
      "bfe3ed41 80280004 c8fb0b4c");
}

// A message of these attributes with a right length and fingerprint.
Bytes message_of(Bytes attributes, std::uint16_t type = kBindingRequest) {
  static constexpr auto crc = [](const Bytes& bytes) {
    std::uint32_t c = 0xffffffffu;
    for (const std::uint8_t byte : bytes) {
      c ^= byte;
      for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
    }
    return ~c ^ 0x5354554eu;
  };
  Bytes out = hex("0000 0000 2112a442 000102030405060708090a0b");
  wire::put16(&out[0], type);
  wire::put16(&out[2], std::uint32_t(attributes.size() + 8));
  out.insert(out.end(), attributes.begin(), attributes.end());
  const std::uint32_t value = crc(out);
  const Bytes tail = hex("8028 0004 0000 0000");
  out.insert(out.end(), tail.begin(), tail.end());
  wire::put32(&out[out.size() - 4], value);
  return out;
}

}  // namespace

TEST_CASE("RFC 5769: the sample request is read, and only its password fits") {
  const Bytes bytes = sample_request();
  const auto message = parse_stun(bytes);
  REQUIRE(message);
  CHECK(message->type == kBindingRequest);
  CHECK(Bytes(message->transaction.begin(), message->transaction.end()) ==
        hex("b7e7a701bc34d686fa87dfae"));
  CHECK(message->username == "evtj:h6vY");
  CHECK(message->controlled);
  CHECK_FALSE(message->controlling);
  CHECK_FALSE(message->use_candidate);
  CHECK(message->unknown_required == 0);  // SOFTWARE may be ignored
  CHECK(check_integrity(bytes, *message, kPassword));
  CHECK_FALSE(check_integrity(bytes, *message, "VOkJxbRl1RmTxUk/WvJxBT"));
  CHECK_FALSE(check_integrity(bytes, *message, ""));
}

TEST_CASE("RFC 5769: both sample responses are read, padding with blanks included") {
  for (const auto& [bytes, address] :
       {std::pair{sample_ipv4_response(), "192.0.2.1:32853"},
        {sample_ipv6_response(), "[2001:db8:1234:5678:11:2233:4455:6677]:32853"}}) {
    const auto message = parse_stun(bytes);
    REQUIRE(message);
    CHECK(message->type == kBindingSuccess);
    REQUIRE(message->mapped);
    CHECK(to_string(*message->mapped) == address);
    CHECK(check_integrity(bytes, *message, kPassword));
  }
}

TEST_CASE("a STUN message with a changed bit, cut short or longer than it says is refused") {
  for (const Bytes& good : {sample_request(), sample_ipv4_response(), sample_ipv6_response()}) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        Bytes bad = good;
        bad[at] ^= std::uint8_t(1 << bit);
        CHECK_FALSE(parse_stun(bad));  // the fingerprint covers all of it
      }
      CHECK_FALSE(parse_stun(std::span(good).first(at)));
    }
    Bytes longer = good;
    longer.resize(good.size() + 4);
    CHECK_FALSE(parse_stun(longer));
  }
}

TEST_CASE("a message with a right fingerprint and forged content fails the integrity check only") {
  Bytes bytes = sample_request();
  bytes.resize(bytes.size() - 8);
  Bytes attributes(bytes.begin() + 20, bytes.end());
  attributes[24] ^= 1;  // the priority
  const Bytes forged = message_of(attributes);
  const auto message = parse_stun(forged);
  REQUIRE(message);
  CHECK_FALSE(check_integrity(forged, *message, kPassword));
}

TEST_CASE("STUN without fingerprint, with one in the middle, or with attributes that do not fit") {
  CHECK(parse_stun(message_of({})));
  CHECK_FALSE(parse_stun(hex("0001 0000 2112a442 000102030405060708090a0b")));
  CHECK_FALSE(parse_stun(hex("0001 0000 2112a443 000102030405060708090a0b")));  // the cookie
  Bytes early = message_of({});
  early[3] = 12;  // one more attribute behind the fingerprint
  const Bytes more = hex("0025 0000");
  early.insert(early.end(), more.begin(), more.end());
  CHECK_FALSE(parse_stun(early));
  CHECK_FALSE(parse_stun(message_of(hex("0006 00ff 61626364"))));   // longer than the message
  CHECK_FALSE(parse_stun(message_of(hex("0008 0004 00000000"))));   // no HMAC-SHA1
  CHECK_FALSE(parse_stun(message_of(hex("0009 0002 0000 0000"))));  // no error code
}

TEST_CASE("attributes not known: those that must be understood are named, others are passed over") {
  const auto required = parse_stun(message_of(hex("0019 0004 11000000")));
  REQUIRE(required);
  CHECK(required->unknown_required == 0x0019);
  const Bytes answer = write_binding_error(*required, 420, "Unknown Attribute", "password");
  const auto read = parse_stun(answer);
  REQUIRE(read);
  CHECK(read->error_code == 420);
  CHECK(check_integrity(answer, *read, "password"));
  const auto optional = parse_stun(message_of(hex("c057 0004 00010000")));  // NETWORK-COST
  REQUIRE(optional);
  CHECK(optional->unknown_required == 0);
  // Behind MESSAGE-INTEGRITY nothing counts: anybody on the way could have added it.
  Bytes behind = hex("0008 0014 0000000000000000000000000000000000000000 0025 0000");
  const auto message = parse_stun(message_of(behind));
  REQUIRE(message);
  CHECK_FALSE(message->use_candidate);
}

TEST_CASE("our STUN messages are read back: requests, answers for both families, errors") {
  const Bytes check = write_binding_request({1, 2, 3}, "ours:theirs", "password", true, 5, 6);
  const auto request = parse_stun(check);
  REQUIRE(request);
  CHECK(request->username == "ours:theirs");
  CHECK(request->use_candidate);
  CHECK(request->controlling);
  CHECK(check_integrity(check, *request, "password"));
  for (const char* ip : {"192.0.2.7", "2001:db8::5", "::1", "255.255.255.255"}) {
    const auto seen = parse_address(ip, 65535);
    REQUIRE(seen);
    const Bytes bytes = write_binding_success(*request, *seen, "password");
    const auto message = parse_stun(bytes);
    REQUIRE(message);
    CHECK(message->type == kBindingSuccess);
    CHECK(message->transaction == request->transaction);
    CHECK(message->mapped == seen);
    CHECK(check_integrity(bytes, *message, "password"));
  }
  for (const int code : {400, 401, 487}) {
    const auto error = parse_stun(write_binding_error(*request, code, "reason", {}));
    REQUIRE(error);
    CHECK(error->type == kBindingError);
    CHECK(error->error_code == code);
    CHECK(error->integrity_at == 0);
  }
}

TEST_CASE("addresses: read, shown, told apart") {
  CHECK(to_string(*parse_address("192.0.2.1", 7700)) == "192.0.2.1:7700");
  CHECK(to_string(*parse_address("2001:DB8::5", 7)) == "[2001:db8::5]:7");
  CHECK(parse_address("192.0.2.1", 1)->is_v4());
  CHECK_FALSE(parse_address("2001:db8::5", 1)->is_v4());
  CHECK(parse_address("::ffff:192.0.2.1", 1) == parse_address("192.0.2.1", 1));
  CHECK(parse_address("192.0.2.1", 1) != parse_address("192.0.2.1", 2));
  for (const char* bad : {"", "300.1.2.3", "1.2.3", "1.2.3.4.5", "1.2.3.4 ", "::g", "localhost",
                          "[::1]", "fe80::1%lo"})
    CHECK_FALSE(parse_address(bad, 1));
}

TEST_CASE("datagrams are sorted by their first byte, RTCP by the second (RFC 7983, RFC 5761)") {
  const auto kind = [](int first, int second, std::size_t size = 12) {
    Bytes bytes(size, 0);
    bytes[0] = std::uint8_t(first);
    if (size > 1) bytes[1] = std::uint8_t(second);
    return classify(bytes);
  };
  CHECK(classify({}) == PacketKind::kOther);
  for (int first = 0; first < 256; ++first) {
    const PacketKind expected = first < 4                      ? PacketKind::kStun
                                : first >= 20 && first <= 63   ? PacketKind::kDtls
                                : first >= 128 && first <= 191 ? PacketKind::kRtp
                                                               : PacketKind::kOther;
    CHECK(kind(first, 96) == expected);
  }
  for (int second = 0; second < 256; ++second)
    CHECK(kind(0x80, second) ==
          (second >= 192 && second <= 223 ? PacketKind::kRtcp : PacketKind::kRtp));
  CHECK(kind(0x80, 200, 7) == PacketKind::kOther);  // shorter than any RTCP packet
}
