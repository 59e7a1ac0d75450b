// Content sharing: who may share a screen, whose is shown, and when it ends.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

template <class T>
ErrorCode code(const Result<T>& result) {
  REQUIRE(!result.has_value());
  return result.error().code;
}

template <class E>
int count(const Office& office) {
  int found = 0;
  for (const auto& event : office.pages.events) found += std::holds_alternative<E>(event.payload);
  return found;
}

}  // namespace

TEST_CASE("one venue at a time may share, by the secretary's or a leader's word, while it runs") {
  Office office;
  const auto a = office.convened_a();
  const auto east = office.venue(a, "东溪村"), west = office.venue(a, "西桥村");
  auto& service = *office.service;
  CHECK(code(service.grant_content(office.secretary(), a, east)) == ErrorCode::kConflict);
  office.at("9:00").service->start_meeting(office.secretary(), a).value();
  CHECK(code(service.grant_content(office.liaison("东溪村"), a, east)) == ErrorCode::kForbidden);
  CHECK(code(service.grant_content(office.secretary(), a, VenueId::make())) ==
        ErrorCode::kNotFound);
  service.grant_content(office.secretary(), a, east).value();
  CHECK(office.meeting(a).content_granted() == east);
  CHECK(office.media.content == east);
  service.grant_content(office.leader(), a, west).value();
  CHECK(office.meeting(a).content_granted() == west);
  CHECK(office.media.content == west);
  CHECK(count<ContentRevoked>(office) == 1);
  service.revoke_content(office.secretary(), a).value();
  CHECK_FALSE(office.meeting(a).content_granted());
  CHECK_FALSE(office.media.content);
  service.revoke_content(office.secretary(), a).value();  // nothing to take away
  CHECK(count<ContentRevoked>(office) == 2);
}

TEST_CASE("what is shown follows media, for the venue that may, and ends with its permission") {
  Office office;
  const auto a = office.running_a();
  const auto east = office.venue(a, "东溪村"), west = office.venue(a, "西桥村");
  auto& service = *office.service;
  const auto first = PeerId::make(), second = PeerId::make();
  service.content_shared(a, east, first, true);  // nobody allowed it
  CHECK_FALSE(office.meeting(a).content_shown());
  service.grant_content(office.secretary(), a, east).value();
  service.content_shared(a, east, first, true);
  CHECK(office.meeting(a).content_shown() == east);
  // A second sharer of the same venue replaces the first, whose end is then nobody's.
  service.content_shared(a, east, second, true);
  service.content_shared(a, east, first, false);
  CHECK(office.meeting(a).content_shown() == east);
  service.content_shared(a, east, second, false);
  CHECK_FALSE(office.meeting(a).content_shown());
  CHECK(office.meeting(a).content_granted() == east);  // it may begin again
  service.content_shared(a, east, first, true);
  service.grant_content(office.secretary(), a, west).value();
  CHECK_FALSE(office.meeting(a).content_shown());
  CHECK(count<ContentStopped>(office) == 2);
  service.content_shared(a, east, first, false);
  CHECK(count<ContentStopped>(office) == 2);
  office.end(a);
  CHECK_FALSE(office.meeting(a).content_granted());
}

TEST_CASE("the stage does not move it; after a restart the permission stays, the picture is gone") {
  Office office;
  const auto a = office.running_a();
  const auto east = office.venue(a, "东溪村");
  office.service->grant_content(office.secretary(), a, east).value();
  office.service->content_shared(a, east, PeerId::make(), true);
  office.next(a);
  CHECK(office.meeting(a).content_shown() == east);
  office.undo(a);
  CHECK(office.meeting(a).content_shown() == east);
  office.restart();
  CHECK_FALSE(office.meeting(a).content_shown());
  CHECK(office.meeting(a).content_granted() == east);
  CHECK(office.media.content == east);
}

TEST_CASE("the wall's rules are the meeting's, and the next of its series begins with them") {
  Office office;
  auto plan = meeting_a(office.town);
  plan.series = "城运例会";
  const auto a = office.plan(plan);
  office.service->convene(office.secretary(), a).value();
  const std::vector<TileRule> rules{{TileKind::kFixed, unit_of(office.town, "东溪村")},
                                    {TileKind::kVoice, {}}};
  auto with_rest = rules;
  with_rest.push_back({});
  CHECK(code(office.service->set_tile_rules(office.liaison("东溪村"), a, rules)) ==
        ErrorCode::kForbidden);
  CHECK(code(office.service->set_tile_rules(office.secretary(), a,
                                            {{TileKind::kFixed, UnitId::make()}})) ==
        ErrorCode::kInvalid);
  office.service->set_tile_rules(office.secretary(), a, with_rest).value();
  CHECK(office.meeting(a).plan().tiles == rules);
  office.restart();
  CHECK(office.meeting(a).plan().tiles == rules);
  const auto next = office.service->plan_next(office.secretary(), a,
                                              std::chrono::year{2020} / 6 / 24);
  CHECK(office.meeting(next->meeting).plan().tiles == rules);
}
