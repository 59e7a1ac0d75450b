#pragma once
// The town's directory (通讯录): unit kinds, units, posts, committees and aliases, in the office's
// order. Posts are the truth, persons only hold them. Control thread.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"

namespace huiban::domain {

// 块 (villages and the like, may be 兜底) or 条 (departments).
enum class UnitSide { kNone, kArea, kLine };

// Classes of posts that rules speak of (职务类别); a post may be in several.
struct PostClasses {
  bool town_leader = false;  // 班子成员及其他处级干部, the directory's flag
  bool party_head = false;   // 党组织负责人
  bool admin_head =
      false;  // 行政负责人; in an ad-hoc unit 主任 is party_head's place and 副主任 this one
  bool head = false;  // 负责人: any one of these satisfies a rule for 负责人
  auto operator<=>(const PostClasses&) const = default;
};

struct UnitKind {
  std::string key;   // "village"
  std::string name;  // 村
  UnitSide side = UnitSide::kNone;
  bool attends = true;  // false: 任务对象（不参会）
  int order = 0;
};

struct Unit {
  UnitId id;
  std::string kind;    // UnitKind::key
  std::string name;    // 东溪村
  std::string pinyin;  // initials, lower case: dxc
  int order = 0;       // the office's order within the town
  std::optional<UnitId> parent;
};

struct Person {
  PersonId id;
  std::string name;  // empty in the demo town: posts only
  std::string mobile;
};

// held: a person is known; vacant 空缺: a post, no person; unregistered: counts as one person, not
// named.
enum class HolderState { kHeld, kVacant, kUnregistered };

struct Post {
  PostId id;
  UnitId unit;
  std::string title;  // 党总支书记
  PostClasses classes;
  int rank = 0;  // town-wide rank for leaders, else order within the unit; lower is first
  HolderState holder_state = HolderState::kUnregistered;
  std::optional<PersonId> holder;
  std::string mobile;
};

struct Committee {
  std::string name;  // 镇安委会
  std::vector<UnitId> members;
};

// 三大社区, 各村居: prints as written, expands to units.
struct Alias {
  std::string name;
  std::vector<std::string> kinds;
  std::vector<UnitId> units;
};

struct Directory {
  std::string town;  // 示例镇
  std::string note;  // "sample data, generated" and the like; shown where the data is shown
  std::vector<UnitKind> kinds;
  std::vector<Unit> units;  // by order
  std::vector<Post> posts;  // by unit order, then rank
  std::vector<Person> persons;
  std::vector<Committee> committees;
  std::vector<Alias> aliases;

  const Unit* find_unit(UnitId id) const;
  const Unit* find_unit_named(std::string_view name) const;
  const Post* find_post(PostId id) const;
  const Person* find_person(PersonId id) const;
  const UnitKind* find_kind(std::string_view key) const;
  const Committee* find_committee(std::string_view name) const;
  const Alias* find_alias(std::string_view name) const;
  std::vector<const Post*> posts_of(UnitId unit) const;  // by rank
  std::vector<const Post*> heads_of(UnitId unit) const;  // 负责人, by rank
  bool attends(const Unit& unit) const;                  // false for 任务对象（不参会）
};

// Invalid: a name or id twice, or something that refers to what is not there; the message names it.
Result<void> check_directory(const Directory& directory);

}  // namespace huiban::domain
