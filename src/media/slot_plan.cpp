#include "media/slot_plan.h"

#include <algorithm>

namespace huiban::media {
namespace {

using domain::PeerRole;
using Venue = std::optional<VenueId>;

constexpr std::size_t kSounds = 3;        // sound_1 ... sound_3
constexpr std::size_t kConsoleWall = 25;  // the largest page of the wall, 5 x 5
constexpr std::size_t kDisplayWall = 3;
// What their places on a page are worth: a corner of the stage 360p, a tile of a wall 180p.
constexpr rtc::Layer kSecondLayer = 1, kTileLayer = 0;

bool contains(const std::vector<VenueId>& venues, const Venue& venue) {
  return venue && std::find(venues.begin(), venues.end(), *venue) != venues.end();
}

// Venue pages and watchers sit in a room whose own sound and picture they must not get back.
bool sits_in_venue(const Viewer& viewer) {
  return viewer.venue && (viewer.role == PeerRole::kVenue || viewer.role == PeerRole::kWatcher);
}

std::size_t wall_size(PeerRole role) {
  if (role == PeerRole::kConsole) return kConsoleWall;
  return role == PeerRole::kDisplay ? kDisplayWall : 0;
}

// What a venue sees while it is itself on the stage.
Venue instead_of_own_picture(const Stage& stage, VenueId own) {
  if (stage.main_venue && stage.main_venue != own) return stage.main_venue;
  if (stage.second && stage.second != own) return stage.second;
  const auto other = std::find_if(stage.floor.rbegin(), stage.floor.rend(),
                                  [&](VenueId venue) { return venue != own; });
  return other == stage.floor.rend() ? Venue{} : Venue{*other};
}

Venue main_picture(const Stage& stage, const Viewer& viewer) {
  if (sits_in_venue(viewer) && stage.main == viewer.venue)
    return instead_of_own_picture(stage, *viewer.venue);
  return stage.main;
}

// A venue's second picture is neither its own nor a double of what it already sees.
Venue second_picture(const Stage& stage, const Viewer& viewer, const Venue& main) {
  if (sits_in_venue(viewer) && (stage.second == viewer.venue || stage.second == main)) return {};
  return stage.second;
}

// Open gates with the chair first, without those that this viewer must not hear or already hears.
std::vector<VenueId> other_voices(const Stage& stage, const Viewer& viewer, const Venue& first) {
  std::vector<VenueId> voices;
  if (contains(stage.floor, stage.main_venue)) voices.push_back(*stage.main_venue);
  for (const auto& venue : stage.floor)
    if (!contains(voices, venue)) voices.push_back(venue);
  std::erase_if(voices, [&](VenueId venue) {
    return venue == first || (sits_in_venue(viewer) && venue == viewer.venue);
  });
  return voices;
}

void add_slot(std::vector<rtc::SlotPlan>& slots, const std::string& name, rtc::MediaKind kind) {
  rtc::SlotPlan slot{name, kind, name};
  // RFC 8830: tracks of one msid are played in sync, here the stage and its sound.
  if (name == "stage_main" || name == "sound_1") slot.msid = "stage";
  if (kind == rtc::MediaKind::kAudio) {
    slot.priority = rtc::Priority::kSound;
  } else if (name == "content") {
    slot.priority = rtc::Priority::kContent;
  } else if (name == "stage_second") {
    slot.priority = rtc::Priority::kSecond;
    slot.max_layer = kSecondLayer;
  } else if (name.starts_with("wall_")) {
    slot.priority = rtc::Priority::kWall;
    slot.max_layer = kTileLayer;
  }
  slots.push_back(std::move(slot));
}

}  // namespace

std::vector<rtc::SlotPlan> slots_for(PeerRole role) {
  std::vector<rtc::SlotPlan> slots;
  if (role == PeerRole::kPublisher || role == PeerRole::kSharer) return slots;
  if (role == PeerRole::kTester) {
    add_slot(slots, "sound_1", rtc::MediaKind::kAudio);
    return slots;
  }
  add_slot(slots, "stage_main", rtc::MediaKind::kVideo);
  if (role == PeerRole::kWatcher) {
    add_slot(slots, "sound_1", rtc::MediaKind::kAudio);
    return slots;
  }
  add_slot(slots, "stage_second", rtc::MediaKind::kVideo);
  add_slot(slots, "content", rtc::MediaKind::kVideo);
  for (std::size_t i = 1; i <= wall_size(role); ++i)
    add_slot(slots, "wall_" + std::to_string(i), rtc::MediaKind::kVideo);
  if (role == PeerRole::kDisplay) return slots;
  for (std::size_t i = 1; i <= kSounds; ++i)
    add_slot(slots, "sound_" + std::to_string(i), rtc::MediaKind::kAudio);
  add_slot(slots, "content_sound", rtc::MediaKind::kAudio);
  return slots;
}

Decision decide_slots(const Stage& stage, const Viewer& viewer) {
  const Venue main = main_picture(stage, viewer);
  const Venue second = second_picture(stage, viewer, main);
  const Venue first_voice =
      contains(stage.floor, main) && !(sits_in_venue(viewer) && main == viewer.venue) ? main
                                                                                      : Venue{};
  auto others = other_voices(stage, viewer, first_voice);
  // The chair is heard whatever else is said; the loudest of the others take the remaining slots.
  const std::size_t fixed = others.size() < kSounds                     ? others.size()
                            : stage.main_venue == Venue{others.front()} ? 1
                                                                        : 0;
  const auto picture = [](const Venue& venue) {
    return venue ? std::optional<Shown>({*venue, Track::kCamera}) : std::nullopt;
  };
  const auto sound = [](const Venue& venue) {
    return venue ? std::optional<Shown>({*venue, Track::kMicrophone}) : std::nullopt;
  };

  Decision decision;
  for (const auto& slot : slots_for(viewer.role)) {
    auto& shown = decision.shown.emplace_back();
    if (slot.name == "stage_main") {
      shown = picture(main);
    } else if (slot.name == "stage_second") {
      shown = picture(second);
    } else if (slot.name == "sound_1") {
      shown = sound(first_voice);
    } else if (slot.name.starts_with("sound_")) {
      const auto place = static_cast<std::size_t>(slot.name.back() - '2');
      if (place < fixed)
        shown = sound(others[place]);
      else if (fixed < others.size())
        decision.loudest_slots.push_back(decision.shown.size() - 1);
    } else if (slot.name.starts_with("wall_")) {
      const auto place = std::stoul(slot.name.substr(5)) - 1;
      if (place < viewer.wall.size()) shown = picture(viewer.wall[place]);
    } else if (slot.name == "content") {
      // The page that shares has it before itself; the room's display shows it to the hall.
      if (stage.content && !(sits_in_venue(viewer) && stage.content == viewer.venue))
        shown = Shown{*stage.content, Track::kContent};
    }  // content_sound: a screen is shared without sound
  }
  if (!decision.loudest_slots.empty())
    decision.candidates.assign(others.begin() + static_cast<std::ptrdiff_t>(fixed), others.end());
  return decision;
}

}  // namespace huiban::media
