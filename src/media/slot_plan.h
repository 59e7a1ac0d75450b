#pragma once
// Which source each slot of each peer shows; pure functions without state (rules: docs/media.md).
// Any thread.
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "domain/ports.h"
#include "rtc/transport.h"

namespace huiban::media {

enum class Track { kMicrophone, kCamera, kContent };

// A track of a venue: what a slot can show.
struct Shown {
  VenueId venue;
  Track track = Track::kCamera;
  auto operator<=>(const Shown&) const = default;
};

// What the meeting has decided.
struct Stage {
  std::optional<VenueId> main, second;
  std::vector<VenueId> floor;         // open gates, in the order in which they were opened
  std::optional<VenueId> main_venue;  // the chair's
  std::optional<VenueId> content;     // whose screen is sent
};

// Who looks. venue: the seat of a venue page or publisher, the room of a display.
struct Viewer {
  domain::PeerRole role = domain::PeerRole::kVenue;
  std::optional<VenueId> venue;
  std::vector<VenueId> wall;  // wall slots in order
};

// The slots a peer is offered, per kind in the order of its recvonly m-lines.
std::vector<rtc::SlotPlan> slots_for(domain::PeerRole role);

struct Decision {
  // One entry per slot of slots_for(viewer.role), in the same order.
  std::vector<std::optional<Shown>> shown;
  // With more open microphones than slots: these slots (places in shown, empty there) carry the
  // loudest of these venues.
  std::vector<std::size_t> loudest_slots;
  std::vector<VenueId> candidates;
};
Decision decide_slots(const Stage& stage, const Viewer& viewer);

}  // namespace huiban::media
