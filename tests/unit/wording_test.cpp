// The office's words: numerals, dates, half-days, speakers.
#include <catch2/catch.hpp>

#include "domain/wording.h"
#include "tests/support/demo_directory.h"
#include "tests/support/meeting_script.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

TEST_CASE("Chinese numerals") {
  CHECK(numeral(1) == "一");
  CHECK(numeral(10) == "十");
  CHECK(numeral(11) == "十一");
  CHECK(numeral(20) == "二十");
  CHECK(numeral(23) == "二十三");
  CHECK(numeral(99) == "九十九");
  CHECK(numeral(100) == "100");
  CHECK(numeral(0) == "0");
}

TEST_CASE("dates have no leading zero, and a day is the office's day") {
  CHECK(date_in_words(std::chrono::year{2020} / 5 / 7) == "2020年5月7日");
  const auto late = office_time("23:59:59.999");
  CHECK(date_in_words(local_date(late, std::chrono::hours{8})) == "2020年5月27日");
  CHECK(date_in_words(local_date(late + Milliseconds{1}, std::chrono::hours{8})) ==
        "2020年5月28日");
  CHECK(half_in_words(HalfDay::kMorning) == "上午");
  CHECK(half_in_words(HalfDay::kAfternoon) == "下午");
  CHECK(half_in_words(HalfDay::kNone).empty());
}

TEST_CASE("items and speakers in words") {
  const auto town = demo_directory();
  auto deployment = item(AgendaKind::kReport, {speaker(post_of(town, "镇党委政府", "副镇长")),
                                               speaker(post_of(town, "城运办", "主任")),
                                               {std::nullopt, unit_of(town, "东溪村"), ""},
                                               {std::nullopt, std::nullopt, "五家重点点位小区"}});
  deployment.kinds.push_back(AgendaKind::kDeployment);
  deployment.subject = "防汛防台";
  CHECK(item_in_words(deployment) == "情况汇报、工作部署（防汛防台）");
  CHECK(speakers_in_words(town, deployment.speakers) ==
        "副镇长、城运办主任、东溪村、五家重点点位小区");
  CHECK(speakers_in_words(town, {speaker(PostId::make())}).empty());
}

TEST_CASE("lists are joined by their mark") {
  CHECK(join({}) == "");
  CHECK(join({"一"}) == "一");
  CHECK(join({"一", "二"}, "，") == "一，二");
}
