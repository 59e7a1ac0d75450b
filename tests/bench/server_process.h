#pragma once
// The server binary on a scratch folder and free ports.
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace huiban::bench {

class ServerProcess {
 public:
  using Settings = std::map<std::string, std::string>;  // HUIBAN_... to value
  // binary: build/.../huiban; source: the folder with web, pipelines and config. villages: more
  // than the demo town has. demo: fills an empty database. Throws if it does not get ready.
  ServerProcess(const std::string& binary, const std::string& source, const Settings& settings = {},
                int villages = 0, bool demo = true);
  ~ServerProcess();  // ends it and removes the scratch folder
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const nlohmann::json& facts() const { return *facts_; }  // the ready file
  std::uint16_t http_port() const;
  bool is_running() const;
  double start_seconds() const { return start_seconds_; }  // until it was ready
  pid_t pid() const { return pid_; }

 private:
  void stop();
  std::string write_town(const std::string& source, int villages) const;
  void wait_ready(const std::filesystem::path& ready);

  pid_t pid_ = -1;
  double start_seconds_ = 0;
  std::filesystem::path folder_;
  std::unique_ptr<nlohmann::json> facts_;
};

}  // namespace huiban::bench
