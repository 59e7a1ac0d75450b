// Leave, substitutes, receipts and corrections as commands: who may, what is refused, what is kept.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

class Leaves {
 public:
  explicit Leaves(MeetingId (Office::*prepare)() = &Office::convened_a) : id((office.*prepare)()) {}

  Service::LeaveInput input(const char* unit, const char* title, const char* reason = "出差") {
    Service::LeaveInput input;
    input.seat = office.seat(id, unit, title);
    input.reason = reason;
    return input;
  }
  Result<Applied> ask(const Command& by, const char* unit, const char* title,
                      const char* reason = "出差") {
    return office.service->ask_leave(by, id, input(unit, title, reason));
  }
  Result<Applied> decide(const Command& by, bool approved, std::string decided_by = "",
                         std::string note = "") {
    return office.service->decide_leave(by, id, leave().id,
                                        {approved, std::move(decided_by), "电话", std::move(note)});
  }
  const Leave& leave() { return office.meeting(id).leaves().back(); }

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

TEST_CASE("a unit asks leave for its own people, the office for anybody") {
  Leaves l;
  auto& o = l.office;
  CHECK(code(l.ask(o.liaison("西桥村"), "东溪村", "安全干部")) == ErrorCode::kForbidden);
  CHECK(code(l.ask(o.device(l.id, "西桥村"), "东溪村", "安全干部")) == ErrorCode::kForbidden);
  CHECK(code(l.ask(o.leader(), "东溪村", "安全干部")) == ErrorCode::kForbidden);
  CHECK(code(l.ask(o.liaison("东溪村"), "东溪村", "安全干部", "")) == ErrorCode::kInvalid);
  REQUIRE(l.ask(o.liaison("东溪村"), "东溪村", "安全干部"));
  CHECK(code(l.ask(o.liaison("东溪村"), "东溪村", "安全干部")) == ErrorCode::kConflict);
  REQUIRE(l.ask(o.device(l.id, "东溪村"), "东溪村", "卫生干部"));
  REQUIRE(l.ask(o.secretary(), "西桥村", "安全干部"));
  CHECK(o.meeting(l.id).leaves().size() == 3);
  CHECK(l.leave().asked_by == "党政办秘书");
}

TEST_CASE("the leader decides; the office records it for the leader, with the leader's post") {
  Leaves l;
  auto& o = l.office;
  REQUIRE(l.ask(o.liaison("东溪村"), "东溪村", "安全干部"));
  CHECK(code(l.decide(o.liaison("东溪村"), true)) == ErrorCode::kForbidden);
  CHECK(code(l.decide(o.secretary(), true)) == ErrorCode::kInvalid);
  REQUIRE(l.decide(o.secretary(), true, "镇长"));
  CHECK(l.leave().decisions.back().decided_by == "镇长");
  CHECK(l.leave().decisions.back().channel == "电话");
  // Changed with a reason; the old decision is kept.
  CHECK(code(l.decide(o.leader(), false)) == ErrorCode::kInvalid);
  REQUIRE(l.decide(o.leader(), false, "", "防汛期间不准假"));
  CHECK(l.leave().refused());
  REQUIRE(l.leave().decisions.size() == 2);
  CHECK(l.leave().decisions[0].approved);
}

TEST_CASE(
    "a refused request may be followed by another, a decided one is withdrawn with a reason") {
  Leaves l;
  auto& o = l.office;
  REQUIRE(l.ask(o.liaison("东溪村"), "东溪村", "安全干部"));
  REQUIRE(l.decide(o.leader(), false));
  REQUIRE(l.ask(o.liaison("东溪村"), "东溪村", "安全干部", "住院"));
  REQUIRE(l.decide(o.leader(), true));
  const auto withdraw = [&](const Command& by, std::string reason) {
    return o.service->withdraw_leave(by, l.id, l.leave().id, std::move(reason));
  };
  CHECK(code(withdraw(o.liaison("西桥村"), "x")) == ErrorCode::kForbidden);
  CHECK(code(withdraw(o.liaison("东溪村"), "")) == ErrorCode::kInvalid);
  REQUIRE(withdraw(o.liaison("东溪村"), "能来了"));
  CHECK(code(withdraw(o.liaison("东溪村"), "再撤")) == ErrorCode::kConflict);
}

TEST_CASE("a substitute is named, by words or by a seat, and is not the person") {
  Leaves l;
  auto& o = l.office;
  auto input = l.input("东溪村", "安全干部");
  input.kind = LeaveKind::kSubstitute;
  const auto ask = [&] { return o.service->ask_leave(o.liaison("东溪村"), l.id, input); };
  CHECK(code(ask()) == ErrorCode::kInvalid);
  input.substitute.seat = input.seat;
  CHECK(code(ask()) == ErrorCode::kInvalid);
  input.substitute.seat = o.seat(l.id, "东溪村", "卫生干部");
  REQUIRE(ask());
  CHECK(l.leave().substitute.text == "东溪村卫生干部");
}

TEST_CASE("after the end only the office asks and decides") {
  Leaves l(&Office::running_a);
  auto& o = l.office;
  REQUIRE(l.ask(o.liaison("东溪村"), "东溪村", "安全干部"));
  o.at("10:30");
  o.end(l.id);
  CHECK(code(l.ask(o.liaison("东溪村"), "东溪村", "卫生干部")) == ErrorCode::kConflict);
  CHECK(o.service->attendance_of(l.id).total.pending == 1);
  o.at("11:00");
  REQUIRE(l.decide(o.secretary(), true, "镇长"));
  CHECK(o.service->attendance_of(l.id).total.leave == 1);
  // As it stood at the end, by the events until then.
  CHECK(o.service->attendance_at(l.id, office_time("10:30"))->total.pending == 1);
}

TEST_CASE("a receipt answers for the unit's own seats and asks leave in the same step") {
  Leaves l;
  auto& o = l.office;
  Service::ReceiptInput receipt;
  receipt.lines = {{o.seat(l.id, "东溪村", "安全干部"), true, "", ""},
                   {o.seat(l.id, "东溪村", "卫生干部"), true, "", ""}};
  receipt.leaves = {l.input("东溪村", "安全干部")};
  CHECK(code(o.service->return_receipt(o.liaison("西桥村"), l.id, receipt)) ==
        ErrorCode::kForbidden);
  const auto command = o.liaison("东溪村");
  REQUIRE(o.service->return_receipt(command, l.id, receipt));
  REQUIRE(o.service->return_receipt(command, l.id, receipt));  // a retry
  const auto& kept = o.meeting(l.id).receipts();
  REQUIRE(kept.size() == 1);
  CHECK(!kept.begin()->second.lines[0].comes);
  CHECK(kept.begin()->second.lines[1].comes);
  CHECK(o.meeting(l.id).leaves().size() == 1);
}

TEST_CASE("a correction needs a reason, keeps the old value, and keeps the time only if told so") {
  Leaves l(&Office::running_a);
  auto& o = l.office;
  const auto seat = o.seat(l.id, "东溪村", "安全干部");
  o.at("9:30");
  REQUIRE(o.service->sign_in(o.device(l.id, "东溪村"), l.id, {seat}, {}, SignInMethod::kBrowser, "",
                             {}));
  Service::CorrectionInput input;
  input.seats = {seat};
  input.to = SeatStatus::kPresent;
  const auto correct = [&](const Command& by) {
    return o.service->correct_attendance(by, l.id, input);
  };
  CHECK(code(correct(o.secretary())) == ErrorCode::kInvalid);
  input.reason = "路上堵车，按时算";
  CHECK(code(correct(o.liaison("东溪村"))) == ErrorCode::kForbidden);
  const auto now = [&] {
    for (const auto& one : o.service->attendance_of(l.id).seats)
      if (one.seat == seat) return one;
    return SeatAttendance{};
  };
  CHECK(now().late);
  SECTION("without") {
    REQUIRE(correct(o.secretary()));
    CHECK(!now().late);
    CHECK(!now().signed_at.has_value());
  }
  SECTION("with") {
    input.keep_time = true;
    REQUIRE(correct(o.secretary()));
    CHECK(now().signed_at == office_time("9:30"));
  }
  CHECK(now().corrected->was.late);
  CHECK(now().corrected->was.signed_at == office_time("9:30"));
  input.to.reset();
  input.keep_time = false;
  REQUIRE(correct(o.secretary()));
  CHECK(now().late);
  CHECK(code(correct(o.secretary())) == ErrorCode::kConflict);
}

TEST_CASE("a scanned code opens half an hour before, a device's liaison an hour") {
  Leaves l;
  auto& o = l.office;
  const auto scan = [&] {
    return o.service->sign_in_scanned(o.device(l.id, "东溪村"), l.id,
                                      o.seat(l.id, "东溪村", "安全干部"), false);
  };
  o.at("8:29:59.999");
  CHECK(code(scan()) == ErrorCode::kConflict);
  o.at("8:30");
  REQUIRE(scan());
  CHECK(o.meeting(l.id).sign_ins().begin()->second.method == SignInMethod::kQr);
}

TEST_CASE("a paper sheet is one batch, each arrival with its own time; all or none") {
  Leaves l(&Office::running_a);
  auto& o = l.office;
  o.at("10:00");
  std::vector<Service::Arrival> sheet = {
      {o.seat(l.id, "东溪村", "党总支书记"), office_time("8:58"), false},
      {o.seat(l.id, "西桥村", "党总支书记"), office_time("9:20"), false}};
  const auto enter = [&](const Command& by) {
    return o.service->sign_in_batch(by, l.id, sheet, SignInMethod::kPaper, "纸质签到表");
  };
  CHECK(code(enter(o.liaison("东溪村"))) == ErrorCode::kForbidden);
  sheet[1].at = office_time("10:01");
  CHECK(code(enter(o.secretary())) == ErrorCode::kInvalid);
  CHECK(o.meeting(l.id).sign_ins().empty());
  sheet[1].at = office_time("9:20");
  REQUIRE(enter(o.secretary()));
  const auto total = o.service->attendance_of(l.id).total;
  CHECK(total.present == 2);
  CHECK(total.late == 1);
}

TEST_CASE("a post that changes hands after convening shows as a difference and changes nothing") {
  Leaves l;
  auto& o = l.office;
  const auto before = o.service->attendance_of(l.id).total.expected;
  auto& post = post_in(o.town, "东溪村", "安全干部");
  give(o.town, {&post});
  REQUIRE(o.service->import_directory(o.secretary(), o.town));
  const auto result = o.service->attendance_of(l.id);
  CHECK(result.total.expected == before);
  REQUIRE(o.meeting(l.id).holder_changes().size() == 1);
  CHECK(o.meeting(l.id).holder_changes().begin()->second.by == "党政办秘书");
  REQUIRE(o.service->import_directory(o.secretary(), o.town));
  CHECK(o.meeting(l.id).holder_changes().size() == 1);
}

TEST_CASE("the room's link cannot sign out the people of another room") {
  Leaves l(&Office::running_a);
  auto& o = l.office;
  const std::vector<SeatId> seat = {o.seat(l.id, "东溪村", "安全干部")};
  CHECK(code(o.service->sign_out(o.device(l.id, "东溪村"), l.id, seat, "", {})) ==
        ErrorCode::kConflict);
  REQUIRE(
      o.service->sign_in(o.device(l.id, "东溪村"), l.id, seat, {}, SignInMethod::kBrowser, "", {}));
  CHECK(code(o.service->sign_out(o.device(l.id, "西桥村"), l.id, seat, "", {})) ==
        ErrorCode::kForbidden);
  o.at("9:30");
  REQUIRE(o.service->sign_out(o.device(l.id, "东溪村"), l.id, seat, "防汛", {}));
  CHECK(o.meeting(l.id).sign_ins().begin()->second.left_at == office_time("9:30"));
}
