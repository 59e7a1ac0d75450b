#include "tests/store/every_event.h"

namespace huiban::test {

using namespace domain;
using std::chrono::minutes;

namespace {

constexpr std::chrono::year_month_day kDate{std::chrono::year{2020}, std::chrono::May,
                                            std::chrono::day{27}};
constexpr UtcTime kTime{Milliseconds{1590541200123}};

Directory full_directory() {
  Directory d;
  d.town = "示例镇";
  d.note = "演示数据";
  d.kinds = {{"village", "村", UnitSide::kArea, false, 7}};
  const auto unit = UnitId::make();
  const auto person = PersonId::make();
  d.units = {
      {unit, "village", "东溪村", "dxc", 3, UnitId::make(), PostId::make(), PostId::make(), true}};
  Post post;
  post.id = PostId::make();
  post.unit = unit;
  post.title = "党总支书记";
  post.classes = {true, true, true, true};
  post.rank = 2;
  post.holder_state = HolderState::kHeld;
  post.holder = person;
  post.mobile = "10000000000";
  post.tenures = {{person, kDate, kDate}};
  post.unheld = HolderState::kVacant;
  d.posts = {post};
  d.persons = {{person, "某", "10000000001", "m"}};
  d.committees = {{"镇安委会", {unit}}};
  d.aliases = {{"各村居", {"village"}, {unit}}};
  d.classes = {{"safety", "安全条线", {true, true, true, true}, {"安全干部"}, true}};
  d.rooms = {{RoomId::make(),
              "村会议室",
              {unit},
              "二楼",
              "10000000002",
              "双屏",
              {{DeviceId::make(), "会议平板", true, true}}}};
  d.orders = {{kDate, {post.id}, "党委会议定"}};
  return d;
}

MeetingConvened full_convening() {
  Venue venue{VenueId::make(), VenueKind::kMain, "主会场", {UnitId::make()}, 1};
  Seat seat;
  seat.id = SeatId::make();
  seat.unit = venue.units.front();
  seat.post = PostId::make();
  seat.unit_name = "东溪村";
  seat.unit_kind = "村";
  seat.unit_order = 9;
  seat.title = "党总支书记";
  seat.venue = venue.id;
  seat.venue_kind = VenueKind::kMain;
  seat.person = PersonId::make();
  seat.vacant = true;
  seat.rule = 2;
  seat.order = 5;
  return {"〔2020〕3号", {venue}, {seat}};
}

AgendaAdvanced full_step() {
  return {AgendaItemId::make(), AgendaItemId::make(), VenueId::make(),
          VenueId::make(),      {VenueId::make()},    {VenueId::make(), VenueId::make()}};
}

TaskContent full_task() {
  TaskContent task{"巡查河道", "每周一次", UnitId::make(), {UnitId::make()}, "河道专管员", kDate,
                   "照片"};
  task.due_rule = DueRule{20, true, "flood", true};
  task.important = task.urgent = task.standing = true;
  task.period = ReportPeriod::kWeek;
  task.period_day = 5;
  task.fan_out = "各村居";
  task.category = "整改";
  task.campaign = "专项整治";
  task.object = "工地";
  task.problem = "隐患";
  task.measure = "排查";
  task.card = {{"兜底", UnitId::make(), PostId::make(), "企业"}};
  return task;
}

TaskEntry full_entry() {
  TaskEntry entry{"已完成", "重新核算", 80, {"0f3a"}, kDate, UnitId::make(), "党总支书记", "12"};
  entry.passed = false;
  entry.satisfaction = Satisfaction::kMostly;
  entry.report = 4;
  entry.channel = "电话";
  entry.behalf = "村主任";
  entry.said_at = kTime;
  return entry;
}

TaskActed full_act() {
  return {TaskAct::kReport, full_entry(), {{"0f3a", "整改后.jpg", "image/jpeg", 1234}}, kDate};
}

TaskSource full_source() {
  return {MeetingId::make(), AgendaItemId::make(), 754,    "下周前完成", "工作会议", "工作部署",
          "副镇长",          "上级",               "简报3", TaskId::make(), kDate};
}

}  // namespace

MeetingPlan full_plan() {
  MeetingPlan plan;
  plan.title = "2020年城市运行管理暨“一网统管”、河长制工作会议";
  plan.subjects = {"城市运行管理", "河长制"};
  plan.kind = "年度工作会议";
  plan.form = MeetingForm::kOnsite;
  plan.year = 2020;
  plan.time = {kDate, HalfDay::kMorning, minutes{540}};
  plan.planned_minutes = 90;
  plan.place = "镇政府三楼会议室";
  plan.purpose = "部署下一步工作";
  plan.host = PostId::make();
  plan.agenda = {{AgendaItemId::make(),
                  {AgendaKind::kReport, AgendaKind::kDeployment},
                  "防汛防台",
                  {{PostId::make(), UnitId::make(), "与会单位"}},
                  15,
                  "市防汛工作会议",
                  "沪汛〔2020〕1号",
                  {"值守缺一人"}}};
  plan.rules = {{VenueKind::kMain,
                 {"village"},
                 {"镇安委会"},
                 {"各村居"},
                 {UnitId::make()},
                 {"安全干部"},
                 "any_head"}};
  plan.series = "城运例会";
  plan.parent = MeetingId::make();
  plan.stops = {"河道整治点", "党群服务站"};
  plan.guests = {{"区应急管理局", "副局长", false, true}};
  plan.accompanying = {PostId::make()};
  plan.list_cut = 3;
  plan.goals = {{"城运考核", 5, 3, 1}};
  plan.rhythm = Rhythm::kMonthly;
  plan.tiles = {{TileKind::kFixed, UnitId::make()}};
  plan.sample_note = "演示数据";
  return plan;
}

Actor secretary() {
  return {Role::kSecretary,  AccountId::make(), UnitId::make(),
          MeetingId::make(), VenueId::make(),   "党政办秘书"};
}

std::vector<EventPayload> every_event() {
  const auto venue = VenueId::make();
  return {DirectoryImported{full_directory()},
          DirectoryChanged{
              {full_directory(), {"unit:1"}}, DirectoryChangeKind::kUndo, "通讯录.xlsx", 7},
          MeetingCreated{full_plan()},
          PlanRevised{full_plan()},
          full_convening(),
          MeetingStarted{},
          MeetingEnded{"〔2020〕4号"},
          VenueJoined{venue, PeerId::make()},
          VenueLost{venue, PeerId::make(), kTime},
          VenueBack{venue, PeerId::make()},
          VenueTakenOver{venue, PeerId::make(), PeerId::make()},
          SeatReleased{venue},
          SeatsSignedIn{
              {SeatId::make(), SeatId::make()}, venue, SignInMethod::kPaper, kTime, "纸质签到", true},
          SignInTakenBack{{SeatId::make()}, "点错了"},
          StageChanged{venue, VenueId::make()},
          FloorRequested{venue},
          FloorRequestWithdrawn{venue},
          FloorGranted{venue},
          FloorRevoked{venue, "超时"},
          AllMuted{},
          full_step(),
          AgendaReverted{full_step()},
          NoteSaved{AgendaItemId::make(), 4, "第一行\n“引号”\t🙂"},
          BannerSet{"防汛防台工作会议"},
          RungPinned{venue, Rung::k180p},
          MediaFault{"pipeline"},
          ServerRestarted{kTime},
          TaskDrafted{full_task(), full_source()},
          TaskRevised{full_task()},
          TaskIssued{"示督〔2020〕12号", 1, std::chrono::year{2020} / 6 / 10,
                     {{TaskId::make(), UnitId::make(), "主任"}}, full_entry()},
          TaskSignedFor{"河道专管员", full_entry()},
          MeetingCancelled{"台风", MeetingId::make()},
          RollCallStarted{{venue, VenueId::make()}, 15000, 2, false},
          RollCallCalled{venue, 2},
          RollCallMarked{venue, RollCallOutcome::kAnswered, RollCallSign::kLevel, 2300, -31},
          RollCallStillKept{venue, "0f3a"},
          RollCallEnded{true},
          RequestsReordered{{venue, VenueId::make()}},
          ReadinessReported{venue, {true, true, 1280, 720, -31, 24, 180, 2400, 9000, 35, "Chrome", 12, 30}},
          CallNoted{venue, CallResult::kWillFix, "换话筒"},
          LeaveAsked{LeaveId::make(),
                     LeaveKind::kSubstitute,
                     {SeatId::make()},
                     false,
                     "出差",
                     {"副主任", "13800000000", SeatId::make()}},
          LeaveDecided{LeaveId::make(), true, "镇长", "电话", "准假"},
          LeaveWithdrawn{LeaveId::make(), "能来了"},
          ReceiptReturned{UnitId::make(), {{SeatId::make(), false, "甲", "13800000000"}}, "晚到"},
          SeatsSignedOut{{SeatId::make()}, kTime, "防汛"},
          AttendanceCorrected{{{SeatId::make(), SeatStatus::kAbsent, true, true, kTime}},
                              SeatStatus::kLeave,
                              kTime,
                              true,
                              true,
                              "漏记"},
          GuestSignedIn{GuestId::make(), GuestKind::kUnlisted, "区城运中心", venue, kTime},
          GuestTakenBack{GuestId::make(), "记错"},
          HolderChanged{SeatId::make(), PersonId::make(), PersonId::make(), true},
          ContentGranted{venue},
          ContentRevoked{venue},
          ContentStarted{venue, PeerId::make()},
          ContentStopped{venue},
          TileRulesSet{{{TileKind::kFixed, UnitId::make()}, {TileKind::kVoice, {}}}},
          GoalRanked{1, 3, "区通报"},
          MonthJudged{2020, 5, "到会率上升"},
          full_act(),
          PeriodSet{{"flood", "汛期", std::chrono::year{2020} / 6 / 1,
                     std::chrono::year{2020} / 9 / 30, false}},
          MeritNoted{MeritKind::kTalk, UnitId::make(), std::chrono::year{2020} / 6 / 3, -2, "逾期",
                     "镇长", "党总支书记", "月底前完成", TaskId::make()},
          MeritTakenBack{7, "记错"}};
}

}  // namespace huiban::test
