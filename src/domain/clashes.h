#pragma once
// Two meetings of one day that call the same people (同日会议冲突), and whether they had better be
// one meeting (合并开会). Pure functions.
#include <string>
#include <vector>

#include "domain/attendance.h"

namespace huiban::domain {

// A seat of this meeting whose post, or whose holder, the other meeting calls too.
struct Clash {
  UnitId unit;
  std::string unit_name, unit_kind;
  std::string title;                         // as this meeting calls it
  VenueKind here = VenueKind::kBranch, there = VenueKind::kBranch;
  bool same_person = false;                  // other posts, one person (一肩挑)
};

struct MeetingClash {
  MeetingId other;
  std::string title;       // of the other meeting
  MeetingTime time;
  bool same_half = false;  // the stronger kind; a meeting without half-day clashes with both
  std::vector<Clash> clashes;  // in the order of this meeting's list
  int others_posts = 0;        // the other meeting's list, vacant seats left out
  bool hold_together = false;  // most of the smaller list is in both
};

// Vacant seats send nobody and do not clash. A 负责人 seat clashes where any head of its unit is
// called: whoever of them comes, the unit's head is wanted twice.
std::vector<Clash> clashes(const std::vector<Seat>& here, const std::vector<Seat>& there);

// Whether both lie in the same half of a day; a meeting that says neither hour nor half lies in both.
bool same_half_day(const MeetingTime& a, const MeetingTime& b);

// Most of the smaller of two lists (posts, without vacant ones) is in both.
bool better_held_together(std::size_t clashing, std::size_t here, std::size_t there);

}  // namespace huiban::domain
