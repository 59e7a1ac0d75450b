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

// Where a speaker sits follows from the expected list, never from the unit; words alone sit
// nowhere.
std::optional<VenueId> Meeting::venue_of_speaker(const Speaker& speaker) const {
  for (const auto& seat : seats_) {
    if (speaker.post && seat.post == speaker.post) return seat.venue;
    if (!speaker.post && speaker.unit && seat.unit == *speaker.unit) return seat.venue;
  }
  if (!speaker.post && !speaker.unit) return std::nullopt;
  // A head who sits on the unit's 负责人 seat has no seat of its own post; that seat is in the main
  // venue here.
  const Venue* main = main_venue();
  return main ? std::optional(main->id) : std::nullopt;
}

bool Meeting::has_floor(VenueId id) const {
  return std::find(floor_.begin(), floor_.end(), id) != floor_.end();
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

void Meeting::on(const MeetingEnded& e, UtcTime at) {
  state_ = MeetingState::kEnded;
  ended_at_ = at;
  minutes_number_ = e.minutes_number;
  if (current_item_) item_clocks_[*current_item_].ended = at;
  current_item_.reset();
  floor_.clear();
  requests_.clear();
  forget_undo();
}

void Meeting::come_online(VenueId venue, PeerId peer, UtcTime at) {
  auto& presence = presence_[venue];
  if (presence.lost_at) presence.gaps.push_back({*presence.lost_at, at});
  if (!presence.joined_at) presence.joined_at = at;
  presence.lost_at.reset();
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

// The first valid sign-in stands.
void Meeting::on(const SeatsSignedIn& e, UtcTime) {
  for (const auto& seat : e.seats)
    sign_ins_.emplace(seat, SignIn{e.signed_at, e.method, e.venue, e.reason});
}

void Meeting::on(const SignInTakenBack& e, UtcTime) {
  for (const auto& seat : e.seats) sign_ins_.erase(seat);
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
  forget_undo();
}

void Meeting::on(const AllMuted&, UtcTime) {
  const Venue* main = main_venue();
  std::erase_if(floor_, [&](VenueId v) { return !main || v != main->id; });
  forget_undo();
}

void Meeting::on(const AgendaAdvanced& e, UtcTime at) {
  if (e.from) item_clocks_[*e.from].ended = at;
  if (e.to) item_clocks_[*e.to] = {at, std::nullopt};
  current_item_ = e.to;
  stage_main_ = e.stage_after;
  floor_ = e.floor_after;
  for (const auto& venue : floor_) withdraw_request(venue);
  last_advance_ = e;
  last_advance_at_ = at;
}

void Meeting::on(const AgendaReverted& e, UtcTime) {
  if (e.undone.from) item_clocks_[*e.undone.from].ended.reset();
  if (e.undone.to) item_clocks_.erase(*e.undone.to);
  current_item_ = e.undone.from;
  stage_main_ = e.undone.stage_before;
  floor_ = e.undone.floor_before;
  forget_undo();
}

void Meeting::on(const NoteSaved& e, UtcTime at) {
  notes_[e.item].push_back({e.version, e.text, at, event_by_});
}

void Meeting::on(const BannerSet& e, UtcTime) {
  banner_ = e.text;
}

void Meeting::forget_undo() {
  last_advance_.reset();
  last_advance_at_.reset();
}

}  // namespace huiban::domain
