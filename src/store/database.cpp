#include "store/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/assert.h"

namespace huiban::store {

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      handle_(std::exchange(other.handle_, nullptr)),
      next_(other.next_) {}

Statement::~Statement() {
  if (!handle_) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(handle_, next_++, value);
  return *this;
}

// A null pointer would be bound as NULL, and an empty text is not NULL.
Statement& Statement::bind(std::string_view text) {
  sqlite3_bind_text64(handle_, next_++, text.data() ? text.data() : "", text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(std::span<const std::uint8_t> bytes) {
  const void* data = bytes.data();
  sqlite3_bind_blob64(handle_, next_++, data ? data : "", bytes.size(), SQLITE_TRANSIENT);
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

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string Statement::text(int column) const {
  return blob(column);
}

std::string Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return bytes ? std::string(bytes, std::size_t(sqlite3_column_bytes(handle_, column)))
               : std::string();
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

UuidBytes Statement::uuid(int column) const {
  UuidBytes id{};
  const auto bytes = blob(column);
  if (bytes.size() == id.size()) std::copy(bytes.begin(), bytes.end(), id.begin());
  return id;
}

namespace {

tl::unexpected<Error> damaged(const std::string& path, const std::string& detail) {
  return fail(ErrorCode::kStorage,
              "数据库文件已损坏或不是会办的数据库：" + path + "。请停机后用备份恢复。",
              "The database file is damaged or not a Huiban database: " + path +
                  ". Stop the server and restore a backup.",
              detail);
}

tl::unexpected<Error> not_writable(const std::string& path, const std::string& detail) {
  return fail(ErrorCode::kStorage,
              "数据库文件打不开或不能写入：" + path + "。请检查目录是否存在、权限是否正确。",
              "The database file cannot be opened or written: " + path +
                  ". Check that its folder exists and may be written.",
              detail);
}

}  // namespace

// If it cannot be made, opening it says why.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
  create_private(path);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  std::unique_ptr<Database> database(new Database(handle, path));
  if (code != SQLITE_OK) return tl::make_unexpected(database->error("open " + path));
  if (sqlite3_db_readonly(handle, "main") == 1) return not_writable(path, "opened read-only");
  sqlite3_busy_timeout(handle, 5000);
  {
    // First of all, so that nothing is written to a damaged file or to one that is no database.
    auto check = HUIBAN_TRY(database->prepare("PRAGMA quick_check(1)"));
    if (HUIBAN_TRY(check.step()) && check.text(0) != "ok") return damaged(path, check.text(0));
  }
  return database;
}

Result<void> Database::set_durable() {
  {
    auto mode = HUIBAN_TRY(prepare("PRAGMA journal_mode=WAL"));
    if (!HUIBAN_TRY(mode.step()) || mode.text(0) != "wal")
      return not_writable(path_, "journal_mode is " + mode.text(0));
  }
  return execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=1000");
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto& statement = statements_[std::string(sql)];
  if (!statement && sqlite3_prepare_v3(handle_, sql.data(), int(sql.size()),
                                       SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    return tl::make_unexpected(error(std::string(sql)));
  HUIBAN_ASSERT(!statement || !sqlite3_stmt_busy(statement));
  return Statement(*this, statement);
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return tl::make_unexpected(error(sql));
  return {};
}

Result<std::int64_t> Database::pragma(const std::string& name) {
  auto query = HUIBAN_TRY(prepare("PRAGMA " + name));
  return HUIBAN_TRY(query.step()) ? query.integer(0) : 0;
}

Error Database::error(const std::string& what) const {
  const int code = handle_ ? sqlite3_extended_errcode(handle_) : SQLITE_NOMEM;
  const auto detail = what + ": " + (handle_ ? sqlite3_errmsg(handle_) : "no memory");
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::kStorage, "磁盘空间不足，未保存。请清理磁盘后再试。",
              "The disk is full; nothing was saved. Free space and try again.", detail};
    case SQLITE_IOERR:
      return {ErrorCode::kStorage, "磁盘空间不足或磁盘故障，未保存。请检查磁盘后再试。",
              "The disk is full or failing; nothing was saved. Check it and try again.", detail};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return damaged(path_, detail).value();
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return not_writable(path_, detail).value();
    case SQLITE_CONSTRAINT:
      return {ErrorCode::kConflict, "与已有的内容冲突，未保存",
              "This conflicts with what is stored; nothing was saved", detail};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kUnavailable, "数据库正被另一个程序占用，请稍后再试",
              "The database is in use by another program; try again", detail};
    default:
      return {ErrorCode::kStorage, "数据库出错，未保存", "The database failed; nothing was saved",
              detail};
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
