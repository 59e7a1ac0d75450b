// ECMA-376 part 1: workbook (18.2), sheets (18.3), shared strings (18.4), number formats (18.8).
#include <zip.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <pugixml.hpp>
#include <set>

#include "documents/table_file.h"

namespace huiban::documents {

namespace {

constexpr zip_uint64_t kMaxPart = 48
                                  << 20;  // bytes, unpacked: far above 20 000 rows of a directory
constexpr std::size_t kMaxSheets = 50;
constexpr std::size_t kMaxCells = 500000;
constexpr std::size_t kMaxText = 32767;  // of a cell, as Excel allows

tl::unexpected<Error> bad(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, zh, en);
}

tl::unexpected<Error> damaged(const std::string& what) {
  return fail(ErrorCode::kInvalid, "XLSX 文件已损坏或不完整（" + what + "）",
              "The XLSX file is damaged or incomplete (" + what + ")");
}

tl::unexpected<Error> too_large() {
  return bad("表太大：最多 20000 行、100 列",
             "The table is too large: at most 20000 rows and 100 columns");
}

// Programs differ in the prefix of the main namespace, so only local names are compared.
bool is(const pugi::xml_node& node, const char* name) {
  const char* colon = std::strchr(node.name(), ':');
  return std::strcmp(colon ? colon + 1 : node.name(), name) == 0;
}

pugi::xml_node child(const pugi::xml_node& node, const char* name) {
  for (const auto& one : node)
    if (is(one, name)) return one;
  return {};
}

const char* attribute(const pugi::xml_node& node, const char* local) {
  for (const auto& one : node.attributes()) {
    const char* colon = std::strchr(one.name(), ':');
    if (std::strcmp(colon ? colon + 1 : one.name(), local) == 0) return one.value();
  }
  return "";
}

// Text of a cell or shared string: its t and the t of its runs, without phonetic guides.
std::string rich_text(const pugi::xml_node& node) {
  std::string text;
  for (const auto& part : node) {
    if (is(part, "t")) text += part.text().get();
    if (is(part, "r")) text += child(part, "t").text().get();
    if (text.size() > kMaxText) break;
  }
  return text;
}

class Archive {
 public:
  static Result<Archive> open(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (!source) return damaged("zip");
    zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!zip) {
      zip_source_free(source);
      return damaged(zip_error_strerror(&error));
    }
    Archive archive;
    archive.zip_.reset(zip);
    return archive;
  }

  bool has(const std::string& name) const {
    return zip_name_locate(zip_.get(), name.c_str(), ZIP_FL_NOCASE) >= 0;
  }

  // NotFound is told as a damaged file: parts that are asked for are required.
  Result<void> parse(const std::string& name, pugi::xml_document& xml) const {
    const auto index = zip_name_locate(zip_.get(), name.c_str(), ZIP_FL_NOCASE);
    zip_stat_t stat;
    if (index < 0 || zip_stat_index(zip_.get(), zip_uint64_t(index), 0, &stat) != 0)
      return damaged(name);
    if (!(stat.valid & ZIP_STAT_SIZE) || stat.size > kMaxPart) return too_large();
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(
        zip_fopen_index(zip_.get(), zip_uint64_t(index), 0), &zip_fclose);
    if (!file) return damaged(name);
    std::string bytes(stat.size, '\0');
    zip_int64_t length = 0;
    while (zip_uint64_t(length) < stat.size) {
      const auto part =
          zip_fread(file.get(), bytes.data() + length, stat.size - std::size_t(length));
      if (part <= 0) return damaged(name);
      length += part;
    }
    if (!xml.load_buffer(bytes.data(), bytes.size(),
                         pugi::parse_default | pugi::parse_ws_pcdata_single))
      return damaged(name);
    return {};
  }

 private:
  struct Discard {
    void operator()(zip_t* zip) const { zip_discard(zip); }
  };
  std::unique_ptr<zip_t, Discard> zip_;
};

// Formats that show a day; quoted text and [conditions] of the format do not count.
bool is_day_format(const std::string& code) {
  bool quoted = false, bracket = false, year = false, month = false, day = false;
  for (const char c : code) {
    if (c == '"') quoted = !quoted;
    if (c == '[') bracket = true;
    if (!quoted && !bracket) {
      year = year || c == 'y' || c == 'Y';
      month = month || c == 'm' || c == 'M';
      day = day || c == 'd' || c == 'D';
    }
    if (c == ']') bracket = false;
  }
  return year || (month && day);
}

bool is_builtin_day_format(int id) {
  return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
         (id >= 50 && id <= 54) || id == 57 || id == 58;
}

class XlsxReader {
 public:
  explicit XlsxReader(Archive archive) : archive_(std::move(archive)) {}

  Result<std::vector<domain::TextTable>> read() {
    pugi::xml_document book, links;
    HUIBAN_CHECK(archive_.parse("xl/workbook.xml", book));
    HUIBAN_CHECK(archive_.parse("xl/_rels/workbook.xml.rels", links));
    HUIBAN_CHECK(read_strings());
    HUIBAN_CHECK(read_styles());
    const auto root = child(book, "workbook");
    const std::string epoch = attribute(child(root, "workbookPr"), "date1904");
    days_before_ = epoch == "1" || epoch == "true" ? 24107 : 25569;  // 1970-01-01 as serial number
    std::map<std::string, std::string> targets;
    for (const auto& link : child(links, "Relationships"))
      targets[attribute(link, "Id")] = attribute(link, "Target");
    std::vector<domain::TextTable> tables;
    for (const auto& sheet : child(root, "sheets")) {
      if (!is(sheet, "sheet") || std::strcmp(attribute(sheet, "state"), "veryHidden") == 0)
        continue;
      if (tables.size() >= kMaxSheets) return bad("工作表太多", "There are too many sheets");
      const auto target = targets.find(relation_of(sheet));
      if (target == targets.end()) return damaged("xl/_rels/workbook.xml.rels");
      const auto& path = target->second;
      const auto part = !path.empty() && path[0] == '/' ? path.substr(1) : "xl/" + path;
      if (part.find("worksheets/") == std::string::npos) continue;  // a chart sheet
      domain::TextTable table{attribute(sheet, "name"), {}};
      HUIBAN_CHECK(read_sheet(part, table));
      tables.push_back(std::move(table));
    }
    return tables;
  }

 private:
  static std::string relation_of(const pugi::xml_node& sheet) {
    for (const auto& one : sheet.attributes()) {
      const std::string name = one.name();
      if (name.size() > 3 && name.substr(name.size() - 3) == ":id") return one.value();
    }
    return {};
  }

  Result<void> read_strings() {
    if (!archive_.has("xl/sharedStrings.xml")) return {};
    pugi::xml_document xml;
    HUIBAN_CHECK(archive_.parse("xl/sharedStrings.xml", xml));
    for (const auto& item : child(xml, "sst"))
      if (is(item, "si")) strings_.push_back(rich_text(item));
    return {};
  }

  Result<void> read_styles() {
    if (!archive_.has("xl/styles.xml")) return {};
    pugi::xml_document xml;
    HUIBAN_CHECK(archive_.parse("xl/styles.xml", xml));
    const auto root = child(xml, "styleSheet");
    std::set<int> days;
    for (const auto& format : child(root, "numFmts"))
      if (is_day_format(attribute(format, "formatCode")))
        days.insert(std::atoi(attribute(format, "numFmtId")));
    for (const auto& style : child(root, "cellXfs")) {
      const int id = std::atoi(attribute(style, "numFmtId"));
      day_styles_.push_back(is_builtin_day_format(id) || days.count(id) > 0);
    }
    return {};
  }

  Result<void> read_sheet(const std::string& part, domain::TextTable& table) {
    pugi::xml_document xml;
    HUIBAN_CHECK(archive_.parse(part, xml));
    std::size_t next_row = 0;
    for (const auto& row : child(child(xml, "worksheet"), "sheetData")) {
      if (!is(row, "row")) continue;
      const auto number = std::strtoul(attribute(row, "r"), nullptr, 10);
      const std::size_t index = number > 0 ? number - 1 : next_row;
      if (index >= kMaxTableRows) {
        if (!has_value(row)) continue;  // formatted far below the data
        return too_large();
      }
      if (table.rows.size() <= index) table.rows.resize(index + 1);
      next_row = index + 1;
      HUIBAN_CHECK(read_row(row, table.rows[index]));
    }
    while (!table.rows.empty() && table.rows.back().empty()) table.rows.pop_back();
    return {};
  }

  static bool has_value(const pugi::xml_node& row) {
    for (const auto& cell : row)
      if (child(cell, "v") || child(cell, "is")) return true;
    return false;
  }

  Result<void> read_row(const pugi::xml_node& row, std::vector<std::string>& cells) {
    std::size_t next = 0;
    for (const auto& cell : row) {
      if (!is(cell, "c")) continue;
      std::size_t column = 0;
      const char* reference = attribute(cell, "r");  // B12; may be missing
      for (const char* c = reference; *c >= 'A' && *c <= 'Z' && column <= kMaxTableColumns; ++c)
        column = column * 26 + std::size_t(*c - 'A' + 1);
      column = column > 0 ? column - 1 : next;
      next = column + 1;
      auto text = text_of(cell);
      if (text.empty()) continue;
      if (column >= kMaxTableColumns || ++cells_ > kMaxCells) return too_large();
      if (text.size() > kMaxText) text.resize(0);
      if (cells.size() <= column) cells.resize(column + 1);
      cells[column] = std::move(text);
    }
    return {};
  }

  std::string text_of(const pugi::xml_node& cell) const {
    const std::string type = attribute(cell, "t");
    if (type == "inlineStr") return rich_text(child(cell, "is"));
    const std::string value = child(cell, "v").text().get();
    if (type == "s") {
      const auto index = std::strtoul(value.c_str(), nullptr, 10);
      return index < strings_.size() && !value.empty() ? strings_[index] : "";
    }
    if (type == "e") return {};  // #N/A and the like
    if (type == "b") return value == "1" ? "是" : "否";
    if (!type.empty() && type != "n") return value;  // str: a formula's text; d: a date as text
    return number_text(value, std::strtoul(attribute(cell, "s"), nullptr, 10));
  }

  // A day as 2020-05-27; a whole number without point or exponent (a telephone number is 1.38E10).
  std::string number_text(const std::string& value, std::size_t style) const {
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (value.empty() || end != value.c_str() + value.size() || !std::isfinite(number))
      return value;
    if (style < day_styles_.size() && day_styles_[style] && number >= 1 && number < 2958466) {
      const std::chrono::sys_days day{std::chrono::days{long(std::floor(number)) - days_before_}};
      const std::chrono::year_month_day date{day};
      char text[16];
      std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()),
                    unsigned(date.day()));
      return text;
    }
    if (std::floor(number) != number || std::fabs(number) >= 1e15) return value;
    return std::to_string(static_cast<long long>(number));
  }

  Archive archive_;
  std::vector<std::string> strings_;
  std::vector<bool> day_styles_;
  long days_before_ = 25569;
  std::size_t cells_ = 0;
};

}  // namespace

Result<std::vector<domain::TextTable>> read_xlsx(std::string_view bytes) {
  return XlsxReader(HUIBAN_TRY(Archive::open(bytes))).read();
}

}  // namespace huiban::documents
