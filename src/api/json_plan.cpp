#include "api/json_plan.h"

#include <set>

namespace huiban::api {
namespace {

using namespace domain;

Result<Speaker> read_speaker(const JsonReader& reader) {
  Speaker speaker;
  speaker.post = HUIBAN_TRY(reader.id<PostId>("post"));
  speaker.unit = HUIBAN_TRY(reader.id<UnitId>("unit"));
  speaker.text = HUIBAN_TRY(reader.text("text", Presence::kOptional, 200));
  if (!speaker.post && !speaker.unit && speaker.text.empty()) return reader.missing("text");
  return speaker;
}

Result<AgendaItem> read_item(const JsonReader& reader) {
  AgendaItem item;
  item.id = HUIBAN_TRY(reader.id<AgendaItemId>("id")).value_or(AgendaItemId{});
  if (item.id.is_nil()) item.id = AgendaItemId::make();
  item.kinds = HUIBAN_TRY(reader.words("kinds", kAgendaKindNames));
  if (item.kinds.empty()) return reader.missing("kinds");
  item.subject = HUIBAN_TRY(reader.text("subject", Presence::kOptional, 400));
  for (const auto& speaker : HUIBAN_TRY(reader.objects("speakers", 50)))
    item.speakers.push_back(HUIBAN_TRY(read_speaker(speaker)));
  item.planned_minutes = HUIBAN_TRY(reader.integer("planned_minutes", 0, 24 * 60, 0));
  item.source = HUIBAN_TRY(reader.text("source", Presence::kOptional, 600));
  item.source_link = HUIBAN_TRY(reader.text("source_link", Presence::kOptional, 600));
  item.findings = HUIBAN_TRY(reader.texts("findings", 200));
  return item;
}

constexpr EnumNames<int, 5> kPostClasses{
    {{0, ""}, {1, "town_leaders"}, {2, "both_heads"}, {3, "party_head"}, {4, "any_head"}}};

Result<AttendanceRule> read_rule(const JsonReader& reader) {
  AttendanceRule rule;
  rule.venue = HUIBAN_TRY(reader.word("venue", kVenueKindNames, std::optional<VenueKind>{}));
  rule.kinds = HUIBAN_TRY(reader.texts("kinds"));
  rule.committees = HUIBAN_TRY(reader.texts("committees"));
  rule.aliases = HUIBAN_TRY(reader.texts("aliases"));
  rule.units = HUIBAN_TRY(reader.ids<UnitId>("units"));
  rule.posts = HUIBAN_TRY(reader.texts("posts"));
  rule.post_class = name_of(
      kPostClasses, HUIBAN_TRY(reader.word("post_class", kPostClasses, std::optional<int>(0))));
  return rule;
}

Result<PlannedGuest> read_guest(const JsonReader& reader) {
  PlannedGuest guest;
  guest.unit = HUIBAN_TRY(reader.text("unit", Presence::kOptional, 200));
  guest.title = HUIBAN_TRY(reader.text("title", Presence::kOptional, 200));
  guest.superior = HUIBAN_TRY(reader.flag("superior", true));
  guest.accompanies = HUIBAN_TRY(reader.flag("accompanies", false));
  return guest;
}

Result<RankingGoal> read_goal(const JsonReader& reader) {
  RankingGoal goal;
  goal.name = HUIBAN_TRY(reader.text("name", Presence::kRequired, 300));
  goal.keep = HUIBAN_TRY(reader.integer("keep", 1, 1000, std::nullopt));
  goal.strive = HUIBAN_TRY(reader.integer("strive", 1, 1000, std::nullopt));
  goal.best = HUIBAN_TRY(reader.integer("best", 1, 1000, 1));
  return goal;
}

}  // namespace

Result<TileRule> read_tile_rule(const JsonReader& reader) {
  TileRule rule;
  rule.kind = HUIBAN_TRY(reader.word("kind", kTileKindNames, std::optional(TileKind::kPaged)));
  if (rule.kind == TileKind::kFixed) rule.unit = HUIBAN_TRY(reader.id<UnitId>("unit"));
  return rule;
}

Result<MeetingPlan> read_plan(const JsonReader& reader) {
  MeetingPlan plan;
  plan.title = HUIBAN_TRY(reader.text("title", Presence::kRequired, 600));
  plan.subjects = HUIBAN_TRY(reader.texts("subjects", 30));
  plan.kind = HUIBAN_TRY(reader.text("kind", Presence::kRequired, 120));
  plan.form = HUIBAN_TRY(reader.word("form", kFormNames, std::optional<MeetingForm>{}));
  if (reader.has("year")) plan.year = HUIBAN_TRY(reader.integer("year", 1949, 2999, std::nullopt));
  const auto date = HUIBAN_TRY(reader.date("date"));
  if (!date) return reader.missing("date");
  plan.time.date = *date;
  plan.time.half = HUIBAN_TRY(reader.word("half", kHalfNames, std::optional(HalfDay::kNone)));
  plan.time.start = HUIBAN_TRY(reader.clock_time("start"));
  plan.planned_minutes = HUIBAN_TRY(reader.integer("planned_minutes", 0, 24 * 60, 0));
  plan.place = HUIBAN_TRY(reader.text("place", Presence::kOptional, 300));
  plan.purpose = HUIBAN_TRY(reader.text("purpose", Presence::kOptional));
  plan.host = HUIBAN_TRY(reader.id<PostId>("host"));
  std::set<AgendaItemId> seen;
  for (const auto& one : HUIBAN_TRY(reader.objects("agenda", 200))) {
    auto item = HUIBAN_TRY(read_item(one));
    if (!seen.insert(item.id).second) return one.wrong("id", " 重复", "is used twice");
    plan.agenda.push_back(std::move(item));
  }
  for (const auto& one : HUIBAN_TRY(reader.objects("rules", 200)))
    plan.rules.push_back(HUIBAN_TRY(read_rule(one)));
  plan.series = HUIBAN_TRY(reader.text("series", Presence::kOptional, 300));
  plan.parent = HUIBAN_TRY(reader.id<MeetingId>("parent"));
  plan.stops = HUIBAN_TRY(reader.texts("stops", 100));
  for (const auto& one : HUIBAN_TRY(reader.objects("guests", 100)))
    plan.guests.push_back(HUIBAN_TRY(read_guest(one)));
  plan.accompanying = HUIBAN_TRY(reader.ids<PostId>("accompanying", 200));
  plan.list_cut = HUIBAN_TRY(reader.integer("list_cut", 0, 1000, 0));
  for (const auto& one : HUIBAN_TRY(reader.objects("goals", 20)))
    plan.goals.push_back(HUIBAN_TRY(read_goal(one)));
  plan.rhythm = HUIBAN_TRY(reader.word("rhythm", kRhythmNames, std::optional(Rhythm::kNone)));
  for (const auto& one : HUIBAN_TRY(reader.objects("tiles", 100)))
    plan.tiles.push_back(HUIBAN_TRY(read_tile_rule(one)));
  plan.sample_note = HUIBAN_TRY(reader.text("sample_note", Presence::kOptional, 400));
  return plan;
}

Result<TaskInput> read_task(const JsonReader& reader) {
  TaskInput input;
  auto& content = input.content;
  content.title = HUIBAN_TRY(reader.text("title", Presence::kRequired, 1200));
  content.detail = HUIBAN_TRY(reader.text("detail", Presence::kOptional));
  content.lead_unit = HUIBAN_TRY(reader.id<UnitId>("lead_unit"));
  content.assist_units = HUIBAN_TRY(reader.ids<UnitId>("assist_units"));
  content.contact = HUIBAN_TRY(reader.text("contact", Presence::kOptional, 200));
  content.due = HUIBAN_TRY(reader.date("due"));
  content.evidence = HUIBAN_TRY(reader.text("evidence", Presence::kOptional, 2000));
  content.important = HUIBAN_TRY(reader.flag("important"));
  content.urgent = HUIBAN_TRY(reader.flag("urgent"));
  content.standing = HUIBAN_TRY(reader.flag("standing"));
  content.period = HUIBAN_TRY(
      reader.word("period", kReportPeriodNames, std::optional(domain::ReportPeriod::kNone)));
  content.period_day = HUIBAN_TRY(reader.integer("period_day", 0, 28, 0));
  for (auto [name, text] :
       {std::pair("fan_out", &content.fan_out), std::pair("category", &content.category),
        std::pair("campaign", &content.campaign), std::pair("object", &content.object),
        std::pair("problem", &content.problem), std::pair("measure", &content.measure)})
    *text = HUIBAN_TRY(reader.text(name, Presence::kOptional, 1200));
  if (reader.has("due_rule")) {
    const JsonReader rule(reader.value("due_rule"), "due_rule");
    if (!reader.value("due_rule").is_object())
      return reader.wrong("due_rule", " 不是对象", "is not an object");
    content.due_rule = domain::DueRule{HUIBAN_TRY(rule.integer("days", 0, 3660, 0)),
                                       HUIBAN_TRY(rule.flag("working")),
                                       HUIBAN_TRY(rule.text("period", Presence::kOptional, 200)),
                                       HUIBAN_TRY(rule.flag("period_end"))};
  }
  for (const auto& one : HUIBAN_TRY(reader.objects("card", 50)))
    content.card.push_back({HUIBAN_TRY(one.text("kind", Presence::kRequired, 100)),
                            HUIBAN_TRY(one.id<UnitId>("unit")), HUIBAN_TRY(one.id<PostId>("post")),
                            HUIBAN_TRY(one.text("text", Presence::kOptional, 300))});
  auto& source = input.source;
  source.kind = HUIBAN_TRY(reader.text("source_kind", Presence::kOptional, 100));
  source.number = HUIBAN_TRY(reader.text("source_number", Presence::kOptional, 200));
  source.meeting = HUIBAN_TRY(reader.id<MeetingId>("meeting"));
  source.item = HUIBAN_TRY(reader.id<AgendaItemId>("item"));
  if (reader.has("second")) {
    const auto second = HUIBAN_TRY(reader.whole("second"));
    if (second < 0 || second > 7 * 24 * 3600)
      return reader.wrong("second", " 必须在会议时间内", "must lie within the meeting");
    source.second = second;
  }
  source.quote = HUIBAN_TRY(reader.text("quote", Presence::kOptional));
  return input;
}

}  // namespace huiban::api
