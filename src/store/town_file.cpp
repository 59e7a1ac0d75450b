#include "store/town_file.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace huiban::store {

namespace {

using namespace domain;
using nlohmann::json;

// Thrown inside this file only; becomes kInvalid with the place in the file.
struct BadTown {
  std::string where, zh, en;
};

template <class Enum>
Enum one_of(const json& j, const std::map<std::string, Enum>& words, const std::string& where) {
  const auto text = j.get<std::string>();
  const auto found = words.find(text);
  if (found == words.end()) throw BadTown{where, "不认识 " + text, "unknown value " + text};
  return found->second;
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

std::vector<std::string> texts(const json& j, const char* key) {
  return j.value(key, std::vector<std::string>{});
}

class TownReader {
 public:
  TownFile read(const json& file) {
    auto& directory = town_.directory;
    directory.town = file.at("town").get<std::string>();
    directory.note = file.value("note", "");
    for (const auto& kind : file.at("unit_kinds")) read_kind(kind);
    for (const auto& committee : file.value("committees", json::array())) read_committee(committee);
    for (const auto& alias : file.value("aliases", json::array()))
      directory.aliases.push_back({alias.at("name").get<std::string>(), texts(alias, "kinds"), {}});
    for (const auto& meeting : file.value("meetings", json::array())) read_meeting(meeting);
    return std::move(town_);
  }

 private:
  void read_kind(const json& j) {
    auto& directory = town_.directory;
    UnitKind kind;
    kind.key = j.at("key").get<std::string>();
    kind.name = j.at("name").get<std::string>();
    kind.side = one_of(j.at("side"), kSides, "unit_kinds/" + kind.key + "/side");
    kind.attends = j.value("attends", true);
    kind.order = int(directory.kinds.size()) + 1;
    directory.kinds.push_back(kind);
    for (const auto& u : j.at("units")) {
      Unit unit;
      unit.id = UnitId::make();
      unit.kind = kind.key;
      unit.name = u.at("name").get<std::string>();
      unit.pinyin = u.value("pinyin", "");
      unit.order = int(directory.units.size()) + 1;
      if (directory.find_unit_named(unit.name))
        throw BadTown{"unit_kinds/" + kind.key, "单位重名 " + unit.name,
                      "two units are named " + unit.name};
      read_posts(j.at("posts"), unit.id);
      directory.units.push_back(std::move(unit));
    }
  }

  void read_posts(const json& posts, UnitId unit) {
    int rank = 0;
    for (const auto& j : posts)
      for (int i = 0; i < j.value("count", 1); ++i) {
        Post post;
        post.id = PostId::make();
        post.unit = unit;
        post.title = j.at("title").get<std::string>();
        post.rank = ++rank;
        for (const auto& name : texts(j, "classes")) set_class(post.classes, name);
        town_.directory.posts.push_back(std::move(post));
      }
  }

  static void set_class(PostClasses& classes, const std::string& name) {
    if (name == "town_leader")
      classes.town_leader = true;
    else if (name == "party_head")
      classes.party_head = true;
    else if (name == "admin_head")
      classes.admin_head = true;
    else if (name == "head")
      classes.head = true;
    else
      throw BadTown{"posts/classes", "不认识职务类别 " + name, "unknown post class " + name};
  }

  void read_committee(const json& j) {
    Committee committee;
    committee.name = j.at("name").get<std::string>();
    const auto kinds = texts(j, "kinds");
    for (const auto& unit : town_.directory.units)
      if (std::find(kinds.begin(), kinds.end(), unit.kind) != kinds.end())
        committee.members.push_back(unit.id);
    for (const auto& name : texts(j, "units"))
      committee.members.push_back(unit_named(name, "committees/" + committee.name).id);
    town_.directory.committees.push_back(std::move(committee));
  }

  const Unit& unit_named(const std::string& name, const std::string& where) const {
    const Unit* unit = town_.directory.find_unit_named(name);
    if (!unit) throw BadTown{where, "没有单位 " + name, "no unit " + name};
    return *unit;
  }

  Speaker read_speaker(const json& j, const std::string& where) const {
    Speaker speaker;
    speaker.text = j.value("text", "");
    if (!j.contains("unit")) return speaker;
    const Unit& unit = unit_named(j.at("unit").get<std::string>(), where);
    if (!j.contains("post")) {
      speaker.unit = unit.id;
      return speaker;
    }
    const auto title = j.at("post").get<std::string>();
    for (const Post* post : town_.directory.posts_of(unit.id))
      if (post->title == title) {
        speaker.post = post->id;
        return speaker;
      }
    throw BadTown{where, unit.name + "没有职务 " + title, unit.name + " has no post " + title};
  }

  void read_meeting(const json& j) {
    const auto where = "meetings/" + j.at("title").get<std::string>();
    MeetingPlan plan;
    plan.title = j.at("title").get<std::string>();
    plan.subjects = texts(j, "subjects");
    plan.kind = j.at("kind").get<std::string>();
    plan.form = one_of(j.at("form"), kForms, where + "/form");
    if (j.contains("year")) plan.year = j.at("year").get<int>();
    plan.time = read_time(j, where);
    plan.planned_minutes = j.value("planned_minutes", 0);
    plan.place = j.value("place", "");
    plan.purpose = j.value("purpose", "");
    plan.sample_note = town_.directory.note;
    if (j.contains("host")) plan.host = read_speaker(j.at("host"), where + "/host").post;
    for (const auto& item : j.value("agenda", json::array()))
      plan.agenda.push_back(read_item(item, where));
    for (const auto& rule : j.value("rules", json::array()))
      plan.rules.push_back(read_rule(rule, where));
    town_.meetings.push_back(std::move(plan));
  }

  static MeetingTime read_time(const json& j, const std::string& where) {
    MeetingTime time;
    int year = 0, hour = 0, minute = 0;
    unsigned month = 0, day = 0;
    if (std::sscanf(j.at("date").get<std::string>().c_str(), "%4d-%2u-%2u", &year, &month, &day) !=
        3)
      throw BadTown{where + "/date", "日期应写成 2020-05-27", "a date is written 2020-05-27"};
    time.date = std::chrono::year{year} / month / day;
    if (!time.date.ok()) throw BadTown{where + "/date", "没有这一天", "there is no such day"};
    time.half = one_of(j.value("half", json("none")), kHalves, where + "/half");
    if (!j.contains("start")) return time;
    if (std::sscanf(j.at("start").get<std::string>().c_str(), "%2d:%2d", &hour, &minute) != 2 ||
        hour > 23 || minute > 59)
      throw BadTown{where + "/start", "时间应写成 09:00", "a time is written 09:00"};
    time.start = std::chrono::hours{hour} + std::chrono::minutes{minute};
    return time;
  }

  AgendaItem read_item(const json& j, const std::string& where) const {
    AgendaItem item;
    item.id = AgendaItemId::make();
    for (const auto& kind : j.at("kinds"))
      item.kinds.push_back(one_of(kind, kAgendaKinds, where + "/agenda"));
    item.subject = j.value("subject", "");
    item.planned_minutes = j.value("minutes", 0);
    for (const auto& speaker : j.value("speakers", json::array()))
      item.speakers.push_back(read_speaker(speaker, where + "/agenda"));
    return item;
  }

  AttendanceRule read_rule(const json& j, const std::string& where) const {
    AttendanceRule rule;
    rule.venue = one_of(j.at("venue"), kVenues, where + "/rules");
    rule.kinds = texts(j, "kinds");
    rule.committees = texts(j, "committees");
    rule.aliases = texts(j, "aliases");
    for (const auto& name : texts(j, "units"))
      rule.units.push_back(unit_named(name, where + "/rules").id);
    rule.posts = texts(j, "posts");
    rule.post_class = j.value("post_class", "");
    return rule;
  }

  TownFile town_;
};

tl::unexpected<Error> bad(const std::string& where, const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, "城镇文件 " + where + "：" + zh,
              "Town file " + where + ": " + en);
}

}  // namespace

Result<TownFile> parse_town_file(const std::string& text) {
  try {
    return TownReader().read(json::parse(text));
  } catch (const BadTown& e) {
    return bad(e.where, e.zh, e.en);
  } catch (const json::exception& e) {
    return bad("", "读不懂", e.what());
  }
}

Result<TownFile> read_town_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return fail(ErrorCode::kNotFound, "没有城镇文件 " + path, "There is no town file " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return parse_town_file(text.str());
}

}  // namespace huiban::store
