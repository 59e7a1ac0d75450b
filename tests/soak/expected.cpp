#include "tests/soak/expected.h"

#include <algorithm>

namespace huiban::soak {
namespace {

constexpr std::size_t kOtherSounds = 2;  // places beside that of the large picture

bool speaks(const Scene& scene, const std::string& venue) {
  return std::find(scene.floor.begin(), scene.floor.end(), venue) != scene.floor.end();
}

}  // namespace

Expected expected_by_watcher(const Scene& scene, const std::string& venue) {
  Expected expected;
  const std::string& large = venue == scene.stage_main ? scene.main_venue : scene.stage_main;
  if (large.empty()) return expected;
  expected.pictures.insert(large);
  if (speaks(scene, large)) expected.sounds.insert(large);
  return expected;
}

Expected expected_at(const Scene& scene, const std::string& venue) {
  Expected expected = expected_by_watcher(scene, venue);
  const std::string large = expected.pictures.empty() ? std::string() : *expected.pictures.begin();
  if (!scene.stage_second.empty() && scene.stage_second != venue)
    expected.pictures.insert(scene.stage_second);
  std::set<std::string> others(scene.floor.begin(), scene.floor.end());
  others.erase(venue);
  others.erase(large);
  if (others.size() <= kOtherSounds)
    expected.sounds.merge(others);
  else if (others.count(scene.main_venue) != 0)
    expected.sounds.insert(scene.main_venue);
  return expected;
}

}  // namespace huiban::soak
