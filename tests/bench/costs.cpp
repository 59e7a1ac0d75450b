#include "tests/bench/costs.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace huiban::bench {
namespace {

double own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

Look look(pid_t pid, const std::vector<Swarm*>& receivers) {
  Look now;
  for (Swarm* swarm : receivers) {
    const Reception one = swarm->reception();
    now.reception.packets += one.packets;
    now.reception.expected += one.expected;
  }
  now.at = std::chrono::steady_clock::now();
  now.usage = usage_of(pid);
  now.own_cpu_seconds = own_cpu();
  return now;
}

void settle(const std::vector<Swarm*>& receivers) {
  const auto count = [&receivers] {
    double packets = 0;
    for (Swarm* swarm : receivers) packets += double(swarm->reception().packets);
    return packets;
  };
  double had = count(), before = 0;
  for (int second = 0, steady = 0; second < 15 && steady < 2; ++second) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const double has = count(), rate = has - had;
    steady = std::abs(rate - before) <= 0.03 * before ? steady + 1 : 0;
    before = rate;
    had = has;
  }
}

Costs costs_between(const Look& before, const Look& after) {
  const double seconds = std::chrono::duration<double>(after.at - before.at).count();
  const double packets = double(after.reception.packets - before.reception.packets);
  const double expected = double(after.reception.expected - before.reception.expected);
  if (packets <= 0) throw std::runtime_error("no packets came");
  const auto per_packet = [packets](double cpu) { return cpu * 1e6 / packets; };
  Costs costs;
  costs.packets_per_second = packets / seconds;
  costs.loss_percent = 100 * std::max(0.0, 1 - packets / expected);
  const double cpu = after.usage.cpu_seconds - before.usage.cpu_seconds;
  costs.cpu_percent = 100 * cpu / seconds;
  costs.us_per_packet = per_packet(cpu);
  costs.us_user = per_packet(after.usage.user_seconds - before.usage.user_seconds);
  costs.us_system = per_packet(after.usage.system_seconds - before.usage.system_seconds);
  for (const auto& [name, now] : after.usage.by_thread) {
    const auto earlier = before.usage.by_thread.find(name);
    const double spent = now - (earlier == before.usage.by_thread.end() ? 0 : earlier->second);
    if (spent > 0) costs.us_by_thread[name] = per_packet(spent);
  }
  costs.bench_cpu_percent = 100 * (after.own_cpu_seconds - before.own_cpu_seconds) / seconds;
  costs.resident_mib = after.usage.resident_mib;
  costs.threads = after.usage.threads;
  return costs;
}

nlohmann::json to_json(const Costs& costs) {
  return {{"packets_per_second", costs.packets_per_second},
          {"loss_percent", costs.loss_percent},
          {"cpu_percent_of_one_core", costs.cpu_percent},
          {"cpu_us_per_packet", costs.us_per_packet},
          {"cpu_us_per_packet_user", costs.us_user},
          {"cpu_us_per_packet_system", costs.us_system},
          {"cpu_us_per_packet_by_thread", costs.us_by_thread},
          {"bench_cpu_percent_of_one_core", costs.bench_cpu_percent},
          {"resident_mib", costs.resident_mib},
          {"threads", costs.threads}};
}

void print_costs_head() {
  std::printf(
      "%-26s packets/s  loss %%  CPU %%  us/packet  user system  bench CPU %%  MiB threads\n", "");
}

void print(const std::string& what, const Costs& c) {
  std::printf("%-26s %9.0f %7.3f %6.1f %10.2f %5.2f %6.2f %12.0f %4.0f %7zu\n", what.c_str(),
              c.packets_per_second, c.loss_percent, c.cpu_percent, c.us_per_packet, c.us_user,
              c.us_system, c.bench_cpu_percent, c.resident_mib, c.threads);
  for (const auto& [name, us] : c.us_by_thread)
    if (us >= 0.01) std::printf("%53s %8.2f  %s\n", "", us, name.c_str());
  std::fflush(stdout);
}

}  // namespace huiban::bench
