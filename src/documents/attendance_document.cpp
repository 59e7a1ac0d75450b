#include "documents/attendance_document.h"

#include <cstdio>

#include "documents/attendance_rows.h"
#include "documents/docx.h"
#include "documents/official_parts.h"

namespace huiban::documents {

namespace {

constexpr int kSheetHalfPoints = 21;  // 五号
constexpr const char* kSheetFont = "仿宋_GB2312";

std::string clock_words(const std::optional<UtcTime>& at, std::chrono::minutes utc_offset) {
  if (!at) return {};
  const auto minutes =
      std::chrono::floor<std::chrono::minutes>(*at + utc_offset).time_since_epoch().count() % 1440;
  char text[8];
  std::snprintf(text, sizeof text, "%02d:%02d", int(minutes / 60), int(minutes % 60));
  return text;
}

}  // namespace

Result<std::string> attendance_docx(const domain::MeetingFacts& facts) {
  const auto sheet = attendance_sheet(facts);
  Docx docx;
  ParagraphForm title;
  title.align = ParagraphForm::Align::kCentre;
  title.line = 680;
  for (const auto& line : title_lines(sheet.heading))
    docx.add_paragraph(title, {{line, "方正小标宋简体", 44, ""}});
  Table table;
  table.font = kSheetFont;
  table.half_points = kSheetHalfPoints;
  // Twips; together the type area's width.
  table.widths = {560, 1500, 1900, 940, 860, 820, 1064, 1200};
  table.rows.push_back({{"序号", "单位", "职务", "姓名", "会场", "时间", "状态", "备注"}, false});
  int number = 0;
  for (const auto& row : sheet.rows) {
    if (row.subtotal) {
      table.rows.push_back({{row.text}, true});
      continue;
    }
    table.rows.push_back({{std::to_string(++number), row.unit, row.posts, row.name, row.venue,
                           clock_words(row.signed_at, facts.utc_offset), row.status, row.remark},
                          false});
  }
  for (const auto& sums : sheet.sums) table.rows.push_back({{sums}, true});
  docx.add_table(table);
  return docx.finish(sheet.heading);
}

}  // namespace huiban::documents
