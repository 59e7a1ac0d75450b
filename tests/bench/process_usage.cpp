#include "tests/bench/process_usage.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>
#include <utility>

namespace huiban::bench {
namespace {

std::string line_of(const std::filesystem::path& path) {
  std::string line;
  std::ifstream in(path);
  std::getline(in, line);
  return line;
}

// utime and stime are the 14th and 15th word of proc(5) stat; the name before them may hold blanks.
std::pair<double, double> cpu_of(const std::filesystem::path& stat) {
  const std::string line = line_of(stat);
  const auto end_of_name = line.rfind(')');
  if (end_of_name == std::string::npos) return {};  // the thread has just ended
  std::istringstream words(line.substr(end_of_name + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) words >> skipped;
  double user = 0, system = 0;
  words >> user >> system;
  const double ticks = double(::sysconf(_SC_CLK_TCK));
  return {user / ticks, system / ticks};
}

// The same quantity in nanoseconds where the kernel keeps it: stat counts in hundredths of a
// second.
double cpu_of_thread(const std::filesystem::path& task) {
  const std::string line = line_of(task / "schedstat");
  if (!line.empty()) return std::stod(line) * 1e-9;
  const auto [user, system] = cpu_of(task / "stat");
  return user + system;
}

}  // namespace

ProcessUsage usage_of(pid_t pid) {
  ProcessUsage usage;
  const std::filesystem::path proc = "/proc/" + std::to_string(pid);
  std::tie(usage.user_seconds, usage.system_seconds) = cpu_of(proc / "stat");
  usage.cpu_seconds = usage.user_seconds + usage.system_seconds;
  std::error_code ended;
  for (const auto& task : std::filesystem::directory_iterator(proc / "task", ended)) {
    ++usage.threads;
    usage.by_thread[line_of(task.path() / "comm")] += cpu_of_thread(task.path());
  }
  for (auto fd = std::filesystem::directory_iterator(proc / "fd", ended);
       fd != std::filesystem::directory_iterator(); fd.increment(ended))
    ++usage.descriptors;
  std::ifstream statm(proc / "statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  usage.resident_mib = resident * double(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
  return usage;
}

}  // namespace huiban::bench
