#pragma once
// domain::LineMemory on SQLite. Control thread; not longer than its Database.
#include "domain/ports.h"
#include "store/database.h"

namespace huiban::store {

class SqliteLineMemory final : public domain::LineMemory {
 public:
  explicit SqliteLineMemory(Database& database) : database_(database) {}
  Result<std::vector<domain::LineRecord>> all_lines() override;
  Result<void> put_lines(const std::vector<domain::LineRecord>& lines) override;

 private:
  Database& database_;
};

}  // namespace huiban::store
