#include "domain/meeting.h"

#include <algorithm>

namespace huiban::domain {

namespace {

template <class List, class Key>
auto find_by_id(const List& list, Key id) -> const typename List::value_type* {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& x) { return x.id == id; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

void Meeting::apply(const StoredEvent& event) {
  seq_ = event.seq;
  last_event_at_ = event.at;
  event_by_ = event.actor.label;
  std::visit([&](const auto& payload) { on(payload, event.at); }, event.payload);
}

const Venue* Meeting::find_venue(VenueId id) const {
  return find_by_id(venues_, id);
}
const Seat* Meeting::find_seat(SeatId id) const {
  return find_by_id(seats_, id);
}
const AgendaItem* Meeting::find_item(AgendaItemId id) const {
  return find_by_id(plan_.agenda, id);
}

// After the last item nothing is current; the items' clocks tell that the agenda is through.
const AgendaItem* Meeting::next_item() const {
  const auto& agenda = plan_.agenda;
  auto next = agenda.begin();
  if (current_item_) {
    next = std::find_if(agenda.begin(), agenda.end(),
                        [&](const AgendaItem& item) { return item.id == *current_item_; });
    if (next != agenda.end()) ++next;
  } else {
    while (next != agenda.end() && item_clocks_.count(next->id)) ++next;
  }
  return next == agenda.end() ? nullptr : &*next;
}

const Venue* Meeting::main_venue() const {
  for (const auto& venue : venues_)
    if (venue.kind == VenueKind::kMain) return &venue;
  return nullptr;
}

bool Meeting::seats_of_unit_in(UnitId unit, VenueId venue) const {
  return std::any_of(seats_.begin(), seats_.end(),
                     [&](const Seat& s) { return s.unit == unit && s.venue == venue; });
}

int Meeting::unit_order(UnitId unit) const {
  for (const auto& seat : seats_)
    if (seat.unit == unit) return seat.unit_order;
  return 0;
}

// Where a speaker sits follows from the expected list, never from the unit. A head without a seat
// of its own sits on the unit's 负责人 seat. Words alone, and who is not in the list, sit nowhere.
std::optional<VenueId> Meeting::venue_of_speaker(const Speaker& speaker) const {
  const auto venue_where = [&](auto matches) -> std::optional<VenueId> {
    const auto found = std::find_if(seats_.begin(), seats_.end(), matches);
    return found == seats_.end() ? std::nullopt : std::optional(found->venue);
  };
  if (speaker.post) {
    const PostId post = *speaker.post;
    if (const auto own = venue_where([&](const Seat& seat) { return seat.post == post; }))
      return own;
    return venue_where([&](const Seat& seat) {
      return std::find(seat.heads.begin(), seat.heads.end(), post) != seat.heads.end();
    });
  }
  if (!speaker.unit) return std::nullopt;
  return venue_where([&](const Seat& seat) { return seat.unit == *speaker.unit; });
}

bool Meeting::has_floor(VenueId id) const {
  return std::find(floor_.begin(), floor_.end(), id) != floor_.end();
}

UtcTime Meeting::without_outage(UtcTime at) const {
  for (const auto& outage : outages_)
    if (at >= outage.from && at < outage.to) return outage.to;
  return at;
}

std::optional<UtcTime> Meeting::held_until(VenueId venue, Milliseconds hold) const {
  const auto found = presence_.find(venue);
  if (found == presence_.end()) return std::nullopt;
  const VenuePresence& line = found->second;
  if (line.online || line.released || !line.lost_at) return std::nullopt;
  return without_outage(*line.lost_at) + hold;
}

void Meeting::on(const MeetingCreated& e, UtcTime) {
  plan_ = e.plan;
}

void Meeting::on(const PlanRevised& e, UtcTime) {
  plan_ = e.plan;
}

void Meeting::on(const MeetingConvened& e, UtcTime) {
  state_ = MeetingState::kConvened;
  number_ = e.number;
  venues_ = e.venues;
  seats_ = e.seats;
}

void Meeting::on(const MeetingStarted&, UtcTime at) {
  state_ = MeetingState::kRunning;
  started_at_ = at;
  if (const Venue* main = main_venue()) {
    stage_main_ = main->id;
    floor_ = {main->id};
  }
}

void Meeting::on(const MeetingCancelled& e, UtcTime) {
  state_ = MeetingState::kCancelled;
  cancelled_ = e;
  requests_.clear();
  for (auto& [venue, presence] : presence_) presence.online = false;
}

void Meeting::on(const MeetingEnded& e, UtcTime at) {
  state_ = MeetingState::kEnded;
  ended_at_ = at;
  minutes_number_ = e.minutes_number;
  if (current_item_) item_clocks_[*current_item_].ended = at;
  current_item_.reset();
  stage_main_.reset();
  stage_second_.reset();
  floor_.clear();
  floor_by_item_.clear();
  requests_.clear();
  content_granted_.reset();
  content_shown_.reset();
  content_peer_.reset();
  for (auto& [venue, presence] : presence_) presence.online = false;
  forget_undo();
}

void Meeting::come_online(VenueId venue, PeerId peer, UtcTime at) {
  auto& presence = presence_[venue];
  if (presence.lost_at) presence.gaps.push_back({*presence.lost_at, at});
  if (!presence.joined_at) presence.joined_at = at;
  presence.lost_at.reset();
  presence.released = false;
  presence.online = true;
  presence.peer = peer;
}

void Meeting::on(const VenueJoined& e, UtcTime at) {
  come_online(e.venue, e.peer, at);
}
void Meeting::on(const VenueBack& e, UtcTime at) {
  come_online(e.venue, e.peer, at);
}
void Meeting::on(const VenueTakenOver& e, UtcTime at) {
  come_online(e.venue, e.new_peer, at);
}

void Meeting::on(const VenueLost& e, UtcTime) {
  auto& presence = presence_[e.venue];
  presence.online = false;
  presence.peer = e.peer;
  presence.lost_at = e.last_packet_at;
}

// What the seat had is taken by events of their own beside this one.
void Meeting::on(const SeatReleased& e, UtcTime) {
  presence_[e.venue].released = true;
}

void Meeting::on(const StageChanged& e, UtcTime) {
  stage_main_ = e.main;
  stage_second_ = e.second;
  forget_undo();
}

void Meeting::on(const FloorRequested& e, UtcTime at) {
  requests_.push_back({e.venue, at});
}

void Meeting::on(const FloorRequestWithdrawn& e, UtcTime) {
  withdraw_request(e.venue);
}

void Meeting::withdraw_request(VenueId venue) {
  std::erase_if(requests_, [&](const FloorRequest& r) { return r.venue == venue; });
}

void Meeting::on(const FloorGranted& e, UtcTime) {
  if (!has_floor(e.venue)) floor_.push_back(e.venue);
  withdraw_request(e.venue);
  forget_undo();
}

void Meeting::on(const FloorRevoked& e, UtcTime) {
  std::erase(floor_, e.venue);
  std::erase(floor_by_item_, e.venue);
  forget_undo();
}

void Meeting::on(const AllMuted&, UtcTime) {
  const Venue* main = main_venue();
  std::erase_if(floor_, [&](VenueId v) { return !main || v != main->id; });
  floor_by_item_.clear();
  forget_undo();
}

void Meeting::on(const AgendaAdvanced& e, UtcTime at) {
  before_advance_ = {stage_second_, floor_by_item_, requests_};
  if (e.from) item_clocks_[*e.from].ended = at;
  if (e.to) item_clocks_[*e.to] = {at, std::nullopt};
  current_item_ = e.to;
  stage_main_ = e.stage_after;
  if (stage_second_ == stage_main_) stage_second_.reset();  // one venue is not shown twice
  floor_ = e.floor_after;
  // The speaker's venue has the floor by the item, also when it was granted by hand just before.
  floor_by_item_.clear();
  const Venue* main = main_venue();
  if (e.to && stage_main_ && has_floor(*stage_main_) && (!main || *stage_main_ != main->id))
    floor_by_item_.push_back(*stage_main_);
  for (const auto& venue : floor_) withdraw_request(venue);
  last_advance_ = e;
  last_advance_at_ = at;
}

void Meeting::on(const AgendaReverted& e, UtcTime) {
  if (e.undone.from) item_clocks_[*e.undone.from].ended.reset();
  if (e.undone.to) item_clocks_.erase(*e.undone.to);
  current_item_ = e.undone.from;
  stage_main_ = e.undone.stage_before;
  stage_second_ = before_advance_.stage_second;
  floor_ = e.undone.floor_before;
  floor_by_item_ = before_advance_.floor_by_item;
  // Requests that the step answered stand again in their place, before whoever asked meanwhile.
  std::deque<FloorRequest> queue;
  const auto asks = [&](const std::deque<FloorRequest>& list, VenueId venue) {
    return std::any_of(list.begin(), list.end(),
                       [&](const FloorRequest& r) { return r.venue == venue; });
  };
  const auto& answered = e.undone.floor_after;
  for (const auto& request : before_advance_.requests)
    if (asks(requests_, request.venue) ||
        std::find(answered.begin(), answered.end(), request.venue) != answered.end())
      queue.push_back(request);
  for (const auto& request : requests_)
    if (!asks(queue, request.venue)) queue.push_back(request);
  requests_ = std::move(queue);
  forget_undo();
}

void Meeting::on(const NoteSaved& e, UtcTime at) {
  notes_[e.item].push_back({e.version, e.text, at, event_by_});
}

void Meeting::on(const BannerSet& e, UtcTime) {
  banner_ = e.text;
}

void Meeting::on(const RungPinned& e, UtcTime) {
  if (e.rung)
    pinned_rungs_[e.venue] = *e.rung;
  else
    pinned_rungs_.erase(e.venue);
}

void Meeting::on(const ServerRestarted& e, UtcTime at) {
  outages_.push_back({e.last_alive, at});
}

void Meeting::forget_undo() {
  last_advance_.reset();
  last_advance_at_.reset();
  before_advance_ = {};
}

}  // namespace huiban::domain
