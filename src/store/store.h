#pragma once
// The SQLite store: events with hash chain, commands, projections, accounts, audit log, in one file
// (WAL, synchronous=FULL). Control thread only. Implements the ports EventStore, AccountStore,
// AuditLog, LineMemory and EvidenceStore.
#include <cstdint>
#include <memory>
#include <string>

#include "domain/ports.h"

namespace huiban::store {

struct ChainReport {
  std::uint64_t streams = 0, events = 0;
  bool intact = true;
  std::string first_fault;  // which stream and seq
};

class Store {
 public:
  // Storage: not a database, damaged, of a newer version, not writable; the message says which and
  // what to do. Creates the file, or migrates it from any older version.
  static Result<std::unique_ptr<Store>> open(const std::string& path);
  ~Store();

  domain::EventStore& events();
  domain::AccountStore& accounts();
  domain::AuditLog& audit();
  domain::LineMemory& lines();
  domain::EvidenceStore& evidence();  // a folder beside the database

  Result<ChainReport> verify_chain();
  Result<void> rebuild_projections();
  // SQLite online backup into a new file. Conflict: the file exists. Storage: no space, not
  // writable.
  Result<void> backup_to(const std::string& path);

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiban::store
