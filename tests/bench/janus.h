#pragma once
// A Janus gateway (Debian package janus) with one streaming mountpoint, on a scratch folder and
// free ports: one event loop for all peers, only the plugin and the transport that are needed, fed
// with plain RTP over loopback.
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <thread>

#include "tests/bench/sender.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

class Janus {
 public:
  static bool is_installed();

  // address: of an interface that is not loopback, which Janus leaves out of its candidates. Throws
  // if it does not answer in time.
  explicit Janus(const std::string& address);
  ~Janus();  // ends it and removes the folder
  Janus(const Janus&) = delete;
  Janus& operator=(const Janus&) = delete;

  pid_t pid() const { return pid_; }
  void feed(const Sends& sends);  // from now on
  // Subscribes the client, whose lines are a sound and a picture to receive. False: the offer
  // cannot be used.
  bool watch(test::RtcClient& client);

 private:
  void stop();
  void write_settings(const std::string& address);
  void connect();
  nlohmann::json hear();  // the next message of its API; throws after ten seconds without
  nlohmann::json ask(nlohmann::json request);
  void run_feed(Sends sends);

  std::filesystem::path folder_;
  std::uint16_t audio_port_, video_port_;
  int api_ = -1;
  std::uint64_t session_ = 0, transactions_ = 0;
  pid_t pid_ = -1;
  std::atomic<bool> stopping_{false};
  std::thread feed_;
};

}  // namespace huiban::bench
