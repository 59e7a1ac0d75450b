#include "store/projections.h"

#include <cstdio>
#include <set>

#include "domain/meeting.h"
#include "domain/tasks.h"
#include "store/event_codec.h"
#include "store/sqlite_event_store.h"

namespace huiban::store {

namespace {

using namespace domain;

// Counted up when project() or its tables change; files of another form are rebuilt at open.
constexpr const char* kForm = "3";

std::optional<std::string> date_text(const std::chrono::year_month_day& date) {
  if (!date.ok()) return std::nullopt;
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()),
                unsigned(date.day()));
  return text;
}

template <class Enum>
std::int64_t number_of(Enum value) {
  return std::int64_t(value);
}

// Without vacant posts, each person once, as domain/attendance.cpp counts.
std::int64_t persons_of(const std::vector<Seat>& seats) {
  std::int64_t count = 0;
  std::set<PersonId> persons;
  for (const auto& seat : seats)
    if (!seat.vacant && (!seat.person || persons.insert(*seat.person).second)) ++count;
  return count;
}

class Projector {
 public:
  Projector(Database& database, const StoredEvent& event) : database_(database), event_(event) {}

  Result<void> on(const MeetingCreated& e) { return put_plan(e.plan); }
  Result<void> on(const PlanRevised& e) { return put_plan(e.plan); }

  Result<void> on(const MeetingConvened& e) {
    auto update = HUIBAN_TRY(database_.prepare(
        "UPDATE meeting SET state = ?, number = ?, posts = ?, expected = ? WHERE id = ?"));
    update.bind(number_of(MeetingState::kConvened)).bind(e.number);
    update.bind(std::int64_t(e.seats.size())).bind(persons_of(e.seats)).bind(event_.stream.id);
    HUIBAN_CHECK(update.run());
    auto clear = HUIBAN_TRY(database_.prepare("DELETE FROM seat WHERE meeting = ?"));
    HUIBAN_CHECK(clear.bind(event_.stream.id).run());
    std::int64_t position = 0;
    for (const auto& seat : e.seats) HUIBAN_CHECK(put_seat(seat, ++position));
    return {};
  }
  Result<void> on(const MeetingStarted&) {
    auto update =
        HUIBAN_TRY(database_.prepare("UPDATE meeting SET state = ?, started_at = ? WHERE id = ?"));
    return update.bind(number_of(MeetingState::kRunning))
        .bind(event_.at)
        .bind(event_.stream.id)
        .run();
  }
  Result<void> on(const MeetingEnded& e) {
    auto update = HUIBAN_TRY(database_.prepare(
        "UPDATE meeting SET state = ?, ended_at = ?, minutes_number = ? WHERE id = ?"));
    update.bind(number_of(MeetingState::kEnded)).bind(event_.at).bind(e.minutes_number);
    return update.bind(event_.stream.id).run();
  }

  Result<void> on(const MeetingCancelled&) {
    auto update = HUIBAN_TRY(database_.prepare("UPDATE meeting SET state = ? WHERE id = ?"));
    return update.bind(number_of(MeetingState::kCancelled)).bind(event_.stream.id).run();
  }

  // The first valid sign-in stands.
  Result<void> on(const SeatsSignedIn& e) {
    for (const auto& seat : e.seats) {
      auto insert = HUIBAN_TRY(database_.prepare(
          "INSERT INTO attendance (meeting, seat, signed_at, method, venue, reason) "
          "VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING"));
      insert.bind(event_.stream.id).bind(seat).bind(e.signed_at).bind(number_of(e.method));
      HUIBAN_CHECK(insert.bind(e.venue).bind(e.reason).run());
    }
    return {};
  }
  Result<void> on(const SignInTakenBack& e) {
    for (const auto& seat : e.seats) {
      auto remove =
          HUIBAN_TRY(database_.prepare("DELETE FROM attendance WHERE meeting = ? AND seat = ?"));
      HUIBAN_CHECK(remove.bind(event_.stream.id).bind(seat).run());
    }
    return {};
  }

  Result<void> on(const NoteSaved& e) {
    auto put = HUIBAN_TRY(database_.prepare(
        "INSERT INTO note (meeting, item, version, text, at, by) VALUES (?,?,?,?,?,?) "
        "ON CONFLICT (meeting, item) DO UPDATE SET version = excluded.version, "
        "text = excluded.text, at = excluded.at, by = excluded.by"));
    put.bind(event_.stream.id).bind(e.item).bind(std::int64_t{e.version}).bind(e.text);
    return put.bind(event_.at).bind(event_.actor.label).run();
  }

  Result<void> on(const TaskDrafted& e) {
    auto put = HUIBAN_TRY(database_.prepare(
        "INSERT INTO task (id, seq, state, title, lead_unit, contact, due, meeting, item, second) "
        "VALUES (?,0,?,?,?,?,?,?,?,?)"));
    put.bind(event_.stream.id).bind(number_of(TaskState::kDraft)).bind(e.content.title);
    put.bind(e.content.lead_unit).bind(e.content.contact).bind(due_of(e.content));
    return put.bind(e.source.meeting).bind(e.source.item).bind(e.source.second).run();
  }
  Result<void> on(const TaskRevised& e) {
    auto update = HUIBAN_TRY(database_.prepare(
        "UPDATE task SET title = ?, lead_unit = ?, contact = ?, due = ? WHERE id = ?"));
    update.bind(e.content.title).bind(e.content.lead_unit).bind(e.content.contact);
    return update.bind(due_of(e.content)).bind(event_.stream.id).run();
  }
  Result<void> on(const TaskIssued& e) {
    auto update = HUIBAN_TRY(
        database_.prepare("UPDATE task SET state = ?, number = ?, issued_at = ? WHERE id = ?"));
    update.bind(number_of(TaskState::kIssued)).bind(e.number).bind(event_.at);
    return update.bind(event_.stream.id).run();
  }
  Result<void> on(const TaskSignedFor& e) {
    auto update = HUIBAN_TRY(database_.prepare(
        "UPDATE task SET state = ?, responsible = ?, signed_at = ? WHERE id = ?"));
    update.bind(number_of(TaskState::kInProgress)).bind(e.responsible).bind(event_.at);
    return update.bind(event_.stream.id).run();
  }
  // What these acts make of the task depends on what was before: it is folded as the rules fold it.
  Result<void> on(const TaskActed& e) {
    switch (e.act) {
      case TaskAct::kReport:
      case TaskAct::kPartIn:
      case TaskAct::kWaivePart:
      case TaskAct::kCheckBack:
      case TaskAct::kAskExtension:
      case TaskAct::kAgreeExtension:
      case TaskAct::kRefuseExtension:
      case TaskAct::kMarkEmpty:
      case TaskAct::kUrge:
      case TaskAct::kAttach:
      case TaskAct::kOfferPhoto:
      case TaskAct::kAcceptPhoto:
      case TaskAct::kRefusePhoto:
        return {};
      default:
        return put_folded();
    }
  }
  template <class Other>
  Result<void> on(const Other&) {
    return {};
  }

  // The row's seq says up to which event it is true.
  Result<void> touch() {
    if (event_.stream.kind != StreamKind::kMeeting && event_.stream.kind != StreamKind::kTask)
      return {};
    auto update = HUIBAN_TRY(database_.prepare(event_.stream.kind == StreamKind::kMeeting
                                                   ? "UPDATE meeting SET seq = ? WHERE id = ?"
                                                   : "UPDATE task SET seq = ? WHERE id = ?"));
    return update.bind(std::int64_t(event_.seq)).bind(event_.stream.id).run();
  }

 private:
  Result<void> put_folded() {
    Task task{TaskId(event_.stream.id)};
    auto query = HUIBAN_TRY(
        database_.prepare("SELECT seq, at, actor, type, version, body FROM event WHERE "
                          "stream_kind = ? AND stream_id = ? AND seq <= ? ORDER BY seq"));
    query.bind(number_of(event_.stream.kind)).bind(event_.stream.id);
    query.bind(std::int64_t(event_.seq));
    while (HUIBAN_TRY(query.step())) {
      StoredEvent event;
      event.stream = event_.stream;
      event.seq = std::uint64_t(query.integer(0));
      event.at = UtcTime{Milliseconds{query.integer(1)}};
      event.actor = HUIBAN_TRY(decode_actor(query.text(2)));
      event.payload = HUIBAN_TRY(decode({query.text(3), int(query.integer(4)), query.text(5)}));
      task.apply(event);
    }
    auto update = HUIBAN_TRY(database_.prepare(
        "UPDATE task SET state = ?, lead_unit = ?, contact = ?, due = ? WHERE id = ?"));
    update.bind(number_of(task.state())).bind(task.content().lead_unit);
    update.bind(task.content().contact);
    const auto& due = task.facts().due ? task.facts().due : task.content().due;
    update.bind(due ? date_text(*due) : std::nullopt);
    return update.bind(event_.stream.id).run();
  }

  static std::optional<std::string> due_of(const TaskContent& content) {
    return content.due ? date_text(*content.due) : std::nullopt;
  }

  Result<void> put_plan(const MeetingPlan& plan) {
    auto put = HUIBAN_TRY(database_.prepare(
        "INSERT INTO meeting (id, seq, state, title, kind, form, date, half, start) "
        "VALUES (?,0,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
        "kind = excluded.kind, form = excluded.form, date = excluded.date, half = excluded.half, "
        "start = excluded.start"));
    put.bind(event_.stream.id).bind(number_of(MeetingState::kPlanned)).bind(plan.title);
    put.bind(plan.kind).bind(number_of(plan.form)).bind(date_text(plan.time.date));
    put.bind(number_of(plan.time.half));
    if (plan.time.start)
      put.bind(std::int64_t{plan.time.start->count()});
    else
      put.bind_null();
    return put.run();
  }

  Result<void> put_seat(const Seat& seat, std::int64_t position) {
    auto put = HUIBAN_TRY(database_.prepare(
        "INSERT INTO seat (meeting, id, position, venue, venue_kind, unit, unit_name, title, "
        "person, vacant) VALUES (?,?,?,?,?,?,?,?,?,?)"));
    put.bind(event_.stream.id).bind(seat.id).bind(position).bind(seat.venue);
    put.bind(number_of(seat.venue_kind)).bind(seat.unit).bind(seat.unit_name).bind(seat.title);
    return put.bind(seat.person).bind(std::int64_t{seat.vacant}).run();
  }

  Database& database_;
  const StoredEvent& event_;
};

}  // namespace

Result<void> project(Database& database, const domain::StoredEvent& event) {
  Projector projector(database, event);
  HUIBAN_CHECK(
      std::visit([&](const auto& payload) { return projector.on(payload); }, event.payload));
  return projector.touch();
}

Result<void> rebuild_projections(Database& database, SqliteEventStore& events) {
  auto transaction = HUIBAN_TRY(Transaction::begin(database));
  HUIBAN_CHECK(
      database.execute("DELETE FROM meeting; DELETE FROM seat; DELETE FROM attendance; "
                       "DELETE FROM note; DELETE FROM task"));
  for (const auto kind : {StreamKind::kMeeting, StreamKind::kTask})
    for (const auto& stream : HUIBAN_TRY(events.streams(kind)))
      for (const auto& event : HUIBAN_TRY(events.load(stream)))
        HUIBAN_CHECK(project(database, event));
  auto mark = HUIBAN_TRY(database.prepare("REPLACE INTO mark (name, value) VALUES (?,?)"));
  HUIBAN_CHECK(mark.bind("projections").bind(kForm).run());
  return transaction.commit();
}

Result<void> refresh_projections(Database& database, SqliteEventStore& events) {
  {
    auto query = HUIBAN_TRY(database.prepare("SELECT value FROM mark WHERE name = 'projections'"));
    if (HUIBAN_TRY(query.step()) && query.text(0) == kForm) return {};
  }
  return rebuild_projections(database, events);
}

}  // namespace huiban::store
