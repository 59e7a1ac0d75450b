#pragma once
// What happens in the meeting: joins, leaves, switches, outages, at random times of a seed.
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/soak/crowd.h"

namespace huiban::soak {

class Shaker {
 public:
  Shaker(Crowd& crowd, std::uint32_t seed);

  void turn(Time now);  // does what is due since the last turn
  const std::map<std::string, int>& done() const { return done_; }
  int refused() const { return refused_; }  // by the server, because something else came first
  const std::vector<std::string>& failures() const { return failures_; }  // 5xx, no answer

 private:
  struct Act {
    const char* name;
    double per_minute;
    std::function<bool(Time)> run;  // false: nobody was there for it
  };
  void attempt(const char* name, const std::function<bool()>& act);
  Peer* pick(const std::function<bool(const Peer&)>& fits);
  bool with(const std::function<bool(const Peer&)>& fits, const std::function<void(Peer&)>& act);
  std::chrono::milliseconds between(int least_s, int most_s);
  void add_venue_acts();
  void add_secretary_acts();

  Crowd& crowd_;
  std::mt19937 random_;
  std::vector<Act> acts_;
  Time last_turn_;
  std::map<std::string, int> done_;
  int refused_ = 0;
  std::vector<std::string> failures_;
};

}  // namespace huiban::soak
