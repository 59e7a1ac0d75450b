#pragma once
// Peers with a socket each, all on one thread: they count what they receive, some send, all report
// every second and check consent every five. The thread looks once in a millisecond instead of
// being woken, so that the waking, which on loopback is charged to whoever sends, is not counted as
// the server's.
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
#include "rtc/twcc.h"
#include "tests/bench/sender.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

struct Reception {
  std::uint64_t packets = 0;   // received, all peers and streams
  std::uint64_t expected = 0;  // by their sequence numbers
};

struct SwarmPeer {
  std::unique_ptr<test::RtcClient> client;
  std::unique_ptr<Sender> sender;  // null: receives only
  std::chrono::steady_clock::time_point offered, next_report;
  rtc::TwccReceiver arrivals;  // of numbered packets, reported every 75 ms
  bool is_cut_off = false;     // nothing leaves it

  bool has_packets_of(std::size_t line) const;
  double first_packet_ms(std::size_t line) const;  // since the offer; negative: none yet
};

class Swarm {
 public:
  explicit Swarm(const rtc::DtlsIdentity& identity, const std::string& bind_address = "127.0.0.1");
  ~Swarm();

  // Adds one peer. join exchanges the descriptions (and blocks on HTTP meanwhile); false: they
  // cannot be used, add() throws. The client stays where it is until it is removed.
  test::RtcClient& add(std::vector<test::RtcLine> lines, const std::function<bool(test::RtcClient&)>& join,
           const Sends& sends = {});
  void remove(const test::RtcClient& client);
  // The peer may get another socket by this.
  void change(const test::RtcClient& client, const std::function<void(SwarmPeer&)>& by);
  // Until the condition holds for every peer; false after the deadline.
  bool wait_all(std::chrono::milliseconds deadline,
                const std::function<bool(const SwarmPeer&)>& condition);
  void visit(const std::function<void(SwarmPeer&)>& each);
  Reception reception();  // so far

 private:
  using Peers = std::vector<std::unique_ptr<SwarmPeer>>;
  Peers::iterator find(const test::RtcClient& client);  // throws where there is none
  void watch(test::RtcClient& client);
  void run();
  void read();
  void tick(std::chrono::steady_clock::time_point now);
  void report(SwarmPeer& peer, std::chrono::steady_clock::time_point now);

  const rtc::DtlsIdentity& identity_;
  const std::string bind_address_;
  const int epoll_;
  std::mutex mutex_;  // of peers_, held while the thread works and not while it waits
  Peers peers_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

double quantile(std::vector<double> values, double q);  // 0 of none

}  // namespace huiban::bench
