#include "store/sqlite_account_store.h"

#include <openssl/rand.h>

#include <array>

#include "store/hash_chain.h"

namespace huiban::store {

namespace {

using domain::AccountRecord;
using domain::AuditEntry;

constexpr const char* kAccountColumns =
    "SELECT id, name, label, role, unit, password_hash, must_change_password, failures, "
    "locked_until FROM account ";

// With each session that is written, those not seen for so long go: all have ended by then
// (api::kSessionIdle).
constexpr auto kKeepSessions = std::chrono::hours{24};

std::int64_t ms_of(UtcTime time) {
  return time.time_since_epoch().count();
}

AccountRecord account_of(const Statement& row) {
  AccountRecord account;
  account.id = AccountId(row.uuid(0));
  account.name = row.text(1);
  account.label = row.text(2);
  account.role = domain::Role(row.integer(3));
  if (!row.is_null(4)) account.unit = UnitId(row.uuid(4));
  account.password_hash = row.text(5);
  account.must_change_password = row.integer(6) != 0;
  account.failures = int(row.integer(7));
  if (!row.is_null(8)) account.locked_until = row.time(8);
  return account;
}

Hash audit_hash(const Hash& previous, const AuditEntry& entry) {
  return ChainHasher(previous)
      .add(ms_of(entry.at))
      .add(entry.actor)
      .add(entry.action)
      .add(entry.object)
      .add(entry.result)
      .finish();
}

Hash hash_of(const std::string& blob) {
  Hash hash{};
  if (blob.size() == hash.size()) std::copy(blob.begin(), blob.end(), hash.begin());
  return hash;
}

}  // namespace

Result<std::vector<AccountRecord>> SqliteAccountStore::all_accounts() {
  auto query = HUIBAN_TRY(database_.prepare(std::string(kAccountColumns) + "ORDER BY role, name"));
  std::vector<AccountRecord> accounts;
  while (HUIBAN_TRY(query.step())) accounts.push_back(account_of(query));
  return accounts;
}

std::optional<AccountRecord> SqliteAccountStore::find_account(const std::string& name) {
  auto query = database_.prepare(std::string(kAccountColumns) + "WHERE name = ?");
  if (!query) return std::nullopt;
  const auto found = query->bind(name).step();
  if (!found || !*found) return std::nullopt;
  return account_of(*query);
}

std::optional<AccountRecord> SqliteAccountStore::find_account(AccountId id) {
  auto query = database_.prepare(std::string(kAccountColumns) + "WHERE id = ?");
  if (!query) return std::nullopt;
  const auto found = query->bind(id).step();
  if (!found || !*found) return std::nullopt;
  return account_of(*query);
}

Result<void> SqliteAccountStore::put_account(const AccountRecord& account) {
  auto put = HUIBAN_TRY(database_.prepare(
      "INSERT INTO account (id, name, label, role, unit, password_hash, must_change_password, "
      "failures, locked_until) "
      "VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, label = "
      "excluded.label, "
      "role = excluded.role, unit = excluded.unit, password_hash = excluded.password_hash, "
      "must_change_password = excluded.must_change_password, failures = excluded.failures, "
      "locked_until = excluded.locked_until"));
  put.bind(account.id).bind(account.name).bind(account.label).bind(std::int64_t(account.role));
  put.bind(account.unit);
  put.bind(account.password_hash)
      .bind(std::int64_t(account.must_change_password))
      .bind(std::int64_t(account.failures));
  return put.bind(account.locked_until).run();
}

Result<void> SqliteAccountStore::put_session(const domain::SessionRecord& session) {
  auto put = HUIBAN_TRY(database_.prepare(
      "INSERT INTO session (token_hash, account, created, last_seen) VALUES (?,?,?,?) "
      "ON CONFLICT (token_hash) DO UPDATE SET last_seen = excluded.last_seen"));
  put.bind(session.token_hash).bind(session.account).bind(session.created).bind(session.last_seen);
  HUIBAN_CHECK(put.run());
  auto forget = HUIBAN_TRY(database_.prepare("DELETE FROM session WHERE last_seen < ?"));
  return forget.bind(session.last_seen - kKeepSessions).run();
}

std::optional<domain::SessionRecord> SqliteAccountStore::find_session(
    const std::string& token_hash) {
  auto query =
      database_.prepare("SELECT account, created, last_seen FROM session WHERE token_hash = ?");
  if (!query) return std::nullopt;
  const auto found = query->bind(token_hash).step();
  if (!found || !*found) return std::nullopt;
  return domain::SessionRecord{token_hash, AccountId(query->uuid(0)), query->time(1),
                               query->time(2)};
}

Result<void> SqliteAccountStore::drop_session(const std::string& token_hash) {
  auto remove = HUIBAN_TRY(database_.prepare("DELETE FROM session WHERE token_hash = ?"));
  return remove.bind(token_hash).run();
}

Result<void> SqliteAccountStore::drop_sessions_of(AccountId account) {
  auto remove = HUIBAN_TRY(database_.prepare("DELETE FROM session WHERE account = ?"));
  return remove.bind(account).run();
}

Result<std::string> SqliteAccountStore::secret(const std::string& name) {
  {
    auto query = HUIBAN_TRY(database_.prepare("SELECT value FROM secret WHERE name = ?"));
    if (HUIBAN_TRY(query.bind(name).step())) return query.blob(0);
  }
  std::array<std::uint8_t, 32> key;
  if (RAND_bytes(key.data(), int(key.size())) != 1)
    return fail(ErrorCode::kInternal, "系统取不到随机数", "The system gives no random numbers");
  auto insert = HUIBAN_TRY(database_.prepare("INSERT INTO secret (name, value) VALUES (?,?)"));
  HUIBAN_CHECK(insert.bind(name).bind_blob(key).run());
  return std::string(key.begin(), key.end());
}

Result<void> SqliteAuditLog::record(const AuditEntry& entry) {
  auto transaction = HUIBAN_TRY(Transaction::begin(database_));
  Hash previous{};
  {
    auto query = HUIBAN_TRY(database_.prepare("SELECT hash FROM audit ORDER BY id DESC LIMIT 1"));
    if (HUIBAN_TRY(query.step())) previous = hash_of(query.blob(0));
  }
  auto insert = HUIBAN_TRY(database_.prepare(
      "INSERT INTO audit (at, actor, action, object, result, hash) VALUES (?,?,?,?,?,?)"));
  insert.bind(entry.at).bind(entry.actor).bind(entry.action).bind(entry.object).bind(entry.result);
  insert.bind_blob(audit_hash(previous, entry));
  HUIBAN_CHECK(insert.run());
  return transaction.commit();
}

Result<std::vector<AuditEntry>> SqliteAuditLog::latest(int limit) {
  auto query = HUIBAN_TRY(database_.prepare(
      "SELECT at, actor, action, object, result FROM audit ORDER BY id DESC LIMIT ?"));
  query.bind(std::int64_t(limit));
  std::vector<AuditEntry> entries;
  while (HUIBAN_TRY(query.step()))
    entries.push_back({query.time(0), query.text(1), query.text(2), query.text(3), query.text(4)});
  return entries;
}

Result<std::optional<std::int64_t>> SqliteAuditLog::first_fault() {
  auto query = HUIBAN_TRY(database_.prepare(
      "SELECT at, actor, action, object, result, hash, id FROM audit ORDER BY id"));
  Hash previous{};
  while (HUIBAN_TRY(query.step())) {
    const AuditEntry entry{query.time(0), query.text(1), query.text(2), query.text(3),
                           query.text(4)};
    previous = audit_hash(previous, entry);
    if (previous != hash_of(query.blob(5))) return std::optional(query.integer(6));
  }
  return std::nullopt;
}

}  // namespace huiban::store
