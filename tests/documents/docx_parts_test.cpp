// What Word reads and LibreOffice's rendering cannot show: the numbers in the parts themselves.
#include "documents/docx_parts.h"

#include "documents/minutes_document.h"
#include "tests/documents/parts.h"

using namespace huiban;
using test::parse_part;
using test::part_text;

namespace {

using Kind = domain::MinutesParagraph::Kind;

domain::MinutesDraft draft() {
  domain::MinutesDraft made;
  made.mark = "示例镇会议纪要";
  made.number = "〔2020〕3号";
  made.maker = "示例镇党政办公室";
  made.date = "2020年5月27日";
  made.title = "关于防汛防台工作会议的纪要";
  made.paragraphs = {{Kind::kHeading, "一、工作部署", {}, {}, {}},
                     {Kind::kBody, "会议要求，落实值守。", {}, {}, {}},
                     {Kind::kTask, "1.完成自查。", {}, {}, {}}};
  made.attendance = {{"出席", "党委书记、镇长"}, {"列席", "区水务局"}};
  made.copies_to = "镇领导，各参会单位";
  made.printed_by = made.maker;
  made.printed_on = made.date + "印发";
  return made;
}

std::string file_of(const domain::MinutesDraft& made) {
  const auto file = documents::minutes_docx(made);
  REQUIRE(file.has_value());
  return *file;
}

// The paragraph of the body that begins with these words.
pugi::xml_node paragraph(const pugi::xml_document& xml, const std::string& start) {
  for (const auto& node : xml.child("w:document").child("w:body").children("w:p")) {
    std::string text;
    for (const auto& run : node.children("w:r")) text += run.child("w:t").text().get();
    if (text.rfind(start, 0) == 0) return node;
  }
  FAIL("no paragraph " << start);
  return {};
}

std::string font(const pugi::xml_node& run) {
  return run.child("w:rPr").child("w:rFonts").attribute("w:eastAsia").value();
}

std::string value(const pugi::xml_node& node, const char* attribute = "w:val") {
  return node.attribute(attribute).value();
}

}  // namespace

TEST_CASE("the page is A4 with margins 37, 26, 35, 28 mm and two footers") {
  const auto file = file_of(draft());
  pugi::xml_document xml, settings;
  parse_part(file, "word/document.xml", xml);
  const auto section = xml.child("w:document").child("w:body").child("w:sectPr");
  CHECK(value(section.child("w:pgSz"), "w:w") == "11906");
  CHECK(value(section.child("w:pgSz"), "w:h") == "16838");
  const auto margins = section.child("w:pgMar");
  CHECK(value(margins, "w:top") == "2098");
  CHECK(value(margins, "w:right") == "1474");
  CHECK(value(margins, "w:bottom") == "1984");
  CHECK(value(margins, "w:left") == "1588");
  CHECK(section.find_child_by_attribute("w:footerReference", "w:type", "default"));
  CHECK(section.find_child_by_attribute("w:footerReference", "w:type", "even"));
  parse_part(file, "word/settings.xml", settings);
  CHECK(settings.child("w:settings").child("w:evenAndOddHeaders"));
  CHECK(part_text(file, "word/footer_odd.xml")
            .find(R"(<w:ind w:right="280"/><w:jc w:val="right"/>)") != std::string::npos);
  CHECK(part_text(file, "word/footer_even.xml")
            .find(R"(<w:ind w:left="280"/><w:jc w:val="left"/>)") != std::string::npos);
}

TEST_CASE(
    "the body is 三号仿宋 on exact lines of 579 twips, tightened by 0.25 pt and indented by two "
    "characters") {
  pugi::xml_document xml;
  parse_part(file_of(draft()), "word/document.xml", xml);
  for (const auto* start : {"会议要求", "1.完成自查"}) {
    INFO(start);
    const auto body = paragraph(xml, start);
    const auto form = body.child("w:pPr"), run = body.child("w:r").child("w:rPr");
    CHECK(value(form.child("w:spacing"), "w:line") == "579");
    CHECK(value(form.child("w:spacing"), "w:lineRule") == "exact");
    CHECK(value(form.child("w:ind"), "w:firstLineChars") == "200");
    CHECK(value(form.child("w:ind"), "w:firstLine") == "630");
    CHECK(value(run.child("w:sz")) == "32");
    CHECK(value(run.child("w:spacing")) == "-5");
    CHECK(value(run.child("w:lang"), "w:eastAsia") == "zh-CN");
    CHECK(font(body.child("w:r")) == "仿宋_GB2312");
  }
  CHECK(font(paragraph(xml, "一、工作部署").child("w:r")) == "黑体");
}

TEST_CASE("mark and title are 小标宋, the mark red, with a red line below the maker") {
  pugi::xml_document xml;
  parse_part(file_of(draft()), "word/document.xml", xml);
  const auto mark = paragraph(xml, "示例镇会议纪要").child("w:r");
  CHECK(font(mark) == "方正小标宋简体");
  CHECK(value(mark.child("w:rPr").child("w:color")) == "FF0000");
  const auto title = paragraph(xml, "关于防汛防台").child("w:r");
  CHECK(font(title) == "方正小标宋简体");
  CHECK(value(title.child("w:rPr").child("w:sz")) == "44");
  CHECK(xml.select_node("//w:pBdr/w:bottom[@w:color='FF0000']"));
}

TEST_CASE("attendance labels are 黑体 and wrapped lines hang after the colon") {
  pugi::xml_document xml;
  parse_part(file_of(draft()), "word/document.xml", xml);
  for (const auto* label : {"出席：", "列席："}) {
    INFO(label);
    const auto line = paragraph(xml, label);
    CHECK(font(line.child("w:r")) == "黑体");
    CHECK(font(line.child("w:r").next_sibling("w:r")) == "仿宋_GB2312");
    CHECK(value(line.child("w:pPr").child("w:ind"), "w:left") == "1575");    // 2 + 3 characters
    CHECK(value(line.child("w:pPr").child("w:ind"), "w:hanging") == "945");  // 出席：
  }
}

TEST_CASE("the imprint has lines of 1 and 0.75 pt; its bottom is the type area's") {
  pugi::xml_document xml;
  parse_part(file_of(draft()), "word/document.xml", xml);
  const auto borders = xml.select_node("//w:txbxContent/w:tbl/w:tblPr/w:tblBorders").node();
  CHECK(value(borders.child("w:top"), "w:sz") == "8");      // eighths of a point: 0.35 mm
  CHECK(value(borders.child("w:insideH"), "w:sz") == "6");  // 0.26 mm
  CHECK(value(borders.child("w:bottom"), "w:sz") == "8");
  const auto anchor = xml.select_node("//wp:anchor").node();
  CHECK(anchor.child("wp:positionV").child("wp:posOffset").text().as_int() +
            anchor.child("wp:extent").attribute("cy").as_int() ==
        (16838 - 1984) * 635);
}

TEST_CASE("characters that XML forbids are left out, all others are kept") {
  auto made = draft();
  made.title = "关于\x01<防汛>&\"防台\"的纪要";
  made.paragraphs = {{Kind::kBody,
                      "值守\x0b\xEF\xBF\xBE表\xEF\xBF\xBF：\xF0\xA0\x80\x80家村 & <东溪村>",
                      {},
                      {},
                      {}}};
  const auto file = file_of(made);
  for (const auto* name : {"word/document.xml", "docProps/core.xml"}) {
    const auto text = part_text(file, name);
    INFO(name);
    CHECK(text.find("&#") == std::string::npos);
    CHECK(documents::allowed_in_xml(text) == text);
  }
  pugi::xml_document xml, core;
  parse_part(file, "word/document.xml", xml);
  CHECK(paragraph(xml, "值守表：\xF0\xA0\x80\x80家村 & <东溪村>"));
  parse_part(file, "docProps/core.xml", core);
  CHECK(std::string(core.child("cp:coreProperties").child("dc:title").text().get()) ==
        "关于<防汛>&\"防台\"的纪要");
  CHECK(documents::allowed_in_xml("行\n\t尾\xEF\xBF\xBD") == "行\n\t尾\xEF\xBF\xBD");
}
