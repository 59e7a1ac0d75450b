#pragma once
// Who will be seen next, so that media has their pictures ready before anybody presses. Pure
// functions.
#include <optional>
#include <vector>

#include "domain/meeting.h"

namespace huiban::domain {

inline constexpr std::size_t kMaxNextVenues = 3;

// The stage after the step to the next item: its first speaker's venue, else the main venue.
std::optional<VenueId> stage_after_step(const Meeting& meeting);

// At most kMaxNextVenues, the most likely first: the main venue before the start; whom a roll call calls next; then whom "next
// item" shows, who asked first for the floor, who else speaks to the current item, who else asked.
// Only venues that are connected and not on the stage.
std::vector<VenueId> next_venues(const Meeting& meeting);

}  // namespace huiban::domain
