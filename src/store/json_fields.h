#pragma once
// How values of the domain stand in stored JSON: ids as text, times as milliseconds, dates as text,
// enums as numbers that never change their meaning. Found by nlohmann's to_json/from_json lookup.
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "domain/events.h"

namespace nlohmann {

template <class Tag>
struct adl_serializer<huiban::Id<Tag>> {
  static void to_json(json& j, const huiban::Id<Tag>& id) { j = id.str(); }
  static void from_json(const json& j, huiban::Id<Tag>& id) {
    const auto parsed = huiban::Id<Tag>::parse(j.get<std::string>());
    if (!parsed) throw std::runtime_error("not an id: " + j.dump());
    id = *parsed;
  }
};

template <class T>
struct adl_serializer<std::optional<T>> {
  static void to_json(json& j, const std::optional<T>& value) {
    if (value)
      j = *value;
    else
      j = nullptr;
  }
  static void from_json(const json& j, std::optional<T>& value) {
    if (j.is_null())
      value.reset();
    else
      value = j.get<T>();
  }
};

template <>
struct adl_serializer<huiban::UtcTime> {
  static void to_json(json& j, const huiban::UtcTime& time) { j = time.time_since_epoch().count(); }
  static void from_json(const json& j, huiban::UtcTime& time) {
    time = huiban::UtcTime{huiban::Milliseconds{j.get<std::int64_t>()}};
  }
};

template <>
struct adl_serializer<std::chrono::minutes> {
  static void to_json(json& j, const std::chrono::minutes& m) { j = m.count(); }
  static void from_json(const json& j, std::chrono::minutes& m) {
    m = std::chrono::minutes{j.get<std::int64_t>()};
  }
};

template <>
struct adl_serializer<std::chrono::year_month_day> {
  static void to_json(json& j, const std::chrono::year_month_day& d) {
    j = json::array({int(d.year()), unsigned(d.month()), unsigned(d.day())});
  }
  static void from_json(const json& j, std::chrono::year_month_day& d) {
    d = std::chrono::year{j.at(0).get<int>()} / j.at(1).get<unsigned>() / j.at(2).get<unsigned>();
  }
};

}  // namespace nlohmann

namespace huiban::domain {

// A field added later is missing in older bodies: WITH_DEFAULT leaves the struct's own default.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PostClasses, town_leader, party_head, admin_head,
                                                head)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(UnitKind, key, name, side, attends, order)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Unit, id, kind, name, pinyin, order, parent,
                                                line_leader, area_leader, closed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Person, id, name, mobile, pinyin)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Tenure, person, from, until)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Post, id, unit, title, classes, rank, holder_state,
                                                holder, mobile, tenures, unheld)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PostClass, key, name, marks, titles, one_per_unit)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(OrderList, from, posts, note)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Device, id, name, microphone_agreed, retired)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Room, id, name, units, place, phone, note, devices)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Committee, name, members)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Alias, name, kinds, units)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Directory, town, note, kinds, units, posts, persons,
                                                committees, aliases, classes, rooms, orders)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DirectoryPatch, put, removed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeetingTime, date, half, start)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Speaker, post, unit, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AgendaItem, id, kinds, subject, speakers,
                                                planned_minutes, source, source_link, findings)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AttendanceRule, venue, kinds, committees, aliases,
                                                units, posts, post_class)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PlannedGuest, unit, title, superior, accompanies)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RankingGoal, name, keep, strive, best)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TileRule, kind, unit)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeetingPlan, title, subjects, kind, form, year,
                                                time, planned_minutes, place, purpose, host, agenda,
                                                rules, series, parent, stops, guests,
                                                accompanying, list_cut, goals, rhythm, tiles,
                                                sample_note)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Venue, id, kind, name, units, order)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Seat, id, unit, post, unit_name, unit_kind,
                                                unit_order, title, venue, venue_kind, heads, person,
                                                vacant, rule, order)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Actor, role, account, unit, meeting, venue, label)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DirectoryImported, directory)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DirectoryChanged, patch, kind, source, undoes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeetingCreated, plan)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PlanRevised, plan)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeetingConvened, number, venues, seats)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeetingCancelled, reason, merged_into)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeetingEnded, minutes_number)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(VenueJoined, venue, peer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(VenueLost, venue, peer, last_packet_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(VenueBack, venue, peer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(VenueTakenOver, venue, old_peer, new_peer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SeatReleased, venue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SeatsSignedIn, seats, venue, method, signed_at,
                                                reason, substitute)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SignInTakenBack, seats, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(StageChanged, main, second)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(FloorRequested, venue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(FloorRequestWithdrawn, venue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(FloorGranted, venue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(FloorRevoked, venue, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AgendaAdvanced, from, to, stage_before, stage_after,
                                                floor_before, floor_after)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AgendaReverted, undone)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NoteSaved, item, version, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(BannerSet, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RungPinned, venue, rung)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MediaFault, what)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ServerRestarted, last_alive)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskSource, meeting, item, second, quote,
                                                meeting_title, item_title, speaker, kind, number,
                                                parent, date)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Responsibility, kind, unit, post, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DueRule, days, working, period, period_end)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskContent, title, detail, lead_unit, assist_units,
                                                contact, due, evidence, due_rule, important, urgent,
                                                standing, period, period_day, fan_out, category,
                                                campaign, object, problem, measure, card)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskFile, id, name, type, size)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskEntry, text, reason, percent, files, date, unit, person,
                                                number, passed, satisfaction, report, channel,
                                                behalf, said_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskDrafted, content, source)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskRevised, content)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskChild, task, unit, contact)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskIssued, number, item, due, children, entry)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskSignedFor, responsible, entry)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TaskActed, act, entry, files, due)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NamedPeriod, key, name, from, until, removed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PeriodSet, period)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeritNoted, kind, unit, date, points, reason, by,
                                                whom, promise, task)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MeritTakenBack, merit, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Substitute, text, mobile, seat)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ReceiptLine, seat, comes, name, mobile)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SeatWas, seat, status, late, early, signed_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LeaveAsked, leave, kind, seats, all_posts, reason,
                                                substitute)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LeaveDecided, leave, approved, decided_by, channel,
                                                note)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LeaveWithdrawn, leave, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ReceiptReturned, unit, lines, remark)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SeatsSignedOut, seats, left_at, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AttendanceCorrected, was, to, signed_at, late,
                                                early, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(GuestSignedIn, guest, kind, text, venue, signed_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(GuestTakenBack, guest, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(HolderChanged, seat, before, after, vacant)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RollCallStarted, venues, answer_within_ms, rounds,
                                                stills)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RollCallCalled, venue, round)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RollCallMarked, venue, outcome, sign, after_ms,
                                                level_dbov)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RollCallStillKept, venue, still)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RollCallEnded, stopped)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RequestsReordered, venues)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Readiness, camera, microphone, width, height,
                                                level_dbov, echo_loss_db, echo_delay_ms, up_kbps,
                                                down_kbps, rtt_ms, loss_up_permille,
                                                loss_down_permille, browser)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ReadinessReported, venue, measured)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(CallNoted, venue, result, note)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ContentGranted, venue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ContentRevoked, venue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ContentStarted, venue, peer)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ContentStopped, venue)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TileRulesSet, rules)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(GoalRanked, goal, rank, note)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MonthJudged, year, month, text)

inline void to_json(nlohmann::json& j, const MeetingStarted&) {
  j = nlohmann::json::object();
}
inline void from_json(const nlohmann::json&, MeetingStarted&) {}
inline void to_json(nlohmann::json& j, const AllMuted&) {
  j = nlohmann::json::object();
}
inline void from_json(const nlohmann::json&, AllMuted&) {}

}  // namespace huiban::domain
