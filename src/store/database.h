#pragma once
// SQLite with Results: one connection, cached statements. Control thread.
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"

namespace huiban::store {

class Database;

// A prepared statement in use; bound from the left, 1, 2, ...; reset when it goes. Not longer than
// its Database; one at a time per text.
class Statement {
 public:
  Statement(Database& database, sqlite3_stmt* handle) : database_(database), handle_(handle) {}
  Statement(Statement&& other) noexcept;
  ~Statement();

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::span<const std::uint8_t> bytes);
  Statement& bind_null();
  Statement& bind(const UuidBytes& id) { return bind_blob(id); }
  Statement& bind(UtcTime time) { return bind(std::int64_t{time.time_since_epoch().count()}); }
  template <class Tag>
  Statement& bind(const Id<Tag>& id) {
    return bind(id.bytes());
  }
  template <class T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }

  Result<bool> step();  // true: a row is there
  Result<void> run();   // for statements without rows

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string blob(int column) const;
  bool is_null(int column) const;
  UuidBytes uuid(int column) const;  // nil unless 16 bytes
  UtcTime time(int column) const { return UtcTime{Milliseconds{integer(column)}}; }

 private:
  Database& database_;
  sqlite3_stmt* handle_;
  int next_ = 1;
};

class Database {
 public:
  // Checks the file and changes nothing in it; a new one is readable by its owner only.
  // Storage: not a database, damaged, not writable.
  static Result<std::unique_ptr<Database>> open(const std::string& path);
  // WAL, synchronous=FULL, foreign keys. Storage: the file system cannot do WAL.
  Result<void> set_durable();
  ~Database();

  Result<Statement> prepare(std::string_view sql);       // cached by text
  Result<void> execute(const std::string& sql);          // several statements, no values
  Result<std::int64_t> pragma(const std::string& name);  // a number: user_version
  // Of the last call; full disk, damage and a broken constraint (kConflict) have texts of their
  // own.
  Error error(const std::string& what) const;
  sqlite3* handle() { return handle_; }
  const std::string& path() const { return path_; }

 private:
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  sqlite3* handle_;
  std::string path_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

// Makes an empty file that only its owner may read, unless one is there.
void create_private(const std::string& path);

// BEGIN IMMEDIATE ... COMMIT; rolled back unless commit() succeeded.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace huiban::store
