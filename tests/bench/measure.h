#pragma once
// One measurement: a fresh server, one publisher, a number of receivers.
#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rtc/dtls.h"

namespace huiban::bench {

struct Round {
  int receivers = 0;
  double packets_per_second = 0;  // received by all receivers together
  double loss_percent = 0;        // of what was sent to them, by sequence numbers
  double cpu_percent = 0;         // of one core
  double us_per_packet = 0;       // server CPU time, user and system, all threads
  std::map<std::string, double> us_by_thread;  // the same by name of thread
  double first_p50_ms = 0, first_p95_ms = 0, first_max_ms = 0;  // offer made to first packet
  double resident_mib = 0, growth_kib_per_receiver = 0;
  std::size_t threads_before = 0, threads = 0;  // before and after the receivers came
};

// Throws std::runtime_error if the server cannot be started or a receiver gets no packets.
Round measure(const std::string& binary, const rtc::DtlsIdentity& identity, int receivers,
              std::chrono::seconds window);

nlohmann::json to_json(const Round& round);

}  // namespace huiban::bench
