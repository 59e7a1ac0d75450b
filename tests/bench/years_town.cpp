#include "tests/bench/years_town.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "api/tokens.h"
#include "domain/service.h"
#include "store/projections.h"
#include "store/schema.h"
#include "store/sqlite_account_store.h"
#include "store/sqlite_event_store.h"
#include "store/store.h"
#include "store/town_file.h"
#include "tests/bench/years_meeting.h"

namespace huiban::bench {
namespace {

using namespace domain;
using std::chrono::days;
using std::chrono::sys_days;

constexpr const char* kNote = "测试数据，程序生成";
constexpr int kRunning = 1, kConvened = 2, kPlanned = 3;  // the last ones, in this order

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().en + " " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

bool has_room(const Unit& unit) {
  return unit.kind == "village" || unit.kind == "residential" || unit.kind == "station" ||
         unit.kind == "community";
}

// The demo town and as many villages of no name as make up the rooms; every fifth post has a
// holder.
Directory town_of(const YearsOptions& options) {
  std::ifstream in(options.source + "/config/demo/demo-town.json");
  auto town = nlohmann::json::parse(in);
  town["meetings"] = nlohmann::json::array();
  int rooms = 0;
  for (const auto& kind : town["unit_kinds"])
    for (const char* key : {"village", "residential", "station", "community"})
      if (kind["key"] == key) rooms += int(kind["units"].size());
  for (auto& kind : town["unit_kinds"])
    for (int i = 1; kind["key"] == "village" && rooms < options.venues; ++i, ++rooms)
      kind["units"].push_back(
          {{"name", "第" + std::to_string(i) + "村"}, {"pinyin", "d" + std::to_string(i) + "c"}});
  auto directory = must(store::parse_town_file(town.dump())).directory;
  directory.note = kNote;
  int number = 0;
  for (auto& post : directory.posts) {
    if (++number % 5 != 0) continue;
    Person person;
    person.id = PersonId::make();
    person.name = "测试" + std::to_string(number);
    person.mobile = "13800" + std::to_string(100000 + number);
    post.tenures = {{person.id, {}, {}}};
    directory.persons.push_back(std::move(person));
  }
  return directory;
}

AgendaItem item(AgendaKind kind, const std::string& subject, const Post* post, int minutes) {
  AgendaItem made;
  made.id = AgendaItemId::make();
  made.kinds = {kind};
  made.subject = subject;
  if (post) made.speakers = {{post->id, std::nullopt, ""}};
  made.planned_minutes = minutes;
  return made;
}

class Planner {
 public:
  Planner(const Directory& town, std::mt19937& random) : random_(random) {
    for (const auto& post : town.posts)
      if (post.classes.town_leader) leaders_.push_back(&post);
    for (const auto& unit : town.units)
      if (has_room(unit)) rooms_.push_back(unit.id);
  }

  // Of ten meetings one calls every room, three call sixty, four call a dozen, two are on site.
  // The last ones, which are not over, call every room.
  MeetingPlan plan(int number, sys_days day, bool every_room) {
    static constexpr const char* kSubjects[] = {"防汛防台", "安全生产", "消防", "环境卫生",
                                                "城市运行", "河长制",   "信访", "疫情防控"};
    const std::string subject = kSubjects[number % 8];
    const auto* leader = leaders_[std::size_t(number) % leaders_.size()];
    MeetingPlan plan;
    plan.title = subject + "工作会议（" + std::to_string(number + 1) + "）";
    plan.subjects = {subject};
    plan.kind = number % 4 == 0 ? "例会" : "专项工作会议";
    plan.series = number % 4 == 0 ? subject + "例会" : "";
    plan.time.date = std::chrono::year_month_day{day};
    plan.time.start = std::chrono::minutes{number % 2 == 0 ? 9 * 60 : 14 * 60};
    plan.planned_minutes = 60;
    plan.place = "镇政府三楼会议室";
    plan.purpose = "部署" + subject + "工作";
    plan.sample_note = kNote;
    plan.host = leader->id;
    AttendanceRule main, branch;
    main.venue = VenueKind::kMain;
    main.kinds = {"town_party_gov"};
    main.post_class = "town_leaders";
    branch.venue = VenueKind::kBranch;
    branch.posts = {"行政负责人", "安全干部"};
    plan.rules = {main};
    const int kind = every_room ? 0 : number % 10;
    if (kind == 4 || kind == 8) {
      plan.form = MeetingForm::kOnsite;
      AttendanceRule organs = main;
      organs.kinds = {"organ", "institution", "adhoc"};
      organs.post_class = "both_heads";
      plan.rules.push_back(organs);
    } else {
      branch.units = some_rooms(kind == 0 ? rooms_.size() : kind < 4 ? 60 : 12);
      plan.rules.push_back(branch);
    }
    plan.agenda = {item(AgendaKind::kHosting, "", leader, 3),
                   item(AgendaKind::kReport, subject + "情况", leaders_[1], 10),
                   item(AgendaKind::kDeployment, subject, leaders_[2], 20),
                   item(AgendaKind::kPledge, "", nullptr, 5),
                   item(AgendaKind::kSpeech, "", leaders_[0], 15)};
    if (!branch.units.empty()) plan.agenda[3].speakers = {{std::nullopt, branch.units.front(), ""}};
    return plan;
  }

 private:
  std::vector<UnitId> some_rooms(std::size_t count) {
    auto rooms = rooms_;
    std::shuffle(rooms.begin(), rooms.end(), random_);
    rooms.resize(std::min(count, rooms.size()));
    return rooms;
  }

  std::mt19937& random_;
  std::vector<const Post*> leaders_;
  std::vector<UnitId> rooms_;
};

void add_accounts(AccountStore& accounts, const Directory& town) {
  const auto add = [&](const char* name, const char* label, Role role,
                       std::optional<UnitId> unit = {}) {
    AccountRecord account;
    account.id = AccountId::make();
    account.name = name;
    account.label = label;
    account.role = role;
    account.unit = unit;
    account.password_hash = "-";  // nobody signs in with a password
    must(accounts.put_account(account));
  };
  add("admin", "系统管理员", Role::kAdministrator);
  add("mishu", "党政办秘书", Role::kSecretary);
  add("shenhe", "党政办主任", Role::kApprover);
  add("zhenzhang", "镇长", Role::kLeader);
  add("shenji", "审计员", Role::kAuditor);
  add("dongxi", "东溪村联络员", Role::kLiaison, town.find_unit_named("东溪村")->id);
}

}  // namespace

YearsWritten write_years(const std::string& path, const YearsOptions& options) {
  auto database = must(store::Database::open(path));
  must(store::migrate(*database));
  must(database->set_durable());
  store::SqliteEventStore events(*database);
  store::SqliteAccountStore accounts(*database);
  store::SqliteAuditLog audit(*database);
  must(store::refresh_projections(*database, events));
  // Until the end the disk is not waited for.
  must(database->execute("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 20000"));

  // A day back: what is told of the running meeting lies in the past of a server that starts now.
  const auto today = std::chrono::floor<days>(SystemClock{}.now()) - days{1};
  const int over = kRunning + kConvened + kPlanned;
  const auto day_of = [&](int number) {
    const int last = options.meetings - over;
    if (number >= last) return today + days{number - last};  // the running one is today's
    return today - days{1 + (last - 1 - number) * 5 * 365 / std::max(1, last)};
  };
  ManualClock clock(UtcTime{day_of(0)} - days{30});
  Service service(events, clock, {});
  must(service.start());
  std::mt19937 random(options.seed);
  Actor actor;
  actor.role = Role::kSecretary;
  actor.label = "党政办秘书";
  must(service.import_directory({CommandId::make(), actor}, town_of(options)));
  const Directory town = service.directory();
  add_accounts(accounts, town);
  Planner planner(town, random);
  YearsWritten written;
  for (int number = 0; number < options.meetings; ++number) {
    const auto day = day_of(number);
    const int left = options.meetings - number;
    const auto until = left <= kPlanned               ? MeetingState::kPlanned
                       : left <= kPlanned + kConvened ? MeetingState::kConvened
                       : left <= over                 ? MeetingState::kRunning
                       : number % 50 == 49            ? MeetingState::kCancelled
                                                      : MeetingState::kEnded;
    const auto told =
        tell_meeting(service, clock, random, planner.plan(number, day, left <= over), until);
    ++written.meetings;
    written.ended += until == MeetingState::kEnded;
    written.tasks += told.tasks;
    for (int entry = 0; entry < 8; ++entry)
      must(audit.record({clock.now(), "党政办秘书", "nextItem", "/meetings", "ok"}));
  }
  auto count = must(database->prepare("SELECT count(*) FROM event"));
  must(count.step());
  written.events = std::uint64_t(count.integer(0));
  must(events.mark_alive(SystemClock{}.now()));
  must(database->set_durable());
  return written;
}

std::string add_session(const std::string& path, Role role, const std::string& unit) {
  auto store = must(store::Store::open(path));
  const auto value = api::base64url(api::random_bytes(32));
  const auto now = SystemClock{}.now();
  for (const auto& account : must(store->accounts().all_accounts()))
    if (account.role == role && (unit.empty() || account.label.rfind(unit, 0) == 0)) {
      must(store->accounts().put_session({api::sha256_hex(value), account.id, now, now}));
      return value;
    }
  throw std::runtime_error("no account of that role");
}

}  // namespace huiban::bench
