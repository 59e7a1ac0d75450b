#pragma once
// Receive-only peers, one socket each, all on one thread with epoll. They count packets, send receiver reports every
// second and consent checks every five.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rtc/dtls.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

struct Reception {
  std::uint64_t packets = 0;   // received, all peers and streams
  std::uint64_t expected = 0;  // by their sequence numbers
};

class Receivers {
 public:
  explicit Receivers(const rtc::DtlsIdentity& identity);
  ~Receivers();

  // Adds one peer: its offer is given to join (which blocks on HTTP), the answer to the peer. Throws if unusable.
  void add(const std::function<std::string(const std::string& offer)>& join);
  // Until every peer has had a packet of each stream; false after the deadline.
  bool wait_all(std::chrono::milliseconds deadline);
  Reception reception();                    // so far
  std::vector<double> first_packet_ms();    // from the making of the offer to the first packet, sorted

 private:
  struct Peer {
    std::unique_ptr<test::RtcClient> client;
    std::chrono::steady_clock::time_point offered, next_report;
  };
  void run();
  void report(Peer& peer, std::chrono::steady_clock::time_point now);
  void tick(std::chrono::steady_clock::time_point now);

  const rtc::DtlsIdentity& identity_;
  const int epoll_;
  std::mutex mutex_;  // of peers_, held while the thread works and not while it waits
  std::vector<std::unique_ptr<Peer>> peers_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace huiban::bench
