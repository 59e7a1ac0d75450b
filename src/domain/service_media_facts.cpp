// Facts of the line become events, debounced and never dropped; statistics only pass through.
#include <spdlog/spdlog.h>

#include "domain/service_state.h"

namespace huiban::domain {

namespace {

// The same fault of one meeting is one entry of the journal per minute, however often media
// rebuilds.
constexpr auto kSameFault = std::chrono::minutes{1};

const VenuePresence* presence_of(const Meeting& meeting, VenueId venue) {
  const auto found = meeting.presence().find(venue);
  return found == meeting.presence().end() ? nullptr : &found->second;
}

}  // namespace

// Only convened and running meetings have lines.
Meeting* Service::open_meeting_with(MeetingId id, VenueId venue) {
  const auto meeting = meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning});
  return meeting && (*meeting)->find_venue(venue) ? *meeting : nullptr;
}

// What media said last: of a line that waits for the store, else what is stored.
Service::Line Service::line_of(const Meeting& meeting, VenueId venue) const {
  if (const auto lines = state_->unstored_lines.find(meeting.id());
      lines != state_->unstored_lines.end())
    if (const auto line = lines->second.find(venue); line != lines->second.end())
      return line->second;
  const VenuePresence* stored = presence_of(meeting, venue);
  if (!stored) return {};
  return {stored->online, stored->peer.value_or(PeerId{}), stored->lost_at.value_or(UtcTime{})};
}

// While the store refuses facts (disk full), what is true now of each line is kept and stored as
// soon as it can be; what changed and changed back meanwhile is not.
void Service::store_line(Meeting& meeting, VenueId venue, const Line& line) {
  const VenuePresence* stored = presence_of(meeting, venue);
  const bool was_online = stored && stored->online;
  const auto old_peer = stored ? stored->peer.value_or(PeerId{}) : PeerId{};
  std::optional<EventPayload> fact;
  if (line.online && was_online && old_peer != line.peer)
    fact = VenueTakenOver{venue, old_peer, line.peer};
  else if (line.online && !was_online && stored && old_peer == line.peer)
    fact = VenueBack{venue, line.peer};
  else if (line.online && !was_online)
    fact = VenueJoined{venue, line.peer};
  else if (!line.online && was_online)
    fact = VenueLost{venue, old_peer, line.last_packet};
  auto& waiting = state_->unstored_lines[meeting.id()];
  if (fact) {
    const auto result = commit(meeting, {CommandId::make(), Actor{}}, {std::move(*fact)});
    if (!result) {
      if (waiting.insert_or_assign(venue, line).second)
        spdlog::error("a fact of a line waits for the store: {}", result.error().en);
      return;
    }
  }
  waiting.erase(venue);
  if (waiting.empty()) state_->unstored_lines.erase(meeting.id());
}

void Service::store_waiting_lines(MeetingId id) {
  const auto waiting = state_->unstored_lines.find(id);
  if (waiting == state_->unstored_lines.end()) return;
  const auto lines = waiting->second;
  for (const auto& [venue, line] : lines) {
    Meeting* meeting = open_meeting_with(id, venue);
    if (!meeting) return void(state_->unstored_lines.erase(id));  // ended: no line counts any more
    store_line(*meeting, venue, line);
  }
}

void Service::venue_joined(MeetingId id, VenueId venue, PeerId peer) {
  Meeting* meeting = open_meeting_with(id, venue);
  if (!meeting) return;
  const Line before = line_of(*meeting, venue);
  if (!before.online || before.peer != peer) store_line(*meeting, venue, {true, peer, {}});
}

// A connection that another one took over does not come back.
void Service::venue_back(MeetingId id, VenueId venue, PeerId peer) {
  Meeting* meeting = open_meeting_with(id, venue);
  if (meeting && !line_of(*meeting, venue).online) store_line(*meeting, venue, {true, peer, {}});
}

// A loss of a connection that was taken over in the meantime is nobody's loss.
void Service::venue_lost(MeetingId id, VenueId venue, PeerId peer, UtcTime last_packet) {
  Meeting* meeting = open_meeting_with(id, venue);
  if (!meeting) return;
  const Line before = line_of(*meeting, venue);
  if (!before.online || before.peer != peer) return;
  store_line(*meeting, venue, {false, peer, std::min(last_packet, clock_.now())});
  write_lines();
}

void Service::venue_taken_over(MeetingId id, VenueId venue, PeerId, PeerId new_peer) {
  venue_joined(id, venue, new_peer);
}

void Service::slot_shown(MeetingId id, PeerId peer, const std::string& slot,
                         std::optional<VenueId> venue) {
  if (state_->publisher) state_->publisher->slot_shown(id, peer, slot, venue);
}

// Comes every second, which is also when facts that wait are tried again.
void Service::figures(MeetingId id, const std::vector<VenueFigures>& venues) {
  store_waiting_lines(id);
  if (const Meeting* meeting = find_meeting(id)) remember_lines(*meeting, venues);
  hear_roll_call(id, venues);
  if (state_->publisher) state_->publisher->figures(id, venues);
}

void Service::layers_wanted(MeetingId id, PeerId publisher, std::size_t count) {
  if (state_->publisher) state_->publisher->layers_wanted(id, publisher, count);
}

void Service::peer_closed(MeetingId id, PeerId peer) {
  if (state_->publisher) state_->publisher->peer_closed(id, peer);
}

void Service::media_fault(MeetingId id, const std::string& what) {
  const auto meeting = meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning});
  if (!meeting) return;
  auto& last = state_->last_faults[id];
  const auto now = clock_.now();
  if (last.what == what && now - last.at < kSameFault) return;
  last = {what, now};
  spdlog::error("media of meeting {}: {}", id.str(), what);
  if (auto stored = commit(**meeting, {CommandId::make(), Actor{}}, {MediaFault{what}}); !stored)
    spdlog::error("a media fault was not stored: {}", stored.error().en);
}

}  // namespace huiban::domain
