// Meetings that are cancelled, held together, or follow one another in a series.
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

}  // namespace

TEST_CASE("a meeting is cancelled before it starts, a convened one with a reason") {
  Office office;
  const auto a = office.convened_a();
  const auto& service = *office.service;
  CHECK(code(office.service->cancel_meeting(office.liaison("东溪村"), a, "x", {})) ==
        ErrorCode::kForbidden);
  CHECK(code(office.service->cancel_meeting(office.secretary(), a, "", {})) ==
        ErrorCode::kInvalid);
  REQUIRE(office.service->cancel_meeting(office.secretary(), a, "台风", {}).has_value());
  CHECK(office.meeting(a).state() == MeetingState::kCancelled);
  CHECK(office.meeting(a).cancelled()->reason == "台风");
  CHECK(office.media.meetings.count(a) == 0);
  CHECK(code(office.service->start_meeting(office.secretary(), a)) == ErrorCode::kConflict);
  CHECK(code(office.service->cancel_meeting(office.secretary(), a, "x", {})) ==
        ErrorCode::kConflict);
  office.restart();
  CHECK(service.clock().now() == office.clock.now());
  CHECK(office.meeting(a).state() == MeetingState::kCancelled);
  CHECK(office.media.meetings.count(a) == 0);
}

TEST_CASE("a running meeting is ended, not cancelled") {
  Office office;
  const auto a = office.running_a();
  CHECK(code(office.service->cancel_meeting(office.secretary(), a, "x", {})) ==
        ErrorCode::kConflict);
}

TEST_CASE("held together: the meeting that goes into another clashes no more") {
  Office office;
  const auto a = office.convened_a();
  const auto b = office.plan(meeting_b(office.town));
  CHECK(code(office.service->cancel_meeting(office.secretary(), b, "", b)) == ErrorCode::kInvalid);
  CHECK(code(office.service->cancel_meeting(office.secretary(), b, "", MeetingId::make())) ==
        ErrorCode::kInvalid);
  REQUIRE(office.service->cancel_meeting(office.secretary(), b, "", a).has_value());
  CHECK(office.meeting(b).cancelled()->merged_into == a);
  CHECK(office.service->clashes_of(office.meeting(a).plan(), a)->empty());
}

TEST_CASE("row 7: the next meeting of a series begins with what is still open") {
  Office office;
  auto plan = meeting_b(office.town);
  plan.title = "2020年城运例会";
  plan.series = "城运例会";
  plan.year = 2020;
  const auto first = office.plan(plan);
  const auto other = office.plan(meeting_a(office.town));
  const auto draft = [&](MeetingId meeting, const std::string& title, const std::string& unit) {
    TaskContent content;
    content.title = title;
    content.lead_unit = office.town.find_unit_named(unit)->id;
    content.due = std::chrono::year{2020} / 6 / 5;
    TaskSource source;
    source.meeting = meeting;
    REQUIRE(office.service->draft_task(office.secretary(), content, source).has_value());
  };
  draft(first, "排查防汛隐患", "东溪村");
  draft(other, "别的会议的任务", "东溪村");
  const auto next = office.service->plan_next(office.secretary(), first,
                                              std::chrono::year{2021} / 1 / 6);
  REQUIRE(next.has_value());
  const auto& second = office.meeting(next->meeting).plan();
  CHECK(second.title == "2021年城运例会");
  CHECK(second.year == 2021);
  CHECK(second.series == "城运例会");
  REQUIRE(second.agenda.size() == plan.agenda.size() + 1);
  CHECK(second.agenda[0].subject ==
        "上次会议任务落实情况，未办结 1 项：1.排查防汛隐患（东溪村，6月5日前）");
  CHECK(second.agenda[1].id != plan.agenda[0].id);
  CHECK(second.rules.size() == plan.rules.size());

  // The third does not pile up a second such item.
  const auto third = office.service->plan_next(office.secretary(), next->meeting,
                                               std::chrono::year{2021} / 2 / 3);
  CHECK(office.meeting(third->meeting).plan().agenda.size() == plan.agenda.size() + 1);
}

TEST_CASE("row 6: a visit and its own discussion meeting do not clash") {
  Office office;
  auto visit = meeting_b(office.town);
  visit.form = MeetingForm::kVisit;
  visit.stops = {"河道整治点", "党群服务站"};
  const auto parent = office.plan(visit);
  auto talk = meeting_b(office.town);
  talk.title = "调研座谈会";
  CHECK(!office.service->clashes_of(talk, std::nullopt)->empty());
  talk.parent = parent;
  CHECK(office.service->clashes_of(talk, std::nullopt)->empty());
  const auto child = office.plan(talk);
  CHECK(office.service->clashes_of(visit, parent)->empty());
  CHECK(office.meeting(child).plan().parent == parent);
}
