// The soak's own rules: who must arrive where, and what counts as growth.
#include <catch2/catch.hpp>

#include "tests/soak/expected.h"
#include "tests/soak/judge.h"

using namespace huiban::soak;
using Names = std::set<std::string>;

TEST_CASE("a branch expects the stage and the open microphones, never itself") {
  const Scene scene{"main", "a", "b", {"main", "a", "c"}};
  const auto away = expected_at(scene, "d");
  CHECK(away.pictures == Names{"a", "b"});
  CHECK(away.sounds == Names{"main", "a", "c"});
  // On the stage it sees the main venue.
  const auto large = expected_at(scene, "a");
  CHECK(large.pictures == Names{"main", "b"});
  CHECK(large.sounds == Names{"main", "c"});
  CHECK(expected_at(scene, "b").pictures == Names{"a"});
  CHECK(expected_by_watcher(scene, "d").pictures == Names{"a"});
  CHECK(expected_by_watcher(scene, "d").sounds == Names{"a"});
}

TEST_CASE("of more speakers than places only the sure ones are expected") {
  const Scene scene{"main", "a", "", {"main", "a", "c", "e"}};
  CHECK(expected_at(scene, "d").sounds == Names{"main", "a"});
  CHECK(expected_at(scene, "c").sounds == Names{"main", "a", "e"});
  CHECK(expected_at({"main", "", "", {}}, "d").pictures.empty());
}

TEST_CASE("memory that levels off holds, memory that goes on rising does not") {
  const Minute empty{30, 20, 5};
  std::vector<Minute> level, rising;
  for (int i = 0; i < 60; ++i) {
    level.push_back({i < 20 ? 40.0 + i : 60 + 0.3 * (i % 2), 30, 6});
    rising.push_back({40 + 0.2 * i, 30, 6});
  }
  CHECK(judge(empty, level, empty).faults.empty());
  const auto verdict = judge(empty, rising, empty);
  CHECK(verdict.faults.size() == 1);
  CHECK(verdict.growth_mib == Approx(5.8));
  CHECK(!judge(empty, {{40, 30, 6}, {50, 30, 6}}, empty).judges_memory);
}

TEST_CASE("descriptors and threads that rise or stay are faults") {
  const Minute empty{30, 20, 5};
  const std::vector<Minute> rising{{40, 30, 6}, {40, 40, 12}};
  CHECK(judge(empty, rising, empty).faults.size() == 2);
  CHECK(judge(empty, {{40, 30, 6}, {40, 30, 6}}, {30, 28, 5}).faults.size() == 1);
}
