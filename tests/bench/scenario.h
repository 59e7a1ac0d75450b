#pragma once
// The scenarios: each starts a server of its own, lets peers join, measures, prints and says
// whether the requirements of docs/performance.md hold.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "rtc/dtls.h"
#include "tests/bench/server_process.h"

namespace huiban::bench {

struct Options {
  std::vector<std::string> scenarios;
  std::vector<int> receivers{1, 10, 50, 100};
  int venues = 200, seconds = 8, repeat = 3;
  bool compare_janus = false;
  ServerProcess::Settings settings;  // of the server: HUIBAN_... to value
  std::string json, binary;
};

struct Outcome {
  bool holds = true;
  void require(bool condition, const std::string& sentence);  // prints it if it does not hold
};

// All throw std::runtime_error if the server cannot be started or a peer gets no packets.
Outcome one_to_n(const Options& options, const rtc::DtlsIdentity& identity,
                 nlohmann::json& results);
Outcome wall(const Options& options, const rtc::DtlsIdentity& identity, nlohmann::json& results);
Outcome meeting(const Options& options, const rtc::DtlsIdentity& identity, nlohmann::json& results);
Outcome join_storm(const Options& options, const rtc::DtlsIdentity& identity,
                   nlohmann::json& results);
Outcome stage_switch(const Options& options, const rtc::DtlsIdentity& identity,
                     nlohmann::json& results);

}  // namespace huiban::bench
