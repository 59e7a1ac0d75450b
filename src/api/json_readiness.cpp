#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_write.h"

namespace huiban::api {

using nlohmann::json;

json self_test_json(const domain::SelfTest& test) {
  const auto& m = test.measured;
  const auto result = judge(m);
  const auto number = [](const std::optional<int>& value) {
    return value ? json(*value) : json(nullptr);
  };
  return {{"at", to_iso8601(test.at)},
          {"grade", name_of(kReadinessGradeNames, result.grade)},
          {"causes", result.causes},
          {"camera", m.camera},
          {"microphone", m.microphone},
          {"width", m.width},
          {"height", m.height},
          {"level", m.level_dbov},
          {"echo_loss_db", number(m.echo_loss_db)},
          {"echo_delay_ms", number(m.echo_delay_ms)},
          {"up_kbps", m.up_kbps},
          {"down_kbps", m.down_kbps},
          {"rtt_ms", m.rtt_ms},
          {"loss_up_permille", number(m.loss_up_permille)},
          {"loss_down_permille", number(m.loss_down_permille)},
          {"browser", m.browser}};
}

json calls_json(const std::vector<domain::Call>& calls) {
  const auto& last = calls.back();
  return {{"count", calls.size()},
          {"result", name_of(kCallResultNames, last.result)},
          {"note", last.note},
          {"at", to_iso8601(last.at)},
          {"by", last.by}};
}

}  // namespace huiban::api
