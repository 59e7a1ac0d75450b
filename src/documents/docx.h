#pragma once
// WordprocessingML (ECMA-376) as far as official papers need it: paragraphs on a fixed grid, a
// floating imprint, odd and even page numbers. Lengths are twips (1/20 pt), sizes half points. Any
// thread.
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace huiban::documents {

inline constexpr int kBodyHalfPoints = 32;   // 三号
inline constexpr int kSmallHalfPoints = 28;  // 四号
inline constexpr int kLine =
    579;  // 28.95 pt: 22 lines fill the 225 mm of the type area; 580 would give 21
inline constexpr int kChar = 315;  // 三号 with −0.25 pt spacing: 28 characters fill 156 mm
inline constexpr int kTypeWidth = 8844;  // 156 mm

struct Run {
  std::string text;
  std::string font = "仿宋_GB2312";  // named, never shipped
  int half_points = kBodyHalfPoints;
  std::string colour;  // "FF0000"; empty: automatic
};

struct ParagraphForm {
  enum class Align { kJustify, kCentre, kLeft, kRight };
  Align align = Align::kJustify;
  int line = kLine;  // exact
  int before = 0;
  int first_line_chars = 0;  // in characters of 三号
  int left = 0, hanging = 0, right = 0;
  int right_tab = 0;           // 0: none
  int red_line_space_pt = -1;  // ≥ 0: a red line this far below
  bool keep_next = false;
};

// Two lines at the bottom of the last page's type area (版记).
struct Imprint {
  std::string copies_to;  // 分送：...
  std::string printed_by, printed_on;
};

// A ruled table in the text. The first row is the head and stands on every page.
struct Table {
  struct Row {
    std::vector<std::string> cells;
    bool wide = false;  // one cell over all columns
  };
  std::vector<int> widths;  // twips
  std::vector<Row> rows;
  std::string font;
  int half_points = kSmallHalfPoints;
};

class Docx {
 public:
  Docx();
  void add_paragraph(const ParagraphForm& form, const std::vector<Run>& runs);
  void add_blank_line();
  void add_table(const Table& table);
  void add_imprint(const Imprint& imprint);
  Result<std::string> finish(const std::string& title);  // once; the file's bytes

 private:
  pugi::xml_document document_;
  pugi::xml_node body_;
};

}  // namespace huiban::documents
