// The file itself: older and newer versions, damaged and foreign files, backup and restore.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "store/database.h"
#include "store/schema.h"
#include "tests/store/every_event.h"
#include "tests/store/open_store.h"

using namespace huiban;
using namespace huiban::domain;
using test::kAt;
using test::raw_sql;

namespace {

// A meeting with one note, and one task.
MeetingId fill(store::Store& store) {
  const auto meeting = MeetingId::make();
  auto& events = store.events();
  REQUIRE(
      events.append(StreamId::of(meeting), 0, test::secretary(), CommandId::make(), kAt,
                    {MeetingCreated{test::full_plan()}, NoteSaved{AgendaItemId::make(), 1, "记"}}));
  REQUIRE(events.append(StreamId::of(TaskId::make()), 0, test::secretary(), CommandId::make(), kAt,
                        {TaskDrafted{}}));
  return meeting;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string schema_of(const std::string& path) {
  return raw_sql(path, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
}

}  // namespace

TEST_CASE("a file of every older version is migrated and keeps its facts") {
  test::TempDatabase files;
  { test::open_store(files.file("new.db")); }
  for (int version = 0; version < store::newest_schema_version(); ++version) {
    INFO("from version " << version);
    const auto path = files.file("v" + std::to_string(version) + ".db");
    {
      auto database = store::Database::open(path);
      REQUIRE(database.has_value());
      REQUIRE(store::migrate_to(**database, version));
      CHECK((*database)->pragma("user_version") == version);
    }
    if (version == 1) {
      // As version 1 wrote it: one meeting, its hash computed apart, a projection that is no more.
      raw_sql(path, R"(
        INSERT INTO event VALUES (1, 1, x'0190a00000007000800000000000000a', 1, 'meeting_created', 1,
          1590541200000, x'0190a00000007000800000000000000b', '{"label":"党政办秘书","role":1}',
          '{"plan":{"title":"老会议","kind":"专题会"}}',
          x'573ca14f8b837e45539c26fd0182699d27659a33017453f99107c8037956ba18');
        INSERT INTO command VALUES (x'0190a00000007000800000000000000b', 1,
          x'0190a00000007000800000000000000a', 1);
        INSERT INTO meeting (id, seq, title, kind, date, state) VALUES
          (x'0190a00000007000800000000000000a', 1, '老会议', '专题会', '', 0);
        INSERT INTO number_series VALUES ('meeting', 2020, 7);)");
    }
    {
      auto store = test::open_store(path);
      CHECK(*store->events().next_number("meeting", 2020) == (version == 1 ? 8 : 1));
      if (version == 1) {
        const auto meetings = store->events().streams(StreamKind::kMeeting);
        REQUIRE(meetings->size() == 1);
        const auto events = store->events().load(meetings->front());
        REQUIRE(events->size() == 1);
        CHECK(std::get<MeetingCreated>(events->front().payload).plan.title == "老会议");
        CHECK(raw_sql(path, "SELECT title, seq FROM meeting") == "老会议|1\n");
      }
      CHECK(store->verify_chain()->intact);
      fill(*store);
    }
    CHECK(schema_of(path) == schema_of(files.file("new.db")));
    CHECK(raw_sql(path, "PRAGMA user_version") ==
          std::to_string(store::newest_schema_version()) + "\n");
  }
}

TEST_CASE("projections of another form are made again at open") {
  test::TempDatabase files;
  { fill(*test::open_store(files.path())); }
  raw_sql(files.path(),
          "DELETE FROM meeting; DELETE FROM note; UPDATE mark SET value = '1' "
          "WHERE name = 'projections'");
  { test::open_store(files.path()); }
  CHECK(raw_sql(files.path(),
                "SELECT (SELECT count(*) FROM meeting), (SELECT count(*) FROM note)") == "1|1\n");
}

TEST_CASE("a file of a newer version is refused and left as it is") {
  test::TempDatabase files;
  { fill(*test::open_store(files.path())); }
  raw_sql(files.path(), "PRAGMA user_version = 99");
  const auto before = bytes_of(files.path());
  CHECK(test::why_not_open(files.path()).find("newer") != std::string::npos);
  CHECK(bytes_of(files.path()) == before);
}

TEST_CASE("another program's database is refused and left as it is") {
  test::TempDatabase files;
  SECTION("with tables") {
    raw_sql(files.path(), "CREATE TABLE album (title)");
  }
  SECTION("with tables and a version") {
    raw_sql(files.path(), "CREATE TABLE album (title); PRAGMA user_version = 1");
  }
  SECTION("with a mark of its own") {
    raw_sql(files.path(), "PRAGMA application_id = 7");
  }
  const auto before = bytes_of(files.path());
  CHECK(test::why_not_open(files.path()).find("another program") != std::string::npos);
  CHECK(bytes_of(files.path()) == before);
}

TEST_CASE("a file that is no database is refused and left as it is") {
  test::TempDatabase files;
  const std::string letter = std::string("这不是数据库\n") + std::string(5000, 'x');
  write_file(files.path(), letter);
  const auto why = test::why_not_open(files.path());
  CHECK(why.find("not a Huiban database") != std::string::npos);
  CHECK(why.find("backup") != std::string::npos);
  CHECK(bytes_of(files.path()) == letter);
}

TEST_CASE("a damaged file is refused, with what to do") {
  test::TempDatabase files;
  { fill(*test::open_store(files.path())); }
  auto bytes = bytes_of(files.path());
  REQUIRE(bytes.size() > 8 * 4096);
  SECTION("pages overwritten") {
    for (std::size_t i = 4096; i < 4 * 4096; ++i) bytes[i] = char(0xAA);
  }
  SECTION("cut off") {
    bytes.resize(bytes.size() / 2);
  }
  SECTION("the list of tables overwritten") {
    for (std::size_t i = 100; i < 4096; ++i) bytes[i] = char(0x55);
  }
  write_file(files.path(), bytes);
  CHECK(test::why_not_open(files.path()).find("restore a backup") != std::string::npos);
  CHECK(bytes_of(files.path()) == bytes);
}

TEST_CASE("a path that cannot be opened is refused with the path") {
  test::TempDatabase files;
  const auto missing = files.file("no/such/folder/huiban.db");
  CHECK(test::why_not_open(missing).find(missing) != std::string::npos);
  CHECK(test::why_not_open(files.folder().string()).find(files.folder().string()) !=
        std::string::npos);
}

TEST_CASE("a new file can be read by its owner only") {
  test::TempDatabase files;
  const auto store = test::open_store(files.path());
  fill(*store);
  for (const char* tail : {"", "-wal", "-shm"}) {
    struct stat info {};
    REQUIRE(::stat((files.path() + tail).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a backup made while the store is in use can be restored") {
  test::TempDatabase files;
  const auto copy = files.file("backup.db");
  MeetingId meeting;
  {
    auto store = test::open_store(files.path());
    meeting = fill(*store);
    REQUIRE(store->backup_to(copy));
    // What comes later is not in the copy.
    REQUIRE(store->events().append(StreamId::of(meeting), 2, test::secretary(), CommandId::make(),
                                   kAt, {BannerSet{"备份之后"}}));
  }
  for (const char* tail : {"-wal", "-shm", "-journal", ".partial"})
    CHECK(!std::filesystem::exists(copy + tail));
  struct stat info {};
  REQUIRE(::stat(copy.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);

  std::filesystem::copy_file(copy, files.path(), std::filesystem::copy_options::overwrite_existing);
  auto restored = test::open_store(files.path());
  CHECK(restored->verify_chain()->intact);
  CHECK(restored->events().load(StreamId::of(meeting))->size() == 2);
  CHECK(restored->events()
            .append(StreamId::of(meeting), 2, test::secretary(), CommandId::make(), kAt,
                    {BannerSet{"接着写"}})
            .has_value());
}

TEST_CASE("a backup never overwrites a file, least of all the database itself") {
  test::TempDatabase files;
  auto store = test::open_store(files.path());
  fill(*store);
  write_file(files.file("letter.txt"), "重要");
  for (const auto& target : {files.path(), files.file("letter.txt")}) {
    const auto refused = store->backup_to(target);
    REQUIRE(!refused.has_value());
    CHECK(refused.error().code == ErrorCode::kConflict);
  }
  CHECK(bytes_of(files.file("letter.txt")) == "重要");
  CHECK(store->backup_to(files.file("no/folder/b.db")).error().code == ErrorCode::kStorage);
  CHECK(store->verify_chain()->intact);
}
