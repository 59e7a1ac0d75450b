// huiban serve|check|verify|backup|reset-password — see usage().
#include <glib-unix.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/config.h"
#include "app/maintenance.h"

namespace {

using namespace huiban;

constexpr const char* kUsage =
    "huiban — 会办 township meeting server\n"
    "\n"
    "  huiban serve [--config FILE] [--demo] [--test-clock] [--ready-file FILE]\n"
    "      start the server; --demo fills an empty database with a demo town\n"
    "  huiban check [--config FILE]              read the settings and say whether they are right\n"
    "  huiban verify [--config FILE]             recompute the hash chain of every event list\n"
    "  huiban backup FILE [--config FILE]        copy the database while the server runs\n"
    "  huiban reset-password NAME [--config FILE]  give an account a new first password\n"
    "  huiban --version\n"
    "\n"
    "The default settings file is config/huiban.toml.\n";

struct Arguments {
  std::string command, config = "config/huiban.toml", ready_file;
  std::vector<std::string> operands;
  bool demo = false, test_clock = false;
};

int usage_error(const std::string& what) {
  std::fprintf(stderr, "huiban: %s\n\n%s", what.c_str(), kUsage);
  return 2;
}

int report(const Error& error) {
  std::fprintf(stderr, "huiban: %s\n        %s\n", error.zh.c_str(), error.en.c_str());
  if (!error.detail.empty()) std::fprintf(stderr, "        (%s)\n", error.detail.c_str());
  return 1;
}

void set_up_log(const app::Config::Log& settings) {
  auto logger =
      settings.file.empty()
          ? spdlog::stderr_color_mt("huiban")
          : spdlog::rotating_logger_mt("huiban", settings.file,
                                       std::size_t(settings.max_megabytes) << 20,
                                       std::size_t(settings.files));
  logger->set_level(spdlog::level::from_str(settings.level));
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

int serve(const Arguments& arguments, app::Config config) {
  app::ControlLoop control;
  app::ServeOptions options{arguments.demo, arguments.test_clock, arguments.ready_file};
  auto running = app::App::start(std::move(config), options, control);
  if (!running) return report(running.error());
  std::fputs((*running)->welcome().c_str(), stdout);
  std::fflush(stdout);
  const auto stop = [](gpointer loop) -> gboolean {
    static_cast<app::ControlLoop*>(loop)->quit();
    return G_SOURCE_CONTINUE;
  };
  g_unix_signal_add(SIGINT, stop, &control);
  g_unix_signal_add(SIGTERM, stop, &control);
  control.run();
  spdlog::info("stopping");
  return 0;
}

int run(const Arguments& arguments) {
  auto config = app::load_config(arguments.config);
  if (!config) return report(config.error());
  set_up_log(config->log);
  const auto& path = config->store.path;
  if (arguments.command == "serve") return serve(arguments, *std::move(config));
  if (arguments.command == "check") {
    std::puts("配置正确 / settings are right");
    return 0;
  }
  Result<std::string> done;
  if (arguments.command == "verify") done = app::verify_database(path);
  else if (arguments.command == "backup" && arguments.operands.size() == 1)
    done = app::backup_database(path, arguments.operands[0]);
  else if (arguments.command == "reset-password" && arguments.operands.size() == 1)
    done = app::reset_password(path, arguments.operands[0]);
  else return usage_error("unknown command or missing operand: " + arguments.command);
  if (!done) return report(done.error());
  std::puts(done->c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  Arguments arguments;
  const std::map<std::string, std::function<void()>> flags = {
      {"--demo", [&] { arguments.demo = true; }}, {"--test-clock", [&] { arguments.test_clock = true; }}};
  const std::map<std::string, std::string*> values = {{"--config", &arguments.config},
                                                      {"--ready-file", &arguments.ready_file}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--help" || word == "-h") return std::fputs(kUsage, stdout), 0;
    if (word == "--version") return std::puts("huiban " HUIBAN_VERSION), 0;
    if (auto flag = flags.find(word); flag != flags.end()) flag->second();
    else if (auto value = values.find(word); value != values.end()) {
      if (++i == argc) return usage_error(word + " needs a value");
      *value->second = argv[i];
    } else if (word.rfind("--", 0) == 0) return usage_error("unknown option " + word);
    else if (arguments.command.empty()) arguments.command = word;
    else arguments.operands.push_back(word);
  }
  if (arguments.command.empty()) return usage_error("what should be done?");
  if (arguments.test_clock && !arguments.demo)
    return usage_error("--test-clock is for tests on the demo town: it needs --demo");
  return run(arguments);
} catch (const std::exception& e) {
  std::fprintf(stderr, "huiban: cannot start: %s\n", e.what());
  return 1;
}
