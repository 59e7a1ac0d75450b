#pragma once
// What changed about the people of a convened meeting since its list was frozen. Shown, and nothing
// else: the list stays as it is.
#include <optional>
#include <string>
#include <vector>

#include "domain/attendance.h"
#include "domain/directory_change.h"

namespace huiban::domain {

class Meeting;

struct SeatDifference {
  enum class Kind {
    kHolder,   // somebody else holds the post now, or it is held now and was not
    kVacated,  // held or not registered before, vacant now
    kFilled,   // vacant before
    kAdded,    // the rules name a post that was not there
    kRemoved,  // the post is gone, or the rules name it no longer
  };
  Kind kind = Kind::kHolder;
  std::optional<SeatId> seat;  // not for kAdded
  UnitId unit;
  std::string unit_name, title;
  std::string before, after;                         // names; empty: not registered, or vacant
  std::optional<std::chrono::year_month_day> since;  // the new holder's first day
  std::string changed_by;                            // who changed the directory, and when
  std::optional<UtcTime> changed_at;
};

// now: what the rules give today for the meeting's day. By the frozen list's order, added seats
// last.
std::vector<SeatDifference> expected_differences(const Meeting& meeting, const ExpectedList& now,
                                                 const DirectoryLog& log);

}  // namespace huiban::domain
