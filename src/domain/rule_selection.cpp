#include "domain/rule_selection.h"

#include <algorithm>
#include <set>

namespace huiban::domain {

namespace {

template <class List, class Value>
bool contains(const List& list, const Value& value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

// Answers of one rule, so that each message says which rule is meant.
class RuleCheck {
 public:
  RuleCheck(const Directory& directory, const AttendanceRule& rule, std::size_t index)
      : directory_(directory), rule_(rule), number_(std::to_string(index + 1)) {}

  Result<void> units() const {
    for (const auto& key : rule_.kinds) {
      const UnitKind* kind = directory_.find_kind(key);
      if (!kind) return wrong("没有单位类别 " + key, "no unit kind " + key);
      if (!kind->attends) return wrong(kind->name + " 不参会", kind->name + " does not attend");
    }
    for (const auto& name : rule_.committees)
      if (!directory_.find_committee(name))
        return wrong("没有委员会 " + name, "no committee " + name);
    for (const auto& name : rule_.aliases)
      if (!directory_.find_alias(name)) return wrong("没有统称 " + name, "no alias " + name);
    for (const auto& id : rule_.units) {
      const Unit* unit = directory_.find_unit(id);
      if (!unit) return wrong("单位不在通讯录中", "a unit is not in the directory");
      if (!directory_.attends(*unit))
        return wrong(unit->name + " 不参会", unit->name + " does not attend");
    }
    return {};
  }

  Result<void> posts() const {
    const auto& cls = rule_.post_class;
    if (!cls.empty() && !directory_.find_class(cls))
      return wrong("没有职务类别 " + cls, "no post class " + cls);
    if (cls.empty() && rule_.posts.empty()) return wrong("没有选职务", "no posts are chosen");
    if (!cls.empty() && !rule_.posts.empty())
      return wrong("职务和职务类别只能选一种", "choose either posts or a class of posts");
    for (const auto& title : rule_.posts)
      if (std::none_of(directory_.posts.begin(), directory_.posts.end(),
                       [&](const Post& post) { return post.title == title; }))
        return wrong("没有职务 " + title, "no post " + title);
    return {};
  }

 private:
  tl::unexpected<Error> wrong(const std::string& zh, const std::string& en) const {
    return fail(ErrorCode::kInvalid, "参会范围第" + number_ + "条：" + zh,
                "Attendance rule " + number_ + ": " + en);
  }

  const Directory& directory_;
  const AttendanceRule& rule_;
  std::string number_;
};

}  // namespace

Result<void> check_rule(const Directory& directory, const AttendanceRule& rule, std::size_t index) {
  const RuleCheck check(directory, rule, index);
  HUIBAN_CHECK(check.units());
  return check.posts();
}

std::vector<const Unit*> units_of_rule(const Directory& directory, const AttendanceRule& rule) {
  std::set<std::string> kinds(rule.kinds.begin(), rule.kinds.end());
  std::set<UnitId> ids(rule.units.begin(), rule.units.end());
  for (const auto& name : rule.committees)
    if (const Committee* committee = directory.find_committee(name))
      ids.insert(committee->members.begin(), committee->members.end());
  for (const auto& name : rule.aliases)
    if (const Alias* alias = directory.find_alias(name)) {
      kinds.insert(alias->kinds.begin(), alias->kinds.end());
      ids.insert(alias->units.begin(), alias->units.end());
    }
  std::vector<const Unit*> units;
  for (const auto& unit : directory.units)
    if ((kinds.count(unit.kind) || ids.count(unit.id)) && directory.attends(unit))
      units.push_back(&unit);
  std::stable_sort(units.begin(), units.end(),
                   [](const Unit* a, const Unit* b) { return a->order < b->order; });
  return units;
}

bool rule_wants(const Directory& directory, const AttendanceRule& rule, const Post& post) {
  if (rule.post_class.empty()) return contains(rule.posts, post.title);
  const PostClass* cls = directory.find_class(rule.post_class);
  return cls && is_of_class(*cls, post);
}

bool is_any_head(const Directory& directory, const AttendanceRule& rule) {
  const PostClass* cls = directory.find_class(rule.post_class);
  return cls && cls->one_per_unit;
}

}  // namespace huiban::domain
