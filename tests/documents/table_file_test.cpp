// Spreadsheets as tables of text: written and read again, and files of other programs.
#include "documents/table_file.h"

#include <catch2/catch.hpp>

#include "documents/zip_file.h"

using namespace huiban;
using namespace huiban::documents;
using huiban::domain::TextTable;

namespace {

const std::vector<TextTable> kTables = {
    {"单位", {{"单位", "类别"}, {"东溪村", "村"}, {"", "居民区"}, {"a,\"b\"\n", "=1+1"}}},
    {"人员职务", {{"姓名", "手机"}, {"张三", "013800000001"}}}};

std::string sheet_file(const std::string& cells, const std::string& styles = "",
                       const std::string& book_attributes = "") {
  const auto made =
      make_zip({{"xl/workbook.xml",
                 "<x:workbook xmlns:x=\"m\" xmlns:r=\"r\"><x:workbookPr " + book_attributes +
                     "/><x:sheets><x:sheet name=\"甲\" r:id=\"rId1\"/></x:sheets></x:workbook>"},
                {"xl/_rels/workbook.xml.rels",
                 "<Relationships><Relationship Id=\"rId1\" "
                 "Target=\"worksheets/sheet1.xml\"/></Relationships>"},
                {"xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>"},
                {"xl/sharedStrings.xml",
                 "<sst><si><t>东溪村</t></si><si><r><t>党</t></r><r><t>委</t></r><rPh><t>x</t></"
                 "rPh></si></sst>"},
                {"xl/worksheets/sheet1.xml",
                 "<worksheet><sheetData>" + cells + "</sheetData></worksheet>"}});
  REQUIRE(made.has_value());
  return *made;
}

std::string refusal(const std::string& bytes) {
  const auto read = read_tables(bytes);
  REQUIRE(!read.has_value());
  CHECK(read.error().code == ErrorCode::kInvalid);
  CHECK(!read.error().en.empty());
  return read.error().zh;
}

}  // namespace

TEST_CASE("tables are read as they were written, as XLSX and as CSV") {
  const auto file = tables_xlsx(kTables);
  REQUIRE(file.has_value());
  const auto read = read_tables(*file);
  REQUIRE(read.has_value());
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].name == "单位");
  CHECK((*read)[0].rows == kTables[0].rows);
  CHECK((*read)[1].rows[1][1] == "013800000001");  // zeros stay
  const auto csv = table_csv(kTables[0]);
  CHECK(csv.substr(0, 3) == "\xEF\xBB\xBF");
  CHECK(csv.find("'=1+1") != std::string::npos);  // no formula when opened
  CHECK(read_tables(csv)->front().rows == kTables[0].rows);
}

TEST_CASE("cells of other programs: runs, numbers, days, flags, errors, missing references") {
  const auto file = sheet_file(
      "<row r=\"2\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c><v>1.38E10</v></c>"
      "<c s=\"1\"><v>43978</v></c><c s=\"2\"><v>43978.5</v></c><c t=\"b\"><v>1</v></c>"
      "<c t=\"e\"><v>#N/A</v></c><c r=\"J2\" t=\"inlineStr\"><is><t>末</t></is></c>"
      "<c t=\"s\"><v>99</v></c><c t=\"str\"><v>式</v></c></row>",
      "<numFmts><numFmt numFmtId=\"170\" "
      "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>"
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/></cellXfs>");
  const auto read = read_tables(file);
  REQUIRE(read.has_value());
  const auto& rows = read->front().rows;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].empty());
  CHECK(rows[1] == std::vector<std::string>{"东溪村", "党委", "13800000000", "2020-05-27",
                                            "2020-05-27", "是", "", "", "", "末", "", "式"});
  const auto mac =
      read_tables(sheet_file("<row r=\"1\"><c s=\"0\"><v>42516</v></c></row>",
                             "<cellXfs><xf numFmtId=\"14\"/></cellXfs>", "date1904=\"1\""));
  CHECK(mac->front().rows[0][0] == "2020-05-27");
}

TEST_CASE("CSV by RFC 4180, in UTF-8 and GB18030, with the separators that programs write") {
  const auto rows = [](const std::string& text) { return read_tables(text)->front().rows; };
  using Rows = std::vector<std::vector<std::string>>;
  CHECK(rows("a,\"b,\"\"c\"\"\r\nd\"\r\ne,\r\n") == Rows{{"a", "b,\"c\"\r\nd"}, {"e", ""}});
  CHECK(rows("a;b\nc;d") == Rows{{"a", "b"}, {"c", "d"}});
  CHECK(rows("a\tb,c\tx\n") == Rows{{"a", "b,c", "x"}});
  CHECK(rows("\xB5\xA5\xCE\xBB,\xB4\xE5\n") == Rows{{"单位", "村"}});
  CHECK_THAT(refusal("a,\"b\n"), Catch::Contains("第 1 行") && Catch::Contains("引号没有结束"));
  CHECK_THAT(refusal("a\n\"b\"c\n"), Catch::Contains("第 2 行"));
  CHECK_THAT(refusal("\xFF\xFE"), Catch::Contains("编码"));
}

TEST_CASE("files that are no tables are refused with what to do") {
  CHECK_THAT(refusal(""), Catch::Contains("空"));
  CHECK_THAT(refusal("\xD0\xCF\x11\xE0 old"), Catch::Contains(".xlsx"));
  CHECK_THAT(refusal(std::string("a\0b", 3)), Catch::Contains("CSV"));
  CHECK_THAT(refusal("PK\x03\x04 not a zip"), Catch::Contains("损坏"));
  const auto other = make_zip({{"word/document.xml", "<a/>"}});
  CHECK_THAT(refusal(*other), Catch::Contains("xl/workbook.xml"));
  CHECK_THAT(refusal(sheet_file("<row r=\"20001\"><c><v>1</v></c></row>")),
             Catch::Contains("太大"));
  CHECK_THAT(refusal(sheet_file("<row r=\"1\"><c r=\"ZZ1\"><v>1</v></c></row>")),
             Catch::Contains("太大"));
  CHECK(read_tables(sheet_file("<row r=\"90000\"><c s=\"1\"/></row>"))->front().rows.empty());
  std::string many;
  for (int i = 0; i <= int(kMaxTableRows); ++i) many += "a\n";
  CHECK_THAT(refusal(many), Catch::Contains("太大"));
  auto cut = *tables_xlsx(kTables);
  for (std::size_t size = 4; size < cut.size(); size += 97)
    CHECK(!read_tables(cut.substr(0, size)).has_value());
}
