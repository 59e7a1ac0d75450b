// From an item to a task of one village, issued and signed for.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

template <class T>
ErrorCode code(const Result<T>& result) {
  REQUIRE(!result.has_value());
  CHECK(!result.error().zh.empty());
  CHECK(!result.error().en.empty());
  return result.error().code;
}

TaskContent content_for(const Office& office, const std::string& unit, unsigned day = 10) {
  TaskContent content;
  content.title = "完成网格员调整";
  content.lead_unit = unit_of(office.town, unit);
  content.contact = "党总支书记";
  content.due = std::chrono::year{2020} / 6 / day;
  content.evidence = "调整后的名单";
  return content;
}

Result<Applied> submit(Office& office, TaskId id) {
  return office.service->act_on_task(office.secretary(), id, {TaskAct::kSubmit, {}, {}});
}
Result<Applied> issue(Office& office, TaskId id) {
  HUIBAN_CHECK(submit(office, id));
  return office.service->issue_task(office.as(Role::kApprover), id);
}
TaskEntry recorded(const std::string& channel, std::string person = {}) {
  TaskEntry entry;
  entry.channel = channel;
  entry.person = std::move(person);
  return entry;
}

TaskSource from(MeetingId meeting, std::optional<AgendaItemId> item = std::nullopt) {
  TaskSource source;
  source.meeting = meeting;
  source.item = item;
  return source;
}

}  // namespace

TEST_CASE("a task traces back to meeting, item, second and speaker, in frozen words") {
  Office office;
  const auto id = office.running_a();
  office.next(id);
  office.at("9:05");
  office.next(id);  // 工作部署 by 副镇长
  office.at("9:17:03.900");
  auto source = from(id, office.meeting(id).plan().agenda[1].id);
  source.quote = "各村居6月10日前完成网格员调整";
  source.speaker = "invented by the client";
  const auto drafted =
      office.service->draft_task(office.secretary(), content_for(office, "东溪村"), source);
  REQUIRE(drafted.has_value());
  const Task& task = *office.service->find_task(drafted->task);
  CHECK(task.state() == TaskState::kDraft);
  CHECK(task.source().second == 17 * 60 + 3);
  CHECK(task.source().meeting_title == "2020年城市运行管理暨“一网统管”、河长制工作会议");
  CHECK(task.source().item_title == "工作部署");
  CHECK(task.source().speaker == "副镇长");
  CHECK(task.source().quote == "各村居6月10日前完成网格员调整");
}

TEST_CASE("marked in a running meeting, a task belongs to the current item") {
  Office office;
  const auto id = office.running_a();
  office.next(id);
  const auto drafted =
      office.service->draft_task(office.secretary(), content_for(office, "东溪村"), from(id));
  const Task& task = *office.service->find_task(drafted.value().task);
  CHECK(task.source().item == office.meeting(id).plan().agenda[0].id);
  CHECK(task.source().second == 0);
}

TEST_CASE("the second is never negative and lies within the meeting") {
  Office office;
  const auto id = office.running_a();
  const auto draft = [&](std::int64_t second) {
    auto source = from(id);
    source.second = second;
    return office.service->draft_task(office.secretary(), content_for(office, "东溪村"), source);
  };
  CHECK(code(draft(-1)) == ErrorCode::kInvalid);
  CHECK(code(draft(1)) == ErrorCode::kInvalid);
  office.at("9:30");
  CHECK(draft(1800).has_value());
  CHECK(code(draft(1801)) == ErrorCode::kInvalid);
  office.at("8:59");  // a clock set back
  const auto marked =
      office.service->draft_task(office.secretary(), content_for(office, "东溪村"), from(id));
  CHECK(office.service->find_task(marked.value().task)->source().second == 0);
  office.at("10:00");
  office.end(id);
  const auto after =
      office.service->draft_task(office.secretary(), content_for(office, "东溪村"), from(id));
  CHECK(!office.service->find_task(after.value().task)->source().second.has_value());
}

TEST_CASE("a source that is not there is refused") {
  Office office;
  const auto id = office.convened_a();
  const auto draft = [&](const TaskSource& source) {
    return office.service->draft_task(office.secretary(), content_for(office, "东溪村"), source);
  };
  CHECK(code(draft(from(MeetingId::make()))) == ErrorCode::kNotFound);
  CHECK(code(draft(from(id, AgendaItemId::make()))) == ErrorCode::kInvalid);
  TaskSource lost;
  lost.item = office.meeting(id).plan().agenda[0].id;
  CHECK(code(draft(lost)) == ErrorCode::kInvalid);
  auto early = from(id);
  early.second = 5;
  CHECK(code(draft(early)) == ErrorCode::kInvalid);  // not started
  CHECK(draft({}).has_value());                      // by hand, from no meeting
  CHECK(office.service->tasks().size() == 1);
}

TEST_CASE("what is wrong in a task is said") {
  Office office;
  const auto refused = [&](auto spoil, const std::string& words) {
    auto content = content_for(office, "东溪村");
    spoil(content);
    const auto drafted = office.service->draft_task(office.secretary(), content, {});
    CHECK(code(drafted) == ErrorCode::kInvalid);
    CHECK_THAT(drafted.error().zh, Catch::Contains(words));
  };
  refused([](TaskContent& c) { c.title.clear(); }, "任务事项");
  refused([](TaskContent& c) { c.title.assign(4000, 'x'); }, "太长");
  refused([](TaskContent& c) { c.due = std::chrono::year{2020} / 2 / 30; }, "时限");
  refused([](TaskContent& c) { c.lead_unit = UnitId::make(); }, "牵头单位");
  refused([](TaskContent& c) { c.assist_units = {UnitId::make()}; }, "配合单位");
  refused([](TaskContent& c) { c.assist_units = {*c.lead_unit}; }, "东溪村已是牵头单位");
  CHECK(office.service->tasks().empty());
}

TEST_CASE("issuing names everything that is missing") {
  Office office;
  TaskContent content;
  content.title = "完成网格员调整";
  const auto id = office.service->draft_task(office.secretary(), content, {}).value().task;
  auto issued = submit(office, id);
  CHECK(code(issued) == ErrorCode::kInvalid);
  CHECK(issued.error().zh == "交办前还要填：牵头单位、责任人、时限、办结材料");
  CHECK(issued.error().en == "Before issuing, fill in: lead unit, contact, due date, evidence");
  content = content_for(office, "东溪村");
  content.contact.clear();
  REQUIRE(office.service->revise_task(office.secretary(), id, content).has_value());
  issued = office.service->issue_task(office.secretary(), id, recorded("签批"));
  CHECK(issued.error().zh == "交办前还要填：责任人");
  CHECK(office.service->find_task(id)->number().empty());
}

TEST_CASE("issued tasks are numbered by the office's year, then signed for by the lead unit") {
  Office office;
  const auto draft = [&] {
    return office.service->draft_task(office.secretary(), content_for(office, "东溪村"), {})
        .value()
        .task;
  };
  const auto first = draft(), second = draft(), third = draft();
  auto& service = *office.service;
  CHECK(code(service.sign_for_task(office.liaison("东溪村"), first, "书记")) ==
        ErrorCode::kConflict);
  REQUIRE(issue(office, first).has_value());
  CHECK(code(service.issue_task(office.secretary(), second)) == ErrorCode::kForbidden);
  REQUIRE(service.issue_task(office.secretary(), second, recorded("签批")).has_value());
  CHECK(service.find_task(first)->number() == "示督〔2020〕1号");
  CHECK(service.find_task(second)->number() == "示督〔2020〕2号");
  CHECK(code(service.issue_task(office.as(Role::kApprover), first)) == ErrorCode::kConflict);
  CHECK(code(service.revise_task(office.secretary(), first, content_for(office, "西桥村"))) ==
        ErrorCode::kConflict);

  // Midnight in the office is 16:00 UTC: the year is the office's.
  office.clock.set(UtcTime{std::chrono::sys_days{std::chrono::year{2020} / 12 / 31}} +
                   std::chrono::hours{16});
  REQUIRE(issue(office, third).has_value());
  CHECK(service.find_task(third)->number() == "示督〔2021〕1号");

  CHECK(code(service.sign_for_task(office.liaison("西桥村"), first, "书记")) ==
        ErrorCode::kForbidden);
  CHECK(code(service.sign_for_task(office.liaison("东溪村"), first, "")) == ErrorCode::kInvalid);
  REQUIRE(service.sign_for_task(office.liaison("东溪村"), first, "党总支书记").has_value());
  CHECK(service.find_task(first)->state() == TaskState::kInProgress);
  CHECK(service.find_task(first)->responsible() == "党总支书记");
  CHECK(!service.find_task(first)->signed_by_office());
  CHECK(code(service.sign_for_task(office.unit_head("东溪村"), first, "书记")) ==
        ErrorCode::kConflict);

  CHECK(code(service.sign_for_task(office.secretary(), second, "行政负责人")) ==
        ErrorCode::kForbidden);
  REQUIRE(service
              .act_on_task(office.secretary(), second,
                           {TaskAct::kSign, recorded("电话", "行政负责人"), {}})
              .has_value());
  CHECK(service.find_task(second)->signed_by_office());  // 代录
  CHECK(code(service.issue_task(office.secretary(), TaskId::make())) == ErrorCode::kNotFound);
}

TEST_CASE("tasks stand by due, then by the unit's order; without a due last") {
  Office office;
  const auto draft = [&](const TaskContent& content) {
    office.service->draft_task(office.secretary(), content, {}).value();
  };
  draft(content_for(office, "新苑居民区", 10));
  draft(content_for(office, "西桥村", 10));
  draft(content_for(office, "南塘村", 5));
  auto open = content_for(office, "东溪村");
  open.due.reset();
  draft(open);
  std::vector<std::string> units;
  for (const Task* task : office.service->tasks())
    units.push_back(office.town.find_unit(*task->content().lead_unit)->name);
  CHECK(units == std::vector<std::string>{"南塘村", "西桥村", "新苑居民区", "东溪村"});
}

TEST_CASE("a task for every village and residential district: one parent, a child each, n/N") {
  Office office;
  auto& service = *office.service;
  auto content = content_for(office, "东溪村");
  content.lead_unit.reset();
  content.contact.clear();
  content.fan_out = "各村居";
  content.title = "防汛自查，薄弱点整改到位";
  const auto id = service.draft_task(office.secretary(), content, {}).value().task;
  REQUIRE(issue(office, id).has_value());
  const Task& parent = *service.find_task(id);
  const auto all = parent.facts().children;
  REQUIRE(all.size() > 10);
  CHECK(service.tasks().size() == all.size() + 1);
  const Task& first = *service.find_task(all.front().task);
  CHECK(first.state() == TaskState::kIssued);
  CHECK(task_number(first.facts()) == "示督〔2020〕1-1号");
  CHECK(first.facts().due == content.due);
  CHECK(first.source().parent == id);
  REQUIRE(first.content().card.size() == 1);  // 属地兜底: itself
  CHECK(first.content().card.front().unit == first.content().lead_unit);
  CHECK(!first.content().contact.empty());

  // Waived and done of all.
  TaskEntry reason;
  reason.text = "没有河道";
  REQUIRE(service.act_on_task(office.as(Role::kApprover), all[1].task,
                              {TaskAct::kWaive, reason, {}})
              .has_value());
  CHECK(service.children_of(parent).waived == 1);
  CHECK(service.children_of(parent).all == int(all.size()));
  CHECK(code(service.sign_for_task(office.liaison("东溪村"), id, "我")) == ErrorCode::kForbidden);

  // Urging the parent urges every child that can be urged.
  REQUIRE(service.act_on_task(office.secretary(), id, {TaskAct::kUrge, {}, {}}).has_value());
  CHECK(first.facts().urged == 1);

  office.restart();
  CHECK(office.service->tasks().size() == all.size() + 1);
}

TEST_CASE("children that a crash cut off are made at the next start") {
  Office office;
  TaskIssued issued;
  issued.number = "示督〔2020〕7号";
  const auto id = TaskId::make(), child = TaskId::make();
  issued.children = {{child, unit_of(office.town, "东溪村"), "党总支书记"}};
  auto content = content_for(office, "东溪村");
  content.lead_unit.reset();
  content.fan_out = "各村居";
  REQUIRE(office.store
              .append(StreamId::of(id), 0, Actor{}, CommandId::make(), office.clock.now(),
                      {TaskDrafted{content, {}}, issued})
              .has_value());
  office.restart();
  REQUIRE(office.service->find_task(child));
  CHECK(task_number(office.service->find_task(child)->facts()) == "示督〔2020〕7-1号");
}

TEST_CASE("one task sheet issues several tasks under one number, or none") {
  Office office;
  auto& service = *office.service;
  const auto draft = [&](const TaskContent& content) {
    return service.draft_task(office.secretary(), content, {}).value().task;
  };
  const auto one = draft(content_for(office, "东溪村")), two = draft(content_for(office, "西桥村"));
  auto bare = content_for(office, "南塘村");
  bare.due.reset();
  const auto lacking = draft(bare);
  CHECK(code(service.issue_sheet(office.secretary(), {one, lacking}, recorded("签批"))) ==
        ErrorCode::kInvalid);
  CHECK(service.find_task(one)->state() == TaskState::kDraft);
  REQUIRE(service.issue_sheet(office.secretary(), {one, two}, recorded("签批")).has_value());
  CHECK(task_number(service.find_task(one)->facts()) == "示督〔2020〕1-1号");
  CHECK(task_number(service.find_task(two)->facts()) == "示督〔2020〕1-2号");
}

TEST_CASE("a suspension ends by itself") {
  Office office;
  auto& service = *office.service;
  const auto id =
      service.draft_task(office.secretary(), content_for(office, "东溪村"), {}).value().task;
  REQUIRE(issue(office, id).has_value());
  TaskEntry entry;
  entry.text = "等批复";
  entry.date = std::chrono::year{2020} / 6 / 3;
  REQUIRE(service.act_on_task(office.as(Role::kApprover), id, {TaskAct::kSuspend, entry, {}})
              .has_value());
  service.advance_tasks();
  CHECK(service.find_task(id)->state() == TaskState::kSuspended);
  office.restart();
  office.clock.set(office.service->calendar().start_of(
      Day{std::chrono::year{2020} / 6 / 3}));
  office.service->advance_tasks();
  CHECK(office.service->find_task(id)->state() == TaskState::kIssued);
  CHECK(office.service->find_task(id)->facts().due == std::chrono::year{2020} / 6 / 17);
}

TEST_CASE("dues that hang on a named period move with it, with an entry in their history") {
  Office office;
  auto& service = *office.service;
  NamedPeriod flood{"flood", "汛期", std::chrono::year{2020} / 6 / 15,
                    std::chrono::year{2020} / 9 / 30, false};
  CHECK(code(service.set_period(office.as(Role::kApprover), flood)) == ErrorCode::kForbidden);
  REQUIRE(service.set_period(office.secretary(), flood).has_value());
  auto content = content_for(office, "东溪村");
  content.due.reset();
  content.due_rule = DueRule{0, false, "flood", false};
  const auto id = service.draft_task(office.secretary(), content, {}).value().task;
  REQUIRE(issue(office, id).has_value());
  CHECK(service.find_task(id)->facts().due == std::chrono::year{2020} / 6 / 12);  // a Friday
  flood.from = std::chrono::year{2020} / 7 / 1;
  REQUIRE(service.set_period(office.secretary(), flood).has_value());
  CHECK(service.find_task(id)->facts().due == std::chrono::year{2020} / 6 / 30);
  CHECK(service.find_task(id)->facts().original_due == std::chrono::year{2020} / 6 / 12);
  CHECK(service.task_journal(id)->size() == 4);
  office.restart();
  CHECK(office.service->calendar().find_period("flood")->from == flood.from);
}

TEST_CASE("what was known at a moment can be told again later") {
  Office office;
  auto& service = *office.service;
  const auto id =
      service.draft_task(office.secretary(), content_for(office, "东溪村"), {}).value().task;
  REQUIRE(issue(office, id).has_value());
  const auto then = office.clock.now();
  office.clock.step(std::chrono::hours{5});
  REQUIRE(service.sign_for_task(office.liaison("东溪村"), id, "书记").has_value());
  CHECK(service.tasks_at(then)->front().state == TaskState::kIssued);
  CHECK(service.tasks_at(office.clock.now())->front().state == TaskState::kInProgress);
  CHECK(service.tasks_at(then - std::chrono::hours{1})->empty());
}

TEST_CASE("praise and talks are kept for the unit and can be taken back") {
  Office office;
  auto& service = *office.service;
  MeritNoted note;
  note.unit = unit_of(office.town, "东溪村");
  note.date = std::chrono::year{2020} / 5 / 27;
  note.points = 2;
  CHECK(code(service.note_merit(office.secretary(), note)) == ErrorCode::kInvalid);  // no reason
  note.reason = "区领导肯定";
  CHECK(code(service.note_merit(office.liaison("东溪村"), note)) == ErrorCode::kForbidden);
  REQUIRE(service.note_merit(office.secretary(), note).has_value());
  office.restart();
  REQUIRE(office.service->merits().size() == 1);
  const auto seq = office.service->merits().front().seq;
  REQUIRE(office.service->take_back_merit(office.secretary(), seq, "记错").has_value());
  CHECK(office.service->merits().empty());
}
