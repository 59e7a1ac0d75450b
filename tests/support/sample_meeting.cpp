#include "tests/support/sample_meeting.h"

namespace huiban::test {

namespace {

using namespace domain;
using std::chrono::minutes;

UtcTime at(int hour, int minute) {
  return UtcTime{std::chrono::sys_days{std::chrono::year{2020} / 5 / 27}} + std::chrono::hours{hour - 8} + minutes{minute};
}

class Script {
 public:
  explicit Script(MeetingId id) : meeting(id) {}
  void add(UtcTime when, EventPayload payload) {
    StoredEvent event;
    event.stream = StreamId::of(meeting.id());
    event.seq = meeting.seq() + 1;
    event.at = when;
    event.actor.role = Role::kSecretary;
    event.actor.label = "党政办秘书";
    event.payload = std::move(payload);
    meeting.apply(event);
  }
  Meeting meeting;
};

Task task_of(const Meeting& meeting, const AgendaItem& item, std::int64_t second, const TaskContent& content) {
  Task task(TaskId::make());
  StoredEvent event;
  event.stream = StreamId::of(task.id());
  event.seq = 1;
  event.at = at(9, 20);
  TaskSource source;
  source.meeting = meeting.id();
  source.item = item.id;
  source.second = second;
  source.meeting_title = meeting.plan().title;
  source.item_title = "工作部署";
  source.speaker = "副镇长";
  event.payload = TaskDrafted{content, source};
  task.apply(event);
  event.seq = 2;
  event.payload = TaskIssued{"示督〔2020〕12号"};
  task.apply(event);
  return task;
}

}  // namespace

MeetingFacts held_meeting(const store::TownFile& town, std::size_t main_present, std::size_t branch_present) {
  Script script(MeetingId::make());
  const auto plan = town.meetings.at(0);
  const auto list = expected_list(town.directory, plan).value();
  script.add(at(8, 0), MeetingCreated{plan});
  script.add(at(8, 1), MeetingConvened{"〔2020〕5号", list.venues, list.seats});
  std::vector<SeatId> in_time, late;
  std::size_t main = 0, branch = 0;
  for (const auto& seat : list.seats) {
    auto& count = seat.venue_kind == VenueKind::kMain ? main : branch;
    const auto limit = seat.venue_kind == VenueKind::kMain ? main_present : branch_present;
    if (++count < limit) in_time.push_back(seat.id);
    else if (count == limit) late.push_back(seat.id);
  }
  script.add(at(8, 55), SeatsSignedIn{in_time, {}, SignInMethod::kBrowser, at(8, 55), ""});
  script.add(at(9, 0), MeetingStarted{});
  script.add(at(9, 6), SeatsSignedIn{late, {}, SignInMethod::kPhone, at(9, 6), "电话签到"});
  const auto& agenda = plan.agenda;
  script.add(at(9, 5), NoteSaved{agenda.at(1).id, 1,
                                 "一是配强网格力量，6月10日前完成网格员调整；\n二是联勤联动站实行24小时值守，发现问题尽快整改；\n"
                                 "三是全面覆盖、闭环管理，各村居对照清单逐项自查，薄弱环节整改到位。"});
  script.add(at(9, 41), NoteSaved{agenda.at(4).id, 1,
                                  "要提高站位，认清形势，在统上做文章，在管上出实效。村居是责任主体，承担兜底责任；"
                                  "条线部门是责任主管，实行网格化管理；社区党委落实责任主导；党政班子成员落实包干责任。"});
  script.add(at(10, 30), MeetingEnded{"〔2020〕3号"});

  MeetingFacts facts{script.meeting, town.directory, {}, {}, at(10, 31), minutes{480}, "示例镇党政办公室", "示例镇会议纪要"};
  facts.attendance = attendance(script.meeting, facts.as_of, {});
  TaskContent content;
  content.title = "6月10日前完成网格员调整";
  content.lead_unit = town.directory.find_unit_named("东溪村")->id;
  content.contact = "城运网格联络员";
  content.due = std::chrono::year{2020} / 6 / 10;
  content.evidence = "调整名单";
  facts.tasks.push_back(task_of(script.meeting, agenda.at(1), 1020, content));
  return facts;
}

}  // namespace huiban::test
