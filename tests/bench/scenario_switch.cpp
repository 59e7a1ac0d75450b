// Switches of the stage: from the press until each receiver has the first packet of the new source.
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "tests/bench/lines.h"
#include "tests/bench/office.h"
#include "tests/bench/scenario.h"
#include "tests/bench/swarm.h"

namespace huiban::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr int kSwitches = 20, kReceivers = 50;
constexpr double kMaxSwitchMs = 300;
constexpr std::uint8_t kMarks[] = {0x5a, 0x5b};

}  // namespace

Outcome stage_switch(const Options& options, const rtc::DtlsIdentity& identity,
                     nlohmann::json& results) {
  const ServerProcess server(options.binary, HUIBAN_SOURCE_DIR, options.settings);
  Office office(server);
  office.use_demo_meeting();
  // Two branches take turns, so that the watchers, who sit in a third, see both.
  const std::string venues[] = {office.main_venue(), office.branches().at(1)};
  Swarm cameras(identity), watchers(identity);
  for (int i = 0; i < 2; ++i) {
    Sends sends = kStageCamera;
    sends.mark = kMarks[i];
    cameras.add(
        kPublisherLines, [&](auto& client) { return office.join_publisher(client, venues[i]); },
        sends);
  }
  // Written by the swarm's thread under its lock, read within visit().
  std::map<const test::RtcClient*, std::pair<std::uint8_t, steady_clock::time_point>> seen;
  for (int i = 0; i < kReceivers; ++i)
    watchers.add(kWatcherLines, [&](test::RtcClient& client) {
      if (!office.join_watcher(client)) return false;
      const auto picture = client.lines[0].ssrc;
      auto& mine = seen[&client];
      client.on_clear = [&mine, picture](const rtc::RtpHeader& header,
                                         std::span<const std::uint8_t> payload) {
        if (header.ssrc == picture && payload.back() != mine.first)
          mine = {payload.back(), steady_clock::now()};
      };
      return true;
    });
  const auto all_see = [&](std::uint8_t mark) {
    return watchers.wait_all(
        10s, [&](const SwarmPeer& peer) { return seen[peer.client.get()].first == mark; });
  };
  if (!all_see(kMarks[0])) throw std::runtime_error("a receiver got no picture");
  std::vector<double> times;
  for (int i = 1; i <= kSwitches; ++i) {
    // Between keyframes and requests of every age.
    std::this_thread::sleep_for(700ms + 37ms * i);
    const auto pressed = steady_clock::now();
    office.set_stage(venues[i % 2]);
    if (!all_see(kMarks[i % 2])) throw std::runtime_error("a receiver did not follow the stage");
    watchers.visit([&](SwarmPeer& peer) {
      times.push_back(
          std::chrono::duration<double, std::milli>(seen[peer.client.get()].second - pressed)
              .count());
    });
  }
  const double p50 = quantile(times, 0.5), p95 = quantile(times, 0.95), most = quantile(times, 1);
  std::printf(
      "stage switch, %d times at %d receivers: press to first packet p50 %.0f  p95 %.0f  max %.0f "
      "ms\n",
      kSwitches, kReceivers, p50, p95, most);
  results["stage_switch"] = {{"switches", kSwitches},
                             {"receivers", kReceivers},
                             {"p50", p50},
                             {"p95", p95},
                             {"max", most}};
  Outcome outcome;
  outcome.require(p95 <= kMaxSwitchMs, "stage switch within 300 ms at p95");
  return outcome;
}

}  // namespace huiban::bench
