#pragma once
// What a bad line does to packets in one direction, and the words in which people say it:
//   loss=10 delay=150 jitter=50 up rate=2000:20,300:20,2000 down outage=0:30,1:3,0
// A value may change over time: VALUE:SECONDS,...,VALUE; the last one stays.
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"

namespace huiban::line {

using Nanoseconds = std::chrono::nanoseconds;  // of the caller's clock

struct LineSettings {
  double loss = 0;  // 0...1, each packet by itself
  // Gilbert-Elliott: share of all packets lost in bursts, their mean length in packets, and how
  // likely a packet is lost while a burst lasts.
  double burst_loss = 0, burst_length = 10, burst_density = 1;
  double delay_ms = 0, jitter_ms = 0;  // one way; jitter is the most it deviates by, either way
  bool reorder = false;    // jitter per packet, so that they overtake; else it wanders in order
  double rate_kbps = 0;    // of IP packets; 0: no limit
  double queue_ms = 400;   // what the queue before the rate holds, as time at that rate
  double queue_bytes = 0;  // or in bytes, if not 0
  bool outage = false;     // nothing enters
};

// The words for one direction. Each key holds its steps.
class LineSchedule {
 public:
  struct Step {
    double value[3];  // burst=SHARE/LENGTH/DENSITY, others use the first
    double seconds;   // how long it lasts; the last step has no end
  };

  // Takes key and value from now on. Invalid: unknown key or a value that makes no sense.
  Result<void> set(const std::string& key, const std::string& value, Nanoseconds now);
  LineSettings at(Nanoseconds now) const;
  // When at() changes next; Nanoseconds::max() if never.
  Nanoseconds next_change(Nanoseconds now) const;

 private:
  struct Track {
    Nanoseconds begin;
    std::vector<Step> steps;
  };
  std::map<std::string, Track> tracks_;
};

struct LineSchedules {
  LineSchedule up, down;
  // "loss=10 up rate=300", also "down loss 10". Words before up or down are for both.
  Result<void> say(const std::vector<std::string>& words, Nanoseconds now);
};

}  // namespace huiban::line
