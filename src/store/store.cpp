#include "store/store.h"

#include "store/projections.h"
#include "store/schema.h"
#include "store/sqlite_account_store.h"
#include "store/sqlite_event_store.h"

namespace huiban::store {

class Store::Impl {
 public:
  explicit Impl(std::unique_ptr<Database> opened)
      : database(std::move(opened)), events(*database), accounts(*database), audit(*database) {}

  std::unique_ptr<Database> database;
  SqliteEventStore events;
  SqliteAccountStore accounts;
  SqliteAuditLog audit;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  auto database = HUIBAN_TRY(Database::open(path));
  HUIBAN_CHECK(migrate(*database));
  auto impl = std::make_unique<Impl>(std::move(database));
  HUIBAN_CHECK(impl->events.read_last_alive());
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

domain::EventStore& Store::events() { return impl_->events; }
domain::AccountStore& Store::accounts() { return impl_->accounts; }
domain::AuditLog& Store::audit() { return impl_->audit; }

Result<ChainReport> Store::verify_chain() {
  auto report = HUIBAN_TRY(impl_->events.verify_chain());
  if (report.intact && !HUIBAN_TRY(impl_->audit.intact())) {
    report.intact = false;
    report.first_fault = "audit";
  }
  return report;
}

Result<void> Store::rebuild_projections() {
  auto transaction = HUIBAN_TRY(Transaction::begin(*impl_->database));
  HUIBAN_CHECK(clear_projections(*impl_->database));
  for (const auto kind : {domain::StreamKind::kMeeting, domain::StreamKind::kTask})
    for (const auto& stream : HUIBAN_TRY(impl_->events.streams(kind)))
      for (const auto& event : HUIBAN_TRY(impl_->events.load(stream)))
        HUIBAN_CHECK(project(*impl_->database, event));
  return transaction.commit();
}

Result<void> Store::backup_to(const std::string& path) {
  auto target = HUIBAN_TRY(Database::open(path));
  sqlite3_backup* backup = sqlite3_backup_init(target->handle(), "main", impl_->database->handle(), "main");
  if (!backup) return tl::make_unexpected(target->error("backup"));
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) return tl::make_unexpected(target->error("backup"));
  return {};
}

}  // namespace huiban::store
