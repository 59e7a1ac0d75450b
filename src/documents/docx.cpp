#include "documents/docx.h"

#include <sstream>

#include "documents/docx_parts.h"
#include "documents/zip_file.h"

namespace huiban::documents {

namespace {

constexpr const char* kMain = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
constexpr const char* kRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

// Word's page of GB/T 9704: A4; margins 37, 35, 28, 26 mm. The footer distance puts the dash 7 mm under the type area.
constexpr int kPageWidth = 11906, kPageHeight = 16838;
constexpr int kTop = 2098, kBottom = 1984, kLeft = 1588, kRight = 1474, kFooter = 1429;
constexpr int kCharacterSpacing = -5;  // −0.25 pt

pugi::xml_node child(pugi::xml_node parent, const char* name,
                     std::initializer_list<std::pair<const char*, std::string>> attributes = {}) {
  auto node = parent.append_child(name);
  for (const auto& [key, value] : attributes) node.append_attribute(key) = value.c_str();
  return node;
}

std::string text_of(int number) { return std::to_string(number); }

void add_run(pugi::xml_node paragraph, const Run& run) {
  auto node = child(paragraph, "w:r");
  auto properties = child(node, "w:rPr");
  child(properties, "w:rFonts",
        {{"w:hint", "eastAsia"}, {"w:ascii", run.font}, {"w:hAnsi", run.font}, {"w:eastAsia", run.font}, {"w:cs", run.font}});
  if (!run.colour.empty()) child(properties, "w:color", {{"w:val", run.colour}});
  if (run.half_points == kBodyHalfPoints) child(properties, "w:spacing", {{"w:val", text_of(kCharacterSpacing)}});
  child(properties, "w:sz", {{"w:val", text_of(run.half_points)}});
  child(properties, "w:szCs", {{"w:val", text_of(run.half_points)}});
  child(properties, "w:lang", {{"w:val", "en-US"}, {"w:eastAsia", "zh-CN"}});
  std::istringstream pieces(run.text);
  bool first = true;
  for (std::string piece; std::getline(pieces, piece, '\t'); first = false) {
    if (!first) child(node, "w:tab");
    child(node, "w:t", {{"xml:space", "preserve"}}).text() = piece.c_str();
  }
}

void set_form(pugi::xml_node paragraph, const ParagraphForm& form) {
  auto properties = child(paragraph, "w:pPr");
  if (form.keep_next) child(properties, "w:keepNext");
  child(properties, "w:widowControl", {{"w:val", "0"}});
  if (form.red_line_space_pt >= 0) {
    auto borders = child(properties, "w:pBdr");
    child(borders, "w:bottom", {{"w:val", "single"}, {"w:sz", "12"}, {"w:space", text_of(form.red_line_space_pt)}, {"w:color", "FF0000"}});
  }
  if (form.right_tab > 0) {
    auto tabs = child(properties, "w:tabs");
    child(tabs, "w:tab", {{"w:val", "right"}, {"w:pos", text_of(form.right_tab)}});
  }
  child(properties, "w:snapToGrid", {{"w:val", "0"}});
  child(properties, "w:spacing",
        {{"w:before", text_of(form.before)}, {"w:after", "0"}, {"w:line", text_of(form.line)}, {"w:lineRule", "exact"}});
  auto indent = child(properties, "w:ind", {{"w:left", text_of(form.left)}, {"w:right", text_of(form.right)}});
  if (form.hanging > 0) indent.append_attribute("w:hanging") = form.hanging;
  if (form.first_line_chars > 0) {
    // LibreOffice ignores the count of characters alone.
    indent.append_attribute("w:firstLineChars") = form.first_line_chars * 100;
    indent.append_attribute("w:firstLine") = form.first_line_chars * kChar;
  }
  static constexpr const char* kAlign[] = {"both", "center", "left", "right"};
  child(properties, "w:jc", {{"w:val", kAlign[int(form.align)]}});
}

void add_cell(pugi::xml_node row, const ParagraphForm& form, const std::string& text) {
  auto cell = child(row, "w:tc");
  auto properties = child(cell, "w:tcPr");
  child(properties, "w:tcW", {{"w:w", text_of(kTypeWidth)}, {"w:type", "dxa"}});
  auto paragraph = child(cell, "w:p");
  set_form(paragraph, form);
  add_run(paragraph, {text, "仿宋_GB2312", kSmallHalfPoints, ""});
}

}  // namespace

Docx::Docx() {
  auto declaration = document_.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  declaration.append_attribute("standalone") = "yes";
  body_ = child(child(document_, "w:document", {{"xmlns:w", kMain}, {"xmlns:r", kRelations}}), "w:body");
}

void Docx::add_paragraph(const ParagraphForm& form, const std::vector<Run>& runs) {
  auto paragraph = child(body_, "w:p");
  set_form(paragraph, form);
  for (const auto& run : runs) add_run(paragraph, run);
}

void Docx::add_blank_line() { add_paragraph({}, {{"", "仿宋_GB2312", kBodyHalfPoints, ""}}); }

// A floating table at the bottom of the type area: first and last line 0.35 mm, the middle one 0.25 mm.
void Docx::add_imprint(const Imprint& imprint) {
  auto table = child(body_, "w:tbl");
  auto properties = child(table, "w:tblPr");
  child(properties, "w:tblpPr", {{"w:leftFromText", "0"}, {"w:rightFromText", "0"}, {"w:vertAnchor", "margin"},
                                 {"w:horzAnchor", "margin"}, {"w:tblpX", "0"}, {"w:tblpYSpec", "bottom"}});
  child(properties, "w:tblOverlap", {{"w:val", "never"}});
  child(properties, "w:tblW", {{"w:w", text_of(kTypeWidth)}, {"w:type", "dxa"}});
  child(properties, "w:tblInd", {{"w:w", "0"}, {"w:type", "dxa"}});
  auto borders = child(properties, "w:tblBorders");
  child(borders, "w:top", {{"w:val", "single"}, {"w:sz", "8"}, {"w:space", "0"}, {"w:color", "000000"}});
  child(borders, "w:bottom", {{"w:val", "single"}, {"w:sz", "8"}, {"w:space", "0"}, {"w:color", "000000"}});
  child(borders, "w:insideH", {{"w:val", "single"}, {"w:sz", "6"}, {"w:space", "0"}, {"w:color", "000000"}});
  child(properties, "w:tblLayout", {{"w:type", "fixed"}});
  auto margins = child(properties, "w:tblCellMar");
  child(margins, "w:left", {{"w:w", "0"}, {"w:type", "dxa"}});
  child(margins, "w:right", {{"w:w", "0"}, {"w:type", "dxa"}});
  child(child(table, "w:tblGrid"), "w:gridCol", {{"w:w", text_of(kTypeWidth)}});

  constexpr int kSmallChar = 280;  // 四号
  ParagraphForm copies;
  copies.align = ParagraphForm::Align::kLeft;
  copies.line = 560;
  copies.left = 4 * kSmallChar;    // wrapped lines stand under the first character after the colon
  copies.hanging = 3 * kSmallChar;
  copies.right = kSmallChar;
  add_cell(child(table, "w:tr"), copies, "分送：" + imprint.copies_to + "。");
  ParagraphForm printed;
  printed.align = ParagraphForm::Align::kLeft;
  printed.line = 560;
  printed.left = printed.right = kSmallChar;
  printed.right_tab = kTypeWidth - kSmallChar;
  add_cell(child(table, "w:tr"), printed, imprint.printed_by + "\t" + imprint.printed_on);
  // A body ends with a paragraph; this one takes no room.
  ParagraphForm end;
  end.line = 20;
  add_paragraph(end, {{"", "仿宋_GB2312", 2, ""}});
}

Result<std::string> Docx::finish(const std::string& title) {
  auto section = child(body_, "w:sectPr");
  child(section, "w:footerReference", {{"w:type", "default"}, {"r:id", "rIdOdd"}});
  child(section, "w:footerReference", {{"w:type", "even"}, {"r:id", "rIdEven"}});
  child(section, "w:pgSz", {{"w:w", text_of(kPageWidth)}, {"w:h", text_of(kPageHeight)}});
  child(section, "w:pgMar", {{"w:top", text_of(kTop)}, {"w:right", text_of(kRight)}, {"w:bottom", text_of(kBottom)},
                             {"w:left", text_of(kLeft)}, {"w:header", "851"}, {"w:footer", text_of(kFooter)}, {"w:gutter", "0"}});
  std::ostringstream xml;
  document_.save(xml, "", pugi::format_raw, pugi::encoding_utf8);
  auto parts = docx_fixed_parts(title);
  parts.emplace_back("word/document.xml", xml.str());
  return make_zip(parts);
}

}  // namespace huiban::documents
