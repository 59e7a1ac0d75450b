#include "domain/rule_sentence.h"

#include <algorithm>
#include <set>

#include "domain/rule_selection.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

const std::string kEach = "各";
const std::string kHeads = "负责人";

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// An alias says more than the name of its kinds if it joins several (各村居) or counts them
// (三大社区).
bool is_telling(const Alias& alias) {
  return alias.units.empty() && !alias.kinds.empty() &&
         (alias.kinds.size() > 1 || !starts_with(alias.name, kEach));
}

// 村 alone reads 各村, and behind another group of the area 社区工作站; 机关部门 among others 机关.
std::string kind_in_words(const Directory& directory, const UnitKind& kind, bool alone,
                          bool first) {
  const auto units = std::count_if(directory.units.begin(), directory.units.end(),
                                   [&](const Unit& unit) { return unit.kind == kind.key; });
  if (kind.side == UnitSide::kArea && first && units > 1) return kEach + kind.name;
  const std::string tail = "部门";
  if (!alone && ends_with(kind.name, tail) && kind.name.size() > tail.size())
    return kind.name.substr(0, kind.name.size() - tail.size());
  return kind.name;
}

std::string units_in_words(const Directory& directory, const AttendanceRule& rule) {
  auto words = kinds_in_words(directory, {rule.kinds.begin(), rule.kinds.end()});
  std::vector<std::string> committees(rule.committees.begin(), rule.committees.end());
  if (!committees.empty()) words.push_back(join(committees) + "成员单位");
  words.insert(words.end(), rule.aliases.begin(), rule.aliases.end());
  for (const auto& id : rule.units)
    if (const Unit* unit = directory.find_unit(id)) words.push_back(unit->name);
  return enumeration(std::move(words));
}

std::string group_in_words(const Directory& directory, const AttendanceRule& rule) {
  if (rule.post_class == "town_leaders") return "镇班子成员及其他处级干部";
  const auto units = units_in_words(directory, rule);
  if (const PostClass* cls = directory.find_class(rule.post_class)) return units + cls->name;
  return units + join(rule.posts);
}

// 各村居党组织负责人，养护单位负责人 reads 各村居党组织以及养护单位负责人.
void join_heads(std::vector<std::string>& groups, bool last_is_any_head) {
  if (!last_is_any_head || groups.size() < 2) return;
  auto& before = groups[groups.size() - 2];
  if (!ends_with(before, kHeads)) return;
  before = before.substr(0, before.size() - kHeads.size()) + "以及" + groups.back();
  groups.pop_back();
}

std::string venue_sentence(const Directory& directory, const MeetingPlan& plan, VenueKind venue) {
  std::vector<std::string> groups;
  bool last_is_any_head = false;
  for (const auto& rule : plan.rules) {
    if (rule.venue != venue) continue;
    groups.push_back(group_in_words(directory, rule));
    last_is_any_head = rule.post_class == "any_head";
  }
  if (groups.empty()) return {};
  join_heads(groups, last_is_any_head);
  return join(groups, "，") + "在" + (venue == VenueKind::kMain ? "主会场" : "分会场") +
         "参加会议。";
}

}  // namespace

std::vector<std::string> kinds_in_words(const Directory& directory,
                                        const std::set<std::string>& wanted) {
  std::set<std::string> said;
  std::vector<std::string> words;
  bool area_said = false;
  for (const auto& kind : directory.kinds) {
    if (!wanted.count(kind.key) || said.count(kind.key)) continue;
    const auto alias = std::find_if(
        directory.aliases.begin(), directory.aliases.end(), [&](const Alias& candidate) {
          return is_telling(candidate) && candidate.kinds.front() == kind.key &&
                 std::all_of(candidate.kinds.begin(), candidate.kinds.end(),
                             [&](const std::string& key) { return wanted.count(key) > 0; });
        });
    if (alias != directory.aliases.end()) {
      words.push_back(alias->name);
      said.insert(alias->kinds.begin(), alias->kinds.end());
    } else {
      words.push_back(kind_in_words(directory, kind, wanted.size() == 1, !area_said));
      said.insert(kind.key);
    }
    area_said = area_said || (kind.side == UnitSide::kArea && starts_with(words.back(), kEach));
  }
  return words;
}

std::string enumeration(std::vector<std::string> words) {
  if (words.size() < 3) return join(words);
  const auto last = std::move(words.back());
  words.pop_back();
  return join(words) + "及" + last;
}

std::string rule_sentence(const Directory& directory, const MeetingPlan& plan) {
  const auto who = venue_sentence(directory, plan, VenueKind::kMain) +
                   venue_sentence(directory, plan, VenueKind::kBranch);
  if (who.empty() || plan.form == MeetingForm::kVisit) return who;
  return "会议以" + form_in_words(plan.form) + "形式召开，" + who;
}

}  // namespace huiban::domain
