#pragma once
// ICE-TCP, the passive side (RFC 6544): one listener on the number of the UDP port, IPv4 and IPv6,
// and the connections accepted there, framed by RFC 4571. Net thread only; never blocks.
//
// A connection has 5 s to present an authenticated check, and afterwards may not be without one for
// longer than consent lasts. A receiver slower than what is sent to it loses whole pictures, not
// parts of frames: its queue is bounded in bytes and in age.
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "rtc/address.h"
#include "rtc/timing.h"

namespace huiban::rtc {

// What becomes of a packet when the way is slower than what is sent over it.
enum class Loss {
  kKeep,  // sound, reports, checks
  kMay,   // RTP of a picture: left out as a whole picture
};

struct TcpLimits {
  std::size_t connections = 1024;
  // Not proven yet: of all addresses together the oldest makes way, of one address the newest.
  std::size_t unproven = 128, unproven_per_address = 32;
  Milliseconds prove{5000}, consent{30000};
  std::size_t queue_bytes = 256 * 1024;  // three keyframes of 720p
  Milliseconds queue_age{1000};
};

class TcpPort {
 public:
  // Unavailable: taken, or the address is not ours; names both.
  static Result<std::unique_ptr<TcpPort>> open(const std::string& bind_address, std::uint16_t port,
                                               TcpLimits limits = {});
  ~TcpPort();
  TcpPort(const TcpPort&) = delete;
  TcpPort& operator=(const TcpPort&) = delete;

  int fd() const { return epoll_; }  // readable: call receive()

  struct Received {
    std::span<std::uint8_t> bytes;  // may be changed in place
    Path path;                      // connection is never 0
  };
  // Accepts, writes what waited and reads; the packets are valid until the next call.
  std::span<const Received> receive(Instant now);

  // An authenticated check came over it.
  void proven(std::uint64_t connection, Instant now);
  bool is_open(std::uint64_t connection) const { return connections_.count(connection) != 0; }
  void close(std::uint64_t connection);  // what is queued gets one last attempt

  // Queues the packet; flush() hands the queues to the kernel.
  void send(std::span<const std::uint8_t> packet, std::uint64_t connection, Loss loss);
  void flush();
  void tick(Instant now);  // closes what is overdue

  std::size_t connections() const { return connections_.size(); }
  std::uint64_t dropped() const { return dropped_; }  // packets

 private:
  struct Connection;
  TcpPort(int listener, int epoll, TcpLimits limits);
  void listen_for(bool on);
  void accept_all(Instant now);
  bool read(Connection& connection);   // false: to be closed
  bool write(Connection& connection);  // likewise
  void drop(std::uint64_t connection);
  std::size_t unproven_from(const Address& remote) const;

  const int listener_, epoll_;
  const TcpLimits limits_;
  bool listening_ = false;
  std::uint64_t next_id_ = 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::vector<std::uint64_t> unproven_;  // oldest first
  std::vector<std::uint64_t> dirty_;     // with something queued since the last flush()
  std::vector<std::uint8_t> room_;       // everything read in one turn
  std::size_t used_ = 0;
  std::vector<Received> received_;
  std::uint64_t dropped_ = 0;
  Instant last_look_{};
};

}  // namespace huiban::rtc
