// A full disk: refused with a sentence, nothing half there, and it goes on when there is room
// again.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "store/schema.h"
#include "store/sqlite_event_store.h"
#include "tests/store/every_event.h"
#include "tests/store/open_store.h"

using namespace huiban;
using namespace huiban::domain;
using test::kAt;

namespace {

// Writes events until one is refused; checks that the refusal left nothing behind.
struct Writer {
  EventStore& events;
  StreamId stream = StreamId::of(MeetingId::make());
  AgendaItemId item = AgendaItemId::make();
  std::uint64_t seq = 0;
  CommandId refused_command{};

  Result<std::vector<StoredEvent>> write(CommandId command) {
    const int number = events.next_number("meeting", 2020).value_or(-1);
    auto stored = events.append(stream, seq, test::secretary(), command, kAt,
                                {MeetingConvened{std::to_string(number), {}, {}},
                                 NoteSaved{item, 1, std::string(3000, 'n')}});
    if (stored) seq = stored->back().seq;
    return stored;
  }
  Error write_until_refused() {
    REQUIRE(events.append(stream, 0, test::secretary(), CommandId::make(), kAt,
                          {MeetingCreated{test::full_plan()}}));
    seq = 1;
    for (int i = 0; i < 4000; ++i) {
      refused_command = CommandId::make();
      if (auto stored = write(refused_command); !stored) return stored.error();
    }
    FAIL("4000 appends of 3 KB fit on a disk that was meant to be small");
    return {};
  }
  void check_nothing_half_there() {
    const auto loaded = events.load(stream);
    REQUIRE(loaded.has_value());
    CHECK(loaded->size() == seq);
    CHECK(!events.find_command(refused_command));
    CHECK(*events.next_number("meeting", 2020) == int((seq - 1) / 2) + 1);
  }
  // The very command that was refused, as the page sends it again.
  void retry() {
    const auto stored = write(refused_command);
    INFO((stored ? "" : stored.error().detail));
    REQUIRE(stored.has_value());
    CHECK(events.find_command(refused_command)->seq == seq);
    CHECK(std::get<MeetingConvened>(stored->front().payload).number ==
          std::to_string((seq - 1) / 2));
  }
};

void check_says_full(const Error& error) {
  INFO(error.detail);
  CHECK(error.code == ErrorCode::kStorage);
  CHECK(error.zh.find("磁盘空间不足") != std::string::npos);
  CHECK(error.zh.find("未保存") != std::string::npos);
  CHECK(error.en.find("nothing was saved") != std::string::npos);
}

// A file system of its own, seen by this process only; false where the machine does not allow it.
bool mount_small_disk(const std::string& folder, const char* size) {
  if (::unshare(CLONE_NEWNS) != 0) return false;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return ::mount("tmpfs", folder.c_str(), "tmpfs", 0, size) == 0;
}

// Takes the last free byte of the disk.
void fill_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  const std::string block(4096, 'x');
  while (::write(file, block.data(), block.size()) > 0) {
  }
  ::close(file);
}

}  // namespace

TEST_CASE("a database that may not grow refuses the append whole") {
  test::TempDatabase files;
  auto database = store::Database::open(files.path());
  REQUIRE(database.has_value());
  REQUIRE(store::migrate(**database));
  REQUIRE((*database)->set_durable());
  REQUIRE((*database)->execute("PRAGMA max_page_count = 80"));
  store::SqliteEventStore events(**database);
  Writer writer{events};
  check_says_full(writer.write_until_refused());
  writer.check_nothing_half_there();
  REQUIRE((*database)->execute("PRAGMA max_page_count = 4000"));
  writer.retry();
  CHECK(events.verify_chain()->intact);
}

TEST_CASE("on a full disk every store refuses, and goes on when there is room") {
  test::TempDatabase files;
  if (!mount_small_disk(files.folder().string(), "size=3m")) {
    WARN("no mount of its own on this machine: the full disk is tested by max_page_count only");
    return;
  }
  {
    auto store = test::open_store(files.path());
    AccountRecord account;
    account.id = AccountId::make();
    account.name = "mishu";
    REQUIRE(store->accounts().put_account(account));
    Writer writer{store->events()};
    check_says_full(writer.write_until_refused());
    fill_disk(files.file("filler"));
    check_says_full(writer.write(writer.refused_command).error());
    writer.check_nothing_half_there();

    const auto refused = [](auto result) {
      REQUIRE(!result.has_value());
      CHECK(result.error().code == ErrorCode::kStorage);
    };
    // Small writes may still fit into the log's last pages; these do not.
    const std::string much(200'000, 'x');
    refused(store->audit().record({kAt, "mishu", "export", much, "ok"}));
    account.label = much;
    refused(store->accounts().put_account(account));
    CHECK(store->accounts().find_account("mishu")->label.empty());
    refused(store->backup_to(files.file("backup.db")));
    CHECK(!std::filesystem::exists(files.file("backup.db")));
    CHECK(!std::filesystem::exists(files.file("backup.db.partial")));
    CHECK(store->verify_chain()->intact);

    std::filesystem::remove(files.file("filler"));
    // The log's own pages took the room: a larger disk, as an administrator would give it.
    REQUIRE(::mount("tmpfs", files.folder().c_str(), "tmpfs", MS_REMOUNT, "size=24m") == 0);
    writer.retry();
    REQUIRE(store->audit().record({kAt, "mishu", "export", much, "ok"}));
    REQUIRE(store->backup_to(files.file("backup.db")));
    CHECK(store->verify_chain()->intact);
  }
  {
    auto reopened = test::open_store(files.path());
    CHECK(reopened->verify_chain()->intact);
  }
  CHECK(test::open_store(files.file("backup.db"))->verify_chain()->intact);
  CHECK(::umount(files.folder().c_str()) == 0);
}

TEST_CASE("a first start on a full disk ends with a sentence and can be repeated") {
  test::TempDatabase files;
  if (!mount_small_disk(files.folder().string(), "size=1m")) {
    WARN("no mount of its own on this machine: starting on a full disk is not tested");
    return;
  }
  fill_disk(files.file("filler"));
  const auto refused = store::Store::open(files.path());
  REQUIRE(!refused.has_value());
  check_says_full(refused.error());
  std::filesystem::remove(files.file("filler"));
  CHECK(test::open_store(files.path())->events().streams(StreamKind::kMeeting)->empty());
  CHECK(::umount(files.folder().c_str()) == 0);
}
