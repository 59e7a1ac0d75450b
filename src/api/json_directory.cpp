#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_write.h"

namespace huiban::api {

using nlohmann::json;

namespace {

json ids(const std::vector<UnitId>& units) {
  json list = json::array();
  for (const auto& unit : units) list.push_back(unit.str());
  return list;
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
           {"holder_state", name_of(kHolderNames, post.holder_state)}};
  const auto* person = post.holder ? directory.find_person(*post.holder) : nullptr;
  if (person && !person->name.empty()) out["holder_name"] = person->name;
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
  for (const auto& unit : directory.units) {
    units.push_back({{"id", unit.id.str()},
                     {"kind", unit.kind},
                     {"name", unit.name},
                     {"pinyin", unit.pinyin},
                     {"order", unit.order}});
    if (unit.parent) units.back()["parent"] = unit.parent->str();
  }
  for (const auto& post : directory.posts) posts.push_back(post_json(post, directory));
  for (const auto& one : directory.committees)
    committees.push_back({{"name", one.name}, {"members", ids(one.members)}});
  for (const auto& one : directory.aliases)
    aliases.push_back({{"name", one.name}, {"kinds", one.kinds}, {"units", ids(one.units)}});
  return {{"town", directory.town},       {"note", directory.note},
          {"kinds", std::move(kinds)},    {"units", std::move(units)},
          {"posts", std::move(posts)},    {"committees", std::move(committees)},
          {"aliases", std::move(aliases)}};
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
