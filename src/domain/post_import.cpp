#include "domain/post_import.h"

#include <algorithm>
#include <set>

#include "domain/directory_records.h"

namespace huiban::domain {

namespace {

std::chrono::year_month_day day_before(std::chrono::year_month_day day) {
  return std::chrono::sys_days{day} - std::chrono::days{1};
}

std::string number_text(int n) {
  return std::to_string(n);
}

}  // namespace

std::string PostImport::holder_name(const Post& post) const {
  for (const auto& tenure : post.tenures)
    if (const Person* person = d_.find_person(tenure.person);
        person && &tenure == const_cast<PostImport*>(this)->running(const_cast<Post&>(post)))
      return person->name;
  return {};
}

Tenure* PostImport::running(Post& post) const {
  const std::chrono::sys_days today{today_};
  for (auto& tenure : post.tenures)
    if ((!tenure.from || std::chrono::sys_days{*tenure.from} <= today) &&
        (!tenure.until || today <= std::chrono::sys_days{*tenure.until}))
      return &tenure;
  return nullptr;
}

// Several posts of a unit may have one title: the row's holder tells them apart, else their order.
Post* PostImport::find_post(const TableRow& row, const Unit& unit,
                            const std::map<std::string, int>& named) {
  if (const auto id = PostId::parse(row.text("编号")))
    for (auto& post : d_.posts)
      if (post.id == *id) return &post;
  std::vector<Post*> alike;
  for (auto& post : d_.posts)
    if (post.unit == unit.id && post.title == row.text("职务") && !named.count(record_of(post)))
      alike.push_back(&post);
  const auto name = row.text("姓名");
  for (Post* post : alike)
    if (!name.empty() && holder_name(*post) == name) return post;
  return alike.empty() ? nullptr : alike.front();
}

void PostImport::read(TableRow& row, std::map<std::string, int>& named) {
  const Unit* unit = d_.find_unit_named(row.text("单位"));
  if (!unit)
    return row.wrong("单位", "没有单位“" + row.text("单位") + "”",
                     "there is no unit \"" + row.text("单位") + "\"");
  if (row.text("职务").empty()) return row.wrong("职务", "没有填写", "is empty");
  Post* post = find_post(row, *unit, named);
  if (!post) {
    int rank = 0;
    for (const auto& other : d_.posts)
      if (other.unit == unit->id) rank = std::max(rank, other.rank);
    post = &d_.posts.emplace_back();
    post->id = PostId::make();
    post->rank = rank + 1;
  }
  const auto [taken, first] = named.try_emplace(record_of(*post), row.number_in_file());
  if (!first)
    return row.wrong("编号", "与第 " + number_text(taken->second) + " 行重复",
                     "stands in row " + number_text(taken->second) + " already");
  post->unit = unit->id;
  post->title = row.text("职务");
  post->rank = row.number("排序", post->rank);
  post->mobile = row.phone("联系电话", post->mobile);
  auto& classes = post->classes;
  classes.town_leader = row.flag("班子成员", classes.town_leader);
  classes.party_head = row.flag("党组织负责人", classes.party_head);
  classes.admin_head = row.flag("行政负责人", classes.admin_head);
  classes.head = row.flag("负责人", classes.head);
  read_holder(row, *post);
}

void PostImport::read_holder(TableRow& row, Post& post) {
  const auto name = row.text("姓名"), state = row.text("状态");
  const bool vacant = state == "空缺" || state == "vacant";
  const bool held = state == "在任" || state == "held";
  if (!vacant && !held && !state.empty() && state != "未登记" && state != "unregistered")
    return row.wrong("状态", "应填“在任”、“空缺”或“未登记”，现在是“" + state + "”",
                     "is 在任, 空缺 or 未登记 (held, vacant, unregistered), not \"" + state + "\"");
  if (!name.empty()) {
    if (vacant)
      return row.wrong("状态", "写了姓名，状态又是“空缺”", "says vacant, but there is a name");
    return set_holder(row, post, name);
  }
  if (!row.has("姓名") && !row.has("状态")) return;
  if (held) {
    if (!running(post))
      row.wrong("姓名", "状态是“在任”，但没有姓名", "is empty, but the post is held");
    return;
  }
  if (!row.has("状态") && !running(post)) return;
  end_tenure(row, post, day_before(today_));
  post.unheld = vacant ? HolderState::kVacant : HolderState::kUnregistered;
}

// The tenure that runs today ends, at least with its first day; one that began today or later never
// was.
void PostImport::end_tenure(TableRow& row, Post& post, std::chrono::year_month_day last) {
  Tenure* tenure = running(post);
  if (!tenure) return;
  if (tenure->from && std::chrono::sys_days{last} < std::chrono::sys_days{*tenure->from}) {
    if (std::chrono::sys_days{*tenure->from} != std::chrono::sys_days{today_})
      return row.wrong("任职日期", "不能早于前任的任职日期 " + day_text(*tenure->from),
                       "is before the predecessor's first day " + day_text(*tenure->from));
    post.tenures.erase(post.tenures.begin() + (tenure - post.tenures.data()));
    return;
  }
  tenure->until = last;
}

void PostImport::set_holder(TableRow& row, Post& post, const std::string& name) {
  const auto mobile = row.phone("手机", "");
  const auto from = row.day("任职日期");
  Tenure* now = running(post);
  Person* holder = nullptr;
  if (now)
    for (auto& person : d_.persons)
      if (person.id == now->person) holder = &person;
  if (holder && holder->name == name) {
    if (row.has("手机")) holder->mobile = mobile;
    if (from) now->from = from;
    return;
  }
  const auto person = person_named(row, name, mobile);
  const auto first = from.value_or(today_);
  if (now) end_tenure(row, post, day_before(first));
  // The first known holder without a day has always been there.
  const bool dated = from || !post.tenures.empty();
  post.tenures.push_back({person, dated ? std::optional(first) : std::nullopt, std::nullopt});
}

// One name and one number is one person; a name alone is the only person of that name.
PersonId PostImport::person_named(TableRow& row, const std::string& name,
                                  const std::string& mobile) {
  std::vector<Person*> alike;
  for (auto& person : d_.persons)
    if (person.name == name) alike.push_back(&person);
  for (Person* person : alike)
    if (!mobile.empty() && person->mobile == mobile) return person->id;
  if (alike.size() == 1 && (mobile.empty() || alike.front()->mobile.empty())) {
    if (!mobile.empty()) alike.front()->mobile = mobile;
    notices_.push_back(
        row.at("姓名", "“" + name + "”已在通讯录中，按同一人计",
               "\"" + name + "\" is in the directory and counts as the same person"));
    return alike.front()->id;
  }
  if (alike.size() > 1 && mobile.empty())
    row.wrong("手机", "有几个“" + name + "”，要写手机才知道是哪一位",
              "is needed: there are several persons named \"" + name + "\"");
  else if (!alike.empty())
    notices_.push_back(row.at("姓名", "“" + name + "”手机不同，按另一人登记",
                              "\"" + name + "\" has another number and counts as another person"));
  d_.persons.push_back({PersonId::make(), name, mobile, ""});
  return d_.persons.back().id;
}

std::optional<PostId> PostImport::leader(TableRow& row, const char* column) const {
  const auto words = row.text(column);
  if (words.empty()) return std::nullopt;
  std::vector<PostId> found;
  for (const auto& post : d_.posts) {
    if (leader_in_words(d_, post.id) == words || name_of_record(post, d_) == words ||
        (post.classes.town_leader && (post.title == words || holder_name(post) == words)))
      found.push_back(post.id);
    if (leader_in_words(d_, post.id) == words) return post.id;
  }
  if (found.size() == 1) return found.front();
  if (found.empty())
    row.wrong(column, "没有这位领导：“" + words + "”",
              "there is no such leader: \"" + words + "\"");
  else
    row.wrong(column, "有几位“" + words + "”，请写成“" + words + "（1）”",
              "there are several; write \"" + words + "（1）\"");
  return std::nullopt;
}

void drop_dangling(Directory& d) {
  std::set<UnitId> units;
  std::set<PostId> posts;
  for (const auto& unit : d.units) units.insert(unit.id);
  std::erase_if(d.posts, [&](const Post& post) { return units.count(post.unit) == 0; });
  for (const auto& post : d.posts) posts.insert(post.id);
  const auto no_unit = [&](const UnitId& id) { return units.count(id) == 0; };
  const auto no_post = [&](const PostId& id) { return posts.count(id) == 0; };
  for (auto& unit : d.units) {
    if (unit.parent && no_unit(*unit.parent)) unit.parent.reset();
    if (unit.line_leader && no_post(*unit.line_leader)) unit.line_leader.reset();
    if (unit.area_leader && no_post(*unit.area_leader)) unit.area_leader.reset();
  }
  for (auto& one : d.committees) std::erase_if(one.members, no_unit);
  for (auto& one : d.aliases) {
    std::erase_if(one.units, no_unit);
    std::erase_if(one.kinds, [&](const std::string& key) { return !d.find_kind(key); });
  }
  for (auto& one : d.rooms) std::erase_if(one.units, no_unit);
  for (auto& one : d.orders) std::erase_if(one.posts, no_post);
}

}  // namespace huiban::domain
