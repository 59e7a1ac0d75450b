// Facts of the line become events, debounced and never dropped; statistics only pass through.
#include <spdlog/spdlog.h>

#include "domain/service_state.h"

namespace huiban::domain {

void Service::commit_fact(Meeting& meeting, EventPayload payload) {
  const Command command{CommandId::make(), Actor{}};
  if (auto stored = commit(meeting, command, {std::move(payload)}); !stored)
    spdlog::error("a fact of the line was not stored: {}", stored.error().detail);
}

void Service::venue_joined(MeetingId id, VenueId venue, PeerId peer) {
  const auto meeting = meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning});
  if (!meeting || !(*meeting)->find_venue(venue)) return;
  const auto found = (*meeting)->presence().find(venue);
  const bool online = found != (*meeting)->presence().end() && found->second.online;
  if (online && found->second.peer == peer) return;
  if (online)
    commit_fact(**meeting, VenueTakenOver{venue, found->second.peer.value_or(PeerId{}), peer});
  else
    commit_fact(**meeting, VenueJoined{venue, peer});
}

void Service::venue_back(MeetingId id, VenueId venue, PeerId peer) {
  const auto meeting = meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning});
  if (!meeting || !(*meeting)->find_venue(venue)) return;
  const auto found = (*meeting)->presence().find(venue);
  if (found != (*meeting)->presence().end() && found->second.online && found->second.peer == peer)
    return;
  commit_fact(**meeting, VenueBack{venue, peer});
}

// A loss reported of a connection that was taken over in the meantime is nobody's loss.
void Service::venue_lost(MeetingId id, VenueId venue, PeerId peer, UtcTime last_packet) {
  const auto meeting = meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning});
  if (!meeting) return;
  const auto found = (*meeting)->presence().find(venue);
  if (found == (*meeting)->presence().end() || !found->second.online || found->second.peer != peer)
    return;
  commit_fact(**meeting, VenueLost{venue, peer, std::min(last_packet, clock_.now())});
}

void Service::venue_taken_over(MeetingId id, VenueId venue, PeerId, PeerId new_peer) {
  venue_joined(id, venue, new_peer);
}

void Service::slot_shown(MeetingId id, PeerId peer, const std::string& slot,
                         std::optional<VenueId> venue) {
  if (state_->publisher) state_->publisher->slot_shown(id, peer, slot, venue);
}

void Service::figures(MeetingId id, const std::vector<VenueFigures>& venues) {
  if (state_->publisher) state_->publisher->figures(id, venues);
}

void Service::media_fault(MeetingId id, const std::string& what) {
  spdlog::error("media of meeting {}: {}", id.str(), what);
  const auto meeting = meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning});
  if (meeting) commit_fact(**meeting, MediaFault{what});
}

}  // namespace huiban::domain
