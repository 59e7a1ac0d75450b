// Tables of current state: right after each append, and the same when made again from the events.
#include <catch2/catch.hpp>

#include "tests/store/every_event.h"
#include "tests/store/open_store.h"

using namespace huiban;
using namespace huiban::domain;
using test::kAt;

namespace {

std::string all_projections(const std::string& path) {
  std::string all;
  for (const char* query : {"SELECT hex(id), * FROM meeting ORDER BY id",
                            "SELECT hex(id), * FROM seat ORDER BY meeting, id",
                            "SELECT hex(seat), * FROM attendance ORDER BY meeting, seat",
                            "SELECT hex(item), * FROM note ORDER BY meeting, item",
                            "SELECT hex(id), * FROM task ORDER BY id"})
    all += test::raw_sql(path, query) + "--\n";
  return all;
}

struct Office {
  test::TempDatabase files;
  std::unique_ptr<store::Store> store = test::open_store(files.path());
  std::map<StreamId, std::uint64_t> heads;

  void say(const StreamId& stream, std::vector<EventPayload> payloads, int minute = 0) {
    const auto stored =
        store->events().append(stream, heads[stream], test::secretary(), CommandId::make(),
                               kAt + std::chrono::minutes{minute}, std::move(payloads));
    REQUIRE(stored.has_value());
    heads[stream] = stored->back().seq;
  }
  std::string ask(const std::string& sql) { return test::raw_sql(files.path(), sql); }
};

Seat seat(const char* unit, const char* title, VenueKind kind) {
  Seat s;
  s.id = SeatId::make();
  s.unit = UnitId::make();
  s.unit_name = unit;
  s.title = title;
  s.venue = VenueId::make();
  s.venue_kind = kind;
  return s;
}

}  // namespace

TEST_CASE("a meeting's row follows its events") {
  Office office;
  const auto id = MeetingId::make();
  const auto meeting = StreamId::of(id);
  MeetingPlan plan = test::full_plan();
  plan.title = "第一稿";
  office.say(meeting, {MeetingCreated{plan}});
  CHECK(office.ask("SELECT state, seq, title, date, half, start, number FROM meeting") ==
        "0|1|第一稿|2020-05-27|1|540|\n");
  plan.title = "第二稿";
  plan.time = {};
  office.say(meeting, {PlanRevised{plan}});
  CHECK(office.ask("SELECT state, seq, title, date, half, start FROM meeting") ==
        "0|2|第二稿|-|0|-\n");

  // Two posts of one person and one vacant post: four posts, two persons.
  auto first = seat("东溪村", "党总支书记", VenueKind::kMain);
  auto second = seat("东溪村", "行政负责人", VenueKind::kBranch);
  const auto third = seat("西桥村", "安全干部", VenueKind::kBranch);
  auto vacant = seat("西桥村", "卫生干部", VenueKind::kBranch);
  first.person = second.person = PersonId::make();
  vacant.vacant = true;
  office.say(meeting, {MeetingConvened{"〔2020〕3号", {}, {first, second, third, vacant}}});
  CHECK(office.ask("SELECT state, number, posts, expected FROM meeting") == "1|〔2020〕3号|4|2\n");
  CHECK(office.ask(
            "SELECT position, unit_name, title, venue_kind, vacant FROM seat ORDER BY position") ==
        "1|东溪村|党总支书记|0|0\n2|东溪村|行政负责人|1|0\n3|西桥村|安全干部|1|0\n4|西桥村|"
        "卫生干部|1|1\n");

  office.say(meeting, {MeetingStarted{}}, 1);
  office.say(meeting, {MeetingEnded{"〔2020〕4号"}}, 61);
  CHECK(office.ask("SELECT state, minutes_number, (ended_at - started_at) / 60000 FROM meeting") ==
        "3|〔2020〕4号|60\n");
}

TEST_CASE("the first sign-in stands, one taken back is gone, the newest note counts") {
  Office office;
  const auto meeting = StreamId::of(MeetingId::make());
  const auto one = SeatId::make(), two = SeatId::make();
  const auto item = AgendaItemId::make();
  office.say(meeting, {MeetingCreated{test::full_plan()}});
  office.say(meeting, {SeatsSignedIn{{one, two}, std::nullopt, SignInMethod::kBrowser, kAt, ""}});
  office.say(
      meeting,
      {SeatsSignedIn{{one}, std::nullopt, SignInMethod::kPhone, kAt + Milliseconds{9}, "来电"}});
  const auto method_of = [&](SeatId seat) {
    std::string hex = seat.str();
    std::erase(hex, '-');
    return office.ask("SELECT method FROM attendance WHERE seat = x'" + hex + "'");
  };
  CHECK(method_of(one) == "0\n");
  office.say(meeting, {SignInTakenBack{{one}, "点错了"}});
  CHECK(method_of(one).empty());
  CHECK(method_of(two) == "0\n");
  office.say(meeting, {SeatsSignedIn{{one}, std::nullopt, SignInMethod::kPaper, kAt, "纸质"}});
  CHECK(method_of(one) == "5\n");

  office.say(meeting, {NoteSaved{item, 1, "草"}, NoteSaved{item, 2, "定"}});
  CHECK(office.ask("SELECT version, text, by FROM note") == "2|定|党政办秘书\n");
}

TEST_CASE("a task's row follows its events") {
  Office office;
  const auto task = StreamId::of(TaskId::make());
  TaskContent content;
  content.title = "巡河";
  TaskSource source;
  source.meeting = MeetingId::make();
  source.second = 754;
  office.say(task, {TaskDrafted{content, source}});
  CHECK(office.ask("SELECT state, title, due, lead_unit IS NULL, second FROM task") ==
        "0|巡河|-|1|754\n");
  content.due = std::chrono::year{2020} / 6 / 5;
  content.lead_unit = UnitId::make();
  content.contact = "河道专管员";
  office.say(task, {TaskRevised{content}});
  office.say(task, {TaskIssued{"示督〔2020〕12号"}}, 5);
  CHECK(office.ask("SELECT state, number, due, contact, second, seq FROM task") ==
        "1|示督〔2020〕12号|2020-06-05|河道专管员|754|3\n");
  office.say(task, {TaskSignedFor{"副主任"}}, 8);
  CHECK(office.ask("SELECT state, responsible, (signed_at - issued_at) / 60000 FROM task") ==
        "2|副主任|3\n");
  // What depends on the state before is folded: suspended, gone on, and taken back.
  const auto state = [&] { return office.ask("SELECT state, due FROM task"); };
  TaskEntry entry;
  entry.date = std::chrono::year{2020} / 6 / 20;
  office.say(task, {TaskActed{TaskAct::kSuspend, entry, {}, {}}}, 9);
  CHECK(state() == "8|2020-06-05\n");
  office.say(task, {TaskActed{TaskAct::kResume, entry, {}, std::chrono::year{2020} / 6 / 22}}, 10);
  CHECK(state() == "2|2020-06-22\n");
  office.say(task, {TaskActed{TaskAct::kAskFinish, {}, {}, {}}}, 11);
  CHECK(state() == "4|2020-06-22\n");
  office.say(task, {TaskActed{TaskAct::kTakeBack, {}, {}, {}}}, 12);
  CHECK(state() == "2|2020-06-22\n");
}

TEST_CASE("projections made again from the events equal the kept ones") {
  Office office;
  for (int i = 0; i < 3; ++i) {
    const auto meeting = StreamId::of(MeetingId::make());
    const auto task = StreamId::of(TaskId::make());
    for (const auto& event : test::every_event()) {
      const auto name = event.index();
      const bool of_task = name >= EventPayload(TaskDrafted{}).index();
      if (!std::holds_alternative<DirectoryImported>(event))
        office.say(of_task ? task : meeting, {event}, int(name));
    }
  }
  office.say(StreamId::directory(), {DirectoryImported{}});
  const auto kept = all_projections(office.files.path());
  CHECK(std::count(kept.begin(), kept.end(), '\n') > 15);
  REQUIRE(office.store->rebuild_projections());
  CHECK(all_projections(office.files.path()) == kept);
  office.ask(
      "DELETE FROM meeting; DELETE FROM seat; UPDATE attendance SET method = 1; "
      "INSERT INTO task (id, seq, state, title, contact) VALUES (x'00', 1, 0, 'x', '')");
  CHECK(all_projections(office.files.path()) != kept);
  REQUIRE(office.store->rebuild_projections());
  CHECK(all_projections(office.files.path()) == kept);
}

TEST_CASE("a rebuild that meets an unreadable event leaves the projections as they were") {
  Office office;
  const auto meeting = StreamId::of(MeetingId::make());
  office.say(meeting, {MeetingCreated{test::full_plan()}, MeetingStarted{}});
  const auto kept = all_projections(office.files.path());
  office.ask("DROP TRIGGER event_is_not_rewritten; UPDATE event SET body = '{' WHERE seq = 2");
  CHECK(!office.store->rebuild_projections());
  CHECK(all_projections(office.files.path()) == kept);
}
