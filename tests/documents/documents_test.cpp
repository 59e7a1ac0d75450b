#include <catch2/catch.hpp>

#include "documents/document_writer.h"
#include "documents/minutes_document.h"
#include "documents/official_parts.h"
#include "tests/support/sample_meeting.h"

using namespace huiban;

namespace {

domain::MeetingFacts facts() {
  const auto town = store::read_town_file(HUIBAN_SOURCE_DIR "/config/demo/demo-town.json");
  REQUIRE(town.has_value());
  return test::held_meeting(*town, 60, 140);
}

std::string all_text(const domain::MinutesDraft& draft) {
  std::string text;
  for (const auto& paragraph : draft.paragraphs) text += paragraph.text + "\n";
  return text;
}

}  // namespace

TEST_CASE("minutes follow the agenda and carry the task with unit, contact and date") {
  const auto draft = domain::draft_minutes(facts());
  CHECK(draft.mark == "示例镇会议纪要");
  CHECK(draft.number == "〔2020〕3号");
  CHECK(draft.title == "关于城市运行管理暨“一网统管”、河长制工作会议的纪要");
  const auto text = all_text(draft);
  CHECK(text.find("2020年5月27日上午，示例镇在镇政府三楼会议室以视频形式召开") == 0);
  CHECK(text.find("党委副书记、镇长主持会议") != std::string::npos);
  CHECK(text.find("应到262人，实到200人") != std::string::npos);
  CHECK(text.find("一、工作部署") < text.find("二、讲话"));
  CHECK(text.find("责任单位：东溪村；责任人：城运网格联络员；时限：2020年6月10日") !=
        std::string::npos);
}

TEST_CASE("a long branch list prints as kinds of units with the sheet attached") {
  const auto draft = domain::draft_minutes(facts());
  REQUIRE(draft.attendance.size() == 1);
  CHECK(draft.attendance[0].label == "出席");
  CHECK(draft.attendance[0].text.rfind("党委书记、党委副书记、镇长、人大主席", 0) == 0);
  CHECK(draft.attendance[0].text.find("在分会场参加会议（签到表附后）") != std::string::npos);
}

TEST_CASE("titles break into lines that do not begin with a closing mark") {
  const auto lines = documents::title_lines("关于城市运行管理暨“一网统管”、河长制工作会议的纪要");
  REQUIRE(lines.size() == 2);
  std::string whole;
  for (const auto& line : lines) whole += line;
  CHECK(whole == "关于城市运行管理暨“一网统管”、河长制工作会议的纪要");
  CHECK(lines[0].size() >= lines[1].size());
  CHECK(documents::title_lines("短标题").size() == 1);
}

TEST_CASE("papers are made of a meeting without people, notes or tasks") {
  domain::MeetingFacts empty{domain::Meeting(MeetingId::make()), {}, {}, {}, UtcTime{},
                             std::chrono::minutes{480},          "", ""};
  const auto writer = documents::create_document_writer();
  CHECK(writer->minutes_docx(empty).has_value());
  CHECK(writer->attendance_xlsx(empty).has_value());
  CHECK(writer->attendance_docx(empty).has_value());
  CHECK(writer->tasks_xlsx({}, {}, "任务清单").has_value());
}
