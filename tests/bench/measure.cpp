#include "tests/bench/measure.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/bench/office.h"
#include "tests/bench/publisher.h"
#include "tests/bench/receivers.h"
#include "tests/bench/server_process.h"

namespace huiban::bench {
namespace {

using std::chrono::steady_clock;

constexpr auto kWarmUp = std::chrono::seconds(1);
constexpr auto kConnectDeadline = std::chrono::seconds(20);

double quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, std::size_t(q * double(sorted.size())))];
}

}  // namespace

Round measure(const std::string& binary, const rtc::DtlsIdentity& identity, int receivers,
              std::chrono::seconds window) {
  const ServerProcess server(binary, HUIBAN_SOURCE_DIR);
  Office office(server);
  const Publisher publisher(identity, [&](const std::string& offer) { return office.join_publisher(offer); });
  std::this_thread::sleep_for(kWarmUp);
  const ServerUsage empty = server.usage();

  Receivers peers(identity);
  for (int i = 0; i < receivers; ++i)
    peers.add([&](const std::string& offer) { return office.join_watcher(offer); });
  if (!peers.wait_all(kConnectDeadline))
    throw std::runtime_error("a receiver got no packets within the deadline");

  const ServerUsage before = server.usage();
  const Reception had = peers.reception();
  const auto begin = steady_clock::now();
  std::this_thread::sleep_for(window);
  const ServerUsage after = server.usage();
  const Reception has = peers.reception();
  const double seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();

  Round round;
  round.receivers = receivers;
  const double packets = double(has.packets - had.packets);
  const double expected = double(has.expected - had.expected);
  if (packets <= 0) throw std::runtime_error("no packets came");
  const auto per_packet = [packets](double cpu) { return cpu * 1e6 / packets; };
  round.packets_per_second = packets / seconds;
  round.loss_percent = 100 * std::max(0.0, 1 - packets / expected);
  round.cpu_percent = 100 * (after.cpu_seconds - before.cpu_seconds) / seconds;
  round.us_per_packet = per_packet(after.cpu_seconds - before.cpu_seconds);
  for (const auto& [name, cpu] : after.by_thread) {
    const auto earlier = before.by_thread.find(name);
    const double spent = cpu - (earlier == before.by_thread.end() ? 0 : earlier->second);
    if (spent > 0) round.us_by_thread[name] = per_packet(spent);
  }
  const auto first = peers.first_packet_ms();
  round.first_p50_ms = quantile(first, 0.5);
  round.first_p95_ms = quantile(first, 0.95);
  round.first_max_ms = first.empty() ? 0 : first.back();
  round.resident_mib = after.resident_mib;
  round.growth_kib_per_receiver = 1024 * (after.resident_mib - empty.resident_mib) / receivers;
  round.threads_before = empty.threads;
  round.threads = after.threads;
  return round;
}

nlohmann::json to_json(const Round& round) {
  return {{"receivers", round.receivers},
          {"packets_per_second", round.packets_per_second},
          {"loss_percent", round.loss_percent},
          {"cpu_percent_of_one_core", round.cpu_percent},
          {"cpu_us_per_packet", round.us_per_packet},
          {"cpu_us_per_packet_by_thread", round.us_by_thread},
          {"first_packet_ms", {{"p50", round.first_p50_ms}, {"p95", round.first_p95_ms}, {"max", round.first_max_ms}}},
          {"resident_mib", round.resident_mib},
          {"growth_kib_per_receiver", round.growth_kib_per_receiver},
          {"threads", {{"without_receivers", round.threads_before}, {"with", round.threads}}}};
}

}  // namespace huiban::bench
