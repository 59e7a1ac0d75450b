#include "domain/directory.h"

#include <algorithm>
#include <set>

namespace huiban::domain {

namespace {

template <class List, class Match>
auto find_in(const List& list, Match match) -> const typename List::value_type* {
  const auto found = std::find_if(list.begin(), list.end(), match);
  return found == list.end() ? nullptr : &*found;
}

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

}  // namespace

const Unit* Directory::find_unit(UnitId id) const {
  return find_in(units, [&](const Unit& u) { return u.id == id; });
}

const Unit* Directory::find_unit_named(std::string_view name) const {
  return find_in(units, [&](const Unit& u) { return u.name == name; });
}

const Post* Directory::find_post(PostId id) const {
  return find_in(posts, [&](const Post& p) { return p.id == id; });
}

const Person* Directory::find_person(PersonId id) const {
  return find_in(persons, [&](const Person& p) { return p.id == id; });
}

const UnitKind* Directory::find_kind(std::string_view key) const {
  return find_in(kinds, [&](const UnitKind& k) { return k.key == key; });
}

const Committee* Directory::find_committee(std::string_view name) const {
  return find_in(committees, [&](const Committee& c) { return c.name == name; });
}

const Alias* Directory::find_alias(std::string_view name) const {
  return find_in(aliases, [&](const Alias& a) { return a.name == name; });
}

std::vector<const Post*> Directory::posts_of(UnitId unit) const {
  std::vector<const Post*> found;
  for (const auto& post : posts)
    if (post.unit == unit) found.push_back(&post);
  std::stable_sort(found.begin(), found.end(),
                   [](const Post* a, const Post* b) { return a->rank < b->rank; });
  return found;
}

std::vector<const Post*> Directory::heads_of(UnitId unit) const {
  auto found = posts_of(unit);
  std::erase_if(found, [](const Post* post) { return !post->classes.head; });
  return found;
}

bool Directory::attends(const Unit& unit) const {
  const UnitKind* kind = find_kind(unit.kind);
  return !kind || kind->attends;
}

Result<void> check_directory(const Directory& d) {
  if (d.units.empty()) return wrong("没有单位", "there are no units");
  HUIBAN_CHECK(check_names(d));
  for (const auto& unit : d.units) {
    if (unit.name.empty()) return wrong("有单位没有名称", "a unit has no name");
    if (!d.find_kind(unit.kind))
      return wrong(unit.name + " 的类别不存在", unit.name + " is of an unknown kind");
    if (unit.parent && !d.find_unit(*unit.parent))
      return wrong(unit.name + " 的上级单位不存在", "the parent of " + unit.name + " is not there");
  }
  for (const auto& post : d.posts) {
    if (post.title.empty()) return wrong("有职务没有名称", "a post has no title");
    if (!d.find_unit(post.unit))
      return wrong(post.title + " 的单位不存在", "the unit of " + post.title + " is not there");
    if (post.holder_state == HolderState::kHeld && (!post.holder || !d.find_person(*post.holder)))
      return wrong(post.title + " 的任职人不存在", "the holder of " + post.title + " is not there");
  }
  for (const auto& committee : d.committees)
    HUIBAN_CHECK(check_units(d, committee.name, committee.members));
  for (const auto& alias : d.aliases) {
    HUIBAN_CHECK(check_units(d, alias.name, alias.units));
    for (const auto& key : alias.kinds)
      if (!d.find_kind(key))
        return wrong(alias.name + " 的类别不存在", alias.name + " names an unknown kind");
  }
  return {};
}

}  // namespace huiban::domain
