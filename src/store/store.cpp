#include "store/store.h"

#include "store/backup.h"
#include "store/file_evidence.h"
#include "store/projections.h"
#include "store/schema.h"
#include "store/sqlite_account_store.h"
#include "store/sqlite_event_store.h"
#include "store/sqlite_line_memory.h"

namespace huiban::store {

class Store::Impl {
 public:
  Impl(std::unique_ptr<Database> opened, const std::string& path)
      : database(std::move(opened)),
        events(*database),
        accounts(*database),
        audit(*database),
        lines(*database),
        evidence(path + ".evidence") {}

  std::unique_ptr<Database> database;
  SqliteEventStore events;
  SqliteAccountStore accounts;
  SqliteAuditLog audit;
  SqliteLineMemory lines;
  FileEvidence evidence;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  auto database = HUIBAN_TRY(Database::open(path));
  HUIBAN_CHECK(migrate(*database));
  HUIBAN_CHECK(database->set_durable());
  auto impl = std::make_unique<Impl>(std::move(database), path);
  HUIBAN_CHECK(impl->events.read_last_alive());
  HUIBAN_CHECK(refresh_projections(*impl->database, impl->events));
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

domain::EventStore& Store::events() {
  return impl_->events;
}
domain::AccountStore& Store::accounts() {
  return impl_->accounts;
}
domain::AuditLog& Store::audit() {
  return impl_->audit;
}

domain::LineMemory& Store::lines() {
  return impl_->lines;
}

domain::EvidenceStore& Store::evidence() {
  return impl_->evidence;
}

Result<ChainReport> Store::verify_chain() {
  auto report = HUIBAN_TRY(impl_->events.verify_chain());
  const auto audit_fault = HUIBAN_TRY(impl_->audit.first_fault());
  if (report.intact && audit_fault) {
    report.intact = false;
    report.first_fault = "audit #" + std::to_string(*audit_fault);
  }
  return report;
}

Result<void> Store::rebuild_projections() {
  return store::rebuild_projections(*impl_->database, impl_->events);
}

Result<void> Store::backup_to(const std::string& path) {
  return back_up(*impl_->database, path);
}

}  // namespace huiban::store
