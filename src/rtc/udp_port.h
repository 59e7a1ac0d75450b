#pragma once
// The one UDP socket, IPv4 and IPv6 together: batches in by recvmmsg, batches out by sendmmsg.
// Packets of one size that follow each other to one receiver go to the kernel as one message cut
// into segments (UDP_SEGMENT, udp(7)); one shorter packet may end it. Replies leave from the
// address that was asked (RFC 3542 section 6). Net thread only. A full socket buffer drops, as a
// router would.
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "rtc/address.h"

namespace huiban::rtc {

class UdpPort {
 public:
  static constexpr std::size_t kMaxPacket = 2048;
  static constexpr std::size_t kReceiveBatch = 64, kSendBatch = 256;
  // Packets after which the next message begins a new batch, while the first are in the processor's
  // cache still.
  static constexpr std::size_t kFlushAt = 48;

  // bind_address empty: all. port 0: any. Unavailable: taken, or the address is not ours; names
  // both. gso: send in segments where the kernel can.
  static Result<std::unique_ptr<UdpPort>> open(const std::string& bind_address, std::uint16_t port,
                                               bool gso = true);
  ~UdpPort();
  UdpPort(const UdpPort&) = delete;
  UdpPort& operator=(const UdpPort&) = delete;

  int fd() const { return fd_; }
  std::uint16_t port() const { return port_; }

  struct Received {
    std::span<std::uint8_t> bytes;  // may be changed in place
    Path path;
    // When the kernel got it: a busy machine reads it later, which is not the line's doing.
    std::chrono::steady_clock::time_point arrived;
  };
  // What is there, at most kReceiveBatch; valid until the next call. Does not block.
  std::span<const Received> receive();

  // A buffer of kMaxPacket bytes for the next packet; commit() puts it into the batch, else it is
  // reused.
  std::uint8_t* begin() { return buffers_.get() + count_ * kMaxPacket; }
  void commit(std::size_t size, const Path& path);
  void send(std::span<const std::uint8_t> packet, const Path& path);
  void flush();  // afterwards nothing is queued: sent or dropped

  std::uint64_t dropped() const { return dropped_; }
  bool gso() const { return gso_; }  // off also once an interface turned out not to do it

 private:
  UdpPort(int fd, std::uint16_t port, bool v4_only, bool gso);
  void deliver(std::span<mmsghdr> messages, int& waits);
  void deliver_singly(const msghdr& whole, int& waits);  // without segments
  struct Slots;
  const int fd_;
  const std::uint16_t port_;
  const bool v4_only_;
  bool gso_;
  std::unique_ptr<std::uint8_t[]> buffers_;
  std::size_t count_ = 0, messages_ = 0;  // datagrams, and messages of them, in the batch
  // Of the last message: its path, the size of its segments, its bytes, and what the next segment
  // may have; 0: it is complete.
  Path last_path_;
  std::size_t segment_ = 0, bytes_ = 0, segment_room_ = 0;
  std::unique_ptr<Slots> slots_;
  std::vector<Received> received_;
  std::uint64_t dropped_ = 0;
};

// IPv4 and global IPv6 addresses of the interfaces that are up; loopback only when there is nothing
// else.
std::vector<std::string> interface_addresses();

}  // namespace huiban::rtc
