#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_write.h"

namespace huiban::api {

using nlohmann::json;

json roll_call_row_json(const domain::RollCallRow& row, int order) {
  const bool timed = row.outcome != domain::RollCallOutcome::kWaiting && row.called_at;
  return {{"order", order},
          {"outcome", name_of(kRollCallOutcomeNames, row.outcome)},
          {"sign", row.sign == domain::RollCallSign::kNone
                       ? json(nullptr)
                       : json(name_of(kRollCallSignNames, row.sign))},
          {"round", row.round},
          {"called_at", time_json(row.called_at)},
          {"marked_at", time_json(row.marked_at)},
          {"after_ms", timed ? json(row.after.count()) : json(nullptr)},
          {"level", row.level_dbov > -127 ? json(row.level_dbov) : json(nullptr)},
          {"still", !row.still.empty()}};
}

json roll_call_head_json(const domain::RollCall& call) {
  const auto next = call.running() ? next_calls(call, 1) : std::vector<VenueId>{};
  const auto* current = call.current ? call.find(*call.current) : nullptr;
  return {{"started_at", time_json(call.started_at)},
          {"ended_at", time_json(call.ended_at)},
          {"stopped", call.stopped},
          {"answer_within_s", call.answer_within.count() / 1000},
          {"rounds", call.rounds},
          {"round", call.round},
          {"current", current ? json(call.current->str()) : json(nullptr)},
          {"called_at", current ? time_json(current->called_at) : json(nullptr)},
          {"next", next.empty() ? json(nullptr) : json(next.front().str())}};
}

json roll_call_json(const domain::RollCall& call) {
  json body = roll_call_head_json(call);
  json rows = json::object();
  int order = 0;
  for (const auto& row : call.rows) rows[row.venue.str()] = roll_call_row_json(row, ++order);
  body["rows"] = std::move(rows);
  return body;
}

}  // namespace huiban::api
