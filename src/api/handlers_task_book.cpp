// Figures of supervision, the office's named periods, and praise, criticism and talks.
#include <map>

#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

using nlohmann::json;
using namespace domain;

Error wrong_query(const char* name) {
  return {ErrorCode::kInvalid, std::string(name) + " 不对", std::string(name) + " is wrong", {}};
}

struct Asked {
  FigurePeriod period;
  std::optional<MeetingId> meeting;
  std::string campaign;
};

// Without days: the month of the moment; without a moment: now.
Result<Asked> read_period(const Call& call) {
  const auto& service = call.core->service();
  Asked asked;
  auto& period = asked.period;
  period.as_of = service.clock().now();
  if (const auto text = call.request.query_value("as_of"); text && !text->empty())
    if (!parse_iso8601(*text, period.as_of)) return tl::make_unexpected(wrong_query("as_of"));
  const std::chrono::year_month_day today{service.calendar().day_of(period.as_of)};
  const auto month = today.year() / today.month();
  period.from = Day{month / 1};
  period.until = Day{month / std::chrono::last};
  for (auto [name, day] : {std::pair("from", &period.from), std::pair("until", &period.until)}) {
    const auto text = call.request.query_value(name);
    if (!text || text->empty()) continue;
    const auto date = parse_date(*text);
    if (!date) return tl::make_unexpected(wrong_query(name));
    *day = Day{*date};
  }
  if (period.until < period.from) return tl::make_unexpected(wrong_query("until"));
  if (const auto text = call.request.query_value("meeting"); text && !text->empty()) {
    asked.meeting = MeetingId::parse(*text);
    if (!asked.meeting) return tl::make_unexpected(wrong_query("meeting"));
  }
  asked.campaign = call.request.query_value("campaign").value_or("");
  return asked;
}

json units_json(const Service& service, const Asked& asked, const std::string& kind,
                const std::map<UnitId, std::vector<const TaskFacts*>>& by_unit) {
  const auto& period = asked.period;
  const std::chrono::year_month_day last{period.until};
  const auto month = last.year() / last.month();
  json rows = json::array();
  std::vector<double> scores;
  for (const auto& unit : service.directory().units) {
    const auto found = by_unit.find(unit.id);
    if (unit.kind != kind || found == by_unit.end()) continue;
    std::vector<Merit> merits;
    for (const auto& one : service.merits())
      if (one.note.unit == unit.id && one.at <= period.as_of) merits.push_back(one);
    const auto score =
        score_of(found->second, merits, month, period.as_of, service.calendar(),
                 service.settings().tasks, service.settings().scores);
    scores.push_back(score.score);
    auto row = task_figures_json(figures_of(found->second, period, service.calendar(),
                                            service.settings().tasks));
    row["unit"] = unit.id.str();
    row["name"] = unit.name;
    row["score"] = score.score;
    row["missing_reports"] = score.missing;
    row["empty_reports"] = score.empty;
    row["merit_points"] = score.points;
    rows.push_back(std::move(row));
  }
  const auto ranks = ranks_of(scores);
  for (std::size_t i = 0; i < ranks.size(); ++i) rows[i]["rank"] = ranks[i];
  return rows;
}

}  // namespace

void get_task_figures(const CallPtr& call) {
  const auto asked = read_period(*call);
  if (!asked) return call->refuse(asked.error());
  const auto& service = call->core->service();
  const auto tasks = service.tasks_at(asked->period.as_of);
  if (!tasks) return call->refuse(tasks.error());
  std::vector<const TaskFacts*> all;
  std::map<UnitId, std::vector<const TaskFacts*>> by_unit;
  for (const auto& one : *tasks) {
    if (asked->meeting && one.source.meeting != asked->meeting) continue;
    if (!asked->campaign.empty() && one.content.campaign != asked->campaign) continue;
    all.push_back(&one);
    if (one.content.lead_unit) by_unit[*one.content.lead_unit].push_back(&one);
  }
  json kinds = json::array();
  for (const auto& kind : service.directory().kinds) {
    auto rows = units_json(service, *asked, kind.key, by_unit);
    if (!rows.empty())
      kinds.push_back({{"kind", kind.key}, {"name", kind.name}, {"units", std::move(rows)}});
  }
  call->json(200, {{"from", date_text(asked->period.from)},
                   {"until", date_text(asked->period.until)},
                   {"as_of", to_iso8601(asked->period.as_of)},
                   {"total", task_figures_json(figures_of(all, asked->period, service.calendar(),
                                                          service.settings().tasks))},
                   {"kinds", std::move(kinds)}});
}

void list_periods(const CallPtr& call) {
  json list = json::array();
  for (const auto& [key, period] : call->core->service().calendar().periods())
    list.push_back(period_json(period));
  call->json(200, list);
}

void set_period(const CallPtr& call) {
  const auto reader = call->reader();
  const auto done = [&]() -> Result<Applied> {
    NamedPeriod period;
    period.name = HUIBAN_TRY(reader.text("name", Presence::kRequired, 200));
    period.key = HUIBAN_TRY(reader.text("key", Presence::kOptional, 200));
    if (period.key.empty()) period.key = period.name;
    const auto from = HUIBAN_TRY(reader.date("from")), until = HUIBAN_TRY(reader.date("until"));
    if (!from) return reader.missing("from");
    if (!until) return reader.missing("until");
    period.from = *from;
    period.until = *until;
    period.removed = HUIBAN_TRY(reader.flag("removed"));
    return call->core->service().set_period(call->command(), std::move(period));
  }();
  call->applied(done);
}

void list_merits(const CallPtr& call) {
  const auto& service = call->core->service();
  json list = json::array();
  for (const auto& one : service.merits()) list.push_back(merit_json(one, service.directory()));
  call->json(200, list);
}

void note_merit(const CallPtr& call) {
  const auto reader = call->reader();
  const auto done = [&]() -> Result<Applied> {
    MeritNoted note;
    note.kind = HUIBAN_TRY(reader.word("kind", kMeritNames, std::optional<MeritKind>{}));
    note.unit = HUIBAN_TRY(reader.required_id<UnitId>("unit"));
    const auto date = HUIBAN_TRY(reader.date("date"));
    if (!date) return reader.missing("date");
    note.date = *date;
    note.points = HUIBAN_TRY(reader.integer("points", -100, 100, 0));
    note.reason = HUIBAN_TRY(reader.text("reason", Presence::kRequired, 2000));
    note.by = HUIBAN_TRY(reader.text("by", Presence::kOptional, 200));
    note.whom = HUIBAN_TRY(reader.text("whom", Presence::kOptional, 200));
    note.promise = HUIBAN_TRY(reader.text("promise", Presence::kOptional, 2000));
    note.task = HUIBAN_TRY(reader.id<TaskId>("task"));
    return call->core->service().note_merit(call->command(), std::move(note));
  }();
  call->applied(done);
}

void take_back_merit(const CallPtr& call) {
  const auto reader = call->reader();
  const auto done = [&]() -> Result<Applied> {
    const auto merit = HUIBAN_TRY(reader.whole("merit"));
    auto reason = HUIBAN_TRY(reader.text("reason", Presence::kOptional, 2000));
    return call->core->service().take_back_merit(call->command(), std::uint64_t(merit),
                                                 std::move(reason));
  }();
  call->applied(done);
}

}  // namespace huiban::api
