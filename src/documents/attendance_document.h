#pragma once
// 签到表 as DOCX: the rows of attendance_rows.h in a table that repeats its head on every page.
// Pure.
#include <string>

#include "core/result.h"
#include "domain/minutes.h"

namespace huiban::documents {

Result<std::string> attendance_docx(const domain::MeetingFacts& facts);

}  // namespace huiban::documents
