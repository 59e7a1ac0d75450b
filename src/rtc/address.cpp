#include "rtc/address.h"

#include <arpa/inet.h>

namespace huiban::rtc {

std::optional<Address> parse_address(const std::string& ip, std::uint16_t port) {
  Address address;
  address.port = port;
  in_addr v4{};
  if (inet_pton(AF_INET, ip.c_str(), &v4) == 1) {
    address.ip[10] = address.ip[11] = 0xff;
    std::memcpy(address.ip.data() + 12, &v4, 4);
    return address;
  }
  if (inet_pton(AF_INET6, ip.c_str(), address.ip.data()) == 1) return address;
  return std::nullopt;
}

std::string ip_text(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.is_v4())
    inet_ntop(AF_INET, address.ip.data() + 12, text, sizeof text);
  else
    inet_ntop(AF_INET6, address.ip.data(), text, sizeof text);
  return text;
}

std::string to_string(const Address& address) {
  const std::string ip = ip_text(address);
  return (address.is_v4() ? ip : "[" + ip + "]") + ":" + std::to_string(address.port);
}

}  // namespace huiban::rtc
