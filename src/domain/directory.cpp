#include "domain/directory.h"

#include <algorithm>

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

std::vector<const Post*> Directory::posts_of(UnitId unit) const {
  std::vector<const Post*> found;
  for (const auto& post : posts)
    if (post.unit == unit) found.push_back(&post);
  std::stable_sort(found.begin(), found.end(),
                   [](const Post* a, const Post* b) { return a->rank < b->rank; });
  return found;
}

}  // namespace huiban::domain
