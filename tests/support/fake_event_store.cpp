#include "tests/support/fake_event_store.h"

namespace huiban::test {

using namespace domain;

Result<std::vector<StoredEvent>> FakeEventStore::load(const StreamId& stream) {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? std::vector<StoredEvent>{} : found->second;
}

Result<std::vector<StreamId>> FakeEventStore::streams(StreamKind kind) {
  std::vector<StreamId> found;
  for (const auto& [id, events] : streams_)
    if (id.kind == kind) found.push_back(id);
  return found;
}

Result<std::vector<StoredEvent>> FakeEventStore::append(const StreamId& stream,
                                                        std::uint64_t expected_seq,
                                                        const Actor& actor, CommandId command,
                                                        UtcTime at,
                                                        std::vector<EventPayload> payloads) {
  if (disk_full) {
    pending_.clear();
    return fail(ErrorCode::kStorage, "磁盘已满", "The disk is full");
  }
  auto& events = streams_[stream];
  if (events.size() != expected_seq)
    return fail(ErrorCode::kConflict, "别人更快", "Somebody was faster");
  std::vector<StoredEvent> stored;
  for (auto& payload : payloads) {
    StoredEvent event;
    event.stream = stream;
    event.seq = ++expected_seq;
    event.at = at;
    event.actor = actor;
    event.command = command;
    event.payload = std::move(payload);
    stored.push_back(event);
    events.push_back(std::move(event));
  }
  commands_[command] = {stream, events.size()};
  for (const auto& [series, number] : pending_) numbers_[series] = number;
  pending_.clear();
  return stored;
}

std::optional<CommandOutcome> FakeEventStore::find_command(CommandId id) {
  const auto found = commands_.find(id);
  return found == commands_.end() ? std::nullopt : std::optional(found->second);
}

Result<int> FakeEventStore::next_number(const std::string& series, int year) {
  return pending_[{series, year}] = numbers_[{series, year}] + 1;
}

Result<void> FakeEventStore::mark_alive(UtcTime at) {
  alive_ = at;
  return {};
}

std::size_t FakeEventStore::count() const {
  std::size_t count = 0;
  for (const auto& [id, events] : streams_) count += events.size();
  return count;
}

}  // namespace huiban::test
