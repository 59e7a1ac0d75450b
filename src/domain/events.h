#pragma once
// The events that are the truth of a meeting, a task and the directory. Append-only: a field may be added,
// never renamed or given another meaning; store/event_codec.cpp writes them as versioned JSON.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"
#include "domain/agenda.h"
#include "domain/attendance.h"
#include "domain/directory.h"
#include "domain/directory_change.h"
#include "domain/readiness.h"
#include "domain/roll_call.h"
#include "domain/leave.h"
#include "domain/task_events.h"

namespace huiban::domain {

enum class Role {
  kAdministrator,  // 系统管理员
  kSecretary,      // 党政办秘书 / 督办员
  kApprover,       // 党政办主任 / 审核人
  kLeader,         // 镇领导
  kUnitHead,       // 单位负责人
  kLiaison,        // 单位联络员
  kVenueDevice,    // 会场终端: joined by a venue's link
  kObserver,       // 观摩
  kAuditor,        // 审计员
  kSystem,         // the server itself: a line lost, a restart
};

// Who did it, as the journal prints it.
struct Actor {
  Role role = Role::kSystem;
  std::optional<AccountId> account;
  std::optional<UnitId> unit;       // unit head and liaison
  std::optional<MeetingId> meeting; // venue device: the meeting its link is for
  std::optional<VenueId> venue;     // venue device
  std::string label;                // 党政办秘书, 东溪村会场
};

// --- directory ---
struct DirectoryImported { Directory directory; };
struct DirectoryChanged {
  DirectoryPatch patch;
  DirectoryChangeKind kind = DirectoryChangeKind::kEdit;
  std::string source;                   // name of the imported file
  std::optional<std::uint64_t> undoes;  // seq of the change that it takes back
};

// --- meeting ---
struct MeetingCreated { MeetingPlan plan; };
struct PlanRevised { MeetingPlan plan; };
struct MeetingConvened {
  std::string number;  // 〔2020〕3号, of the meeting
  std::vector<Venue> venues;
  std::vector<Seat> seats;
};
struct MeetingStarted {};
struct MeetingEnded { std::string minutes_number; };  // 〔2020〕3号, of the 纪要
struct VenueJoined { VenueId venue; PeerId peer; };
struct VenueLost { VenueId venue; PeerId peer; UtcTime last_packet_at; };
struct VenueBack { VenueId venue; PeerId peer; };
struct VenueTakenOver { VenueId venue; PeerId old_peer, new_peer; };
struct SeatReleased { VenueId venue; };  // the line did not come back within the held seat's time
struct SeatsSignedIn {
  std::vector<SeatId> seats;
  std::optional<VenueId> venue;  // the browser they signed in at
  SignInMethod method = SignInMethod::kBrowser;
  UtcTime signed_at;
  std::string reason;            // required for kSecretary, kPhone, kPaper
  bool substitute = false;       // those who came instead, not the seats' own persons
};
struct SignInTakenBack { std::vector<SeatId> seats; std::string reason; };
struct StageChanged { std::optional<VenueId> main, second; };
struct FloorRequested { VenueId venue; };
struct FloorRequestWithdrawn { VenueId venue; };
struct FloorGranted { VenueId venue; };
struct FloorRevoked { VenueId venue; std::string reason; };
struct AllMuted {};  // every gate but the chair's
// One step: previous item ends, item starts, its speaker's venue gets stage and floor.
struct AgendaAdvanced {
  std::optional<AgendaItemId> from, to;      // to empty: the agenda is through
  std::optional<VenueId> stage_before, stage_after;
  std::vector<VenueId> floor_before, floor_after;
};
struct AgendaReverted { AgendaAdvanced undone; };  // undo within 5 s
struct NoteSaved {
  AgendaItemId item;
  std::uint32_t version = 0;  // 1, 2, ... per item; older texts are kept
  std::string text;
};
struct BannerSet { std::string text; };  // 横幅; empty takes it away
// What a venue's line carries, best first (画质阶梯). Stored as numbers.
enum class Rung {
  k720p,
  k360p,
  k180p,
  kContentAndSound,  // 材料和声音: no camera pictures
  kSoundOnly,        // 仅声音
};
struct RungPinned { VenueId venue; std::optional<Rung> rung; };  // empty: automatic again
struct MediaFault { std::string what; };  // sound or picture was rebuilt; the meeting went on
struct ServerRestarted { UtcTime last_alive; };  // the gap is nobody's absence

// Appended later; the order of the variant is the order in which types came.
struct MeetingCancelled {
  std::string reason;                     // required once convened
  std::optional<MeetingId> merged_into;   // 合并开会: the meeting that is held instead
};
// --- roll call (点名) of a meeting ---
struct RollCallStarted {
  std::vector<VenueId> venues;  // in the order of calling
  std::int64_t answer_within_ms = 0;
  int rounds = 2;
  bool stills = true;
};
// On stage, with its microphone open beside the chair's and no other.
struct RollCallCalled { VenueId venue; int round = 1; };
struct RollCallMarked {
  VenueId venue;
  RollCallOutcome outcome = RollCallOutcome::kAnswered;
  RollCallSign sign = RollCallSign::kNone;
  std::int64_t after_ms = 0;  // since it was called
  int level_dbov = -127;      // RFC 6464; -127: none
};
struct RollCallStillKept { VenueId venue; std::string still; };  // name in the evidence store
struct RollCallEnded { bool stopped = false; };  // stage and floor are again as before it

// --- requests, and before the meeting ---
struct RequestsReordered { std::vector<VenueId> venues; };  // the queue, by hand
struct ReadinessReported { VenueId venue; Readiness measured; };
struct CallNoted { VenueId venue; CallResult result = CallResult::kReached; std::string note; };
// --- attendance: leave, receipts, corrections ---
struct LeaveAsked {
  LeaveId leave;
  LeaveKind kind = LeaveKind::kLeave;
  std::vector<SeatId> seats;
  bool all_posts = true;
  std::string reason;
  Substitute substitute;
};
struct LeaveDecided { LeaveId leave; bool approved = false; std::string decided_by, channel, note; };
struct LeaveWithdrawn { LeaveId leave; std::string reason; };
struct ReceiptReturned { UnitId unit; std::vector<ReceiptLine> lines; std::string remark; };
struct SeatsSignedOut { std::vector<SeatId> seats; UtcTime left_at; std::string reason; };
struct AttendanceCorrected {
  std::vector<SeatWas> was;      // the seats, and what they read before
  std::optional<SeatStatus> to;  // empty: the correction is taken back
  std::optional<UtcTime> signed_at;
  bool late = false, early = false;
  std::string reason;
};
struct GuestSignedIn {
  GuestId guest;
  GuestKind kind = GuestKind::kAttending;
  std::string text;
  std::optional<VenueId> venue;
  UtcTime signed_at;
};
struct GuestTakenBack { GuestId guest; std::string reason; };
// A post changed hands after convening: shown as a difference, 应到 stays frozen.
struct HolderChanged { SeatId seat; std::optional<PersonId> before, after; bool vacant = false; };

// --- content sharing (共享材料) of a meeting: one at a time ---
struct ContentGranted { VenueId venue; };
struct ContentRevoked { VenueId venue; };
struct ContentStarted { VenueId venue; PeerId peer; };
struct ContentStopped { VenueId venue; };
// --- what is kept with a meeting beside its plan ---
struct TileRulesSet { std::vector<TileRule> rules; };
struct GoalRanked { int goal = 0; int rank = 0; std::string note; };  // goal: place in the plan's list

// --- office: what belongs to no meeting ---
struct MonthJudged { int year = 0, month = 0; std::string text; };  // 月度研判; the newest counts

using EventPayload =
    std::variant<DirectoryImported, MeetingCreated, PlanRevised, MeetingConvened, MeetingStarted,
                 MeetingEnded, VenueJoined, VenueLost, VenueBack, VenueTakenOver, SeatReleased,
                 SeatsSignedIn, SignInTakenBack, StageChanged, FloorRequested, FloorRequestWithdrawn,
                 FloorGranted, FloorRevoked, AllMuted, AgendaAdvanced, AgendaReverted, NoteSaved,
                 BannerSet, RungPinned, MediaFault, ServerRestarted, TaskDrafted, TaskRevised, TaskIssued,
                 TaskSignedFor, DirectoryChanged, MeetingCancelled, RollCallStarted, RollCallCalled,
                 RollCallMarked, RollCallStillKept, RollCallEnded, RequestsReordered,
                 ReadinessReported, CallNoted, LeaveAsked, LeaveDecided, LeaveWithdrawn,
                 ReceiptReturned, SeatsSignedOut, AttendanceCorrected, GuestSignedIn,
                 GuestTakenBack, HolderChanged, ContentGranted, ContentRevoked, ContentStarted,
                 ContentStopped, TileRulesSet, GoalRanked, MonthJudged, TaskActed, PeriodSet,
                 MeritNoted, MeritTakenBack>;

enum class StreamKind { kDirectory, kMeeting, kTask, kOffice };

struct StreamId {
  StreamKind kind = StreamKind::kDirectory;
  UuidBytes id{};  // nil for the directory and the office
  auto operator<=>(const StreamId&) const = default;
  static StreamId directory() { return {}; }
  static StreamId office() { return {StreamKind::kOffice, {}}; }
  static StreamId of(MeetingId m) { return {StreamKind::kMeeting, m.bytes()}; }
  static StreamId of(TaskId t) { return {StreamKind::kTask, t.bytes()}; }
};

struct StoredEvent {
  StreamId stream;
  std::uint64_t seq = 0;  // 1, 2, ... within the stream
  UtcTime at;
  Actor actor;
  CommandId command;
  EventPayload payload;
  std::array<std::uint8_t, 32> hash{};  // SHA-256 over the previous hash and the stored bytes
};

}  // namespace huiban::domain
