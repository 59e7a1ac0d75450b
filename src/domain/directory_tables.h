#pragma once
// The directory as tables for spreadsheets: 单位类别, 单位, 人员职务, 委员会, 统称, 会场. Written
// by export_tables(), read back by plan_import(), which decides everything before anything is
// stored.
#include <map>
#include <span>
#include <string>
#include <vector>

#include "domain/directory_change.h"
#include "domain/text_table.h"

namespace huiban::domain {

struct TableColumn {
  const char *zh, *en;
  bool required = false;
};
struct TableForm {
  const char *key, *zh, *en;  // "units", the sheet's name in both languages
  std::span<const TableColumn> columns;
};
std::span<const TableForm> table_forms();
const TableForm* find_table_form(std::string_view key);

// One table per form, with Chinese column heads. day: who holds a post then.
std::vector<TextTable> export_tables(const Directory& directory, std::chrono::year_month_day day);

struct ImportProblem {
  std::string table;   // the sheet's name, or of the form
  int row = 0;         // as the spreadsheet counts, from 1; 0: the table as a whole
  std::string column;  // its head in the file; may be empty
  std::string zh, en;
};

enum class ImportMode {
  kUpdate,    // what the file does not name stays
  kComplete,  // in a table that the file has, what it does not name is removed
};

struct ImportPlan {
  Directory after;                      // only complete without problems
  std::vector<ImportProblem> problems;  // by table and row; all of them, not only the first
  std::vector<ImportProblem> notices;   // not wrong, but worth a look
  std::map<std::string, int> rows;      // read, by TableForm::key
};

// before: without day-dependent values. A row is the record that its 编号 names, else the one of
// its name; a column that the file does not have is left as it is.
ImportPlan plan_import(const Directory& before, const std::vector<TextTable>& tables,
                       ImportMode mode, std::chrono::year_month_day today);

// How leaders are written: 副镇长, or 副镇长（2） where several have that title.
std::string leader_in_words(const Directory& directory, PostId post);

}  // namespace huiban::domain
