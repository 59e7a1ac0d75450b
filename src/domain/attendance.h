#pragma once
// The expected list (应到) from rules, and what came of it (实到 迟到 早退 缺席), computed from
// events. Pure functions. Source: the office's attendance rules in docs/attendance.md.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"
#include "domain/agenda.h"
#include "domain/directory.h"
#include "domain/leave.h"

namespace huiban::domain {

// A room with a screen: main venue or a unit's own branch room.
struct Venue {
  VenueId id;
  VenueKind kind = VenueKind::kBranch;
  std::string name;           // 主会场, 东溪村
  std::vector<UnitId> units;  // whose seats are here; the main venue: all that have seats there
  int order = 0;
};

// One line of the expected list. post is empty for 负责人 of a unit (any head fills it).
struct Seat {
  SeatId id;
  UnitId unit;
  std::optional<PostId> post;
  std::string unit_name;  // frozen words: they print as convened
  std::string unit_kind;  // UnitKind::key
  int unit_order = 0;     // the office's order of units when convened
  std::string title;
  VenueId venue;
  VenueKind venue_kind = VenueKind::kBranch;
  std::vector<PostId> heads;       // of a 负责人 seat: the posts that may fill it, as frozen
  std::optional<PersonId> person;  // frozen holder; one person may have several seats
  bool vacant = false;             // 空缺: a post, no person
  int rule = -1;  // index in MeetingPlan::rules; -1: named by the agenda (会议角色)
  int order = 0;  // office order within the list
};

struct ExpectedTotals {
  int main_persons = 0, branch_persons = 0;
  int main_by_rules = 0, main_by_agenda = 0, branch_by_rules = 0, branch_by_agenda = 0;
  int posts = 0;  // 岗
  struct Row {
    std::string kind;
    int main = 0, branch = 0;
  };
  std::vector<Row> by_kind;  // in the directory's order
  std::vector<int> by_rule;  // persons each rule adds, in rule order
};

struct ExpectedList {
  std::vector<Venue> venues;  // main first, then branches in office order
  std::vector<Seat> seats;    // main first; by rank and unit order
  ExpectedTotals totals;
  std::string sentence_zh;  // the last paragraph of the news brief: who sat where
  std::vector<std::string> warnings_zh;
};

// Invalid: a rule that names an unknown kind, committee, alias, post or class; the message says
// which.
Result<ExpectedList> expected_list(const Directory& directory, const MeetingPlan& plan);

struct AttendanceSettings {
  Milliseconds grace = std::chrono::minutes{5};   // late after planned time + grace
  Milliseconds early = std::chrono::minutes{10};  // early: gone this long or more before the end
  Milliseconds hold = std::chrono::minutes{10};   // held seat after a drop of the line
  Milliseconds window_before = std::chrono::minutes{60};  // sign-in opens for a room and a liaison
  Milliseconds scan_before = std::chrono::minutes{30};    // ... and for a scanned code
  std::chrono::minutes utc_offset{8 * 60};  // the office's time zone, for the planned time
};

enum class SignInMethod { kBrowser, kQr, kPhone, kSecretary, kDesk, kPaper };

struct SeatAttendance {
  SeatId seat;
  SeatStatus status = SeatStatus::kExpected;
  bool late = false;               // 迟到; within 实到
  bool early = false;              // 早退; within 实到
  bool online_not_signed = false;  // 在线未签到
  bool pending = false;            // 待批: leave or a substitute is asked for and not decided
  bool refused = false;            // 不准假, and not there
  bool unapproved = false;         // 未获批准: somebody came instead whom nobody approved
  bool leave_void = false;         // 请假作废: leave was approved, and the person came
  bool by_expected = false;        // 替会 by somebody who is expected anyway
  bool holder_changed = false;     // the post changed hands after convening
  std::optional<UtcTime> signed_at, left_at;
  std::optional<SignInMethod> method;
  std::string reason;
  std::optional<LeaveId> leave;
  std::string substitute;          // who came instead
  // Present, but signed in at another seat of the same person in this room: 到会（在主会场）.
  std::optional<VenueId> elsewhere;
  // Longest time that the room where they signed in had no line, if over the held seat's time and
  // the line came back, with its limits; the server's own outages are taken off gap. 0: none.
  Milliseconds gap{0};
  std::optional<UtcTime> gap_from, gap_to;
  std::optional<Correction> corrected;
};

// Persons but for the posts. A person is counted once, under the first of their seats; a unit's and
// a room's figures count their own persons. expected = present + leave + absent + missing +
// replaced.
struct AttendanceTotals {
  int expected = 0, present = 0, late = 0, early = 0, absent = 0, missing = 0;
  int leave = 0;        // 请假
  int substitutes = 0;  // 替会; within present, but for those in replaced
  int replaced = 0;     // 由应到人代替: within neither present nor absent
  int pending = 0;      // 待批; within absent or missing
  int posts_expected = 0, posts_present = 0;  // 岗

  AttendanceTotals& operator+=(const AttendanceTotals& other);
};

// What one seat adds to them, taken by itself.
AttendanceTotals totals_of(const SeatAttendance& seat);

struct UnitAttendance {
  UnitId unit;
  std::string name, kind;
  AttendanceTotals main, branch;  // a unit split over both venues is two figures, never one flag
};

struct VenueAttendance {
  VenueId venue;
  std::string name;
  AttendanceTotals totals;  // of the seats of this room
  int here = 0;             // persons of them who signed in in this room
};

struct AttendanceResult {
  std::vector<SeatAttendance> seats;  // in seat order
  std::vector<UnitAttendance> units;  // in office order
  std::vector<VenueAttendance> venues;
  AttendanceTotals total, main, branch;
  int guests = 0;      // 列席、名单外: counted nowhere
  int unapproved = 0;  // 未获批准: counted nowhere
  int added = 0;       // 应到 grew by vacancies that were filled
};

// The planned start in UTC; nothing without a clock time.
std::optional<UtcTime> planned_start(const MeetingTime& time, std::chrono::minutes utc_offset);

class Meeting;
// One seat by itself: what the events say of it, corrections included.
SeatAttendance seat_attendance(const Meeting& meeting, const Seat& seat,
                               const AttendanceSettings& settings);
AttendanceResult attendance(const Meeting& meeting, UtcTime now,
                            const AttendanceSettings& settings);

}  // namespace huiban::domain
