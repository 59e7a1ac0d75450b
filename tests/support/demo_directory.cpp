#include "tests/support/demo_directory.h"

#include <stdexcept>
#include <utility>

namespace huiban::test {

using namespace domain;

namespace {

using Titles = std::vector<std::string>;

PostClasses classes_of(const std::string& kind, const std::string& title) {
  PostClasses classes;
  classes.town_leader = kind == "town_party_gov";
  if (title == "党组织负责人" || title == "党总支书记") classes.party_head = classes.head = true;
  if (title == "行政负责人") classes.admin_head = classes.head = true;
  if (kind == "adhoc") {
    (title == "主任" ? classes.party_head : classes.admin_head) = true;
    classes.head = title == "主任";
  }
  if (title == "负责人" || (kind == "community" && title == "党委副书记")) classes.head = true;
  return classes;
}

class TownBuilder {
 public:
  void add(const std::string& key, const std::string& name, UnitSide side, int count,
           const Titles& titles, const Titles& names = {}) {
    directory_.kinds.push_back({key, name, side, true, int(directory_.kinds.size()) + 1});
    for (int i = 0; i < count; ++i)
      add_unit(key,
               std::size_t(i) < names.size() ? names[std::size_t(i)] : name + std::to_string(i + 1),
               titles);
  }

  void add_committee(const std::string& name, const std::vector<std::string>& kinds) {
    Committee committee{name, {}};
    for (const auto& unit : directory_.units)
      for (const auto& kind : kinds)
        if (unit.kind == kind) committee.members.push_back(unit.id);
    directory_.committees.push_back(committee);
  }

  Directory directory_;

 private:
  void add_unit(const std::string& kind, const std::string& name, const Titles& titles) {
    Unit unit;
    unit.id = UnitId::make();
    unit.kind = kind;
    unit.name = name;
    unit.order = int(directory_.units.size()) + 1;
    directory_.units.push_back(unit);
    int rank = 0;
    for (const auto& title : titles) {
      Post post;
      post.id = PostId::make();
      post.unit = unit.id;
      post.title = title;
      post.classes = classes_of(kind, title);
      post.rank = ++rank;
      directory_.posts.push_back(post);
    }
  }
};

const Titles kBothHeads = {"党组织负责人", "行政负责人"};

Titles village_titles(const std::string& head, bool river) {
  Titles titles = {head, "行政负责人", "安全干部", "防汛干部", "城运网格联络员", "卫生干部"};
  if (river) titles.push_back("河道专管员");
  return titles;
}

}  // namespace

Directory demo_directory() {
  TownBuilder town;
  town.directory_.town = "示例镇";
  town.add("town_party_gov", "镇党委政府", UnitSide::kNone, 1,
           {"党委书记", "党委副书记、镇长", "人大主席", "党委副书记", "纪委书记", "党委委员",
            "党委委员", "党委委员、副镇长", "副镇长", "副镇长", "副镇长", "二级调研员"},
           {"镇党委政府"});
  town.add("organ", "机关部门", UnitSide::kLine, 10, kBothHeads, {"党政办公室"});
  town.add("institution", "事业单位", UnitSide::kLine, 6, kBothHeads);
  town.add("adhoc", "非常设机构", UnitSide::kLine, 3, {"主任", "副主任"},
           {"城运办", "安委会办", "消委会办"});
  town.add("company", "镇属公司", UnitSide::kLine, 4, kBothHeads);
  town.add("community", "社区", UnitSide::kArea, 3, {"党委副书记", "安全干部", "防汛干部"});
  town.add("village", "村", UnitSide::kArea, 12, village_titles("党总支书记", true),
           {"东溪村", "西桥村", "南塘村"});
  town.add("residential", "居民区", UnitSide::kArea, 20, village_titles("党总支书记", false),
           {"新苑居民区", "和馨居民区"});
  town.add("station", "社区工作站", UnitSide::kArea, 5, village_titles("党组织负责人", false));
  town.add("contractor", "养护单位", UnitSide::kNone, 4, {"负责人"});
  town.add("key_compound", "重点点位小区", UnitSide::kNone, 5, {"代表"});
  town.directory_.kinds.push_back({"target", "任务对象（不参会）", UnitSide::kNone, false, 99});
  town.add_committee("镇安委会", {"organ", "institution"});
  town.add_committee("镇消委会", {"organ", "company"});
  town.directory_.aliases = {{"三大社区", {"community"}, {}},
                             {"各村居", {"village", "residential"}, {}},
                             {"各工作站", {"station"}, {}}};
  return town.directory_;
}

UnitId unit_of(const Directory& directory, const std::string& name) {
  const Unit* unit = directory.find_unit_named(name);
  if (!unit) throw std::runtime_error("no unit " + name);
  return unit->id;
}

Post& post_in(Directory& directory, const std::string& unit, const std::string& title) {
  const auto id = unit_of(directory, unit);
  for (auto& post : directory.posts)
    if (post.unit == id && post.title == title) return post;
  throw std::runtime_error("no post " + unit + title);
}

PostId post_of(const Directory& directory, const std::string& unit, const std::string& title) {
  return post_in(const_cast<Directory&>(directory), unit, title).id;
}

Person& give(Directory& directory, std::initializer_list<Post*> posts) {
  directory.persons.push_back({PersonId::make(), "", ""});
  for (Post* post : posts) {
    post->holder_state = HolderState::kHeld;
    post->holder = directory.persons.back().id;
  }
  return directory.persons.back();
}

AttendanceRule rule(VenueKind venue, std::vector<std::string> kinds, std::string post_class,
                    std::vector<std::string> posts) {
  AttendanceRule made;
  made.venue = venue;
  made.kinds = std::move(kinds);
  made.post_class = std::move(post_class);
  made.posts = std::move(posts);
  return made;
}

Speaker speaker(PostId post) {
  return {post, std::nullopt, ""};
}

AgendaItem item(AgendaKind kind, std::vector<Speaker> speakers, std::string subject,
                int planned_minutes) {
  AgendaItem made;
  made.id = AgendaItemId::make();
  made.kinds = {kind};
  made.subject = std::move(subject);
  made.speakers = std::move(speakers);
  made.planned_minutes = planned_minutes;
  return made;
}

MeetingPlan meeting_a(const Directory& directory) {
  const auto town = [&](const char* title) {
    return speaker(post_of(directory, "镇党委政府", title));
  };
  MeetingPlan plan;
  plan.title = "2020年城市运行管理暨“一网统管”、河长制工作会议";
  plan.subjects = {"城市运行管理", "一网统管", "河长制"};
  plan.kind = "年度工作会议";
  plan.year = 2020;
  plan.time = {std::chrono::year{2020} / 5 / 27, HalfDay::kMorning, std::chrono::hours{9}};
  plan.place = "镇政府三楼会议室";
  plan.host = post_of(directory, "镇党委政府", "党委副书记、镇长");
  const auto main = VenueKind::kMain;
  const auto branch = VenueKind::kBranch;
  plan.rules = {rule(main, {"town_party_gov"}, "town_leaders"),
                rule(main, {"organ", "institution", "adhoc", "company"}, "both_heads"),
                rule(main, {"village", "residential", "station"}, "party_head"),
                rule(main, {"contractor"}, "any_head"),
                rule(branch, {"community"}, "", {"党委副书记"}),
                rule(branch, {"village", "residential", "station"}, "",
                     {"行政负责人", "安全干部", "城运网格联络员", "卫生干部"}),
                rule(branch, {"village"}, "", {"河道专管员"})};
  plan.agenda = {item(AgendaKind::kHosting, {town("党委副书记、镇长")}),
                 item(AgendaKind::kDeployment, {town("副镇长")}),
                 item(AgendaKind::kPledge, {speaker(post_of(directory, "新苑居民区", "党总支书记")),
                                            speaker(post_of(directory, "东溪村", "党总支书记"))}),
                 item(AgendaKind::kSpeech, {town("党委书记")}),
                 item(AgendaKind::kClosing, {town("党委副书记、镇长")})};
  return plan;
}

MeetingPlan meeting_b(const Directory& directory) {
  const auto town = [&](const char* title) {
    return speaker(post_of(directory, "镇党委政府", title));
  };
  MeetingPlan plan;
  plan.title = "安全生产、消防安全和防汛工作会议";
  plan.subjects = {"安全生产", "消防安全", "防汛"};
  plan.kind = "专项工作会议";
  plan.time.date = std::chrono::year{2020} / 5 / 27;
  plan.host = post_of(directory, "镇党委政府", "副镇长");
  auto members = rule(VenueKind::kMain, {}, "any_head");
  members.committees = {"镇安委会", "镇消委会"};
  plan.rules = {members,
                rule(VenueKind::kBranch, {"community", "village", "residential", "station"}, "",
                     {"安全干部", "防汛干部"})};
  const auto director = speaker(post_of(directory, "城运办", "主任"));
  const auto deputy = speaker(post_of(directory, "城运办", "副主任"));
  plan.agenda = {item(AgendaKind::kHosting, {town("副镇长")}),
                 item(AgendaKind::kConveying, {director}),
                 item(AgendaKind::kDeployment, {director}, "防汛防台"),
                 item(AgendaKind::kDeployment, {deputy}, "安全生产、消防安全"),
                 item(AgendaKind::kSpeech, {town("党委副书记、镇长")}),
                 item(AgendaKind::kClosing, {town("副镇长")})};
  return plan;
}

const Seat& seat_of(const std::vector<Seat>& seats, const std::string& unit,
                    const std::string& title) {
  for (const auto& seat : seats)
    if (seat.unit_name == unit && seat.title == title) return seat;
  throw std::runtime_error("no seat " + unit + title);
}

}  // namespace huiban::test
