#pragma once
// Inside of Service, shared by its service_*.cpp files only: loaded aggregates, and how a command
// is carried out.
#include <algorithm>
#include <deque>
#include <initializer_list>
#include <map>
#include <set>
#include <utility>

#include "core/thread.h"
#include "domain/service.h"

namespace huiban::domain {

// A command that may close gates: what it means is decided on the meeting as it is at that moment.
struct Service::GateCommand {
  enum class Kind { kRevoke, kMuteAll, kNextItem, kUndo, kEnd, kRelease, kRollCall, kHandOff };
  Kind kind = Kind::kRevoke;
  Command command;
  MeetingId meeting;
  Done done;
  std::function<Result<std::vector<EventPayload>>(const Meeting&)> decide;
  bool finished = false;  // stored or refused; its answer is being given
};

struct Service::State {
  // Gates as media was told, and the one command that waits for a confirmation; others queue up.
  struct Gates {
    std::set<VenueId> open, closing;
    std::optional<GateCommand> running;
    std::deque<GateCommand> waiting;
  };
  struct Fault {
    std::string what;
    UtcTime at;
  };

  std::map<MeetingId, Meeting> meetings;
  std::map<TaskId, Task> tasks;
  TaskCalendar calendar;
  std::vector<Merit> merits;
  std::uint64_t office_seq = 0;  // of the office's own book
  std::set<TaskId> suspended;
  std::map<MeetingId, Gates> gates;
  std::map<MeetingId, std::map<VenueId, Line>> unstored_lines;  // while the store refuses facts
  std::map<MeetingId, Fault> last_faults;
  DirectoryLog directory_log;
  std::map<MeetingId, std::vector<VenueId>> next;  // as media was told
  std::map<UnitId, LineRecord> lines;
  std::set<UnitId> changed_lines;  // since they were written
  std::optional<UtcTime> lines_written_at;
  std::map<MeetingId, std::map<VenueId, int>> levels;  // dBov, last second, of running meetings
  std::map<std::chrono::year_month, Judgement> judgements;
  EvidenceStore* evidence = nullptr;
  LineMemory* line_memory = nullptr;
  MediaGateway* media = nullptr;
  Publisher* publisher = nullptr;

  void apply_office(const StoredEvent& event);  // service_office.cpp

  // Only meetings by video have sound and picture; an on-site one runs without a media server.
  MediaGateway* media_of(const Meeting& meeting) const {
    return meeting.plan().form == MeetingForm::kVideo ? media : nullptr;
  }
};

// Forbidden unless the actor has one of the roles; the server itself may do everything.
inline Result<void> require_role(const Actor& actor, std::initializer_list<Role> roles) {
  if (actor.role == Role::kSystem ||
      std::find(roles.begin(), roles.end(), actor.role) != roles.end())
    return {};
  return fail(ErrorCode::kForbidden, "您的角色不能做这件事", "Your role may not do this");
}

inline bool is_of_unit(const Actor& actor) {
  return actor.role == Role::kLiaison || actor.role == Role::kUnitHead;
}

inline tl::unexpected<Error> no_meeting() {
  return fail(ErrorCode::kNotFound, "没有这个会议", "There is no such meeting");
}

inline tl::unexpected<Error> no_venue() {
  return fail(ErrorCode::kNotFound, "没有这个会场", "There is no such venue");
}

inline tl::unexpected<Error> wrong_state(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kConflict, zh, en);
}

// While the roll is called the stage and the floor are the roll call's.
inline Result<void> check_no_roll_call(const Meeting& meeting) {
  if (!meeting.running_roll_call()) return {};
  return wrong_state("正在点名，请先停止点名", "The roll is being called; stop it first");
}

// Longest texts that a person may enter, in bytes of UTF-8 (a Chinese character takes three).
inline constexpr std::size_t kMaxLine = 3000;    // titles, reasons, contacts
inline constexpr std::size_t kMaxBanner = 600;   // 200 characters are more than a screen's width
inline constexpr std::size_t kMaxText = 150000;  // a note of a long speech: some 50 000 characters

inline Result<void> check_text(const std::string& text, std::size_t most, const char* zh,
                               const char* en) {
  if (text.size() <= most) return {};
  return fail(ErrorCode::kInvalid, std::string(zh) + "太长", std::string(en) + " is too long");
}

}  // namespace huiban::domain
