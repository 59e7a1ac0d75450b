#include "tests/bench/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

namespace huiban::bench {
namespace {

using std::chrono::steady_clock;
constexpr auto kStartDeadline = std::chrono::seconds(30);
constexpr auto kLookAgain = std::chrono::milliseconds(5);

}  // namespace

// The demo town and villages of no name beside it.
std::string ServerProcess::write_town(const std::string& source, int villages) const {
  std::ifstream in(source + "/config/demo/demo-town.json");
  auto town = nlohmann::json::parse(in);
  for (auto& kind : town["unit_kinds"])
    for (int i = 1; kind["key"] == "village" && i <= villages; ++i) {
      const std::string number = std::to_string(i);
      kind["units"].push_back({{"name", "第" + number + "村"}, {"pinyin", "d" + number + "c"}});
    }
  const std::string path = (folder_ / "town.json").string();
  std::ofstream(path) << town;
  return path;
}

ServerProcess::ServerProcess(const std::string& binary, const std::string& source,
                             const Settings& settings, int villages, bool demo) {
  std::string pattern = (std::filesystem::temp_directory_path() / "huiban-bench-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  const auto ready = folder_ / "ready.json";
  const auto path = std::filesystem::absolute(binary).string();
  const auto town = villages > 0 ? write_town(source, villages) : std::string();
  pid_ = ::fork();
  if (pid_ == 0) {
    const auto set = [](const char* name, const std::string& value) {
      ::setenv(name, value.c_str(), 1);
    };
    set("HUIBAN_STORE_PATH", (folder_ / "huiban.db").string());
    for (const char* name :
         {"HUIBAN_SERVER_HTTP_PORT", "HUIBAN_SERVER_HTTPS_PORT", "HUIBAN_MEDIA_PORT"})
      set(name, "0");
    for (const char* name : {"HUIBAN_SERVER_BIND_ADDRESS", "HUIBAN_MEDIA_BIND_ADDRESS"})
      set(name, "127.0.0.1");
    set("HUIBAN_LOG_FILE", (folder_ / "server.log").string());
    if (!town.empty()) set("HUIBAN_DEMO_TOWN_FILE", town);
    for (const auto& [name, value] : settings) set(name.c_str(), value);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDOUT_FILENO);
    if (::chdir(source.c_str()) == 0)
      ::execl(path.c_str(), path.c_str(), "serve", "--ready-file", ready.c_str(),
              demo ? "--demo" : nullptr, nullptr);
    ::_exit(127);
  }
  if (pid_ < 0) throw std::runtime_error("fork failed");
  try {
    wait_ready(ready);
  } catch (...) {
    stop();
    throw;
  }
}

void ServerProcess::wait_ready(const std::filesystem::path& ready) {
  const auto start = steady_clock::now();
  const auto end = start + kStartDeadline;
  while (!std::filesystem::exists(ready)) {
    if (!is_running()) throw std::runtime_error("the server did not start");
    if (steady_clock::now() > end) throw std::runtime_error("the server was not ready in time");
    std::this_thread::sleep_for(kLookAgain);
  }
  start_seconds_ = std::chrono::duration<double>(steady_clock::now() - start).count();
  std::ifstream in(ready);
  facts_ = std::make_unique<nlohmann::json>(nlohmann::json::parse(in));
}

ServerProcess::~ServerProcess() {
  stop();
}

void ServerProcess::stop() {
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

}  // namespace huiban::bench
