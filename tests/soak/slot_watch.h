#pragma once
// Holds what peers receive against what they must: a slot whose source sends and that gets nothing
// is stuck; sound of a venue without the floor has leaked.
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tests/soak/crowd.h"

namespace huiban::soak {

class SlotWatch {
 public:
  explicit SlotWatch(std::chrono::seconds patience) : patience_(patience) {}

  void check(Crowd& crowd, Time now);  // four times a second or so
  int stalls() const { return stalls_; }  // times the machine did not run the soak itself
  std::size_t stuck_now() const;
  std::size_t expected_now() const { return slots_.size(); }
  std::chrono::milliseconds take_longest();  // without a packet, since the last call
  // Each time a slot got stuck, and each leak, in words.
  const std::vector<std::string>& stuck() const { return stuck_; }
  const std::vector<std::string>& leaks() const { return leaks_; }

 private:
  using Key = std::tuple<const Peer*, bool, std::string>;  // receiver, a picture, of which venue
  struct Slot {
    Time since;  // expected
    bool is_stuck = false;
  };
  void look(Crowd& crowd, const Key& key, Slot& slot, Time now);
  void look_for_leaks(Crowd& crowd, Time now);

  const std::chrono::seconds patience_;
  std::map<Key, Slot> slots_;
  std::optional<Time> checked_;
  int stalls_ = 0;
  std::map<std::string, Time> closed_since_;  // microphones, by venue
  std::chrono::milliseconds longest_{};
  std::vector<std::string> stuck_, leaks_;
};

}  // namespace huiban::soak
