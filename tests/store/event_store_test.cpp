// Appending and loading: order, conflicts, commands applied once, numbers without gaps, the hash
// chain.
#include <catch2/catch.hpp>

#include "store/event_codec.h"
#include "tests/store/every_event.h"
#include "tests/store/open_store.h"

using namespace huiban;
using namespace huiban::domain;
using test::kAt;

namespace {

struct Opened {
  test::TempDatabase files;
  std::unique_ptr<store::Store> store = test::open_store(files.path());
  EventStore& events() { return store->events(); }
  void reopen() {
    store.reset();
    store = test::open_store(files.path());
  }
  Result<std::vector<StoredEvent>> append(const StreamId& stream, std::uint64_t expected,
                                          std::vector<EventPayload> payloads,
                                          CommandId command = CommandId::make()) {
    return events().append(stream, expected, test::secretary(), command, kAt, std::move(payloads));
  }
};

bool same(const StoredEvent& a, const StoredEvent& b) {
  return a.stream == b.stream && a.seq == b.seq && a.at == b.at && a.command == b.command &&
         a.hash == b.hash && a.actor.label == b.actor.label && a.actor.account == b.actor.account &&
         store::encode(a.payload)->body == store::encode(b.payload)->body;
}

}  // namespace

TEST_CASE("every kind of event is there after reopening the file") {
  Opened db;
  const auto meeting = StreamId::of(MeetingId::make());
  const auto stored = db.append(meeting, 0, test::every_event());
  REQUIRE(stored.has_value());
  db.reopen();
  const auto loaded = db.events().load(meeting);
  REQUIRE(loaded.has_value());
  REQUIRE(loaded->size() == std::variant_size_v<EventPayload>);
  for (std::size_t i = 0; i < loaded->size(); ++i) {
    INFO(i);
    CHECK(loaded->at(i).seq == i + 1);
    CHECK(same(loaded->at(i), stored->at(i)));
  }
  CHECK(db.store->verify_chain()->intact);
}

TEST_CASE("streams are listed per kind in the order they began; unknown ones are empty") {
  Opened db;
  const auto first = StreamId::of(MeetingId::make()), second = StreamId::of(MeetingId::make());
  const auto task = StreamId::of(TaskId::make());
  REQUIRE(db.append(second, 0, {MeetingCreated{}}));
  REQUIRE(db.append(first, 0, {MeetingCreated{}}));
  REQUIRE(db.append(task, 0, {TaskDrafted{}}));
  REQUIRE(db.append(second, 1, {MeetingStarted{}}));
  REQUIRE(db.append(StreamId::directory(), 0, {DirectoryImported{}}));
  CHECK(*db.events().streams(StreamKind::kMeeting) == std::vector{second, first});
  CHECK(*db.events().streams(StreamKind::kTask) == std::vector{task});
  CHECK(db.events().load(StreamId::of(MeetingId::make()))->empty());
  CHECK(db.events().load(StreamId::directory())->size() == 1);
}

TEST_CASE("an append that does not continue the stream is a conflict and changes nothing") {
  Opened db;
  const auto meeting = StreamId::of(MeetingId::make());
  REQUIRE(db.append(meeting, 0, {MeetingCreated{}, MeetingStarted{}}));
  for (const std::uint64_t expected : {0, 1, 3}) {
    const auto refused = db.append(meeting, expected, {BannerSet{"迟了"}});
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::kConflict);
  }
  CHECK(db.events().load(meeting)->size() == 2);
  CHECK(db.append(meeting, 2, {BannerSet{"正好"}}).has_value());
}

TEST_CASE("a command is applied once and its outcome is kept") {
  Opened db;
  const auto meeting = StreamId::of(MeetingId::make());
  const auto command = CommandId::make();
  CHECK(!db.events().find_command(command));
  REQUIRE(db.append(meeting, 0, {MeetingCreated{}, BannerSet{"一"}}, command));
  db.reopen();
  const auto outcome = db.events().find_command(command);
  REQUIRE(outcome.has_value());
  CHECK(outcome->stream == meeting);
  CHECK(outcome->seq == 2);
  const auto again = db.append(meeting, 2, {BannerSet{"二"}}, command);
  REQUIRE(!again.has_value());
  CHECK(again.error().code == ErrorCode::kConflict);
  CHECK(db.events().load(meeting)->size() == 2);
}

TEST_CASE("numbers run without gaps per series and year") {
  Opened db;
  const auto next = [&](const char* series, int year) {
    return db.events().next_number(series, year).value();
  };
  const auto spend = [&] { REQUIRE(db.append(StreamId::of(TaskId::make()), 0, {TaskDrafted{}})); };
  CHECK(next("task", 2020) == 1);
  spend();
  CHECK(next("task", 2020) == 2);
  CHECK(next("task", 2021) == 1);
  CHECK(next("meeting", 2020) == 1);
  spend();
  CHECK(next("task", 2020) == 3);
  CHECK(next("meeting", 2020) == 2);
}

TEST_CASE("a number is not spent by an append that fails") {
  Opened db;
  const auto meeting = StreamId::of(MeetingId::make());
  REQUIRE(db.append(meeting, 0, {MeetingCreated{}}));
  SECTION("by a conflict") {
    CHECK(*db.events().next_number("meeting", 2020) == 1);
    REQUIRE(!db.append(meeting, 0, {MeetingConvened{"〔2020〕1号"}}).has_value());
    REQUIRE(db.append(meeting, 1, {BannerSet{"别的"}}));  // does not spend it either
  }
  SECTION("by a text that cannot be stored") {
    CHECK(*db.events().next_number("meeting", 2020) == 1);
    const auto refused = db.append(meeting, 1, {MeetingConvened{"\xff"}});
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::kMalformed);
  }
  SECTION("by a stop before it") {
    CHECK(*db.events().next_number("meeting", 2020) == 1);
  }
  db.reopen();
  CHECK(*db.events().next_number("meeting", 2020) == 1);
  const auto seq = db.events().load(meeting)->size();
  REQUIRE(db.append(meeting, seq, {MeetingConvened{"〔2020〕1号"}}));
  db.reopen();
  CHECK(*db.events().next_number("meeting", 2020) == 2);
}

TEST_CASE("an append of several events is whole or not there") {
  Opened db;
  const auto meeting = StreamId::of(MeetingId::make());
  const auto command = CommandId::make();
  REQUIRE(!db.append(meeting, 0, {MeetingCreated{}, BannerSet{"好"}, BannerSet{"\xff"}}, command));
  CHECK(db.events().load(meeting)->empty());
  CHECK(db.events().streams(StreamKind::kMeeting)->empty());
  CHECK(!db.events().find_command(command));
  CHECK(test::raw_sql(db.files.path(), "SELECT count(*) FROM meeting") == "0\n");
}

TEST_CASE("the last sign of life is the one found at start") {
  Opened db;
  CHECK(!db.events().last_alive());
  REQUIRE(db.events().mark_alive(kAt));
  REQUIRE(db.events().mark_alive(kAt + Milliseconds{5001}));
  CHECK(!db.events().last_alive());
  db.reopen();
  CHECK(db.events().last_alive() == kAt + Milliseconds{5001});
  REQUIRE(db.events().mark_alive(kAt + Milliseconds{9000}));
  CHECK(db.events().last_alive() == kAt + Milliseconds{5001});
}

namespace {

// Two meetings of three events each, then one change past the store.
store::ChainReport after(const std::string& sql, StreamId* second = nullptr) {
  Opened db;
  const auto one = StreamId::of(MeetingId::make()), two = StreamId::of(MeetingId::make());
  for (const auto& stream : {one, two}) {
    REQUIRE(db.append(stream, 0, {MeetingCreated{test::full_plan()}}));
    REQUIRE(
        db.append(stream, 1, {NoteSaved{AgendaItemId::make(), 1, "抓紧落实"}, MeetingStarted{}}));
  }
  REQUIRE(db.store->verify_chain()->intact);
  if (second) *second = two;
  test::raw_sql(db.files.path(),
                "DROP TRIGGER event_is_kept; DROP TRIGGER event_is_not_rewritten;" + sql);
  return *db.store->verify_chain();
}

}  // namespace

TEST_CASE("the chain tells that something was changed, and where first") {
  StreamId stream;
  SECTION("nothing was changed") {
    const auto report = after("");
    CHECK(report.intact);
    CHECK(report.streams == 2);
    CHECK(report.events == 6);
    CHECK(report.first_fault.empty());
  }
  SECTION("one byte of a note") {
    const auto report =
        after("UPDATE event SET body = replace(body, '抓紧', '抓緊') WHERE id IN (5, 6)", &stream);
    CHECK(!report.intact);
    CHECK(report.first_fault == "meeting " + uuid_to_string(stream.id) + " #2");
  }
  SECTION("the last byte of a hash") {
    const auto report = after(
        "UPDATE event SET hash = CAST(substr(hash, 1, 31) || CASE substr(hash, 32) WHEN x'00' "
        "THEN x'01' ELSE x'00' END AS BLOB) WHERE id = 4",
        &stream);
    CHECK(!report.intact);
    CHECK(report.first_fault == "meeting " + uuid_to_string(stream.id) + " #1");
  }
  SECTION("the time") {
    CHECK(!after("UPDATE event SET at = at + 1 WHERE id = 2").intact);
  }
  SECTION("who did it") {
    CHECK(!after("UPDATE event SET actor = replace(actor, '秘书', '主任') WHERE id = 2").intact);
  }
  SECTION("the command") {
    CHECK(!after("UPDATE event SET command_id = randomblob(16) WHERE id = 2").intact);
  }
  SECTION("the kind of event") {
    CHECK(!after("UPDATE event SET type = 'meeting_ended' WHERE id = 3").intact);
  }
  SECTION("an event in the middle is gone") {
    CHECK(!after("DELETE FROM event WHERE id = 2").intact);
  }
  SECTION("the end of a list is gone") {
    const auto report = after("DELETE FROM event WHERE id = 6", &stream);
    CHECK(!report.intact);
    CHECK(report.first_fault == "meeting " + uuid_to_string(stream.id) + " #3");
  }
  SECTION("a whole list is gone") {
    CHECK(!after("DELETE FROM event WHERE id > 3").intact);
  }
  SECTION("an event was moved to another list") {
    CHECK(!after("UPDATE event SET stream_id = (SELECT stream_id FROM event WHERE id = 1), seq = 4 "
                 "WHERE id = 6")
               .intact);
  }
}

TEST_CASE("stored events cannot be changed or deleted by a mistaken statement") {
  Opened db;
  REQUIRE(db.append(StreamId::directory(), 0, {DirectoryImported{}}));
  REQUIRE(db.store->audit().record({kAt, "mishu", "sign_in", "", "ok"}));
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(db.files.path().c_str(), &handle) == SQLITE_OK);
  for (const char* sql : {"DELETE FROM event", "UPDATE event SET body = '{}'", "DELETE FROM audit",
                          "UPDATE audit SET actor = 'x'"}) {
    INFO(sql);
    CHECK(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
  }
  sqlite3_close(handle);
  CHECK(db.store->verify_chain()->intact);
}

TEST_CASE("an event of a newer program stops loading with a sentence that says where") {
  Opened db;
  const auto meeting = StreamId::of(MeetingId::make());
  REQUIRE(db.append(meeting, 0, {MeetingCreated{}, MeetingStarted{}}));
  test::raw_sql(db.files.path(),
                "DROP TRIGGER event_is_not_rewritten;"
                "UPDATE event SET type = 'meeting_levitated' WHERE seq = 2");
  const auto loaded = db.events().load(meeting);
  REQUIRE(!loaded.has_value());
  CHECK(loaded.error().code == ErrorCode::kStorage);
  CHECK(loaded.error().en.find("meeting_levitated") != std::string::npos);
  CHECK(loaded.error().detail.find(uuid_to_string(meeting.id) + " #2") != std::string::npos);
}
