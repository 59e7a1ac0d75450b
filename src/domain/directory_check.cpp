#include <algorithm>
#include <set>

#include "domain/directory.h"

namespace huiban::domain {

namespace {

constexpr std::size_t kMaxName = 300;  // bytes: 100 characters
constexpr std::size_t kMaxPhone = 40;

tl::unexpected<Error> wrong(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, "通讯录：" + zh, "Directory: " + en);
}

template <class List, class Key>
Result<void> check_unique(const List& list, Key key, const char* zh, const char* en) {
  std::set<decltype(key(list.front()))> seen;
  for (const auto& one : list)
    if (!seen.insert(key(one)).second) return wrong(one.name + " " + zh, one.name + " " + en);
  return {};
}

Result<void> check_names(const Directory& d) {
  const auto by_name = [](const auto& x) { return x.name; };
  const auto by_id = [](const auto& x) { return x.id; };
  HUIBAN_CHECK(check_unique(
      d.kinds, [](const UnitKind& k) { return k.key; }, "类别重复",
      "stands twice among the unit kinds"));
  HUIBAN_CHECK(check_unique(d.units, by_name, "单位重名", "is the name of two units"));
  HUIBAN_CHECK(check_unique(d.units, by_id, "单位编号重复", "has the id of another unit"));
  HUIBAN_CHECK(check_unique(d.persons, by_id, "人员编号重复", "has the id of another person"));
  HUIBAN_CHECK(check_unique(d.committees, by_name, "委员会重名", "is the name of two committees"));
  HUIBAN_CHECK(check_unique(d.aliases, by_name, "统称重名", "is the name of two aliases"));
  HUIBAN_CHECK(check_unique(d.rooms, by_name, "会场重名", "is the name of two rooms"));
  HUIBAN_CHECK(check_unique(d.classes, by_name, "职务类别重名", "is the name of two post classes"));
  std::set<PostId> posts;
  for (const auto& post : d.posts)
    if (!posts.insert(post.id).second)
      return wrong(post.title + " 职务编号重复", post.title + " has the id of another post");
  return {};
}

Result<void> check_units(const Directory& d, const std::string& owner,
                         const std::vector<UnitId>& units) {
  for (const auto& id : units)
    if (!d.find_unit(id))
      return wrong(owner + " 的单位不存在", owner + " names a unit that is not there");
  return {};
}

// Ids are looked up thousands of times, so they are collected once.
class Check {
 public:
  explicit Check(const Directory& d) : d_(d) {
    for (const auto& unit : d.units) units_.insert(unit.id);
    for (const auto& post : d.posts) posts_.insert(post.id);
    for (const auto& person : d.persons) persons_.insert(person.id);
  }

  Result<void> all() const {
    if (d_.units.empty()) return wrong("没有单位", "there are no units");
    HUIBAN_CHECK(check_names(d_));
    for (const auto& unit : d_.units) HUIBAN_CHECK(one(unit));
    for (const auto& person : d_.persons) {
      HUIBAN_CHECK(name(person.name, "姓名", "a name"));
      HUIBAN_CHECK(phone(person.name, person.mobile));
    }
    for (const auto& post : d_.posts) HUIBAN_CHECK(one(post));
    for (const auto& committee : d_.committees)
      HUIBAN_CHECK(check_units(d_, committee.name, committee.members));
    for (const auto& alias : d_.aliases) {
      HUIBAN_CHECK(check_units(d_, alias.name, alias.units));
      for (const auto& key : alias.kinds)
        if (!d_.find_kind(key))
          return wrong(alias.name + " 的类别不存在", alias.name + " names an unknown kind");
    }
    for (const auto& room : d_.rooms) {
      if (room.name.empty()) return wrong("有会场没有名称", "a room has no name");
      HUIBAN_CHECK(check_units(d_, room.name, room.units));
      HUIBAN_CHECK(phone(room.name, room.phone));
      for (const auto& device : room.devices)
        if (device.name.empty())
          return wrong(room.name + " 的终端没有名称", "a device of " + room.name + " has no name");
    }
    HUIBAN_CHECK(classes());
    return orders();
  }

 private:
  static Result<void> name(const std::string& text, const char* zh, const char* en) {
    if (text.size() <= kMaxName) return {};
    return wrong(std::string(zh) + "太长：" + text.substr(0, 30), std::string(en) + " is too long");
  }

  static Result<void> phone(const std::string& whose, const std::string& number) {
    const auto odd = number.find_first_not_of("0123456789+-() ,/");
    if (number.size() <= kMaxPhone && odd == std::string::npos) return {};
    return wrong(whose + " 的电话只能是数字：" + number,
                 "the telephone number of " + whose + " may have digits only: " + number);
  }

  Result<void> leader(const Unit& unit, const std::optional<PostId>& post) const {
    if (!post || posts_.count(*post)) return {};
    return wrong(unit.name + " 的分管或包村领导不存在",
                 "the leader in charge of " + unit.name + " is not there");
  }

  Result<void> one(const Unit& unit) const {
    if (unit.name.empty()) return wrong("有单位没有名称", "a unit has no name");
    HUIBAN_CHECK(name(unit.name, "单位名称", "a unit's name"));
    if (!d_.find_kind(unit.kind))
      return wrong(unit.name + " 的类别不存在", unit.name + " is of an unknown kind");
    if (unit.parent && !units_.count(*unit.parent))
      return wrong(unit.name + " 的上级单位不存在", "the parent of " + unit.name + " is not there");
    std::size_t steps = 0;
    for (const Unit* up = &unit; up && up->parent; up = d_.find_unit(*up->parent))
      if (++steps > 20)
        return wrong(unit.name + " 的上级单位绕成了圈",
                     "the parents of " + unit.name + " go in a ring");
    HUIBAN_CHECK(leader(unit, unit.line_leader));
    return leader(unit, unit.area_leader);
  }

  Result<void> one(const Post& post) const {
    if (post.title.empty()) return wrong("有职务没有名称", "a post has no title");
    HUIBAN_CHECK(name(post.title, "职务名称", "a post's title"));
    if (!units_.count(post.unit))
      return wrong(post.title + " 的单位不存在", "the unit of " + post.title + " is not there");
    const auto gone = [&](PersonId id) { return persons_.count(id) == 0; };
    if ((post.holder_state == HolderState::kHeld && (!post.holder || gone(*post.holder))) ||
        std::any_of(post.tenures.begin(), post.tenures.end(),
                    [&](const Tenure& t) { return gone(t.person); }))
      return wrong(post.title + " 的任职人不存在", "the holder of " + post.title + " is not there");
    HUIBAN_CHECK(phone(post.title, post.mobile));
    return tenures(post);
  }

  // A post has one holder at a time.
  Result<void> tenures(const Post& post) const {
    const auto begin = [](const Tenure& t) {
      return t.from ? std::chrono::sys_days{*t.from} : std::chrono::sys_days::min();
    };
    const auto end = [](const Tenure& t) {
      return t.until ? std::chrono::sys_days{*t.until} : std::chrono::sys_days::max();
    };
    const Unit* unit = d_.find_unit(post.unit);
    const auto which = unit->name + post.title;
    for (std::size_t i = 0; i < post.tenures.size(); ++i) {
      const auto& one = post.tenures[i];
      if ((one.from && !one.from->ok()) || (one.until && !one.until->ok()))
        return wrong(which + " 的任职日期不对", "a date of " + which + " is not a date");
      if (end(one) < begin(one))
        return wrong(which + " 的任职起止日期颠倒",
                     "a tenure of " + which + " ends before it begins");
      for (std::size_t j = 0; j < i; ++j)
        if (begin(one) <= end(post.tenures[j]) && begin(post.tenures[j]) <= end(one))
          return wrong(which + " 的任期重叠", "tenures of " + which + " overlap");
    }
    return {};
  }

  Result<void> classes() const {
    std::set<std::string> keys;
    for (const auto& cls : d_.classes) {
      if (cls.key.empty() || cls.name.empty())
        return wrong("有职务类别没有名称", "a post class has no name");
      if (!keys.insert(cls.key).second)
        return wrong(cls.name + " 编号重复", cls.name + " has the key of another class");
    }
    if (!d_.classes.empty())
      for (const auto& cls : default_post_classes())
        if (!keys.count(cls.key))
          return wrong("职务类别“" + cls.name + "”不能删除",
                       "the post class " + cls.name + " cannot be removed");
    return {};
  }

  Result<void> orders() const {
    std::set<std::chrono::sys_days> days;
    for (const auto& list : d_.orders) {
      if (!list.from.ok()) return wrong("领导排序的日期不对", "an order list has no valid day");
      if (!days.insert(std::chrono::sys_days{list.from}).second)
        return wrong("同一天有两份领导排序", "two order lists begin on one day");
      for (const auto& post : list.posts)
        if (!posts_.count(post))
          return wrong("领导排序中的职务不存在", "an order list names a post that is not there");
    }
    return {};
  }

  const Directory& d_;
  std::set<UnitId> units_;
  std::set<PostId> posts_;
  std::set<PersonId> persons_;
};

}  // namespace

Result<void> check_directory(const Directory& directory) {
  return Check(directory).all();
}

}  // namespace huiban::domain
