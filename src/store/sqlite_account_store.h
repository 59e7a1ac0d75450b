#pragma once
// domain::AccountStore and domain::AuditLog on SQLite. Control thread; not longer than their
// Database.
#include "domain/ports.h"
#include "store/database.h"

namespace huiban::store {

class SqliteAccountStore final : public domain::AccountStore {
 public:
  explicit SqliteAccountStore(Database& database) : database_(database) {}
  Result<std::vector<domain::AccountRecord>> all_accounts() override;
  std::optional<domain::AccountRecord> find_account(const std::string& name) override;
  std::optional<domain::AccountRecord> find_account(AccountId id) override;
  Result<void> put_account(const domain::AccountRecord& account) override;
  Result<void> put_session(const domain::SessionRecord& session) override;
  std::optional<domain::SessionRecord> find_session(const std::string& token_hash) override;
  Result<void> drop_session(const std::string& token_hash) override;
  Result<void> drop_sessions_of(AccountId account) override;
  Result<std::string> secret(const std::string& name) override;

 private:
  Database& database_;
};

class SqliteAuditLog final : public domain::AuditLog {
 public:
  explicit SqliteAuditLog(Database& database) : database_(database) {}
  Result<void> record(const domain::AuditEntry& entry) override;
  Result<std::vector<domain::AuditEntry>> latest(int limit) override;
  // Recomputes the hash chain: the first entry whose hash is wrong.
  Result<std::optional<std::int64_t>> first_fault();

 private:
  Database& database_;
};

}  // namespace huiban::store
