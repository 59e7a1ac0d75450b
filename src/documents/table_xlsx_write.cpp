#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "documents/table_file.h"

namespace huiban::documents {

namespace {

constexpr double kNarrowest = 8, kWidest = 40;  // of a column, in characters

// Width of a text in Latin characters; a Chinese one is two.
double width_of(const std::string& text) {
  double width = 1;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) width += byte < 0x80 ? 1 : 2;
  }
  return width;
}

void write_sheet(lxw_workbook* book, const domain::TextTable& table, lxw_format* head,
                 lxw_format* cell) {
  lxw_worksheet* sheet = workbook_add_worksheet(book, table.name.c_str());
  std::vector<double> widths;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
      const auto& text = table.rows[r][c];
      if (widths.size() <= c) widths.resize(c + 1, kNarrowest);
      widths[c] = std::max(widths[c], std::min(kWidest, width_of(text)));
      if (!text.empty())
        worksheet_write_string(sheet, lxw_row_t(r), lxw_col_t(c), text.c_str(), r ? cell : head);
    }
  for (std::size_t c = 0; c < widths.size(); ++c)
    worksheet_set_column(sheet, lxw_col_t(c), lxw_col_t(c), widths[c], nullptr);
  worksheet_freeze_panes(sheet, 1, 0);
}

}  // namespace

Result<std::string> tables_xlsx(const std::vector<domain::TextTable>& tables) {
  auto path = (std::filesystem::temp_directory_path() / "huiban-XXXXXX").string();
  const int file = ::mkstemp(path.data());
  if (file < 0)
    return fail(ErrorCode::kStorage, "临时文件夹不能写入", "The temporary folder cannot be written",
                path);
  ::close(file);
  lxw_workbook* book = workbook_new(path.c_str());
  lxw_format* head = workbook_add_format(book);
  format_set_bold(head);
  format_set_bg_color(head, 0xE8EEF4);
  lxw_format* cell = workbook_add_format(book);
  format_set_num_format(cell, "@");  // text, also for what is typed there later
  for (const auto& table : tables) write_sheet(book, table, head, cell);
  const auto error = workbook_close(book);
  std::ostringstream bytes;
  if (error == LXW_NO_ERROR) bytes << std::ifstream(path, std::ios::binary).rdbuf();
  std::filesystem::remove(path);
  if (error != LXW_NO_ERROR || bytes.str().empty())
    return fail(ErrorCode::kStorage, "表格没有写成", "The workbook could not be written",
                lxw_strerror(error));
  return bytes.str();
}

}  // namespace huiban::documents
