// Leave, substitutes, receipts, corrections, guests, and posts that changed hands.
#include "domain/service_state.h"

namespace huiban::domain {

namespace {

constexpr std::initializer_list<MeetingState> kFromConvening = {
    MeetingState::kConvened, MeetingState::kRunning, MeetingState::kEnded};
constexpr std::initializer_list<MeetingState> kUntilEnd = {MeetingState::kConvened,
                                                           MeetingState::kRunning};

tl::unexpected<Error> invalid(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, zh, en);
}

std::vector<SeatId> seats_of_person(const Meeting& meeting, const Seat& seat) {
  std::vector<SeatId> list;
  const auto person = meeting.holder_now(seat);
  for (const auto& other : meeting.seats())
    if (other.id == seat.id || (person && meeting.holder_now(other) == person))
      list.push_back(other.id);
  return list;
}

std::string name_of_seat(const Meeting& meeting, SeatId id) {
  const Seat* seat = meeting.find_seat(id);
  return seat ? seat->unit_name + seat->title : std::string();
}

}  // namespace

Result<std::vector<EventPayload>> Service::leave_asked(const Actor& actor, const Meeting& meeting,
                                                       LeaveInput input) const {
  HUIBAN_CHECK(check_seats(actor, meeting, {input.seat}));
  HUIBAN_CHECK(check_text(input.reason, kMaxLine, "原因", "The reason"));
  HUIBAN_CHECK(check_text(input.substitute.text, kMaxLine, "替会人", "The substitute"));
  HUIBAN_CHECK(check_text(input.substitute.mobile, 60, "手机号", "The mobile number"));
  if (input.reason.empty())
    return invalid("请写请假或替会的原因", "Leave or a substitute needs a reason");
  const Seat& seat = *meeting.find_seat(input.seat);
  if (input.kind == LeaveKind::kSubstitute) {
    auto& other = input.substitute;
    if (other.seat) {
      if (!meeting.find_seat(*other.seat))
        return invalid("替会人不在应到名单里", "The substitute's seat is not in the expected list");
      const auto own = seats_of_person(meeting, seat);
      if (std::find(own.begin(), own.end(), *other.seat) != own.end())
        return invalid("替会人不能是本人", "Nobody is their own substitute");
      if (other.text.empty()) other.text = name_of_seat(meeting, *other.seat);
    }
    if (other.text.empty()) return invalid("请写谁来替会", "Say who comes instead");
  } else {
    input.substitute = {};
  }
  LeaveAsked asked;
  asked.leave = LeaveId::make();
  asked.kind = input.kind;
  asked.all_posts = !input.this_post_only;
  asked.seats = asked.all_posts ? seats_of_person(meeting, seat) : std::vector{seat.id};
  asked.reason = std::move(input.reason);
  asked.substitute = std::move(input.substitute);
  for (const auto& id : asked.seats)
    if (const Leave* open = meeting.leave_of(id); open && !open->refused())
      return wrong_state(name_of_seat(meeting, id) + "已经请假或替会，请先撤回",
                         "Leave or a substitute has been asked for already; withdraw it first");
  return std::vector<EventPayload>{std::move(asked)};
}

Result<Applied> Service::ask_leave(const Command& command, MeetingId id, LeaveInput input) {
  HUIBAN_CHECK(require_role(
      command.actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead, Role::kVenueDevice}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  const bool office = command.actor.role == Role::kSecretary;
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, office ? kFromConvening : kUntilEnd));
  auto events = HUIBAN_TRY(leave_asked(command.actor, *meeting, std::move(input)));
  return commit(*meeting, command, std::move(events));
}

// A leader decides; the office records what the leader said, with the leader's post. Also after the
// end: what was 待批 changes then, and both values stay.
Result<Applied> Service::decide_leave(const Command& command, MeetingId id, LeaveId leave_id,
                                      DecisionInput input) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kLeader, Role::kSecretary, Role::kApprover}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, kFromConvening));
  const Leave* leave = meeting->find_leave(leave_id);
  if (!leave) return fail(ErrorCode::kNotFound, "没有这张假条", "There is no such request");
  if (leave->withdrawn) return wrong_state("假条已经撤回", "The request has been withdrawn");
  HUIBAN_CHECK(check_text(input.decided_by, kMaxLine, "批准人", "Who decided"));
  HUIBAN_CHECK(check_text(input.channel, kMaxLine, "方式", "The channel"));
  HUIBAN_CHECK(check_text(input.note, kMaxLine, "说明", "The note"));
  if (command.actor.role == Role::kLeader)
    input.decided_by = command.actor.label;
  else if (input.decided_by.empty())
    return invalid("登记领导意见要写是哪位领导", "Say which leader decided");
  if (!leave->decisions.empty() && input.note.empty())
    return invalid("改变已作的决定要写原因", "A changed decision needs a reason");
  return commit(*meeting, command,
                {LeaveDecided{leave_id, input.approved, std::move(input.decided_by),
                              std::move(input.channel), std::move(input.note)}});
}

Result<Applied> Service::withdraw_leave(const Command& command, MeetingId id, LeaveId leave_id,
                                        std::string reason) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(
      require_role(actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead, Role::kVenueDevice}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  const bool office = actor.role == Role::kSecretary;
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, office ? kFromConvening : kUntilEnd));
  const Leave* leave = meeting->find_leave(leave_id);
  if (!leave) return fail(ErrorCode::kNotFound, "没有这张假条", "There is no such request");
  if (leave->withdrawn) return wrong_state("假条已经撤回", "The request has been withdrawn");
  if (!office) HUIBAN_CHECK(check_seats(actor, *meeting, {leave->seats.front()}));
  HUIBAN_CHECK(check_text(reason, kMaxLine, "原因", "The reason"));
  if (reason.empty() && !leave->decisions.empty())
    return invalid("已经批过，撤回要写原因", "It has been decided; withdrawing needs a reason");
  return commit(*meeting, command, {LeaveWithdrawn{leave_id, std::move(reason)}});
}

// A unit answers for its own seats; the office may enter what came by phone. A later receipt
// replaces the earlier one, which the journal keeps.
Result<Applied> Service::return_receipt(const Command& command, MeetingId id, ReceiptInput input) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(require_role(actor, {Role::kSecretary, Role::kLiaison, Role::kUnitHead}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, kUntilEnd));
  if (is_of_unit(actor)) input.unit = actor.unit.value_or(UnitId{});
  HUIBAN_CHECK(check_text(input.remark, kMaxLine, "备注", "The remark"));
  if (input.lines.empty()) return invalid("回执是空的", "The receipt is empty");
  for (const auto& line : input.lines) {
    const Seat* seat = meeting->find_seat(line.seat);
    if (!seat || seat->unit != input.unit)
      return fail(ErrorCode::kForbidden, "回执里有别的单位的人", "The receipt names another unit");
    HUIBAN_CHECK(check_text(line.name, 300, "姓名", "The name"));
    HUIBAN_CHECK(check_text(line.mobile, 60, "手机号", "The mobile number"));
  }
  std::vector<EventPayload> events;
  std::set<SeatId> asked;
  for (auto& leave : input.leaves) {
    if (asked.count(leave.seat)) continue;  // another post of the same person
    for (auto& event : HUIBAN_TRY(leave_asked(actor, *meeting, std::move(leave)))) {
      const auto& seats = std::get<LeaveAsked>(event).seats;
      asked.insert(seats.begin(), seats.end());
      events.push_back(std::move(event));
    }
  }
  for (auto& line : input.lines)
    if (asked.count(line.seat)) line.comes = false;
  events.push_back(ReceiptReturned{input.unit, std::move(input.lines), std::move(input.remark)});
  return commit(*meeting, command, std::move(events));
}

Result<Applied> Service::correct_attendance(const Command& command, MeetingId id,
                                            CorrectionInput input) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning, MeetingState::kEnded}));
  HUIBAN_CHECK(check_seats(command.actor, *meeting, input.seats));
  HUIBAN_CHECK(check_text(input.reason, kMaxLine, "原因", "The reason"));
  if (input.reason.empty()) return invalid("更正要写原因", "A correction needs a reason");
  const bool there = input.to == SeatStatus::kPresent || input.to == SeatStatus::kSubstitute;
  if (input.to == SeatStatus::kExpected || input.to == SeatStatus::kVacant)
    return invalid("不能更正成这种状态", "A correction cannot say that");
  if (!there && (input.late || input.early || input.signed_at))
    return invalid("没有到会就没有到会时间、迟到或早退",
                   "Who was not there has no time, is not late and did not leave early");
  if (input.signed_at && *input.signed_at > clock_.now())
    return invalid("签到时间在将来", "The time of sign-in is in the future");
  const auto current = attendance_of(id);
  // One event for each kept time, so that a correction of several keeps each one's own.
  std::vector<EventPayload> events;
  for (std::size_t i = 0; i < current.seats.size(); ++i) {
    const auto& seat = current.seats[i];
    if (std::find(input.seats.begin(), input.seats.end(), seat.seat) == input.seats.end()) continue;
    if (!input.to && !seat.corrected)
      return wrong_state("这一位没有更正过", "This seat has not been corrected");
    AttendanceCorrected event;
    event.was = {{seat.seat, seat.status, seat.late, seat.early, seat.signed_at}};
    event.to = input.to;
    event.signed_at = input.keep_time && there ? seat.signed_at : input.signed_at;
    event.late = input.late;
    event.early = input.early;
    event.reason = input.reason;
    events.push_back(std::move(event));
  }
  return commit(*meeting, command, std::move(events));
}

Result<Applied> Service::sign_in_guest(const Command& command, MeetingId id, GuestKind kind,
                                       std::string text) {
  const auto& actor = command.actor;
  HUIBAN_CHECK(require_role(actor, {Role::kSecretary, Role::kVenueDevice}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting =
      HUIBAN_TRY(meeting_in(id, actor.role == Role::kSecretary ? kFromConvening : kUntilEnd));
  HUIBAN_CHECK(check_text(text, kMaxLine, "来人", "Who came"));
  if (text.empty()) return invalid("请写来的是谁", "Say who came");
  if (actor.venue) HUIBAN_CHECK(check_own_venue(actor, *meeting, *actor.venue));
  return commit(*meeting, command,
                {GuestSignedIn{GuestId::make(), kind, std::move(text), actor.venue, clock_.now()}});
}

Result<Applied> Service::take_back_guest(const Command& command, MeetingId id, GuestId guest,
                                         std::string reason) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, kFromConvening));
  HUIBAN_CHECK(check_text(reason, kMaxLine, "原因", "The reason"));
  const auto& guests = meeting->guests();
  if (std::none_of(guests.begin(), guests.end(), [&](const Guest& g) { return g.id == guest; }))
    return fail(ErrorCode::kNotFound, "没有这一位", "There is no such guest");
  return commit(*meeting, command, {GuestTakenBack{guest, std::move(reason)}});
}

void Service::note_holders(const Actor& actor) {
  for (auto& [id, meeting] : state_->meetings) {
    if (meeting.state() != MeetingState::kConvened && meeting.state() != MeetingState::kRunning)
      continue;
    std::vector<EventPayload> events;
    for (const auto& seat : meeting.seats()) {
      const Post* post = seat.post ? directory_.find_post(*seat.post) : nullptr;
      if (!post) continue;
      const auto known = meeting.holder_changes().find(seat.id);
      const bool changed = known != meeting.holder_changes().end();
      const bool was_vacant = changed ? known->second.vacant : seat.vacant;
      const auto before = meeting.holder_now(seat);
      const bool vacant = post->holder_state == HolderState::kVacant;
      if (before != post->holder || was_vacant != vacant)
        events.push_back(HolderChanged{seat.id, before, post->holder, vacant});
    }
    if (!events.empty()) (void)commit(meeting, {CommandId::make(), actor}, std::move(events));
  }
}

Result<AttendanceResult> Service::attendance_at(MeetingId id, UtcTime at) const {
  const Meeting* now = find_meeting(id);
  if (!now) return no_meeting();
  // Up to the last event of that time: a clock that was set back leaves later times before it.
  const auto events = HUIBAN_TRY(store_.load(StreamId::of(id)));
  const auto end = std::find_if(events.rbegin(), events.rend(),
                                [at](const auto& event) { return event.at <= at; });
  Meeting then(id);
  for (auto event = events.begin(); event != end.base(); ++event) then.apply(*event);
  return attendance(then, at, settings_.attendance);
}

}  // namespace huiban::domain
