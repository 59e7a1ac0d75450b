// While the meeting runs: start, end, sign-in, notes, banner.
#include "domain/service_state.h"

namespace huiban::domain {

Result<Applied> Service::start_meeting(const Command& command, MeetingId id) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened}));
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {MeetingStarted{}}));
  if (state_->media) state_->media->open_meeting(id, meeting->venues());
  show(*meeting);
  open_gates(*meeting, meeting->floor());
  return applied;
}

void Service::end_meeting(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  const Meeting* meeting = find_meeting(id);
  const auto floor = meeting ? meeting->floor() : std::vector<VenueId>{};
  close_then(
      command, id, floor,
      [this, id, done = std::move(done)](Result<Applied> applied) {
        if (applied && state_->media) state_->media->close_meeting(id);
        done(std::move(applied));
      },
      [this](const Meeting& m) -> Result<std::vector<EventPayload>> {
        const int year = int(m.plan().time.date.year());
        const int number = HUIBAN_TRY(store_.next_number("minutes", year));
        return std::vector<EventPayload>{
            MeetingEnded{"〔" + std::to_string(year) + "〕" + std::to_string(number) + "号"}};
      });
}

Result<void> Service::check_own_venue(const Actor& actor, const Meeting& meeting,
                                      VenueId venue) const {
  const Venue* found = meeting.find_venue(venue);
  if (!found) return fail(ErrorCode::kNotFound, "没有这个会场", "There is no such venue");
  bool own = true;
  if (actor.role == Role::kVenueDevice) own = actor.meeting == meeting.id() && actor.venue == venue;
  if (actor.role == Role::kLiaison || actor.role == Role::kUnitHead)
    own = actor.unit &&
          std::find(found->units.begin(), found->units.end(), *actor.unit) != found->units.end();
  if (own) return {};
  return fail(ErrorCode::kForbidden, "这不是您的会场", "This is not your venue");
}

Result<void> Service::check_sign_in(const Command& command, const Meeting& meeting,
                                    const std::vector<SeatId>& seats) const {
  const auto& actor = command.actor;
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
    if ((actor.role == Role::kLiaison || actor.role == Role::kUnitHead) && actor.unit != seat->unit)
      return fail(ErrorCode::kForbidden, "只能为本单位签到", "You may sign in your own unit only");
  }
  return {};
}

Result<Applied> Service::sign_in(const Command& command, MeetingId id, std::vector<SeatId> seats,
                                 std::optional<VenueId> venue, SignInMethod method,
                                 std::string reason, std::optional<UtcTime> at) {
  HUIBAN_CHECK(require_role(
      command.actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead, Role::kVenueDevice}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  const bool secretary = command.actor.role == Role::kSecretary;
  // The office may enter a paper sheet or a phone call after the end; nobody else.
  Meeting* meeting =
      secretary ? HUIBAN_TRY(meeting_in(
                      id, {MeetingState::kConvened, MeetingState::kRunning, MeetingState::kEnded}))
                : HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  HUIBAN_CHECK(check_sign_in(command, *meeting, seats));
  HUIBAN_CHECK(check_text(reason, "原因", "The reason"));
  if (!secretary && method != SignInMethod::kBrowser && method != SignInMethod::kQr)
    return fail(ErrorCode::kForbidden, "这种签到方式由办公室登记",
                "Only the office records this way of signing in");
  if (secretary && method == SignInMethod::kBrowser) method = SignInMethod::kSecretary;
  const bool needs_reason = method == SignInMethod::kSecretary || method == SignInMethod::kPhone ||
                            method == SignInMethod::kPaper;
  if (needs_reason && reason.empty())
    return fail(ErrorCode::kInvalid, "代为签到要写原因",
                "A sign-in entered for somebody needs a reason");
  if (at && !secretary)
    return fail(ErrorCode::kForbidden, "签到时间由系统记录", "The server records the time");
  const auto now = clock_.now();
  if (at && *at > now)
    return fail(ErrorCode::kInvalid, "签到时间在将来", "The time of sign-in is in the future");
  const auto planned = planned_start(meeting->plan().time, settings_.utc_offset);
  const bool begun = meeting->state() != MeetingState::kConvened;
  if (!secretary && !begun && planned && now < *planned - settings_.attendance.window_before)
    return wrong_state("签到还没有开始", "Sign-in has not opened yet");
  if (venue && !meeting->find_venue(*venue))
    return fail(ErrorCode::kNotFound, "没有这个会场", "There is no such venue");
  if (command.actor.role == Role::kVenueDevice) venue = command.actor.venue;
  std::erase_if(seats, [&](SeatId seat) { return meeting->sign_ins().count(seat) > 0; });
  if (seats.empty()) return Applied{meeting->seq()};  // the first valid sign-in stands
  return commit(
      *meeting, command,
      {SeatsSignedIn{std::move(seats), venue, method, at.value_or(now), std::move(reason)}});
}

Result<Applied> Service::take_back_sign_in(const Command& command, MeetingId id,
                                           std::vector<SeatId> seats, std::string reason) {
  HUIBAN_CHECK(require_role(
      command.actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead, Role::kVenueDevice}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  const bool secretary = command.actor.role == Role::kSecretary;
  Meeting* meeting =
      secretary ? HUIBAN_TRY(meeting_in(
                      id, {MeetingState::kConvened, MeetingState::kRunning, MeetingState::kEnded}))
                : HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  HUIBAN_CHECK(check_sign_in(command, *meeting, seats));
  HUIBAN_CHECK(check_text(reason, "原因", "The reason"));
  for (const auto& seat : seats)
    if (!meeting->sign_ins().count(seat))
      return wrong_state("这一位还没有签到", "This seat is not signed in");
  return commit(*meeting, command, {SignInTakenBack{std::move(seats), std::move(reason)}});
}

Result<Applied> Service::save_note(const Command& command, MeetingId id, AgendaItemId item,
                                   std::string text, std::uint32_t base_version) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned, MeetingState::kConvened,
                                                MeetingState::kRunning, MeetingState::kEnded}));
  if (!meeting->find_item(item))
    return fail(ErrorCode::kNotFound, "没有这个议程项", "There is no such agenda item");
  HUIBAN_CHECK(check_text(text, "记录", "The note"));
  const auto found = meeting->notes().find(item);
  const std::uint32_t newest = found == meeting->notes().end() ? 0 : found->second.back().version;
  if (base_version != newest)
    return fail(ErrorCode::kConflict, "别人刚改过这条记录，请合并后再保存",
                "Somebody has just changed this note; merge before saving");
  return commit(*meeting, command, {NoteSaved{item, newest + 1, std::move(text)}});
}

Result<Applied> Service::set_banner(const Command& command, MeetingId id, std::string text) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  HUIBAN_CHECK(check_text(text, "横幅", "The banner"));
  return commit(*meeting, command, {BannerSet{std::move(text)}});
}

}  // namespace huiban::domain
