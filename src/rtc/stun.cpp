#include "rtc/stun.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t kCookie = 0x2112a442;
constexpr std::size_t kHeader = 20, kMac = 20;
enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000a,
  kXorMappedAddress = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802a,
};

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

std::uint32_t fingerprint(Bytes packet) {
  std::uint32_t c = 0xffffffffu;
  for (const std::uint8_t byte : packet) c = kCrcTable[(c ^ byte) & 0xff] ^ c >> 8;
  return ~c ^ 0x5354554eu;
}

// HMAC over the message up to its integrity attribute, with the length as if it ended behind it.
std::array<std::uint8_t, kMac> integrity(Bytes before, std::string_view password) {
  std::vector<std::uint8_t> copy(before.begin(), before.end());
  wire::put16(&copy[2], std::uint32_t(before.size() - kHeader + 4 + kMac));
  std::array<std::uint8_t, kMac> mac{};
  unsigned size = kMac;
  HMAC(EVP_sha1(), password.data(), int(password.size()), copy.data(), copy.size(), mac.data(),
       &size);
  return mac;
}

class Writer {
 public:
  Writer(std::uint16_t type, const std::array<std::uint8_t, 12>& transaction) : out_(kHeader) {
    wire::put16(&out_[0], type);
    wire::put32(&out_[4], kCookie);
    std::copy(transaction.begin(), transaction.end(), out_.begin() + 8);
  }
  void attribute(std::uint16_t type, Bytes value) {
    for (const unsigned part : {unsigned(type), unsigned(value.size())}) {
      out_.push_back(std::uint8_t(part >> 8));
      out_.push_back(std::uint8_t(part));
    }
    out_.insert(out_.end(), value.begin(), value.end());
    while (out_.size() % 4 != 0) out_.push_back(0);
  }
  void text(std::uint16_t type, std::string_view value) {
    attribute(type, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
  }
  std::vector<std::uint8_t> finish(std::string_view password) {
    if (!password.empty()) attribute(kMessageIntegrity, integrity(out_, password));
    wire::put16(&out_[2], std::uint32_t(out_.size() - kHeader + 8));
    std::uint8_t crc[4];
    wire::put32(crc, fingerprint(out_));
    attribute(kFingerprint, crc);
    return std::move(out_);
  }

 private:
  std::vector<std::uint8_t> out_;
};

// The value of XOR-MAPPED-ADDRESS (RFC 8489 section 14.2): 8 bytes for IPv4, 20 for IPv6.
struct XorAddress {
  std::array<std::uint8_t, 20> bytes{};
  std::size_t size = 0;
};
XorAddress xor_address(const Address& address, const std::array<std::uint8_t, 12>& transaction) {
  XorAddress value;
  const bool v4 = address.is_v4();
  const std::size_t length = v4 ? 4 : 16;
  value.size = 4 + length;
  value.bytes[1] = v4 ? 1 : 2;
  wire::put16(&value.bytes[2], address.port ^ (kCookie >> 16));
  std::array<std::uint8_t, 16> mask;
  wire::put32(mask.data(), kCookie);
  std::copy(transaction.begin(), transaction.end(), mask.begin() + 4);
  for (std::size_t i = 0; i < length; ++i)
    value.bytes[4 + i] = std::uint8_t(address.ip[16 - length + i] ^ mask[i]);
  return value;
}

std::optional<Address> read_xor_address(Bytes value, Bytes packet) {
  if (value.size() != 8 && value.size() != 20) return std::nullopt;
  const bool v4 = value.size() == 8;
  if (value[1] != (v4 ? 1 : 2)) return std::nullopt;
  Address address;
  address.port = std::uint16_t(wire::get16(&value[2]) ^ (kCookie >> 16));
  if (v4) address.ip[10] = address.ip[11] = 0xff;
  for (std::size_t i = 4; i < value.size(); ++i)
    address.ip[v4 ? i + 8 : i - 4] = std::uint8_t(value[i] ^ packet[i]);  // cookie, transaction
  return address;
}

}  // namespace

std::optional<StunMessage> parse_stun(Bytes packet) {
  if (packet.size() < kHeader || packet[0] > 3 || packet.size() % 4 != 0 ||
      wire::get32(&packet[4]) != kCookie || wire::get16(&packet[2]) + kHeader != packet.size())
    return std::nullopt;
  StunMessage message;
  message.type = wire::get16(&packet[0]);
  std::copy_n(packet.begin() + 8, 12, message.transaction.begin());
  bool fingerprinted = false;
  for (std::size_t at = kHeader; at + 4 <= packet.size();) {
    if (fingerprinted) return std::nullopt;  // it is the last attribute
    const std::uint16_t type = wire::get16(&packet[at]);
    const std::size_t length = wire::get16(&packet[at + 2]);
    if (at + 4 + length > packet.size()) return std::nullopt;
    const Bytes value = packet.subspan(at + 4, length);
    // Only FINGERPRINT counts behind MESSAGE-INTEGRITY (RFC 8489 section 14.5).
    if (message.integrity_at == 0 || type == kFingerprint) {
      switch (type) {
        case kUsername:
          message.username = {reinterpret_cast<const char*>(value.data()), value.size()};
          break;
        case kMessageIntegrity:
          if (length != kMac) return std::nullopt;
          message.integrity_at = at;
          break;
        case kErrorCode:
          if (length < 4) return std::nullopt;
          message.error_code = (value[2] & 7) * 100 + value[3];
          break;
        case kXorMappedAddress:
          message.mapped = read_xor_address(value, packet);
          break;
        case kUseCandidate:
          message.use_candidate = true;
          break;
        case kIceControlling:
          message.controlling = true;
          break;
        case kIceControlled:
          message.controlled = true;
          break;
        case kPriority:
          break;
        case kFingerprint:
          if (length != 4 || wire::get32(value.data()) != fingerprint(packet.first(at)))
            return std::nullopt;
          fingerprinted = true;
          break;
        default:
          if (type < 0x8000 && message.unknown_required == 0) message.unknown_required = type;
      }
    }
    at += 4 + (length + 3) / 4 * 4;
  }
  return fingerprinted ? std::optional(message) : std::nullopt;
}

bool check_integrity(Bytes packet, const StunMessage& message, std::string_view password) {
  if (message.integrity_at == 0 || message.integrity_at + 4 + kMac > packet.size()) return false;
  const auto expected = integrity(packet.first(message.integrity_at), password);
  return CRYPTO_memcmp(expected.data(), &packet[message.integrity_at + 4], kMac) == 0;
}

std::vector<std::uint8_t> write_binding_success(const StunMessage& request, const Address& seen,
                                                std::string_view password) {
  Writer out(kBindingSuccess, request.transaction);
  const XorAddress value = xor_address(seen, request.transaction);
  out.attribute(kXorMappedAddress, std::span(value.bytes).first(value.size));
  return out.finish(password);
}

std::vector<std::uint8_t> write_binding_error(const StunMessage& request, int code,
                                              std::string_view reason, std::string_view password) {
  Writer out(kBindingError, request.transaction);
  std::vector<std::uint8_t> value{0, 0, std::uint8_t(code / 100), std::uint8_t(code % 100)};
  value.insert(value.end(), reason.begin(), reason.end());
  out.attribute(kErrorCode, value);
  if (code == 420) {
    std::uint8_t unknown[2];
    wire::put16(unknown, request.unknown_required);
    out.attribute(kUnknownAttributes, unknown);
  }
  return out.finish(password);
}

std::vector<std::uint8_t> write_binding_request(const std::array<std::uint8_t, 12>& transaction,
                                                std::string_view username,
                                                std::string_view password, bool use_candidate,
                                                std::uint32_t priority, std::uint64_t tie_breaker) {
  Writer out(kBindingRequest, transaction);
  out.text(kUsername, username);
  std::uint8_t value[8];
  wire::put32(value, priority);
  out.attribute(kPriority, {value, 4});
  wire::put32(value, std::uint32_t(tie_breaker >> 32));
  wire::put32(value + 4, std::uint32_t(tie_breaker));
  out.attribute(kIceControlling, value);
  if (use_candidate) out.attribute(kUseCandidate, {});
  return out.finish(password);
}

}  // namespace huiban::rtc
