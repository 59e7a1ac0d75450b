// huiban_soak [--minutes 60] [--peers 100] [--seed 1] [--patience 30] [--log FILE] [--json FILE]
//             HUIBAN_BINARY
// A meeting in which people come, go and lose packets all the time; a line each minute. Exit 1 if
// the server's memory, descriptors or threads grow, a slot is stuck for longer than the patience
// (seconds), sound leaks, or the server fails; 2 if the words make no sense.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <thread>

#include "tests/bench/process_usage.h"
#include "tests/soak/judge.h"
#include "tests/soak/shaker.h"
#include "tests/soak/slot_watch.h"

namespace huiban::soak {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto kTurn = 250ms;
constexpr auto kLook = 5s, kQuietDeadline = 60s;
constexpr std::size_t kShown = 20;  // of the faults of one kind

struct Options {
  int minutes = 60, peers = 100, patience = 30;
  std::uint32_t seed = 1;
  std::string log, json, binary;
};

class Soak {
 public:
  explicit Soak(const Options& options)
      : options_(options),
        crowd_(options.binary, settings(options), options.peers, options.seed),
        shaker_(crowd_, options.seed),
        watch_(std::chrono::seconds(options.patience)) {}

  bool run();

 private:
  static bench::ServerProcess::Settings settings(const Options& options);
  Minute look() const;
  Minute run_minute(int number);
  Minute wait_quiet(const Minute& empty);
  void end();
  bool report(const Verdict& verdict) const;

  struct Sums {
    std::uint64_t packets = 0;
    Repairs repairs;
  };
  Sums take_sums();  // since the last call; who left meanwhile is not counted

  const Options options_;
  Crowd crowd_;
  Shaker shaker_;
  SlotWatch watch_;
  std::map<const test::RtcClient*, Sums> counted_;
  nlohmann::json lines_ = nlohmann::json::array();
};

bench::ServerProcess::Settings Soak::settings(const Options& options) {
  if (options.log.empty()) return {};
  return {{"HUIBAN_LOG_FILE", options.log}};
}

Minute Soak::look() const {
  const auto usage = bench::usage_of(crowd_.server().pid());
  const std::size_t of_peers = crowd_.open_pages() + crowd_.tcp_peers();
  return {usage.resident_mib, usage.descriptors - std::min(usage.descriptors, of_peers),
          usage.threads};
}

Soak::Sums Soak::take_sums() {
  Sums sums;
  decltype(counted_) now;
  crowd_.swarm().visit([&now](bench::SwarmPeer& one) { now[one.client.get()]; });
  bool looked = false;
  crowd_.swarm().visit([&](bench::SwarmPeer&) {
    if (std::exchange(looked, true)) return;
    for (const Peer& peer : crowd_.peers())
      if (peer.receiver) now[peer.client] = {peer.receiver->packets(), peer.receiver->repairs()};
  });
  for (const auto& [client, is] : now) {
    const Sums& was = counted_[client];
    if (is.packets < was.packets) continue;
    sums.packets += is.packets - was.packets;
    sums.repairs.lost += is.repairs.lost - was.repairs.lost;
    sums.repairs.gaps += is.repairs.gaps - was.repairs.gaps;
    sums.repairs.repaired += is.repairs.repaired - was.repairs.repaired;
  }
  counted_ = std::move(now);
  return sums;
}

Minute Soak::run_minute(int number) {
  const auto begin = steady_clock::now();
  const double cpu = bench::usage_of(crowd_.server().pid()).cpu_seconds;
  Minute minute;
  std::vector<double> resident;
  auto next_look = begin + kLook;
  take_sums();
  Sums sums;
  for (auto now = begin; now < begin + 1min; now = steady_clock::now()) {
    crowd_.read_pages();
    shaker_.turn(now);
    crowd_.read_pages();
    watch_.check(crowd_, steady_clock::now());
    if (now >= next_look) {
      next_look += kLook;
      const Minute seen = look();
      resident.push_back(seen.resident_mib);
      minute.descriptors = std::max(minute.descriptors, seen.descriptors);
      minute.threads = std::max(minute.threads, seen.threads);
      const Sums more = take_sums();
      sums.packets += more.packets;
      sums.repairs.lost += more.repairs.lost;
      sums.repairs.gaps += more.repairs.gaps;
      sums.repairs.repaired += more.repairs.repaired;
      if (!crowd_.server().is_running()) throw std::runtime_error("the server has ended");
    }
    std::this_thread::sleep_until(now + kTurn);
  }
  if (resident.empty()) minute = look();  // a minute in which the machine hardly ran us
  const double seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  std::sort(resident.begin(), resident.end());
  if (!resident.empty()) minute.resident_mib = resident[resident.size() / 2];
  const double used = bench::usage_of(crowd_.server().pid()).cpu_seconds - cpu;
  const auto peers = std::count_if(crowd_.peers().begin(), crowd_.peers().end(),
                                   [](const Peer& peer) { return peer.client != nullptr; });
  const auto longest = watch_.take_longest().count();
  const double repaired =
      sums.repairs.lost > 0 ? 100 * double(sums.repairs.repaired) / double(sums.repairs.lost) : 100;
  std::printf(
      "%3d  %7.1f MiB  %3zu descriptors  %3zu threads  %3zd peers  %6.0f packets/s  CPU %4.1f %%  "
      "lost %6zu repaired %3.0f %%  gaps %6zu  slots %4zu stuck %zu longest %5.1f s\n",
      number, minute.resident_mib, minute.descriptors, minute.threads, std::ptrdiff_t(peers),
      double(sums.packets) / seconds, 100 * used / seconds, std::size_t(sums.repairs.lost),
      repaired, std::size_t(sums.repairs.gaps), watch_.expected_now(), watch_.stuck_now(), double(longest) / 1000);
  std::fflush(stdout);
  lines_.push_back({{"resident_mib", minute.resident_mib},
                    {"descriptors", minute.descriptors},
                    {"threads", minute.threads},
                    {"peers", peers},
                    {"packets_per_second", double(sums.packets) / seconds},
                    {"cpu_percent", 100 * used / seconds},
                    {"lost", sums.repairs.lost},
                    {"repaired", sums.repairs.repaired},
                    {"gaps", sums.repairs.gaps},
                    {"stuck", watch_.stuck_now()},
                    {"longest_ms", longest}});
  return minute;
}

// Everybody leaves and the meeting ends: with it go its venues' pipelines.
void Soak::end() {
  for (Peer& peer : crowd_.peers()) {
    if (!peer.client) continue;
    try {
      crowd_.leave(peer);
    } catch (const std::exception&) {
      // Its session may have ended by itself.
    }
  }
  crowd_.office().end_meeting();
}

// Who vanished is closed after 30 s.
Minute Soak::wait_quiet(const Minute& empty) {
  const auto end = steady_clock::now() + kQuietDeadline;
  Minute seen = look();
  while (steady_clock::now() < end &&
         (seen.descriptors > empty.descriptors || seen.threads > empty.threads)) {
    std::this_thread::sleep_for(1s);
    crowd_.read_pages();
    seen = look();
  }
  return seen;
}

bool Soak::report(const Verdict& verdict) const {
  std::printf("done:");
  for (const auto& [name, count] : shaker_.done()) std::printf(" %s %d,", name.c_str(), count);
  std::printf(" refused %d; stalls of the soak itself %d\n", shaker_.refused(), watch_.stalls());
  std::printf("memory over the last half: %+.2f MiB%s\n", verdict.growth_mib,
              verdict.judges_memory ? "" : " (too short a run to judge)");
  const auto list = [](const char* what, const std::vector<std::string>& faults) {
    if (!faults.empty()) std::printf("%s: %zu\n", what, faults.size());
    for (std::size_t i = 0; i < std::min(kShown, faults.size()); ++i)
      std::printf("    %s\n", faults[i].c_str());
  };
  list("does not hold", verdict.faults);
  list("stuck slots", watch_.stuck());
  list("sound without the floor", watch_.leaks());
  list("failures", shaker_.failures());
  const bool holds = verdict.faults.empty() && watch_.stuck().empty() && watch_.leaks().empty() &&
                     shaker_.failures().empty();
  std::printf("%s\n", holds ? "held" : "FAILED");
  return holds;
}

bool Soak::run() {
  const Minute empty = look();
  std::printf("%d peers, %d minutes, seed %u; empty: %.1f MiB, %zu descriptors, %zu threads\n",
              options_.peers, options_.minutes, options_.seed, empty.resident_mib,
              empty.descriptors, empty.threads);
  for (Peer& peer : crowd_.peers()) crowd_.join(peer);
  crowd_.office().set_stage(crowd_.office().main_venue(), crowd_.office().branches().at(0));
  std::vector<Minute> minutes;
  for (int i = 1; i <= options_.minutes; ++i) minutes.push_back(run_minute(i));
  end();
  const Minute quiet = wait_quiet(empty);
  std::printf("quiet: %.1f MiB, %zu descriptors, %zu threads\n", quiet.resident_mib,
              quiet.descriptors, quiet.threads);
  const bool holds = report(judge(empty, minutes, quiet));
  if (!options_.json.empty())
    std::ofstream(options_.json) << nlohmann::json{{"holds", holds}, {"minutes", lines_}}.dump(2)
                                 << "\n";
  return holds;
}

bool read_options(int argc, char** argv, Options& options) {
  const std::map<std::string, std::function<void(const std::string&)>> words{
      {"--minutes", [&](const std::string& v) { options.minutes = std::stoi(v); }},
      {"--peers", [&](const std::string& v) { options.peers = std::stoi(v); }},
      {"--patience", [&](const std::string& v) { options.patience = std::stoi(v); }},
      {"--seed", [&](const std::string& v) { options.seed = std::uint32_t(std::stoul(v)); }},
      {"--log", [&](const std::string& v) { options.log = v; }},
      {"--json", [&](const std::string& v) { options.json = v; }}};
  for (int i = 1; i < argc; ++i) {
    const auto word = words.find(argv[i]);
    if (word != words.end() && i + 1 < argc)
      word->second(argv[++i]);
    else if (argv[i][0] != '-' && options.binary.empty())
      options.binary = argv[i];
    else
      return false;
  }
  return !options.binary.empty() && options.minutes > 0 && options.peers >= 10 &&
         options.peers <= 250 && options.patience > 0;
}

}  // namespace
}  // namespace huiban::soak

int main(int argc, char** argv) {
  huiban::soak::Options options;
  try {
    if (!huiban::soak::read_options(argc, argv, options)) {
      std::fprintf(stderr,
                   "usage: huiban_soak [--minutes N] [--peers 10..250] [--seed N] [--patience S] "
                   "[--log FILE] [--json FILE] BINARY\n");
      return 2;
    }
    return huiban::soak::Soak(options).run() ? 0 : 1;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "huiban_soak: %s\n", failure.what());
    return 1;
  }
}
