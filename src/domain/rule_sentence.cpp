#include "domain/rule_sentence.h"

#include <algorithm>

namespace huiban::domain {

namespace {

std::string join(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// 机关部门, 事业单位, 非常设机构 and 镇属公司 read together as 机关、事业单位、非常设机构及镇属公司; 村 and 居民区 as 各村居.
std::string units_in_words(const Directory& directory, const AttendanceRule& rule) {
  std::vector<std::string> words;
  const auto has = [&](const char* key) {
    return std::find(rule.kinds.begin(), rule.kinds.end(), key) != rule.kinds.end();
  };
  const bool villages_and_districts = has("village") && has("residential");
  for (const auto& kind : directory.kinds) {
    if (!has(kind.key.c_str())) continue;
    if (villages_and_districts && kind.key == "residential") continue;
    if (villages_and_districts && kind.key == "village") words.push_back("各村居");
    else if (kind.key == "village") words.push_back("各村");
    else if (kind.key == "residential") words.push_back("各居民区");
    else if (kind.key == "organ") words.push_back("机关");
    else if (kind.key == "community") words.push_back("三大社区");
    else if (kind.key == "town_party_gov") words.push_back("镇");
    else words.push_back(kind.name);
  }
  for (const auto& name : rule.committees) words.push_back(name);
  for (const auto& name : rule.aliases) words.push_back(name);
  for (const auto& id : rule.units)
    if (const Unit* unit = directory.find_unit(id)) words.push_back(unit->name);
  if (!rule.committees.empty() && rule.kinds.empty() && rule.aliases.empty() && rule.units.empty())
    return join(words, "、") + "成员单位";
  if (words.size() < 3) return join(words, "、");
  const auto last = words.back();
  words.pop_back();
  return join(words, "、") + "及" + last;
}

std::string posts_in_words(const AttendanceRule& rule) {
  if (rule.post_class == "town_leaders") return "班子成员及其他处级干部";
  if (rule.post_class == "both_heads") return "党政负责人";
  if (rule.post_class == "party_head") return "党组织负责人";
  if (rule.post_class == "any_head") return "负责人";
  return join(rule.posts, "、");
}

std::string venue_sentence(const Directory& directory, const MeetingPlan& plan, VenueKind venue,
                           const char* where) {
  std::vector<std::string> groups;
  for (const auto& rule : plan.rules)
    if (rule.venue == venue) groups.push_back(units_in_words(directory, rule) + posts_in_words(rule));
  if (groups.empty()) return {};
  return join(groups, "，") + "在" + where + "参加会议。";
}

const char* form_in_words(MeetingForm form) {
  switch (form) {
    case MeetingForm::kVideo: return "会议以视频形式召开，";
    case MeetingForm::kOnsite: return "会议以现场形式召开，";
    case MeetingForm::kVisit: return "";
  }
  return "";
}

}  // namespace

std::string rule_sentence(const Directory& directory, const MeetingPlan& plan) {
  const auto main = venue_sentence(directory, plan, VenueKind::kMain, "主会场");
  const auto branch = venue_sentence(directory, plan, VenueKind::kBranch, "分会场");
  if (main.empty() && branch.empty()) return {};
  return form_in_words(plan.form) + main + branch;
}

}  // namespace huiban::domain
