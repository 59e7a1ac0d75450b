#include "store/schema.h"

#include <array>

namespace huiban::store {

namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  stream_kind INTEGER NOT NULL,          -- domain::StreamKind
  stream_id BLOB NOT NULL,               -- 16 bytes
  seq INTEGER NOT NULL,                  -- 1, 2, ... within the stream
  type TEXT NOT NULL,
  version INTEGER NOT NULL,              -- of the body's form
  at INTEGER NOT NULL,                   -- milliseconds, UTC
  command_id BLOB NOT NULL,
  actor TEXT NOT NULL,                   -- JSON
  body TEXT NOT NULL,                    -- JSON; these bytes are hashed and never rewritten
  hash BLOB NOT NULL,                    -- SHA-256 over the previous hash and this row
  UNIQUE (stream_kind, stream_id, seq)
) STRICT;

CREATE TABLE command (
  id BLOB PRIMARY KEY,
  stream_kind INTEGER NOT NULL,
  stream_id BLOB NOT NULL,
  seq INTEGER NOT NULL                   -- of the command's last event
) STRICT, WITHOUT ROWID;

CREATE TABLE number_series (
  series TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (series, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Projections: kept with each append, can be rebuilt from the events.
CREATE TABLE meeting (
  id BLOB PRIMARY KEY,
  seq INTEGER NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  date TEXT NOT NULL,
  state INTEGER NOT NULL,
  number TEXT NOT NULL DEFAULT '',
  minutes_number TEXT NOT NULL DEFAULT '',
  seats INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_by_date ON meeting (date DESC);

CREATE TABLE sign_in (
  meeting BLOB NOT NULL,
  seat BLOB NOT NULL,
  signed_at INTEGER NOT NULL,
  method INTEGER NOT NULL,
  PRIMARY KEY (meeting, seat)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
  id BLOB PRIMARY KEY,
  seq INTEGER NOT NULL,
  state INTEGER NOT NULL,
  number TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL,
  lead_unit BLOB,
  due TEXT,
  meeting BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX task_by_unit ON task (lead_unit, due);

-- Not event-sourced: who may sign in.
CREATE TABLE account (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  role INTEGER NOT NULL,
  unit BLOB,
  password_hash TEXT NOT NULL,
  must_change_password INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  locked_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  account BLOB NOT NULL REFERENCES account (id),
  created INTEGER NOT NULL,
  last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account);

CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  result TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
)sql";

// Projections that answer the lists of the pages, a mark of the program in the file, and tables of
// facts that even a mistaken statement cannot change.
constexpr const char* kVersion2 = R"sql(
PRAGMA application_id = 0x48424e31;       -- kApplicationId

CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_is_not_rewritten BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- The projections of version 1 are made again from the events.
DROP TABLE meeting;
DROP TABLE sign_in;
DROP TABLE task;

CREATE TABLE meeting (
  id BLOB PRIMARY KEY,
  seq INTEGER NOT NULL,                  -- the row is true up to this event
  state INTEGER NOT NULL,                -- domain::MeetingState
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  form INTEGER NOT NULL,                 -- domain::MeetingForm
  date TEXT,                             -- 2020-05-27
  half INTEGER NOT NULL,                 -- domain::HalfDay
  start INTEGER,                         -- minutes after local midnight
  number TEXT NOT NULL DEFAULT '',
  minutes_number TEXT NOT NULL DEFAULT '',
  posts INTEGER NOT NULL DEFAULT 0,      -- seats of the expected list
  expected INTEGER NOT NULL DEFAULT 0,   -- persons: without vacant posts, each person once
  started_at INTEGER,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_by_date ON meeting (date DESC);

CREATE TABLE seat (
  meeting BLOB NOT NULL,
  id BLOB NOT NULL,
  position INTEGER NOT NULL,             -- 1, 2, ... within the expected list
  venue BLOB NOT NULL,
  venue_kind INTEGER NOT NULL,           -- domain::VenueKind
  unit BLOB NOT NULL,
  unit_name TEXT NOT NULL,
  title TEXT NOT NULL,
  person BLOB,
  vacant INTEGER NOT NULL,
  PRIMARY KEY (meeting, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attendance (                -- the sign-in that stands
  meeting BLOB NOT NULL,
  seat BLOB NOT NULL,
  signed_at INTEGER NOT NULL,
  method INTEGER NOT NULL,               -- domain::SignInMethod
  venue BLOB,
  reason TEXT NOT NULL,
  PRIMARY KEY (meeting, seat)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (                      -- the newest text of each item
  meeting BLOB NOT NULL,
  item BLOB NOT NULL,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (meeting, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
  id BLOB PRIMARY KEY,
  seq INTEGER NOT NULL,                  -- the row is true up to this event
  state INTEGER NOT NULL,                -- domain::TaskState
  number TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL,
  lead_unit BLOB,
  contact TEXT NOT NULL,
  due TEXT,                              -- 2020-05-31
  responsible TEXT NOT NULL DEFAULT '',
  issued_at INTEGER,
  signed_at INTEGER,
  meeting BLOB,                          -- where it was said: meeting, item, second
  item BLOB,
  second INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX task_by_unit ON task (lead_unit, due);
CREATE INDEX task_by_meeting ON task (meeting);
)sql";

// Not event-sourced: what the line of a unit carried when it was last good.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE line_memory (
  unit BLOB PRIMARY KEY,                 -- nil: the main venue
  kbps INTEGER NOT NULL,
  rung INTEGER NOT NULL,                 -- domain::Rung
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kMigrations = {kVersion1, kVersion2, kVersion3};
constexpr std::int64_t kApplicationId = 0x48424e31;  // "HBN1", SQLite's mark of who made a file

tl::unexpected<Error> foreign_file(const std::string& path) {
  return fail(ErrorCode::kStorage,
              "这个文件是别的程序的数据库，未作改动：" + path + "。请在设置里换一个文件。",
              "This file is another program's database and was left alone: " + path +
                  ". Choose another file in the settings.");
}

// An empty file is a new one; version 1 carried no mark but had the table of events.
Result<bool> is_ours(Database& database, std::int64_t version) {
  const auto mark = HUIBAN_TRY(database.pragma("application_id"));
  if (mark != 0) return mark == kApplicationId;
  auto query = HUIBAN_TRY(database.prepare(
      "SELECT count(*), count(*) FILTER (WHERE name IN ('event', 'command')) FROM sqlite_schema"));
  HUIBAN_TRY(query.step());
  return version == 0 ? query.integer(0) == 0 : version == 1 && query.integer(1) == 2;
}

}  // namespace

int newest_schema_version() {
  return int(kMigrations.size());
}

Result<void> migrate_to(Database& database, int version) {
  for (auto next = HUIBAN_TRY(database.pragma("user_version")); next < version; ++next) {
    auto transaction = HUIBAN_TRY(Transaction::begin(database));
    // Another program may have migrated while this one waited for the lock.
    if (HUIBAN_TRY(database.pragma("user_version")) != next) continue;
    HUIBAN_CHECK(database.execute(kMigrations[std::size_t(next)]));
    HUIBAN_CHECK(database.execute("PRAGMA user_version = " + std::to_string(next + 1)));
    HUIBAN_CHECK(transaction.commit());
  }
  return {};
}

Result<void> migrate(Database& database) {
  const auto version = HUIBAN_TRY(database.pragma("user_version"));
  if (!HUIBAN_TRY(is_ours(database, version))) return foreign_file(database.path());
  if (version > newest_schema_version())
    return fail(
        ErrorCode::kStorage, "数据库是更新版本的会办建立的，请先升级程序：" + database.path(),
        "The database was made by a newer Huiban; upgrade the program first: " + database.path());
  return migrate_to(database, newest_schema_version());
}

}  // namespace huiban::store
