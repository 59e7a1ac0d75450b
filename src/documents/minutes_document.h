#pragma once
// 会议纪要 in the special form of GB/T 9704-2012, clause 10.3. Pure.
#include <string>
#include <vector>

#include "core/result.h"
#include "domain/minutes.h"

namespace huiban::documents {

Result<std::string> minutes_docx(const domain::MinutesDraft& draft);

// A title in at most `most` characters a line, upper lines longer (梯形); never begins a line with
// a closing mark.
std::vector<std::string> title_lines(const std::string& title, std::size_t most = 19);

}  // namespace huiban::documents
