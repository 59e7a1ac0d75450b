#pragma once
// One table of an imported file: which form it has, and its rows with typed cells. Problems are
// collected, never thrown. Inside of domain.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/directory_tables.h"

namespace huiban::domain {

std::string trimmed(const std::string& text);
// 东溪村、西桥村 or with commas, semicolons, line breaks.
std::vector<std::string> split_words(const std::string& text);

// The form whose required columns stand in one of the first rows; the sheet's name decides between
// several.
struct RecognisedTable {
  const TableForm* form = nullptr;
  const TextTable* table = nullptr;
  std::size_t head = 0;                        // index of the row of heads
  std::map<std::string, std::size_t> columns;  // TableColumn::zh: place in the row
};
std::optional<RecognisedTable> recognise(const TextTable& table);

class TableRow {
 public:
  TableRow(const RecognisedTable& table, std::size_t index, std::vector<ImportProblem>& problems)
      : table_(table), index_(index), problems_(problems) {}

  bool has(const char* column) const { return table_.columns.count(column) > 0; }
  std::string text(const char* column) const;  // trimmed; empty without the column
  bool blank() const;                          // no cell has text
  // The value in the file, otherwise when the column is missing; a wrong one is a problem.
  bool flag(const char* column, bool otherwise);
  int number(const char* column, int otherwise);
  std::optional<std::chrono::year_month_day> day(const char* column);
  std::string phone(const char* column, const std::string& otherwise);

  void wrong(const char* column, const std::string& zh, const std::string& en);
  ImportProblem at(const char* column, std::string zh, std::string en) const;
  int number_in_file() const { return int(index_) + 1; }

 private:
  const RecognisedTable& table_;
  std::size_t index_;
  std::vector<ImportProblem>& problems_;
};

}  // namespace huiban::domain
