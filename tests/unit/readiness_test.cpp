// What a branch measured before the meeting, judged; calls of the office, by two at once.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

Readiness good() {
  return {true, true, 1280, 720, -31, 24, 180, 2400, 9000, 35, "Chrome"};
}

using Causes = std::vector<std::string>;

}  // namespace

TEST_CASE("a good room is green, each flaw has its colour and cause") {
  CHECK(judge(good()).grade == ReadinessGrade::kGreen);
  CHECK(judge(good()).causes.empty());
  const auto with = [](auto change) {
    auto measured = good();
    change(measured);
    return judge(measured);
  };
  CHECK(with([](auto& m) { m.microphone = false; m.echo_loss_db.reset(); }).causes ==
        Causes{"no_microphone"});
  CHECK(with([](auto& m) { m.level_dbov = -90; }).causes == Causes{"no_sound"});
  CHECK(with([](auto& m) { m.up_kbps = 90; }).grade == ReadinessGrade::kRed);
  CHECK(with([](auto& m) { m.down_kbps = 90; }).causes == Causes{"slow_down"});
  CHECK(with([](auto& m) { m.camera = false; }).grade == ReadinessGrade::kAmber);
  CHECK(with([](auto& m) { m.level_dbov = -55; }).causes == Causes{"quiet"});
  CHECK(with([](auto& m) { m.echo_loss_db = 3; }).causes == Causes{"echo"});
  CHECK(with([](auto& m) { m.echo_loss_db.reset(); }).causes == Causes{"no_echo"});
  CHECK(with([](auto& m) { m.up_kbps = 400; }).causes == Causes{"narrow_up"});
  CHECK(with([](auto& m) { m.rtt_ms = 400; }).causes == Causes{"far"});
  const auto two = with([](auto& m) { m.up_kbps = 90; m.camera = false; });
  CHECK(two.grade == ReadinessGrade::kRed);
  CHECK(two.causes == Causes{"slow_up", "no_camera"});
}

TEST_CASE("a venue reports its own test, the last one counts") {
  Office office;
  const auto id = office.convened_a();
  const auto village = office.venue(id, "东溪村");
  auto& service = *office.service;
  REQUIRE(service.report_readiness(office.device(id, "东溪村"), id, village, good()));
  auto worse = good();
  worse.camera = false;
  REQUIRE(service.report_readiness(office.device(id, "东溪村"), id, village, worse));
  CHECK(!office.meeting(id).readiness().at(village).measured.camera);
  CHECK(!service.report_readiness(office.device(id, "西桥村"), id, village, good()));
  CHECK(!service.report_readiness(office.secretary(), id, village, good()));
}

TEST_CASE("of two who call the same venue the later one sees the first result") {
  Office office;
  const auto id = office.convened_a();
  const auto village = office.venue(id, "东溪村");
  auto& service = *office.service;
  REQUIRE(service.note_call(office.secretary(), id, village, CallResult::kNoReply, "", 0));
  const auto late =
      service.note_call(office.secretary(), id, village, CallResult::kReached, "马上来", 0);
  REQUIRE(!late);
  CHECK(late.error().code == ErrorCode::kConflict);
  REQUIRE(service.note_call(office.secretary(), id, village, CallResult::kReached, "马上来", 1));
  CHECK(office.meeting(id).calls().at(village).size() == 2);
  CHECK(!service.note_call(office.device(id, "东溪村"), id, village, CallResult::kReached, "", 2));
}
