#pragma once
// domain::EventStore on SQLite. Control thread; not longer than its Database.
#include <map>

#include "domain/ports.h"
#include "store/database.h"
#include "store/hash_chain.h"
#include "store/store.h"

namespace huiban::store {

class SqliteEventStore final : public domain::EventStore {
 public:
  explicit SqliteEventStore(Database& database) : database_(database) {}
  Result<void> read_last_alive();

  Result<std::vector<domain::StoredEvent>> load(const domain::StreamId& stream) override;
  Result<std::vector<domain::StreamId>> streams(domain::StreamKind kind) override;
  Result<std::vector<domain::StoredEvent>> append(
      const domain::StreamId& stream, std::uint64_t expected_seq, const domain::Actor& actor,
      CommandId command, UtcTime at, std::vector<domain::EventPayload> payloads) override;
  std::optional<domain::CommandOutcome> find_command(CommandId id) override;
  // The same number until an append spends it; so one append spends one number of a series at most.
  Result<int> next_number(const std::string& series, int year) override;
  Result<void> mark_alive(UtcTime at) override;
  std::optional<UtcTime> last_alive() override { return last_alive_; }

  // Recomputes every hash, and looks for the last event of every command.
  Result<ChainReport> verify_chain();

 private:
  struct Head {
    std::uint64_t seq = 0;
    Hash hash{};
  };
  Result<std::optional<domain::CommandOutcome>> outcome_of(CommandId id);
  Result<Head> head_of(const domain::StreamId& stream);
  Result<void> write(domain::StoredEvent& event, const std::string& actor, Head& head);

  Database& database_;
  std::optional<UtcTime> last_alive_;
  std::map<std::pair<std::string, int>, int> pending_numbers_;  // given out, not yet stored
};

}  // namespace huiban::store
