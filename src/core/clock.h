#pragma once
// Wall time of the office. Domain code never asks the machine for the time, it asks a Clock.
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace huiban {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcTime now() const = 0;
};

class SystemClock final : public Clock {
 public:
  UtcTime now() const override;
};

// A clock that is set by hand: tests and --test-clock. Control thread only.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UtcTime start) : now_(start) {}
  UtcTime now() const override { return now_; }
  void set(UtcTime time) { now_ = time; }
  void step(Milliseconds by) { now_ += by; }

 private:
  UtcTime now_;
};

// ISO 8601 with milliseconds and Z: 2020-05-27T01:00:00.000Z.
std::string to_iso8601(UtcTime time);
bool parse_iso8601(const std::string& text, UtcTime& out);

}  // namespace huiban
