#include "tests/bench/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace huiban::bench {
namespace {

using std::chrono::steady_clock;
constexpr auto kStartDeadline = std::chrono::seconds(30);
constexpr auto kLookAgain = std::chrono::milliseconds(20);

std::string line_of(const std::filesystem::path& path) {
  std::string line;
  std::ifstream in(path);
  std::getline(in, line);
  return line;
}

// utime and stime are the 14th and 15th word of proc(5) stat; the name before them may hold blanks.
double cpu_of(const std::filesystem::path& stat) {
  const std::string line = line_of(stat);
  const auto end_of_name = line.rfind(')');
  if (end_of_name == std::string::npos) return 0;  // the thread has just ended
  std::istringstream words(line.substr(end_of_name + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) words >> skipped;
  double user = 0, system = 0;
  words >> user >> system;
  return (user + system) / double(::sysconf(_SC_CLK_TCK));
}

// The same quantity in nanoseconds where the kernel keeps it: stat counts in hundredths of a second.
double cpu_of_thread(const std::filesystem::path& task) {
  const std::string line = line_of(task / "schedstat");
  return line.empty() ? cpu_of(task / "stat") : std::stod(line) * 1e-9;
}

}  // namespace

ServerProcess::ServerProcess(const std::string& binary, const std::string& source) {
  std::string pattern = (std::filesystem::temp_directory_path() / "huiban-bench-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  const auto ready = folder_ / "ready.json";
  const auto path = std::filesystem::absolute(binary).string();
  pid_ = ::fork();
  if (pid_ == 0) {
    const auto set = [](const char* name, const std::string& value) {
      ::setenv(name, value.c_str(), 1);
    };
    set("HUIBAN_STORE_PATH", (folder_ / "huiban.db").string());
    for (const char* name : {"HUIBAN_SERVER_HTTP_PORT", "HUIBAN_SERVER_HTTPS_PORT", "HUIBAN_MEDIA_PORT"})
      set(name, "0");
    for (const char* name : {"HUIBAN_SERVER_BIND_ADDRESS", "HUIBAN_MEDIA_BIND_ADDRESS"})
      set(name, "127.0.0.1");
    set("HUIBAN_LOG_FILE", (folder_ / "server.log").string());
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDOUT_FILENO);
    if (::chdir(source.c_str()) == 0)
      ::execl(path.c_str(), path.c_str(), "serve", "--demo", "--ready-file", ready.c_str(), nullptr);
    ::_exit(127);
  }
  if (pid_ < 0) throw std::runtime_error("fork failed");
  try {
    wait_ready(ready);
  } catch (...) {
    this->~ServerProcess();
    throw;
  }
}

void ServerProcess::wait_ready(const std::filesystem::path& ready) {
  const auto end = steady_clock::now() + kStartDeadline;
  while (!std::filesystem::exists(ready)) {
    if (!is_running()) throw std::runtime_error("the server did not start");
    if (steady_clock::now() > end) throw std::runtime_error("the server was not ready in time");
    std::this_thread::sleep_for(kLookAgain);
  }
  std::ifstream in(ready);
  facts_ = std::make_unique<nlohmann::json>(nlohmann::json::parse(in));
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::uint16_t ServerProcess::http_port() const {
  return (*facts_)["http_port"].get<std::uint16_t>();
}

bool ServerProcess::is_running() const {
  siginfo_t info{};
  return ::waitid(P_PID, id_t(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

ServerUsage ServerProcess::usage() const {
  ServerUsage usage;
  const std::filesystem::path proc = "/proc/" + std::to_string(pid_);
  usage.cpu_seconds = cpu_of(proc / "stat");
  std::error_code ended;
  for (const auto& task : std::filesystem::directory_iterator(proc / "task", ended)) {
    ++usage.threads;
    usage.by_thread[line_of(task.path() / "comm")] += cpu_of_thread(task.path());
  }
  std::ifstream statm(proc / "statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  usage.resident_mib = resident * double(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
  return usage;
}

}  // namespace huiban::bench
