#include "documents/docx.h"

#include <algorithm>
#include <sstream>

#include "documents/docx_parts.h"
#include "documents/zip_file.h"

namespace huiban::documents {

namespace {

constexpr const char* kMain = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
constexpr const char* kShape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape";
constexpr const char* kRelations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

// Word's page of GB/T 9704: A4; margins 37, 35, 28, 26 mm. The footer distance puts the dash 7 mm
// under the type area.
constexpr int kPageWidth = 11906, kPageHeight = 16838;
constexpr int kTop = 2098, kBottom = 1984, kLeft = 1588, kRight = 1474, kFooter = 1429;
constexpr int kCharacterSpacing = -5;  // −0.25 pt

pugi::xml_node child(pugi::xml_node parent, const char* name,
                     std::initializer_list<std::pair<const char*, std::string>> attributes = {}) {
  auto node = parent.append_child(name);
  for (const auto& [key, value] : attributes) node.append_attribute(key) = value.c_str();
  return node;
}

std::string text_of(int number) {
  return std::to_string(number);
}

void add_run(pugi::xml_node paragraph, const Run& run) {
  auto node = child(paragraph, "w:r");
  auto properties = child(node, "w:rPr");
  child(properties, "w:rFonts",
        {{"w:hint", "eastAsia"},
         {"w:ascii", run.font},
         {"w:hAnsi", run.font},
         {"w:eastAsia", run.font},
         {"w:cs", run.font}});
  if (!run.colour.empty()) child(properties, "w:color", {{"w:val", run.colour}});
  if (run.half_points == kBodyHalfPoints)
    child(properties, "w:spacing", {{"w:val", text_of(kCharacterSpacing)}});
  child(properties, "w:sz", {{"w:val", text_of(run.half_points)}});
  child(properties, "w:szCs", {{"w:val", text_of(run.half_points)}});
  child(properties, "w:lang", {{"w:val", "en-US"}, {"w:eastAsia", "zh-CN"}});
  std::istringstream pieces(allowed_in_xml(run.text));
  bool first = true;
  for (std::string piece; std::getline(pieces, piece, '\t'); first = false) {
    if (!first) child(node, "w:tab");
    child(node, "w:t", {{"xml:space", "preserve"}}).text() = piece.c_str();
  }
}

void set_form(pugi::xml_node paragraph, const ParagraphForm& form) {
  auto properties = child(paragraph, "w:pPr");
  child(properties, "w:pStyle", {{"w:val", "Body"}});
  if (form.keep_next) child(properties, "w:keepNext");
  child(properties, "w:widowControl", {{"w:val", "0"}});
  if (form.red_line_space_pt >= 0) {
    auto borders = child(properties, "w:pBdr");
    child(borders, "w:bottom",
          {{"w:val", "single"},
           {"w:sz", "12"},
           {"w:space", text_of(form.red_line_space_pt)},
           {"w:color", "FF0000"}});
  }
  if (form.right_tab > 0) {
    auto tabs = child(properties, "w:tabs");
    child(tabs, "w:tab", {{"w:val", "right"}, {"w:pos", text_of(form.right_tab)}});
  }
  child(properties, "w:snapToGrid", {{"w:val", "0"}});
  child(properties, "w:spacing",
        {{"w:before", text_of(form.before)},
         {"w:after", "0"},
         {"w:line", text_of(form.line)},
         {"w:lineRule", "exact"}});
  auto indent = child(properties, "w:ind",
                      {{"w:left", text_of(form.left)}, {"w:right", text_of(form.right)}});
  if (form.hanging > 0) indent.append_attribute("w:hanging") = form.hanging;
  if (form.first_line_chars > 0) {
    // LibreOffice ignores the count of characters alone.
    indent.append_attribute("w:firstLineChars") = form.first_line_chars * 100;
    indent.append_attribute("w:firstLine") = form.first_line_chars * kChar;
  }
  static constexpr const char* kAlign[] = {"both", "center", "left", "right"};
  child(properties, "w:jc", {{"w:val", kAlign[int(form.align)]}});
}

// A row of fixed height, so that the table's bottom is known.
void add_row(pugi::xml_node table, const ParagraphForm& form, int height, const std::string& text) {
  auto row = child(table, "w:tr");
  child(child(row, "w:trPr"), "w:trHeight", {{"w:val", text_of(height)}, {"w:hRule", "exact"}});
  auto cell = child(row, "w:tc");
  child(child(cell, "w:tcPr"), "w:tcW", {{"w:w", text_of(kTypeWidth)}, {"w:type", "dxa"}});
  auto paragraph = child(cell, "w:p");
  set_form(paragraph, form);
  add_run(paragraph, {text, "仿宋_GB2312", kSmallHalfPoints, ""});
}

// A borderless box at a fixed place of the page (ECMA-376 part 1, 20.4.2.3), anchored in a
// paragraph that takes no room; text keeps above it. Returns the node for its content.
pugi::xml_node add_text_box(pugi::xml_node body, int left, int top, int width, int height) {
  constexpr int kEmuPerTwip = 635;
  const auto emu = [](int twips) { return text_of(twips * kEmuPerTwip); };
  ParagraphForm form;
  form.line = 20;
  auto paragraph = child(body, "w:p");
  set_form(paragraph, form);
  auto choice = child(child(child(paragraph, "w:r"), "mc:AlternateContent"), "mc:Choice",
                      {{"Requires", "wps"}});
  auto anchor = child(child(choice, "w:drawing"), "wp:anchor",
                      {{"distT", "0"},
                       {"distB", "0"},
                       {"distL", "0"},
                       {"distR", "0"},
                       {"simplePos", "0"},
                       {"relativeHeight", "1"},
                       {"behindDoc", "0"},
                       {"locked", "0"},
                       {"layoutInCell", "1"},
                       {"allowOverlap", "1"}});
  child(anchor, "wp:simplePos", {{"x", "0"}, {"y", "0"}});
  child(child(anchor, "wp:positionH", {{"relativeFrom", "page"}}), "wp:posOffset").text() =
      emu(left).c_str();
  child(child(anchor, "wp:positionV", {{"relativeFrom", "page"}}), "wp:posOffset").text() =
      emu(top).c_str();
  child(anchor, "wp:extent", {{"cx", emu(width)}, {"cy", emu(height)}});
  child(anchor, "wp:effectExtent", {{"l", "0"}, {"t", "0"}, {"r", "0"}, {"b", "0"}});
  child(anchor, "wp:wrapTopAndBottom");
  child(anchor, "wp:docPr", {{"id", "1"}, {"name", "版记"}});
  child(anchor, "wp:cNvGraphicFramePr");
  auto data = child(child(anchor, "a:graphic"), "a:graphicData", {{"uri", kShape}});
  auto shape = child(data, "wps:wsp");
  child(shape, "wps:cNvSpPr", {{"txBox", "1"}});
  auto looks = child(shape, "wps:spPr");
  auto place = child(looks, "a:xfrm");
  child(place, "a:off", {{"x", "0"}, {"y", "0"}});
  child(place, "a:ext", {{"cx", emu(width)}, {"cy", emu(height)}});
  child(child(looks, "a:prstGeom", {{"prst", "rect"}}), "a:avLst");
  child(looks, "a:noFill");
  child(child(looks, "a:ln"), "a:noFill");
  auto content = child(child(shape, "wps:txbx"), "w:txbxContent");
  child(shape, "wps:bodyPr",
        {{"lIns", "0"}, {"tIns", "0"}, {"rIns", "0"}, {"bIns", "0"}, {"anchor", "t"}});
  return content;
}

int count_characters(const std::string& text) {
  int count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

}  // namespace

Docx::Docx() {
  auto declaration = document_.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  declaration.append_attribute("standalone") = "yes";
  body_ = child(
      child(document_, "w:document",
            {{"xmlns:w", kMain},
             {"xmlns:r", kRelations},
             {"xmlns:mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"},
             {"xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"},
             {"xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main"},
             {"xmlns:wps", kShape}}),
      "w:body");
}

void Docx::add_paragraph(const ParagraphForm& form, const std::vector<Run>& runs) {
  auto paragraph = child(body_, "w:p");
  set_form(paragraph, form);
  for (const auto& run : runs) add_run(paragraph, run);
}

void Docx::add_blank_line() {
  add_paragraph({}, {{"", "仿宋_GB2312", kBodyHalfPoints, ""}});
}

void Docx::add_table(const Table& form) {
  auto table = child(body_, "w:tbl");
  auto properties = child(table, "w:tblPr");
  int width = 0;
  for (const int one : form.widths) width += one;
  child(properties, "w:tblW", {{"w:w", text_of(width)}, {"w:type", "dxa"}});
  auto borders = child(properties, "w:tblBorders");
  for (const char* side : {"w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"})
    child(borders, side,
          {{"w:val", "single"}, {"w:sz", "4"}, {"w:space", "0"}, {"w:color", "000000"}});
  child(properties, "w:tblLayout", {{"w:type", "fixed"}});
  auto margins = child(properties, "w:tblCellMar");
  for (const char* side : {"w:left", "w:right"})
    child(margins, side, {{"w:w", "57"}, {"w:type", "dxa"}});
  auto grid = child(table, "w:tblGrid");
  for (const int one : form.widths) child(grid, "w:gridCol", {{"w:w", text_of(one)}});
  ParagraphForm text;
  text.align = ParagraphForm::Align::kLeft;
  text.line = form.half_points * 14;  // 1.4 of the size
  for (std::size_t r = 0; r < form.rows.size(); ++r) {
    auto row = child(table, "w:tr");
    auto row_properties = child(row, "w:trPr");
    child(row_properties, "w:cantSplit");
    if (r == 0) child(row_properties, "w:tblHeader");
    for (std::size_t c = 0; c < form.rows[r].cells.size(); ++c) {
      auto cell = child(row, "w:tc");
      auto cell_properties = child(cell, "w:tcPr");
      const bool wide = form.rows[r].wide;
      child(cell_properties, "w:tcW",
            {{"w:w", text_of(wide ? width : form.widths[c])}, {"w:type", "dxa"}});
      if (wide) child(cell_properties, "w:gridSpan", {{"w:val", text_of(int(form.widths.size()))}});
      auto paragraph = child(cell, "w:p");
      set_form(paragraph, text);
      add_run(paragraph,
              {form.rows[r].cells[c], r == 0 ? "黑体" : form.font, form.half_points, ""});
    }
  }
  ParagraphForm end;  // Word wants a paragraph after a table
  end.line = 20;
  add_paragraph(end, {{"", form.font, 2, ""}});
}

// A text box whose bottom is the type area's, with a table in it: first and last line 0.35 mm, the
// middle one 0.25 mm. A floating table alone would do in Word, but LibreOffice lets one of the full
// width flow with the text.
void Docx::add_imprint(const Imprint& imprint) {
  constexpr int kSmallChar = 280;  // 四号
  constexpr int kRow = 560;
  ParagraphForm copies;
  copies.align = ParagraphForm::Align::kLeft;
  copies.line = kRow;
  copies.left = 4 * kSmallChar;  // wrapped lines stand under the first character after the colon
  copies.hanging = 3 * kSmallChar;
  copies.right = kSmallChar;
  ParagraphForm printed;
  printed.align = ParagraphForm::Align::kLeft;
  printed.line = kRow;
  printed.left = printed.right = kSmallChar;
  printed.right_tab = kTypeWidth - kSmallChar;
  constexpr int kPerLine = (kTypeWidth - 5 * kSmallChar) / kSmallChar;
  const int copies_height =
      kRow * std::max(1, (count_characters(imprint.copies_to) + kPerLine) / kPerLine);

  auto content = add_text_box(body_, kLeft, kPageHeight - kBottom - copies_height - kRow,
                              kTypeWidth, copies_height + kRow);
  auto table = child(content, "w:tbl");
  auto properties = child(table, "w:tblPr");
  child(properties, "w:tblW", {{"w:w", text_of(kTypeWidth)}, {"w:type", "dxa"}});
  auto borders = child(properties, "w:tblBorders");
  child(borders, "w:top",
        {{"w:val", "single"}, {"w:sz", "8"}, {"w:space", "0"}, {"w:color", "000000"}});
  child(borders, "w:bottom",
        {{"w:val", "single"}, {"w:sz", "8"}, {"w:space", "0"}, {"w:color", "000000"}});
  child(borders, "w:insideH",
        {{"w:val", "single"}, {"w:sz", "6"}, {"w:space", "0"}, {"w:color", "000000"}});
  child(properties, "w:tblLayout", {{"w:type", "fixed"}});
  auto margins = child(properties, "w:tblCellMar");
  child(margins, "w:left", {{"w:w", "0"}, {"w:type", "dxa"}});
  child(margins, "w:right", {{"w:w", "0"}, {"w:type", "dxa"}});
  child(child(table, "w:tblGrid"), "w:gridCol", {{"w:w", text_of(kTypeWidth)}});
  add_row(table, copies, copies_height, "分送：" + imprint.copies_to + "。");
  add_row(table, printed, kRow, imprint.printed_by + "\t" + imprint.printed_on);
  ParagraphForm end;  // a text box ends with a paragraph; this one takes no room
  end.line = 20;
  auto last = child(content, "w:p");
  set_form(last, end);
  add_run(last, {"", "仿宋_GB2312", 2, ""});
}

Result<std::string> Docx::finish(const std::string& title) {
  auto section = child(body_, "w:sectPr");
  child(section, "w:footerReference", {{"w:type", "default"}, {"r:id", "rIdOdd"}});
  child(section, "w:footerReference", {{"w:type", "even"}, {"r:id", "rIdEven"}});
  child(section, "w:pgSz", {{"w:w", text_of(kPageWidth)}, {"w:h", text_of(kPageHeight)}});
  child(section, "w:pgMar",
        {{"w:top", text_of(kTop)},
         {"w:right", text_of(kRight)},
         {"w:bottom", text_of(kBottom)},
         {"w:left", text_of(kLeft)},
         {"w:header", "851"},
         {"w:footer", text_of(kFooter)},
         {"w:gutter", "0"}});
  std::ostringstream xml;
  document_.save(xml, "", pugi::format_raw, pugi::encoding_utf8);
  auto parts = docx_fixed_parts(title);
  parts.emplace_back("word/document.xml", xml.str());
  return make_zip(parts);
}

}  // namespace huiban::documents
