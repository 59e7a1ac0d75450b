#pragma once
// What the kernel counts for a process, from proc(5).
#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>

namespace huiban::bench {

struct ProcessUsage {
  double cpu_seconds = 0;  // user and system, of all threads
  double user_seconds = 0, system_seconds = 0;
  std::map<std::string, double> by_thread;  // name to seconds; threads of one name together
  std::size_t threads = 0, descriptors = 0;
  double resident_mib = 0;
};

ProcessUsage usage_of(pid_t pid);  // zeros once it has ended

}  // namespace huiban::bench
