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

constexpr std::array kMigrations = {kVersion1};

Result<int> version_of(Database& database) {
  auto query = HUIBAN_TRY(database.prepare("PRAGMA user_version"));
  HUIBAN_TRY(query.step());
  return int(query.integer(0));
}

}  // namespace

int newest_schema_version() { return int(kMigrations.size()); }

Result<void> migrate_to(Database& database, int version) {
  for (int next = HUIBAN_TRY(version_of(database)); next < version; ++next) {
    auto transaction = HUIBAN_TRY(Transaction::begin(database));
    HUIBAN_CHECK(database.execute(kMigrations[std::size_t(next)]));
    HUIBAN_CHECK(database.execute("PRAGMA user_version = " + std::to_string(next + 1)));
    HUIBAN_CHECK(transaction.commit());
  }
  return {};
}

Result<void> migrate(Database& database) {
  const int version = HUIBAN_TRY(version_of(database));
  if (version > newest_schema_version())
    return fail(ErrorCode::kStorage, "数据库是更新版本的会办建立的，请先升级程序：" + database.path(),
                "The database was made by a newer Huiban; upgrade the program first: " + database.path());
  return migrate_to(database, newest_schema_version());
}

}  // namespace huiban::store
