#pragma once
// The tables of the directory under one name, so that a change can be compared, applied and read
// out table by table. Inside of domain.
#include <string>
#include <utility>
#include <vector>

#include "domain/directory.h"

namespace huiban::domain {

std::string day_text(std::chrono::year_month_day day);  // 2026-01-01

inline std::string record_of(const UnitKind& x) {
  return "kind:" + x.key;
}
inline std::string record_of(const PostClass& x) {
  return "class:" + x.key;
}
inline std::string record_of(const Unit& x) {
  return "unit:" + x.id.str();
}
inline std::string record_of(const Person& x) {
  return "person:" + x.id.str();
}
inline std::string record_of(const Post& x) {
  return "post:" + x.id.str();
}
inline std::string record_of(const Committee& x) {
  return "committee:" + x.name;
}
inline std::string record_of(const Alias& x) {
  return "alias:" + x.name;
}
inline std::string record_of(const Room& x) {
  return "room:" + x.id.str();
}
inline std::string record_of(const OrderList& x) {
  return "order:" + day_text(x.from);
}

// f(pointer to the member) for each table.
template <class F>
void each_table(F f) {
  f(&Directory::kinds);
  f(&Directory::classes);
  f(&Directory::units);
  f(&Directory::persons);
  f(&Directory::posts);
  f(&Directory::committees);
  f(&Directory::aliases);
  f(&Directory::rooms);
  f(&Directory::orders);
}

struct Cell {
  const char *zh, *en;  // of the column
  std::string text;
};
// A record's columns as people read them, and its name.
std::vector<Cell> cells_of(const UnitKind&, const Directory&);
std::vector<Cell> cells_of(const PostClass&, const Directory&);
std::vector<Cell> cells_of(const Unit&, const Directory&);
std::vector<Cell> cells_of(const Person&, const Directory&);
std::vector<Cell> cells_of(const Post&, const Directory&);
std::vector<Cell> cells_of(const Committee&, const Directory&);
std::vector<Cell> cells_of(const Alias&, const Directory&);
std::vector<Cell> cells_of(const Room&, const Directory&);
std::vector<Cell> cells_of(const OrderList&, const Directory&);

template <class Record>
std::string name_of_record(const Record& record, const Directory&) {
  return record.name;
}
inline std::string name_of_record(const Post& post, const Directory& directory) {
  const Unit* unit = directory.find_unit(post.unit);
  return (unit ? unit->name + " " : "") + post.title;
}
inline std::string name_of_record(const OrderList& list, const Directory&) {
  return day_text(list.from);
}

}  // namespace huiban::domain
