#include "domain/next_venues.h"

#include <algorithm>

namespace huiban::domain {
namespace {

class NextList {
 public:
  explicit NextList(const Meeting& meeting) : meeting_(meeting) {}

  void add(const std::optional<VenueId>& venue) {
    if (!venue || venues_.size() == kMaxNextVenues || meeting_.stage_main() == venue ||
        meeting_.stage_second() == venue)
      return;
    const auto presence = meeting_.presence().find(*venue);
    if (presence == meeting_.presence().end() || !presence->second.online) return;
    if (std::find(venues_.begin(), venues_.end(), *venue) == venues_.end())
      venues_.push_back(*venue);
  }
  std::vector<VenueId> take() { return std::move(venues_); }

 private:
  const Meeting& meeting_;
  std::vector<VenueId> venues_;
};

}  // namespace

std::optional<VenueId> stage_after_step(const Meeting& meeting) {
  const AgendaItem* next = meeting.next_item();
  if (next && !next->speakers.empty())
    if (const auto venue = meeting.venue_of_speaker(next->speakers.front())) return venue;
  const Venue* main = meeting.main_venue();
  return main ? std::optional(main->id) : std::nullopt;
}

std::vector<VenueId> next_venues(const Meeting& meeting) {
  NextList list(meeting);
  if (meeting.state() != MeetingState::kConvened && meeting.state() != MeetingState::kRunning)
    return {};
  if (const Venue* main = meeting.main_venue(); main && meeting.state() == MeetingState::kConvened)
    list.add(main->id);
  if (const RollCall* call = meeting.running_roll_call())
    for (const auto& venue : next_calls(*call, kMaxNextVenues)) list.add(venue);
  list.add(stage_after_step(meeting));
  const auto& requests = meeting.requests();
  if (!requests.empty()) list.add(requests.front().venue);
  if (const auto current = meeting.current_item())
    if (const AgendaItem* item = meeting.find_item(*current))
      for (const auto& speaker : item->speakers) list.add(meeting.venue_of_speaker(speaker));
  for (const auto& request : requests) list.add(request.venue);
  return list.take();
}

}  // namespace huiban::domain
