// Every transition of the supervision rules, allowed and refused, by role and state; the clock is
// set by hand. The table here is written from the rules, not from the code's own table.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/support/task_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;
using S = TaskState;
using A = TaskAct;

namespace {

const std::vector<S> kStates = {S::kDraft,       S::kReview,    S::kIssued,    S::kInProgress,
                                S::kFinishAsked, S::kFinished,  S::kStruckOff, S::kArchived,
                                S::kSuspended,   S::kWithdrawn};
const std::set<S> kOpen = {S::kReview, S::kIssued, S::kInProgress, S::kFinishAsked};

struct Row {
  A act;
  std::set<S> from;
  std::set<std::string> by;
  std::optional<S> to;  // empty: stays
  TaskEntry entry;
};

TaskEntry complete(A act) {
  auto entry = on_day(6, 30, "情况");
  entry.person = "党总支书记";
  entry.number = "纪要〔2020〕3号";
  if (act == A::kReopen) entry.date.reset();
  return entry;
}

// Acts that need something before them (a request, a check-back) have tests of their own below.
const std::vector<Row> kRows = {
    {A::kSubmit, {S::kDraft}, {"督办员"}, S::kReview, {}},
    {A::kSendBack, {S::kReview}, {"审核人"}, S::kDraft, {}},
    {A::kIssue, {S::kReview}, {"审核人", "领导"}, S::kIssued, {}},
    {A::kSign, {S::kIssued}, {"联络员", "负责人"}, S::kInProgress, {}},
    {A::kAskReassign, {S::kIssued}, {"联络员", "负责人"}, S::kReview, {}},
    {A::kReport, {S::kInProgress}, {"联络员", "负责人"}, {}, {}},
    {A::kAskFinish, {S::kInProgress}, {"负责人"}, S::kFinishAsked, {}},
    {A::kReturn, {S::kFinishAsked}, {"审核人"}, S::kInProgress, {}},
    {A::kFinish, {S::kFinishAsked}, {"审核人"}, S::kFinished, {}},
    {A::kCheckBack, {S::kFinished, S::kStruckOff}, {"督办员"}, {}, {}},
    {A::kArchive, {S::kStruckOff}, {"督办员"}, S::kArchived, {}},
    {A::kReopen, {S::kFinished, S::kStruckOff}, {"审核人"}, S::kInProgress, {}},
    {A::kSuspend, kOpen, {"审核人"}, S::kSuspended, {}},
    {A::kResume, {S::kSuspended}, {"审核人"}, S::kInProgress, {}},
    {A::kWithdraw,
     {S::kDraft, S::kReview, S::kIssued, S::kInProgress, S::kFinishAsked, S::kSuspended},
     {"审核人"},
     S::kWithdrawn,
     {}},
    {A::kAskExtension, {S::kInProgress}, {"联络员", "负责人"}, {}, {}},
    {A::kUrge, {S::kIssued, S::kInProgress}, {"督办员", "审核人", "领导"}, {}, {}},
};

const std::vector<std::pair<std::string, Role>> kPeople = {
    {"督办员", Role::kSecretary}, {"审核人", Role::kApprover},      {"领导", Role::kLeader},
    {"联络员", Role::kLiaison},   {"负责人", Role::kUnitHead},      {"观摩", Role::kObserver},
    {"审计", Role::kAuditor},     {"管理员", Role::kAdministrator}, {"终端", Role::kVenueDevice}};

ErrorCode code(const Result<void>& result) {
  REQUIRE(!result);
  CHECK(!result.error().zh.empty());
  CHECK(!result.error().en.empty());
  return result.error().code;
}

TaskEntry recorded(TaskEntry entry, const std::string& channel = "电话") {
  entry.channel = channel;
  return entry;
}

}  // namespace

TEST_CASE("every transition of a task, by state and role") {
  const auto town = demo_directory();
  for (const auto& row : kRows)
    for (const auto state : kStates)
      for (const auto& [name, role] : kPeople) {
        TaskScript script(town);
        script.to(state);
        if (row.act == A::kAskFinish && state == S::kInProgress)  // evidence first
          REQUIRE(script.by(script.as(Role::kLiaison), A::kAttach, {}, {{"0f3a", "名单.pdf", "", 1}}));
        INFO(act_in_words(row.act) << " by " << name << " in " << state_in_words(state));
        // A leader decides about important ones: what is wrong with the others is the state first.
        const bool decides = role == Role::kLeader && (row.act == A::kReturn || row.act == A::kFinish) &&
                             state != S::kFinishAsked;
        const bool may = row.by.count(name) > 0 || decides, there = row.from.count(state) > 0;
        const auto done = script.by(script.as(role), row.act, complete(row.act));
        const auto offered = acts_now(script.task(), script.as(role), script.world());
        if (may && there) {
          REQUIRE(done.has_value());
          CHECK(script.task().state() == row.to.value_or(state));
        } else {
          CHECK(code(done) == (may ? ErrorCode::kConflict : ErrorCode::kForbidden));
          CHECK(script.task().state() == state);
          CHECK(std::count(offered.begin(), offered.end(), row.act) == 0);
        }
      }
}

TEST_CASE("another unit may do nothing with a task; an assisting one reports its part") {
  const auto town = demo_directory();
  for (const auto& row : kRows)
    for (const auto role : {Role::kLiaison, Role::kUnitHead}) {
      TaskScript script(town);
      script.to(*row.from.begin());
      CHECK(code(script.by(script.as(role, "西桥村"), row.act, complete(row.act))) ==
            ErrorCode::kForbidden);
    }
  TaskScript script(town);
  script.content.assist_units = {unit_of(town, "西桥村")};
  script.to(S::kInProgress);
  const auto assisting = script.as(Role::kLiaison, "西桥村");
  CHECK(script.by(assisting, A::kReport, says("配合情况")).has_value());
  CHECK(code(script.by(assisting, A::kSign, says("", "我"))) == ErrorCode::kForbidden);
  CHECK(code(script.by(script.as(Role::kUnitHead), A::kAskFinish, says("完成"))) ==
        ErrorCode::kConflict);
  CHECK(script.by(assisting, A::kPartIn, says("报完")).has_value());
  CHECK(script.facts().parts_in.size() == 1);
  // The evidence must be there too.
  CHECK(code(script.by(script.as(Role::kUnitHead), A::kAskFinish, says("完成"))) ==
        ErrorCode::kInvalid);
  CHECK(script.by(assisting, A::kAttach, {}, {{"a", "照片.jpg", "image/jpeg", 1}}).has_value());
  CHECK(script.by(script.as(Role::kUnitHead), A::kAskFinish, says("完成")).has_value());
}

TEST_CASE("an assisting part can be waived by the approver") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.content.assist_units = {unit_of(town, "西桥村")};
  script.to(S::kInProgress);
  auto waive = says("已由镇里统一做");
  CHECK(code(script.by(script.as(Role::kApprover), A::kWaivePart, waive)) == ErrorCode::kInvalid);
  waive.unit = unit_of(town, "西桥村");
  CHECK(code(script.by(script.as(Role::kSecretary), A::kWaivePart, waive)) ==
        ErrorCode::kForbidden);
  CHECK(script.by(script.as(Role::kApprover), A::kWaivePart, waive).has_value());
  CHECK(script.facts().parts_in.size() == 1);
}

TEST_CASE("what an act needs is said") {
  const auto town = demo_directory();
  const auto refused = [&](S state, Role role, A act, TaskEntry entry) {
    TaskScript script(town);
    script.to(state);
    INFO(act_in_words(act));
    CHECK(code(script.by(script.as(role), act, std::move(entry))) == ErrorCode::kInvalid);
  };
  for (const auto& [state, role, act] : std::vector<std::tuple<S, Role, A>>{
           {S::kReview, Role::kApprover, A::kSendBack},
           {S::kIssued, Role::kLiaison, A::kSign},
           {S::kIssued, Role::kLiaison, A::kAskReassign},
           {S::kInProgress, Role::kLiaison, A::kReport},
           {S::kInProgress, Role::kUnitHead, A::kAskFinish},
           {S::kInProgress, Role::kApprover, A::kSuspend},
           {S::kInProgress, Role::kApprover, A::kWithdraw},
           {S::kInProgress, Role::kLiaison, A::kAskExtension},
           {S::kFinishAsked, Role::kApprover, A::kReturn},
           {S::kFinished, Role::kApprover, A::kReopen},
           {S::kFinished, Role::kSecretary, A::kCheckBack},
           {S::kStruckOff, Role::kSecretary, A::kArchive}})
    refused(state, role, act, {});
  refused(S::kInProgress, Role::kApprover, A::kSuspend, on_day(5, 27));  // not after today
  refused(S::kInProgress, Role::kLiaison, A::kAskExtension, on_day(6, 10));  // not after the due
}

TEST_CASE("a draft names everything that is missing before it is submitted") {
  const auto town = demo_directory();
  TaskContent content;
  const auto keys = [&] {
    std::set<std::string> set;
    for (const auto& one : lacks_of(content, town)) set.insert(one.key);
    return set;
  };
  CHECK(keys() == std::set<std::string>{"title", "lead_unit", "contact", "due", "evidence"});
  content.title = "巡河";
  content.lead_unit = unit_of(town, "东溪村");
  content.contact = "河道专管员";
  content.evidence = "照片";
  content.standing = true;
  CHECK(keys() == std::set<std::string>{"due", "period", "last_resort"});
  content.period = ReportPeriod::kWeek;
  content.card = {{"兜底", unit_of(town, "城运办"), {}, {}}};
  CHECK(keys() == std::set<std::string>{"last_resort_area"});  // always a 块 unit
  content.card = {{"兜底", content.lead_unit, {}, {}}, {"兜底", unit_of(town, "西桥村"), {}, {}}};
  CHECK(keys() == std::set<std::string>{"last_resort"});  // exactly one
  content.card = {{"主体", content.lead_unit, {}, {}}, {"兜底", content.lead_unit, {}, {}}};
  CHECK(keys().empty());
  content.lead_unit = unit_of(town, "城运办");
  content.card.clear();
  CHECK(keys().empty());  // not territorial
  content.object = "东溪村";
  CHECK(keys() == std::set<std::string>{"last_resort"});  // its object is
  content = {};
  content.title = "防汛自查";
  content.fan_out = "各村居";
  content.evidence = "照片";
  content.due = std::chrono::year{2020} / 6 / 5;
  CHECK(keys().empty());  // a parent needs no lead and no 兜底 of its own
}

TEST_CASE("an important task is finished or returned by the leader") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.content.important = true;
  script.to(S::kFinishAsked);
  CHECK(code(script.by(script.as(Role::kApprover), A::kFinish)) == ErrorCode::kForbidden);
  CHECK(code(script.by(script.as(Role::kApprover), A::kReturn, says("补"))) ==
        ErrorCode::kForbidden);
  CHECK(script.by(script.as(Role::kLeader), A::kReturn, says("补充照片")).has_value());
  CHECK(script.facts().returned_at.size() == 1);
  script.by(script.as(Role::kUnitHead), A::kAskFinish, says("已补"));
  CHECK(script.by(script.as(Role::kLeader), A::kFinish).has_value());
  CHECK(script.facts().requests.size() == 2);
}

TEST_CASE("finished from the request that passed, not from the decision") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.at(6, 9, 17).to(S::kFinishAsked);
  script.at(6, 12);
  CHECK(script.times().with_office);
  CHECK(!script.times().overdue);  // the unit's clock stands
  REQUIRE(script.by(script.as(Role::kApprover), A::kFinish).has_value());
  CHECK(script.calendar.day_of(*script.facts().finished_at) ==
        Day{std::chrono::year{2020} / 6 / 9});
  CHECK(!script.times().late);
  CHECK(script.times().light == Light::kNone);
}

TEST_CASE("strike-off needs a check-back, the clerk and the leader in charge, in any order") {
  const auto town = demo_directory();
  for (const bool leader_first : {true, false}) {
    TaskScript script(town);
    script.content.card.push_back({"包干", {}, post_of(town, "镇党委政府", "副镇长"), {}});
    script.to(S::kFinished);
    const auto clerk = script.as(Role::kSecretary), leader = script.as(Role::kLeader);
    CHECK(code(script.by(clerk, A::kStrikeOff)) == ErrorCode::kConflict);
    auto bad = says("现场未整改", "督办员");
    bad.passed = false;
    script.by(clerk, A::kCheckBack, bad);
    CHECK(code(script.by(clerk, A::kStrikeOff)) == ErrorCode::kConflict);
    script.by(clerk, A::kCheckBack, says("属实", "督办员"));
    CHECK(code(script.by(script.as(Role::kApprover), A::kStrikeOff)) == ErrorCode::kForbidden);
    REQUIRE(script.by(leader_first ? leader : clerk, A::kStrikeOff).has_value());
    CHECK(script.task().state() == S::kFinished);
    CHECK(code(script.by(leader_first ? leader : clerk, A::kStrikeOff)) == ErrorCode::kConflict);
    REQUIRE(script.by(leader_first ? clerk : leader, A::kStrikeOff).has_value());
    CHECK(script.task().state() == S::kStruckOff);
  }
  TaskScript script(town);  // no leader in charge: the clerk alone
  script.to(S::kStruckOff);
  CHECK(script.facts().struck_by_clerk);
}

TEST_CASE("reassignment: only within the sign limit, which starts anew") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.at(5, 28).to(S::kIssued);  // Thursday; the limit is Friday 24:00
  CHECK(script.times().sign_limit == script.calendar.end_of(Day{std::chrono::year{2020} / 5 / 29}));
  const auto unit = script.as(Role::kLiaison), office = script.as(Role::kApprover);
  REQUIRE(script.by(unit, A::kAskReassign, says("不是我们的事")).has_value());
  CHECK(script.task().state() == S::kReview);
  CHECK(script.times().with_office);
  CHECK(code(script.by(office, A::kIssue)) == ErrorCode::kConflict);
  CHECK(code(script.by(office, A::kSendBack, says("x"))) == ErrorCode::kConflict);
  script.at(6, 1);
  REQUIRE(script.by(office, A::kRefuseReassign, says("属于你村")).has_value());
  CHECK(script.task().state() == S::kIssued);
  CHECK(script.task().number() == "示督〔2020〕12号");
  CHECK(script.times().sign_limit == script.calendar.end_of(Day{std::chrono::year{2020} / 6 / 2}));
  REQUIRE(script.by(unit, A::kAskReassign, says("再请示")).has_value());
  auto other = says("");
  other.unit = unit_of(town, "东溪村");
  other.person = "主任";
  CHECK(code(script.by(office, A::kReassign, other)) == ErrorCode::kInvalid);  // the same unit
  other.unit = unit_of(town, "西桥村");
  REQUIRE(script.by(office, A::kReassign, other).has_value());
  CHECK(script.task().content().lead_unit == other.unit);
  CHECK(code(script.by(unit, A::kSign, says("", "我"))) == ErrorCode::kForbidden);
  script.at(6, 3);
  CHECK(script.times().sign_late);
  CHECK(code(script.by(script.as(Role::kLiaison, "西桥村"), A::kAskReassign, says("晚了"))) ==
        ErrorCode::kConflict);
  CHECK(script.by(script.as(Role::kLiaison, "西桥村"), A::kSign, says("", "主任")).has_value());
}

TEST_CASE("extension: before the due, agreed by the head, decided by the approver, from the asking") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(S::kInProgress);
  const auto liaison = script.as(Role::kLiaison), office = script.as(Role::kApprover);
  CHECK(code(script.by(office, A::kExtend)) == ErrorCode::kConflict);
  script.at(6, 10, 23, 59);
  REQUIRE(script.by(liaison, A::kAskExtension, on_day(6, 20)).has_value());
  CHECK(code(script.by(liaison, A::kAskExtension, on_day(6, 21))) == ErrorCode::kConflict);
  script.at(6, 12);
  CHECK(!script.times().overdue);  // with the office
  CHECK(script.times().light == Light::kYellow);  // as it was when it was asked
  CHECK(code(script.by(office, A::kExtend)) == ErrorCode::kConflict);  // the head first
  CHECK(code(script.by(liaison, A::kAgreeExtension)) == ErrorCode::kForbidden);
  REQUIRE(script.by(script.as(Role::kUnitHead), A::kAgreeExtension).has_value());
  REQUIRE(script.by(office, A::kExtend, on_day(6, 18)).has_value());
  CHECK(script.facts().due == std::chrono::year{2020} / 6 / 18);
  CHECK(script.facts().original_due == std::chrono::year{2020} / 6 / 10);
  REQUIRE(script.facts().due_changes.size() == 1);
  CHECK(script.facts().extended_at.size() == 1);
  script.at(6, 19, 0, 1);
  CHECK(script.times().overdue);
  CHECK(code(script.by(liaison, A::kAskExtension, on_day(6, 30))) == ErrorCode::kConflict);
}

TEST_CASE("a refused extension lets the clock run again from the old due") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(S::kInProgress).at(6, 10);
  REQUIRE(script.by(script.as(Role::kUnitHead), A::kAskExtension, on_day(6, 20)).has_value());
  script.at(6, 12);
  CHECK(!script.times().overdue);
  REQUIRE(script.by(script.as(Role::kApprover), A::kRefuseExtension, says("抓紧")).has_value());
  CHECK(script.times().overdue);
  CHECK(script.times().light == Light::kRed);
}

TEST_CASE("a suspension moves the due by its days and no light shows while it lasts") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(S::kInProgress).at(6, 8);
  REQUIRE(script.by(script.as(Role::kApprover), A::kSuspend, on_day(6, 20)).has_value());
  script.at(6, 15);
  CHECK(script.times().light == Light::kNone);
  CHECK(!script.times().overdue);
  SECTION("by itself at 00:00 of its date: 12 days, and on to a working day") {
    script.at(6, 20, 0, 0);
    REQUIRE(script.by(Actor{}, A::kResume).has_value());
    CHECK(script.task().state() == S::kInProgress);
    CHECK(script.facts().due == std::chrono::year{2020} / 6 / 22);
  }
  SECTION("earlier by hand: 7 days") {
    REQUIRE(script.by(script.as(Role::kApprover), A::kResume).has_value());
    CHECK(script.facts().due == std::chrono::year{2020} / 6 / 17);
  }
  CHECK(script.facts().original_due == std::chrono::year{2020} / 6 / 10);
}

TEST_CASE("a suspended task goes back to the state it had") {
  const auto town = demo_directory();
  for (const auto state : {S::kReview, S::kIssued, S::kFinishAsked}) {
    TaskScript script(town);
    script.to(state);
    script.by(script.as(Role::kApprover), A::kSuspend, on_day(6, 1));
    script.by(script.as(Role::kApprover), A::kResume);
    CHECK(script.task().state() == state);
  }
}

TEST_CASE("entered by the office: the same effect, marked, and from the time it was said") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.at(5, 28, 9).to(S::kIssued);
  const auto clerk = script.as(Role::kSecretary);
  CHECK(code(script.by(clerk, A::kSign, says("", "主任"))) == ErrorCode::kForbidden);
  script.at(6, 1, 10);  // Monday; said on Friday
  auto entry = recorded(says("", "主任"));
  entry.said_at = script.now - std::chrono::hours{72};
  CHECK(code(script.by(script.as(Role::kApprover), A::kSign, entry)) == ErrorCode::kForbidden);
  REQUIRE(script.by(clerk, A::kSign, entry).has_value());
  CHECK(script.facts().signed_at == entry.said_at);
  CHECK(!script.times().sign_late);
  CHECK(script.task().signed_by_office());
  entry.said_at = script.now + std::chrono::hours{1};
  entry.text = "进展";
  CHECK(code(script.by(clerk, A::kReport, entry)) == ErrorCode::kInvalid);  // the future
  entry.said_at = script.now - std::chrono::hours{24 * 10};
  CHECK(code(script.by(clerk, A::kReport, entry)) == ErrorCode::kInvalid);  // before the issue
}

TEST_CASE("one signed task sheet: the office records the leader's signature on a draft") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.draft();
  const auto clerk = script.as(Role::kSecretary);
  CHECK(code(script.by(clerk, A::kIssue)) == ErrorCode::kForbidden);
  REQUIRE(script.by(clerk, A::kIssue, recorded({}, "签批")).has_value());
  CHECK(script.task().state() == S::kIssued);
}

TEST_CASE("only a child can be waived") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(S::kInProgress);
  CHECK(code(script.by(script.as(Role::kApprover), A::kWaive, says("无河道"))) ==
        ErrorCode::kConflict);
  TaskScript child(town);
  child.source.parent = TaskId::make();
  child.to(S::kIssued);
  CHECK(code(child.by(child.as(Role::kSecretary), A::kWaive, says("无河道"))) ==
        ErrorCode::kForbidden);
  REQUIRE(child.by(child.as(Role::kApprover), A::kWaive, says("无河道")).has_value());
  CHECK(child.facts().waived);
}

TEST_CASE("a standing task does not finish") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.content.standing = true;
  script.content.period = ReportPeriod::kWeek;
  script.content.due.reset();
  script.to(S::kInProgress);
  CHECK(code(script.by(script.as(Role::kUnitHead), A::kAskFinish, says("完成"))) ==
        ErrorCode::kConflict);
}

TEST_CASE("the percentage never falls without a reason") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(S::kInProgress);
  auto entry = says("过半");
  entry.percent = 60;
  REQUIRE(script.by(script.as(Role::kLiaison), A::kReport, entry).has_value());
  entry.percent = 40;
  CHECK(code(script.by(script.as(Role::kLiaison), A::kReport, entry)) == ErrorCode::kInvalid);
  entry.reason = "重新核算";
  CHECK(script.by(script.as(Role::kLiaison), A::kReport, entry).has_value());
  CHECK(script.facts().percent == 40);
  entry.percent = 101;
  CHECK(code(script.by(script.as(Role::kLiaison), A::kReport, entry)) == ErrorCode::kInvalid);
}

TEST_CASE("an empty report is marked by the clerk with a reason, once") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(S::kInProgress);
  script.by(script.as(Role::kLiaison), A::kReport, says("正常"));
  auto mark = says("没有内容");
  CHECK(code(script.by(script.as(Role::kSecretary), A::kMarkEmpty, mark)) == ErrorCode::kInvalid);
  mark.report = script.facts().reports.back().seq;
  CHECK(code(script.by(script.as(Role::kLiaison), A::kMarkEmpty, mark)) == ErrorCode::kForbidden);
  REQUIRE(script.by(script.as(Role::kSecretary), A::kMarkEmpty, mark).has_value());
  CHECK(script.facts().reports.back().empty);
  CHECK(code(script.by(script.as(Role::kSecretary), A::kMarkEmpty, mark)) == ErrorCode::kConflict);
}

TEST_CASE("one's own last step can be taken back for ten minutes") {
  const auto town = demo_directory();
  TaskScript script(town);
  script.to(S::kFinishAsked);
  const auto office = script.as(Role::kApprover);
  REQUIRE(script.by(office, A::kReturn, says("点错")).has_value());
  CHECK(code(script.by(script.as(Role::kUnitHead), A::kTakeBack)) == ErrorCode::kConflict);
  REQUIRE(script.by(office, A::kTakeBack).has_value());
  CHECK(script.task().state() == S::kFinishAsked);
  CHECK(script.facts().returned_at.empty());
  CHECK(code(script.by(office, A::kTakeBack)) == ErrorCode::kConflict);  // once
  script.by(office, A::kFinish);
  script.now += std::chrono::minutes{11};
  CHECK(code(script.by(office, A::kTakeBack)) == ErrorCode::kGone);
}

TEST_CASE("events written before there was a review are still read") {
  Task task(TaskId::make());
  StoredEvent event;
  event.seq = 1;
  event.payload = TaskDrafted{};
  task.apply(event);
  TaskIssued issued;
  issued.number = "示督〔2020〕1号";
  event.payload = issued;
  task.apply(event);
  CHECK(task.state() == S::kIssued);
  TaskSignedFor signed_for;
  signed_for.responsible = "主任";
  event.payload = signed_for;
  task.apply(event);
  CHECK(task.state() == S::kInProgress);
  CHECK(task.responsible() == "主任");
}
