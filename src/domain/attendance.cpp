#include "domain/attendance.h"

#include <algorithm>
#include <map>

#include "domain/meeting.h"

namespace huiban::domain {

AttendanceTotals& AttendanceTotals::operator+=(const AttendanceTotals& other) {
  for (const auto member :
       {&AttendanceTotals::expected, &AttendanceTotals::present, &AttendanceTotals::late,
        &AttendanceTotals::early, &AttendanceTotals::absent, &AttendanceTotals::missing,
        &AttendanceTotals::leave, &AttendanceTotals::substitutes, &AttendanceTotals::replaced,
        &AttendanceTotals::pending, &AttendanceTotals::posts_expected,
        &AttendanceTotals::posts_present})
    this->*member += other.*member;
  return *this;
}

namespace {

// Of several seats of one person the one that says most: there, replaced, missing, on leave.
int weight(const SeatAttendance& seat) {
  switch (seat.status) {
    case SeatStatus::kPresent:
      return 5;
    case SeatStatus::kSubstitute:
      return seat.by_expected ? 3 : 4;
    case SeatStatus::kAbsent:
    case SeatStatus::kExpected:
      return 2;
    case SeatStatus::kLeave:
      return 1;
    case SeatStatus::kVacant:
      break;
  }
  return 0;
}

bool is_there(const SeatAttendance& seat) {
  return seat.status == SeatStatus::kPresent || seat.status == SeatStatus::kSubstitute;
}

void add_post(AttendanceTotals& totals, const SeatAttendance& seat) {
  ++totals.posts_expected;
  if (is_there(seat)) ++totals.posts_present;
}

void add_person(AttendanceTotals& totals, const SeatAttendance& person) {
  if (person.status == SeatStatus::kVacant) return;
  ++totals.expected;
  if (person.pending) ++totals.pending;
  switch (person.status) {
    case SeatStatus::kSubstitute:
      ++totals.substitutes;
      if (person.by_expected) {
        ++totals.replaced;
        return;
      }
      [[fallthrough]];
    case SeatStatus::kPresent:
      ++totals.present;
      if (person.late) ++totals.late;
      if (person.early) ++totals.early;
      return;
    case SeatStatus::kAbsent:
      ++totals.absent;
      return;
    case SeatStatus::kLeave:
      ++totals.leave;
      return;
    default:
      ++totals.missing;
  }
}

}  // namespace

AttendanceTotals totals_of(const SeatAttendance& seat) {
  AttendanceTotals totals;
  add_post(totals, seat);
  add_person(totals, seat);
  return totals;
}

namespace {

// The seats of a list, put together by person; each person under the first of the seats. A vacant
// post is nobody until somebody came for it or was appointed.
class Persons {
 public:
  explicit Persons(const Meeting& meeting) : meeting_(meeting) {}

  void add(const Seat& seat, const SeatAttendance& result) {
    const auto person = seat.vacant ? meeting_.holder_now(seat) : seat.person;
    if (person) {
      const auto [found, fresh] = of_person_.try_emplace(*person, list_.size());
      if (!fresh) {
        auto& kept = list_[found->second].second;
        if (weight(result) > weight(kept)) kept = result;
        return;
      }
    }
    list_.emplace_back(&seat, result);
  }
  const std::vector<std::pair<const Seat*, SeatAttendance>>& list() const { return list_; }

 private:
  const Meeting& meeting_;
  std::map<PersonId, std::size_t> of_person_;
  std::vector<std::pair<const Seat*, SeatAttendance>> list_;
};

bool in_main(const Seat& seat) {
  return seat.venue_kind == VenueKind::kMain;
}

using Indexes = std::vector<std::size_t>;

std::vector<UnitAttendance> by_unit(const Meeting& meeting,
                                    const std::vector<SeatAttendance>& results) {
  struct Row {
    const Seat* first;
    Indexes seats;
  };
  std::vector<Row> rows;
  std::map<UnitId, std::size_t> row_of;
  const auto& seats = meeting.seats();
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (row_of.try_emplace(seats[i].unit, rows.size()).second) rows.push_back({&seats[i], {}});
    rows[row_of[seats[i].unit]].seats.push_back(i);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.first->unit_order < b.first->unit_order;
  });
  std::vector<UnitAttendance> list;
  for (const auto& row : rows) {
    UnitAttendance unit{row.first->unit, row.first->unit_name, row.first->unit_kind, {}, {}};
    Persons persons(meeting);
    for (const auto i : row.seats) {
      add_post(in_main(seats[i]) ? unit.main : unit.branch, results[i]);
      persons.add(seats[i], results[i]);
    }
    for (const auto& [seat, result] : persons.list())
      add_person(in_main(*seat) ? unit.main : unit.branch, result);
    list.push_back(std::move(unit));
  }
  return list;
}

// Rooms' rows follow the room: two units may share one.
std::vector<VenueAttendance> by_venue(const Meeting& meeting,
                                      const std::vector<SeatAttendance>& results) {
  std::vector<VenueAttendance> list;
  const auto& seats = meeting.seats();
  std::map<VenueId, Indexes> seats_of;
  for (std::size_t i = 0; i < seats.size(); ++i) seats_of[seats[i].venue].push_back(i);
  for (const auto& venue : meeting.venues()) {
    VenueAttendance room{venue.id, venue.name, {}, 0};
    Persons persons(meeting);
    for (const auto i : seats_of[venue.id]) {
      add_post(room.totals, results[i]);
      persons.add(seats[i], results[i]);
    }
    for (const auto& [seat, result] : persons.list()) {
      add_person(room.totals, result);
      if (is_there(result) && !result.elsewhere) ++room.here;
    }
    list.push_back(std::move(room));
  }
  return list;
}

}  // namespace

AttendanceResult attendance(const Meeting& meeting, UtcTime, const AttendanceSettings& settings) {
  AttendanceResult result;
  Persons persons(meeting);
  for (const auto& seat : meeting.seats()) {
    const auto of_seat = seat_attendance(meeting, seat, settings);
    add_post(result.total, of_seat);
    add_post(in_main(seat) ? result.main : result.branch, of_seat);
    if (of_seat.unapproved) ++result.unapproved;
    if (seat.vacant && of_seat.status != SeatStatus::kVacant) ++result.added;
    persons.add(seat, of_seat);
    result.seats.push_back(of_seat);
  }
  for (const auto& [seat, of_person] : persons.list()) {
    add_person(result.total, of_person);
    add_person(in_main(*seat) ? result.main : result.branch, of_person);
  }
  result.units = by_unit(meeting, result.seats);
  result.venues = by_venue(meeting, result.seats);
  result.guests = int(meeting.guests().size());
  return result;
}

}  // namespace huiban::domain
