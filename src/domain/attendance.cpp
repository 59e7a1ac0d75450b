#include "domain/attendance.h"

#include <algorithm>
#include <set>

#include "domain/meeting.h"

namespace huiban::domain {

std::optional<UtcTime> planned_start(const MeetingTime& time, std::chrono::minutes utc_offset) {
  if (!time.start || !time.date.ok()) return std::nullopt;
  return UtcTime{std::chrono::sys_days{time.date}} + *time.start - utc_offset;
}

namespace {

// Late after planned time + grace, never before the actual start; without a planned time, after the
// actual start
// + grace. A record made afterwards without a start has no late. At the limit is in time.
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

// One sign-in satisfies all posts that the person holds in this meeting, in whichever units.
const SignIn* sign_in_for(const Meeting& meeting, const Seat& seat) {
  if (const SignIn* own = sign_in_of(meeting, seat.id)) return own;
  if (!seat.person) return nullptr;
  const SignIn* first = nullptr;
  for (const auto& other : meeting.seats())
    if (other.person == seat.person)
      if (const SignIn* found = sign_in_of(meeting, other.id);
          found && (!first || found->signed_at < first->signed_at))
        first = found;
  return first;
}

// Gone 10 min or more before the actual end: the line of the room they signed in at was lost and
// not back.
bool left_early(const Meeting& meeting, const SignIn& sign_in, const AttendanceSettings& settings) {
  if (!meeting.ended_at() || !sign_in.venue) return false;
  const auto found = meeting.presence().find(*sign_in.venue);
  if (found == meeting.presence().end() || found->second.online || !found->second.lost_at)
    return false;
  return *meeting.ended_at() - *found->second.lost_at >= settings.early;
}

bool room_online(const Meeting& meeting, VenueId venue) {
  const auto found = meeting.presence().find(venue);
  return found != meeting.presence().end() && found->second.online;
}

SeatAttendance seat_attendance(const Meeting& meeting, const Seat& seat,
                               const AttendanceSettings& settings) {
  SeatAttendance result;
  result.seat = seat.id;
  if (const SignIn* sign_in = sign_in_for(meeting, seat)) {
    result.status = SeatStatus::kPresent;
    result.signed_at = sign_in->signed_at;
    result.method = sign_in->method;
    result.reason = sign_in->reason;
    const auto limit = late_after(meeting, settings);
    result.late = limit && sign_in->signed_at > *limit;
    result.early = left_early(meeting, *sign_in, settings);
    return result;
  }
  if (seat.vacant)
    result.status = SeatStatus::kVacant;
  else if (meeting.state() == MeetingState::kEnded)
    result.status = SeatStatus::kAbsent;
  result.online_not_signed =
      meeting.state() == MeetingState::kRunning && result.status == SeatStatus::kExpected &&
      seat.venue_kind == VenueKind::kBranch && room_online(meeting, seat.venue);
  return result;
}

// Sums of one scope: posts as they are, persons once each.
class Sum {
 public:
  void add(const Seat& seat, const SeatAttendance& result) {
    const bool present = result.status == SeatStatus::kPresent;
    ++totals_.posts_expected;
    if (present) ++totals_.posts_present;
    if (seat.vacant && !present) return;
    if (seat.person && !persons_.insert(*seat.person).second) return;
    ++totals_.expected;
    if (present) ++totals_.present;
    if (result.late) ++totals_.late;
    if (result.early) ++totals_.early;
    if (result.status == SeatStatus::kAbsent) ++totals_.absent;
    if (result.status == SeatStatus::kExpected) ++totals_.missing;
  }
  const AttendanceTotals& totals() const { return totals_; }

 private:
  AttendanceTotals totals_;
  std::set<PersonId> persons_;
};

struct UnitSums {
  UnitAttendance unit;
  Sum main, branch;
};

}  // namespace

AttendanceResult attendance(const Meeting& meeting, UtcTime, const AttendanceSettings& settings) {
  AttendanceResult result;
  Sum total, main, branch;
  std::vector<UnitSums> units;
  for (const auto& seat : meeting.seats()) {
    const auto seat_result = seat_attendance(meeting, seat, settings);
    const bool in_main = seat.venue_kind == VenueKind::kMain;
    total.add(seat, seat_result);
    (in_main ? main : branch).add(seat, seat_result);
    auto unit = std::find_if(units.begin(), units.end(),
                             [&](const UnitSums& u) { return u.unit.unit == seat.unit; });
    if (unit == units.end()) {
      units.push_back({{seat.unit, seat.unit_name, seat.unit_kind, {}, {}}, {}, {}});
      unit = std::prev(units.end());
    }
    (in_main ? unit->main : unit->branch).add(seat, seat_result);
    result.seats.push_back(seat_result);
  }
  std::stable_sort(units.begin(), units.end(), [&](const UnitSums& a, const UnitSums& b) {
    return meeting.unit_order(a.unit.unit) < meeting.unit_order(b.unit.unit);
  });
  for (auto& sums : units) {
    sums.unit.main = sums.main.totals();
    sums.unit.branch = sums.branch.totals();
    result.units.push_back(std::move(sums.unit));
  }
  result.total = total.totals();
  result.main = main.totals();
  result.branch = branch.totals();
  return result;
}

}  // namespace huiban::domain
