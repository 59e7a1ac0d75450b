#include "domain/directory.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace huiban::domain {

namespace {

template <class List, class Match>
auto find_in(const List& list, Match match) -> const typename List::value_type* {
  const auto found = std::find_if(list.begin(), list.end(), match);
  return found == list.end() ? nullptr : &*found;
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

const PostClass* Directory::find_class(std::string_view key) const {
  const auto& table = classes.empty() ? default_post_classes() : classes;
  return find_in(table, [&](const PostClass& c) { return c.key == key; });
}

std::vector<const Post*> Directory::posts_of(UnitId unit) const {
  std::vector<const Post*> found;
  for (const auto& post : posts)
    if (post.unit == unit) found.push_back(&post);
  std::stable_sort(found.begin(), found.end(),
                   [](const Post* a, const Post* b) { return a->rank < b->rank; });
  return found;
}

std::vector<const Post*> Directory::posts_of_class(UnitId unit, const PostClass& cls) const {
  auto found = posts_of(unit);
  std::erase_if(found, [&](const Post* post) { return !is_of_class(cls, *post); });
  return found;
}

std::vector<const Post*> Directory::heads_of(UnitId unit) const {
  const PostClass* heads = find_class("any_head");
  return heads ? posts_of_class(unit, *heads) : std::vector<const Post*>{};
}

bool Directory::attends(const Unit& unit) const {
  const UnitKind* kind = find_kind(unit.kind);
  return !unit.closed && (!kind || kind->attends);
}

const std::vector<PostClass>& default_post_classes() {
  static const std::vector<PostClass> kTable = {
      {"town_leaders", "镇班子成员及其他处级干部", {true, false, false, false}, {}, false},
      {"both_heads", "党政负责人", {false, true, true, false}, {}, false},
      {"party_head", "党组织负责人", {false, true, false, false}, {}, false},
      {"any_head", "负责人", {false, false, false, true}, {}, true}};
  return kTable;
}

bool is_of_class(const PostClass& cls, const Post& post) {
  const auto& a = cls.marks;
  const auto& b = post.classes;
  return (a.town_leader && b.town_leader) || (a.party_head && b.party_head) ||
         (a.admin_head && b.admin_head) || (a.head && b.head) ||
         std::find(cls.titles.begin(), cls.titles.end(), post.title) != cls.titles.end();
}

namespace {

bool runs_on(const Tenure& tenure, std::chrono::sys_days day) {
  return (!tenure.from || std::chrono::sys_days{*tenure.from} <= day) &&
         (!tenure.until || day <= std::chrono::sys_days{*tenure.until});
}

// The places that the listed posts of one unit have together are given out anew in the list's
// order; everybody else stays.
void order_leaders(Directory& directory, const OrderList& list) {
  std::map<UnitId, std::vector<std::size_t>> places;  // of listed posts, in the directory's order
  for (std::size_t i = 0; i < directory.posts.size(); ++i) {
    const auto& post = directory.posts[i];
    if (std::find(list.posts.begin(), list.posts.end(), post.id) != list.posts.end())
      places[post.unit].push_back(i);
  }
  for (const auto& [unit, slots] : places) {
    std::vector<Post> listed;
    std::vector<int> ranks;
    for (const auto i : slots) {
      ranks.push_back(directory.posts[i].rank);
      listed.push_back(std::move(directory.posts[i]));
    }
    const auto place_in_list = [&](const Post& post) {
      return std::find(list.posts.begin(), list.posts.end(), post.id) - list.posts.begin();
    };
    std::sort(listed.begin(), listed.end(),
              [&](const Post& a, const Post& b) { return place_in_list(a) < place_in_list(b); });
    std::sort(ranks.begin(), ranks.end());
    for (std::size_t i = 0; i < slots.size(); ++i) {
      listed[i].rank = ranks[i];
      directory.posts[slots[i]] = std::move(listed[i]);
    }
  }
}

}  // namespace

Directory directory_on(Directory directory, std::chrono::year_month_day day) {
  const std::chrono::sys_days when{day};
  for (auto& post : directory.posts) {
    post.holder.reset();
    post.holder_state = post.unheld;
    for (const auto& tenure : post.tenures)
      if (runs_on(tenure, when)) {
        post.holder = tenure.person;
        post.holder_state = HolderState::kHeld;
      }
  }
  const OrderList* in_force = nullptr;
  for (const auto& list : directory.orders)
    if (std::chrono::sys_days{list.from} <= when) in_force = &list;
  if (in_force) order_leaders(directory, *in_force);
  return directory;
}

void lift_holders(Directory& directory) {
  for (auto& post : directory.posts) {
    if (!post.tenures.empty()) continue;
    if (post.holder_state == HolderState::kHeld && post.holder)
      post.tenures.push_back({*post.holder, {}, {}});
    else if (post.holder_state == HolderState::kVacant)
      post.unheld = HolderState::kVacant;
  }
}

void sort_directory(Directory& directory) {
  const auto by_order = [](const auto& a, const auto& b) { return a.order < b.order; };
  std::stable_sort(directory.kinds.begin(), directory.kinds.end(), by_order);
  std::stable_sort(directory.units.begin(), directory.units.end(), by_order);
  std::map<UnitId, std::size_t> place;
  for (const auto& unit : directory.units) place.emplace(unit.id, place.size());
  std::stable_sort(directory.posts.begin(), directory.posts.end(),
                   [&](const Post& a, const Post& b) {
                     return std::tuple(place[a.unit], a.rank) < std::tuple(place[b.unit], b.rank);
                   });
  for (auto& post : directory.posts)
    std::stable_sort(
        post.tenures.begin(), post.tenures.end(), [](const Tenure& a, const Tenure& b) {
          const auto begin = [](const Tenure& t) {
            return t.from ? std::chrono::sys_days{*t.from} : std::chrono::sys_days::min();
          };
          return begin(a) < begin(b);
        });
  std::stable_sort(directory.orders.begin(), directory.orders.end(),
                   [](const OrderList& a, const OrderList& b) { return a.from < b.from; });
}

}  // namespace huiban::domain
