// Held seats: a venue whose line is lost keeps floor, place in the queue and stage for the set
// time; then they are taken, once, and the chair may give them again.
#include <spdlog/spdlog.h>

#include "domain/service_state.h"

namespace huiban::domain {

namespace {

std::string words_of(Milliseconds hold) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(hold).count();
  return "断线超过 " + std::to_string(minutes) + " 分钟";
}

// What the venue has beside its seat.
void take_from(const Meeting& meeting, VenueId venue, const std::string& reason,
               std::vector<EventPayload>& events) {
  if (meeting.has_floor(venue)) events.push_back(FloorRevoked{venue, reason});
  const auto& requests = meeting.requests();
  if (std::any_of(requests.begin(), requests.end(),
                  [&](const FloorRequest& request) { return request.venue == venue; }))
    events.push_back(FloorRequestWithdrawn{venue});
}

// The stage without the venues: the main venue instead of the main picture, none instead of the
// second.
std::optional<StageChanged> stage_without(const Meeting& meeting,
                                          const std::vector<VenueId>& venues) {
  const auto gone = [&](const std::optional<VenueId>& venue) {
    return venue && std::find(venues.begin(), venues.end(), *venue) != venues.end();
  };
  StageChanged stage{meeting.stage_main(), meeting.stage_second()};
  if (!gone(stage.main) && !gone(stage.second)) return std::nullopt;
  if (gone(stage.main))
    stage.main = meeting.main_venue() ? std::optional(meeting.main_venue()->id) : std::nullopt;
  if (gone(stage.second) || stage.second == stage.main) stage.second.reset();
  return stage;
}

}  // namespace

// Only lines lost since the start: before it there was nothing to hold, and what the chair gives to
// a venue that has not come yet waits for it. A line that is back but not stored yet counts as
// back.
std::vector<VenueId> Service::seats_run_out(const Meeting& meeting) const {
  std::vector<VenueId> list;
  const Venue* main = meeting.main_venue();
  for (const auto& [venue, line] : meeting.presence()) {
    if (main && venue == main->id) continue;
    const auto until = meeting.held_until(venue, settings_.attendance.hold);
    if (until && *until <= clock_.now() && *line.lost_at >= *meeting.started_at() &&
        !line_of(meeting, venue).online)
      list.push_back(venue);
  }
  return list;
}

void Service::release_seats() {
  for (const auto& [id, meeting] : state_->meetings) {
    // A roll call puts back stage and floor at its end; seats run out after it.
    if (meeting.state() != MeetingState::kRunning || meeting.running_roll_call() ||
        seats_run_out(meeting).empty())
      continue;
    const auto& gates = state_->gates[id];
    const auto releases = [](const GateCommand& step) {
      return step.kind == GateCommand::Kind::kRelease;
    };
    if ((gates.running && releases(*gates.running)) ||
        std::any_of(gates.waiting.begin(), gates.waiting.end(), releases))
      continue;
    change_floor({GateCommand::Kind::kRelease,
                  {CommandId::make(), Actor{}},
                  id,
                  [](Result<Applied> stored) {
                    if (!stored) spdlog::debug("seats are not released: {}", stored.error().en);
                  },
                  [this](const Meeting& now) -> Result<std::vector<EventPayload>> {
                    const auto venues = seats_run_out(now);
                    if (venues.empty()) return wrong_state("席位都在", "No seat has run out");
                    std::vector<EventPayload> events;
                    for (const auto& venue : venues) {
                      events.push_back(SeatReleased{venue});
                      take_from(now, venue, words_of(settings_.attendance.hold), events);
                    }
                    if (const auto stage = stage_without(now, venues)) events.push_back(*stage);
                    return events;
                  }});
  }
}

}  // namespace huiban::domain
