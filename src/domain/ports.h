#pragma once
// What the rules need from the outside, declared here and implemented by store, media, api and documents; app
// joins them. Everything is called on the control thread unless a line says otherwise.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"
#include "domain/events.h"
#include "domain/text_table.h"

namespace huiban::domain {

class Meeting;
class Task;
struct MeetingFacts;

// ---- store ----

// What a command led to, kept with its id so that a retry after a cut or a crash gets the same answer.
struct CommandOutcome {
  StreamId stream;
  std::uint64_t seq = 0;   // of its last event
};

class EventStore {
 public:
  virtual ~EventStore() = default;
  virtual Result<std::vector<StoredEvent>> load(const StreamId& stream) = 0;
  virtual Result<std::vector<StreamId>> streams(StreamKind kind) = 0;
  // One transaction, durable on return, projections included. Conflict if the stream is not at expected_seq;
  // Storage if the disk is full: nothing was written then.
  virtual Result<std::vector<StoredEvent>> append(const StreamId& stream,
                                                  std::uint64_t expected_seq, const Actor& actor,
                                                  CommandId command, UtcTime at,
                                                  std::vector<EventPayload> payloads) = 0;
  virtual std::optional<CommandOutcome> find_command(CommandId id) = 0;
  // Consecutive numbers per series and year (meetings, minutes, tasks), 1, 2, ...; taken in the same
  // transaction as the next append.
  virtual Result<int> next_number(const std::string& series, int year) = 0;
  virtual Result<void> mark_alive(UtcTime at) = 0;     // every few seconds
  virtual std::optional<UtcTime> last_alive() = 0;     // as found at start
};

struct AccountRecord {
  AccountId id;
  std::string name;           // what is typed at sign-in: mishu, dongxi
  std::string label;          // 党政办秘书, 东溪村联络员
  Role role = Role::kObserver;
  std::optional<UnitId> unit;
  std::string password_hash;  // argon2id, encoded
  bool must_change_password = false;
  int failures = 0;
  std::optional<UtcTime> locked_until;
};

struct SessionRecord {
  std::string token_hash;  // SHA-256 hex of the cookie's value
  AccountId account;
  UtcTime created, last_seen;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;
  virtual Result<std::vector<AccountRecord>> all_accounts() = 0;
  virtual std::optional<AccountRecord> find_account(const std::string& name) = 0;
  virtual std::optional<AccountRecord> find_account(AccountId id) = 0;
  virtual Result<void> put_account(const AccountRecord& account) = 0;
  virtual Result<void> put_session(const SessionRecord& session) = 0;
  virtual std::optional<SessionRecord> find_session(const std::string& token_hash) = 0;
  virtual Result<void> drop_session(const std::string& token_hash) = 0;
  virtual Result<void> drop_sessions_of(AccountId account) = 0;
  // Named secrets of the server (key of join links ...): made once, kept.
  virtual Result<std::string> secret(const std::string& name) = 0;
};

// Security log (审计): sign-ins, refusals, exports, chair actions. Hash-chained like the event lists.
struct AuditEntry {
  UtcTime at;
  std::string actor, action, object, result;
};
class AuditLog {
 public:
  virtual ~AuditLog() = default;
  virtual Result<void> record(const AuditEntry& entry) = 0;
  virtual Result<std::vector<AuditEntry>> latest(int limit) = 0;
};

// ---- media ----

enum class PeerRole {
  kVenue,    // sends microphone and camera, receives the stage
  kConsole,  // receives stage, sounds and wall
  kDisplay,  // receives stage and three tiles, no sound
  kPublisher,  // WHIP: only sends, as a venue's source
  kWatcher,  // WHEP: receives stage main and sound 1
  kSharer,   // a venue's screen: only sends, as the venue's content
  kTester,   // self-test of a line: gets back the sound that it sends, and nobody else does
};

struct JoinRequest {
  MeetingId meeting;
  PeerRole role = PeerRole::kVenue;
  std::optional<VenueId> venue;  // whose seat; required for kVenue and kPublisher, the room of a display
  std::string offer_sdp;
  std::vector<VenueId> wall;     // console and display: what the wall slots show first, may change later
  std::uint32_t start_kbps = 0;  // what the venue's line carried last time; 0: not known
};
struct JoinAnswer {
  PeerId peer;
  std::string answer_sdp;
};

// Sound and picture of all meetings. Done callbacks run on control.
class MediaGateway {
 public:
  virtual ~MediaGateway() = default;
  template <class T> using Done = std::function<void(Result<T>)>;

  virtual void async_join(JoinRequest request, Done<JoinAnswer> done) = 0;
  // ICE restart (RFC 9725 section 4.3.2); fragment in and out are application/trickle-ice-sdpfrag.
  virtual void async_restart(PeerId peer, std::string fragment, Done<std::string> done) = 0;
  virtual void async_leave(PeerId peer, Done<void> done) = 0;

  // Gates: closed means that no packet of the venue's microphone leaves the server.
  virtual void open_gate(MeetingId meeting, VenueId venue) = 0;
  // confirmed runs on control after the network thread has closed the gate.
  virtual void close_gates(MeetingId meeting, std::vector<VenueId> venues,
                           std::function<void()> confirmed) = 0;
  virtual void set_stage(MeetingId meeting, std::optional<VenueId> main,
                         std::optional<VenueId> second) = 0;
  virtual void set_wall(PeerId peer, std::vector<VenueId> venues) = 0;
  // Whose screen everyone is shown (共享材料) as long as it is sent; none: sharers are closed.
  virtual void set_content(MeetingId meeting, std::optional<VenueId> venue) = 0;
  // The best that the venue's peers get and send, also those that come later; empty: no limit.
  virtual void pin_rung(MeetingId meeting, VenueId venue, std::optional<Rung> rung) = 0;
  // The venues that will be shown next: sending, with a fresh keyframe, before anybody presses.
  virtual void set_next(MeetingId meeting, std::vector<VenueId> venues) = 0;
  // All state of a meeting at once: used after a restart and when a meeting starts.
  virtual void open_meeting(MeetingId meeting, std::vector<Venue> venues) = 0;
  virtual void close_meeting(MeetingId meeting) = 0;

  virtual void async_still(MeetingId meeting, VenueId venue, Done<std::string> done) = 0;  // JPEG bytes
  virtual Result<std::string> pipeline_dot(MeetingId meeting) = 0;  // Graphviz text
};

// What a page counted of what it received, since it joined.
struct ReceivedFigures {
  std::uint32_t freezes = 0;     // pictures that stood still
  std::uint32_t frozen_ms = 0;   // altogether
  double concealed = 0;          // share of the sound that was missing and made up, 0...1
};

struct VenueFigures {  // last second, for the console and /metrics
  VenueId venue;
  double up_kbps = 0, down_kbps = 0, loss_up = 0, loss_down = 0, rtt_ms = 0, jitter_ms = 0;
  int level_dbov = -127;  // RFC 6464, -127...0
  Rung rung = Rung::k720p;       // what the venue's page gets at the moment
  bool pinned = false;           // rung is limited by the console
  std::uint32_t estimate_kbps = 0;  // what its line is thought to carry downwards; 0: not measured
  std::size_t sending_layers = 0;   // of its camera, as they arrive, 0...3
  std::optional<Milliseconds> since_keyframe;  // of its camera
  // As its page sees it since it joined; nothing until it has told.
  std::optional<ReceivedFigures> received;
};

// ---- evidence ----

// Stills and other files that prove something, beside the database. An event names them by what
// they contain, so that their retention never breaks a chain.
class EvidenceStore {
 public:
  virtual ~EvidenceStore() = default;
  // Durable on return; the same bytes have the same name (SHA-256, hex). Storage.
  virtual Result<std::string> put(const std::string& bytes) = 0;
  virtual Result<std::string> get(const std::string& name) = 0;  // NotFound: never there, or gone
  virtual Result<void> drop(const std::string& name) = 0;
};

// ---- memory of lines ----

// What the line of a unit carried when it was last good, whatever the meeting. The main venue's line
// is that of the nil unit.
struct LineRecord {
  UnitId unit;
  std::uint32_t kbps = 0;  // downwards
  Rung rung = Rung::k720p;
  UtcTime at;
};
class LineMemory {
 public:
  virtual ~LineMemory() = default;
  virtual Result<std::vector<LineRecord>> all_lines() = 0;
  virtual Result<void> put_lines(const std::vector<LineRecord>& lines) = 0;  // all or none
};

// What media reports to the rules; implemented by LiveService.
class MediaFacts {
 public:
  virtual ~MediaFacts() = default;
  virtual void venue_joined(MeetingId meeting, VenueId venue, PeerId peer) = 0;
  virtual void venue_lost(MeetingId meeting, VenueId venue, PeerId peer, UtcTime last_packet) = 0;
  virtual void venue_back(MeetingId meeting, VenueId venue, PeerId peer) = 0;
  virtual void venue_taken_over(MeetingId meeting, VenueId venue, PeerId old_peer,
                                PeerId new_peer) = 0;
  // Unnumbered facts for pages. slot: "stage_main", "stage_second", "sound_1" ..., "wall_1" ...
  virtual void slot_shown(MeetingId meeting, PeerId peer, const std::string& slot,
                          std::optional<VenueId> venue) = 0;
  virtual void figures(MeetingId meeting, const std::vector<VenueFigures>& venues) = 0;
  // How many layers of its camera, from the smallest, the page shall send, 0...3.
  virtual void layers_wanted(MeetingId meeting, PeerId publisher, std::size_t count) = 0;
  virtual void peer_closed(MeetingId meeting, PeerId peer) = 0;  // of any role, for good
  // A venue's screen is sent, or no longer; a second sharer of a venue replaces the first.
  virtual void content_shared(MeetingId meeting, VenueId venue, PeerId peer, bool shared) = 0;
  virtual void media_fault(MeetingId meeting, const std::string& what) = 0;
};

// ---- documents ----

// Papers as file bytes. Worker threads; takes copies and keeps no state.
class DocumentWriter {
 public:
  virtual ~DocumentWriter() = default;
  virtual Result<std::string> minutes_docx(const MeetingFacts& facts) const = 0;
  // unit: its own notice; none: one for all.
  virtual Result<std::string> notice_docx(const MeetingFacts& facts,
                                          std::optional<UnitId> unit) const = 0;
  virtual std::string calendar_ics(const MeetingFacts& facts, const std::string& link) const = 0;
  virtual Result<std::string> attendance_xlsx(const MeetingFacts& facts) const = 0;
  virtual Result<std::string> attendance_docx(const MeetingFacts& facts) const = 0;
  virtual Result<std::string> tasks_xlsx(const std::vector<Task>& tasks, const Directory& directory,
                                         const std::string& heading) const = 0;
  // Tables with a head row each, as a workbook of one sheet per table, or one of them as CSV.
  virtual Result<std::string> tables_xlsx(const std::vector<TextTable>& tables) const = 0;
  virtual Result<std::string> table_csv(const TextTable& table) const = 0;
  // An XLSX or CSV file, told apart by its content. Invalid: neither, damaged, or too large; the
  // message says which.
  virtual Result<std::vector<TextTable>> read_tables(const std::string& bytes) const = 0;
};

// ---- api ----

// Tells pages what changed; implemented by api/hub. Called after the event is stored.
class Publisher {
 public:
  virtual ~Publisher() = default;
  virtual void event_stored(const StoredEvent& event) = 0;
  virtual void slot_shown(MeetingId meeting, PeerId peer, const std::string& slot,
                          std::optional<VenueId> venue) = 0;
  virtual void figures(MeetingId meeting, const std::vector<VenueFigures>& venues) = 0;
  virtual void layers_wanted(MeetingId meeting, PeerId publisher, std::size_t count) = 0;
  virtual void peer_closed(MeetingId meeting, PeerId peer) = 0;
};

}  // namespace huiban::domain
