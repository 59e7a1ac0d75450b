// One source to N receivers, and N small pictures to one console.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <thread>

#include "rtc/udp_port.h"
#include "tests/bench/costs.h"
#include "tests/bench/janus.h"
#include "tests/bench/lines.h"
#include "tests/bench/office.h"
#include "tests/bench/scenario.h"

namespace huiban::bench {
namespace {

using namespace std::chrono_literals;

constexpr double kMaxUsPerPacket = 3.5, kMaxFirstPacketMs = 100, kMinJanusRatio = 5;
constexpr double kMaxJanusLoss = 1;      // per cent; more: the machine was too busy for it
constexpr int kReceiversRequired = 100;  // the figure is required at this many and more
constexpr std::size_t kWallTiles = 25;

struct Round {
  Costs costs;
  double first_p50_ms = 0, first_p95_ms = 0, first_max_ms = 0;  // offer made to first packet
  double growth_kib = 0;                                        // of the server per receiver
  std::size_t threads_before = 0;
};

Round measure(const Options& options, const rtc::DtlsIdentity& identity, int receivers) {
  const ServerProcess server(options.binary, HUIBAN_SOURCE_DIR, options.settings);
  Office office(server);
  office.use_demo_meeting();
  Swarm publisher(identity), watchers(identity);
  publisher.add(
      kPublisherLines,
      [&](auto& client) { return office.join_publisher(client, office.main_venue()); },
      kStageCamera);
  std::this_thread::sleep_for(1s);
  const ProcessUsage empty = usage_of(server.pid());
  for (int i = 0; i < receivers; ++i)
    watchers.add(kWatcherLines, [&](auto& client) { return office.join_watcher(client); });
  if (!watchers.wait_all(20s, [](const SwarmPeer& peer) {
        return peer.has_packets_of(0) && peer.has_packets_of(1);
      }))
    throw std::runtime_error("a receiver got no packets within the deadline");

  settle({&watchers});
  const Look before = look(server.pid(), {&watchers});
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  const Look after = look(server.pid(), {&watchers});

  Round round;
  round.costs = costs_between(before, after);
  std::vector<double> first;
  watchers.visit([&first](SwarmPeer& peer) {
    first.push_back(std::max(peer.first_packet_ms(0), peer.first_packet_ms(1)));
  });
  round.first_p50_ms = quantile(first, 0.5);
  round.first_p95_ms = quantile(first, 0.95);
  round.first_max_ms = quantile(first, 1);
  round.growth_kib = 1024 * (after.usage.resident_mib - empty.resident_mib) / receivers;
  round.threads_before = empty.threads;
  return round;
}

// The same receivers at a Janus; nullopt: it cannot be had here, which is printed.
std::optional<Costs> measure_janus(const Options& options, const rtc::DtlsIdentity& identity,
                                   int receivers) {
  const auto addresses = rtc::interface_addresses();
  const auto address = std::find_if(addresses.begin(), addresses.end(), [](const auto& one) {
    return one.find(':') == std::string::npos && one.rfind("127.", 0) != 0;
  });
  if (!Janus::is_installed() || address == addresses.end()) {
    std::printf("no comparison: %s\n", Janus::is_installed() ? "this machine has only loopback"
                                                             : "janus is not installed");
    return std::nullopt;
  }
  Janus janus(*address);
  janus.feed(kStageCamera);
  Swarm watchers(identity, *address);
  for (int i = 0; i < receivers; ++i)
    watchers.add(kWatcherLines, [&](auto& client) { return janus.watch(client); });
  if (!watchers.wait_all(20s, [](const SwarmPeer& peer) { return peer.client->begun.size() >= 2; }))
    throw std::runtime_error("a receiver got no packets from janus within the deadline");
  settle({&watchers});
  const Look before = look(janus.pid(), {&watchers});
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  return costs_between(before, look(janus.pid(), {&watchers}));
}

void compare(const Options& options, const rtc::DtlsIdentity& identity, int receivers,
             const Costs& ours, nlohmann::json& results, Outcome& outcome) {
  std::optional<Costs> best;
  for (int i = 0; i < options.repeat; ++i) {
    const auto costs = measure_janus(options, identity, receivers);
    if (!costs) return;
    if (costs->loss_percent > kMaxJanusLoss) {
      std::fprintf(stderr, "janus lost %.1f %%: this repetition compares nothing\n",
                   costs->loss_percent);
      continue;
    }
    if (!best || costs->us_per_packet < best->us_per_packet) best = costs;
  }
  outcome.require(best.has_value(), "a repetition in which janus carried the packets");
  if (!best) return;
  print("janus, one to " + std::to_string(receivers), *best);
  const double ratio = best->us_per_packet / ours.us_per_packet;
  std::printf("    janus needs %.1f times as much per packet\n", ratio);
  results["janus"].push_back(to_json(*best));
  results["janus"].back()["receivers"] = receivers;
  results["janus"].back()["times_ours"] = ratio;
  outcome.require(ratio >= kMinJanusRatio, "at most a fifth of Janus' CPU per packet");
}

}  // namespace

Outcome one_to_n(const Options& options, const rtc::DtlsIdentity& identity,
                 nlohmann::json& results) {
  Outcome outcome;
  print_costs_head();
  for (const int receivers : options.receivers) {
    Round best;
    for (int i = 0; i < options.repeat; ++i) {
      Round round = measure(options, identity, receivers);
      std::fprintf(stderr, "one to %d: %.2f us/packet\n", receivers, round.costs.us_per_packet);
      if (i == 0 || round.costs.us_per_packet < best.costs.us_per_packet) best = std::move(round);
    }
    print("one to " + std::to_string(receivers), best.costs);
    std::printf(
        "    first packet after the offer p50 %.0f, p95 %.0f, max %.0f ms; %.0f KiB per receiver\n",
        best.first_p50_ms, best.first_p95_ms, best.first_max_ms, best.growth_kib);
    auto json = to_json(best.costs);
    json["receivers"] = receivers;
    json["first_packet_ms"] = {
        {"p50", best.first_p50_ms}, {"p95", best.first_p95_ms}, {"max", best.first_max_ms}};
    json["growth_kib_per_receiver"] = best.growth_kib;
    results["one_to_n"].push_back(std::move(json));
    outcome.require(best.costs.threads < best.threads_before + std::size_t(receivers),
                    "no thread per peer");
    outcome.require(best.costs.loss_percent == 0, "no loss on loopback");
    if (receivers < kReceiversRequired) continue;
    if (options.compare_janus) compare(options, identity, receivers, best.costs, results, outcome);
    outcome.require(best.costs.us_per_packet <= kMaxUsPerPacket,
                    "at most 3.5 us per forwarded packet");
    outcome.require(best.first_p95_ms <= kMaxFirstPacketMs,
                    "first packet within 100 ms of the offer at p95");
  }
  return outcome;
}

Outcome wall(const Options& options, const rtc::DtlsIdentity& identity, nlohmann::json& results) {
  const ServerProcess server(options.binary, HUIBAN_SOURCE_DIR, options.settings, int(kWallTiles));
  Office office(server);
  office.hold_meeting(int(kWallTiles));
  Swarm cameras(identity), console(identity);
  for (const auto& venue : office.branches())
    cameras.add(
        kPublisherLines, [&](auto& client) { return office.join_publisher(client, venue); },
        kTileCamera);
  console.add(kConsoleLines,
              [&](auto& client) { return office.join_console(client, office.branches()); });
  const auto shows_wall = [](const SwarmPeer& peer) {
    for (std::size_t tile = 0; tile < kWallTiles; ++tile)
      if (!peer.has_packets_of(kFirstTile + tile)) return false;
    return true;
  };
  if (!console.wait_all(20s, shows_wall)) throw std::runtime_error("a tile stayed empty");
  settle({&console});
  const Look before = look(server.pid(), {&console});
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  const Costs costs = costs_between(before, look(server.pid(), {&console}));
  print_costs_head();
  print("25 tiles to one console", costs);
  results["wall"] = to_json(costs);
  Outcome outcome;
  outcome.require(costs.loss_percent == 0, "no loss on loopback");
  return outcome;
}

}  // namespace huiban::bench
