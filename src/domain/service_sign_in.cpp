// Signing in and out: whom, from where, when, and how a wrong tick is taken back.
#include "domain/service_state.h"

namespace huiban::domain {

// A device may do what its link names, a unit's people what concerns their unit.
Result<void> Service::check_own_venue(const Actor& actor, const Meeting& meeting,
                                      VenueId venue) const {
  const Venue* found = meeting.find_venue(venue);
  if (!found) return no_venue();
  bool own = true;
  if (actor.role == Role::kVenueDevice) own = actor.meeting == meeting.id() && actor.venue == venue;
  if (is_of_unit(actor))
    own = actor.unit &&
          std::find(found->units.begin(), found->units.end(), *actor.unit) != found->units.end();
  if (own) return {};
  return fail(ErrorCode::kForbidden, "这不是您的会场", "This is not your venue");
}

Result<void> Service::check_seats(const Actor& actor, const Meeting& meeting,
                                  const std::vector<SeatId>& seats) const {
  if (seats.empty()) return fail(ErrorCode::kInvalid, "没有选人", "Nobody is chosen");
  for (const auto& id : seats) {
    const Seat* seat = meeting.find_seat(id);
    if (!seat)
      return fail(ErrorCode::kNotFound, "应到名单里没有这一位",
                  "There is no such seat in the expected list");
    if (actor.role == Role::kVenueDevice &&
        (actor.meeting != meeting.id() || actor.venue != seat->venue))
      return fail(ErrorCode::kForbidden, seat->unit_name + seat->title + "不在本会场签到",
                  "This seat signs in at another venue");
    if (is_of_unit(actor) && actor.unit != seat->unit)
      return fail(ErrorCode::kForbidden, "只能为本单位签到", "You may sign in your own unit only");
  }
  return {};
}

// Sign-in opens before the planned time; without a clock time it is the whole day. A time of
// arrival may be entered by the office only, and must lie in the window and not in the future.
Result<void> Service::check_sign_in_time(const Actor& actor, const Meeting& meeting,
                                         std::optional<UtcTime> at) const {
  const auto now = clock_.now();
  const auto& time = meeting.plan().time;
  const auto planned = planned_start(time, settings_.utc_offset);
  const auto opens = planned ? *planned - settings_.attendance.window_before
                             : UtcTime{std::chrono::sys_days{time.date}} - settings_.utc_offset;
  if (actor.role != Role::kSecretary) {
    if (at) return fail(ErrorCode::kForbidden, "签到时间由系统记录", "The server records the time");
    if (meeting.state() == MeetingState::kConvened && now < opens)
      return wrong_state("签到还没有开始", "Sign-in has not opened yet");
    return {};
  }
  if (meeting.state() == MeetingState::kEnded && !at)
    return fail(ErrorCode::kInvalid, "会后补签要写到会时间",
                "A sign-in entered after the end needs the time of arrival");
  if (at && *at > now)
    return fail(ErrorCode::kInvalid, "签到时间在将来", "The time of sign-in is in the future");
  // A meeting that started before its planned time had people before its window.
  if (at && *at < opens && !(meeting.started_at() && *meeting.started_at() <= *at))
    return fail(ErrorCode::kInvalid, "签到时间早于签到开始",
                "The time of sign-in is before sign-in opened");
  if (at && meeting.ended_at() && *at > *meeting.ended_at())
    return fail(ErrorCode::kInvalid, "签到时间在会议结束之后",
                "The time of sign-in is after the meeting's end");
  return {};
}

namespace {

// The office may enter a paper sheet or a call after the end; nobody else.
std::initializer_list<MeetingState> sign_in_states(const Actor& actor) {
  static constexpr std::initializer_list<MeetingState> kOffice = {
      MeetingState::kConvened, MeetingState::kRunning, MeetingState::kEnded};
  static constexpr std::initializer_list<MeetingState> kOthers = {MeetingState::kConvened,
                                                                  MeetingState::kRunning};
  return actor.role == Role::kSecretary ? kOffice : kOthers;
}

bool is_entered_for(SignInMethod method) {
  return method == SignInMethod::kSecretary || method == SignInMethod::kPhone ||
         method == SignInMethod::kPaper;
}

Result<void> check_method(const Actor& actor, const Meeting& meeting, SignInMethod method,
                          const std::string& reason) {
  HUIBAN_CHECK(check_text(reason, kMaxLine, "原因", "The reason"));
  if (is_entered_for(method)) {
    if (actor.role != Role::kSecretary)
      return fail(ErrorCode::kForbidden, "这种签到方式由办公室登记",
                  "Only the office records this way of signing in");
    if (reason.empty())
      return fail(ErrorCode::kInvalid, "代为签到要写原因",
                  "A sign-in entered for somebody needs a reason");
  }
  const Venue* main = meeting.main_venue();
  if (method == SignInMethod::kDesk && actor.role != Role::kSecretary &&
      !(actor.role == Role::kVenueDevice && main && actor.venue == main->id))
    return fail(ErrorCode::kForbidden, "签到台设在主会场", "The sign-in desk is in the main venue");
  return {};
}

}  // namespace

Result<Applied> Service::sign_in(const Command& command, MeetingId id, std::vector<SeatId> seats,
                                 std::optional<VenueId> venue, SignInMethod method,
                                 std::string reason, std::optional<UtcTime> at, bool substitute) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(
      require_role(actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead, Role::kVenueDevice}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, sign_in_states(actor)));
  if (actor.role == Role::kSecretary && method == SignInMethod::kBrowser)
    method = SignInMethod::kSecretary;
  if (actor.role == Role::kVenueDevice) venue = actor.venue;
  HUIBAN_CHECK(check_seats(actor, *meeting, seats));
  if (venue) HUIBAN_CHECK(check_own_venue(actor, *meeting, *venue));
  HUIBAN_CHECK(check_method(actor, *meeting, method, reason));
  HUIBAN_CHECK(check_sign_in_time(actor, *meeting, at));
  // Who is entered from a call or a sheet sits before no browser, so no line makes them leave.
  if (method == SignInMethod::kPhone || method == SignInMethod::kPaper) venue.reset();

  // The first valid sign-in stands; a second one by phone tells that they went on without the room.
  std::vector<SeatId> fresh;
  for (const auto& seat : seats) {
    const auto found = meeting->sign_ins().find(seat);
    const bool says_something =
        found == meeting->sign_ins().end() ||
        (method == SignInMethod::kPhone && found->second.venue && !found->second.by_phone_since);
    if (says_something && std::find(fresh.begin(), fresh.end(), seat) == fresh.end())
      fresh.push_back(seat);
  }
  if (fresh.empty()) return Applied{meeting->seq()};
  return commit(*meeting, command,
                {SeatsSignedIn{std::move(fresh), venue, method, at.value_or(clock_.now()),
                               std::move(reason), substitute}});
}

Result<Applied> Service::sign_in_batch(const Command& command, MeetingId id,
                                       std::vector<Arrival> arrivals, SignInMethod method,
                                       std::string reason) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(require_role(actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, sign_in_states(actor)));
  HUIBAN_CHECK(check_method(actor, *meeting, method, reason));
  std::vector<EventPayload> events;
  std::set<SeatId> seen;
  std::vector<SeatId> seats;
  for (const auto& arrival : arrivals) {
    seats.push_back(arrival.seat);
    HUIBAN_CHECK(check_sign_in_time(actor, *meeting, arrival.at));
    if (meeting->sign_ins().count(arrival.seat) || !seen.insert(arrival.seat).second) continue;
    events.push_back(SeatsSignedIn{{arrival.seat},
                                   std::nullopt,
                                   method,
                                   arrival.at.value_or(clock_.now()),
                                   reason,
                                   arrival.substitute});
  }
  HUIBAN_CHECK(check_seats(actor, *meeting, seats));
  if (events.empty()) return Applied{meeting->seq()};
  return commit(*meeting, command, std::move(events));
}

Result<Applied> Service::sign_in_scanned(const Command& command, MeetingId id, SeatId seat,
                                         bool substitute) {
  if (const Meeting* meeting = find_meeting(id)) {
    const auto planned = planned_start(meeting->plan().time, settings_.utc_offset);
    if (meeting->state() == MeetingState::kConvened && planned &&
        clock_.now() < *planned - settings_.attendance.scan_before)
      return wrong_state("扫码签到还没有开始", "Signing in by code has not opened yet");
  }
  return sign_in(command, id, {seat}, command.actor.venue, SignInMethod::kQr, {}, std::nullopt,
                 substitute);
}

// All sign-ins of the same person are signed out: one person leaves once.
Result<Applied> Service::sign_out(const Command& command, MeetingId id, std::vector<SeatId> seats,
                                  std::string reason, std::optional<UtcTime> at) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(
      require_role(actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead, Role::kVenueDevice}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting =
      HUIBAN_TRY(meeting_in(id, actor.role == Role::kSecretary
                                    ? sign_in_states(actor)
                                    : std::initializer_list<MeetingState>{MeetingState::kRunning}));
  HUIBAN_CHECK(check_seats(actor, *meeting, seats));
  HUIBAN_CHECK(check_text(reason, kMaxLine, "原因", "The reason"));
  const auto left_at = at.value_or(clock_.now());
  if (at && actor.role != Role::kSecretary)
    return fail(ErrorCode::kForbidden, "离会时间由系统记录", "The server records the time");
  if (left_at > clock_.now() || (meeting->started_at() && left_at < *meeting->started_at()))
    return fail(ErrorCode::kInvalid, "离会时间不在会议期间",
                "The time of leaving lies outside the meeting");
  std::vector<SeatId> leaving;
  for (const auto& signed_in : meeting->sign_ins()) {
    const Seat* made_at = meeting->find_seat(signed_in.first);
    const bool same = std::any_of(seats.begin(), seats.end(), [&](SeatId wanted) {
      const Seat* seat = meeting->find_seat(wanted);
      return wanted == signed_in.first ||
             (seat && made_at && seat->person && seat->person == made_at->person);
    });
    if (same) leaving.push_back(signed_in.first);
  }
  if (leaving.empty()) return wrong_state("这一位还没有签到", "This seat is not signed in");
  return commit(*meeting, command,
                {SeatsSignedOut{std::move(leaving), left_at, std::move(reason)}});
}

// A wrong tick can be taken back where it was made; what the office entered, and whatever is
// changed after the end, only by the office and with a reason.
Result<Applied> Service::take_back_sign_in(const Command& command, MeetingId id,
                                           std::vector<SeatId> seats, std::string reason) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(
      require_role(actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead, Role::kVenueDevice}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, sign_in_states(actor)));
  HUIBAN_CHECK(check_seats(actor, *meeting, seats));
  HUIBAN_CHECK(check_text(reason, kMaxLine, "原因", "The reason"));
  if (meeting->state() == MeetingState::kEnded && reason.empty())
    return fail(ErrorCode::kInvalid, "会后更正要写原因",
                "A correction after the end needs a reason");
  for (const auto& seat : seats) {
    const auto found = meeting->sign_ins().find(seat);
    if (found == meeting->sign_ins().end())
      return wrong_state("这一位还没有签到", "This seat is not signed in");
    if (actor.role != Role::kSecretary && is_entered_for(found->second.method))
      return fail(ErrorCode::kForbidden, "办公室登记的签到由办公室更正",
                  "What the office entered, the office takes back");
  }
  return commit(*meeting, command, {SignInTakenBack{std::move(seats), std::move(reason)}});
}

}  // namespace huiban::domain
