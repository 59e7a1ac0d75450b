#include <algorithm>

#include "domain/directory_records.h"
#include "domain/directory_tables.h"
#include "domain/wording.h"

namespace huiban::domain {

namespace {

constexpr TableColumn kKinds[] = {
    {"名称", "Name", true}, {"条块", "Line or area"}, {"参会", "Attends"}, {"标识", "Key"}};
constexpr TableColumn kUnits[] = {{"单位", "Unit", true},
                                  {"类别", "Kind", true},
                                  {"序号", "Order"},
                                  {"拼音首字母", "Initials"},
                                  {"上级单位", "Parent"},
                                  {"分管领导", "Leader of the line"},
                                  {"包村领导", "Leader of the area"},
                                  {"停用", "Closed"},
                                  {"编号", "Id"}};
constexpr TableColumn kPosts[] = {{"单位", "Unit", true},
                                  {"职务", "Post", true},
                                  {"姓名", "Name"},
                                  {"手机", "Mobile"},
                                  {"状态", "State"},
                                  {"任职日期", "Since"},
                                  {"联系电话", "Telephone"},
                                  {"排序", "Rank"},
                                  {"班子成员", "Town leader"},
                                  {"党组织负责人", "Party head"},
                                  {"行政负责人", "Administrative head"},
                                  {"负责人", "Head"},
                                  {"编号", "Id"}};
constexpr TableColumn kCommittees[] = {{"名称", "Name", true}, {"成员单位", "Members", true}};
constexpr TableColumn kAliases[] = {
    {"名称", "Name", true}, {"包含类别", "Kinds", true}, {"包含单位", "Units"}};
constexpr TableColumn kRooms[] = {{"会场", "Room", true}, {"使用单位", "Units"}, {"地点", "Place"},
                                  {"电话", "Telephone"},  {"说明", "Note"},      {"编号", "Id"}};
constexpr TableForm kForms[] = {{"kinds", "单位类别", "Unit kinds", kKinds},
                                {"units", "单位", "Units", kUnits},
                                {"posts", "人员职务", "Posts", kPosts},
                                {"committees", "委员会", "Committees", kCommittees},
                                {"aliases", "统称", "Aliases", kAliases},
                                {"rooms", "会场", "Rooms", kRooms}};

std::string yes(bool value) {
  return value ? "是" : "";
}

class Export {
 public:
  Export(const Directory& d, std::chrono::year_month_day day)
      : stored_(d), d_(directory_on(d, day)), day_(day) {}

  std::vector<TextTable> all() {
    for (const auto& form : kForms) {
      TextTable table{form.zh, {{}}};
      for (const auto& column : form.columns) table.rows[0].push_back(column.zh);
      tables_.push_back(std::move(table));
    }
    for (const auto& kind : d_.kinds)
      row(0, {kind.name,
              kind.side == UnitSide::kArea   ? "块"
              : kind.side == UnitSide::kLine ? "条"
                                             : "",
              kind.attends ? "是" : "否", kind.key});
    for (const auto& unit : d_.units) add(unit);
    for (const auto& post : stored_.posts) add(post, *d_.find_post(post.id));
    for (const auto& one : d_.committees) row(3, {one.name, units(one.members)});
    for (const auto& one : d_.aliases) row(4, {one.name, kinds(one.kinds), units(one.units)});
    for (const auto& one : d_.rooms)
      row(5, {one.name, units(one.units), one.place, one.phone, one.note, one.id.str()});
    return std::move(tables_);
  }

 private:
  void row(std::size_t table, std::vector<std::string> cells) {
    tables_[table].rows.push_back(std::move(cells));
  }
  std::string unit_name(UnitId id) const {
    const Unit* unit = d_.find_unit(id);
    return unit ? unit->name : "";
  }
  std::string units(const std::vector<UnitId>& ids) const {
    std::vector<std::string> names;
    for (const auto& id : ids) names.push_back(unit_name(id));
    return join(names);
  }
  std::string kinds(const std::vector<std::string>& keys) const {
    std::vector<std::string> names;
    for (const auto& key : keys)
      if (const UnitKind* kind = d_.find_kind(key)) names.push_back(kind->name);
    return join(names);
  }
  std::string leader(const std::optional<PostId>& id) const {
    return id ? leader_in_words(stored_, *id) : "";
  }
  void add(const Unit& unit) {
    const UnitKind* kind = d_.find_kind(unit.kind);
    row(1, {unit.name, kind ? kind->name : unit.kind, std::to_string(unit.order), unit.pinyin,
            unit.parent ? unit_name(*unit.parent) : "", leader(unit.line_leader),
            leader(unit.area_leader), yes(unit.closed), unit.id.str()});
  }
  // today: the same post as of the day; its rank is the list's, not the post's own.
  void add(const Post& post, const Post& today) {
    const Person* person = today.holder ? d_.find_person(*today.holder) : nullptr;
    std::string since;
    for (const auto& tenure : post.tenures)
      if (today.holder == tenure.person && tenure.from &&
          std::chrono::sys_days{*tenure.from} <= std::chrono::sys_days{day_})
        since = day_text(*tenure.from);
    const char* state = person                                       ? "在任"
                        : today.holder_state == HolderState::kVacant ? "空缺"
                                                                     : "未登记";
    row(2, {unit_name(post.unit), post.title, person ? person->name : "",
            person ? person->mobile : "", state, since, post.mobile, std::to_string(post.rank),
            yes(post.classes.town_leader), yes(post.classes.party_head),
            yes(post.classes.admin_head), yes(post.classes.head), post.id.str()});
  }

  const Directory& stored_;
  Directory d_;  // of that day
  std::chrono::year_month_day day_;
  std::vector<TextTable> tables_;
};

}  // namespace

std::span<const TableForm> table_forms() {
  return kForms;
}

const TableForm* find_table_form(std::string_view key) {
  for (const auto& form : kForms)
    if (form.key == key) return &form;
  return nullptr;
}

std::vector<TextTable> export_tables(const Directory& directory, std::chrono::year_month_day day) {
  return Export(directory, day).all();
}

std::string leader_in_words(const Directory& directory, PostId id) {
  const Post* post = directory.find_post(id);
  if (!post) return "";
  int alike = 0, place = 0;
  for (const auto& other : directory.posts) {
    if (other.title != post->title || other.unit != post->unit) continue;
    ++alike;
    if (other.id == id) place = alike;
  }
  const auto words = alike > 1 ? post->title + "（" + std::to_string(place) + "）" : post->title;
  const Unit* unit = directory.find_unit(post->unit);
  return post->classes.town_leader || !unit ? words : unit->name + " " + words;
}

}  // namespace huiban::domain
