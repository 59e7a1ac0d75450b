#pragma once
// The town's directory (通讯录): unit kinds, units, posts, committees and aliases, in the office's
// order. Posts are the truth, persons only hold them. Control thread.
#include <chrono>
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

// A class that attendance rules name (职务类别表): a post belongs to it by any of its marks or by
// its title. The four of default_post_classes() always exist; an office may rename them and add
// others.
struct PostClass {
  std::string key;   // "both_heads"
  std::string name;  // 党政负责人
  PostClasses marks;
  std::vector<std::string> titles;
  bool one_per_unit = false;  // one seat per unit, filled by any of these posts (负责人)
  bool operator==(const PostClass&) const = default;
};

struct UnitKind {
  std::string key;   // "village"
  std::string name;  // 村
  UnitSide side = UnitSide::kNone;
  bool attends = true;  // false: 任务对象（不参会）
  int order = 0;
  bool operator==(const UnitKind&) const = default;
};

struct Unit {
  UnitId id;
  std::string kind;    // UnitKind::key
  std::string name;    // 东溪村
  std::string pinyin;  // initials, lower case: dxc
  int order = 0;       // the office's order within the town
  std::optional<UnitId> parent;
  std::optional<PostId> line_leader;  // 分管领导, of the unit's line of work
  std::optional<PostId> area_leader;  // 包村领导, of this unit
  bool closed = false;                // 停用: kept for old papers, called to nothing
  bool operator==(const Unit&) const = default;
};

struct Person {
  PersonId id;
  std::string name;  // empty in the demo town: posts only
  std::string mobile;
  std::string pinyin;  // initials, lower case
  bool operator==(const Person&) const = default;
};

// 任职: who holds a post from one day to another, both included; without a day: open on that side.
struct Tenure {
  PersonId person;
  std::optional<std::chrono::year_month_day> from, until;
  bool operator==(const Tenure&) const = default;
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
  // The truth over time, oldest first. holder_state and holder above are what it says on one day
  // (directory_on).
  std::vector<Tenure> tenures;
  HolderState unheld = HolderState::kUnregistered;  // while no tenure runs: vacant or unregistered
  bool operator==(const Post&) const = default;
};

struct Committee {
  std::string name;  // 镇安委会
  std::vector<UnitId> members;
  bool operator==(const Committee&) const = default;
};

// 三大社区, 各村居: prints as written, expands to units.
struct Alias {
  std::string name;
  std::vector<std::string> kinds;
  std::vector<UnitId> units;
  bool operator==(const Alias&) const = default;
};

// 领导排序: a list kept by hand, in force from its day until the next list. It decides among the
// posts that it names; their places in the unit stay those they had together.
struct OrderList {
  std::chrono::year_month_day from;
  std::vector<PostId> posts;
  std::string note;  // 党委会议定
  bool operator==(const OrderList&) const = default;
};

// A browser or encoder that stands in a room for good.
struct Device {
  DeviceId id;
  std::string name;                // 会议平板
  bool microphone_agreed = false;  // the room agreed once that the chair opens its microphone
  bool retired = false;
  bool operator==(const Device&) const = default;
};

struct Room {
  RoomId id;
  std::string name;           // 东溪村会议室
  std::vector<UnitId> units;  // that sit in it; two units may share a room
  std::string place, phone, note;
  std::vector<Device> devices;
  bool operator==(const Room&) const = default;
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
  std::vector<PostClass> classes;  // empty: default_post_classes()
  std::vector<Room> rooms;
  std::vector<OrderList> orders;  // oldest first

  const Unit* find_unit(UnitId id) const;
  const Unit* find_unit_named(std::string_view name) const;
  const Post* find_post(PostId id) const;
  const Person* find_person(PersonId id) const;
  const UnitKind* find_kind(std::string_view key) const;
  const Committee* find_committee(std::string_view name) const;
  const Alias* find_alias(std::string_view name) const;
  const PostClass* find_class(std::string_view key) const;
  std::vector<const Post*> posts_of(UnitId unit) const;  // by rank
  std::vector<const Post*> heads_of(UnitId unit) const;  // 负责人, by rank
  // Of a class, by rank.
  std::vector<const Post*> posts_of_class(UnitId unit, const PostClass& cls) const;
  bool attends(const Unit& unit) const;  // false for 任务对象（不参会） and closed units
};

const std::vector<PostClass>& default_post_classes();
bool is_of_class(const PostClass& cls, const Post& post);

// The directory as of a day: each post's holder_state and holder, and the leaders' order.
Directory directory_on(Directory directory, std::chrono::year_month_day day);
// Directories written before there were tenures: their holder becomes a tenure without days.
void lift_holders(Directory& directory);
// The posts' own order: by unit order, then rank; units by order, lists by day.
void sort_directory(Directory& directory);

// Invalid: a name or id twice, or something that refers to what is not there; the message names it.
Result<void> check_directory(const Directory& directory);

}  // namespace huiban::domain
