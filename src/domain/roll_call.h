#pragma once
// Roll call (点名): the venues one after the other, who answered, how and when. Plain values and
// pure functions; the commands are in service_roll_call.cpp.
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"

namespace huiban::domain {

enum class RollCallOutcome {
  kWaiting,   // not called yet, or called and not yet answered
  kAnswered,  // 已应答
  kNoAnswer,  // 未应答: the time is up, or the secretary says so
  kSkipped,   // 跳过
};

// How an answer was known.
enum class RollCallSign {
  kNone,
  kLevel,      // the sound received from the room
  kButton,     // pressed on the venue's page
  kSecretary,  // marked by hand; stands whatever the room does
};

struct RollCallRow {
  VenueId venue;
  RollCallOutcome outcome = RollCallOutcome::kWaiting;
  RollCallSign sign = RollCallSign::kNone;
  int round = 0;  // in which it was called last; 0: not called yet
  std::optional<UtcTime> called_at, marked_at;
  Milliseconds after{0};  // from the call to the answer
  int level_dbov = -127;  // RFC 6464, of the answer; -127: none
  std::string still;      // name in the evidence store; empty: none
};

struct RollCall {
  std::vector<RollCallRow> rows;  // in office order
  UtcTime started_at;
  std::optional<UtcTime> ended_at;
  bool stopped = false;  // ended by hand before everybody was called
  bool stills = true;
  Milliseconds answer_within{0};
  int rounds = 2;
  int round = 1;
  std::optional<VenueId> current;
  // What stage and floor return to.
  std::optional<VenueId> stage_main, stage_second;
  std::vector<VenueId> floor;

  bool running() const { return !ended_at; }
  const RollCallRow* find(VenueId venue) const;
  RollCallRow* find(VenueId venue);
};

struct NextCall {
  VenueId venue;
  int round = 1;
};

// Whom to call after the current one: first everybody who was not called in this round, then, in
// the next round, those who have not answered. A row that the secretary marked is not called.
std::optional<NextCall> next_call(const RollCall& call);
// The same for the calls after it, at most `most`, if nobody else answers.
std::vector<VenueId> next_calls(const RollCall& call, std::size_t most);

// What the secretary asks for.
struct RollCallPlan {
  bool connected_only = true;
  bool stills = true;
  Milliseconds answer_within{15'000};
  int rounds = 2;
  std::vector<VenueId> venues;  // these alone, in office order; empty: all branches
};

}  // namespace huiban::domain
