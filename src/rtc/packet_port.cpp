#include "rtc/packet_port.h"

namespace huiban::rtc {

Result<std::unique_ptr<PacketPort>> PacketPort::open(const std::string& bind_address,
                                                     std::uint16_t port, bool tcp, TcpLimits limits,
                                                     bool gso) {
  constexpr int kTries = 32;  // a number free for UDP may be taken for TCP
  for (int i = 1;; ++i) {
    auto udp = HUIBAN_TRY(UdpPort::open(bind_address, port, gso));
    if (!tcp) return std::unique_ptr<PacketPort>(new PacketPort(std::move(udp), nullptr));
    auto stream = TcpPort::open(bind_address, udp->port(), limits);
    if (stream)
      return std::unique_ptr<PacketPort>(new PacketPort(std::move(udp), std::move(*stream)));
    if (port != 0 || i == kTries) return tl::make_unexpected(stream.error());
  }
}

}  // namespace huiban::rtc
