#pragma once
// The last paragraph of a news brief, "who sat in which venue", worded from the attendance rules.
// Pure.
#include <string>

#include "domain/agenda.h"
#include "domain/directory.h"

namespace huiban::domain {

// 会议以视频形式召开，镇班子成员及其他处级干部，…在主会场参加会议。…在分会场参加会议。Empty without
// rules.
std::string rule_sentence(const Directory& directory, const MeetingPlan& plan);

}  // namespace huiban::domain
