#include <catch2/catch.hpp>
#include <map>

#include "media/slot_plan.h"

namespace huiban::test {
namespace {

using domain::PeerRole;
using media::Shown;
using media::Track;

// 主会场 and branch venues by number; 0 means none.
constexpr int kMain = 1, kEast = 2, kWest = 3, kNorth = 4, kSouth = 5;
constexpr int kLoudest = 99;  // the loudest of several

VenueId venue(int number) {
  UuidBytes bytes{};
  bytes[15] = static_cast<std::uint8_t>(number);
  return VenueId(bytes);
}
std::optional<VenueId> maybe(int number) {
  return number ? std::optional(venue(number)) : std::nullopt;
}
std::vector<VenueId> venues(const std::vector<int>& numbers) {
  std::vector<VenueId> out;
  for (int number : numbers) out.push_back(venue(number));
  return out;
}

media::Stage stage(int main, int second, const std::vector<int>& floor, int main_venue = kMain) {
  return {maybe(main), maybe(second), venues(floor), maybe(main_venue)};
}

// Slot name to venue number, empty slots left out; checks that kinds fit.
std::map<std::string, int> seen(const media::Stage& stage, const media::Viewer& viewer) {
  const auto slots = media::slots_for(viewer.role);
  const auto decision = media::decide_slots(stage, viewer);
  const auto& shown = decision.shown;
  REQUIRE(slots.size() == shown.size());
  std::map<std::string, int> out;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!shown[i]) continue;
    CHECK((shown[i]->track == Track::kCamera) == (slots[i].kind == rtc::MediaKind::kVideo));
    out[slots[i].name] = shown[i]->venue.bytes()[15];
  }
  for (const auto slot : decision.loudest_slots) {
    CHECK(slots[slot].kind == rtc::MediaKind::kAudio);
    CHECK_FALSE(shown[slot]);
    out[slots[slot].name] = kLoudest;
  }
  CHECK(decision.loudest_slots.empty() == decision.candidates.empty());
  return out;
}

std::vector<std::string> names(PeerRole role, rtc::MediaKind kind) {
  std::vector<std::string> out;
  for (const auto& slot : media::slots_for(role))
    if (slot.kind == kind) out.push_back(slot.name);
  return out;
}

using Seen = std::map<std::string, int>;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("slots of each role in m-line order") {
  const Names stage_video{"stage_main", "stage_second", "content"};
  const Names sounds{"sound_1", "sound_2", "sound_3", "content_sound"};
  CHECK(names(PeerRole::kVenue, rtc::MediaKind::kVideo) == stage_video);
  CHECK(names(PeerRole::kVenue, rtc::MediaKind::kAudio) == sounds);

  const auto console = names(PeerRole::kConsole, rtc::MediaKind::kVideo);
  REQUIRE(console.size() == 28);
  CHECK(console[3] == "wall_1");
  CHECK(console[27] == "wall_25");
  CHECK(names(PeerRole::kConsole, rtc::MediaKind::kAudio) == sounds);

  CHECK(names(PeerRole::kDisplay, rtc::MediaKind::kVideo) ==
        Names{"stage_main", "stage_second", "content", "wall_1", "wall_2", "wall_3"});
  CHECK(names(PeerRole::kDisplay, rtc::MediaKind::kAudio).empty());
  CHECK(names(PeerRole::kWatcher, rtc::MediaKind::kVideo) == Names{"stage_main"});
  CHECK(names(PeerRole::kWatcher, rtc::MediaKind::kAudio) == Names{"sound_1"});
  CHECK(media::slots_for(PeerRole::kPublisher).empty());
}

TEST_CASE("stage picture and its sound are in sync, nothing else is") {
  for (const auto& slot : media::slots_for(PeerRole::kVenue)) {
    const bool stage = slot.name == "stage_main" || slot.name == "sound_1";
    CHECK((slot.msid == "stage") == stage);
  }
}

TEST_CASE("what a venue page sees and hears") {
  struct Row {
    const char* what;
    media::Stage stage;
    int own;
    Seen seen;
  };
  const Row rows[] = {
      {"before the start nothing", stage(0, 0, {}), kEast, {}},
      {"the chair speaks",
       stage(kMain, 0, {kMain}),
       kEast,
       {{"stage_main", kMain}, {"sound_1", kMain}}},
      {"the chair does not see or hear itself", stage(kMain, 0, {kMain}), kMain, {}},
      {"a closed gate is not heard, its picture stays",
       stage(kEast, 0, {kMain}),
       kWest,
       {{"stage_main", kEast}, {"sound_2", kMain}}},
      {"a branch on the stage: others see it",
       stage(kEast, kMain, {kMain, kEast}),
       kWest,
       {{"stage_main", kEast}, {"stage_second", kMain}, {"sound_1", kEast}, {"sound_2", kMain}}},
      {"a branch on the stage sees the main venue, once",
       stage(kEast, kMain, {kMain, kEast}),
       kEast,
       {{"stage_main", kMain}, {"sound_1", kMain}}},
      {"and the second beside it",
       stage(kEast, kWest, {kMain, kEast, kWest}),
       kEast,
       {{"stage_main", kMain}, {"stage_second", kWest}, {"sound_1", kMain}, {"sound_2", kWest}}},
      {"main venue on the stage sees the second",
       stage(kMain, kWest, {kMain, kWest}),
       kMain,
       {{"stage_main", kWest}, {"sound_1", kWest}}},
      {"or the most recent other speaker",
       stage(kMain, 0, {kMain, kEast, kWest}),
       kMain,
       {{"stage_main", kWest}, {"sound_1", kWest}, {"sound_2", kEast}}},
      {"or nothing", stage(kMain, 0, {kMain}), kMain, {}},
      {"its own second picture is not sent back",
       stage(kMain, kEast, {kMain, kEast}),
       kEast,
       {{"stage_main", kMain}, {"sound_1", kMain}}},
      {"main venue first, then the order of grants",
       stage(kNorth, 0, {kEast, kMain, kWest, kNorth}),
       kSouth,
       {{"stage_main", kNorth}, {"sound_1", kNorth}, {"sound_2", kMain}, {"sound_3", kLoudest}}},
      {"without the chair both go to the loudest",
       stage(kNorth, 0, {kEast, kWest, kNorth, kSouth}),
       kMain,
       {{"stage_main", kNorth}, {"sound_1", kNorth}, {"sound_2", kLoudest}, {"sound_3", kLoudest}}},
      {"own sound leaves its place to the next",
       stage(kNorth, 0, {kMain, kEast, kWest, kNorth}),
       kEast,
       {{"stage_main", kNorth}, {"sound_1", kNorth}, {"sound_2", kMain}, {"sound_3", kWest}}},
      {"stage without the floor leaves sound 1 empty",
       stage(kNorth, 0, {kMain, kEast}),
       kSouth,
       {{"stage_main", kNorth}, {"sound_2", kMain}, {"sound_3", kEast}}},
      {"no main venue known: second, then speakers",
       stage(kEast, 0, {kEast, kWest}, 0),
       kEast,
       {{"stage_main", kWest}, {"sound_1", kWest}}},
      {"no stage at all: voices still come",
       stage(0, 0, {kMain, kEast}),
       kEast,
       {{"sound_2", kMain}}},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    CHECK(seen(row.stage, {PeerRole::kVenue, venue(row.own), {}}) == row.seen);
  }
}

TEST_CASE("who goes first on a thin line, and what a place is worth") {
  using rtc::Priority;
  for (const auto& slot : media::slots_for(PeerRole::kConsole)) {
    INFO(slot.name);
    const bool wall = slot.name.starts_with("wall_");
    CHECK((slot.priority == Priority::kSound) == (slot.kind == rtc::MediaKind::kAudio));
    CHECK((slot.priority == Priority::kContent) == (slot.name == "content"));
    CHECK((slot.priority == Priority::kStage) == (slot.name == "stage_main"));
    CHECK((slot.priority == Priority::kSecond) == (slot.name == "stage_second"));
    CHECK((slot.priority == Priority::kWall) == wall);
    CHECK(slot.max_layer == (wall ? 0U : slot.name == "stage_second" ? 1U : 2U));
  }
  for (const auto& slot : media::slots_for(PeerRole::kDisplay))
    CHECK((slot.max_layer == 0) == slot.name.starts_with("wall_"));
}

TEST_CASE("with more microphones than slots the loudest of the others are heard") {
  const auto decision = media::decide_slots(stage(kNorth, 0, {kMain, kEast, kWest, kNorth}),
                                            {PeerRole::kVenue, venue(kSouth), {}});
  CHECK(decision.candidates == venues({kEast, kWest}));
  CHECK(decision.loudest_slots == std::vector<std::size_t>{5});
  // Two others fit as they are.
  CHECK(media::decide_slots(stage(kNorth, 0, {kMain, kEast, kNorth}),
                            {PeerRole::kVenue, venue(kSouth), {}})
            .candidates.empty());
}

TEST_CASE("console and display see the true stage") {
  const auto now = stage(kEast, kMain, {kMain, kEast, kWest, kNorth});
  const auto wall = venues({kWest, kNorth, kMain, kSouth});
  // The secretary's console stands in the main venue and hears everybody, the main venue too.
  CHECK(seen(now, {PeerRole::kConsole, venue(kMain), wall}) == Seen{{"stage_main", kEast},
                                                                    {"stage_second", kMain},
                                                                    {"sound_1", kEast},
                                                                    {"sound_2", kMain},
                                                                    {"sound_3", kLoudest},
                                                                    {"wall_1", kWest},
                                                                    {"wall_2", kNorth},
                                                                    {"wall_3", kMain},
                                                                    {"wall_4", kSouth}});
  // A display in the room that is on the stage: true stage, three tiles, no sound.
  CHECK(seen(now, {PeerRole::kDisplay, venue(kEast), wall}) == Seen{{"stage_main", kEast},
                                                                    {"stage_second", kMain},
                                                                    {"wall_1", kWest},
                                                                    {"wall_2", kNorth},
                                                                    {"wall_3", kMain}});
  CHECK(seen(now, {PeerRole::kConsole, std::nullopt, {}}).count("wall_1") == 0);
}

TEST_CASE("a watcher gets the stage and its sound") {
  const auto now = stage(kEast, kMain, {kMain, kEast});
  CHECK(seen(now, {PeerRole::kWatcher, std::nullopt, {}}) ==
        Seen{{"stage_main", kEast}, {"sound_1", kEast}});
  // In the room that is on the stage it would be an echo.
  CHECK(seen(now, {PeerRole::kWatcher, venue(kEast), {}}) ==
        Seen{{"stage_main", kMain}, {"sound_1", kMain}});
  CHECK(seen(stage(kEast, 0, {kMain}), {PeerRole::kWatcher, std::nullopt, {}}) ==
        Seen{{"stage_main", kEast}});
  CHECK(media::decide_slots(now, {PeerRole::kPublisher, venue(kEast), {}}).shown.empty());
}

TEST_CASE("no venue ever gets its own sound and no sound comes twice") {
  for (int main = 0; main <= kSouth; ++main)
    for (int second = 0; second <= kSouth; ++second)
      for (int open = 0; open < 32; ++open) {
        std::vector<int> floor;
        for (int v = kSouth; v >= kMain; --v)
          if (open & (1 << (v - 1))) floor.push_back(v);
        for (int own = kMain; own <= kSouth; ++own) {
          std::vector<VenueId> heard;
          const auto decision =
              media::decide_slots(stage(main, second, floor), {PeerRole::kVenue, venue(own), {}});
          for (const auto& candidate : decision.candidates) {
            REQUIRE(candidate != venue(own));
            heard.push_back(candidate);
          }
          REQUIRE((decision.candidates.empty() ||
                   decision.candidates.size() > decision.loudest_slots.size()));
          for (const auto& shown : decision.shown) {
            if (!shown) continue;
            REQUIRE(shown->venue != venue(own));
            if (shown->track == Track::kMicrophone) heard.push_back(shown->venue);
          }
          std::sort(heard.begin(), heard.end());
          REQUIRE(std::adjacent_find(heard.begin(), heard.end()) == heard.end());
        }
      }
}

}  // namespace huiban::test
