#include "domain/directory_records.h"

#include "domain/wording.h"

namespace huiban::domain {

namespace {

std::string yes(bool value) {
  return value ? "是" : "";
}

std::string unit_name(const Directory& directory, UnitId id) {
  const Unit* unit = directory.find_unit(id);
  return unit ? unit->name : "";
}

std::string post_name(const Directory& directory, const std::optional<PostId>& id) {
  const Post* post = id ? directory.find_post(*id) : nullptr;
  return post ? name_of_record(*post, directory) : "";
}

std::string unit_names(const Directory& directory, const std::vector<UnitId>& ids) {
  std::vector<std::string> names;
  for (const auto& id : ids) names.push_back(unit_name(directory, id));
  return join(names);
}

std::string tenure_text(const Tenure& tenure, const Directory& directory) {
  const Person* person = directory.find_person(tenure.person);
  std::string text = person && !person->name.empty() ? person->name : "（未具名）";
  if (tenure.from) text += " " + day_text(*tenure.from) + " 起";
  if (tenure.until) text += " 至 " + day_text(*tenure.until);
  return text;
}

}  // namespace

std::string day_text(std::chrono::year_month_day day) {
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(int(day.year())) + "-" + two(unsigned(day.month())) + "-" +
         two(unsigned(day.day()));
}

std::vector<Cell> cells_of(const UnitKind& kind, const Directory&) {
  const char* side = kind.side == UnitSide::kArea ? "块" : kind.side == UnitSide::kLine ? "条" : "";
  return {{"名称", "Name", kind.name},
          {"条块", "Line or area", side},
          {"参会", "Attends", yes(kind.attends)},
          {"序号", "Order", std::to_string(kind.order)}};
}

std::vector<Cell> cells_of(const PostClass& cls, const Directory&) {
  return {{"名称", "Name", cls.name},
          {"职务", "Posts", join(cls.titles)},
          {"班子成员", "Town leader", yes(cls.marks.town_leader)},
          {"党组织负责人", "Party head", yes(cls.marks.party_head)},
          {"行政负责人", "Administrative head", yes(cls.marks.admin_head)},
          {"负责人", "Head", yes(cls.marks.head)},
          {"每单位一人", "One per unit", yes(cls.one_per_unit)}};
}

std::vector<Cell> cells_of(const Unit& unit, const Directory& directory) {
  const UnitKind* kind = directory.find_kind(unit.kind);
  return {{"单位", "Unit", unit.name},
          {"类别", "Kind", kind ? kind->name : unit.kind},
          {"序号", "Order", std::to_string(unit.order)},
          {"拼音首字母", "Initials", unit.pinyin},
          {"上级单位", "Parent", unit.parent ? unit_name(directory, *unit.parent) : ""},
          {"分管领导", "Leader of the line", post_name(directory, unit.line_leader)},
          {"包村领导", "Leader of the area", post_name(directory, unit.area_leader)},
          {"停用", "Closed", yes(unit.closed)}};
}

std::vector<Cell> cells_of(const Person& person, const Directory&) {
  return {{"姓名", "Name", person.name},
          {"手机", "Mobile", person.mobile},
          {"拼音首字母", "Initials", person.pinyin}};
}

std::vector<Cell> cells_of(const Post& post, const Directory& directory) {
  std::vector<std::string> tenures;
  for (const auto& tenure : post.tenures) tenures.push_back(tenure_text(tenure, directory));
  return {{"单位", "Unit", unit_name(directory, post.unit)},
          {"职务", "Post", post.title},
          {"任职", "Holders", join(tenures, "；")},
          {"无人任职时", "While not held", post.unheld == HolderState::kVacant ? "空缺" : "未登记"},
          {"联系电话", "Telephone", post.mobile},
          {"排序", "Rank", std::to_string(post.rank)},
          {"班子成员", "Town leader", yes(post.classes.town_leader)},
          {"党组织负责人", "Party head", yes(post.classes.party_head)},
          {"行政负责人", "Administrative head", yes(post.classes.admin_head)},
          {"负责人", "Head", yes(post.classes.head)}};
}

std::vector<Cell> cells_of(const Committee& committee, const Directory& directory) {
  return {{"名称", "Name", committee.name},
          {"成员单位", "Members", unit_names(directory, committee.members)}};
}

std::vector<Cell> cells_of(const Alias& alias, const Directory& directory) {
  std::vector<std::string> kinds;
  for (const auto& key : alias.kinds)
    if (const UnitKind* kind = directory.find_kind(key)) kinds.push_back(kind->name);
  return {{"名称", "Name", alias.name},
          {"类别", "Kinds", join(kinds)},
          {"单位", "Units", unit_names(directory, alias.units)}};
}

std::vector<Cell> cells_of(const Room& room, const Directory& directory) {
  std::vector<std::string> devices;
  for (const auto& device : room.devices)
    devices.push_back(device.name + (device.retired ? "（停用）" : "") +
                      (device.microphone_agreed ? "（同意远程开麦）" : ""));
  return {{"名称", "Name", room.name},        {"单位", "Units", unit_names(directory, room.units)},
          {"地点", "Place", room.place},      {"电话", "Telephone", room.phone},
          {"终端", "Devices", join(devices)}, {"说明", "Note", room.note}};
}

std::vector<Cell> cells_of(const OrderList& list, const Directory& directory) {
  std::vector<std::string> posts;
  for (const auto& id : list.posts) posts.push_back(post_name(directory, id));
  return {{"起始日期", "From", day_text(list.from)},
          {"排序", "Order", join(posts)},
          {"说明", "Note", list.note}};
}

}  // namespace huiban::domain
