#pragma once
// A one-sheet XLSX for printing on landscape A4: heading, column heads, rows, a last line. Row
// heights follow the text, because LibreOffice keeps the default height for wrapped cells. Any
// thread.
#include <xlsxwriter.h>

#include <chrono>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace huiban::documents {

struct Column {
  std::string head;
  double width;  // characters
};

class Workbook {
 public:
  // Internal: no temporary file can be made.
  static Result<Workbook> create(const std::string& sheet, const std::string& heading,
                                 const std::vector<Column>& columns);
  Workbook(Workbook&& other) noexcept;
  ~Workbook();

  // Cells of the current row, from the left.
  void text(const std::string& value);
  void number(int value);
  void date(std::chrono::year_month_day value);            // a real date cell, 2020年5月27日
  void time(UtcTime at, std::chrono::minutes utc_offset);  // a real time cell, 09:03
  void blank();
  void next_row();
  void wide_row(const std::string& value,
                bool bold);  // one text over all columns: subtotals, the last line

  Result<std::string> finish();  // once; the file's bytes

 private:
  Workbook() = default;
  lxw_format* cell_format(const char* number_format = nullptr);

  void fit_row(
      const std::string& value);  // the current row's height grows with the current column's text

  std::string path_;
  std::vector<Column> layout_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format *cell_ = nullptr, *date_ = nullptr, *time_ = nullptr, *number_ = nullptr,
             *wide_ = nullptr, *wide_bold_ = nullptr;
  lxw_row_t row_ = 0;
  lxw_col_t column_ = 0, columns_ = 0;
  int lines_ = 1;  // of the current row
};

}  // namespace huiban::documents
