#pragma once
// What a server spent between two looks, per packet that its receivers got.
#include <chrono>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/bench/process_usage.h"
#include "tests/bench/swarm.h"

namespace huiban::bench {

struct Look {
  std::chrono::steady_clock::time_point at;
  ProcessUsage usage;
  Reception reception;
  double own_cpu_seconds = 0;  // of the bench itself
};
Look look(pid_t pid, const std::vector<Swarm*>& receivers);

// Waits until the receivers get the same number of packets in successive seconds, within 3 %: they
// have risen to what their lines carry. At most 15 s.
void settle(const std::vector<Swarm*>& receivers);

struct Costs {
  double packets_per_second = 0;  // received by all receivers together
  double loss_percent = 0;        // of what was sent to them, by sequence numbers
  double cpu_percent = 0;         // of one core, user and system, all threads
  double us_per_packet = 0, us_user = 0, us_system = 0;
  std::map<std::string, double> us_by_thread;
  double bench_cpu_percent = 0;  // of one core
  double resident_mib = 0;
  std::size_t threads = 0;
};
Costs costs_between(const Look& before, const Look& after);  // throws if no packets came

nlohmann::json to_json(const Costs& costs);
void print_costs_head();
void print(const std::string& what, const Costs& costs);

}  // namespace huiban::bench
