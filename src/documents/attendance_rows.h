#pragma once
// The rows of the attendance sheet, the same for XLSX, DOCX and the print page: one row per person
// with all posts of that person, main venue first, subtotals by unit kind. Pure.
#include <string>
#include <vector>

#include "domain/minutes.h"

namespace huiban::documents {

struct SheetRow {
  bool subtotal = false;  // text alone, over all columns
  std::string text;
  std::string unit, posts, name, venue, figure, status, remark;
  std::optional<UtcTime> signed_at;
};

struct Sheet {
  std::string heading;
  std::vector<SheetRow> rows;
  std::vector<std::string> sums;  // main, branch, all; notes
};

Sheet attendance_sheet(const domain::MeetingFacts& facts);

}  // namespace huiban::documents
