#pragma once
// STUN binding requests and their answers (RFC 8489), as far as the lite side of ICE needs them
// (RFC 8445).
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rtc/address.h"

namespace huiban::rtc {

inline constexpr std::uint16_t kBindingRequest = 0x0001, kBindingSuccess = 0x0101,
                               kBindingError = 0x0111, kBindingIndication = 0x0011;

struct StunMessage {
  std::uint16_t type = 0;
  std::array<std::uint8_t, 12> transaction{};
  std::string_view username;     // ours:theirs; points into the packet
  std::size_t integrity_at = 0;  // offset of MESSAGE-INTEGRITY, 0: none
  bool use_candidate = false, controlling = false, controlled = false;
  std::uint16_t unknown_required = 0;  // the first attribute that must be understood and is not
  int error_code = 0;
  std::optional<Address> mapped;  // of a success response
};

// nullopt: not STUN, a length that does not fit, or a FINGERPRINT that is missing or wrong.
std::optional<StunMessage> parse_stun(std::span<const std::uint8_t> packet);
// Whether MESSAGE-INTEGRITY was made with this password (short-term credentials, HMAC-SHA1).
bool check_integrity(std::span<const std::uint8_t> packet, const StunMessage& message,
                     std::string_view password);

// All end with MESSAGE-INTEGRITY (where a password is given) and FINGERPRINT.
std::vector<std::uint8_t> write_binding_success(const StunMessage& request, const Address& seen,
                                                std::string_view password);
std::vector<std::uint8_t> write_binding_error(const StunMessage& request, int code,
                                              std::string_view reason, std::string_view password);
// For test clients: a check as the controlling side sends it.
std::vector<std::uint8_t> write_binding_request(const std::array<std::uint8_t, 12>& transaction,
                                                std::string_view username,
                                                std::string_view password, bool use_candidate,
                                                std::uint32_t priority, std::uint64_t tie_breaker);

}  // namespace huiban::rtc
