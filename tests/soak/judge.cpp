#include "tests/soak/judge.h"

#include <algorithm>

namespace huiban::soak {
namespace {

constexpr std::size_t kMemoryMinutes = 20;
constexpr double kMostGrowthMib = 3;  // in half a run
// Requests and handshakes under way when a minute is counted.
constexpr std::size_t kMoreDescriptors = 6, kMoreThreads = 3, kLeftDescriptors = 2;

}  // namespace

double fitted_growth(const std::vector<double>& values) {
  const double n = double(values.size());
  if (n < 2) return 0;
  double x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    x += double(i);
    y += values[i];
    xx += double(i) * double(i);
    xy += double(i) * values[i];
  }
  return (n * xy - x * y) / (n * xx - x * x) * (n - 1);
}

Verdict judge(const Minute& empty, const std::vector<Minute>& minutes, const Minute& quiet) {
  Verdict verdict;
  const auto require = [&verdict](bool holds, const std::string& fault) {
    if (!holds) verdict.faults.push_back(fault);
  };
  const auto half = minutes.begin() + std::ptrdiff_t(minutes.size() / 2);
  std::vector<double> resident;
  for (auto minute = half; minute != minutes.end(); ++minute)
    resident.push_back(minute->resident_mib);
  verdict.growth_mib = fitted_growth(resident);
  verdict.judges_memory = minutes.size() >= kMemoryMinutes;
  require(!verdict.judges_memory || verdict.growth_mib <= kMostGrowthMib,
          "memory grows by " + std::to_string(verdict.growth_mib) + " MiB in the last half");
  const auto most = [](auto begin, auto end, auto member) {
    std::size_t value = 0;
    for (; begin != end; ++begin) value = std::max(value, (*begin).*member);
    return value;
  };
  if (minutes.size() >= 2) {
    require(most(half, minutes.end(), &Minute::descriptors) <=
                most(minutes.begin(), half, &Minute::descriptors) + kMoreDescriptors,
            "descriptors grow");
    require(most(half, minutes.end(), &Minute::threads) <=
                most(minutes.begin(), half, &Minute::threads) + kMoreThreads,
            "threads grow");
  }
  require(quiet.descriptors <= empty.descriptors + kLeftDescriptors,
          "descriptors stay after the meeting: " + std::to_string(quiet.descriptors) + ", " +
              std::to_string(empty.descriptors) + " before anybody came");
  require(quiet.threads <= empty.threads + kMoreThreads,
          "threads stay after the meeting: " + std::to_string(quiet.threads) + ", " +
              std::to_string(empty.threads) + " before anybody came");
  return verdict;
}

}  // namespace huiban::soak
