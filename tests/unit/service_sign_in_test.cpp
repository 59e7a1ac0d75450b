// Signing in: whom, from where, when, and how a wrong tick is taken back.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

constexpr auto kBrowser = SignInMethod::kBrowser;

class SignIns {
 public:
  explicit SignIns(MeetingId (Office::*prepare)() = &Office::running_a) : id((office.*prepare)()) {}

  Result<Applied> sign_in(const Command& by, const char* unit, const char* title,
                          SignInMethod method = kBrowser, std::string reason = "",
                          std::optional<UtcTime> at = std::nullopt) {
    return office.service->sign_in(by, id, {office.seat(id, unit, title)}, std::nullopt, method,
                                   std::move(reason), at);
  }
  const SignIn* found(const char* unit, const char* title) const {
    const auto& all = office.meeting(id).sign_ins();
    const auto at = all.find(office.seat(id, unit, title));
    return at == all.end() ? nullptr : &at->second;
  }

  Office office;
  MeetingId id;
};

template <class T>
ErrorCode code(const Result<T>& result) {
  REQUIRE(!result.has_value());
  CHECK(!result.error().zh.empty());
  CHECK(!result.error().en.empty());
  return result.error().code;
}

}  // namespace

TEST_CASE("several posts before one browser sign in at once, each by itself") {
  SignIns s;
  const std::vector<SeatId> seats = {s.office.seat(s.id, "东溪村", "安全干部"),
                                     s.office.seat(s.id, "东溪村", "卫生干部"),
                                     s.office.seat(s.id, "东溪村", "安全干部")};
  const auto seq = s.office.meeting(s.id).seq();
  const auto device = s.office.device(s.id, "东溪村");
  s.office.at("9:01");
  const auto applied =
      s.office.service->sign_in(device, s.id, seats, std::nullopt, kBrowser, "", {});
  REQUIRE(applied.has_value());
  CHECK(applied->seq == seq + 1);
  CHECK(s.office.meeting(s.id).sign_ins().size() == 2);
  REQUIRE(s.found("东溪村", "卫生干部"));
  CHECK(s.found("东溪村", "卫生干部")->venue == s.office.venue(s.id, "东溪村"));
  CHECK(s.found("东溪村", "卫生干部")->signed_at == office_time("9:01"));

  s.office.at("9:30");  // once more: the first stands, and nothing is stored
  CHECK(
      s.office.service->sign_in(s.office.device(s.id, "东溪村"), s.id, seats, {}, kBrowser, "", {})
          ->seq == seq + 1);
  CHECK(s.found("东溪村", "卫生干部")->signed_at == office_time("9:01"));
}

TEST_CASE("a device signs in its own room, a liaison the own unit in both venues") {
  SignIns s;
  auto& o = s.office;
  CHECK(code(s.sign_in(o.device(s.id, "西桥村"), "东溪村", "安全干部")) == ErrorCode::kForbidden);
  CHECK(code(s.sign_in(o.device(s.id, "东溪村"), "东溪村", "党总支书记")) == ErrorCode::kForbidden);
  CHECK(code(s.sign_in(o.liaison("西桥村"), "东溪村", "安全干部")) == ErrorCode::kForbidden);
  CHECK(s.sign_in(o.device(s.id, "主会场"), "东溪村", "党总支书记").has_value());
  CHECK(s.sign_in(o.liaison("东溪村"), "东溪村", "安全干部").has_value());
  CHECK(s.sign_in(o.unit_head("西桥村"), "西桥村", "党总支书记").has_value());
  auto foreign = o.device(s.id, "东溪村");
  foreign.actor.meeting = MeetingId::make();
  CHECK(code(s.sign_in(foreign, "东溪村", "卫生干部")) == ErrorCode::kForbidden);
}

TEST_CASE("a liaison names a room of the own unit only") {
  SignIns s;
  auto& o = s.office;
  const std::vector<SeatId> seats = {o.seat(s.id, "东溪村", "安全干部")};
  const auto at_venue = [&](std::optional<VenueId> venue) {
    return o.service->sign_in(o.liaison("东溪村"), s.id, seats, venue, kBrowser, "", {});
  };
  CHECK(code(at_venue(o.venue(s.id, "西桥村"))) == ErrorCode::kForbidden);
  CHECK(code(at_venue(VenueId::make())) == ErrorCode::kNotFound);
  CHECK(at_venue(o.venue(s.id, "东溪村")).has_value());
}

TEST_CASE("nobody, a stranger and another meeting's seat are refused") {
  SignIns s;
  auto& service = *s.office.service;
  const auto sign = [&](std::vector<SeatId> seats) {
    return service.sign_in(s.office.secretary(), s.id, std::move(seats), {}, kBrowser, "电话", {});
  };
  CHECK(code(sign({})) == ErrorCode::kInvalid);
  CHECK(code(sign({SeatId::make()})) == ErrorCode::kNotFound);
  CHECK(code(service.sign_in(s.office.secretary(), MeetingId::make(), {SeatId::make()}, {},
                             kBrowser, "电话", {})) == ErrorCode::kNotFound);
  CHECK(s.office.meeting(s.id).sign_ins().empty());
}

TEST_CASE("what the office enters needs a reason, and only the office enters it") {
  SignIns s;
  auto& o = s.office;
  for (const auto method : {SignInMethod::kSecretary, SignInMethod::kPhone, SignInMethod::kPaper}) {
    CHECK(code(s.sign_in(o.secretary(), "东溪村", "安全干部", method)) == ErrorCode::kInvalid);
    CHECK(code(s.sign_in(o.liaison("东溪村"), "东溪村", "安全干部", method, "电话")) ==
          ErrorCode::kForbidden);
  }
  REQUIRE(
      s.sign_in(o.secretary(), "东溪村", "安全干部", SignInMethod::kPhone, "电话报到").has_value());
  CHECK(s.found("东溪村", "安全干部")->reason == "电话报到");
  REQUIRE(s.sign_in(o.secretary(), "东溪村", "卫生干部", kBrowser, "代点").has_value());
  CHECK(s.found("东溪村", "卫生干部")->method == SignInMethod::kSecretary);
}

TEST_CASE("the desk stands in the main venue") {
  SignIns s;
  auto& o = s.office;
  CHECK(code(s.sign_in(o.device(s.id, "东溪村"), "东溪村", "安全干部", SignInMethod::kDesk)) ==
        ErrorCode::kForbidden);
  CHECK(code(s.sign_in(o.liaison("东溪村"), "东溪村", "党总支书记", SignInMethod::kDesk)) ==
        ErrorCode::kForbidden);
  CHECK(
      s.sign_in(o.device(s.id, "主会场"), "东溪村", "党总支书记", SignInMethod::kDesk).has_value());
  CHECK(s.sign_in(o.secretary(), "西桥村", "党总支书记", SignInMethod::kDesk).has_value());
}

TEST_CASE("sign-in opens an hour before; without a clock time it is the whole day") {
  SignIns s(&Office::convened_a);
  auto& o = s.office;
  o.at("7:59:59.999");
  CHECK(code(s.sign_in(o.device(s.id, "东溪村"), "东溪村", "安全干部")) == ErrorCode::kConflict);
  o.at("8:00");
  CHECK(s.sign_in(o.device(s.id, "东溪村"), "东溪村", "安全干部").has_value());

  const auto b = o.plan(meeting_b(o.town));
  REQUIRE(o.service->convene(o.secretary(), b).has_value());
  const auto sign_b = [&] {
    return o.service->sign_in(o.device(b, "东溪村"), b, {o.seat(b, "东溪村", "安全干部")}, {},
                              kBrowser, "", {});
  };
  o.clock.set(office_time("0:00") - Milliseconds{1});
  CHECK(code(sign_b()) == ErrorCode::kConflict);
  o.clock.set(office_time("0:00"));
  CHECK(sign_b().has_value());
}

TEST_CASE("a meeting that is only planned has nobody to sign in, an ended one only by the office") {
  SignIns s;
  auto& o = s.office;
  o.at("10:30");
  o.end(s.id);
  CHECK(code(s.sign_in(o.device(s.id, "东溪村"), "东溪村", "安全干部")) == ErrorCode::kConflict);
  CHECK(code(s.sign_in(o.liaison("东溪村"), "东溪村", "安全干部")) == ErrorCode::kConflict);
  o.at("11:00");
  const auto paper = [&](std::optional<UtcTime> at) {
    return s.sign_in(o.secretary(), "东溪村", "安全干部", SignInMethod::kPaper, "纸质签到表", at);
  };
  CHECK(code(paper(std::nullopt)) == ErrorCode::kInvalid);
  CHECK(code(paper(office_time("11:01"))) == ErrorCode::kInvalid);
  CHECK(code(paper(office_time("10:31"))) == ErrorCode::kInvalid);
  CHECK(code(paper(office_time("7:59"))) == ErrorCode::kInvalid);
  REQUIRE(paper(office_time("9:04")).has_value());
  CHECK(s.found("东溪村", "安全干部")->signed_at == office_time("9:04"));
  const auto attendance = o.service->attendance_of(s.id);
  CHECK(attendance.total.present == 1);
  CHECK(attendance.total.late == 0);

  const auto planned = o.plan(meeting_b(o.town));
  CHECK(code(o.service->sign_in(o.secretary(), planned, {SeatId::make()}, {}, kBrowser, "x", {})) ==
        ErrorCode::kConflict);
}

TEST_CASE("the time of arrival is the server's, except for the office") {
  SignIns s;
  CHECK(code(s.sign_in(s.office.liaison("东溪村"), "东溪村", "安全干部", kBrowser, "",
                       office_time("8:59"))) == ErrorCode::kForbidden);
  REQUIRE(s.sign_in(s.office.secretary(), "东溪村", "安全干部", SignInMethod::kPaper, "纸质签到表",
                    office_time("8:59"))
              .has_value());
  CHECK(s.found("东溪村", "安全干部")->signed_at == office_time("8:59"));
}

TEST_CASE("who is entered from a call does not leave with the room's line") {
  SignIns s;
  auto& o = s.office;
  const auto room = o.venue(s.id, "东溪村");
  REQUIRE(o.service
              ->sign_in(o.secretary(), s.id, {o.seat(s.id, "东溪村", "安全干部")}, room,
                        SignInMethod::kPhone, "电话报到", {})
              .has_value());
  CHECK(!s.found("东溪村", "安全干部")->venue.has_value());
}

TEST_CASE("a wrong tick is taken back where it was made") {
  SignIns s;
  auto& o = s.office;
  const std::vector<SeatId> seat = {o.seat(s.id, "东溪村", "安全干部")};
  const auto take_back = [&](const Command& by, std::string reason = "") {
    return o.service->take_back_sign_in(by, s.id, seat, std::move(reason));
  };
  CHECK(code(take_back(o.device(s.id, "东溪村"))) == ErrorCode::kConflict);
  s.sign_in(o.device(s.id, "东溪村"), "东溪村", "安全干部");
  CHECK(code(take_back(o.device(s.id, "西桥村"))) == ErrorCode::kForbidden);
  CHECK(code(take_back(o.liaison("西桥村"))) == ErrorCode::kForbidden);
  REQUIRE(take_back(o.device(s.id, "东溪村")).has_value());
  CHECK(!s.found("东溪村", "安全干部"));

  s.sign_in(o.secretary(), "东溪村", "安全干部", SignInMethod::kPhone, "电话报到");
  CHECK(code(take_back(o.device(s.id, "东溪村"))) == ErrorCode::kForbidden);
  o.at("10:30");
  o.end(s.id);
  CHECK(code(take_back(o.secretary())) == ErrorCode::kInvalid);
  CHECK(take_back(o.secretary(), "本人未到").has_value());
  CHECK(o.service->attendance_of(s.id).total.present == 0);
}
