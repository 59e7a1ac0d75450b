#pragma once
// 会议纪要 in the special form of GB/T 9704-2012, clause 10.3. Pure.
#include <string>

#include "core/result.h"
#include "domain/minutes.h"

namespace huiban::documents {

Result<std::string> minutes_docx(const domain::MinutesDraft& draft);

}  // namespace huiban::documents
