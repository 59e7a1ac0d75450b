#pragma once
// One direction of a bad line: takes packets with the time at which they come and gives them back
// with the time at which they leave. Seeded and without a clock, so the same input has the same
// fate.
//
//   in ─▶ outage, loss, bursts ─▶ bounded queue ─▶ rate ─▶ delay and jitter ─▶ out
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <vector>

#include "tests/line/line_settings.h"

namespace huiban::line {

struct LineStatistics {
  std::uint64_t packets = 0, bytes = 0;  // that came in
  std::uint64_t delivered = 0, delivered_bytes = 0;
  std::uint64_t lost = 0, lost_in_bursts = 0, lost_in_outage = 0, lost_in_queue = 0;
  std::array<std::uint64_t, 4096> queue_delay{};  // packets by whole milliseconds in the queue
  double queue_delay_ms(double share) const;      // 0.5: median, 1: the longest; at most 4095
};

class LineModel {
 public:
  using Packet = std::vector<std::uint8_t>;

  explicit LineModel(std::uint64_t seed) : state_(seed) {}

  // From now on; what is queued is served at the new rate.
  void set(const LineSettings& settings, Nanoseconds now);
  void push(Packet packet, Nanoseconds now);
  // The next packet due at or before now.
  std::optional<Packet> pop(Nanoseconds now);
  // When pop() has something next, if nothing comes or changes; max() if never.
  Nanoseconds next_event() const;

  const LineStatistics& statistics() const { return statistics_; }

 private:
  struct Queued {
    Packet packet;
    Nanoseconds arrived;
  };
  struct Flying {
    Nanoseconds due;
    std::uint64_t order;
    Packet packet;
    bool operator<(const Flying& other) const {  // std::priority_queue gives the greatest first
      return due != other.due ? due > other.due : order > other.order;
    }
  };

  double random();  // 0 <= x < 1
  bool lost_in_burst();
  double queue_limit() const;  // bytes
  void serve(Nanoseconds now);
  void fly(Packet packet, Nanoseconds now);
  double wander_ms(Nanoseconds now);

  LineSettings settings_;
  LineStatistics statistics_;
  std::uint64_t state_;
  bool in_burst_ = false;
  std::deque<Queued> queue_;
  double queued_bytes_ = 0;
  double head_bits_sent_ = 0;  // of the packet that is being served
  Nanoseconds served_until_{0};
  std::priority_queue<Flying> flying_;
  std::uint64_t order_ = 0;
  Nanoseconds last_due_{0};
  double wander_from_ = 0, wander_to_ = 0;  // -1...1, reached at wander_end_
  Nanoseconds wander_end_{0};
};

}  // namespace huiban::line
