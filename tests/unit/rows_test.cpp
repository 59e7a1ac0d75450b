// Rows of the office's list (docs/acceptance.md) that are about plans and papers.
#include <catch2/catch.hpp>

#include "domain/brief.h"
#include "domain/goals.h"
#include "domain/notice.h"
#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

MeetingFacts facts_of(const Office& office, MeetingId id) {
  MeetingFacts facts{office.meeting(id),
                     office.town,
                     office.service->attendance_of(id),
                     {},
                     office.clock.now(),
                     std::chrono::hours{8},
                     "示例镇党政办公室",
                     "示例镇会议纪要",
                     {}};
  for (const Task* task : office.service->tasks()) facts.tasks.push_back(*task);
  if (const auto parent = office.meeting(id).plan().parent)
    facts.visit_stops = office.meeting(*parent).plan().stops;
  return facts;
}

void note(Office& office, MeetingId id, std::size_t item, const std::string& text) {
  const auto item_id = office.meeting(id).plan().agenda.at(item).id;
  office.service->save_note(office.secretary(), id, item_id, text, 0).value();
}

std::vector<std::string> texts(const MinutesDraft& draft) {
  std::vector<std::string> all;
  for (const auto& paragraph : draft.paragraphs) all.push_back(paragraph.text);
  return all;
}

std::vector<std::string> texts(const BriefDraft& draft) {
  std::vector<std::string> all;
  for (const auto& paragraph : draft.paragraphs) all.push_back(paragraph.text);
  return all;
}

bool has(const std::vector<std::string>& all, const std::string& words) {
  return std::any_of(all.begin(), all.end(), [&](const std::string& one) {
    return one.find(words) != std::string::npos;
  });
}

std::string line(const MinutesDraft& draft, const std::string& label) {
  for (const auto& one : draft.attendance)
    if (one.label == label) return one.text;
  return {};
}

Speaker of(const Office& office, const std::string& unit, const std::string& title) {
  return speaker(post_of(office.town, unit, title));
}

// C: on site, one venue, critique and deployment by one person.
MeetingPlan meeting_c(const Office& office) {
  MeetingPlan plan;
  plan.title = "文明城区复评专题会";
  plan.kind = "专题会";
  plan.form = MeetingForm::kOnsite;
  plan.time = {std::chrono::year{2020} / 5 / 27, HalfDay::kAfternoon, {}};
  plan.host = post_of(office.town, "镇党委政府", "党委副书记、镇长");
  plan.rules = {rule(VenueKind::kMain, {"village"}, "party_head")};
  plan.agenda = {item(AgendaKind::kCritique, {of(office, "镇党委政府", "党委委员")}, "暗访督查"),
                 item(AgendaKind::kSpeech, {of(office, "镇党委政府", "党委书记")})};
  plan.agenda[0].kinds = {AgendaKind::kCritique, AgendaKind::kDeployment};
  plan.agenda[0].findings = {"垃圾箱房外溢", "楼道堆物"};
  return plan;
}

// D and E: superiors visit.
MeetingPlan visit(const Office& office, std::vector<std::string> stops) {
  MeetingPlan plan;
  plan.title = "区领导调研";
  plan.kind = "调研";
  plan.form = MeetingForm::kVisit;
  plan.time = {std::chrono::year{2020} / 5 / 27, HalfDay::kAfternoon, {}};
  plan.rules = {rule(VenueKind::kMain, {"town_party_gov"}, "town_leaders")};
  plan.stops = std::move(stops);
  plan.guests = {{"区政府", "副区长", true, false},
                 {"区农业农村委", "主任", true, false},
                 {"区府办", "副主任", true, true},
                 {"市设计院", "工程师", false, false}};
  plan.accompanying = {post_of(office.town, "镇党委政府", "党委副书记、镇长"),
                       post_of(office.town, "镇党委政府", "党委委员")};
  return plan;
}

}  // namespace

TEST_CASE("row 3: a meeting on site runs from start to minutes without media") {
  Office office;
  const auto c = office.plan(meeting_c(office));
  office.service->set_media(nullptr);
  office.service->convene(office.secretary(), c).value();
  CHECK(office.meeting(c).venues().size() == 1);
  office.at("14:00").service->start_meeting(office.secretary(), c).value();
  office.next(c);
  note(office, c, 0, "会风松散");
  office.next(c);
  office.at("15:00");
  office.end(c);
  CHECK(office.meeting(c).state() == MeetingState::kEnded);
  CHECK(office.media.meetings.empty());
  CHECK(has(texts(draft_minutes(facts_of(office, c))), "会风松散"));
}

TEST_CASE("row 4: two numbered lists in one speech, each begins at 1") {
  Office office;
  const auto a = office.running_a();
  note(office, a, 0,
       "【安全、消防】\n- 压实责任\n- 排查隐患\n【防汛防台】\n- 备足物资\n- 落实值守\n- 及时报告");
  const auto all = texts(draft_minutes(facts_of(office, a)));
  const auto at = std::find_if(all.begin(), all.end(), [](const std::string& one) {
    return one.find("（一）安全、消防") != std::string::npos;
  });
  REQUIRE(at != all.end());
  CHECK(std::vector(at + 1, at + 7) ==
        std::vector<std::string>{"1.压实责任。", "2.排查隐患。", "（二）防汛防台。",
                                 "1.备足物资。", "2.落实值守。", "3.及时报告。"});
}

TEST_CASE("rows 5, 23, 24: a visit's stops in order, superiors first, who accompanies, a cut list") {
  Office office;
  auto plan = visit(office, {"一号点", "二号点", "三号点", "四号点", "五号点", "六号点", "七号点",
                             "八号点"});
  const auto id = office.plan(plan);
  if (auto c = office.service->convene(office.secretary(), id); !c) FAIL(c.error().zh + c.error().detail);
  const auto draft = draft_minutes(facts_of(office, id));
  const auto first = texts(draft).at(0);
  CHECK(first.find("区政府副区长、区农业农村委主任到示例镇调研。") != std::string::npos);
  CHECK(first.find("先后实地察看了一号点、二号点、三号点、四号点、五号点、六号点、七号点、八号点等8"
                   "个点位。") != std::string::npos);
  CHECK(line(draft, "出席").rfind("区政府副区长、区农业农村委主任", 0) == 0);
  CHECK(line(draft, "陪同") == "区府办副主任、党委副书记、镇长、党委委员");
  CHECK(line(draft, "列席") == "市设计院工程师");
  std::string notice;
  for (const auto& one : draft_notice(facts_of(office, id), {}).paragraphs) notice += one.text + "\n";
  CHECK(notice.find("8.八号点。") != std::string::npos);
  CHECK(notice.find("上级领导：区政府副区长、区农业农村委主任。") != std::string::npos);
  CHECK(notice.find("陪同：区府办副主任、") != std::string::npos);

  plan.list_cut = 1;
  const auto cut = office.plan(plan);
  office.service->convene(office.secretary(), cut).value();
  CHECK(line(draft_minutes(facts_of(office, cut)), "出席") == "区政府副区长等");
  CHECK(line(draft_minutes(facts_of(office, cut)), "陪同") == "区府办副主任等");
}

TEST_CASE("row 6: a brief of a discussion meeting tells the meeting, then what was seen before it") {
  Office office;
  const auto trip = office.plan(visit(office, {"河道", "民宿"}));
  auto plan = visit(office, {});
  plan.title = "调研座谈会";
  plan.parent = trip;
  plan.agenda = {item(AgendaKind::kAdvice, {{{}, {}, "区政府副区长"}}, "乡村振兴")};
  const auto talk = office.plan(plan);
  office.service->convene(office.secretary(), talk).value();
  office.at("14:00").service->start_meeting(office.secretary(), talk).value();
  office.next(talk);
  note(office, talk, 0, "做好规划");
  const auto all = texts(draft_brief(facts_of(office, talk)));
  REQUIRE(all.size() >= 3);
  CHECK(all.at(1).rfind("会上，区政府副区长就乡村振兴提出建议和要求，做好规划。", 0) == 0);
  CHECK(all.at(2).rfind("会前，", 0) == 0);
  CHECK(all.at(2).find("先后实地察看了河道、民宿等2个点位") != std::string::npos);
}

TEST_CASE("row 12: a goal in three tiers; the place that was reached shows which one is met") {
  const RankingGoal goal{"城运考核", 5, 3, 1};
  CHECK(std::string(tier_of(goal, 0)) == "none");
  CHECK(std::string(tier_of(goal, 1)) == "best");
  CHECK(std::string(tier_of(goal, 3)) == "strive");
  CHECK(std::string(tier_of(goal, 4)) == "keep");
  CHECK(std::string(tier_of(goal, 5)) == "keep");
  CHECK(std::string(tier_of(goal, 6)) == "missed");
  Office office;
  auto plan = meeting_a(office.town);
  plan.goals = {goal};
  const auto a = office.plan(plan);
  CHECK_FALSE(office.service->rank_goal(office.secretary(), a, 1, 2, ""));
  CHECK_FALSE(office.service->rank_goal(office.secretary(), a, 0, 0, ""));
  office.service->rank_goal(office.secretary(), a, 0, 4, "五月通报").value();
  office.service->rank_goal(office.secretary(), a, 0, 2, "六月通报").value();
  office.restart();
  CHECK(office.meeting(a).goal_ranks().at(0).rank == 2);
  CHECK(office.meeting(a).goal_ranks().at(0).note == "六月通报");
  plan.goals[0].keep = 2;  // better than the place to strive for
  CHECK_FALSE(office.service->create_meeting(office.secretary(), plan));
}

TEST_CASE("rows 17, 47: one person, two kinds in one item; findings, each of which becomes a task") {
  Office office;
  const auto c = office.plan(meeting_c(office));
  office.service->convene(office.secretary(), c).value();
  office.at("14:00").service->start_meeting(office.secretary(), c).value();
  office.next(c);
  const auto& item = office.meeting(c).plan().agenda[0];
  CHECK(item.findings.size() == 2);
  TaskContent content;
  content.title = item.findings[0];
  TaskSource source;
  source.meeting = c;
  source.item = item.id;
  source.quote = item.findings[0];
  source.kind = "检查";
  const auto task = office.service->draft_task(office.secretary(), content, source).value().task;
  CHECK(office.service->find_task(task)->source().kind == "检查");
  CHECK(office.service->find_task(task)->source().speaker == "党委委员");
  const auto all = texts(draft_minutes(facts_of(office, c)));
  CHECK(has(all, "会议听取了党委委员关于暗访督查的点评分析和工作部署。"));
  CHECK(has(all, "1.垃圾箱房外溢。"));
  CHECK(has(all, "2.楼道堆物。"));
}

TEST_CASE("row 25: the list of leaders who came is made from the directory's flag, by rank") {
  Office office;
  const auto a = office.running_a();
  office.service
      ->sign_in(office.secretary(), a,
                {office.seat(a, "东溪村", "党总支书记"),
                 office.seat(a, "镇党委政府", "党委副书记、镇长"),
                 office.seat(a, "镇党委政府", "党委书记")},
                {}, SignInMethod::kDesk, "", std::nullopt)
      .value();
  CHECK(leaders_present(facts_of(office, a)) ==
        std::vector<std::string>{"党委书记", "党委副书记、镇长"});
  CHECK(has(texts(draft_brief(facts_of(office, a))), "党委书记，党委副书记、镇长出席会议。"));
}

TEST_CASE("row 44: what is conveyed is named with its number") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.agenda = {item(AgendaKind::kConveying, {of(office, "镇党委政府", "党委委员")})};
  plan.agenda[0].source = "全区防汛工作会议";
  plan.agenda[0].source_link = "区汛〔2020〕2号";
  const auto a = office.plan(plan);
  office.service->convene(office.secretary(), a).value();
  office.at("9:00").service->start_meeting(office.secretary(), a).value();
  note(office, a, 0, "落实值守");
  CHECK(has(texts(draft_minutes(facts_of(office, a))),
            "党委委员传达了全区防汛工作会议（区汛〔2020〕2号）精神。会议要求，落实值守。"));
}

TEST_CASE("rows 49, 50: site briefing and hearing are items; superiors' advice becomes tasks") {
  Office office;
  auto plan = visit(office, {"河道"});
  plan.agenda = {item(AgendaKind::kSiteBriefing, {of(office, "东溪村", "党总支书记")}, "河道整治"),
                 item(AgendaKind::kHearing, {of(office, "镇党委政府", "党委副书记、镇长")}),
                 item(AgendaKind::kAdvice, {{{}, {}, "区政府副区长"}})};
  const auto id = office.plan(plan);
  office.service->convene(office.secretary(), id).value();
  office.at("14:00").service->start_meeting(office.secretary(), id).value();
  for (int i = 0; i < 3; ++i) office.next(id);
  note(office, id, 0, "全长三公里");
  note(office, id, 1, "进展顺利");
  note(office, id, 2, "一是抓规划\n二是管风貌\n三是促产业\n四是扩效应");
  for (const std::string title : {"抓规划", "管风貌", "促产业", "扩效应"}) {
    TaskContent content;
    content.title = title;
    TaskSource source;
    source.meeting = id;
    source.item = office.meeting(id).plan().agenda[2].id;
    source.kind = "上级";
    office.service->draft_task(office.secretary(), content, source).value();
  }
  const auto all = texts(draft_minutes(facts_of(office, id)));
  CHECK(has(all, "东溪村党总支书记作了关于河道整治的现场介绍。全长三公里。"));
  CHECK(has(all, "会议听取了党委副书记、镇长汇报。进展顺利。"));
  CHECK(has(all, "区政府副区长提出了建议和要求。一是抓规划。"));
  CHECK(has(all, "4.扩效应。"));
  CHECK(office.service->tasks().size() == 4);
  CHECK(office.service->tasks().front()->source().kind == "上级");
}

TEST_CASE("row 51: minutes follow the meeting, the brief follows rank, from one set of notes") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.agenda = {item(AgendaKind::kDeployment, {of(office, "镇党委政府", "党委委员")}, "河长制"),
                 item(AgendaKind::kPledge, {of(office, "东溪村", "党总支书记")}),
                 item(AgendaKind::kSpeech, {of(office, "镇党委政府", "党委书记")})};
  const auto a = office.plan(plan);
  office.service->convene(office.secretary(), a).value();
  office.at("9:00").service->start_meeting(office.secretary(), a).value();
  for (int i = 0; i < 3; ++i) office.next(a);
  note(office, a, 0, "部署巡河");
  note(office, a, 1, "坚决落实");
  note(office, a, 2, "强调，要担当");
  const auto place = [](const std::vector<std::string>& all, const std::string& words) {
    return std::find_if(all.begin(), all.end(), [&](const std::string& one) {
             return one.find(words) != std::string::npos;
           }) - all.begin();
  };
  const auto minutes = texts(draft_minutes(facts_of(office, a)));
  CHECK(place(minutes, "部署巡河") < place(minutes, "坚决落实"));
  CHECK(place(minutes, "坚决落实") < place(minutes, "强调，要担当"));
  const auto brief = texts(draft_brief(facts_of(office, a)));
  CHECK(place(brief, "强调，要担当") < place(brief, "部署巡河"));
  CHECK(place(brief, "部署巡河") < place(brief, "坚决落实"));
  CHECK(has(brief, "党委书记在讲话中强调，要担当。"));  // the verb stays
  CHECK(brief.back().find("在主会场") != std::string::npos);
}
