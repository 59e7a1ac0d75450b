// What lines carried, over a restart.
#include <catch2/catch.hpp>

#include "tests/store/open_store.h"

using namespace huiban;
using namespace huiban::domain;
using test::kAt;

TEST_CASE("what a line carried is kept, the newest per unit") {
  test::TempDatabase files;
  auto store = test::open_store(files.path());
  CHECK(store->lines().all_lines()->empty());
  const auto village = UnitId::make();
  REQUIRE(store->lines().put_lines({{village, 640, Rung::k360p, kAt}, {UnitId{}, 2500, {}, kAt}}));
  REQUIRE(store->lines().put_lines({{village, 700, Rung::k720p, kAt + Milliseconds{60000}}}));
  REQUIRE(store->lines().put_lines({}));
  store.reset();
  store = test::open_store(files.path());
  const auto lines = store->lines().all_lines();
  REQUIRE(lines->size() == 2);
  CHECK(lines->at(0).unit == UnitId{});
  CHECK(lines->at(0).kbps == 2500);
  CHECK(lines->at(1).unit == village);
  CHECK(lines->at(1).kbps == 700);
  CHECK(lines->at(1).rung == Rung::k720p);
  CHECK(lines->at(1).at == kAt + Milliseconds{60000});
}
