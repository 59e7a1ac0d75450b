// Printing and cell types of the sheets, in the parts that LibreOffice's CSV cannot show.
#include <map>
#include <vector>

#include "documents/document_writer.h"
#include "tests/documents/parts.h"
#include "tests/support/sample_meeting.h"

using namespace huiban;

namespace {

// The first sheet as cells by reference (A3), with shared strings put in.
struct Sheet {
  explicit Sheet(const Result<std::string>& file) {
    REQUIRE(file.has_value());
    pugi::xml_document strings;
    test::parse_part(*file, "xl/sharedStrings.xml", strings);
    test::parse_part(*file, "xl/worksheets/sheet1.xml", xml);
    test::parse_part(*file, "xl/workbook.xml", book);
    test::parse_part(*file, "xl/styles.xml", styles);
    std::vector<std::string> texts;
    for (const auto& item : strings.child("sst").children("si"))
      texts.emplace_back(item.child("t").text().get());
    for (const auto& row : root().child("sheetData").children("row"))
      for (const auto& cell : row.children("c")) {
        const std::string kind = cell.attribute("t").value();
        cells[cell.attribute("r").value()] =
            kind == "s" ? texts.at(cell.child("v").text().as_uint()) : cell.child("v").text().get();
      }
  }
  pugi::xml_node root() const { return xml.child("worksheet"); }
  double height(const char* row) const {
    return root()
        .child("sheetData")
        .find_child_by_attribute("row", "r", row)
        .attribute("ht")
        .as_double();
  }
  std::string defined(const char* name) const {
    return book.child("workbook")
        .child("definedNames")
        .find_child_by_attribute("definedName", "name", name)
        .text()
        .get();
  }
  std::string last_line() const {
    std::string text;
    for (const auto& row : root().child("sheetData").children("row")) {
      const auto found = cells.find(row.child("c").attribute("r").value());
      if (found != cells.end() && !found->second.empty()) text = found->second;
    }
    return text;
  }
  pugi::xml_document xml, book, styles;
  std::map<std::string, std::string> cells;
};

domain::MeetingFacts facts() {
  const auto town = store::read_town_file(HUIBAN_SOURCE_DIR "/config/demo/demo-town.json");
  REQUIRE(town.has_value());
  return test::held_meeting(*town, 60, 140);
}

void check_printing(const Sheet& sheet, const std::string& name, const std::string& area) {
  const auto page = sheet.root().child("pageSetup");
  CHECK(std::string(page.attribute("orientation").value()) == "landscape");
  CHECK(page.attribute("paperSize").as_int() == 9);  // A4
  CHECK(sheet.root().child("sheetPr").child("pageSetUpPr").attribute("fitToPage").as_bool());
  CHECK(sheet.defined("_xlnm.Print_Titles") == "'" + name + "'!$1:$2");
  CHECK(sheet.defined("_xlnm.Print_Area") == "'" + name + "'!" + area);
  const auto pane = sheet.root().child("sheetViews").child("sheetView").child("pane");
  CHECK(std::string(pane.attribute("topLeftCell").value()) == "A3");
}

}  // namespace

TEST_CASE("the attendance sheet prints on landscape A4 with its head on every page") {
  const auto held = facts();
  const Sheet sheet(documents::create_document_writer()->attendance_xlsx(held));
  check_printing(sheet, "签到表", "$A$1:$J$280");
  CHECK(sheet.cells.at("F2") == "应到/实到");
  CHECK(sheet.height("3") == 24);  // a signature fits
}

TEST_CASE("a unit split over both venues has a figure in each, in persons") {
  const auto held = facts();
  const Sheet sheet(documents::create_document_writer()->attendance_xlsx(held));
  std::map<std::pair<std::string, std::string>, std::vector<std::string>>
      figures;  // by unit and venue
  for (const auto& [at, unit] : sheet.cells) {
    if (at[0] != 'B' || at == "B1" || at == "B2" || unit.empty()) continue;
    const auto row = at.substr(1);
    if (const auto& figure = sheet.cells.at("F" + row); !figure.empty())
      figures[{unit, sheet.cells.at("E" + row)}].push_back(figure);
  }
  int split = 0;
  for (const auto& unit : held.attendance.units) {
    INFO(unit.name);
    for (const auto& [venue, figure] :
         {std::pair{"主会场", unit.main}, std::pair{"分会场", unit.branch}}) {
      const auto found = figures.find({unit.name, venue});
      REQUIRE((found != figures.end()) == (figure.posts_expected > 0));
      if (found == figures.end()) continue;
      REQUIRE(found->second.size() == 1);
      CHECK(found->second[0] ==
            std::to_string(figure.expected) + "/" + std::to_string(figure.present));
    }
    split += unit.main.expected > 0 && unit.branch.expected > 0;
  }
  CHECK(split > 0);
}

TEST_CASE("a rate without anybody expected is a dash") {
  domain::MeetingFacts empty{domain::Meeting(MeetingId::make()), {}, {}, {}, UtcTime{},
                             std::chrono::minutes{480},          "", ""};
  const Sheet sheet(documents::create_document_writer()->attendance_xlsx(empty));
  CHECK(sheet.last_line() == "合计：应到0　实到0　迟到0　早退0　请假0　替会0　缺席0　到会率—");
}

TEST_CASE("the task list has a real date and rows as high as their text") {
  const auto held = facts();
  auto tasks = held.tasks;
  REQUIRE(tasks.size() == 1);
  const Sheet sheet(
      documents::create_document_writer()->tasks_xlsx(tasks, held.directory, "任务清单"));
  check_printing(sheet, "任务清单", "$A$1:$N$4");
  CHECK(sheet.cells.at("H3") == "43992");  // 2020-06-10, days of the 1900 system
  CHECK(sheet.styles.select_node("//numFmt[@formatCode='yyyy\"年\"m\"月\"d\"日\"']"));
  CHECK(sheet.height("3") == 56);  // 34 characters of source in a column of 13: three lines

  domain::TaskContent content = tasks[0].content();
  for (int i = 0; i < 100; ++i) content.title += "逐项自查并报送整改情况；";
  domain::StoredEvent event;
  event.stream = domain::StreamId::of(tasks[0].id());
  event.seq = 3;
  event.payload = domain::TaskRevised{content};
  tasks[0].apply(event);
  const Sheet longer(
      documents::create_document_writer()->tasks_xlsx(tasks, held.directory, "任务清单"));
  CHECK(longer.height("3") == 409);  // Excel's limit
  CHECK(longer.cells.at("C3") == content.title);
}
