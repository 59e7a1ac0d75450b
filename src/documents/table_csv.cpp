#include <algorithm>

#include "core/chinese_text.h"
#include "documents/table_file.h"

namespace huiban::documents {

namespace {

constexpr const char* kByteOrderMark = "\xEF\xBB\xBF";

tl::unexpected<Error> bad(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, zh, en);
}

bool begins_formula(std::string_view cell) {
  if (cell.empty()) return false;
  if (cell[0] == '=' || cell[0] == '@') return true;
  return (cell[0] == '+' || cell[0] == '-') &&
         cell.find_first_not_of("0123456789 -()", 1) != std::string_view::npos;
}

// The separator that the first line has most of; quoted text does not count.
char separator_of(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (tabs > commas && tabs >= semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text), separator_(separator_of(text)) {}

  Result<domain::TextTable> read() {
    while (at_ < text_.size()) {
      if (table_.rows.size() >= kMaxTableRows) return too_large();
      table_.rows.emplace_back();
      HUIBAN_CHECK(read_row());
    }
    return std::move(table_);
  }

 private:
  static tl::unexpected<Error> too_large() {
    return bad("表太大：最多 20000 行、100 列",
               "The table is too large: at most 20000 rows and 100 columns");
  }

  Result<void> read_row() {
    for (;;) {
      if (table_.rows.back().size() >= kMaxTableColumns) return too_large();
      HUIBAN_CHECK(read_cell());
      if (at_ >= text_.size()) return {};
      const char end = text_[at_++];
      if (end == separator_) continue;
      if (end == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      return {};
    }
  }

  Result<void> read_cell() {
    std::string cell;
    if (at_ < text_.size() && text_[at_] == '"') {
      cell = HUIBAN_TRY(read_quoted());
    } else {
      const char ends[] = {separator_, '\r', '\n', 0};
      const auto end = std::min(text_.find_first_of(ends, at_), text_.size());
      cell = text_.substr(at_, end - at_);
      at_ = end;
    }
    if (cell.size() > 1 && cell[0] == '\'' &&
        std::string_view("=+-@").find(cell[1]) != std::string_view::npos)
      cell.erase(0, 1);
    table_.rows.back().push_back(std::move(cell));
    return {};
  }

  Result<std::string> read_quoted() {
    const auto row = std::to_string(table_.rows.size());
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        cell += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += '"';
        ++at_;
      } else {
        ++at_;
        if (at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\r' ||
            text_[at_] == '\n')
          return cell;
        return bad("CSV 第 " + row + " 行：引号后面还有文字",
                   "CSV row " + row + ": there is text behind a closing quote");
      }
    }
    return bad("CSV 第 " + row + " 行：引号没有结束", "CSV row " + row + ": a quote is not closed");
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  domain::TextTable table_;
};

}  // namespace

std::string table_csv(const domain::TextTable& table) {
  std::string file = kByteOrderMark;
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) file += ',';
      std::string cell = begins_formula(row[i]) ? "'" + row[i] : row[i];
      if (cell.find_first_of(",\"\r\n;\t") == std::string::npos) {
        file += cell;
        continue;
      }
      file += '"';
      for (const char c : cell) {
        file += c;
        if (c == '"') file += c;
      }
      file += '"';
    }
    file += "\r\n";
  }
  return file;
}

Result<domain::TextTable> read_csv(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos)
    return bad("这个文件不是 CSV 或 XLSX；Excel 请另存为“CSV UTF-8”或 .xlsx",
               "The file is neither CSV nor XLSX; save it as \"CSV UTF-8\" or .xlsx");
  if (bytes.substr(0, 3) == kByteOrderMark) bytes.remove_prefix(3);
  if (is_utf8(bytes)) return CsvReader(bytes).read();
  const auto text = from_gb18030(bytes);
  if (!text)
    return bad("CSV 的文字编码认不出来，请另存为“CSV UTF-8”",
               "The encoding of the CSV is unknown; save it as \"CSV UTF-8\"");
  return CsvReader(*text).read();
}

Result<std::vector<domain::TextTable>> read_tables(std::string_view bytes) {
  if (bytes.empty()) return bad("文件是空的", "The file is empty");
  if (bytes.substr(0, 4) == "PK\x03\x04") return read_xlsx(bytes);
  if (bytes.substr(0, 4) == "\xD0\xCF\x11\xE0")
    return bad("这是旧的 .xls 或加密的文件，请另存为 .xlsx",
               "This is an old .xls or an encrypted file; save it as .xlsx");
  return std::vector<domain::TextTable>{HUIBAN_TRY(read_csv(bytes))};
}

}  // namespace huiban::documents
