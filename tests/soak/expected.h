#pragma once
// Who must see and hear whom, from the stage and the floor alone (docs/media.md, slots): written
// apart from the server's slot plan, so that both do not share a mistake.
#include <set>
#include <string>
#include <vector>

namespace huiban::soak {

struct Scene {
  std::string main_venue;
  std::string stage_main, stage_second;  // empty: nobody
  std::vector<std::string> floor;        // venues whose microphones are open
};

struct Expected {
  std::set<std::string> pictures, sounds;  // of these venues
};

// Of a page in a branch venue. Where more speak than there are places for, only those are expected
// that have a place in any case.
Expected expected_at(const Scene& scene, const std::string& venue);
// Of a watcher with a token of the venue: one picture and its sound.
Expected expected_by_watcher(const Scene& scene, const std::string& venue);

}  // namespace huiban::soak
