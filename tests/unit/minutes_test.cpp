// Minutes drafted from facts: the form of the paper, the order of what was said, who was there.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "domain/minutes.h"
#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

using Kind = MinutesParagraph::Kind;

// Event A, running since 9:00 and written down by the office.
class WrittenMeeting {
 public:
  explicit WrittenMeeting(const std::function<void(MeetingPlan&)>& change = {}) {
    auto plan = meeting_a(office.town);
    if (change) change(plan);
    id = office.plan(plan);
    office.service->convene(office.secretary(), id).value();
    office.at("9:00").service->start_meeting(office.secretary(), id).value();
  }

  void note(std::size_t item, const std::string& text) {
    const auto& meeting = office.meeting(id);
    const auto found = meeting.notes().find(meeting.plan().agenda.at(item).id);
    const auto base = found == meeting.notes().end() ? 0u : found->second.back().version;
    office.service->save_note(office.secretary(), id, meeting.plan().agenda.at(item).id, text, base)
        .value();
  }

  void sign_in(const std::string& unit, const std::vector<std::string>& titles) {
    std::vector<SeatId> seats;
    for (const auto& title : titles) seats.push_back(office.seat(id, unit, title));
    office.service
        ->sign_in(office.secretary(), id, seats, {}, SignInMethod::kDesk, "", std::nullopt)
        .value();
  }

  TaskId mark(std::optional<std::size_t> item, const TaskContent& content) {
    TaskSource source;
    source.meeting = id;
    if (item) source.item = office.meeting(id).plan().agenda.at(*item).id;
    return office.service->draft_task(office.secretary(), content, source).value().task;
  }

  MinutesDraft draft() const {
    MeetingFacts facts{office.meeting(id),
                       office.service->directory(),
                       office.service->attendance_of(id),
                       {},
                       office.clock.now(),
                       std::chrono::hours{8},
                       "示例镇党政办公室",
                       "示例镇会议纪要"};
    for (const Task* task : office.service->tasks()) facts.tasks.push_back(*task);
    return draft_minutes(facts);
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const auto& paragraph : draft().paragraphs) all.push_back(paragraph.text);
    return all;
  }

  TaskContent task(const std::string& title = "完成网格员调整") const {
    TaskContent content;
    content.title = title;
    content.lead_unit = unit_of(office.town, "东溪村");
    content.contact = "党总支书记";
    content.due = std::chrono::year{2020} / 6 / 10;
    return content;
  }

  Office office;
  MeetingId id;
};

}  // namespace

TEST_CASE("the head of the minutes: mark, number, maker, date, title, imprint") {
  WrittenMeeting written;
  CHECK(written.draft().number.empty());  // numbered at the end
  written.office.at("10:31");
  written.office.end(written.id);
  const auto draft = written.draft();
  CHECK(draft.mark == "示例镇会议纪要");
  CHECK(draft.number == "〔2020〕1号");
  CHECK(draft.maker == "示例镇党政办公室");
  CHECK(draft.date == "2020年5月27日");
  CHECK(draft.title == "关于城市运行管理暨“一网统管”、河长制工作会议的纪要");
  CHECK(draft.printed_by == "示例镇党政办公室");
  CHECK(draft.printed_on == "2020年5月27日印发");
}

TEST_CASE("a title that begins with 关于 does not say it twice") {
  WrittenMeeting written([](MeetingPlan& plan) { plan.title = "关于防汛工作的会议"; });
  CHECK(written.draft().title == "关于防汛工作的会议的纪要");
}

TEST_CASE(
    "the first paragraph: time, place, form, purpose, host, main speech, how many came where") {
  WrittenMeeting written([](MeetingPlan& plan) { plan.purpose = "部署下一步工作"; });
  written.sign_in("镇党委政府", {"党委书记", "党委副书记、镇长"});
  written.sign_in("东溪村", {"安全干部"});
  CHECK(written.texts().at(0) ==
        "2020年5月27日上午，示例镇在镇政府三楼会议室以视频形式召开2020年城市运行管理暨“一网统管”、"
        "河长制工作会议，部署下一步工作。党委副书记、镇长主持会议，党委书记出席并讲话。"
        "应到262人，实到3人，其中主会场2人、分会场1人。会议纪要如下：");
}

TEST_CASE("a meeting on site, without a clock time, place or purpose") {
  WrittenMeeting written([](MeetingPlan& plan) {
    plan.form = MeetingForm::kOnsite;
    plan.time.half = HalfDay::kNone;
    plan.place.clear();
    plan.host.reset();
  });
  CHECK_THAT(written.texts().at(0),
             Catch::StartsWith("2020年5月27日，示例镇召开2020年城市运行管理暨"));
  CHECK_THAT(written.texts().at(0), Catch::Contains("河长制工作会议。党委书记出席并讲话。"));
}

TEST_CASE(
    "items stand in spoken order with the newest note; items without anything get no heading") {
  WrittenMeeting written;
  written.office.next(written.id);
  written.office.at("9:05").next(written.id);
  written.note(1, "一是旧的");
  written.note(1, "一是配强网格力量；\n\n  二是发现问题尽快整改  \r\n三是闭环管理。");
  written.office.at("9:30").next(written.id);
  written.office.at("9:41").next(written.id);
  written.note(3, "村居是责任主体。");
  const auto texts = written.texts();
  REQUIRE(texts.size() == 7);
  CHECK(texts[1] == "一、工作部署");
  CHECK(texts[2] == "会议听取了副镇长工作部署。会议要求，一是配强网格力量；");
  CHECK(texts[3] == "二是发现问题尽快整改。");
  CHECK(texts[4] == "三是闭环管理。");
  CHECK(texts[5] == "二、讲话");
  CHECK(texts[6] == "会议听取了党委书记讲话。会议指出，村居是责任主体。");
}

TEST_CASE("each kind of item opens in its own words") {
  const auto opening = [](std::vector<AgendaKind> kinds, const std::string& subject,
                          const std::string& note) {
    WrittenMeeting written([&](MeetingPlan& plan) {
      plan.agenda[1].kinds = kinds;
      plan.agenda[1].subject = subject;
    });
    written.note(1, note);
    return written.texts().at(2);
  };
  CHECK(opening({AgendaKind::kDeployment}, "防汛防台", "加强值守") ==
        "会议听取了副镇长关于防汛防台的工作部署。会议要求，加强值守。");
  CHECK(opening({AgendaKind::kReport, AgendaKind::kDeployment}, "", "加强值守") ==
        "会议听取了副镇长情况汇报和工作部署。会议要求，加强值守。");
  CHECK(opening({AgendaKind::kConveying}, "全市防汛", "加强值守") ==
        "副镇长传达了关于全市防汛的有关会议精神。会议要求，加强值守。");
  CHECK(opening({AgendaKind::kPledge}, "", "将抓好落实") ==
        "会议听取了副镇长表态发言。将抓好落实。");
  CHECK(opening({AgendaKind::kClosing}, "", "抓好落实") == "副镇长作了小结。会议要求，抓好落实。");
  CHECK(opening({AgendaKind::kHosting}, "", "介绍了议程") == "副镇长主持会议。介绍了议程。");
  CHECK(opening({AgendaKind::kSpeech}, "", "会议强调，要提高站位") ==
        "会议听取了副镇长讲话。会议强调，要提高站位。");  // worded as minutes already
}

TEST_CASE("tasks are numbered decisions with unit, assistants, contact and time limit") {
  WrittenMeeting written;
  written.office.next(written.id);
  written.office.at("9:05").next(written.id);
  written.note(1, "一是配强网格力量");
  written.office.at("9:17");
  auto content = written.task();
  content.assist_units = {unit_of(written.office.town, "城运办"),
                          unit_of(written.office.town, "党政办公室")};
  const auto first = written.mark(1, content);
  TaskContent open;
  open.title = "联勤联动站实行24小时值守。";
  written.mark(1, open);
  const auto paragraphs = written.draft().paragraphs;
  REQUIRE(paragraphs.size() == 6);
  CHECK(paragraphs[3].text == "会议决定：");
  CHECK(paragraphs[4].kind == Kind::kTask);
  CHECK(paragraphs[4].text ==
        "1.完成网格员调整。（责任单位：东溪村；配合单位：城运办、党政办公室；责任人：党总支书记；"
        "时限：2020年6月10日）");
  CHECK(paragraphs[4].task == first);
  CHECK(paragraphs[4].said_at == office_time("9:17"));  // traces back to the second
  CHECK(paragraphs[4].item == written.office.meeting(written.id).plan().agenda[1].id);
  CHECK(paragraphs[5].text == "2.联勤联动站实行24小时值守。");
  CHECK(paragraphs[2].said_at == office_time("9:05"));
}

TEST_CASE("an item with a task and no note, and a task of no item") {
  WrittenMeeting written;
  written.mark(1, written.task());
  written.mark(std::nullopt, written.task("按期报送材料"));
  const auto texts = written.texts();
  REQUIRE(texts.size() == 8);
  CHECK(texts[1] == "一、工作部署");
  CHECK(texts[2] == "会议听取了副镇长工作部署。");
  CHECK(texts[3] == "会议决定：");
  CHECK(texts[5] == "其他事项");
  CHECK_THAT(texts[7], Catch::StartsWith("1.按期报送材料。"));
}

TEST_CASE("who came stands by office order, with unit and post; leaders by their post alone") {
  WrittenMeeting written;
  written.sign_in("东溪村", {"党总支书记", "安全干部"});
  written.sign_in("城运办", {"副主任"});
  written.sign_in("镇党委政府", {"副镇长", "党委书记"});
  const auto attendance = written.draft().attendance;
  REQUIRE(attendance.size() == 1);
  CHECK(attendance[0].label == "出席");
  CHECK(attendance[0].text ==
        "党委书记、副镇长、城运办副主任、东溪村党总支书记；东溪村安全干部在分会场参加会议");
}

TEST_CASE(
    "more than thirty people in branch venues print as kinds of units with the sheet attached") {
  const auto line = [](std::size_t people) {
    WrittenMeeting written;
    std::vector<SeatId> seats;
    for (const auto& seat : written.office.meeting(written.id).seats())
      if (seat.unit_kind == "village" && seat.venue_kind == VenueKind::kBranch &&
          seats.size() < people)
        seats.push_back(seat.id);
    written.office.service
        ->sign_in(written.office.secretary(), written.id, seats, {}, SignInMethod::kDesk, "", {})
        .value();
    return written.draft().attendance.at(0).text;
  };
  CHECK(line(31) == "各村有关人员在分会场参加会议（签到表附后）");
  const auto thirty = line(30);
  CHECK_THAT(thirty, Catch::StartsWith("东溪村行政负责人、东溪村安全干部"));
  CHECK_THAT(thirty, Catch::EndsWith("在分会场参加会议"));
  CHECK(thirty.find("签到表") == std::string::npos);
}

TEST_CASE("one person with two posts is named once") {
  WrittenMeeting written;  // seats of the meeting are frozen without persons; a second one has them
  auto& office = written.office;
  auto town = office.town;
  give(town, {&post_in(town, "镇党委政府", "党委委员、副镇长"), &post_in(town, "城运办", "主任")});
  office.service->import_directory(office.secretary(), town).value();
  auto plan = meeting_a(town);
  written.id = office.plan(plan);
  office.service->convene(office.secretary(), written.id).value();
  written.sign_in("城运办", {"主任"});
  CHECK(written.draft().attendance.at(0).text == "党委委员、副镇长（兼城运办主任）");
}

TEST_CASE("speakers without a seat in the list are 列席, once they spoke") {
  WrittenMeeting written([](MeetingPlan& plan) {
    plan.agenda[0].speakers = {{std::nullopt, std::nullopt, "五家重点点位小区"}};
    plan.agenda[3].speakers = {{std::nullopt, std::nullopt, "区级部门"}};
  });
  CHECK(written.draft().attendance.empty());
  written.office.next(written.id);
  const auto attendance = written.draft().attendance;
  REQUIRE(attendance.size() == 1);
  CHECK(attendance[0].label == "列席");
  CHECK(attendance[0].text == "五家重点点位小区");
}

TEST_CASE("minutes of an empty meeting are a form, not a fault") {
  const MeetingFacts nothing{Meeting(MeetingId::make()), {}, {}, {}, UtcTime{},
                             std::chrono::hours{8},      "", ""};
  const auto draft = draft_minutes(nothing);
  CHECK(draft.paragraphs.size() == 1);
  CHECK(draft.attendance.empty());
}
