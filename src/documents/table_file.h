#pragma once
// Tables as spreadsheets: XLSX (ECMA-376) and CSV (RFC 4180), read and written. Files come from
// people and other programs: everything is bounded, and what is wrong is said. Any thread.
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/text_table.h"

namespace huiban::documents {

inline constexpr std::size_t kMaxTableRows = 20000, kMaxTableColumns = 100;

// One sheet per table, row 1 as head; every cell is text, so that numbers keep their zeros.
Result<std::string> tables_xlsx(const std::vector<domain::TextTable>& tables);
// UTF-8 with byte order mark, CRLF. A cell that a spreadsheet would take for a formula begins with
// an apostrophe, which the reader takes away again.
std::string table_csv(const domain::TextTable& table);

// By content: XLSX, or CSV in UTF-8 or GB18030, with commas, semicolons or tabs.
// Invalid: neither, damaged, too many rows or columns; the message says which and where.
Result<std::vector<domain::TextTable>> read_tables(std::string_view bytes);
Result<std::vector<domain::TextTable>> read_xlsx(std::string_view bytes);
Result<domain::TextTable> read_csv(std::string_view bytes);

}  // namespace huiban::documents
