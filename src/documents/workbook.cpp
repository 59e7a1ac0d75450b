#include "documents/workbook.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace huiban::documents {

namespace {

constexpr const char* kBodyFont = "仿宋_GB2312";
constexpr double kCellPoints = 12;     // 小四
constexpr double kHeadPoints = 14;     // 四号黑体
constexpr double kHeadingPoints = 22;  // 二号
constexpr std::uint8_t kA4 = 9;
constexpr double kRowPoints = 24;    // 8.5 mm: room for a signature by hand
constexpr double kLinePoints = 16;   // one of several lines of 小四
constexpr double kMostPoints = 409;  // Excel's limit for a row

// Lines that text of this size takes in a column. A column's unit is a digit of 7 pixels, with 5
// for the edges; at 96 dpi a character is as wide as its size, a Latin one half of it.
int lines_in(const std::string& text, double column_width, double points) {
  const double room = column_width * 7 - 5, full = points * 96 / 72;
  int lines = 1;
  double used = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80) continue;
    if (byte == '\n') {
      ++lines;
      used = 0;
      continue;
    }
    const double width = byte < 0x80 ? full / 2 : full;
    if (used + width > room) {
      ++lines;
      used = 0;
    }
    used += width;
  }
  return lines;
}

double row_points(int lines) {
  return std::min(kMostPoints, std::max(kRowPoints, 8 + lines * kLinePoints));
}

}  // namespace

lxw_format* Workbook::cell_format(const char* number_format) {
  lxw_format* format = workbook_add_format(book_);
  format_set_font_name(format, kBodyFont);
  format_set_font_size(format, kCellPoints);
  format_set_border(format, LXW_BORDER_THIN);
  format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
  format_set_text_wrap(format);
  if (number_format) {
    format_set_num_format(format, number_format);
    format_set_align(format, LXW_ALIGN_CENTER);
  }
  return format;
}

Result<Workbook> Workbook::create(const std::string& sheet, const std::string& heading,
                                  const std::vector<Column>& columns) {
  Workbook made;
  made.path_ =
      (std::filesystem::temp_directory_path() / ("huiban-" + std::string(6, 'X'))).string();
  const int file = ::mkstemp(made.path_.data());
  if (file < 0)
    return fail(ErrorCode::kStorage, "临时文件夹不能写入", "The temporary folder cannot be written",
                made.path_);
  ::close(file);
  made.book_ = workbook_new(made.path_.c_str());
  made.sheet_ = workbook_add_worksheet(made.book_, sheet.c_str());
  made.columns_ = lxw_col_t(columns.size());
  made.layout_ = columns;
  made.cell_ = made.cell_format();
  made.date_ = made.cell_format("yyyy\"年\"m\"月\"d\"日\"");
  made.time_ = made.cell_format("hh:mm");
  made.number_ = made.cell_format("0");
  made.wide_ = made.cell_format();
  made.wide_bold_ = made.cell_format();
  format_set_font_name(made.wide_bold_, "黑体");
  format_set_bg_color(made.wide_, 0xF2F2F2);

  lxw_format* title = workbook_add_format(made.book_);
  format_set_font_name(title, "方正小标宋简体");
  format_set_font_size(title, kHeadingPoints);
  format_set_align(title, LXW_ALIGN_CENTER);
  format_set_align(title, LXW_ALIGN_VERTICAL_CENTER);
  format_set_text_wrap(title);
  worksheet_merge_range(made.sheet_, 0, 0, 0, lxw_col_t(made.columns_ - 1), heading.c_str(), title);
  worksheet_set_row(made.sheet_, 0, 42, nullptr);

  lxw_format* head = workbook_add_format(made.book_);
  format_set_font_name(head, "黑体");
  format_set_font_size(head, kHeadPoints);
  format_set_border(head, LXW_BORDER_THIN);
  format_set_align(head, LXW_ALIGN_CENTER);
  format_set_align(head, LXW_ALIGN_VERTICAL_CENTER);
  format_set_text_wrap(head);
  int head_lines = 1;
  for (lxw_col_t i = 0; i < made.columns_; ++i) {
    head_lines = std::max(head_lines, lines_in(columns[i].head, columns[i].width, kHeadPoints));
    worksheet_set_column(made.sheet_, i, i, columns[i].width, nullptr);
    worksheet_write_string(made.sheet_, 1, i, columns[i].head.c_str(), head);
  }
  worksheet_set_row(made.sheet_, 1, row_points(head_lines) + 2, nullptr);
  worksheet_set_landscape(made.sheet_);
  worksheet_set_paper(made.sheet_, kA4);
  worksheet_fit_to_pages(made.sheet_, 1, 0);
  worksheet_repeat_rows(made.sheet_, 0, 1);
  worksheet_freeze_panes(made.sheet_, 2, 0);
  worksheet_set_footer(made.sheet_, "&C— &P —");
  made.row_ = 2;
  return made;
}

Workbook::Workbook(Workbook&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      layout_(std::move(other.layout_)),
      book_(std::exchange(other.book_, nullptr)),
      sheet_(other.sheet_),
      cell_(other.cell_),
      date_(other.date_),
      time_(other.time_),
      number_(other.number_),
      wide_(other.wide_),
      wide_bold_(other.wide_bold_),
      row_(other.row_),
      column_(other.column_),
      columns_(other.columns_),
      lines_(other.lines_) {}

Workbook::~Workbook() {
  if (book_) workbook_close(book_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void Workbook::fit_row(const std::string& value) {
  lines_ = std::max(lines_, lines_in(value, layout_[column_].width, kCellPoints));
}

void Workbook::text(const std::string& value) {
  fit_row(value);
  worksheet_write_string(sheet_, row_, column_++, value.c_str(), cell_);
}

void Workbook::number(int value) {
  worksheet_write_number(sheet_, row_, column_++, value, number_);
}

void Workbook::date(std::chrono::year_month_day value) {
  lxw_datetime when{
      int(value.year()), int(unsigned(value.month())), int(unsigned(value.day())), 0, 0, 0};
  worksheet_write_datetime(sheet_, row_, column_++, &when, date_);
}

void Workbook::time(UtcTime at, std::chrono::minutes utc_offset) {
  const auto local = at + utc_offset;
  const auto in_day = local - std::chrono::floor<std::chrono::days>(local);
  worksheet_write_number(sheet_, row_, column_++, double(in_day.count()) / 86'400'000.0, time_);
}

void Workbook::blank() {
  worksheet_write_blank(sheet_, row_, column_++, cell_);
}

void Workbook::next_row() {
  while (column_ < columns_) blank();
  worksheet_set_row(sheet_, row_, row_points(lines_), nullptr);
  ++row_;
  column_ = 0;
  lines_ = 1;
}

void Workbook::wide_row(const std::string& value, bool bold) {
  worksheet_merge_range(sheet_, row_, 0, row_, lxw_col_t(columns_ - 1), value.c_str(),
                        bold ? wide_bold_ : wide_);
  worksheet_set_row(sheet_, row_, kRowPoints, nullptr);
  ++row_;
}

Result<std::string> Workbook::finish() {
  worksheet_print_area(sheet_, 0, 0, row_ > 0 ? row_ - 1 : 0, lxw_col_t(columns_ - 1));
  const auto failed = workbook_close(std::exchange(book_, nullptr));
  std::ostringstream bytes;
  bytes << std::ifstream(path_, std::ios::binary).rdbuf();
  if (failed != LXW_NO_ERROR || bytes.str().empty())
    return fail(ErrorCode::kStorage, "表格没有生成，请检查磁盘空间",
                "The sheet was not made; check the disk", lxw_strerror(failed));
  return bytes.str();
}

}  // namespace huiban::documents
