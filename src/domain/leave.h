#pragma once
// Leave and substitutes (请假, 替会), receipts of units and what the office corrected: the values
// that a meeting's events carry. Source: docs/attendance.md.
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"

namespace huiban::domain {

enum class SeatStatus {
  kExpected,    // 未到: not yet, the meeting runs
  kPresent,     // 到会
  kAbsent,      // 缺席
  kVacant,      // 空缺
  kLeave,       // 请假: approved and not there
  kSubstitute,  // 替会: approved and signed in
};

enum class LeaveKind { kLeave, kSubstitute };

// Who comes instead. seat: the substitute's own seat if they are expected anyway.
struct Substitute {
  std::string text;  // unit, post, name: as the unit wrote it
  std::string mobile;
  std::optional<SeatId> seat;
};

struct LeaveDecision {
  bool approved = false;
  std::string decided_by;  // the leader's post, when the office recorded it
  std::string channel;     // 口头, 电话, 微信, 批条
  std::string note;
  UtcTime at;
  std::string by;  // who pressed
};

struct Leave {
  LeaveId id;
  LeaveKind kind = LeaveKind::kLeave;
  std::vector<SeatId> seats;
  bool all_posts = true;  // of the person; false: for these posts only
  std::string reason;
  Substitute substitute;
  UtcTime asked_at;
  std::string asked_by;
  std::vector<LeaveDecision> decisions;  // oldest first; the last one is valid
  bool withdrawn = false;
  std::string withdrawn_why;

  bool approved() const { return !withdrawn && !decisions.empty() && decisions.back().approved; }
  bool refused() const { return !withdrawn && !decisions.empty() && !decisions.back().approved; }
  bool undecided() const { return !withdrawn && decisions.empty(); }
};

// 回执: who comes, by seat.
struct ReceiptLine {
  SeatId seat;
  bool comes = true;  // false: leave or a substitute was asked for
  std::string name, mobile;
};

struct Receipt {
  std::vector<ReceiptLine> lines;
  std::string remark, by;
  UtcTime at;
};

// What a seat read before it was corrected.
struct SeatWas {
  SeatId seat;
  SeatStatus status = SeatStatus::kExpected;
  bool late = false, early = false;
  std::optional<UtcTime> signed_at;
};

struct Correction {
  SeatStatus to = SeatStatus::kPresent;
  std::optional<UtcTime> signed_at;  // empty: present without a time
  bool late = false, early = false;
  std::string reason, by;
  UtcTime at;
  SeatWas was;
};

// Present, but not expected: counted nowhere, fills nobody's post.
enum class GuestKind { kAttending, kUnlisted };  // 列席, 名单外

struct Guest {
  GuestId id;
  GuestKind kind = GuestKind::kAttending;
  std::string text;
  std::optional<VenueId> venue;
  UtcTime signed_at;
};

// Who holds a seat's post now, where that changed after convening.
struct HolderNow {
  std::optional<PersonId> person;
  bool vacant = false;
  UtcTime at;
  std::string by;
};

}  // namespace huiban::domain
