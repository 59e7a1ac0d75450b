#pragma once
// The settings file (config/huiban.toml) as a struct. Every key stands in that file with its default and a
// comment; tests/lint holds the two against each other. Unknown keys stop the start with a sentence.
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace huiban::app {

struct Config {
  struct Server {
    std::string bind_address;
    std::uint16_t http_port = 8080, https_port = 8443;
    std::string public_url;
    std::string certificate = "var/huiban-cert.pem", private_key = "var/huiban-key.pem";
    std::string web_dir = "web/dist";
  } server;
  struct Media {
    std::uint16_t port = 7700;
    bool tcp = true;
    std::vector<std::string> announce;
    std::string bind_address;
    bool gso = true;
    std::string pipelines_dir = "pipelines";
  } media;
  struct Store {
    std::string path = "var/huiban.db";
  } store;
  struct Office {
    std::string name = "示例镇党政办公室", number_mark = "示";
    int utc_offset_minutes = 480;
    std::string working_days = "config/working-days.txt";
  } office;
  struct Attendance {
    int grace_minutes = 5, early_minutes = 10, hold_minutes = 10, window_minutes = 60;
    int scan_minutes = 30;
  } attendance;
  struct Log {
    std::string level = "info", file;
    int max_megabytes = 20, files = 5;
  } log;
  struct Demo {
    std::string town_file = "config/demo/demo-town.json";
  } demo;
};

// Reads the file, then HUIBAN_<SECTION>_<KEY> from the environment (HUIBAN_SERVER_HTTP_PORT=9000).
// Invalid: unknown key, wrong type, value out of range; the message names file, line and key.
Result<Config> load_config(const std::string& path);

}  // namespace huiban::app
