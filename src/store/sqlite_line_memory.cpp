#include "store/sqlite_line_memory.h"

namespace huiban::store {

using domain::LineRecord;

Result<std::vector<LineRecord>> SqliteLineMemory::all_lines() {
  auto query = HUIBAN_TRY(database_.prepare("SELECT unit, kbps, rung, at FROM line_memory"));
  std::vector<LineRecord> lines;
  while (HUIBAN_TRY(query.step()))
    lines.push_back({UnitId(query.uuid(0)), std::uint32_t(query.integer(1)),
                     domain::Rung(query.integer(2)), query.time(3)});
  return lines;
}

Result<void> SqliteLineMemory::put_lines(const std::vector<LineRecord>& lines) {
  auto transaction = HUIBAN_TRY(Transaction::begin(database_));
  for (const auto& line : lines) {
    auto put = HUIBAN_TRY(
        database_.prepare("REPLACE INTO line_memory (unit, kbps, rung, at) VALUES (?,?,?,?)"));
    put.bind(line.unit).bind(std::int64_t{line.kbps}).bind(std::int64_t(line.rung)).bind(line.at);
    HUIBAN_CHECK(put.run());
  }
  return transaction.commit();
}

}  // namespace huiban::store
