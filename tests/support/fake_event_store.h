#pragma once
// An event store in memory with the manners of the real one: conflicts, one outcome per command,
// numbers that are taken by the next append, and a disk that can be full.
#include <map>
#include <set>

#include "domain/ports.h"

namespace huiban::test {

class FakeEventStore final : public domain::EventStore {
 public:
  Result<std::vector<domain::StoredEvent>> load(const domain::StreamId& stream) override;
  Result<std::vector<domain::StreamId>> streams(domain::StreamKind kind) override;
  Result<std::vector<domain::StoredEvent>> append(
      const domain::StreamId& stream, std::uint64_t expected_seq, const domain::Actor& actor,
      CommandId command, UtcTime at, std::vector<domain::EventPayload> payloads) override;
  std::optional<domain::CommandOutcome> find_command(CommandId id) override;
  Result<int> next_number(const std::string& series, int year) override;
  Result<void> mark_alive(UtcTime at) override;
  std::optional<UtcTime> last_alive() override { return alive_; }

  bool disk_full = false;
  std::size_t count() const;  // events of all streams

 private:
  std::map<domain::StreamId, std::vector<domain::StoredEvent>> streams_;
  std::map<CommandId, domain::CommandOutcome> commands_;
  std::map<std::pair<std::string, int>, int> numbers_, pending_;
  std::optional<UtcTime> alive_;
};

}  // namespace huiban::test
