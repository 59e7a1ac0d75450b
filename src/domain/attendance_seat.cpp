// What one seat reads: present, late, early, on leave, replaced, absent. Every rule is one line of
// the table in docs/attendance.md.
#include <algorithm>

#include "domain/attendance.h"
#include "domain/meeting.h"

namespace huiban::domain {

std::optional<UtcTime> planned_start(const MeetingTime& time, std::chrono::minutes utc_offset) {
  if (!time.start || !time.date.ok()) return std::nullopt;
  return UtcTime{std::chrono::sys_days{time.date}} + *time.start - utc_offset;
}

namespace {

// Late after planned time + grace, never before the actual start; without a planned time, after the
// actual start + grace. A record made afterwards without a start has no late. At the limit is in
// time.
std::optional<UtcTime> late_after(const Meeting& meeting, const AttendanceSettings& settings) {
  if (!meeting.started_at()) return std::nullopt;
  const auto planned = planned_start(meeting.plan().time, settings.utc_offset);
  if (!planned) return *meeting.started_at() + settings.grace;
  return std::max(*planned + settings.grace, *meeting.started_at());
}

const SignIn* sign_in_of(const Meeting& meeting, SeatId seat) {
  const auto found = meeting.sign_ins().find(seat);
  return found == meeting.sign_ins().end() ? nullptr : &found->second;
}

struct FoundSignIn {
  const SignIn* sign_in = nullptr;
  const Seat* seat = nullptr;  // where it was made

  void take_if_first(const SignIn* other, const Seat& where) {
    if (other && (!sign_in || other->signed_at < sign_in->signed_at)) {
      sign_in = other;
      seat = &where;
    }
  }
};

bool same_person(const Meeting& meeting, const Seat& a, const Seat& b) {
  if (a.id == b.id) return true;
  const auto person = meeting.holder_now(a);
  return person && person == meeting.holder_now(b);
}

// One sign-in satisfies all posts that the person holds in this meeting, in whichever units; the
// first that the person made stands. Leave for one post only stays when the person signs in for
// others. Who came instead of somebody else is there as well.
FoundSignIn own_sign_in(const Meeting& meeting, const Seat& seat) {
  const Leave* leave = meeting.leave_of(seat.id);
  const bool this_seat_only = leave && !leave->all_posts;
  FoundSignIn first;
  for (const auto& other : meeting.seats()) {
    if (other.id != seat.id && (this_seat_only || !same_person(meeting, seat, other))) continue;
    const SignIn* found = sign_in_of(meeting, other.id);
    if (found && !found->substitute) first.take_if_first(found, other);
  }
  if (this_seat_only) return first;
  for (const auto& other : meeting.leaves()) {
    if (other.withdrawn || !other.substitute.seat) continue;
    const Seat* instead = meeting.find_seat(*other.substitute.seat);
    if (!instead || !same_person(meeting, seat, *instead)) continue;
    for (const auto& id : other.seats) {
      const SignIn* found = sign_in_of(meeting, id);
      if (found && found->substitute) first.take_if_first(found, *meeting.find_seat(id));
    }
  }
  return first;
}

// The substitute signed in for any of the seats they come for or, expected anyway, for their own.
FoundSignIn substitutes_sign_in(const Meeting& meeting, const Seat& seat, const Leave* leave) {
  FoundSignIn first;
  if (!leave) {
    const SignIn* found = sign_in_of(meeting, seat.id);
    if (found && found->substitute) first.take_if_first(found, seat);
    return first;
  }
  for (const auto& id : leave->seats) {
    const SignIn* found = sign_in_of(meeting, id);
    if (found && found->substitute) first.take_if_first(found, *meeting.find_seat(id));
  }
  if (first.sign_in || !leave->substitute.seat) return first;
  const Seat* own = meeting.find_seat(*leave->substitute.seat);
  return own ? own_sign_in(meeting, *own) : first;
}

Milliseconds length_without_outages(const Meeting& meeting, UtcTime from, UtcTime to) {
  auto length = to - from;
  for (const auto& outage : meeting.outages()) {
    const auto overlap = std::min(to, outage.to) - std::max(from, outage.from);
    if (overlap > Milliseconds{0}) length -= overlap;
  }
  return std::max(length, Milliseconds{0});
}

const VenuePresence* room_of(const Meeting& meeting, const std::optional<VenueId>& venue) {
  if (!venue) return nullptr;
  const auto found = meeting.presence().find(*venue);
  return found == meeting.presence().end() ? nullptr : &found->second;
}

// The line of the room they signed in at was lost and not back. Who signed in after the loss was
// there until then; who went on by phone within the hold did not leave. Without a room (phone,
// paper) no line decides.
std::optional<UtcTime> left_with_line(const Meeting& meeting, const SignIn& sign_in,
                                      const AttendanceSettings& settings) {
  const VenuePresence* room = room_of(meeting, sign_in.venue);
  if (!meeting.started_at() || !meeting.ended_at() || !room || !room->lost_at) return std::nullopt;
  const auto left = std::max(meeting.without_outage(*room->lost_at), sign_in.signed_at);
  if (sign_in.by_phone_since) return std::nullopt;  // a pause longer than the hold is a gap
  return *meeting.ended_at() - left >= settings.early ? std::optional(left) : std::nullopt;
}

// A person's leaving and a room's line are independent: whichever came first.
void judge_leaving(const Meeting& meeting, const SignIn& sign_in,
                   const AttendanceSettings& settings, SeatAttendance& result) {
  result.left_at = left_with_line(meeting, sign_in, settings);
  if (sign_in.left_at && (!result.left_at || *sign_in.left_at < *result.left_at))
    result.left_at = sign_in.left_at;
  result.early = meeting.started_at() && meeting.ended_at() && result.left_at &&
                 *meeting.ended_at() - *result.left_at >= settings.early;
}

void judge_gaps(const Meeting& meeting, const SignIn& sign_in, const AttendanceSettings& settings,
                SeatAttendance& result) {
  const VenuePresence* room = room_of(meeting, sign_in.venue);
  if (!room || !meeting.started_at()) return;
  const auto since = std::max(*meeting.started_at(), sign_in.signed_at);
  auto gaps = room->gaps;
  if (sign_in.by_phone_since && room->lost_at)
    gaps.push_back({*room->lost_at, *sign_in.by_phone_since});
  for (auto gap : gaps) {
    gap.from = std::max(gap.from, since);
    if (sign_in.by_phone_since)
      gap.to = std::min(gap.to, std::max(*sign_in.by_phone_since, gap.from));
    const auto length = length_without_outages(meeting, gap.from, gap.to);
    if (length <= settings.hold || length <= result.gap) continue;
    result.gap = length;
    result.gap_from = gap.from;
    result.gap_to = gap.to;
  }
}

void judge_sign_in(const Meeting& meeting, const Seat& seat, const FoundSignIn& found,
                   const AttendanceSettings& settings, SeatAttendance& result) {
  const SignIn& sign_in = *found.sign_in;
  const auto limit = late_after(meeting, settings);
  result.signed_at = sign_in.signed_at;
  result.method = sign_in.method;
  result.reason = sign_in.reason;
  result.late = limit && sign_in.signed_at > *limit;
  judge_leaving(meeting, sign_in, settings, result);
  judge_gaps(meeting, sign_in, settings, result);
  if (found.seat->venue != seat.venue) result.elsewhere = found.seat->venue;
}

void judge_not_there(const Meeting& meeting, const Seat& seat, SeatAttendance& result) {
  if (meeting.state() == MeetingState::kEnded) {
    result.status = SeatStatus::kAbsent;
  } else if (meeting.state() == MeetingState::kRunning && seat.venue_kind == VenueKind::kBranch) {
    const VenuePresence* room = room_of(meeting, seat.venue);
    result.online_not_signed = room && room->online;
  }
}

void judge(const Meeting& meeting, const Seat& seat, const AttendanceSettings& settings,
           SeatAttendance& result) {
  const Leave* leave = meeting.leave_of(seat.id);
  if (leave) {
    result.leave = leave->id;
    result.pending = leave->undecided();
    result.refused = leave->refused();
  }
  if (const auto own = own_sign_in(meeting, seat); own.sign_in) {
    result.status = SeatStatus::kPresent;
    result.leave_void = leave && leave->approved();
    result.pending = result.refused = false;
    return judge_sign_in(meeting, seat, own, settings, result);
  }
  if (const auto other = substitutes_sign_in(meeting, seat, leave); other.sign_in) {
    if (leave && leave->kind == LeaveKind::kSubstitute && leave->approved()) {
      result.status = SeatStatus::kSubstitute;
      result.substitute = leave->substitute.text;
      result.by_expected = leave->substitute.seat.has_value();
      return judge_sign_in(meeting, seat, other, settings, result);
    }
    result.unapproved = other.sign_in->substitute;
  }
  const auto changed = meeting.holder_changes().find(seat.id);
  const bool filled = changed != meeting.holder_changes().end() && !changed->second.vacant;
  if (seat.vacant && !filled) {
    result.status = SeatStatus::kVacant;
    result.pending = false;
  } else if (leave && leave->kind == LeaveKind::kLeave && leave->approved()) {
    result.status = SeatStatus::kLeave;
  } else {
    judge_not_there(meeting, seat, result);
  }
}

// A correction replaces what the events say. Without a time the sign-in has none.
void correct(const Correction& correction, SeatAttendance& result) {
  const bool there =
      correction.to == SeatStatus::kPresent || correction.to == SeatStatus::kSubstitute;
  result.status = correction.to;
  result.late = there && correction.late;
  result.early = there && correction.early;
  result.signed_at = there ? correction.signed_at : std::nullopt;
  result.left_at.reset();
  result.pending = result.refused = result.unapproved = result.online_not_signed = false;
  if (!there) {
    result.elsewhere.reset();
    result.method.reset();
    result.gap = Milliseconds{0};
    result.gap_from.reset();
    result.gap_to.reset();
  }
  if (correction.to != SeatStatus::kSubstitute) result.by_expected = false;
  result.corrected = correction;
}

}  // namespace

SeatAttendance seat_attendance(const Meeting& meeting, const Seat& seat,
                               const AttendanceSettings& settings) {
  SeatAttendance result;
  result.seat = seat.id;
  judge(meeting, seat, settings, result);
  result.holder_changed = meeting.holder_changes().count(seat.id) > 0;
  const auto correction = meeting.corrections().find(seat.id);
  if (correction != meeting.corrections().end()) correct(correction->second, result);
  return result;
}

}  // namespace huiban::domain
