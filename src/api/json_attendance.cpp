#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_write.h"

namespace huiban::api {

using nlohmann::json;

json totals_json(const domain::AttendanceTotals& t) {
  return {{"expected", t.expected},
          {"present", t.present},
          {"late", t.late},
          {"early", t.early},
          {"absent", t.absent},
          {"missing", t.missing},
          {"posts_expected", t.posts_expected},
          {"posts_present", t.posts_present}};
}

json seat_attendance_json(const domain::SeatAttendance& seat) {
  json out{{"status", name_of(kSeatStatusNames, seat.status)},
           {"late", seat.late},
           {"early", seat.early},
           {"online_not_signed", seat.online_not_signed}};
  if (seat.signed_at) out["signed_at"] = to_iso8601(*seat.signed_at);
  if (seat.method) out["method"] = name_of(kMethodNames, *seat.method);
  if (!seat.reason.empty()) out["reason"] = seat.reason;
  if (seat.elsewhere) out["elsewhere"] = seat.elsewhere->str();
  return out;
}

namespace {

void add(domain::AttendanceTotals& sum, const domain::AttendanceTotals& t) {
  sum.expected += t.expected;
  sum.present += t.present;
  sum.late += t.late;
  sum.early += t.early;
  sum.absent += t.absent;
  sum.missing += t.missing;
  sum.posts_expected += t.posts_expected;
  sum.posts_present += t.posts_present;
}

}  // namespace

json attendance_json(const domain::AttendanceResult& result, const domain::Meeting& meeting,
                     UtcTime as_of, std::optional<UnitId> unit) {
  json units = json::array(), seats = json::object();
  auto total = result.total, main = result.main, branch = result.branch;
  if (unit) total = main = branch = {};
  for (const auto& one : result.units) {
    if (unit && one.unit != *unit) continue;
    units.push_back({{"unit", one.unit.str()},
                     {"name", one.name},
                     {"kind", one.kind},
                     {"main", totals_json(one.main)},
                     {"branch", totals_json(one.branch)}});
    if (!unit) continue;
    add(main, one.main);
    add(branch, one.branch);
    add(total, one.main);
    add(total, one.branch);
  }
  for (const auto& one : result.seats) {
    const auto* seat = meeting.find_seat(one.seat);
    if (unit && (!seat || seat->unit != *unit)) continue;
    seats[one.seat.str()] = seat_attendance_json(one);
  }
  return {{"as_of", to_iso8601(as_of)}, {"total", totals_json(total)},
          {"main", totals_json(main)},  {"branch", totals_json(branch)},
          {"units", std::move(units)},  {"seats", std::move(seats)}};
}

}  // namespace huiban::api
