// What a venue's line is given: the quality ladder (画质阶梯), pictures made ready before they are
// shown, and what is remembered of it from call to call.
#include <spdlog/spdlog.h>

#include "domain/next_venues.h"
#include "domain/service_state.h"

namespace huiban::domain {

namespace {

constexpr auto kWriteLinesEach = std::chrono::minutes{1};
constexpr double kGoodLoss = 0.02;  // with more, the estimate is on its way down

// The unit whose line it is; the main venue's is the office's own, the nil unit.
std::optional<UnitId> line_owner(const Venue& venue) {
  if (venue.kind == VenueKind::kMain) return UnitId{};
  if (venue.units.empty()) return std::nullopt;
  return venue.units.front();
}

}  // namespace

// Everything that media has to know of a meeting that starts, or that the server finds running.
void Service::open_media(const Meeting& meeting) {
  MediaGateway* media = state_->media_of(meeting);
  if (!media) return;
  media->open_meeting(meeting.id(), meeting.venues());
  for (const auto& [venue, rung] : meeting.pinned_rungs())
    media->pin_rung(meeting.id(), venue, rung);
  media->set_content(meeting.id(), meeting.content_granted());
  show(meeting);
  open_gates(meeting);
  state_->next.erase(meeting.id());
  prepare_next(meeting);
}

// After each fact, because nearly each may change who is next.
void Service::prepare_next(const Meeting& meeting) {
  MediaGateway* media = state_->media_of(meeting);
  if (!media) return;
  auto next = next_venues(meeting);
  auto& told = state_->next[meeting.id()];
  if (told == next) return;
  told = next;
  media->set_next(meeting.id(), std::move(next));
}

Result<Applied> Service::pin_rung(const Command& command, MeetingId id, VenueId venue,
                                  std::optional<Rung> rung) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  if (!meeting->find_venue(venue)) return no_venue();
  const auto pinned = meeting->pinned_rungs().find(venue);
  const auto now =
      pinned == meeting->pinned_rungs().end() ? std::nullopt : std::optional(pinned->second);
  if (now == rung) return Applied{meeting->seq()};
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {RungPinned{venue, rung}}));
  if (MediaGateway* media = state_->media_of(*meeting)) media->pin_rung(id, venue, rung);
  return applied;
}

// ---- memory ----

void Service::set_line_memory(LineMemory* memory) {
  state_->line_memory = memory;
}

std::uint32_t Service::remembered_kbps(MeetingId id, VenueId venue) const {
  const Meeting* meeting = find_meeting(id);
  const Venue* found = meeting ? meeting->find_venue(venue) : nullptr;
  const auto owner = found ? line_owner(*found) : std::nullopt;
  if (!owner) return 0;
  const auto line = state_->lines.find(*owner);
  return line == state_->lines.end() ? 0 : line->second.kbps;
}

void Service::remember_lines(const Meeting& meeting, const std::vector<VenueFigures>& venues) {
  const auto now = clock_.now();
  for (const auto& figures : venues) {
    if (figures.estimate_kbps == 0 || figures.loss_down > kGoodLoss) continue;
    const Venue* venue = meeting.find_venue(figures.venue);
    const auto owner = venue ? line_owner(*venue) : std::nullopt;
    if (!owner) continue;
    state_->lines[*owner] = {*owner, figures.estimate_kbps, figures.rung, now};
    state_->changed_lines.insert(*owner);
  }
  if (!state_->lines_written_at) state_->lines_written_at = now;
  if (now - *state_->lines_written_at >= kWriteLinesEach) write_lines();
}

// A store that refuses is asked again a minute later; losing this memory costs a slow start.
void Service::write_lines() {
  state_->lines_written_at = clock_.now();
  if (!state_->line_memory || state_->changed_lines.empty()) return;
  std::vector<LineRecord> lines;
  for (const auto& unit : state_->changed_lines) lines.push_back(state_->lines.at(unit));
  if (const auto written = state_->line_memory->put_lines(lines); !written)
    return spdlog::warn("what lines carry was not stored: {}", written.error().en);
  state_->changed_lines.clear();
}

}  // namespace huiban::domain
