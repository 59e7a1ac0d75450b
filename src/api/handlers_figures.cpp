// Attendance over a period, by what the reader asks for.
#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_write.h"
#include "domain/office_usage.h"
#include "domain/wording.h"

namespace huiban::api {
namespace {

constexpr EnumNames<domain::FiguresBy, 6> kByNames{{
    {domain::FiguresBy::kMeeting, "meeting"},
    {domain::FiguresBy::kUnit, "unit"},
    {domain::FiguresBy::kKind, "kind"},
    {domain::FiguresBy::kVenue, "venue"},
    {domain::FiguresBy::kPost, "post"},
    {domain::FiguresBy::kMonth, "month"},
}};

nlohmann::json row_json(const domain::FiguresRow& row) {
  return {{"key", row.key},
          {"name", row.name},
          {"meetings", row.meetings},
          {"minutes", row.minutes},
          {"totals", totals_json(row.totals)}};
}

Error wrong_query(const char* name) {
  return {ErrorCode::kInvalid, std::string(name) + " 不对", std::string(name) + " is wrong", {}};
}

struct Period {
  std::optional<std::chrono::year_month_day> from, to;
  bool has(std::chrono::year_month_day date) const {
    const std::chrono::sys_days day{date};
    return !(from && day < std::chrono::sys_days{*from}) && !(to && day > std::chrono::sys_days{*to});
  }
};

Result<Period> period_of(const CallPtr& call) {
  Period period;
  for (auto* limit : {&period.from, &period.to}) {
    const char* name = limit == &period.from ? "from" : "to";
    const auto text = call->request.query_value(name);
    if (!text || text->empty()) continue;
    *limit = parse_date(*text);
    if (!*limit) return tl::make_unexpected(wrong_query(name));
  }
  return period;
}

nlohmann::json usage_json(const domain::UnitUsage& row) {
  return {{"unit", row.unit.str()},       {"name", row.name},
          {"kind", row.kind},             {"meetings", row.meetings},
          {"online", row.online},         {"tested", row.tested},
          {"called", row.called},         {"receipts", row.receipts},
          {"sign_ins", row.sign_ins},     {"tasks", row.tasks},
          {"signed_for", row.signed_for}};
}

nlohmann::json series_json(const domain::SeriesRecord& row) {
  return {{"series", row.series}, {"rhythm", name_of(kRhythmNames, row.rhythm)},
          {"due", row.due},       {"held", row.held},
          {"missed", row.missed}, {"missing", row.missing}};
}

std::string month_text(std::chrono::year_month month) {
  return date_text(month / std::chrono::day{1}).substr(0, 7);
}

}  // namespace

// Of a period: platform use by unit, regular meetings held and missed, written judgements by month.
void get_office_figures(const CallPtr& call) {
  const auto& service = call->core->service();
  const auto period = period_of(call);
  if (!period) return call->refuse(period.error());
  const auto today = domain::local_date(service.clock().now(), service.settings().utc_offset);
  std::vector<const domain::Meeting*> ended, planned;
  for (const auto* meeting : service.meetings()) {
    if (meeting->state() == domain::MeetingState::kCancelled) continue;
    planned.push_back(meeting);
    if (meeting->state() == domain::MeetingState::kEnded && period->has(meeting->plan().time.date))
      ended.push_back(meeting);
  }
  std::vector<const domain::Task*> tasks;
  for (const auto* task : service.tasks())
    if (task->issued_at() &&
        period->has(domain::local_date(*task->issued_at(), service.settings().utc_offset)))
      tasks.push_back(task);
  auto usage = nlohmann::json::array(), series = nlohmann::json::array(),
       months = nlohmann::json::array();
  for (const auto& row : domain::unit_usage(ended, tasks)) usage.push_back(usage_json(row));
  const auto until = period->to && std::chrono::sys_days{*period->to} < std::chrono::sys_days{today}
                         ? *period->to
                         : today;
  for (const auto& row : domain::series_records(planned, period->from, until))
    series.push_back(series_json(row));
  for (const auto& [month, judgement] : service.judgements())
    months.push_back({{"month", month_text(month)},
                      {"text", judgement.text},
                      {"by", judgement.by},
                      {"at", to_iso8601(judgement.at)}});
  call->json(200, {{"usage", std::move(usage)},
                   {"series", std::move(series)},
                   {"judgements", std::move(months)}});
}

void judge_month(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    const auto text = HUIBAN_TRY(reader.text("month", Presence::kRequired, 7));
    const auto first = parse_date(text + "-01");
    if (!first) return reader.wrong("month", " 应写作 2020-05", "must be written as 2020-05");
    auto words = HUIBAN_TRY(reader.text("text", Presence::kOptional));
    return call->core->service().judge_month(call->command(), first->year() / first->month(),
                                             std::move(words));
  }();
  call->applied(result);
}

// Ended meetings from one date to another, both included. A unit gets its own share only.
void get_attendance_figures(const CallPtr& call) {
  Core& core = *call->core;
  const auto& actor = call->caller.actor;
  const auto period = period_of(call);
  if (!period) return call->refuse(period.error());
  const auto by = value_of(kByNames, call->request.query_value("by").value_or("month"));
  if (!by) return call->refuse(wrong_query("by"));
  std::optional<UnitId> unit;
  if (actor.role == domain::Role::kUnitHead || actor.role == domain::Role::kLiaison)
    unit = actor.unit.value_or(UnitId{});
  else if (const auto text = call->request.query_value("unit"); text && !text->empty()) {
    unit = UnitId::parse(*text);
    if (!unit) return call->refuse(wrong_query("unit"));
  }
  std::vector<const domain::MeetingFigures*> meetings;
  for (const auto* meeting : core.service().meetings()) {
    if (meeting->state() != domain::MeetingState::kEnded) continue;
    if (!period->has(meeting->plan().time.date)) continue;
    meetings.push_back(&core.counts.figures_of(*meeting));
  }
  const auto figures = domain::sum_figures(meetings, *by, unit);
  auto rows = nlohmann::json::array();
  for (const auto& row : figures.rows) {
    auto one = row_json(row);
    if (*by == domain::FiguresBy::kKind)
      if (const auto* kind = core.service().directory().find_kind(row.key))
        one["name"] = kind->name;
    rows.push_back(std::move(one));
  }
  call->json(200, {{"total", row_json(figures.total)}, {"rows", std::move(rows)}});
}

}  // namespace huiban::api
