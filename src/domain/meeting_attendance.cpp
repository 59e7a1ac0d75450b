// Who signed in, who asked for leave, what the office corrected.
#include <algorithm>

#include "domain/meeting.h"

namespace huiban::domain {

const Leave* Meeting::find_leave(LeaveId id) const {
  const auto found =
      std::find_if(leaves_.begin(), leaves_.end(), [&](const Leave& l) { return l.id == id; });
  return found == leaves_.end() ? nullptr : &*found;
}

const Leave* Meeting::leave_of(SeatId seat) const {
  const auto found = std::find_if(leaves_.rbegin(), leaves_.rend(), [&](const Leave& leave) {
    return !leave.withdrawn &&
           std::find(leave.seats.begin(), leave.seats.end(), seat) != leave.seats.end();
  });
  return found == leaves_.rend() ? nullptr : &*found;
}

std::optional<PersonId> Meeting::holder_now(const Seat& seat) const {
  const auto changed = holder_changes_.find(seat.id);
  return changed == holder_changes_.end() ? seat.person : changed->second.person;
}

// The first valid sign-in stands. A second one by phone says that who sat before a browser goes on
// without it.
void Meeting::on(const SeatsSignedIn& e, UtcTime) {
  for (const auto& seat : e.seats) {
    const auto [found, fresh] = sign_ins_.try_emplace(seat);
    if (fresh)
      found->second = {e.signed_at, e.method, e.venue, e.reason, e.substitute, {}, {}};
    else if (e.method == SignInMethod::kPhone && !found->second.by_phone_since)
      found->second.by_phone_since = e.signed_at;
  }
}

void Meeting::on(const SignInTakenBack& e, UtcTime) {
  for (const auto& seat : e.seats) sign_ins_.erase(seat);
}

void Meeting::on(const SeatsSignedOut& e, UtcTime) {
  for (const auto& seat : e.seats)
    if (const auto found = sign_ins_.find(seat); found != sign_ins_.end())
      found->second.left_at = e.left_at;
}

void Meeting::on(const LeaveAsked& e, UtcTime at) {
  Leave leave;
  leave.id = e.leave;
  leave.kind = e.kind;
  leave.seats = e.seats;
  leave.all_posts = e.all_posts;
  leave.reason = e.reason;
  leave.substitute = e.substitute;
  leave.asked_at = at;
  leave.asked_by = event_by_;
  leaves_.push_back(std::move(leave));
}

void Meeting::on(const LeaveDecided& e, UtcTime at) {
  for (auto& leave : leaves_)
    if (leave.id == e.leave)
      leave.decisions.push_back({e.approved, e.decided_by, e.channel, e.note, at, event_by_});
}

void Meeting::on(const LeaveWithdrawn& e, UtcTime) {
  for (auto& leave : leaves_) {
    if (leave.id != e.leave) continue;
    leave.withdrawn = true;
    leave.withdrawn_why = e.reason;
  }
}

void Meeting::on(const ReceiptReturned& e, UtcTime at) {
  receipts_[e.unit] = {e.lines, e.remark, event_by_, at};
}

void Meeting::on(const AttendanceCorrected& e, UtcTime at) {
  for (const auto& was : e.was) {
    if (e.to)
      corrections_[was.seat] = {*e.to, e.signed_at, e.late, e.early, e.reason, event_by_, at, was};
    else
      corrections_.erase(was.seat);
  }
}

void Meeting::on(const GuestSignedIn& e, UtcTime) {
  guests_.push_back({e.guest, e.kind, e.text, e.venue, e.signed_at});
}

void Meeting::on(const GuestTakenBack& e, UtcTime) {
  std::erase_if(guests_, [&](const Guest& guest) { return guest.id == e.guest; });
}

void Meeting::on(const HolderChanged& e, UtcTime at) {
  holder_changes_[e.seat] = {e.after, e.vacant, at, event_by_};
}

}  // namespace huiban::domain
