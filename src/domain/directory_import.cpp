#include <algorithm>
#include <map>
#include <set>

#include "domain/directory_records.h"
#include "domain/directory_tables.h"
#include "domain/post_import.h"
#include "domain/table_reader.h"

namespace huiban::domain {

namespace {

class Importer {
 public:
  Importer(const Directory& before, ImportMode mode, std::chrono::year_month_day today)
      : mode_(mode), posts_(plan_.after, plan_.problems, plan_.notices, today) {
    plan_.after = before;
  }

  ImportPlan run(const std::vector<TextTable>& tables) {
    std::map<std::string, std::vector<RecognisedTable>> by_form;
    for (const auto& table : tables) {
      if (const auto known = recognise(table))
        by_form[known->form->key].push_back(*known);
      else if (!table.rows.empty())
        plan_.notices.push_back({table.name, 0, "", "没有认出这张表，已略过：缺少必需的列",
                                 "was left out: its required columns are missing"});
    }
    if (by_form.empty())
      plan_.problems.push_back({"", 0, "", "没有认出任何一张表。请先导出，在导出的表里改",
                                "no table was recognised; export first and change that file"});
    // Units need kinds, posts need units, leaders need posts.
    for (const char* key : {"kinds", "units", "posts", "leaders", "committees", "aliases", "rooms"})
      for (const auto& table :
           by_form[std::string(key) == "leaders" ? std::string("units") : std::string(key)])
        read(table, key);
    if (mode_ == ImportMode::kComplete) remove_unnamed(by_form);
    sort_directory(plan_.after);
    if (plan_.problems.empty())
      if (const auto checked = check_directory(plan_.after); !checked)
        plan_.problems.push_back({"", 0, "", checked.error().zh, checked.error().en});
    std::stable_sort(plan_.problems.begin(), plan_.problems.end(),
                     [](const ImportProblem& a, const ImportProblem& b) {
                       return std::tie(a.table, a.row) < std::tie(b.table, b.row);
                     });
    return std::move(plan_);
  }

 private:
  Directory& d() { return plan_.after; }

  void read(const RecognisedTable& table, const std::string& what) {
    for (std::size_t i = table.head + 1; i < table.table->rows.size(); ++i) {
      TableRow row(table, i, plan_.problems);
      if (row.blank()) continue;
      if (what == "leaders") {
        read_leaders(row);
        continue;
      }
      ++plan_.rows[table.form->key];
      const char* name = table.form->columns.front().zh;
      if (row.text(name).empty())
        row.wrong(name, "没有填写", "is empty");
      else if (what == "kinds")
        read_kind(row);
      else if (what == "units")
        read_unit(row);
      else if (what == "posts")
        posts_.read(row, named_);
      else if (what == "committees")
        read_committee(row);
      else if (what == "aliases")
        read_alias(row);
      else
        read_room(row);
    }
  }

  // The record is the row's; false and a problem if an earlier row has it.
  bool take(TableRow& row, const char* column, const std::string& record) {
    const auto [found, first] = named_.try_emplace(record, row.number_in_file());
    if (!first)
      row.wrong(column, "与第 " + std::to_string(found->second) + " 行重复",
                "stands in row " + std::to_string(found->second) + " already");
    return first;
  }

  template <class List, class Match>
  static auto find(List& list, Match match) -> typename List::value_type* {
    const auto found = std::find_if(list.begin(), list.end(), match);
    return found == list.end() ? nullptr : &*found;
  }

  UnitKind* kind_named(const std::string& name) {
    return find(d().kinds, [&](const UnitKind& k) { return k.name == name || k.key == name; });
  }
  Unit* unit_named(const std::string& name) {
    return find(d().units, [&](const Unit& u) { return u.name == name; });
  }

  void read_kind(TableRow& row) {
    const auto name = row.text("名称"), key = row.text("标识");
    UnitKind* kind = key.empty() ? kind_named(name)
                                 : find(d().kinds, [&](const UnitKind& k) { return k.key == key; });
    if (!kind) {
      kind = &d().kinds.emplace_back();
      kind->key = key.empty() ? name : key;
      kind->order = int(d().kinds.size());
    }
    if (!take(row, "名称", record_of(*kind))) return;
    kind->name = name;
    kind->attends = row.flag("参会", kind->attends);
    if (!row.has("条块")) return;
    const auto side = row.text("条块");
    if (side == "块" || side == "area")
      kind->side = UnitSide::kArea;
    else if (side == "条" || side == "line")
      kind->side = UnitSide::kLine;
    else if (side.empty() || side == "无" || side == "none")
      kind->side = UnitSide::kNone;
    else
      row.wrong("条块", "应填“条”、“块”或空着，现在是“" + side + "”",
                "is 条 (line), 块 (area) or empty, not \"" + side + "\"");
  }

  void read_unit(TableRow& row) {
    const auto name = row.text("单位");
    Unit* unit = nullptr;
    if (const auto id = UnitId::parse(row.text("编号")))
      unit = find(d().units, [&](const Unit& u) { return u.id == *id; });
    if (!unit) unit = unit_named(name);
    const UnitKind* kind = kind_named(row.text("类别"));
    if (!kind)
      row.wrong("类别", "没有单位类别“" + row.text("类别") + "”",
                "there is no kind of unit \"" + row.text("类别") + "\"");
    if (!unit) {
      unit = &d().units.emplace_back();
      unit->id = UnitId::make();
      for (const auto& other : d().units)
        if (&other != unit) unit->order = std::max(unit->order, other.order + 1);
    }
    if (!take(row, "单位", record_of(*unit))) return;
    if (unit->name != name && !row.has("拼音首字母")) unit->pinyin.clear();  // made anew
    unit->name = name;
    if (kind) unit->kind = kind->key;
    unit->order = row.number("序号", unit->order);
    if (row.has("拼音首字母")) unit->pinyin = row.text("拼音首字母");
    unit->closed = row.flag("停用", unit->closed);
  }

  // After all units and posts are there.
  void read_leaders(TableRow& row) {
    Unit* unit = nullptr;
    if (const auto id = UnitId::parse(row.text("编号")))
      unit = find(d().units, [&](const Unit& u) { return u.id == *id; });
    if (!unit) unit = unit_named(row.text("单位"));
    if (!unit) return;
    if (row.has("上级单位")) {
      const auto name = row.text("上级单位");
      const Unit* parent = name.empty() ? nullptr : unit_named(name);
      if (!name.empty() && !parent)
        row.wrong("上级单位", "没有单位“" + name + "”", "there is no unit \"" + name + "\"");
      unit->parent = parent ? std::optional(parent->id) : std::nullopt;
    }
    if (row.has("分管领导")) unit->line_leader = posts_.leader(row, "分管领导");
    if (row.has("包村领导")) unit->area_leader = posts_.leader(row, "包村领导");
  }

  std::vector<UnitId> units_in(TableRow& row, const char* column) {
    std::vector<UnitId> ids;
    for (const auto& name : split_words(row.text(column))) {
      if (const Unit* unit = unit_named(name))
        ids.push_back(unit->id);
      else
        row.wrong(column, "没有单位“" + name + "”", "there is no unit \"" + name + "\"");
    }
    return ids;
  }

  void read_committee(TableRow& row) {
    const auto name = row.text("名称");
    auto* committee = find(d().committees, [&](const Committee& c) { return c.name == name; });
    if (!committee) committee = &d().committees.emplace_back(Committee{name, {}});
    if (take(row, "名称", record_of(*committee))) committee->members = units_in(row, "成员单位");
  }

  void read_alias(TableRow& row) {
    const auto name = row.text("名称");
    auto* alias = find(d().aliases, [&](const Alias& a) { return a.name == name; });
    if (!alias) alias = &d().aliases.emplace_back(Alias{name, {}, {}});
    if (!take(row, "名称", record_of(*alias))) return;
    alias->kinds.clear();
    for (const auto& word : split_words(row.text("包含类别"))) {
      if (const UnitKind* kind = kind_named(word))
        alias->kinds.push_back(kind->key);
      else
        row.wrong("包含类别", "没有单位类别“" + word + "”",
                  "there is no kind of unit \"" + word + "\"");
    }
    if (row.has("包含单位")) alias->units = units_in(row, "包含单位");
  }

  void read_room(TableRow& row) {
    const auto name = row.text("会场");
    Room* room = nullptr;
    if (const auto id = RoomId::parse(row.text("编号")))
      room = find(d().rooms, [&](const Room& r) { return r.id == *id; });
    if (!room) room = find(d().rooms, [&](const Room& r) { return r.name == name; });
    if (!room) {
      room = &d().rooms.emplace_back();
      room->id = RoomId::make();
    }
    if (!take(row, "会场", record_of(*room))) return;
    room->name = name;
    if (row.has("使用单位")) room->units = units_in(row, "使用单位");
    if (row.has("地点")) room->place = row.text("地点");
    room->phone = row.phone("电话", room->phone);
    if (row.has("说明")) room->note = row.text("说明");
  }

  template <class Table>
  void keep_named(Table table) {
    std::erase_if(d().*table, [&](const auto& one) { return named_.count(record_of(one)) == 0; });
  }

  // A unit that is gone takes its posts and memberships with it.
  void remove_unnamed(const std::map<std::string, std::vector<RecognisedTable>>& by_form) {
    const auto has = [&](const char* key) {
      const auto found = by_form.find(key);
      return found != by_form.end() && !found->second.empty();
    };
    if (has("units")) keep_named(&Directory::units);
    for (const auto& unit : d().units)
      if (unit.parent && !d().find_unit(*unit.parent))
        plan_.problems.push_back({"单位", named_[record_of(unit)], "上级单位",
                                  unit.name + " 的上级单位不在表中，会被删除",
                                  "the parent of " + unit.name + " is not in the file"});
    if (has("posts")) keep_named(&Directory::posts);
    if (has("kinds")) keep_named(&Directory::kinds);
    if (has("committees")) keep_named(&Directory::committees);
    if (has("aliases")) keep_named(&Directory::aliases);
    if (has("rooms")) keep_named(&Directory::rooms);
    drop_dangling(d());
  }

  ImportPlan plan_;
  ImportMode mode_;
  PostImport posts_;
  std::map<std::string, int> named_;  // by record: the row that has it
};

}  // namespace

ImportPlan plan_import(const Directory& before, const std::vector<TextTable>& tables,
                       ImportMode mode, std::chrono::year_month_day today) {
  return Importer(before, mode, today).run(tables);
}

}  // namespace huiban::domain
