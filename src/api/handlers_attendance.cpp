// Leave, receipts, corrections, guests, batches, the rotating code, 到会情况 and figures.
#include <algorithm>

#include "api/attendance_text.h"
#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_write.h"
#include "core/chinese_text.h"

namespace huiban::api {
namespace {

domain::Service& service_of(const CallPtr& call) {
  return call->core->service();
}
MeetingId meeting_id(const CallPtr& call) {
  return call->id<MeetingId>(0);
}

Result<domain::Service::LeaveInput> read_leave(const JsonReader& reader) {
  domain::Service::LeaveInput input;
  input.seat = HUIBAN_TRY(reader.required_id<SeatId>("seat"));
  input.kind = HUIBAN_TRY(reader.word("kind", kLeaveKindNames, std::optional<domain::LeaveKind>()));
  input.this_post_only = HUIBAN_TRY(reader.flag("this_post_only"));
  input.reason = HUIBAN_TRY(reader.text("reason", Presence::kRequired, 1000));
  input.substitute.text = HUIBAN_TRY(reader.text("substitute", Presence::kOptional, 300));
  input.substitute.mobile = HUIBAN_TRY(reader.text("substitute_mobile", Presence::kOptional, 40));
  input.substitute.seat = HUIBAN_TRY(reader.id<SeatId>("substitute_seat"));
  return input;
}

}  // namespace

void ask_leave(const CallPtr& call) {
  auto input = read_leave(call->reader());
  if (!input) return call->refuse(input.error());
  call->applied(service_of(call).ask_leave(call->command(), meeting_id(call), std::move(*input)));
}

void decide_leave(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    domain::Service::DecisionInput input;
    if (!reader.has("approved")) return reader.missing("approved");
    input.approved = HUIBAN_TRY(reader.flag("approved"));
    input.decided_by = HUIBAN_TRY(reader.text("decided_by", Presence::kOptional, 300));
    input.channel = HUIBAN_TRY(reader.text("channel", Presence::kOptional, 300));
    input.note = HUIBAN_TRY(reader.text("note", Presence::kOptional, 1000));
    return service_of(call).decide_leave(call->command(), meeting_id(call), call->id<LeaveId>(1),
                                         std::move(input));
  }();
  call->applied(result);
}

void withdraw_leave(const CallPtr& call) {
  auto reason = call->reader().text("reason", Presence::kOptional, 1000);
  if (!reason) return call->refuse(reason.error());
  call->applied(service_of(call).withdraw_leave(call->command(), meeting_id(call),
                                                call->id<LeaveId>(1), std::move(*reason)));
}

void return_receipt(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    domain::Service::ReceiptInput input;
    if (const auto unit = HUIBAN_TRY(reader.id<UnitId>("unit"))) input.unit = *unit;
    input.remark = HUIBAN_TRY(reader.text("remark", Presence::kOptional, 1000));
    for (const auto& line : HUIBAN_TRY(reader.objects("lines")))
      input.lines.push_back({HUIBAN_TRY(line.required_id<SeatId>("seat")), true,
                             HUIBAN_TRY(line.text("name", Presence::kOptional, 300)),
                             HUIBAN_TRY(line.text("mobile", Presence::kOptional, 40))});
    for (const auto& leave : HUIBAN_TRY(reader.objects("leaves")))
      input.leaves.push_back(HUIBAN_TRY(read_leave(leave)));
    return service_of(call).return_receipt(call->command(), meeting_id(call), std::move(input));
  }();
  call->applied(result);
}

void correct_attendance(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    domain::Service::CorrectionInput input;
    input.seats = HUIBAN_TRY(reader.ids<SeatId>("seats"));
    if (reader.has("to"))
      input.to =
          HUIBAN_TRY(reader.word("to", kSeatStatusNames, std::optional<domain::SeatStatus>()));
    input.signed_at = HUIBAN_TRY(reader.time("signed_at"));
    input.keep_time = HUIBAN_TRY(reader.flag("keep_time"));
    input.late = HUIBAN_TRY(reader.flag("late"));
    input.early = HUIBAN_TRY(reader.flag("early"));
    input.reason = HUIBAN_TRY(reader.text("reason", Presence::kRequired, 1000));
    return service_of(call).correct_attendance(call->command(), meeting_id(call), std::move(input));
  }();
  call->applied(result);
}

void sign_in_batch(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    std::vector<domain::Service::Arrival> arrivals;
    for (const auto& one : HUIBAN_TRY(reader.objects("arrivals", 3000)))
      arrivals.push_back({HUIBAN_TRY(one.required_id<SeatId>("seat")), HUIBAN_TRY(one.time("at")),
                          HUIBAN_TRY(one.flag("substitute"))});
    if (arrivals.empty()) return reader.missing("arrivals");
    const auto method = HUIBAN_TRY(
        reader.word("method", kMethodNames, std::optional(domain::SignInMethod::kPaper)));
    auto reason = HUIBAN_TRY(reader.text("reason", Presence::kRequired, 1000));
    return service_of(call).sign_in_batch(call->command(), meeting_id(call), std::move(arrivals),
                                          method, std::move(reason));
  }();
  call->applied(result);
}

void sign_out_seats(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    auto seats = HUIBAN_TRY(reader.ids<SeatId>("seats"));
    auto reason = HUIBAN_TRY(reader.text("reason", Presence::kOptional, 1000));
    const auto at = HUIBAN_TRY(reader.time("at"));
    return service_of(call).sign_out(call->command(), meeting_id(call), std::move(seats),
                                     std::move(reason), at);
  }();
  call->applied(result);
}

void sign_in_guest(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    const auto kind = HUIBAN_TRY(
        reader.word("kind", kGuestKindNames, std::optional(domain::GuestKind::kAttending)));
    auto text = HUIBAN_TRY(reader.text("text", Presence::kRequired, 300));
    return service_of(call).sign_in_guest(call->command(), meeting_id(call), kind, std::move(text));
  }();
  call->applied(result);
}

void take_back_guest(const CallPtr& call) {
  auto reason = call->reader().text("reason", Presence::kOptional, 1000);
  if (!reason) return call->refuse(reason.error());
  call->applied(service_of(call).take_back_guest(call->command(), meeting_id(call),
                                                 call->id<GuestId>(1), std::move(*reason)));
}

// 到会情况 ten minutes before, at and ten minutes after the planned start (without one: the
// actual), and now. A moment that has not come yet, or when the list did not exist, is left out.
void get_attendance_report(const CallPtr& call) {
  const auto& service = service_of(call);
  const auto& meeting = *service.find_meeting(meeting_id(call));
  const auto now = service.clock().now();
  auto list = nlohmann::json::array();
  const auto add = [&](const char* moment, UtcTime at, const domain::AttendanceResult& result) {
    list.push_back({{"moment", moment},
                    {"at", to_iso8601(at)},
                    {"text", attendance_text(meeting, result, at, service.settings().utc_offset,
                                             call->language)}});
  };
  auto start = domain::planned_start(meeting.plan().time, service.settings().utc_offset);
  if (!start) start = meeting.started_at();
  if (start) {
    const std::pair<const char*, std::chrono::minutes> moments[] = {
        {"before", std::chrono::minutes{-10}},
        {"start", std::chrono::minutes{0}},
        {"after", std::chrono::minutes{10}}};
    for (const auto& [moment, offset] : moments) {
      const UtcTime at = *start + offset;
      if (at > now) break;
      const auto then = service.attendance_at(meeting.id(), at);
      if (!then) return call->refuse(then.error());
      if (!then->seats.empty()) add(moment, at, *then);
    }
  }
  add("now", now, service.attendance_of(meeting.id()));
  call->json(200, list);
}

// The code of a room, to be shown there: it changes every half minute. A room shows its own, the
// office any.
void get_sign_in_code(const CallPtr& call) {
  const auto& actor = call->caller.actor;
  const auto& meeting = *service_of(call).find_meeting(meeting_id(call));
  std::optional<VenueId> venue = actor.venue;
  if (!venue) {
    if (const auto text = call->request.query_value("venue"))
      venue = VenueId::parse(*text);
    else if (const auto* main = meeting.main_venue())
      venue = main->id;
  }
  if (!venue || !meeting.find_venue(*venue))
    return call->refuse({ErrorCode::kNotFound, "没有这个会场", "There is no such venue", {}});
  const auto now = service_of(call).clock().now();
  const auto slot = scan_slot(now);
  call->json(200, {{"url", call->core->public_url() + "/s/" +
                               call->core->tokens.scan_code({meeting.id(), *venue}, slot)},
                   {"until", to_iso8601(scan_slot_end(slot))}});
}

namespace {

Error bad_code() {
  return {ErrorCode::kForbidden,
          "二维码已经换了，请重新扫会场里的二维码",
          "The code has changed; scan the one shown in the room again",
          {}};
}

std::string scan_label(const domain::Venue& venue) {
  return venue.name + "扫码";
}

}  // namespace

void open_scan(const CallPtr& call) {
  const auto code = call->reader().text("code", Presence::kRequired, 400);
  if (!code) return call->refuse(code.error());
  Core& core = *call->core;
  const auto now = core.service().clock().now();
  const auto place = core.tokens.read_scan_code(*code, scan_slot(now));
  const auto* meeting = place ? core.service().find_meeting(place->meeting) : nullptr;
  const auto* venue = meeting ? meeting->find_venue(place->venue) : nullptr;
  if (!venue) return call->refuse(bad_code());
  if (meeting->state() == domain::MeetingState::kEnded)
    return call->refuse({ErrorCode::kGone, "会议已经结束", "The meeting has ended", {}});
  auto seats = nlohmann::json::array();
  const auto attendance = core.service().attendance_of(meeting->id());
  for (std::size_t i = 0; i < meeting->seats().size(); ++i) {
    const auto& seat = meeting->seats()[i];
    if (seat.venue != venue->id || seat.vacant) continue;
    const auto* unit = core.service().directory().find_unit(seat.unit);
    seats.push_back(
        {{"id", seat.id.str()},
         {"unit_name", seat.unit_name},
         {"pinyin", (unit ? unit->pinyin : std::string()) + pinyin_initials(seat.title)},
         {"title", seat.title},
         {"signed", attendance.seats[i].signed_at.has_value()}});
  }
  call->json(200, {{"ticket", core.tokens.scan_ticket(*place, now + kScanTicketLife)},
                   {"title", meeting->plan().title},
                   {"venue", venue->name},
                   {"seats", std::move(seats)}});
}

void sign_in_scanned(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    const auto ticket = HUIBAN_TRY(reader.text("ticket", Presence::kRequired, 400));
    const auto seat = HUIBAN_TRY(reader.required_id<SeatId>("seat"));
    const auto substitute = HUIBAN_TRY(reader.flag("substitute"));
    auto& service = service_of(call);
    const auto place = call->core->tokens.read_scan_ticket(ticket, service.clock().now());
    const auto* meeting = place ? service.find_meeting(place->meeting) : nullptr;
    const auto* venue = meeting ? meeting->find_venue(place->venue) : nullptr;
    if (!venue) return tl::make_unexpected(bad_code());
    domain::Actor actor;
    actor.role = domain::Role::kVenueDevice;
    actor.meeting = place->meeting;
    actor.venue = place->venue;
    actor.label = scan_label(*venue);
    return service.sign_in_scanned({call->key, actor}, place->meeting, seat, substitute);
  }();
  call->applied(result);
}

}  // namespace huiban::api
