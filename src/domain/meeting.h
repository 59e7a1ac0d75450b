#pragma once
// One meeting, rebuilt from its events: plan, expected list, floor, stage, agenda clock, presence,
// notes. Holds no rule that needs another meeting. Control thread; owned by Service.
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "domain/attendance.h"
#include "domain/events.h"

namespace huiban::domain {

enum class MeetingState { kPlanned, kConvened, kRunning, kEnded, kCancelled };

struct VenuePresence {
  bool online = false;
  std::optional<PeerId> peer;
  std::optional<UtcTime> joined_at,
      lost_at;            // lost_at: last packet seen; set while the line is lost
  bool released = false;  // lost for longer than a seat is held; what it had is taken
  struct Gap {
    UtcTime from, to;
  };
  std::vector<Gap> gaps;
};

// The server was down; what happened to the lines meanwhile is nobody's absence.
struct Outage {
  UtcTime from, to;
};

struct FloorRequest {
  VenueId venue;
  UtcTime at;
};

struct Note {
  std::uint32_t version = 0;
  std::string text;
  UtcTime at;
  std::string by;
};

struct SignIn {
  UtcTime signed_at;
  SignInMethod method = SignInMethod::kBrowser;
  std::optional<VenueId> venue;
  std::string reason;
  bool substitute = false;                     // somebody else came for the seat
  std::optional<UtcTime> by_phone_since;       // went on by phone; the room's line decides no more
  std::optional<UtcTime> left_at;              // signed out
};

struct SelfTest {
  Readiness measured;
  UtcTime at;
};

struct Call {
  CallResult result = CallResult::kReached;
  std::string note;
  UtcTime at;
  std::string by;
};

struct GoalRank {
  int rank = 0;
  std::string note;
  UtcTime at;
  std::string by;
};

struct ItemClock {
  std::optional<UtcTime> started, ended;
};

class Meeting {
 public:
  explicit Meeting(MeetingId id) : id_(id) {}
  void apply(const StoredEvent& event);

  MeetingId id() const { return id_; }
  std::uint64_t seq() const { return seq_; }
  MeetingState state() const { return state_; }
  const MeetingPlan& plan() const { return plan_; }
  const std::string& number() const { return number_; }
  const std::string& minutes_number() const { return minutes_number_; }
  const std::optional<MeetingCancelled>& cancelled() const { return cancelled_; }
  std::optional<UtcTime> started_at() const { return started_at_; }
  std::optional<UtcTime> ended_at() const { return ended_at_; }
  std::optional<UtcTime> last_event_at() const { return last_event_at_; }

  const std::vector<Venue>& venues() const { return venues_; }  // empty until convened
  const std::vector<Seat>& seats() const { return seats_; }
  const Venue* find_venue(VenueId id) const;
  const Venue* main_venue() const;
  const Seat* find_seat(SeatId id) const;
  bool seats_of_unit_in(UnitId unit, VenueId venue) const;
  int unit_order(UnitId unit) const;  // the office's, as frozen
  const AgendaItem* find_item(AgendaItemId id) const;
  const AgendaItem* next_item() const;  // null: the current one is the last, or it is through
  std::optional<VenueId> venue_of_speaker(const Speaker& speaker) const;  // from the expected list

  const std::map<VenueId, VenuePresence>& presence() const { return presence_; }
  const std::vector<Outage>& outages() const { return outages_; }
  // When a line lost at that time counts as lost: not before the server is up again.
  UtcTime without_outage(UtcTime at) const;
  // Until when the seat of a venue whose line is lost is kept for it; nothing for one that is
  // online, never joined or was released.
  std::optional<UtcTime> held_until(VenueId venue, Milliseconds hold) const;
  const std::map<SeatId, SignIn>& sign_ins() const { return sign_ins_; }
  const std::vector<Leave>& leaves() const { return leaves_; }  // in the order asked
  const Leave* find_leave(LeaveId id) const;
  const Leave* leave_of(SeatId seat) const;  // the newest that is not withdrawn
  const std::map<UnitId, Receipt>& receipts() const { return receipts_; }  // the newest of each
  const std::map<SeatId, Correction>& corrections() const { return corrections_; }
  const std::vector<Guest>& guests() const { return guests_; }
  const std::map<SeatId, HolderNow>& holder_changes() const { return holder_changes_; }
  // Who holds the seat's post now; nobody for 负责人, vacant and unregistered posts.
  std::optional<PersonId> holder_now(const Seat& seat) const;
  std::optional<VenueId> stage_main() const { return stage_main_; }
  std::optional<VenueId> stage_second() const { return stage_second_; }
  // Who may share a screen, and whose is shown.
  std::optional<VenueId> content_granted() const { return content_granted_; }
  std::optional<VenueId> content_shown() const { return content_shown_; }
  std::optional<PeerId> content_peer() const { return content_peer_; }
  // Venues whose gate is open, in the order of grants; the main venue (the chair's) first while
  // running.
  const std::vector<VenueId>& floor() const { return floor_; }
  bool has_floor(VenueId id) const;
  // Of those, the venues that have it by the current item; the next item takes it from them.
  const std::vector<VenueId>& floor_by_item() const { return floor_by_item_; }
  const std::deque<FloorRequest>& requests() const { return requests_; }
  std::optional<AgendaItemId> current_item() const { return current_item_; }
  const std::map<AgendaItemId, ItemClock>& item_clocks() const { return item_clocks_; }
  const std::map<AgendaItemId, std::vector<Note>>& notes() const { return notes_; }  // oldest first
  const std::string& banner() const { return banner_; }
  const std::map<VenueId, Rung>& pinned_rungs() const { return pinned_rungs_; }
  const std::vector<RollCall>& roll_calls() const { return roll_calls_; }  // oldest first
  const RollCall* running_roll_call() const;
  const std::map<VenueId, SelfTest>& readiness() const { return readiness_; }  // the last of each
  // Every self-test of a venue, oldest first.
  const std::map<VenueId, std::vector<SelfTest>>& self_tests() const { return self_tests_; }
  const std::map<int, GoalRank>& goal_ranks() const { return goal_ranks_; }  // by place in the plan
  const std::map<VenueId, std::vector<Call>>& calls() const { return calls_; }  // oldest first
  // The step that undo would take back, if it was the last public action.
  const std::optional<AgendaAdvanced>& last_advance() const { return last_advance_; }
  std::optional<UtcTime> last_advance_at() const { return last_advance_at_; }

 private:
  void on(const MeetingCreated& e, UtcTime at);
  void on(const PlanRevised& e, UtcTime at);
  void on(const MeetingConvened& e, UtcTime at);
  void on(const MeetingStarted& e, UtcTime at);
  void on(const MeetingEnded& e, UtcTime at);
  void on(const MeetingCancelled& e, UtcTime at);
  void on(const VenueJoined& e, UtcTime at);
  void on(const VenueLost& e, UtcTime at);
  void on(const VenueBack& e, UtcTime at);
  void on(const VenueTakenOver& e, UtcTime at);
  void on(const SeatReleased& e, UtcTime at);
  void on(const SeatsSignedIn& e, UtcTime at);
  void on(const SignInTakenBack& e, UtcTime at);
  void on(const StageChanged& e, UtcTime at);
  void on(const FloorRequested& e, UtcTime at);
  void on(const FloorRequestWithdrawn& e, UtcTime at);
  void on(const FloorGranted& e, UtcTime at);
  void on(const FloorRevoked& e, UtcTime at);
  void on(const AllMuted& e, UtcTime at);
  void on(const AgendaAdvanced& e, UtcTime at);
  void on(const AgendaReverted& e, UtcTime at);
  void on(const NoteSaved& e, UtcTime at);
  void on(const BannerSet& e, UtcTime at);
  void on(const RungPinned& e, UtcTime at);
  void on(const ServerRestarted& e, UtcTime at);
  void on(const RollCallStarted& e, UtcTime at);
  void on(const RollCallCalled& e, UtcTime at);
  void on(const RollCallMarked& e, UtcTime at);
  void on(const RollCallStillKept& e, UtcTime at);
  void on(const RollCallEnded& e, UtcTime at);
  void on(const RequestsReordered& e, UtcTime at);
  void on(const ReadinessReported& e, UtcTime at);
  void on(const CallNoted& e, UtcTime at);
  void on(const LeaveAsked& e, UtcTime at);
  void on(const LeaveDecided& e, UtcTime at);
  void on(const LeaveWithdrawn& e, UtcTime at);
  void on(const ReceiptReturned& e, UtcTime at);
  void on(const SeatsSignedOut& e, UtcTime at);
  void on(const AttendanceCorrected& e, UtcTime at);
  void on(const GuestSignedIn& e, UtcTime at);
  void on(const GuestTakenBack& e, UtcTime at);
  void on(const HolderChanged& e, UtcTime at);
  void on(const ContentGranted& e, UtcTime at);
  void on(const ContentRevoked& e, UtcTime at);
  void on(const ContentStarted& e, UtcTime at);
  void on(const ContentStopped& e, UtcTime at);
  void on(const TileRulesSet& e, UtcTime at);
  void on(const GoalRanked& e, UtcTime at);
  template <class Other>
  void on(const Other&, UtcTime) {}  // the journal's only, or another stream's
  void come_online(VenueId venue, PeerId peer, UtcTime at);
  void withdraw_request(VenueId venue);
  void forget_undo();

  MeetingId id_;
  std::string event_by_;  // label of the actor whose event is being applied
  std::uint64_t seq_ = 0;
  MeetingState state_ = MeetingState::kPlanned;
  MeetingPlan plan_;
  std::string number_, minutes_number_;
  std::optional<MeetingCancelled> cancelled_;
  std::optional<UtcTime> started_at_, ended_at_, last_event_at_;
  std::vector<Venue> venues_;
  std::vector<Seat> seats_;
  std::map<VenueId, VenuePresence> presence_;
  std::vector<Outage> outages_;
  std::map<SeatId, SignIn> sign_ins_;
  std::vector<Leave> leaves_;
  std::map<UnitId, Receipt> receipts_;
  std::map<SeatId, Correction> corrections_;
  std::vector<Guest> guests_;
  std::map<SeatId, HolderNow> holder_changes_;
  std::optional<VenueId> stage_main_, stage_second_;
  std::optional<VenueId> content_granted_, content_shown_;
  std::optional<PeerId> content_peer_;
  std::vector<VenueId> floor_, floor_by_item_;
  std::deque<FloorRequest> requests_;
  std::optional<AgendaItemId> current_item_;
  std::map<AgendaItemId, ItemClock> item_clocks_;
  std::map<AgendaItemId, std::vector<Note>> notes_;
  std::string banner_;
  std::map<VenueId, Rung> pinned_rungs_;
  std::vector<RollCall> roll_calls_;
  std::map<VenueId, SelfTest> readiness_;
  std::map<VenueId, std::vector<SelfTest>> self_tests_;
  std::map<int, GoalRank> goal_ranks_;
  std::map<VenueId, std::vector<Call>> calls_;
  std::optional<AgendaAdvanced> last_advance_;
  std::optional<UtcTime> last_advance_at_;
  // What the step changed beside its own words; undo puts it back.
  struct BeforeAdvance {
    std::optional<VenueId> stage_second;
    std::vector<VenueId> floor_by_item;
    std::deque<FloorRequest> requests;
  } before_advance_;
};

}  // namespace huiban::domain
