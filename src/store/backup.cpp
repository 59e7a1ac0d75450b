#include "store/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace huiban::store {

namespace {

namespace fs = std::filesystem;

// The half-written copy; removed unless it was renamed.
class Partial {
 public:
  explicit Partial(std::string path) : path_(std::move(path)) { remove(); }
  ~Partial() { remove(); }
  const std::string& path() const { return path_; }

 private:
  void remove() {
    std::error_code ignored;
    for (const char* tail : {"", "-wal", "-shm", "-journal"}) fs::remove(path_ + tail, ignored);
  }
  std::string path_;
};

Result<void> copy_pages(Database& from, Database& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (!backup) return tl::make_unexpected(to.error("backup"));
  const int stepped = sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return tl::make_unexpected(to.error("backup"));
  if (stepped != SQLITE_DONE)
    return fail(ErrorCode::kUnavailable, "数据库正忙，没有备份，请稍后再试",
                "The database is busy and was not copied; try again",
                "backup: " + std::to_string(stepped));
  return {};
}

// A rename outlives a power cut only when the folder is on the disk.
void sync_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

}  // namespace

Result<void> back_up(Database& database, const std::string& target) {
  std::error_code code;
  if (fs::exists(target, code))
    return fail(ErrorCode::kConflict, "备份文件已经存在，没有覆盖：" + target,
                "The backup file exists and was not overwritten: " + target);
  const Partial partial(target + ".partial");
  {
    auto copy = HUIBAN_TRY(Database::open(partial.path()));
    HUIBAN_CHECK(copy_pages(database, *copy));
    // The copied pages say WAL; a backup is one file.
    HUIBAN_CHECK(copy->execute("PRAGMA journal_mode=DELETE"));
  }
  HUIBAN_TRY(Database::open(partial.path()));  // checks it
  fs::rename(partial.path(), target, code);
  if (code)
    return fail(ErrorCode::kStorage, "备份文件不能写入：" + target,
                "The backup file cannot be written: " + target, code.message());
  sync_folder(fs::absolute(target, code).parent_path());
  return {};
}

}  // namespace huiban::store
