#pragma once
// A store in a temporary directory, and its file as another program sees it.
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "store/store.h"
#include "tests/support/temp_database.h"

namespace huiban::test {

inline const UtcTime kAt{Milliseconds{1590541200000}};  // 2020-05-27 09:00 at the office

inline std::unique_ptr<store::Store> open_store(const std::string& path) {
  auto opened = store::Store::open(path);
  INFO((opened ? "" : opened.error().en + " " + opened.error().detail));
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

inline std::string why_not_open(const std::string& path) {
  const auto opened = store::Store::open(path);
  REQUIRE(!opened.has_value());
  CHECK(opened.error().code == ErrorCode::kStorage);
  CHECK(!opened.error().zh.empty());
  return opened.error().en;
}

// Runs statements on the file past the store; the first column of the rows, one a line.
inline std::string raw_sql(const std::string& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
  sqlite3_busy_timeout(handle, 5000);
  std::string rows;
  const auto add = [](void* out, int columns, char** values, char**) {
    for (int i = 0; i < columns; ++i)
      *static_cast<std::string*>(out) += std::string(i ? "|" : "") + (values[i] ? values[i] : "-");
    *static_cast<std::string*>(out) += "\n";
    return 0;
  };
  char* message = nullptr;
  const int code = sqlite3_exec(handle, sql.c_str(), add, &rows, &message);
  INFO(sql << ": " << (message ? message : ""));
  sqlite3_free(message);
  sqlite3_close(handle);
  REQUIRE(code == SQLITE_OK);
  return rows;
}

}  // namespace huiban::test
