// Attendance over a period, by what the reader asks for.
#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_write.h"

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

}  // namespace

// Ended meetings from one date to another, both included. A unit gets its own share only.
void get_attendance_figures(const CallPtr& call) {
  Core& core = *call->core;
  const auto& actor = call->caller.actor;
  std::optional<std::chrono::year_month_day> from, to;
  for (auto* limit : {&from, &to}) {
    const char* name = limit == &from ? "from" : "to";
    const auto text = call->request.query_value(name);
    if (!text || text->empty()) continue;
    *limit = parse_date(*text);
    if (!*limit) return call->refuse(wrong_query(name));
  }
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
    const std::chrono::sys_days date{meeting->plan().time.date};
    if ((from && date < std::chrono::sys_days{*from}) || (to && date > std::chrono::sys_days{*to}))
      continue;
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
