#pragma once
// IP addresses and ports in one form: 16 bytes, IPv4 as ::ffff:a.b.c.d.
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>

namespace huiban::rtc {

struct Address {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;
  std::uint32_t scope = 0;  // interface of a link-local IPv6 address
  auto operator<=>(const Address&) const = default;

  bool is_v4() const {
    static constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::memcmp(ip.data(), kMapped, 12) == 0;
  }
};

// Where a packet came from and which of our addresses it was sent to; the reply leaves from there.
struct Path {
  Address remote, local;
  std::uint64_t connection = 0;  // of TCP, a number never used twice; 0: UDP
};

std::optional<Address> parse_address(const std::string& ip, std::uint16_t port);
std::string ip_text(const Address& address);
std::string to_string(const Address& address);  // 192.0.2.1:7700, [2001:db8::1]:7700

}  // namespace huiban::rtc

template <>
struct std::hash<huiban::rtc::Address> {
  std::size_t operator()(const huiban::rtc::Address& a) const noexcept {
    std::uint64_t high = 0, low = 0;
    std::memcpy(&high, a.ip.data(), 8);
    std::memcpy(&low, a.ip.data() + 8, 8);
    std::uint64_t h = (high ^ (low * 0x9e3779b97f4a7c15ull)) + a.port;
    h ^= h >> 29;
    return std::size_t(h * 0xbf58476d1ce4e5b9ull);
  }
};
