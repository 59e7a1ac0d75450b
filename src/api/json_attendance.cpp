#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_read.h"
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
          {"leave", t.leave},
          {"substitutes", t.substitutes},
          {"replaced", t.replaced},
          {"pending", t.pending},
          {"posts_expected", t.posts_expected},
          {"posts_present", t.posts_present}};
}

namespace {

void put_time(json& out, const char* name, const std::optional<UtcTime>& time) {
  if (time) out[name] = to_iso8601(*time);
}

json correction_json(const domain::Correction& correction) {
  json was{{"status", name_of(kSeatStatusNames, correction.was.status)},
           {"late", correction.was.late},
           {"early", correction.was.early}};
  put_time(was, "signed_at", correction.was.signed_at);
  return {{"reason", correction.reason},
          {"by", correction.by},
          {"at", to_iso8601(correction.at)},
          {"was", std::move(was)}};
}

}  // namespace

json seat_attendance_json(const domain::SeatAttendance& seat) {
  json out{{"status", name_of(kSeatStatusNames, seat.status)},
           {"late", seat.late},
           {"early", seat.early},
           {"online_not_signed", seat.online_not_signed}};
  const std::pair<const char*, bool> flags[] = {
      {"pending", seat.pending},         {"refused", seat.refused},
      {"unapproved", seat.unapproved},   {"leave_void", seat.leave_void},
      {"by_expected", seat.by_expected}, {"holder_changed", seat.holder_changed}};
  for (const auto& [name, set] : flags)
    if (set) out[name] = true;
  put_time(out, "signed_at", seat.signed_at);
  put_time(out, "left_at", seat.left_at);
  put_time(out, "gap_from", seat.gap_from);
  put_time(out, "gap_to", seat.gap_to);
  if (seat.method) out["method"] = name_of(kMethodNames, *seat.method);
  if (!seat.reason.empty()) out["reason"] = seat.reason;
  if (seat.elsewhere) out["elsewhere"] = seat.elsewhere->str();
  if (!seat.substitute.empty()) out["substitute"] = seat.substitute;
  if (seat.leave) out["leave"] = seat.leave->str();
  if (seat.corrected) out["corrected"] = correction_json(*seat.corrected);
  return out;
}

namespace {

json leave_json(const domain::Leave& leave) {
  json seats = json::array(), decisions = json::array();
  for (const auto& seat : leave.seats) seats.push_back(seat.str());
  for (const auto& one : leave.decisions)
    decisions.push_back({{"approved", one.approved},
                         {"decided_by", one.decided_by},
                         {"channel", one.channel},
                         {"note", one.note},
                         {"at", to_iso8601(one.at)},
                         {"by", one.by}});
  const char* state = leave.withdrawn     ? "withdrawn"
                      : leave.undecided() ? "asked"
                      : leave.approved()  ? "approved"
                                          : "refused";
  json out{{"id", leave.id.str()},
           {"kind", name_of(kLeaveKindNames, leave.kind)},
           {"state", state},
           {"seats", std::move(seats)},
           {"all_posts", leave.all_posts},
           {"reason", leave.reason},
           {"substitute", leave.substitute.text},
           {"substitute_mobile", leave.substitute.mobile},
           {"asked_at", to_iso8601(leave.asked_at)},
           {"asked_by", leave.asked_by},
           {"withdrawn_why", leave.withdrawn_why},
           {"decisions", std::move(decisions)}};
  if (leave.substitute.seat) out["substitute_seat"] = leave.substitute.seat->str();
  return out;
}

json receipt_json(UnitId unit, const domain::Receipt& receipt) {
  json lines = json::array();
  for (const auto& line : receipt.lines)
    lines.push_back({{"seat", line.seat.str()},
                     {"comes", line.comes},
                     {"name", line.name},
                     {"mobile", line.mobile}});
  return {{"unit", unit.str()},
          {"lines", std::move(lines)},
          {"remark", receipt.remark},
          {"by", receipt.by},
          {"at", to_iso8601(receipt.at)}};
}

bool concerns(const domain::Meeting& meeting, const domain::Leave& leave, UnitId unit) {
  for (const auto& id : leave.seats)
    if (const auto* seat = meeting.find_seat(id); seat && seat->unit == unit) return true;
  return false;
}

}  // namespace

json attendance_json(const domain::AttendanceResult& result, const domain::Meeting& meeting,
                     UtcTime as_of, std::optional<UnitId> unit) {
  json units = json::array(), seats = json::object(), venues = json::array();
  json leaves = json::array(), receipts = json::array(), guests = json::array();
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
    main += one.main;
    branch += one.branch;
    total += one.main;
    total += one.branch;
  }
  for (const auto& one : result.seats) {
    const auto* seat = meeting.find_seat(one.seat);
    if (!seat || (unit && seat->unit != *unit)) continue;
    auto part = seat_attendance_json(one);
    part["unit"] = seat->unit.str();
    part["unit_name"] = seat->unit_name;
    part["unit_kind"] = seat->unit_kind;
    part["title"] = seat->title;
    part["venue"] = seat->venue.str();
    part["venue_kind"] = name_of(kVenueKindNames, seat->venue_kind);
    part["order"] = &one - result.seats.data();
    seats[one.seat.str()] = std::move(part);
  }
  for (const auto& leave : meeting.leaves())
    if (!unit || concerns(meeting, leave, *unit)) leaves.push_back(leave_json(leave));
  for (const auto& [of_unit, receipt] : meeting.receipts())
    if (!unit || of_unit == *unit) receipts.push_back(receipt_json(of_unit, receipt));
  if (!unit) {
    for (const auto& one : result.venues)
      venues.push_back({{"venue", one.venue.str()},
                        {"name", one.name},
                        {"here", one.here},
                        {"totals", totals_json(one.totals)}});
    for (const auto& guest : meeting.guests())
      guests.push_back({{"id", guest.id.str()},
                        {"kind", name_of(kGuestKindNames, guest.kind)},
                        {"text", guest.text},
                        {"at", to_iso8601(guest.signed_at)}});
  }
  return {{"as_of", to_iso8601(as_of)},
          {"title", meeting.plan().title},
          {"date", date_text(meeting.plan().time.date)},
          {"state", name_of(kMeetingStateNames, meeting.state())},
          {"total", totals_json(total)},
          {"main", totals_json(main)},
          {"branch", totals_json(branch)},
          {"added", unit ? 0 : result.added},
          {"unapproved", unit ? 0 : result.unapproved},
          {"units", std::move(units)},
          {"venues", std::move(venues)},
          {"seats", std::move(seats)},
          {"leaves", std::move(leaves)},
          {"receipts", std::move(receipts)},
          {"guests", std::move(guests)}};
}

}  // namespace huiban::api
