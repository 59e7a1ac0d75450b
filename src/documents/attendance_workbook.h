#pragma once
// 签到表: the expected list with sign-in times and states, subtotals and the rate. Pure.
#include <string>

#include "core/result.h"
#include "domain/minutes.h"

namespace huiban::documents {

Result<std::string> attendance_xlsx(const domain::MeetingFacts& facts);

}  // namespace huiban::documents
