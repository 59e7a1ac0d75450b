#pragma once
// The last paragraph of a news brief, "who sat in which venue", worded from the attendance rules.
// Pure.
#include <set>
#include <string>
#include <vector>

#include "domain/agenda.h"
#include "domain/directory.h"

namespace huiban::domain {

// 会议以视频形式召开，镇班子成员及其他处级干部，…在主会场参加会议。…在分会场参加会议。Empty without
// rules.
std::string rule_sentence(const Directory& directory, const MeetingPlan& plan);

// Kinds of units as the office writes them, in its order: 三大社区, 各村居, 社区工作站.
std::vector<std::string> kinds_in_words(const Directory& directory,
                                        const std::set<std::string>& kinds);

// 机关、事业单位、非常设机构及镇属公司; two are joined by 、 alone.
std::string enumeration(std::vector<std::string> words);

}  // namespace huiban::domain
