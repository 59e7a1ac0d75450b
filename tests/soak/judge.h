#pragma once
// What the server holds, minute by minute, and whether that stays level.
#include <cstddef>
#include <string>
#include <vector>

namespace huiban::soak {

struct Minute {
  double resident_mib = 0;
  // Most in the minute; without those that belong to a page or to a peer over TCP.
  std::size_t descriptors = 0, threads = 0;
};

struct Verdict {
  std::vector<std::string> faults;
  double growth_mib = 0;  // over the last half, by a fitted line
  bool judges_memory = false;
};

// empty: before anybody came. quiet: after the meeting. Memory is judged from 20 minutes on:
// before that a server still fills its pools.
Verdict judge(const Minute& empty, const std::vector<Minute>& minutes, const Minute& quiet);

// Least squares: by how much the values rise from the first to the last.
double fitted_growth(const std::vector<double>& values);

}  // namespace huiban::soak
