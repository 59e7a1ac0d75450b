// Roll call: 40 branches of which 6 do not answer; order, times, second round, result; skip, stop,
// mark by hand, and what may not happen meanwhile.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;
using std::chrono::seconds;

namespace {

class Evidence final : public EvidenceStore {
 public:
  Result<std::string> put(const std::string& bytes) override {
    kept.push_back(bytes);
    return "still-" + std::to_string(kept.size());
  }
  Result<std::string> get(const std::string&) override { return std::string(); }
  Result<void> drop(const std::string&) override { return {}; }
  std::vector<std::string> kept;
};

struct Scene {
  Scene() : id(office.running_a()) {
    office.service->set_evidence(&evidence);
    for (const auto& venue : office.meeting(id).venues())
      if (venue.kind == VenueKind::kBranch && branches.size() < 40) branches.push_back(venue.id);
    main = office.venue(id, "主会场");
    for (const auto& venue : branches) office.service->venue_joined(id, venue, PeerId::make());
  }
  Answer start(RollCallPlan plan = {}) {
    return office.run([&](Service::Done done) {
      office.service->start_roll_call(office.secretary(), id, plan, std::move(done));
    });
  }
  Answer skip(VenueId venue) {
    return office.run([&](Service::Done done) {
      office.service->skip_roll_call(office.secretary(), id, venue, std::move(done));
    });
  }
  Answer stop() {
    return office.run([&](Service::Done done) {
      office.service->stop_roll_call(office.secretary(), id, std::move(done));
    });
  }
  const RollCall& call() const { return office.meeting(id).roll_calls().back(); }
  const RollCallRow& row(VenueId venue) const { return *call().find(venue); }
  void tick(seconds by = seconds{1}) {
    office.clock.step(by);
    office.service->advance_roll_calls();
  }
  void hear(int others, std::optional<std::pair<VenueId, int>> loud = std::nullopt) {
    std::vector<VenueFigures> figures;
    for (const auto& venue : branches) {
      VenueFigures one;
      one.venue = venue;
      one.level_dbov = loud && loud->first == venue ? loud->second : others;
      figures.push_back(one);
    }
    office.service->figures(id, figures);
  }
  Command of(VenueId venue) const {
    return office.device(id, office.meeting(id).find_venue(venue)->name);
  }

  Office office;
  MeetingId id;
  Evidence evidence;
  std::vector<VenueId> branches;
  VenueId main;
};

bool applied(const Answer& answer) {
  return answer->has_value() && (*answer)->has_value();
}

}  // namespace

TEST_CASE("roll call over 40 branches of which 6 do not answer") {
  Scene s;
  REQUIRE(s.branches.size() == 40);
  s.office.media.still = "jpeg";
  const std::set<std::size_t> silent{3, 7, 11, 19, 25, 38};
  const std::set<std::size_t> late{7, 25};  // they answer when called again
  REQUIRE(s.office.service->grant_floor(s.office.secretary(), s.id, s.branches[9]).has_value());
  const auto floor_before = s.office.meeting(s.id).floor();
  const auto stage_before = s.office.meeting(s.id).stage_main();

  RollCallPlan plan;
  plan.answer_within = seconds{10};
  REQUIRE(applied(s.start(plan)));
  std::vector<VenueId> order;
  for (int round = 1; round <= 2; ++round) {
    for (std::size_t i = 0; i < s.branches.size(); ++i) {
      const auto venue = s.branches[i];
      if (round == 2 && !silent.count(i)) continue;
      INFO("round " << round << ", branch " << i);
      REQUIRE(s.call().current == venue);
      CHECK(s.call().round == round);
      order.push_back(venue);
      // On stage and heard, everybody else muted, the next one made ready.
      CHECK(s.office.media.stage_main == venue);
      CHECK(s.office.media.gates == std::set<VenueId>{s.main, venue});
      if (round == 1 && i + 1 < s.branches.size())
        CHECK(s.office.media.next.front() == s.branches[i + 1]);
      if (!silent.count(i) || (round == 2 && late.count(i))) {
        s.office.clock.step(seconds{2});
        if (i % 2 == 0)
          s.hear(-70, std::pair(venue, -28));
        else
          REQUIRE(s.office.service->answer_roll_call(s.of(venue), s.id, venue).has_value());
        CHECK(s.row(venue).outcome == RollCallOutcome::kAnswered);
        CHECK(s.row(venue).after == seconds{2});
        if (i % 2 == 0) CHECK(s.row(venue).level_dbov == -28);
        CHECK(s.row(venue).sign == (i % 2 == 0 ? RollCallSign::kLevel : RollCallSign::kButton));
        CHECK(!s.row(venue).still.empty());
        s.tick();
        CHECK(s.call().current == venue);  // the answer is heard to its end
        s.tick();
      } else {
        s.tick(seconds{9});
        CHECK(s.call().current == venue);
        s.hear(-70);
        s.tick();
        CHECK(s.row(venue).outcome == RollCallOutcome::kNoAnswer);
        CHECK(s.row(venue).after == seconds{10});
      }
    }
  }
  CHECK(order.size() == 46);
  REQUIRE(!s.call().running());
  CHECK(!s.call().stopped);
  std::size_t answered = 0;
  for (const auto& row : s.call().rows) answered += row.outcome == RollCallOutcome::kAnswered;
  CHECK(answered == 36);
  CHECK(s.evidence.kept.size() == 36);
  CHECK(s.row(s.branches[7]).round == 2);
  CHECK(s.row(s.branches[8]).round == 1);
  // Stage and microphones are as they were.
  CHECK(s.office.meeting(s.id).floor() == floor_before);
  CHECK(s.office.media.gates == std::set<VenueId>(floor_before.begin(), floor_before.end()));
  CHECK(s.office.meeting(s.id).stage_main() == stage_before);
  // Evidence, not a sign-in.
  CHECK(s.office.service->attendance_of(s.id).total.present == 0);
}

TEST_CASE("a noisy room is no answer; a level of before the call is none either") {
  Scene s;
  s.hear(-40);
  REQUIRE(applied(s.start()));
  const auto first = s.branches[0];
  s.hear(-40);
  s.office.clock.step(Milliseconds{500});
  s.hear(-70, std::pair(first, -20));  // measured while the call was half a second old
  CHECK(s.row(first).outcome == RollCallOutcome::kWaiting);
  s.tick(seconds{2});
  s.hear(-40);  // louder than the threshold, and as loud as before
  CHECK(s.row(first).outcome == RollCallOutcome::kWaiting);
  s.office.clock.step(seconds{1});
  s.hear(-40, std::pair(first, -28));
  CHECK(s.row(first).outcome == RollCallOutcome::kAnswered);
}

TEST_CASE("the secretary skips, marks and stops; the skipped are called again") {
  Scene s;
  RollCallPlan plan;
  plan.venues = {s.branches[2], s.branches[0], s.branches[1]};  // office order all the same
  REQUIRE(applied(s.start(plan)));
  CHECK(s.call().current == s.branches[0]);
  REQUIRE(applied(s.skip(s.branches[0])));
  // The second of two who press at once does not skip one more.
  const auto twice = s.skip(s.branches[0]);
  REQUIRE(!applied(twice));
  CHECK((*twice)->error().code == ErrorCode::kConflict);
  CHECK(s.call().current == s.branches[1]);
  auto& service = *s.office.service;
  REQUIRE(service.mark_roll_call(s.office.secretary(), s.id, s.branches[1],
                                 RollCallOutcome::kAnswered).has_value());
  CHECK(s.row(s.branches[1]).sign == RollCallSign::kSecretary);
  // Known to be away: not called at all.
  REQUIRE(service.mark_roll_call(s.office.leader(), s.id, s.branches[2],
                                 RollCallOutcome::kNoAnswer).has_value());
  s.tick(seconds{2});
  CHECK(s.call().current == s.branches[0]);
  CHECK(s.call().round == 2);
  REQUIRE(applied(s.stop()));
  CHECK(s.call().stopped);
  CHECK(s.office.media.gates == std::set<VenueId>{s.main});
  // The result is corrected afterwards.
  REQUIRE(service.mark_roll_call(s.office.secretary(), s.id, s.branches[0],
                                 RollCallOutcome::kAnswered).has_value());
  CHECK(s.row(s.branches[0]).outcome == RollCallOutcome::kAnswered);
  CHECK(!applied(s.stop()));
}

TEST_CASE("while the roll is called the stage and the floor are the roll call's") {
  Scene s;
  REQUIRE(applied(s.start()));
  auto& office = s.office;
  CHECK(!office.service->set_stage(office.secretary(), s.id, s.branches[5], {}).has_value());
  CHECK(!office.service->grant_floor(office.secretary(), s.id, s.branches[5]).has_value());
  CHECK(!applied(office.next(s.id)));
  CHECK(!applied(s.start()));
  // Only the called venue answers, and only for itself.
  CHECK(!office.service->answer_roll_call(s.of(s.branches[1]), s.id, s.branches[1]).has_value());
  CHECK(!office.service->answer_roll_call(s.of(s.branches[1]), s.id, s.branches[0]).has_value());
  CHECK(!office.service->mark_roll_call(s.of(s.branches[0]), s.id, s.branches[0],
                                        RollCallOutcome::kAnswered).has_value());
  // Silence for all is never refused: it ends the roll call.
  CHECK(applied(office.mute_all(s.id)));
  CHECK(!s.call().running());
  CHECK(office.media.gates == std::set<VenueId>{s.main});
}

TEST_CASE("a roll call goes on after a restart, and ends with the meeting") {
  Scene s;
  REQUIRE(applied(s.start()));
  s.tick(seconds{15});
  REQUIRE(s.call().current == s.branches[1]);
  s.office.clock.step(seconds{3});
  s.office.restart();
  CHECK(s.call().current == s.branches[1]);
  CHECK(s.office.media.gates == std::set<VenueId>{s.main, s.branches[1]});
  s.tick(seconds{15});
  CHECK(s.call().current == s.branches[2]);
  CHECK(applied(s.office.end(s.id)));
  CHECK(!s.call().running());
  CHECK(s.call().stopped);
}

TEST_CASE("nobody is connected: there is nobody to call") {
  Office office;
  const auto id = office.running_a();
  const auto answer = office.run([&](Service::Done done) {
    office.service->start_roll_call(office.secretary(), id, {}, std::move(done));
  });
  REQUIRE(!applied(answer));
  CHECK((*answer)->error().code == ErrorCode::kConflict);
  RollCallPlan all;
  all.connected_only = false;
  CHECK(applied(office.run([&](Service::Done done) {
    office.service->start_roll_call(office.secretary(), id, all, std::move(done));
  })));
}
