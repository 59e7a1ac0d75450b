#pragma once
// Every command of Huiban: checks who may, decides events, stores them, tells media and pages.
// Owns the loaded meetings and tasks. Control thread; outlives api and media callbacks.
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/expected_difference.h"
#include "domain/clashes.h"
#include "domain/meeting.h"
#include "domain/ports.h"
#include "domain/task_figures.h"
#include "domain/task_rules.h"

namespace huiban::domain {

struct OfficeSettings {
  AttendanceSettings attendance;
  std::chrono::minutes utc_offset{8 * 60};  // the office's time zone
  std::string office = "示例镇党政办公室";
  std::string number_mark = "示";  // 示督〔2020〕12号
  TaskSettings tasks;
  ScoreRules scores;
  std::string working_days;  // text of the working-day file (task_calendar.h)
  Milliseconds undo{5000};
  Milliseconds roll_call_pause{2000};  // after an answer, before the next venue is called
};

// Who asks, and the id the client made for this command (applied once).
struct Command {
  CommandId id;
  Actor actor;
};

// The stream and its last sequence number after the command; the same on every retry.
struct Applied {
  std::uint64_t seq = 0;
};

class Service final : public MediaFacts {
 public:
  Service(EventStore& store, const Clock& clock, OfficeSettings settings);
  ~Service() override;

  void set_media(MediaGateway* media);
  void set_publisher(Publisher* publisher);
  // Once a second: takes floor, place in the queue and stage from venues whose line has been lost
  // for longer than a seat is held. The main venue keeps them.
  void release_seats();
  // Before start(); without one, lines are remembered until the program ends.
  void set_line_memory(LineMemory* memory);
  // Before start(); without one, no stills of a roll call are kept.
  void set_evidence(EvidenceStore* evidence);
  // Loads directory, open meetings and tasks; re-opens media of running meetings; notes the restart
  // gap.
  Result<void> start();

  const Clock& clock() const { return clock_; }
  const OfficeSettings& settings() const { return settings_; }

  // ---- directory ----
  // As of the day of its last change, for names and order; directory_today() for holders.
  const Directory& directory() const { return directory_; }
  Directory directory_today() const;
  const DirectoryLog& directory_log() const;
  Result<Applied> import_directory(const Command&, Directory directory);
  // What a change would make of the directory, initials filled in. Invalid: it contradicts itself;
  // Conflict: a unit or post that meetings or tasks name is removed, or a record was changed by
  // somebody else after base_seq.
  Result<Directory> preview_change(const DirectoryPatch& patch,
                                   std::optional<std::uint64_t> base_seq) const;
  Result<Applied> change_directory(const Command&, const DirectoryPatch& patch,
                                   DirectoryChangeKind kind, std::string source,
                                   std::optional<std::uint64_t> base_seq);
  // Takes one change back. Conflict: a record of it was changed again since.
  Result<Applied> undo_directory_change(const Command&, std::uint64_t seq);

  // ---- meetings: plan ----
  struct MeetingAnswer {
    MeetingId meeting;
    std::uint64_t seq = 0;
  };
  Result<MeetingAnswer> create_meeting(const Command&, MeetingPlan plan);
  // expected_seq: the seq the editor last saw; Conflict if somebody was faster.
  Result<Applied> revise_plan(const Command&, MeetingId, MeetingPlan plan,
                              std::optional<std::uint64_t> expected_seq);
  Result<ExpectedList> preview_expected(const MeetingPlan& plan) const;
  // How the directory of today differs from the frozen list; empty before convening.
  Result<std::vector<SeatDifference>> differences_of(MeetingId) const;
  // Of a meeting that has not started. merged_into: the meeting that is held instead (合并开会).
  // Invalid without a reason once it is convened.
  Result<Applied> cancel_meeting(const Command&, MeetingId, std::string reason,
                                 std::optional<MeetingId> merged_into);
  // The next meeting of a series on a day, planned like this one; what is still open from it is
  // its first item.
  Result<MeetingAnswer> plan_next(const Command&, MeetingId last,
                                  std::chrono::year_month_day date);
  // Meetings of the plan's day, other than itself and not yet over, that call the same people;
  // the same half-day first. With the frozen lists of those that are convened.
  Result<std::vector<MeetingClash>> clashes_of(const MeetingPlan& plan,
                                               std::optional<MeetingId> itself) const;
  Result<Applied> convene(const Command&, MeetingId);  // Invalid without a date, title or any seat

  // ---- meetings: run ----
  using Done = std::function<void(Result<Applied>)>;
  Result<Applied> start_meeting(const Command&, MeetingId);
  void end_meeting(const Command&, MeetingId, Done done);
  Result<Applied> sign_in(const Command&, MeetingId, std::vector<SeatId> seats,
                          std::optional<VenueId> venue, SignInMethod method, std::string reason,
                          std::optional<UtcTime> at, bool substitute = false);
  Result<Applied> take_back_sign_in(const Command&, MeetingId, std::vector<SeatId> seats,
                                    std::string reason);
  // One entry of a paper sheet or of several calls, each with its own time of arrival.
  struct Arrival {
    SeatId seat;
    std::optional<UtcTime> at;  // empty: now
    bool substitute = false;
  };
  Result<Applied> sign_in_batch(const Command&, MeetingId, std::vector<Arrival> arrivals,
                                SignInMethod method, std::string reason);
  // A scanned code of the room: one seat, earlier than the code's window is refused.
  Result<Applied> sign_in_scanned(const Command&, MeetingId, SeatId seat, bool substitute);
  Result<Applied> sign_out(const Command&, MeetingId, std::vector<SeatId> seats,
                           std::string reason, std::optional<UtcTime> at);

  // ---- meetings: leave, receipts, corrections ----
  struct LeaveInput {
    LeaveKind kind = LeaveKind::kLeave;
    SeatId seat;            // of the person; all their posts unless this_post_only
    bool this_post_only = false;
    std::string reason;
    Substitute substitute;  // text required for kSubstitute unless its seat is named
  };
  Result<Applied> ask_leave(const Command&, MeetingId, LeaveInput input);
  struct DecisionInput {
    bool approved = false;
    std::string decided_by, channel, note;  // decided_by: when the office records it
  };
  // Conflict after a decision unless a note says why it changes.
  Result<Applied> decide_leave(const Command&, MeetingId, LeaveId, DecisionInput input);
  Result<Applied> withdraw_leave(const Command&, MeetingId, LeaveId, std::string reason);
  struct ReceiptInput {
    UnitId unit;
    std::vector<ReceiptLine> lines;
    std::vector<LeaveInput> leaves;
    std::string remark;
  };
  Result<Applied> return_receipt(const Command&, MeetingId, ReceiptInput input);
  struct CorrectionInput {
    std::vector<SeatId> seats;
    std::optional<SeatStatus> to;  // empty: back to what the events say
    std::optional<UtcTime> signed_at;
    bool keep_time = false;        // the time that the seat had
    bool late = false, early = false;
    std::string reason;
  };
  Result<Applied> correct_attendance(const Command&, MeetingId, CorrectionInput input);
  Result<Applied> sign_in_guest(const Command&, MeetingId, GuestKind kind, std::string text);
  Result<Applied> take_back_guest(const Command&, MeetingId, GuestId, std::string reason);
  // After every change of the directory: posts of convened and running meetings that changed hands.
  void note_holders(const Actor& actor);

  Result<Applied> set_stage(const Command&, MeetingId, std::optional<VenueId> main,
                            std::optional<VenueId> second,
                            std::optional<StageChanged> seen = std::nullopt);
  Result<Applied> request_floor(const Command&, MeetingId, VenueId);
  Result<Applied> withdraw_request(const Command&, MeetingId, VenueId);
  // The queue in this order; Conflict if it is no longer what the secretary saw.
  Result<Applied> reorder_requests(const Command&, MeetingId, std::vector<VenueId> order,
                                   std::vector<VenueId> seen);
  Result<Applied> grant_floor(const Command&, MeetingId, VenueId);
  // Closes the gate, waits for the network thread, then stores the fact.
  void revoke_floor(const Command&, MeetingId, VenueId, std::string reason, Done done);
  void mute_all(const Command&, MeetingId, Done done);
  // One step: the floor and the stage go from one venue to the other.
  void hand_off(const Command&, MeetingId, VenueId from, VenueId to, Done done);
  // What a secretary saw before pressing: Conflict if another one was faster.
  struct SeenItem {
    std::optional<AgendaItemId> current;
  };
  void next_item(const Command&, MeetingId, Done done,
                 std::optional<SeenItem> seen = std::nullopt);
  void undo_next_item(const Command&, MeetingId, Done done);  // Gone after OfficeSettings::undo
  Result<Applied> save_note(const Command&, MeetingId, AgendaItemId, std::string text,
                            std::uint32_t base_version);  // Conflict if base is not the newest
  Result<Applied> set_banner(const Command&, MeetingId, std::string text,
                             std::optional<std::string> seen = std::nullopt);
  // The best rung of the quality ladder that a venue gets and sends; empty: as its line allows.
  Result<Applied> pin_rung(const Command&, MeetingId, VenueId, std::optional<Rung> rung);

  // ---- content sharing (共享材料): one venue at a time ----
  // Taken from whoever has it.
  Result<Applied> grant_content(const Command&, MeetingId, VenueId);
  // Also ends what is being shown. By the office, or by the venue itself.
  Result<Applied> revoke_content(const Command&, MeetingId);
  // What a tile of the wall shows; kept with the meeting and taken over by the next of its series.
  Result<Applied> set_tile_rules(const Command&, MeetingId, std::vector<TileRule> rules);
  // The place that was reached, 1 or more; also after the meeting.
  Result<Applied> rank_goal(const Command&, MeetingId, int goal, int rank, std::string note);

  // ---- before the meeting ----
  Result<Applied> report_readiness(const Command&, MeetingId, VenueId, Readiness measured);
  // seen: how many calls to this venue the caller knew of.
  Result<Applied> note_call(const Command&, MeetingId, VenueId, CallResult, std::string note,
                            std::optional<std::uint32_t> seen);

  // ---- roll call (点名), of a running meeting; one at a time ----
  void start_roll_call(const Command&, MeetingId, RollCallPlan plan, Done done);
  // On to the next; Conflict if venue is no longer the one that is called.
  void skip_roll_call(const Command&, MeetingId, VenueId venue, Done done);
  void stop_roll_call(const Command&, MeetingId, Done done);
  // By hand: kAnswered or kNoAnswer, of the last roll call, whoever is called now.
  Result<Applied> mark_roll_call(const Command&, MeetingId, VenueId, RollCallOutcome);
  // The button on the called venue's page.
  Result<Applied> answer_roll_call(const Command&, MeetingId, VenueId);
  void advance_roll_calls();  // once a second

  // ---- figures: a month's written judgement (研判); empty takes it away ----
  struct Judgement {
    std::string text, by;
    UtcTime at;
  };
  Result<Applied> judge_month(const Command&, std::chrono::year_month month, std::string text);
  const std::map<std::chrono::year_month, Judgement>& judgements() const;

  // ---- tasks ----
  struct TaskAnswer {
    TaskId task;
    std::uint64_t seq = 0;
  };
  // second is taken from the meeting's clock when the source names a running meeting and none is
  // given.
  Result<TaskAnswer> draft_task(const Command&, TaskContent content, TaskSource source);
  Result<Applied> revise_task(const Command&, TaskId, TaskContent content);
  // One act of the table in task_rules.cpp. An issue takes the next number; that of a parent makes
  // the children.
  Result<Applied> act_on_task(const Command&, TaskId, TaskCommand act);
  Result<Applied> issue_task(const Command&, TaskId, TaskEntry entry = {});
  // Several tasks under one number, as items 1, 2, ... (one signed task sheet). All are checked
  // first; those issued before by the same command are left alone.
  Result<Applied> issue_sheet(const Command&, const std::vector<TaskId>&, TaskEntry entry);
  Result<Applied> sign_for_task(const Command&, TaskId, std::string responsible);
  // Once a second: tasks whose suspension ends go on by themselves.
  void advance_tasks();

  TaskWorld task_world() const;
  TaskTimes task_times(const Task&) const;
  struct ChildCount {
    int done = 0, waived = 0, all = 0;
  };
  ChildCount children_of(const Task& parent) const;
  Result<std::vector<StoredEvent>> task_journal(TaskId) const;
  // All issued tasks as they were known at a moment.
  Result<std::vector<TaskFacts>> tasks_at(UtcTime moment) const;

  // ---- the office's calendar and its book of merits ----
  const TaskCalendar& calendar() const;
  // Dues that hang on the period move with it, each with an entry in its history.
  Result<Applied> set_period(const Command&, NamedPeriod period);
  Result<Applied> note_merit(const Command&, MeritNoted note);
  Result<Applied> take_back_merit(const Command&, std::uint64_t merit, std::string reason);
  const std::vector<Merit>& merits() const;

  // ---- read ----
  const Meeting* find_meeting(MeetingId) const;
  std::vector<const Meeting*> meetings() const;  // newest date first
  const Task* find_task(TaskId) const;
  std::vector<const Task*> tasks() const;  // by due, then unit order
  Result<std::vector<StoredEvent>> journal(MeetingId) const;
  AttendanceResult attendance_of(MeetingId) const;
  // As it stood at a moment: only what had been said by then.
  Result<AttendanceResult> attendance_at(MeetingId, UtcTime at) const;
  // What the line of a venue of the meeting carried last time, kbit/s; 0: not known.
  std::uint32_t remembered_kbps(MeetingId, VenueId) const;

  // ---- MediaFacts ----
  void venue_joined(MeetingId, VenueId, PeerId) override;
  void venue_lost(MeetingId, VenueId, PeerId, UtcTime last_packet) override;
  void venue_back(MeetingId, VenueId, PeerId) override;
  void venue_taken_over(MeetingId, VenueId, PeerId old_peer, PeerId new_peer) override;
  void slot_shown(MeetingId, PeerId, const std::string& slot, std::optional<VenueId>) override;
  void figures(MeetingId, const std::vector<VenueFigures>&) override;
  void layers_wanted(MeetingId, PeerId publisher, std::size_t count) override;
  void peer_closed(MeetingId, PeerId) override;
  void media_fault(MeetingId, const std::string& what) override;
  void content_shared(MeetingId, VenueId, PeerId, bool shared) override;

 private:
  struct State;
  struct GateCommand;
  struct Line {  // of a venue, as media said last
    bool online = false;
    PeerId peer;
    UtcTime last_packet;
  };
  // The meeting, or NotFound; also Conflict unless it is in one of the states.
  Result<Meeting*> meeting_in(MeetingId id, std::initializer_list<MeetingState> states);
  Result<Task*> task_in(TaskId id);
  // The answer of a command that was applied before; nothing for a new one. Conflict if its id was
  // used for another stream; Malformed without an id.
  Result<std::optional<CommandOutcome>> applied_before(const Command& command,
                                                       const StreamId& stream) const;
  Result<std::optional<CommandOutcome>> created_before(const Command& command,
                                                       StreamKind kind) const;
  // Stores, applies and publishes; every change of a meeting or task goes through one of these.
  Result<Applied> commit(Meeting& meeting, const Command& command,
                         std::vector<EventPayload> payloads);
  Result<Applied> commit(Task& task, const Command& command, std::vector<EventPayload> payloads);
  template <class Aggregate>
  Result<Applied> commit_to(Aggregate& aggregate, const Command& command,
                            std::vector<EventPayload> payloads);
  Result<std::string> next_yearly_number(const std::string& series, const Meeting& meeting);

  Result<Applied> store_directory(const Command& command, EventPayload payload);
  Result<void> check_removed(const Directory& after) const;
  Result<void> check_plan(const MeetingPlan& plan) const;
  Result<void> check_own_venue(const Actor& actor, const Meeting& meeting, VenueId venue) const;
  Result<void> check_seats(const Actor& actor, const Meeting& meeting,
                           const std::vector<SeatId>& seats) const;
  Result<std::vector<EventPayload>> leave_asked(const Actor& actor, const Meeting& meeting,
                                                LeaveInput input) const;
  Result<void> check_sign_in_time(const Actor& actor, const Meeting& meeting,
                                  std::optional<UtcTime> at) const;

  void change_floor(GateCommand step);
  void begin_closing(GateCommand step);
  void finish_closing(MeetingId id, const Result<std::vector<EventPayload>>& payloads);
  Result<std::vector<EventPayload>> decide(const GateCommand& step);
  Result<Applied> store_step(const GateCommand& step,
                             const Result<std::vector<EventPayload>>& payloads);
  bool is_muting(MeetingId id) const;  // mute all, or the end, is under way
  void show(const Meeting& meeting);
  void open_gates(const Meeting& meeting);
  void open_media(const Meeting& meeting);
  void prepare_next(const Meeting& meeting);
  Result<Applied> commit_mark(Meeting& meeting, const Command& command, RollCallMarked mark);
  void keep_still(const Meeting& meeting, VenueId venue);
  void hear_roll_call(MeetingId id, const std::vector<VenueFigures>& venues);
  bool call_is_over(const Meeting& meeting, const RollCall& call, UtcTime now) const;
  void remember_lines(const Meeting& meeting, const std::vector<VenueFigures>& venues);
  void write_lines();

  Result<void> resume_open(Meeting& meeting);
  Meeting* open_meeting_with(MeetingId id, VenueId venue);
  Line line_of(const Meeting& meeting, VenueId venue) const;
  void store_line(Meeting& meeting, VenueId venue, const Line& line);
  void store_waiting_lines(MeetingId id);
  std::vector<VenueId> seats_run_out(const Meeting& meeting) const;

  int office_year(UtcTime at) const;
  Result<void> load_office();
  Result<Applied> store_office(const Command& command, EventPayload payload);
  Result<Applied> issue_as(const Command& command, Task& task, std::vector<EventPayload> events,
                           const std::string& number, int item);
  Result<std::vector<TaskChild>> fan_out(const Task& parent) const;
  void make_children(const Task& parent);
  Result<void> check_source(const TaskSource& source) const;
  void freeze_source(TaskSource& source) const;

  EventStore& store_;
  const Clock& clock_;
  OfficeSettings settings_;
  Directory directory_;
  std::unique_ptr<State> state_;
};

}  // namespace huiban::domain
