#include "store/database.h"

#include <utility>

namespace huiban::store {

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), handle_(std::exchange(other.handle_, nullptr)), next_(other.next_) {}

Statement::~Statement() {
  if (!handle_) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(handle_, next_++, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  sqlite3_bind_text64(handle_, next_++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(std::span<const std::uint8_t> bytes) {
  sqlite3_bind_blob64(handle_, next_++, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_null() {
  sqlite3_bind_null(handle_, next_++);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::make_unexpected(database_.error(sqlite3_sql(handle_)));
}

Result<void> Statement::run() {
  HUIBAN_TRY(step());
  sqlite3_reset(handle_);
  return {};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string Statement::text(int column) const { return blob(column); }

std::string Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return bytes ? std::string(bytes, std::size_t(sqlite3_column_bytes(handle_, column))) : std::string();
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<Database> database(new Database(handle, path));
  if (code != SQLITE_OK) return tl::make_unexpected(database->error("open " + path));
  sqlite3_busy_timeout(handle, 5000);
  HUIBAN_CHECK(database->execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=1000;"));
  {
    auto check = HUIBAN_TRY(database->prepare("PRAGMA quick_check(1)"));
    if (HUIBAN_TRY(check.step()) && check.text(0) != "ok")
      return fail(ErrorCode::kStorage, "数据库文件已损坏：" + path + "。请停机后用备份恢复。",
                  "The database file is damaged: " + path + ". Restore a backup.", check.text(0));
  }
  return database;
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto& statement = statements_[std::string(sql)];
  if (!statement && sqlite3_prepare_v3(handle_, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                                       nullptr) != SQLITE_OK)
    return tl::make_unexpected(error(std::string(sql)));
  return Statement(*this, statement);
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return tl::make_unexpected(error(sql));
  return {};
}

Error Database::error(const std::string& what) const {
  const int code = handle_ ? sqlite3_extended_errcode(handle_) : SQLITE_NOMEM;
  const auto detail = what + ": " + (handle_ ? sqlite3_errmsg(handle_) : "no memory");
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return {ErrorCode::kStorage, "磁盘空间不足或无法写入，没有保存。请清理磁盘后再试。",
              "The disk is full or cannot be written; nothing was saved. Free space and try again.", detail};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return {ErrorCode::kStorage, "数据库文件已损坏或不是会办的数据库：" + path_ + "。请停机后用备份恢复。",
              "The database file is damaged or not a Huiban database: " + path_ + ". Restore a backup.", detail};
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {ErrorCode::kStorage, "数据库文件打不开或不能写入：" + path_,
              "The database file cannot be opened or written: " + path_, detail};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kUnavailable, "数据库正被另一个程序占用，请稍后再试",
              "The database is in use by another program; try again", detail};
    default:
      return {ErrorCode::kStorage, "数据库出错，没有保存", "The database failed; nothing was saved", detail};
  }
}

Result<Transaction> Transaction::begin(Database& database) {
  HUIBAN_CHECK(database.execute("BEGIN IMMEDIATE"));
  return Transaction(&database);
}

Transaction::~Transaction() {
  if (database_) (void)database_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  HUIBAN_CHECK(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace huiban::store
