#pragma once
// News brief (简报) drafted from the same facts as the minutes, but in the order of rank: the press
// puts the party secretary first although somebody else opened the meeting. Pure.
#include <string>
#include <vector>

#include "domain/minutes.h"

namespace huiban::domain {

struct BriefParagraph {
  std::string text;
  std::optional<AgendaItemId> item;  // where it comes from
};

struct BriefDraft {
  std::string title;
  std::vector<BriefParagraph> paragraphs;  // lead, speeches by rank, before the meeting, who sat where
};

BriefDraft draft_brief(const MeetingFacts& facts);

// 出席会议: the town's leaders who came, by rank; of the directory's flag, in the list's order.
std::vector<std::string> leaders_present(const MeetingFacts& facts);

}  // namespace huiban::domain
