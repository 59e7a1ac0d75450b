#include "store/town_file.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "store/json_node.h"

namespace huiban::store {

namespace {

using namespace domain;
using nlohmann::json;

template <class Enum>
Enum one_of(const JsonNode& node, const std::map<std::string, Enum>& words) {
  const auto text = node.text();
  const auto found = words.find(text);
  if (found != words.end()) return found->second;
  std::string known;
  for (const auto& [word, value] : words) known += (known.empty() ? "" : ", ") + word;
  node.refuse("不认识“" + text + "”，可用：" + known,
              "\"" + text + "\" is unknown; possible are " + known);
}

const std::map<std::string, UnitSide> kSides = {
    {"none", UnitSide::kNone}, {"area", UnitSide::kArea}, {"line", UnitSide::kLine}};
const std::map<std::string, HalfDay> kHalves = {
    {"none", HalfDay::kNone}, {"morning", HalfDay::kMorning}, {"afternoon", HalfDay::kAfternoon}};
const std::map<std::string, MeetingForm> kForms = {{"video", MeetingForm::kVideo},
                                                   {"onsite", MeetingForm::kOnsite},
                                                   {"visit", MeetingForm::kVisit}};
const std::map<std::string, VenueKind> kVenues = {{"main", VenueKind::kMain},
                                                  {"branch", VenueKind::kBranch}};
const std::map<std::string, AgendaKind> kAgendaKinds = {
    {"hosting", AgendaKind::kHosting},       {"speech", AgendaKind::kSpeech},
    {"deployment", AgendaKind::kDeployment}, {"conveying", AgendaKind::kConveying},
    {"pledge", AgendaKind::kPledge},         {"exchange", AgendaKind::kExchange},
    {"critique", AgendaKind::kCritique},     {"report", AgendaKind::kReport},
    {"closing", AgendaKind::kClosing},       {"other", AgendaKind::kOther}};
const std::map<std::string, bool PostClasses::*> kClasses = {
    {"town_leader", &PostClasses::town_leader},
    {"party_head", &PostClasses::party_head},
    {"admin_head", &PostClasses::admin_head},
    {"head", &PostClasses::head}};
const std::map<std::string, int> kRuleClasses = {
    {"town_leaders", 0}, {"both_heads", 1}, {"party_head", 2}, {"any_head", 3}};

template <class List>
bool named(const List& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(), [&](const auto& x) { return x.name == name; });
}

class TownReader {
 public:
  TownFile read(const JsonNode& file) {
    file.only({"town", "note", "note_en", "unit_kinds", "committees", "aliases", "meetings"});
    directory().town = file.at("town").text();
    directory().note = file.text("note", "");
    file.at("unit_kinds");
    for (const auto& kind : file.list("unit_kinds")) read_kind(kind);
    for (const auto& committee : file.list("committees")) read_committee(committee);
    for (const auto& alias : file.list("aliases")) read_alias(alias);
    for (const auto& meeting : file.list("meetings")) read_meeting(meeting);
    return std::move(town_);
  }

 private:
  Directory& directory() { return town_.directory; }
  const Directory& directory() const { return town_.directory; }

  void read_kind(const JsonNode& node) {
    node.only({"key", "name", "side", "attends", "units", "posts"});
    UnitKind kind;
    kind.key = node.at("key").text();
    if (directory().find_kind(kind.key))
      node.refuse("单位类别重复：" + kind.key, "two kinds of units are called " + kind.key);
    kind.name = node.at("name").text();
    kind.side = one_of(node.at("side"), kSides);
    kind.attends = node.flag("attends", true);
    kind.order = int(directory().kinds.size()) + 1;
    directory().kinds.push_back(kind);
    for (const auto& entry : node.list("units")) {
      entry.only({"name", "pinyin"});
      Unit unit;
      unit.id = UnitId::make();
      unit.kind = kind.key;
      unit.name = entry.at("name").text();
      unit.pinyin = entry.text("pinyin", "");
      unit.order = int(directory().units.size()) + 1;
      if (directory().find_unit_named(unit.name))
        entry.refuse("单位重名：" + unit.name, "two units are named " + unit.name);
      read_posts(node, unit.id);
      directory().units.push_back(std::move(unit));
    }
  }

  void read_posts(const JsonNode& kind, UnitId unit) {
    int rank = 0;
    for (const auto& node : kind.list("posts")) {
      node.only({"title", "count", "classes"});
      Post post;
      post.unit = unit;
      post.title = node.at("title").text();
      for (const auto& name : node.list("classes")) post.classes.*one_of(name, kClasses) = true;
      for (int i = node.number("count", 1, 1, 99); i > 0; --i) {
        post.id = PostId::make();
        post.rank = ++rank;
        directory().posts.push_back(post);
      }
    }
  }

  void read_committee(const JsonNode& node) {
    node.only({"name", "kinds", "units"});
    Committee committee{node.at("name").text(), {}};
    if (named(directory().committees, committee.name))
      node.refuse("委员会重名：" + committee.name, "two committees are named " + committee.name);
    const auto kinds = known_kinds(node);
    const auto units = known_units(node);
    for (const auto& unit : directory().units)
      if (std::count(kinds.begin(), kinds.end(), unit.kind) ||
          std::count(units.begin(), units.end(), unit.id))
        committee.members.push_back(unit.id);
    directory().committees.push_back(std::move(committee));
  }

  void read_alias(const JsonNode& node) {
    node.only({"name", "kinds", "units"});
    Alias alias{node.at("name").text(), known_kinds(node), known_units(node)};
    if (named(directory().aliases, alias.name))
      node.refuse("统称重名：" + alias.name, "two aliases are named " + alias.name);
    directory().aliases.push_back(std::move(alias));
  }

  std::vector<std::string> known_kinds(const JsonNode& node) const {
    for (const auto& key : node.list("kinds"))
      if (!directory().find_kind(key.text()))
        key.refuse("没有单位类别“" + key.text() + "”", "there is no kind of unit " + key.text());
    return node.texts("kinds");
  }

  template <class List>
  static std::vector<std::string> known_names(const JsonNode& node, const char* key,
                                              const List& list) {
    for (const auto& name : node.list(key))
      if (!named(list, name.text()))
        name.refuse("没有“" + name.text() + "”", "there is no " + name.text());
    return node.texts(key);
  }

  const Unit& known_unit(const JsonNode& name) const {
    const Unit* unit = directory().find_unit_named(name.text());
    if (!unit) name.refuse("没有单位“" + name.text() + "”", "there is no unit " + name.text());
    return *unit;
  }

  std::vector<UnitId> known_units(const JsonNode& node) const {
    std::vector<UnitId> ids;
    for (const auto& name : node.list("units")) ids.push_back(known_unit(name).id);
    return ids;
  }

  Speaker read_speaker(const JsonNode& node) const {
    node.only({"unit", "post", "text"});
    Speaker speaker;
    speaker.text = node.text("text", "");
    if (!node.has("unit")) {
      if (node.has("post") || speaker.text.empty())
        node.refuse("要写 unit（和 post）或 text", "needs unit (and post), or text");
      return speaker;
    }
    const Unit& unit = known_unit(node.at("unit"));
    if (!node.has("post")) {
      speaker.unit = unit.id;
      return speaker;
    }
    const auto title = node.at("post");
    for (const Post* post : directory().posts_of(unit.id))
      if (post->title == title.text()) {
        speaker.post = post->id;
        return speaker;
      }
    title.refuse(unit.name + "没有职务“" + title.text() + "”",
                 unit.name + " has no post " + title.text());
  }

  void read_meeting(const JsonNode& node) {
    node.only({"id", "title", "subjects", "kind", "form", "year", "date", "half", "start", "place",
               "purpose", "planned_minutes", "host", "agenda", "rules"});
    MeetingPlan plan;
    plan.title = node.at("title").text();
    plan.subjects = node.texts("subjects");
    plan.kind = node.at("kind").text();
    plan.form = one_of(node.at("form"), kForms);
    if (node.has("year")) plan.year = node.number("year", 0, 1949, 9999);
    plan.time = read_time(node);
    plan.planned_minutes = node.number("planned_minutes", 0, 0, 24 * 60);
    plan.place = node.text("place", "");
    plan.purpose = node.text("purpose", "");
    plan.sample_note = directory().note;
    if (node.has("host")) {
      plan.host = read_speaker(node.at("host")).post;
      if (!plan.host) node.at("host").refuse("主持人要写单位和职务", "a host is a unit and a post");
    }
    for (const auto& item : node.list("agenda")) plan.agenda.push_back(read_item(item));
    for (const auto& rule : node.list("rules")) plan.rules.push_back(read_rule(rule));
    town_.meetings.push_back(std::move(plan));
  }

  static MeetingTime read_time(const JsonNode& node) {
    MeetingTime time;
    const auto date = node.at("date");
    int year = 0, end = 0;
    unsigned month = 0, day = 0;
    const auto text = date.text();
    if (std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &end) != 3 ||
        std::size_t(end) != text.size())
      date.refuse("日期应写成 2020-05-27", "a date is written 2020-05-27");
    time.date = std::chrono::year{year} / month / day;
    if (!time.date.ok()) date.refuse("没有这一天：" + text, "there is no such day: " + text);
    if (node.has("half")) time.half = one_of(node.at("half"), kHalves);
    if (node.has("start")) time.start = read_clock(node.at("start"));
    return time;
  }

  static std::chrono::minutes read_clock(const JsonNode& node) {
    unsigned hour = 0, minute = 0;
    int end = 0;
    const auto text = node.text();
    if (std::sscanf(text.c_str(), "%2u:%2u%n", &hour, &minute, &end) != 2 ||
        std::size_t(end) != text.size() || hour > 23 || minute > 59)
      node.refuse("时间应写成 09:00", "a time is written 09:00");
    return std::chrono::minutes{hour * 60 + minute};
  }

  AgendaItem read_item(const JsonNode& node) const {
    node.only({"kinds", "subject", "speakers", "minutes"});
    AgendaItem item;
    item.id = AgendaItemId::make();
    for (const auto& kind : node.list("kinds")) item.kinds.push_back(one_of(kind, kAgendaKinds));
    if (item.kinds.empty()) node.refuse("议程项没有类别", "an agenda item needs a kind");
    item.subject = node.text("subject", "");
    item.planned_minutes = node.number("minutes", 0, 0, 24 * 60);
    for (const auto& speaker : node.list("speakers"))
      item.speakers.push_back(read_speaker(speaker));
    return item;
  }

  AttendanceRule read_rule(const JsonNode& node) const {
    node.only({"venue", "kinds", "committees", "aliases", "units", "posts", "post_class"});
    AttendanceRule rule;
    rule.venue = one_of(node.at("venue"), kVenues);
    rule.kinds = known_kinds(node);
    rule.committees = known_names(node, "committees", directory().committees);
    rule.aliases = known_names(node, "aliases", directory().aliases);
    rule.units = known_units(node);
    rule.posts = node.texts("posts");
    if (node.has("post_class")) one_of(node.at("post_class"), kRuleClasses);
    rule.post_class = node.text("post_class", "");
    if (rule.posts.empty() == rule.post_class.empty())
      node.refuse("要写 posts 或 post_class 之一", "needs either posts or post_class");
    return rule;
  }

  TownFile town_;
};

tl::unexpected<Error> bad(const std::string& name, const std::string& where, const std::string& zh,
                          const std::string& en) {
  const auto place = where.empty() ? name : name + " " + where;
  return fail(ErrorCode::kInvalid, "城镇文件 " + place + "：" + zh,
              "Town file " + place + ": " + en);
}

}  // namespace

Result<TownFile> parse_town_file(const std::string& text, const std::string& name) {
  try {
    const auto file = json::parse(text);
    return TownReader().read({file, ""});
  } catch (const BadFile& e) {
    return bad(name, e.where, e.zh, e.en);
  } catch (const json::parse_error& e) {
    const auto until = text.begin() + std::ptrdiff_t(std::min(e.byte, text.size()));
    const auto line = std::to_string(1 + std::count(text.begin(), until, '\n'));
    auto refused = bad(name, "", "第 " + line + " 行不是 JSON", "line " + line + " is not JSON");
    refused.value().detail = e.what();
    return refused;
  }
}

Result<TownFile> read_town_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return fail(ErrorCode::kNotFound, "没有城镇文件 " + path, "There is no town file " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return parse_town_file(text.str(), path);
}

}  // namespace huiban::store
