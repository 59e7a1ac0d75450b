#include "store/sqlite_event_store.h"

#include <charconv>
#include <utility>

#include "store/event_codec.h"
#include "store/projections.h"

namespace huiban::store {

namespace {

using domain::StoredEvent;
using domain::StreamId;

StreamId stream_of(const Statement& row, int kind_column) {
  return {domain::StreamKind(row.integer(kind_column)), row.uuid(kind_column + 1)};
}

Hash hash_of(const std::string& blob) {
  Hash hash{};
  if (blob.size() == hash.size()) std::copy(blob.begin(), blob.end(), hash.begin());
  return hash;
}

std::string place_of(const StreamId& stream, std::int64_t seq) {
  static constexpr const char* kNames[] = {"directory", "meeting", "task"};
  const auto kind = std::size_t(stream.kind);
  return std::string(kind < std::size(kNames) ? kNames[kind] : "?") + " " +
         uuid_to_string(stream.id) + " #" + std::to_string(seq);
}

Error at_place(Error error, const StreamId& stream, std::uint64_t seq) {
  error.detail = place_of(stream, std::int64_t(seq)) + ": " + error.detail;
  return error;
}

// Everything that a row says stands in its hash.
Hash chain(const Hash& previous, const StreamId& stream, std::int64_t seq,
           const EncodedEvent& event, std::int64_t at, std::span<const std::uint8_t> command,
           const std::string& actor) {
  return ChainHasher(previous)
      .add(std::int64_t(stream.kind))
      .add_bytes(stream.id)
      .add(seq)
      .add(event.type)
      .add(std::int64_t(event.version))
      .add(at)
      .add_bytes(command)
      .add(actor)
      .add(event.body)
      .finish();
}

}  // namespace

Result<void> SqliteEventStore::read_last_alive() {
  auto query = HUIBAN_TRY(database_.prepare("SELECT value FROM mark WHERE name = 'last_alive'"));
  if (!HUIBAN_TRY(query.step())) return {};
  const auto text = query.text(0);
  std::int64_t ms = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), ms).ec == std::errc{})
    last_alive_ = UtcTime{Milliseconds{ms}};
  return {};
}

Result<std::vector<StoredEvent>> SqliteEventStore::load(const StreamId& stream) {
  auto query = HUIBAN_TRY(
      database_.prepare("SELECT seq, type, version, at, command_id, actor, body, hash FROM event "
                        "WHERE stream_kind = ? AND stream_id = ? ORDER BY seq"));
  query.bind(std::int64_t(stream.kind)).bind(stream.id);
  std::vector<StoredEvent> events;
  while (HUIBAN_TRY(query.step())) {
    StoredEvent event;
    event.stream = stream;
    event.seq = std::uint64_t(query.integer(0));
    event.at = query.time(3);
    event.command = CommandId(query.uuid(4));
    auto sender = decode_actor(query.text(5));
    if (!sender) return tl::make_unexpected(at_place(std::move(sender).error(), stream, event.seq));
    event.actor = std::move(*sender);
    auto payload = decode({query.text(1), int(query.integer(2)), query.text(6)});
    if (!payload)
      return tl::make_unexpected(at_place(std::move(payload).error(), stream, event.seq));
    event.payload = std::move(*payload);
    event.hash = hash_of(query.blob(7));
    events.push_back(std::move(event));
  }
  return events;
}

Result<std::vector<StreamId>> SqliteEventStore::streams(domain::StreamKind kind) {
  auto query = HUIBAN_TRY(database_.prepare(
      "SELECT DISTINCT stream_id FROM event WHERE stream_kind = ? AND seq = 1 ORDER BY id"));
  query.bind(std::int64_t(kind));
  std::vector<StreamId> streams;
  while (HUIBAN_TRY(query.step())) streams.push_back({kind, query.uuid(0)});
  return streams;
}

Result<SqliteEventStore::Head> SqliteEventStore::head_of(const StreamId& stream) {
  auto query =
      HUIBAN_TRY(database_.prepare("SELECT seq, hash FROM event WHERE stream_kind = ? AND "
                                   "stream_id = ? ORDER BY seq DESC LIMIT 1"));
  query.bind(std::int64_t(stream.kind)).bind(stream.id);
  Head head;
  if (HUIBAN_TRY(query.step())) head = {std::uint64_t(query.integer(0)), hash_of(query.blob(1))};
  return head;
}

Result<void> SqliteEventStore::write(StoredEvent& event, const std::string& actor, Head& head) {
  const auto encoded = HUIBAN_TRY(encode(event.payload));
  const auto at = event.at.time_since_epoch().count();
  head.hash = chain(head.hash, event.stream, std::int64_t(event.seq), encoded, at,
                    event.command.bytes(), actor);
  head.seq = event.seq;
  event.hash = head.hash;
  auto insert =
      HUIBAN_TRY(database_.prepare("INSERT INTO event (stream_kind, stream_id, seq, type, version, "
                                   "at, command_id, actor, body, hash) "
                                   "VALUES (?,?,?,?,?,?,?,?,?,?)"));
  insert.bind(std::int64_t(event.stream.kind)).bind(event.stream.id).bind(std::int64_t(event.seq));
  insert.bind(encoded.type).bind(std::int64_t(encoded.version)).bind(at).bind(event.command);
  insert.bind(actor).bind(encoded.body).bind_blob(event.hash);
  return insert.run();
}

Result<std::vector<StoredEvent>> SqliteEventStore::append(
    const StreamId& stream, std::uint64_t expected_seq, const domain::Actor& actor,
    CommandId command, UtcTime at, std::vector<domain::EventPayload> payloads) {
  // Numbers given out for this append are spent by it or given back.
  const auto numbers = std::exchange(pending_numbers_, {});
  auto transaction = HUIBAN_TRY(Transaction::begin(database_));
  if (HUIBAN_TRY(outcome_of(command)))
    return fail(ErrorCode::kConflict, "这个操作已经做过", "This command was applied before");
  Head head = HUIBAN_TRY(head_of(stream));
  if (head.seq != expected_seq)
    return fail(ErrorCode::kConflict, "别人刚改过，请看过新内容再试",
                "Somebody was faster; look again and retry");
  const auto actor_json = HUIBAN_TRY(encode_actor(actor));
  std::vector<StoredEvent> events;
  for (auto& payload : payloads) {
    StoredEvent event;
    event.stream = stream;
    event.seq = head.seq + 1;
    event.at = at;
    event.actor = actor;
    event.command = command;
    event.payload = std::move(payload);
    HUIBAN_CHECK(write(event, actor_json, head));
    HUIBAN_CHECK(project(database_, event));
    events.push_back(std::move(event));
  }
  auto remember = HUIBAN_TRY(
      database_.prepare("INSERT INTO command (id, stream_kind, stream_id, seq) VALUES (?,?,?,?)"));
  remember.bind(command).bind(std::int64_t(stream.kind)).bind(stream.id);
  remember.bind(std::int64_t(head.seq));
  HUIBAN_CHECK(remember.run());
  for (const auto& [series, last] : numbers) {
    auto keep = HUIBAN_TRY(
        database_.prepare("INSERT INTO number_series (series, year, last) VALUES (?,?,?) "
                          "ON CONFLICT (series, year) DO UPDATE SET last = excluded.last"));
    keep.bind(series.first).bind(std::int64_t(series.second)).bind(std::int64_t(last));
    HUIBAN_CHECK(keep.run());
  }
  HUIBAN_CHECK(transaction.commit());
  return events;
}

Result<std::optional<domain::CommandOutcome>> SqliteEventStore::outcome_of(CommandId id) {
  auto query =
      HUIBAN_TRY(database_.prepare("SELECT stream_kind, stream_id, seq FROM command WHERE id = ?"));
  query.bind(id);
  std::optional<domain::CommandOutcome> outcome;
  if (HUIBAN_TRY(query.step())) outcome = {stream_of(query, 0), std::uint64_t(query.integer(2))};
  return outcome;
}

// A command that cannot be looked up counts as new: append() then fails in the same way.
std::optional<domain::CommandOutcome> SqliteEventStore::find_command(CommandId id) {
  return outcome_of(id).value_or(std::nullopt);
}

Result<int> SqliteEventStore::next_number(const std::string& series, int year) {
  auto query =
      HUIBAN_TRY(database_.prepare("SELECT last FROM number_series WHERE series = ? AND year = ?"));
  query.bind(series).bind(std::int64_t(year));
  const int last = HUIBAN_TRY(query.step()) ? int(query.integer(0)) : 0;
  return pending_numbers_[{series, year}] = last + 1;
}

Result<void> SqliteEventStore::mark_alive(UtcTime at) {
  auto update =
      HUIBAN_TRY(database_.prepare("INSERT INTO mark (name, value) VALUES ('last_alive', ?) ON "
                                   "CONFLICT (name) DO UPDATE SET value = excluded.value"));
  update.bind(std::to_string(at.time_since_epoch().count()));
  return update.run();
}

Result<ChainReport> SqliteEventStore::verify_chain() {
  ChainReport report;
  const auto fault = [&](const StreamId& stream, std::int64_t seq) {
    if (report.intact) report.first_fault = place_of(stream, seq);
    report.intact = false;
  };
  auto query = HUIBAN_TRY(database_.prepare(
      "SELECT stream_kind, stream_id, seq, type, version, at, command_id, actor, body, hash "
      "FROM event ORDER BY stream_kind, stream_id, seq"));
  StreamId stream;
  Head head;
  while (HUIBAN_TRY(query.step())) {
    const auto current = stream_of(query, 0);
    if (report.events == 0 || current != stream) stream = current, head = {}, ++report.streams;
    ++report.events;
    const auto seq = query.integer(2);
    const auto command = query.blob(6);
    const auto expected = chain(
        head.hash, stream, seq, {query.text(3), int(query.integer(4)), query.text(8)},
        query.integer(5), {reinterpret_cast<const std::uint8_t*>(command.data()), command.size()},
        query.text(7));
    if (std::uint64_t(seq) != head.seq + 1 || expected != hash_of(query.blob(9)))
      fault(stream, seq);
    head = {std::uint64_t(seq), hash_of(query.blob(9))};
  }
  // A list whose end was cut off has an intact chain, but commands still name its last events.
  auto lost = HUIBAN_TRY(database_.prepare(
      "SELECT c.stream_kind, c.stream_id, c.seq FROM command c LEFT JOIN event e "
      "ON e.stream_kind = c.stream_kind AND e.stream_id = c.stream_id AND e.seq = c.seq "
      "AND e.command_id = c.id WHERE e.id IS NULL AND c.seq > 0 "
      "ORDER BY c.stream_kind, c.stream_id, c.seq LIMIT 1"));
  if (HUIBAN_TRY(lost.step())) fault(stream_of(lost, 0), lost.integer(2));
  return report;
}

}  // namespace huiban::store
