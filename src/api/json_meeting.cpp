#include <cstdio>
#include <nlohmann/json.hpp>

#include "api/json_read.h"
#include "api/json_write.h"
#include "domain/goals.h"
#include "domain/wording.h"

namespace huiban::api {

using nlohmann::json;

std::string local_clock_text(std::chrono::minutes minutes) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", int(minutes.count() / 60) % 100,
                int(minutes.count() % 60));
  return text;
}

namespace {

json start_json(const domain::MeetingTime& time) {
  return time.start ? json(local_clock_text(*time.start)) : json(nullptr);
}

json kinds_json(const std::vector<domain::AgendaKind>& kinds) {
  json list = json::array();
  for (const auto kind : kinds) list.push_back(name_of(kAgendaKindNames, kind));
  return list;
}

json item_json(const domain::AgendaItem& item, const domain::Directory& directory) {
  json speakers = json::array();
  for (const auto& speaker : item.speakers) {
    json one = json::object();
    if (speaker.post) one["post"] = speaker.post->str();
    if (speaker.unit) one["unit"] = speaker.unit->str();
    if (!speaker.text.empty()) one["text"] = speaker.text;
    speakers.push_back(std::move(one));
  }
  return {{"id", item.id.str()},
          {"kinds", kinds_json(item.kinds)},
          {"subject", item.subject},
          {"speakers", std::move(speakers)},
          {"planned_minutes", item.planned_minutes},
          {"source", item.source},
          {"source_link", item.source_link},
          {"findings", item.findings},
          {"speaker_text", domain::speakers_in_words(directory, item.speakers)}};
}

json rule_json(const domain::AttendanceRule& rule) {
  json units = json::array();
  for (const auto& unit : rule.units) units.push_back(unit.str());
  return {{"venue", name_of(kVenueKindNames, rule.venue)},
          {"kinds", rule.kinds},
          {"committees", rule.committees},
          {"aliases", rule.aliases},
          {"units", std::move(units)},
          {"posts", rule.posts},
          {"post_class", rule.post_class}};
}

json goals_json(const std::vector<domain::RankingGoal>& goals) {
  json list = json::array();
  for (const auto& goal : goals)
    list.push_back({{"name", goal.name},
                    {"keep", goal.keep},
                    {"strive", goal.strive},
                    {"best", goal.best}});
  return list;
}

// Places that were reached, in the order of the plan's goals; rank 0: not entered yet.
json goal_ranks_json(const domain::Meeting& meeting) {
  json list = json::array();
  const auto& goals = meeting.plan().goals;
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const auto found = meeting.goal_ranks().find(int(i));
    const auto rank =
        found == meeting.goal_ranks().end() ? domain::GoalRank{} : found->second;
    json one{{"rank", rank.rank}, {"tier", domain::tier_of(goals[i], rank.rank)}};
    if (rank.rank > 0) {
      one["note"] = rank.note;
      one["at"] = to_iso8601(rank.at);
      one["by"] = rank.by;
    }
    list.push_back(std::move(one));
  }
  return list;
}

std::string kind_of_unit(const domain::Directory& directory, const domain::Seat& seat) {
  if (!seat.unit_kind.empty()) return seat.unit_kind;
  const auto* unit = directory.find_unit(seat.unit);
  return unit ? unit->kind : std::string();
}

}  // namespace

json tiles_json(const std::vector<domain::TileRule>& tiles) {
  json list = json::array();
  for (const auto& tile : tiles) {
    json one{{"kind", name_of(kTileKindNames, tile.kind)}};
    if (tile.unit) one["unit"] = tile.unit->str();
    list.push_back(std::move(one));
  }
  return list;
}

json venue_json(const domain::Venue& venue, const domain::Directory& directory) {
  json units = json::array();
  for (const auto& unit : venue.units) units.push_back(unit.str());
  json out{{"id", venue.id.str()},
           {"kind", name_of(kVenueKindNames, venue.kind)},
           {"name", venue.name},
           {"order", venue.order},
           {"units", std::move(units)}};
  if (venue.kind == domain::VenueKind::kBranch && !venue.units.empty())
    if (const auto* unit = directory.find_unit(venue.units.front())) out["unit_kind"] = unit->kind;
  return out;
}

json plan_json(const domain::MeetingPlan& plan, const domain::Directory& directory) {
  json agenda = json::array(), rules = json::array(), guests = json::array(),
       accompanying = json::array();
  for (const auto& post : plan.accompanying) accompanying.push_back(post.str());
  for (const auto& guest : plan.guests)
    guests.push_back({{"unit", guest.unit},
                      {"title", guest.title},
                      {"superior", guest.superior},
                      {"accompanies", guest.accompanies}});
  for (const auto& item : plan.agenda) agenda.push_back(item_json(item, directory));
  for (const auto& rule : plan.rules) rules.push_back(rule_json(rule));
  return {{"title", plan.title},
          {"subjects", plan.subjects},
          {"kind", plan.kind},
          {"form", name_of(kFormNames, plan.form)},
          {"year", plan.year ? json(*plan.year) : json(nullptr)},
          {"date", date_text(plan.time.date)},
          {"half", name_of(kHalfNames, plan.time.half)},
          {"start", start_json(plan.time)},
          {"planned_minutes", plan.planned_minutes},
          {"place", plan.place},
          {"purpose", plan.purpose},
          {"host", plan.host ? json(plan.host->str()) : json(nullptr)},
          {"agenda", std::move(agenda)},
          {"rules", std::move(rules)},
          {"series", plan.series},
          {"parent", plan.parent ? json(plan.parent->str()) : json(nullptr)},
          {"stops", plan.stops},
          {"guests", std::move(guests)},
          {"accompanying", std::move(accompanying)},
          {"list_cut", plan.list_cut},
          {"goals", goals_json(plan.goals)},
          {"rhythm", name_of(kRhythmNames, plan.rhythm)},
          {"tiles", tiles_json(plan.tiles)},
          {"sample_note", plan.sample_note}};
}

json meeting_json(const domain::Meeting& meeting, const domain::Directory& directory) {
  json venues = json::array();
  for (const auto& venue : meeting.venues()) venues.push_back(venue_json(venue, directory));
  const auto& cancelled = meeting.cancelled();
  return {{"id", meeting.id().str()},
          {"cancel_reason", cancelled ? cancelled->reason : std::string()},
          {"merged_into", cancelled && cancelled->merged_into
                              ? json(cancelled->merged_into->str())
                              : json(nullptr)},
          {"state", name_of(kMeetingStateNames, meeting.state())},
          {"seq", meeting.seq()},
          {"number", meeting.number()},
          {"minutes_number", meeting.minutes_number()},
          {"started_at", time_json(meeting.started_at())},
          {"ended_at", time_json(meeting.ended_at())},
          {"plan", plan_json(meeting.plan(), directory)},
          {"goal_ranks", goal_ranks_json(meeting)},
          {"venues", std::move(venues)}};
}

json meeting_summary_json(const domain::Meeting& meeting, const domain::AttendanceTotals& totals,
                          int tasks) {
  const auto& plan = meeting.plan();
  return {{"id", meeting.id().str()},
          {"title", plan.title},
          {"kind", plan.kind},
          {"form", name_of(kFormNames, plan.form)},
          {"date", date_text(plan.time.date)},
          {"half", name_of(kHalfNames, plan.time.half)},
          {"start", start_json(plan.time)},
          {"state", name_of(kMeetingStateNames, meeting.state())},
          {"number", meeting.number()},
          {"seq", meeting.seq()},
          {"expected", totals.expected},
          {"present", totals.present},
          {"tasks", tasks},
          {"series", plan.series},
          {"sample_note", plan.sample_note}};
}

json expected_json(const domain::ExpectedList& list, const domain::Directory& directory) {
  json seats = json::array(), venues = json::array(), by_kind = json::array();
  for (const auto& seat : list.seats) {
    seats.push_back({{"id", seat.id.str()},
                     {"unit", seat.unit.str()},
                     {"unit_name", seat.unit_name},
                     {"unit_kind", kind_of_unit(directory, seat)},
                     {"title", seat.title},
                     {"venue", seat.venue.str()},
                     {"venue_kind", name_of(kVenueKindNames, seat.venue_kind)},
                     {"rule", seat.rule},
                     {"vacant", seat.vacant},
                     {"order", seat.order}});
    if (seat.post) seats.back()["post"] = seat.post->str();
  }
  for (const auto& venue : list.venues) venues.push_back(venue_json(venue, directory));
  for (const auto& row : list.totals.by_kind) {
    const auto* kind = directory.find_kind(row.kind);
    by_kind.push_back({{"kind", row.kind},
                       {"name", kind ? kind->name : row.kind},
                       {"main", row.main},
                       {"branch", row.branch}});
  }
  const auto& t = list.totals;
  return {{"totals",
           {{"persons", t.main_persons + t.branch_persons},
            {"posts", t.posts},
            {"main", t.main_persons},
            {"branch", t.branch_persons},
            {"main_by_rules", t.main_by_rules},
            {"main_by_agenda", t.main_by_agenda},
            {"branch_by_rules", t.branch_by_rules},
            {"branch_by_agenda", t.branch_by_agenda},
            {"by_rule", t.by_rule},
            {"by_kind", std::move(by_kind)}}},
          {"seats", std::move(seats)},
          {"venues", std::move(venues)},
          {"sentence", list.sentence_zh},
          {"warnings", list.warnings_zh}};
}

json clash_json(const domain::MeetingClash& clash) {
  json seats = json::array();
  for (const auto& one : clash.clashes)
    seats.push_back({{"unit", one.unit.str()},
                     {"unit_name", one.unit_name},
                     {"title", one.title},
                     {"here", name_of(kVenueKindNames, one.here)},
                     {"there", name_of(kVenueKindNames, one.there)},
                     {"same_person", one.same_person}});
  return {{"meeting", clash.other.str()},
          {"title", clash.title},
          {"date", date_text(clash.time.date)},
          {"half", name_of(kHalfNames, clash.time.half)},
          {"start", start_json(clash.time)},
          {"same_half", clash.same_half},
          {"others_posts", clash.others_posts},
          {"hold_together", clash.hold_together},
          {"clashes", std::move(seats)}};
}

}  // namespace huiban::api
