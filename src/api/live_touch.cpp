// Which parts of LiveState an event changes.
#include <algorithm>

#include "api/live_state.h"

namespace huiban::api {
namespace {

using namespace domain;

class Toucher {
 public:
  explicit Toucher(const Meeting& meeting) : meeting_(meeting) {}

  Touch operator()(const MeetingCreated&) const { return everything(); }
  Touch operator()(const PlanRevised&) const { return everything(); }
  Touch operator()(const MeetingConvened&) const { return everything(); }
  Touch operator()(const MeetingStarted&) const { return start_or_end(); }
  Touch operator()(const MeetingEnded&) const { return start_or_end(); }
  Touch operator()(const MeetingCancelled&) const { return start_or_end(); }
  Touch operator()(const VenueJoined& e) const { return line(e.venue); }
  Touch operator()(const VenueLost& e) const { return line(e.venue); }
  Touch operator()(const VenueBack& e) const { return line(e.venue); }
  Touch operator()(const VenueTakenOver& e) const { return line(e.venue); }
  Touch operator()(const SeatReleased& e) const { return line(e.venue); }
  Touch operator()(const SeatsSignedIn& e) const { return attendance_of(e.seats); }
  Touch operator()(const SignInTakenBack& e) const { return attendance_of(e.seats); }
  Touch operator()(const SeatsSignedOut& e) const { return attendance_of(e.seats); }
  Touch operator()(const HolderChanged& e) const { return attendance_of({e.seat}); }
  Touch operator()(const AttendanceCorrected& e) const {
    std::vector<SeatId> seats;
    for (const auto& was : e.was) seats.push_back(was.seat);
    return attendance_of(seats);
  }
  Touch operator()(const LeaveAsked& e) const { return leave(e.leave); }
  Touch operator()(const LeaveDecided& e) const { return leave(e.leave); }
  Touch operator()(const LeaveWithdrawn& e) const { return leave(e.leave); }
  Touch operator()(const StageChanged&) const { return chair(); }
  Touch operator()(const FloorRequested&) const { return queue(); }
  Touch operator()(const FloorRequestWithdrawn&) const { return queue(); }
  Touch operator()(const FloorGranted&) const { return chair(); }
  Touch operator()(const FloorRevoked&) const { return chair(); }
  Touch operator()(const AllMuted&) const { return chair(); }
  Touch operator()(const AgendaAdvanced& e) const { return step(e); }
  Touch operator()(const AgendaReverted& e) const { return step(e.undone); }
  Touch operator()(const NoteSaved& e) const {
    Touch touch;
    touch.notes.insert(e.item);
    return touch;
  }
  Touch operator()(const BannerSet&) const {
    Touch touch;
    touch.meeting = true;
    return touch;
  }
  Touch operator()(const TileRulesSet&) const {
    Touch touch;
    touch.meeting = true;
    return touch;
  }
  Touch operator()(const ContentGranted&) const { return shared(); }
  Touch operator()(const ContentRevoked&) const { return shared(); }
  Touch operator()(const ContentStarted&) const { return shared(); }
  Touch operator()(const ContentStopped&) const { return shared(); }
  Touch operator()(const RungPinned& e) const {
    Touch touch;
    touch.venues.insert(e.venue);
    return touch;
  }
  Touch operator()(const RequestsReordered&) const { return queue(); }
  Touch operator()(const ReadinessReported& e) const { return room(e.venue); }
  Touch operator()(const CallNoted& e) const { return room(e.venue); }
  Touch operator()(const RollCallStarted&) const { return everything(); }
  Touch operator()(const RollCallCalled& e) const {
    Touch touch = roll_row(e.venue);
    touch.add(chair());
    return touch;
  }
  Touch operator()(const RollCallMarked& e) const { return roll_row(e.venue); }
  Touch operator()(const RollCallStillKept& e) const { return roll_row(e.venue); }
  Touch operator()(const RollCallEnded&) const {
    Touch touch = chair();
    touch.roll_call = true;
    return touch;
  }
  // The journal's only, or another stream's.
  template <class Other>
  Touch operator()(const Other&) const {
    return {};
  }

 private:
  static Touch everything() {
    Touch touch;
    touch.everything = true;
    return touch;
  }
  static Touch shared() {
    Touch touch;
    touch.content = true;
    return touch;
  }
  static Touch queue() {
    Touch touch;
    touch.requests = true;
    return touch;
  }
  static Touch room(VenueId venue) {
    Touch touch;
    touch.venues.insert(venue);
    return touch;
  }
  static Touch roll_row(VenueId venue) {
    Touch touch;
    touch.roll_call = true;
    touch.roll_rows.insert(venue);
    return touch;
  }
  // Whatever the chair does may end the time for undo and answer a request.
  static Touch chair() {
    Touch touch;
    touch.stage = touch.floor = touch.requests = touch.agenda = true;
    return touch;
  }
  Touch start_or_end() const {
    Touch touch = chair();
    touch.meeting = touch.totals = touch.all_seats = touch.content = true;
    for (const auto& item : meeting_.plan().agenda) touch.items.insert(item.id);
    for (const auto& venue : meeting_.venues()) touch.venues.insert(venue.id);
    return touch;
  }
  Touch step(const AgendaAdvanced& e) const {
    Touch touch = chair();
    if (e.from) touch.items.insert(*e.from);
    if (e.to) touch.items.insert(*e.to);
    return touch;
  }
  // A line also decides "online, not signed in" of the seats in that room.
  Touch line(VenueId venue) const {
    Touch touch;
    touch.requests = touch.totals = true;
    touch.venues.insert(venue);
    for (const auto& seat : meeting_.seats())
      if (seat.venue == venue) touch.seats.insert(seat.id);
    return touch;
  }
  // Also the seat of a substitute who is expected anyway.
  Touch leave(LeaveId id) const {
    const auto* found = meeting_.find_leave(id);
    if (!found) return {};
    auto seats = found->seats;
    if (found->substitute.seat) seats.push_back(*found->substitute.seat);
    return attendance_of(seats);
  }
  // One sign-in satisfies all seats of the same person, and whom that person stands in for.
  Touch attendance_of(const std::vector<SeatId>& seats) const {
    Touch touch;
    touch.totals = true;
    const auto add_person = [&](SeatId id) {
      touch.seats.insert(id);
      const auto* seat = meeting_.find_seat(id);
      const auto person = seat ? meeting_.holder_now(*seat) : std::nullopt;
      if (!person) return;
      for (const auto& other : meeting_.seats())
        if (meeting_.holder_now(other) == person) touch.seats.insert(other.id);
    };
    for (const auto& id : seats) add_person(id);
    const auto own = touch.seats;
    for (const auto& one : meeting_.leaves()) {
      const bool stands_in = one.substitute.seat && own.count(*one.substitute.seat);
      const bool stood_in_for = std::any_of(one.seats.begin(), one.seats.end(),
                                            [&](SeatId id) { return own.count(id) > 0; });
      if (!stands_in && !stood_in_for) continue;
      touch.seats.insert(one.seats.begin(), one.seats.end());
      if (one.substitute.seat) add_person(*one.substitute.seat);
    }
    return touch;
  }

  const Meeting& meeting_;
};

}  // namespace

void Touch::add(const Touch& other) {
  everything = everything || other.everything;
  meeting = meeting || other.meeting;
  stage = stage || other.stage;
  floor = floor || other.floor;
  requests = requests || other.requests;
  totals = totals || other.totals;
  agenda = agenda || other.agenda;
  content = content || other.content;
  all_seats = all_seats || other.all_seats;
  roll_call = roll_call || other.roll_call;
  roll_rows.insert(other.roll_rows.begin(), other.roll_rows.end());
  venues.insert(other.venues.begin(), other.venues.end());
  seats.insert(other.seats.begin(), other.seats.end());
  items.insert(other.items.begin(), other.items.end());
  notes.insert(other.notes.begin(), other.notes.end());
}

bool Touch::empty() const {
  return !everything && !meeting && !stage && !floor && !requests && !totals && !agenda && !content &&
         !all_seats && !roll_call && roll_rows.empty() && venues.empty() && seats.empty() && items.empty() && notes.empty();
}

Touch touch_of(const domain::EventPayload& payload, const domain::Meeting& meeting) {
  return std::visit(Toucher(meeting), payload);
}

}  // namespace huiban::api
