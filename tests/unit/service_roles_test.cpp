// Who may do what, as one table: each command by each role, allowed as often as refused.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

using Try = std::function<Result<Applied>(Office&, const Command&, MeetingId)>;

struct Row {
  const char* command;
  std::set<Role> may;
  Try attempt;
};

const std::vector<Role> kAllRoles = {Role::kAdministrator, Role::kSecretary, Role::kApprover,
                                     Role::kLeader,        Role::kUnitHead,  Role::kLiaison,
                                     Role::kVenueDevice,   Role::kObserver,  Role::kAuditor};
const std::set<Role> kOffice = {Role::kSecretary};
const std::set<Role> kChair = {Role::kSecretary, Role::kLeader};
const std::set<Role> kRoom = {Role::kUnitHead, Role::kLiaison, Role::kVenueDevice};
const std::set<Role> kRoomAndOffice = {Role::kUnitHead, Role::kLiaison, Role::kVenueDevice,
                                       Role::kSecretary};

template <class Answer>
Result<Applied> seq_of(const Result<Answer>& answer) {
  if (!answer) return tl::make_unexpected(answer.error());
  return Applied{answer->seq};
}

Result<Applied> wait(Office& office, const std::function<void(Service::Done)>& command) {
  return office.run(command)->value();
}

TaskContent complete_task(const Office& office) {
  TaskContent content;
  content.title = "完成网格员调整";
  content.lead_unit = unit_of(office.town, "东溪村");
  content.contact = "党总支书记";
  content.due = std::chrono::year{2020} / 6 / 10;
  content.evidence = "名单";
  return content;
}

TaskId drafted(Office& office) {
  return office.service->draft_task(office.secretary(), complete_task(office), {}).value().task;
}

TaskId submitted(Office& office) {
  const auto task = drafted(office);
  office.service->act_on_task(office.secretary(), task, {TaskAct::kSubmit, {}, {}});
  return task;
}

// The meeting is running, the command comes from 东溪村 where a unit or a room matters.
const std::vector<Row> kTable = {
    {"import the directory",
     {Role::kSecretary, Role::kAdministrator},
     [](Office& o, const Command& c, MeetingId) { return o.service->import_directory(c, o.town); }},
    {"create a meeting", kOffice,
     [](Office& o, const Command& c, MeetingId) {
       return seq_of(o.service->create_meeting(c, meeting_b(o.town)));
     }},
    {"revise a plan", kOffice,
     [](Office& o, const Command& c, MeetingId) {
       const auto plan = meeting_b(o.town);
       return o.service->revise_plan(c, o.plan(plan), plan, std::nullopt);
     }},
    {"convene", kOffice,
     [](Office& o, const Command& c, MeetingId) {
       return o.service->convene(c, o.plan(meeting_b(o.town)));
     }},
    {"start", kOffice,
     [](Office& o, const Command& c, MeetingId) {
       return o.service->start_meeting(c, o.convened_a());
     }},
    {"end", kOffice,
     [](Office& o, const Command& c, MeetingId id) {
       return wait(o, [&](auto done) { o.service->end_meeting(c, id, done); });
     }},
    {"sign in", kRoomAndOffice,
     [](Office& o, const Command& c, MeetingId id) {
       return o.service->sign_in(c, id, {o.seat(id, "东溪村", "安全干部")}, std::nullopt,
                                 SignInMethod::kBrowser, "网页打不开", std::nullopt);
     }},
    {"take a sign-in back", kRoomAndOffice,
     [](Office& o, const Command& c, MeetingId id) {
       const auto seat = o.seat(id, "东溪村", "安全干部");
       o.service->sign_in(o.liaison("东溪村"), id, {seat}, std::nullopt, SignInMethod::kBrowser, "",
                          std::nullopt);
       return o.service->take_back_sign_in(c, id, {seat}, "点错");
     }},
    {"set the stage", kOffice,
     [](Office& o, const Command& c, MeetingId id) {
       return o.service->set_stage(c, id, o.venue(id, "东溪村"), std::nullopt);
     }},
    {"ask for the floor", kRoom,
     [](Office& o, const Command& c, MeetingId id) {
       return o.service->request_floor(c, id, o.venue(id, "东溪村"));
     }},
    {"withdraw the request", kRoomAndOffice,
     [](Office& o, const Command& c, MeetingId id) {
       return o.service->withdraw_request(c, id, o.venue(id, "东溪村"));
     }},
    {"grant the floor", kChair,
     [](Office& o, const Command& c, MeetingId id) {
       return o.service->grant_floor(c, id, o.venue(id, "东溪村"));
     }},
    {"revoke the floor", kChair,
     [](Office& o, const Command& c, MeetingId id) {
       o.service->grant_floor(o.secretary(), id, o.venue(id, "东溪村"));
       return wait(
           o, [&](auto done) { o.service->revoke_floor(c, id, o.venue(id, "东溪村"), "", done); });
     }},
    {"mute all", kChair,
     [](Office& o, const Command& c, MeetingId id) {
       return wait(o, [&](auto done) { o.service->mute_all(c, id, done); });
     }},
    {"next item", kOffice,
     [](Office& o, const Command& c, MeetingId id) {
       return wait(o, [&](auto done) { o.service->next_item(c, id, done); });
     }},
    {"undo the next item", kOffice,
     [](Office& o, const Command& c, MeetingId id) {
       o.next(id);
       return wait(o, [&](auto done) { o.service->undo_next_item(c, id, done); });
     }},
    {"save a note", kOffice,
     [](Office& o, const Command& c, MeetingId id) {
       return o.service->save_note(c, id, o.meeting(id).plan().agenda[0].id, "开场", 0);
     }},
    {"set the banner", kOffice,
     [](Office& o, const Command& c, MeetingId id) {
       return o.service->set_banner(c, id, "防汛工作会议");
     }},
    {"draft a task", kOffice,
     [](Office& o, const Command& c, MeetingId) {
       return seq_of(o.service->draft_task(c, complete_task(o), {}));
     }},
    {"revise a task", kOffice,
     [](Office& o, const Command& c, MeetingId) {
       return o.service->revise_task(c, drafted(o), complete_task(o));
     }},
    {"issue a task",
     {Role::kApprover, Role::kLeader},
     [](Office& o, const Command& c, MeetingId) { return o.service->issue_task(c, submitted(o)); }},
    {"sign for a task",
     {Role::kUnitHead, Role::kLiaison},
     [](Office& o, const Command& c, MeetingId) {
       const auto task = submitted(o);
       o.service->issue_task(o.as(Role::kApprover), task);
       return o.service->sign_for_task(c, task, "党总支书记");
     }},
};

Command by(Office& office, Role role, MeetingId id) {
  if (role == Role::kLiaison) return office.liaison("东溪村");
  if (role == Role::kUnitHead) return office.unit_head("东溪村");
  if (role == Role::kVenueDevice) return office.device(id, "东溪村");
  return office.as(role);
}

}  // namespace

TEST_CASE("every command by every role") {
  for (const auto& row : kTable)
    for (const auto role : kAllRoles) {
      Office office;
      const auto id = office.running_a();
      const auto command = by(office, role, id);
      INFO(row.command << ", role " << int(role));
      const auto answer = row.attempt(office, command, id);
      if (row.may.count(role)) {
        INFO((answer ? "" : answer.error().en));
        CHECK(answer.has_value());
      } else {
        REQUIRE(!answer.has_value());
        CHECK(answer.error().code == ErrorCode::kForbidden);
        CHECK(!answer.error().zh.empty());
        CHECK(!answer.error().en.empty());
        CHECK(!office.store.find_command(command.id).has_value());
      }
    }
}

TEST_CASE("every command is applied once and answered alike") {
  for (const auto& row : kTable) {
    Office office;
    const auto id = office.running_a();
    const auto role = row.may.count(Role::kSecretary) ? Role::kSecretary
                      : row.may.count(Role::kLiaison) ? Role::kLiaison
                                                      : *row.may.begin();
    const auto command = by(office, role, id);
    INFO(row.command);
    const auto first = row.attempt(office, command, id);
    REQUIRE(first.has_value());
    const auto outcome = office.store.find_command(command.id);
    if (!outcome) continue;  // there was nothing to do
    CHECK(outcome->seq == first->seq);
    // The same id for the same stream answers alike; for a new one of the same kind it does not.
    const auto again = row.attempt(office, command, id);
    if (again)
      CHECK(again->seq == first->seq);
    else
      CHECK(again.error().code == ErrorCode::kConflict);
    CHECK(office.store.find_command(command.id)->seq == first->seq);
  }
}

TEST_CASE("a command needs an id, and an id serves one command") {
  Office office;
  const auto id = office.running_a();
  auto command = office.secretary();
  command.id = CommandId{};
  CHECK(office.service->set_banner(command, id, "横幅").error().code == ErrorCode::kMalformed);
  CHECK(office.service->create_meeting(command, meeting_b(office.town)).error().code ==
        ErrorCode::kMalformed);
  command.id = CommandId::make();
  REQUIRE(office.service->set_banner(command, id, "横幅").has_value());
  const auto task = office.service->draft_task(command, complete_task(office), {});
  CHECK(task.error().code == ErrorCode::kConflict);
  CHECK(office.service->convene(command, office.plan(meeting_b(office.town))).error().code ==
        ErrorCode::kConflict);
}

TEST_CASE("a full disk refuses every command and changes nothing") {
  for (const auto& row : kTable) {
    Office office;
    const auto id = office.running_a();
    const auto role = row.may.count(Role::kSecretary) ? Role::kSecretary
                      : row.may.count(Role::kLiaison) ? Role::kLiaison
                                                      : *row.may.begin();
    if (std::string(row.command) == "withdraw the request") continue;  // nothing to store
    const auto gates = office.media.gates;
    office.store.disk_full = true;
    const auto before = office.store.count();
    INFO(row.command);
    try {
      const auto answer = row.attempt(office, by(office, role, id), id);
      REQUIRE(!answer.has_value());
    } catch (const std::exception&) {
      // A row that needs something stored beforehand cannot get that far.
    }
    CHECK(office.store.count() == before);
    CHECK(office.media.gates == gates);
    CHECK(office.service->meetings().size() == 1);
    CHECK(office.service->tasks().empty());
  }
}
