#pragma once
// The ways packets leave and arrive: the UDP port, and TCP connections on the same number. A packet
// is made in begin() and goes where its path leads. Net thread only.
#include <cstring>
#include <memory>
#include <span>
#include <string>

#include "rtc/tcp_port.h"
#include "rtc/udp_port.h"

namespace huiban::rtc {

class PacketPort {
 public:
  // port 0: any number that is free for both. tcp false: UDP alone. Errors of the two ports.
  static Result<std::unique_ptr<PacketPort>> open(const std::string& bind_address,
                                                  std::uint16_t port, bool tcp,
                                                  TcpLimits limits = {}, bool gso = true);

  std::uint16_t number() const { return udp_->port(); }
  UdpPort& udp() { return *udp_; }
  TcpPort* tcp() { return tcp_.get(); }  // null: not in use

  // As with UdpPort: a buffer for the next packet, reused unless it is committed.
  std::uint8_t* begin() { return udp_->begin(); }
  void commit(std::size_t size, const Path& path, Loss loss = Loss::kKeep) {
    if (path.connection == 0)
      udp_->commit(size, path);
    else if (tcp_)
      tcp_->send({udp_->begin(), size}, path.connection, loss);
  }
  void send(std::span<const std::uint8_t> packet, const Path& path, Loss loss = Loss::kKeep) {
    if (path.connection == 0)
      udp_->send(packet, path);
    else if (tcp_)
      tcp_->send(packet, path.connection, loss);
  }
  void flush() {
    udp_->flush();
    if (tcp_) tcp_->flush();
  }
  // False: the connection it led over is gone.
  bool is_open(const Path& path) const {
    return path.connection == 0 || (tcp_ && tcp_->is_open(path.connection));
  }
  std::uint64_t dropped() const { return udp_->dropped() + (tcp_ ? tcp_->dropped() : 0); }

 private:
  PacketPort(std::unique_ptr<UdpPort> udp, std::unique_ptr<TcpPort> tcp)
      : udp_(std::move(udp)), tcp_(std::move(tcp)) {}
  std::unique_ptr<UdpPort> udp_;
  std::unique_ptr<TcpPort> tcp_;
};

}  // namespace huiban::rtc
