// huiban_allocation_bench: nanoseconds of one LayerAllocator::decide() by kind of receiver and of
// line.
#include <chrono>
#include <cstdio>
#include <vector>

#include "rtc/layer_allocation.h"

using namespace huiban::rtc;

namespace {

void add(std::vector<SlotDemand>& demands, Priority priority, std::size_t count) {
  for (; count > 0; --count) {
    SlotDemand demand;
    demand.source = SourceId(demands.size());
    demand.priority = priority;
    if (priority == Priority::kSound) {
      demand.kind = MediaKind::kAudio;
      demand.state[0] = {true, 32};
    } else {
      demand.layers = kMaxLayers;
      demand.temporal_layers = 2;
      demand.max_layer = priority == Priority::kWall ? 0 : kMaxLayers - 1;
      demand.state = {LayerState{true, 120}, {true, 400}, {true, 1300}};
    }
    demands.push_back(demand);
  }
}

double measure(const std::vector<SlotDemand>& demands, std::uint32_t budget_kbps,
               std::uint32_t swing_kbps) {
  constexpr int kCalls = 200'000;
  LayerAllocator allocator;
  std::vector<SlotChoice> choices;
  Instant now = std::chrono::steady_clock::now();
  const auto begin = std::chrono::steady_clock::now();
  for (int call = 0; call < kCalls; ++call) {
    allocator.decide(budget_kbps + (call % 2 == 0 ? swing_kbps : 0), Rung::k720p, demands, now,
                     choices);
    now += std::chrono::milliseconds(200);
  }
  const std::chrono::duration<double, std::nano> span = std::chrono::steady_clock::now() - begin;
  return span.count() / kCalls;
}

}  // namespace

int main() {
  std::vector<SlotDemand> venue, console;
  for (auto* demands : {&venue, &console}) {
    add(*demands, Priority::kSound, 4);
    add(*demands, Priority::kContent, 1);
    add(*demands, Priority::kStage, 1);
    add(*demands, Priority::kSecond, 1);
  }
  add(console, Priority::kWall, 25);
  std::printf("receiver  slots  unlimited  tight line  swinging line   (ns per decision)\n");
  std::printf("venue    %6zu %10.0f %11.0f %14.0f\n", venue.size(), measure(venue, 0, 0),
              measure(venue, 900, 0), measure(venue, 900, 2000));
  std::printf("console  %6zu %10.0f %11.0f %14.0f\n", console.size(), measure(console, 0, 0),
              measure(console, 2500, 0), measure(console, 2500, 4000));
}
