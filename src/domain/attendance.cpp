#include "domain/attendance.h"

#include <algorithm>
#include <map>
#include <set>

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
  const Seat* seat = nullptr;
};

// One sign-in satisfies all posts that the person holds in this meeting, in whichever units; the
// first that the person made stands.
FoundSignIn sign_in_for(const Meeting& meeting, const Seat& seat) {
  if (!seat.person) return {sign_in_of(meeting, seat.id), &seat};
  FoundSignIn first;
  for (const auto& other : meeting.seats()) {
    if (other.person != seat.person) continue;
    const SignIn* found = sign_in_of(meeting, other.id);
    if (found && (!first.sign_in || found->signed_at < first.sign_in->signed_at))
      first = {found, &other};
  }
  return first;
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

// The line of the room they signed in at was lost and not back, the set time or longer before the
// actual end. Who signed in after the loss was there until then. Without a room (phone, paper) no
// line decides.
bool left_early(const Meeting& meeting, const SignIn& sign_in, const AttendanceSettings& settings) {
  const VenuePresence* room = room_of(meeting, sign_in.venue);
  if (!meeting.started_at() || !meeting.ended_at() || !room || !room->lost_at) return false;
  const auto left = std::max(meeting.without_outage(*room->lost_at), sign_in.signed_at);
  return *meeting.ended_at() - left >= settings.early;
}

Milliseconds longest_gap(const Meeting& meeting, const SignIn& sign_in,
                         const AttendanceSettings& settings) {
  const VenuePresence* room = room_of(meeting, sign_in.venue);
  Milliseconds longest{0};
  if (!room || !meeting.started_at()) return longest;
  const auto since = std::max(*meeting.started_at(), sign_in.signed_at);
  for (const auto& gap : room->gaps)
    longest = std::max(longest, length_without_outages(meeting, std::max(gap.from, since), gap.to));
  return longest > settings.hold ? longest : Milliseconds{0};
}

SeatAttendance seat_attendance(const Meeting& meeting, const Seat& seat,
                               const AttendanceSettings& settings) {
  SeatAttendance result;
  result.seat = seat.id;
  const auto found = sign_in_for(meeting, seat);
  if (const SignIn* sign_in = found.sign_in) {
    const auto limit = late_after(meeting, settings);
    result.status = SeatStatus::kPresent;
    result.signed_at = sign_in->signed_at;
    result.method = sign_in->method;
    result.reason = sign_in->reason;
    result.late = limit && sign_in->signed_at > *limit;
    result.early = left_early(meeting, *sign_in, settings);
    result.gap = longest_gap(meeting, *sign_in, settings);
    if (found.seat->venue != seat.venue) result.elsewhere = found.seat->venue;
    return result;
  }
  if (seat.vacant) {
    result.status = SeatStatus::kVacant;
  } else if (meeting.state() == MeetingState::kEnded) {
    result.status = SeatStatus::kAbsent;
  } else if (meeting.state() == MeetingState::kRunning && seat.venue_kind == VenueKind::kBranch) {
    const VenuePresence* room = room_of(meeting, seat.venue);
    result.online_not_signed = room && room->online;
  }
  return result;
}

void add(AttendanceTotals& totals, const SeatAttendance& result, bool counts_as_person) {
  const bool present = result.status == SeatStatus::kPresent;
  ++totals.posts_expected;
  if (present) ++totals.posts_present;
  if (!counts_as_person) return;
  ++totals.expected;
  if (present) ++totals.present;
  if (result.late) ++totals.late;
  if (result.early) ++totals.early;
  if (result.status == SeatStatus::kAbsent) ++totals.absent;
  if (result.status == SeatStatus::kExpected) ++totals.missing;
}

// Whose seat is met for the first time. A vacant post is nobody unless somebody signed in on it.
class Persons {
 public:
  bool counts(const Seat& seat, const SeatAttendance& result) {
    if (seat.vacant && result.status != SeatStatus::kPresent) return false;
    return !seat.person || seen_.insert(*seat.person).second;
  }

 private:
  std::set<PersonId> seen_;
};

struct UnitRow {
  UnitAttendance figures;
  int order = 0;
  Persons persons;
};

}  // namespace

AttendanceResult attendance(const Meeting& meeting, UtcTime, const AttendanceSettings& settings) {
  AttendanceResult result;
  Persons persons;
  std::vector<UnitRow> rows;
  std::map<UnitId, std::size_t> row_of;
  for (const auto& seat : meeting.seats()) {
    const auto of_seat = seat_attendance(meeting, seat, settings);
    const bool in_main = seat.venue_kind == VenueKind::kMain;
    const bool counts = persons.counts(seat, of_seat);
    add(result.total, of_seat, counts);
    add(in_main ? result.main : result.branch, of_seat, counts);
    if (row_of.try_emplace(seat.unit, rows.size()).second)
      rows.push_back({{seat.unit, seat.unit_name, seat.unit_kind, {}, {}}, seat.unit_order, {}});
    auto& row = rows[row_of[seat.unit]];
    add(in_main ? row.figures.main : row.figures.branch, of_seat,
        row.persons.counts(seat, of_seat));
    result.seats.push_back(of_seat);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const UnitRow& a, const UnitRow& b) { return a.order < b.order; });
  for (auto& row : rows) result.units.push_back(std::move(row.figures));
  return result;
}

}  // namespace huiban::domain
