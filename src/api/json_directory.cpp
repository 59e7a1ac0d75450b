#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_read.h"
#include "api/json_write.h"

namespace huiban::api {

using nlohmann::json;

namespace {

json ids(const std::vector<UnitId>& units) {
  json list = json::array();
  for (const auto& unit : units) list.push_back(unit.str());
  return list;
}

// 138****5678: enough to tell two numbers apart, not to call.
std::string masked(const std::string& number) {
  if (number.empty()) return {};
  if (number.size() < 8) return std::string(number.size(), '*');
  return number.substr(0, 3) + std::string(number.size() - 7, '*') +
         number.substr(number.size() - 4);
}

json post_json(const domain::Post& post, const domain::Directory& directory) {
  json out{{"id", post.id.str()},
           {"unit", post.unit.str()},
           {"title", post.title},
           {"rank", post.rank},
           {"town_leader", post.classes.town_leader},
           {"party_head", post.classes.party_head},
           {"admin_head", post.classes.admin_head},
           {"head", post.classes.head},
           {"unheld", name_of(kHolderNames, post.unheld)},
           {"tenures", json::array()},
           {"mobile_masked", masked(post.mobile)},
           {"holder_state", name_of(kHolderNames, post.holder_state)}};
  for (const auto& one : post.tenures) {
    json tenure{{"person", one.person.str()}};
    if (one.from) tenure["from"] = date_text(*one.from);
    if (one.until) tenure["until"] = date_text(*one.until);
    out["tenures"].push_back(std::move(tenure));
  }
  const auto* person = post.holder ? directory.find_person(*post.holder) : nullptr;
  if (person) out["holder"] = person->id.str();
  if (person && !person->name.empty()) out["holder_name"] = person->name;
  return out;
}

json unit_json(const domain::Unit& unit) {
  json out{{"id", unit.id.str()},   {"kind", unit.kind},   {"name", unit.name},
           {"pinyin", unit.pinyin}, {"order", unit.order}, {"closed", unit.closed}};
  if (unit.parent) out["parent"] = unit.parent->str();
  if (unit.line_leader) out["line_leader"] = unit.line_leader->str();
  if (unit.area_leader) out["area_leader"] = unit.area_leader->str();
  return out;
}

json class_json(const domain::PostClass& one) {
  bool built_in = false;
  for (const auto& other : domain::default_post_classes())
    built_in = built_in || other.key == one.key;
  return {{"key", one.key},
          {"name", one.name},
          {"titles", one.titles},
          {"town_leader", one.marks.town_leader},
          {"party_head", one.marks.party_head},
          {"admin_head", one.marks.admin_head},
          {"head", one.marks.head},
          {"one_per_unit", one.one_per_unit},
          {"built_in", built_in}};
}

json room_json(const domain::Room& room) {
  json devices = json::array();
  for (const auto& one : room.devices)
    devices.push_back({{"id", one.id.str()},
                       {"name", one.name},
                       {"microphone_agreed", one.microphone_agreed},
                       {"retired", one.retired}});
  return {{"id", room.id.str()},          {"name", room.name},   {"units", ids(room.units)},
          {"place", room.place},          {"phone", room.phone}, {"note", room.note},
          {"devices", std::move(devices)}};
}

json order_json(const domain::OrderList& list) {
  json posts = json::array();
  for (const auto& one : list.posts) posts.push_back(one.str());
  return {{"from", date_text(list.from)}, {"posts", std::move(posts)}, {"note", list.note}};
}

template <class List, class Write>
json list_json(const List& list, Write write) {
  json out = json::array();
  for (const auto& one : list) out.push_back(write(one));
  return out;
}

}  // namespace

json time_json(std::optional<UtcTime> time) {
  return time ? json(to_iso8601(*time)) : json(nullptr);
}

json directory_json(const domain::Directory& directory) {
  json kinds = json::array(), units = json::array(), posts = json::array();
  json committees = json::array(), aliases = json::array();
  for (const auto& kind : directory.kinds)
    kinds.push_back({{"key", kind.key},
                     {"name", kind.name},
                     {"side", name_of(kSideNames, kind.side)},
                     {"attends", kind.attends},
                     {"order", kind.order}});
  for (const auto& unit : directory.units) units.push_back(unit_json(unit));
  for (const auto& post : directory.posts) posts.push_back(post_json(post, directory));
  for (const auto& one : directory.committees)
    committees.push_back({{"name", one.name}, {"members", ids(one.members)}});
  for (const auto& one : directory.aliases)
    aliases.push_back({{"name", one.name}, {"kinds", one.kinds}, {"units", ids(one.units)}});
  return {{"town", directory.town},
          {"note", directory.note},
          {"kinds", std::move(kinds)},
          {"units", std::move(units)},
          {"posts", std::move(posts)},
          {"committees", std::move(committees)},
          {"aliases", std::move(aliases)},
          {"persons", list_json(directory.persons,
                                [](const domain::Person& one) {
                                  return json{{"id", one.id.str()},
                                              {"name", one.name},
                                              {"pinyin", one.pinyin},
                                              {"mobile_masked", masked(one.mobile)}};
                                })},
          {"classes",
           list_json(directory.classes.empty() ? domain::default_post_classes() : directory.classes,
                     class_json)},
          {"rooms", list_json(directory.rooms, room_json)},
          {"orders", list_json(directory.orders, order_json)}};
}

json account_json(const domain::AccountRecord& account) {
  json out{{"id", account.id.str()},
           {"name", account.name},
           {"label", account.label},
           {"role", name_of(kRoleNames, account.role)},
           {"must_change_password", account.must_change_password}};
  if (account.unit) out["unit"] = account.unit->str();
  if (account.locked_until) out["locked_until"] = to_iso8601(*account.locked_until);
  return out;
}

}  // namespace huiban::api
