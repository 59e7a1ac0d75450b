#pragma once
// The server binary on a scratch folder and free ports, and what the kernel counts for it.
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace huiban::bench {

struct ServerUsage {
  double cpu_seconds = 0;                    // user and system, of all threads
  std::map<std::string, double> by_thread;   // name to seconds; threads of one name together
  std::size_t threads = 0;
  double resident_mib = 0;
};

class ServerProcess {
 public:
  // binary: build/.../huiban; source: the folder with web, pipelines and config. Throws if it does not get ready.
  ServerProcess(const std::string& binary, const std::string& source);
  ~ServerProcess();  // ends it and removes the scratch folder
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const nlohmann::json& facts() const { return *facts_; }  // the ready file
  std::uint16_t http_port() const;
  bool is_running() const;
  ServerUsage usage() const;

 private:
  void wait_ready(const std::filesystem::path& ready);

  pid_t pid_ = -1;
  std::filesystem::path folder_;
  std::unique_ptr<nlohmann::json> facts_;
};

}  // namespace huiban::bench
