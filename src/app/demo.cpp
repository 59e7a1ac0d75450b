#include "app/demo.h"

#include "app/first_accounts.h"
#include "store/town_file.h"

namespace huiban::app {

namespace {

using namespace domain;

constexpr const char* kSampleNote = "演示数据，自动生成";
constexpr const char* kBranchUnits[] = {"东溪村", "西桥村", "新苑居民区"};

Command demo_command() {
  Actor actor;
  actor.role = Role::kSecretary;
  actor.label = "党政办秘书";
  return {CommandId::make(), actor};
}

const Post* find_town_post(const Directory& directory, std::string_view title) {
  for (const auto& post : directory.posts)
    if (post.title == title && post.classes.town_leader) return &post;
  return nullptr;
}

AgendaItem item(AgendaKind kind, const std::string& subject, const Post* speaker, int minutes) {
  AgendaItem item;
  item.id = AgendaItemId::make();
  item.kinds = {kind};
  item.subject = subject;
  if (speaker) item.speakers.push_back({speaker->id, std::nullopt, ""});
  item.planned_minutes = minutes;
  return item;
}

// A short meeting of today: leadership in the main venue, three units in their own rooms.
MeetingPlan todays_plan(const Directory& directory, UtcTime now, std::chrono::minutes utc_offset) {
  const auto local = now + utc_offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  MeetingPlan plan;
  plan.title = "防汛工作视频会议（演示）";
  plan.subjects = {"防汛"};
  plan.kind = "专项工作会议";
  plan.time.date = std::chrono::year_month_day{std::chrono::sys_days{day.time_since_epoch()}};
  plan.time.start = std::chrono::floor<std::chrono::minutes>(local - day);
  plan.planned_minutes = 40;
  plan.place = "镇政府三楼会议室";
  plan.purpose = "部署汛期工作";
  plan.sample_note = kSampleNote;

  const Post* mayor = find_town_post(directory, "党委副书记、镇长");
  const Post* deputy = find_town_post(directory, "副镇长");
  if (mayor) plan.host = mayor->id;
  plan.agenda.push_back(item(AgendaKind::kHosting, "", mayor, 3));
  plan.agenda.push_back(item(AgendaKind::kDeployment, "防汛防台", deputy, 15));

  AttendanceRule main;
  main.venue = VenueKind::kMain;
  main.kinds = {"town_party_gov"};
  main.post_class = "town_leaders";
  AttendanceRule branch;
  branch.venue = VenueKind::kBranch;
  branch.posts = {"行政负责人", "安全干部", "防汛干部"};
  for (const char* name : kBranchUnits)
    if (const Unit* unit = directory.find_unit_named(name)) branch.units.push_back(unit->id);
  if (!branch.units.empty()) {
    AgendaItem pledge = item(AgendaKind::kPledge, "", nullptr, 5);
    pledge.speakers.push_back({std::nullopt, branch.units.front(), ""});
    plan.agenda.push_back(pledge);
  }
  plan.agenda.push_back(item(AgendaKind::kSpeech, "", find_town_post(directory, "党委书记"), 15));
  plan.rules = {main, branch};
  return plan;
}

Result<void> add_demo_accounts(const Directory& directory, AccountStore& accounts,
                               const std::string& passwords_file) {
  HUIBAN_CHECK(add_account(accounts, "shenhe", "党政办主任", Role::kApprover, std::nullopt, passwords_file));
  HUIBAN_CHECK(add_account(accounts, "zhenzhang", "镇长", Role::kLeader, std::nullopt, passwords_file));
  HUIBAN_CHECK(add_account(accounts, "shenji", "审计员", Role::kAuditor, std::nullopt, passwords_file));
  if (const Unit* unit = directory.find_unit_named(kBranchUnits[0])) {
    HUIBAN_CHECK(add_account(accounts, "dongxi", unit->name + "联络员", Role::kLiaison, unit->id,
                             passwords_file));
    HUIBAN_CHECK(add_account(accounts, "dongxitou", unit->name + "负责人", Role::kUnitHead, unit->id,
                             passwords_file));
  }
  if (const Unit* unit = directory.find_unit_named(kBranchUnits[1]))
    HUIBAN_CHECK(add_account(accounts, "xiqiao", unit->name + "联络员", Role::kLiaison, unit->id,
                             passwords_file));
  return {};
}

const Meeting* running_demo(const Service& service) {
  for (const Meeting* meeting : service.meetings())
    if (meeting->state() == MeetingState::kRunning && meeting->plan().sample_note == kSampleNote)
      return meeting;
  return nullptr;
}

Result<MeetingId> run_todays_meeting(Service& service) {
  const auto plan = todays_plan(service.directory(), service.clock().now(), service.settings().utc_offset);
  const auto created = HUIBAN_TRY(service.create_meeting(demo_command(), plan));
  HUIBAN_CHECK(service.convene(demo_command(), created.meeting));
  HUIBAN_CHECK(service.start_meeting(demo_command(), created.meeting));
  return created.meeting;
}

}  // namespace

Result<DemoTown> fill_with_demo(const std::string& town_file, Service& service,
                                AccountStore& accounts, const std::string& passwords_file) {
  if (service.directory().units.empty()) {
    auto town = HUIBAN_TRY(store::read_town_file(town_file));
    HUIBAN_CHECK(service.import_directory(demo_command(), std::move(town.directory)));
    for (auto& plan : town.meetings) HUIBAN_CHECK(service.create_meeting(demo_command(), std::move(plan)));
  }
  HUIBAN_CHECK(add_demo_accounts(service.directory(), accounts, passwords_file));

  const Meeting* meeting = running_demo(service);
  if (!meeting) meeting = service.find_meeting(HUIBAN_TRY(run_todays_meeting(service)));
  DemoTown demo;
  demo.meeting = meeting->id();
  for (const auto& venue : meeting->venues()) {
    if (venue.kind == VenueKind::kMain) demo.main_venue = venue.id;
    else if (!demo.branch_venue) demo.branch_venue = venue.id;
  }
  return demo;
}

}  // namespace huiban::app
