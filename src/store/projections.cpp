#include "store/projections.h"

#include <cstdio>

#include "domain/meeting.h"
#include "domain/tasks.h"

namespace huiban::store {

namespace {

using namespace domain;

std::string date_text(const std::chrono::year_month_day& date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()), unsigned(date.day()));
  return text;
}

class Projector {
 public:
  Projector(Database& database, const StoredEvent& event) : database_(database), event_(event) {}

  Result<void> on(const MeetingCreated& e) { return put_plan(e.plan); }
  Result<void> on(const PlanRevised& e) { return put_plan(e.plan); }

  Result<void> on(const MeetingConvened& e) {
    auto update = HUIBAN_TRY(database_.prepare("UPDATE meeting SET number = ?, seats = ? WHERE id = ?"));
    update.bind(e.number).bind(std::int64_t(e.seats.size())).bind_blob(event_.stream.id);
    HUIBAN_CHECK(update.run());
    return set_state(MeetingState::kConvened);
  }
  Result<void> on(const MeetingStarted&) { return set_state(MeetingState::kRunning); }
  Result<void> on(const MeetingEnded& e) {
    auto update = HUIBAN_TRY(database_.prepare("UPDATE meeting SET minutes_number = ? WHERE id = ?"));
    update.bind(e.minutes_number).bind_blob(event_.stream.id);
    HUIBAN_CHECK(update.run());
    return set_state(MeetingState::kEnded);
  }

  Result<void> on(const SeatsSignedIn& e) {
    for (const auto& seat : e.seats) {
      auto insert = HUIBAN_TRY(database_.prepare(
          "INSERT INTO sign_in (meeting, seat, signed_at, method) VALUES (?,?,?,?) ON CONFLICT DO NOTHING"));
      insert.bind_blob(event_.stream.id).bind_blob(seat.bytes());
      insert.bind(e.signed_at.time_since_epoch().count()).bind(std::int64_t(e.method));
      HUIBAN_CHECK(insert.run());
    }
    return {};
  }
  Result<void> on(const SignInTakenBack& e) {
    for (const auto& seat : e.seats) {
      auto remove = HUIBAN_TRY(database_.prepare("DELETE FROM sign_in WHERE meeting = ? AND seat = ?"));
      remove.bind_blob(event_.stream.id).bind_blob(seat.bytes());
      HUIBAN_CHECK(remove.run());
    }
    return {};
  }

  Result<void> on(const TaskDrafted& e) { return put_task(e.content, e.source.meeting); }
  Result<void> on(const TaskRevised& e) {
    auto query = HUIBAN_TRY(database_.prepare("SELECT meeting FROM task WHERE id = ?"));
    query.bind_blob(event_.stream.id);
    std::optional<MeetingId> meeting;
    if (HUIBAN_TRY(query.step()) && !query.is_null(0)) {
      UuidBytes id{};
      const auto blob = query.blob(0);
      std::copy_n(blob.begin(), std::min(blob.size(), id.size()), id.begin());
      meeting = MeetingId(id);
    }
    return put_task(e.content, meeting);
  }
  Result<void> on(const TaskIssued& e) {
    auto update = HUIBAN_TRY(database_.prepare("UPDATE task SET number = ?, state = ? WHERE id = ?"));
    update.bind(e.number).bind(std::int64_t(TaskState::kIssued)).bind_blob(event_.stream.id);
    return update.run();
  }
  Result<void> on(const TaskSignedFor&) {
    auto update = HUIBAN_TRY(database_.prepare("UPDATE task SET state = ? WHERE id = ?"));
    update.bind(std::int64_t(TaskState::kInProgress)).bind_blob(event_.stream.id);
    return update.run();
  }
  template <class Other>
  Result<void> on(const Other&) {
    return {};
  }

  // The row's seq says up to which event it is true.
  Result<void> touch() {
    if (event_.stream.kind == StreamKind::kDirectory) return {};
    auto update = HUIBAN_TRY(database_.prepare(event_.stream.kind == StreamKind::kMeeting
                                                   ? "UPDATE meeting SET seq = ? WHERE id = ?"
                                                   : "UPDATE task SET seq = ? WHERE id = ?"));
    update.bind(std::int64_t(event_.seq)).bind_blob(event_.stream.id);
    return update.run();
  }

 private:
  Result<void> put_plan(const MeetingPlan& plan) {
    auto put = HUIBAN_TRY(database_.prepare(
        "INSERT INTO meeting (id, seq, title, kind, date, state) VALUES (?,0,?,?,?,0) ON CONFLICT (id) DO UPDATE SET "
        "title = excluded.title, kind = excluded.kind, date = excluded.date"));
    put.bind_blob(event_.stream.id).bind(plan.title).bind(plan.kind).bind(date_text(plan.time.date));
    return put.run();
  }

  Result<void> set_state(MeetingState state) {
    auto update = HUIBAN_TRY(database_.prepare("UPDATE meeting SET state = ? WHERE id = ?"));
    update.bind(std::int64_t(state)).bind_blob(event_.stream.id);
    return update.run();
  }

  Result<void> put_task(const TaskContent& content, const std::optional<MeetingId>& meeting) {
    auto put = HUIBAN_TRY(database_.prepare(
        "INSERT INTO task (id, seq, state, title, lead_unit, due, meeting) VALUES (?,0,0,?,?,?,?) "
        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, lead_unit = excluded.lead_unit, due = excluded.due"));
    put.bind_blob(event_.stream.id).bind(content.title);
    if (content.lead_unit) put.bind_blob(content.lead_unit->bytes());
    else put.bind_null();
    if (content.due) put.bind(date_text(*content.due));
    else put.bind_null();
    if (meeting) put.bind_blob(meeting->bytes());
    else put.bind_null();
    return put.run();
  }

  Database& database_;
  const StoredEvent& event_;
};

}  // namespace

Result<void> project(Database& database, const domain::StoredEvent& event) {
  Projector projector(database, event);
  HUIBAN_CHECK(std::visit([&](const auto& payload) { return projector.on(payload); }, event.payload));
  return projector.touch();
}

Result<void> clear_projections(Database& database) {
  return database.execute("DELETE FROM meeting; DELETE FROM sign_in; DELETE FROM task;");
}

}  // namespace huiban::store
