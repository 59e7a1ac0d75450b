#pragma once
// 到会情况: the state of attendance as a text to paste, with the names of the missing. Pure.
#include <string>

#include "api/protocol.h"
#include "domain/meeting.h"

namespace huiban::api {

std::string attendance_text(const domain::Meeting& meeting, const domain::AttendanceResult& result,
                            UtcTime at, std::chrono::minutes utc_offset, Language language);

}  // namespace huiban::api
