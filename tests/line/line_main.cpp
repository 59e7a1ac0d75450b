// huiban_line [WORDS] [net=N] [seed=N] [stats=FILE] [control=PATH] -- COMMAND...
//   Runs COMMAND in a network namespace whose only way out is a bad line to this one. Here the
//   line's end is 10.78.N.1, there 10.78.N.2. Root, or `unshare -r -n`. At the end the statistics
//   as JSON (stderr or FILE).
// huiban_line tell [net=N] [control=PATH] WORDS...    changes the running line; `tell stats` asks.
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/line/line_control.h"
#include "tests/line/line_model.h"
#include "tests/line/tun.h"

namespace huiban::line {
namespace {

Nanoseconds now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

struct Arguments {
  std::vector<std::string> words;
  std::string net = "1", seed = "1", stats, control;
  char** command = nullptr;  // null-terminated; null: none

  Arguments(int argc, char** argv) {
    for (int i = 0; i < argc; ++i) {
      const std::string word = argv[i];
      const auto value = word.substr(std::min(word.size(), word.find('=') + 1));
      if (word == "--") {
        command = argv + i + 1;
        break;
      } else if (word.starts_with("net="))
        net = value;
      else if (word.starts_with("seed="))
        seed = value;
      else if (word.starts_with("stats="))
        stats = value;
      else if (word.starts_with("control="))
        control = value;
      else
        words.push_back(word);
    }
    if (control.empty())
      control = std::filesystem::temp_directory_path() / ("huiban-line-" + net + ".sock");
  }
};

nlohmann::json to_json(const LineStatistics& s) {
  return {{"packets", s.packets},
          {"bytes", s.bytes},
          {"delivered", s.delivered},
          {"delivered_bytes", s.delivered_bytes},
          {"dropped",
           {{"loss", s.lost},
            {"burst", s.lost_in_bursts},
            {"outage", s.lost_in_outage},
            {"queue", s.lost_in_queue}}},
          {"queue_ms",
           {{"median", s.queue_delay_ms(0.5)},
            {"p95", s.queue_delay_ms(0.95)},
            {"most", s.queue_delay_ms(1)}}}};
}

// One way through the line, from one TUN file to another.
struct Way {
  int from, to;
  LineModel model;
  Nanoseconds next_change{0};

  void turn(const LineSchedule& schedule) {
    if (now() >= next_change) apply(schedule);
    std::uint8_t buffer[65536];
    for (int i = 0; i < 64; ++i) {
      const auto got = read(from, buffer, sizeof buffer);
      if (got <= 0) break;
      model.push({buffer, buffer + got}, now());
    }
    while (const auto packet = model.pop(now()))
      if (write(to, packet->data(), packet->size()) < 0) break;  // the interface is going down
  }
  void apply(const LineSchedule& schedule) {
    const Nanoseconds time = now();
    model.set(schedule.at(time), time);
    next_change = schedule.next_change(time);
  }
};

struct Line {
  LineSchedules schedules;
  Way up, down;

  std::string answer(const std::string& text) {
    if (text == "stats") return report().dump();
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    const auto said = schedules.say(words, now());
    up.apply(schedules.up);
    down.apply(schedules.down);
    return nlohmann::json(said ? nlohmann::json{{"ok", true}}
                               : nlohmann::json{{"ok", false}, {"error", said.error().en}})
        .dump();
  }
  nlohmann::json report() const {
    return {{"up", to_json(up.model.statistics())}, {"down", to_json(down.model.statistics())}};
  }
  void wait(const std::vector<int>& files) const {
    std::vector<pollfd> polled;
    for (const int file : files) polled.push_back({file, POLLIN, 0});
    const Nanoseconds next =
        std::min({up.model.next_event(), down.model.next_event(), up.next_change, down.next_change,
                  now() + std::chrono::seconds(1)});
    const auto left = std::max(Nanoseconds(0), next - now());
    const timespec timeout{static_cast<time_t>(left.count() / 1'000'000'000),
                           static_cast<long>(left.count() % 1'000'000'000)};
    ppoll(polled.data(), polled.size(), &timeout, nullptr);
  }
};

// The child's side: a namespace of its own, its end of the line, COMMAND. Returns only on failure.
int run_inside(const Arguments& arguments, int socket, const sigset_t& signals) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (unshare(CLONE_NEWNET) != 0) {
    std::perror("unshare");
    return 127;
  }
  const std::string base = "10.78." + arguments.net + ".";
  const auto set_up = [&]() -> Result<void> {
    HUIBAN_CHECK(loopback_up());
    const File tun = HUIBAN_TRY(open_tun("line" + arguments.net, base + "2", base + "1"));
    HUIBAN_CHECK(default_route("line" + arguments.net));
    return send_file(socket, tun);
  };
  if (const auto done = set_up(); !done) {
    std::cerr << done.error().en << ": " << done.error().detail << "\n";
    return 127;
  }
  setenv("HUIBAN_LINE_FAR", (base + "1").c_str(), 1);
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  execvp(arguments.command[0], arguments.command);
  std::perror(arguments.command[0]);
  return 127;
}

Result<int> run(const Arguments& arguments) {
  LineSchedules schedules;
  HUIBAN_CHECK(schedules.say(arguments.words, now()));
  const std::string base = "10.78." + arguments.net + ".";
  const File here = HUIBAN_TRY(open_tun("line" + arguments.net, base + "1", base + "2"));
  LineControl control = HUIBAN_TRY(LineControl::open(arguments.control));

  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const File signal_file(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return fail(ErrorCode::kUnavailable, "无法建立套接字", "Cannot make a socket");
  const pid_t child = fork();
  if (child == 0) _exit(run_inside(arguments, pair[1], signals));
  close(pair[1]);
  setpriority(PRIO_PROCESS, 0, -10);  // a busy machine shall not make the line worse; needs root
  const File socket(pair[0]);
  const File there = HUIBAN_TRY(receive_file(socket.get()));

  const std::uint64_t seed = std::stoull(arguments.seed);
  Line line{schedules,
            {there.get(), here.get(), LineModel(seed * 2)},
            {here.get(), there.get(), LineModel(seed * 2 + 1)}};
  int status = 0;
  for (;;) {
    line.up.turn(line.schedules.up);
    line.down.turn(line.schedules.down);
    std::vector<int> files = control.files();
    files.insert(files.end(), {here.get(), there.get(), signal_file.get()});
    line.wait(files);
    control.serve([&](const std::string& text) { return line.answer(text); });
    signalfd_siginfo signal{};
    bool ended = false;
    while (read(signal_file.get(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo == SIGCHLD)
        ended = waitpid(child, &status, WNOHANG) == child;
      else
        kill(child, static_cast<int>(signal.ssi_signo));
    }
    if (ended) break;
  }
  unlink(arguments.control.c_str());
  if (arguments.stats.empty())
    std::cerr << line.report().dump() << "\n";
  else
    std::ofstream(arguments.stats) << line.report().dump(1) << "\n";
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Result<int> say(const Arguments& arguments) {
  std::string text;
  for (const std::string& word : arguments.words) text += (text.empty() ? "" : " ") + word;
  const std::string reply = HUIBAN_TRY(tell(arguments.control, text));
  std::cout << reply << "\n";
  return reply.starts_with(R"({"error")") ? 1 : 0;
}

}  // namespace
}  // namespace huiban::line

int main(int argc, char** argv) {
  using namespace huiban::line;
  const bool telling = argc > 1 && std::strcmp(argv[1], "tell") == 0;
  const Arguments arguments(argc - (telling ? 2 : 1), argv + (telling ? 2 : 1));
  if (!telling && (arguments.command == nullptr || arguments.command[0] == nullptr)) {
    std::cerr
        << "huiban_line [loss=10 delay=150 jitter=50 rate=300 ...] -- COMMAND (docs/testing.md)\n";
    return 2;
  }
  const auto result = telling ? say(arguments) : run(arguments);
  if (result) return *result;
  std::cerr << result.error().en << (result.error().detail.empty() ? "" : ": ")
            << result.error().detail << "\n";
  return 2;
}
