// The notice that each unit gets.
#include "domain/notice.h"

#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

MeetingFacts facts(const Office& office, MeetingId id) {
  return {office.meeting(id),         office.town, {}, {}, office.clock.now(),
          std::chrono::minutes{8 * 60}, "示例镇党政办公室", ""};
}

std::string text_of(const NoticeDraft& draft) {
  std::string text;
  for (const auto& paragraph : draft.paragraphs) text += paragraph.text + "\n";
  return text;
}

}  // namespace

TEST_CASE("rows 8, 9, 34: a unit's notice says when, where and which of its posts sit in which room") {
  Office office;
  const auto a = office.convened_a();
  const auto draft =
      draft_notice(facts(office, a), office.town.find_unit_named("东溪村")->id);
  CHECK(draft.title == "关于召开" + office.meeting(a).plan().title + "的通知");
  CHECK(draft.addressee == "东溪村");
  CHECK(draft.number == "〔2020〕1号");
  const auto text = text_of(draft);
  CHECK(text.find("2020年5月27日（星期三）上午9:00，请于8:50前入座、签到。") != std::string::npos);
  CHECK(text.find("主会场：党总支书记。") != std::string::npos);
  CHECK(text.find("分会场：") != std::string::npos);
  CHECK(text.find("河道专管员") != std::string::npos);
  CHECK(text.find("请分会场在会前一小时内") != std::string::npos);
  CHECK(text.find("西桥村") == std::string::npos);
}

TEST_CASE("one notice for all names people by the rules; no clock time prints none") {
  Office office;
  auto plan = meeting_b(office.town);
  plan.form = MeetingForm::kOnsite;
  plan.time.start.reset();
  plan.time.half = HalfDay::kMorning;
  const auto id = office.plan(plan);
  const auto draft = draft_notice(facts(office, id), std::nullopt);
  CHECK(draft.addressee == "各有关单位");
  const auto text = text_of(draft);
  CHECK(text.find("（星期三）上午。") != std::string::npos);
  CHECK(text.find("在主会场参加会议") != std::string::npos);
  CHECK(text.find("入会链接") == std::string::npos);
}
