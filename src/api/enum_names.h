#pragma once
// The wire's words for the domain's enums, as in docs/api/openapi.yaml.
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "domain/meeting.h"
#include "domain/ports.h"
#include "domain/task_rules.h"

namespace huiban::api {

template <class E, std::size_t N>
using EnumNames = std::array<std::pair<E, std::string_view>, N>;

inline constexpr EnumNames<domain::Role, 9> kRoleNames{{
    {domain::Role::kAdministrator, "administrator"},
    {domain::Role::kSecretary, "secretary"},
    {domain::Role::kApprover, "approver"},
    {domain::Role::kLeader, "leader"},
    {domain::Role::kUnitHead, "unit_head"},
    {domain::Role::kLiaison, "liaison"},
    {domain::Role::kVenueDevice, "venue_device"},
    {domain::Role::kObserver, "observer"},
    {domain::Role::kAuditor, "auditor"},
}};
inline constexpr EnumNames<domain::VenueKind, 2> kVenueKindNames{{
    {domain::VenueKind::kMain, "main"},
    {domain::VenueKind::kBranch, "branch"},
}};
inline constexpr EnumNames<domain::MeetingForm, 3> kFormNames{{
    {domain::MeetingForm::kVideo, "video"},
    {domain::MeetingForm::kOnsite, "onsite"},
    {domain::MeetingForm::kVisit, "visit"},
}};
inline constexpr EnumNames<domain::HalfDay, 3> kHalfNames{{
    {domain::HalfDay::kNone, "none"},
    {domain::HalfDay::kMorning, "morning"},
    {domain::HalfDay::kAfternoon, "afternoon"},
}};
inline constexpr EnumNames<domain::AgendaKind, 13> kAgendaKindNames{{
    {domain::AgendaKind::kHosting, "hosting"},
    {domain::AgendaKind::kSpeech, "speech"},
    {domain::AgendaKind::kDeployment, "deployment"},
    {domain::AgendaKind::kConveying, "conveying"},
    {domain::AgendaKind::kPledge, "pledge"},
    {domain::AgendaKind::kExchange, "exchange"},
    {domain::AgendaKind::kCritique, "critique"},
    {domain::AgendaKind::kReport, "report"},
    {domain::AgendaKind::kClosing, "closing"},
    {domain::AgendaKind::kOther, "other"},
    {domain::AgendaKind::kSiteBriefing, "site_briefing"},
    {domain::AgendaKind::kHearing, "hearing"},
    {domain::AgendaKind::kAdvice, "advice"},
}};
inline constexpr EnumNames<domain::SignInMethod, 6> kMethodNames{{
    {domain::SignInMethod::kBrowser, "browser"},
    {domain::SignInMethod::kQr, "qr"},
    {domain::SignInMethod::kPhone, "phone"},
    {domain::SignInMethod::kSecretary, "secretary"},
    {domain::SignInMethod::kDesk, "desk"},
    {domain::SignInMethod::kPaper, "paper"},
}};
inline constexpr EnumNames<domain::SeatStatus, 6> kSeatStatusNames{{
    {domain::SeatStatus::kExpected, "expected"},
    {domain::SeatStatus::kPresent, "present"},
    {domain::SeatStatus::kAbsent, "absent"},
    {domain::SeatStatus::kVacant, "vacant"},
    {domain::SeatStatus::kLeave, "leave"},
    {domain::SeatStatus::kSubstitute, "substitute"},
}};
inline constexpr EnumNames<domain::LeaveKind, 2> kLeaveKindNames{{
    {domain::LeaveKind::kLeave, "leave"},
    {domain::LeaveKind::kSubstitute, "substitute"},
}};
inline constexpr EnumNames<domain::GuestKind, 2> kGuestKindNames{{
    {domain::GuestKind::kAttending, "attending"},
    {domain::GuestKind::kUnlisted, "unlisted"},
}};
inline constexpr EnumNames<domain::MeetingState, 5> kMeetingStateNames{{
    {domain::MeetingState::kPlanned, "planned"},
    {domain::MeetingState::kConvened, "convened"},
    {domain::MeetingState::kRunning, "running"},
    {domain::MeetingState::kEnded, "ended"},
    {domain::MeetingState::kCancelled, "cancelled"},
}};
inline constexpr EnumNames<domain::TaskState, 10> kTaskStateNames{{
    {domain::TaskState::kDraft, "draft"},
    {domain::TaskState::kReview, "review"},
    {domain::TaskState::kIssued, "issued"},
    {domain::TaskState::kInProgress, "in_progress"},
    {domain::TaskState::kFinishAsked, "finish_asked"},
    {domain::TaskState::kFinished, "finished"},
    {domain::TaskState::kStruckOff, "struck_off"},
    {domain::TaskState::kArchived, "archived"},
    {domain::TaskState::kSuspended, "suspended"},
    {domain::TaskState::kWithdrawn, "withdrawn"},
}};
inline constexpr EnumNames<domain::TaskAct, 33> kTaskActNames{{
    {domain::TaskAct::kSubmit, "submit"},
    {domain::TaskAct::kSendBack, "send_back"},
    {domain::TaskAct::kIssue, "issue"},
    {domain::TaskAct::kSign, "sign"},
    {domain::TaskAct::kAskReassign, "ask_reassign"},
    {domain::TaskAct::kReassign, "reassign"},
    {domain::TaskAct::kRefuseReassign, "refuse_reassign"},
    {domain::TaskAct::kReport, "report"},
    {domain::TaskAct::kPartIn, "part_in"},
    {domain::TaskAct::kWaivePart, "waive_part"},
    {domain::TaskAct::kAskFinish, "ask_finish"},
    {domain::TaskAct::kReturn, "return"},
    {domain::TaskAct::kFinish, "finish"},
    {domain::TaskAct::kCheckBack, "check_back"},
    {domain::TaskAct::kStrikeOff, "strike_off"},
    {domain::TaskAct::kArchive, "archive"},
    {domain::TaskAct::kReopen, "reopen"},
    {domain::TaskAct::kSuspend, "suspend"},
    {domain::TaskAct::kResume, "resume"},
    {domain::TaskAct::kWithdraw, "withdraw"},
    {domain::TaskAct::kWaive, "waive"},
    {domain::TaskAct::kAskExtension, "ask_extension"},
    {domain::TaskAct::kAgreeExtension, "agree_extension"},
    {domain::TaskAct::kExtend, "extend"},
    {domain::TaskAct::kRefuseExtension, "refuse_extension"},
    {domain::TaskAct::kMarkEmpty, "mark_empty"},
    {domain::TaskAct::kUrge, "urge"},
    {domain::TaskAct::kMoveDue, "move_due"},
    {domain::TaskAct::kAttach, "attach"},
    {domain::TaskAct::kTakeBack, "take_back"},
    {domain::TaskAct::kOfferPhoto, "offer_photo"},
    {domain::TaskAct::kAcceptPhoto, "accept_photo"},
    {domain::TaskAct::kRefusePhoto, "refuse_photo"},
}};
inline constexpr EnumNames<domain::ReportPeriod, 4> kReportPeriodNames{{
    {domain::ReportPeriod::kNone, "none"},
    {domain::ReportPeriod::kWeek, "week"},
    {domain::ReportPeriod::kMonth, "month"},
    {domain::ReportPeriod::kQuarter, "quarter"},
}};
inline constexpr EnumNames<domain::Satisfaction, 4> kSatisfactionNames{{
    {domain::Satisfaction::kNone, "none"},
    {domain::Satisfaction::kSatisfied, "satisfied"},
    {domain::Satisfaction::kMostly, "mostly"},
    {domain::Satisfaction::kNot, "not"},
}};
inline constexpr EnumNames<domain::Light, 4> kLightNames{{
    {domain::Light::kNone, "none"},
    {domain::Light::kGreen, "green"},
    {domain::Light::kYellow, "yellow"},
    {domain::Light::kRed, "red"},
}};
inline constexpr EnumNames<domain::MeritKind, 3> kMeritNames{{
    {domain::MeritKind::kPraise, "praise"},
    {domain::MeritKind::kCriticism, "criticism"},
    {domain::MeritKind::kTalk, "talk"},
}};
inline constexpr EnumNames<domain::UnitSide, 3> kSideNames{{
    {domain::UnitSide::kNone, "none"},
    {domain::UnitSide::kArea, "area"},
    {domain::UnitSide::kLine, "line"},
}};
inline constexpr EnumNames<domain::HolderState, 3> kHolderNames{{
    {domain::HolderState::kHeld, "held"},
    {domain::HolderState::kVacant, "vacant"},
    {domain::HolderState::kUnregistered, "unregistered"},
}};
inline constexpr EnumNames<domain::PeerRole, 7> kPeerRoleNames{{
    {domain::PeerRole::kVenue, "venue"},
    {domain::PeerRole::kConsole, "console"},
    {domain::PeerRole::kDisplay, "display"},
    {domain::PeerRole::kPublisher, "publisher"},
    {domain::PeerRole::kWatcher, "watcher"},
    {domain::PeerRole::kSharer, "sharer"},
    {domain::PeerRole::kTester, "tester"},
}};
inline constexpr EnumNames<domain::Rhythm, 4> kRhythmNames{{
    {domain::Rhythm::kNone, "none"},
    {domain::Rhythm::kWeekly, "weekly"},
    {domain::Rhythm::kMonthly, "monthly"},
    {domain::Rhythm::kQuarterly, "quarterly"},
}};
inline constexpr EnumNames<domain::TileKind, 5> kTileKindNames{{
    {domain::TileKind::kPaged, "paged"},
    {domain::TileKind::kFixed, "fixed"},
    {domain::TileKind::kVoice, "voice"},
    {domain::TileKind::kNext, "next"},
    {domain::TileKind::kWorst, "worst"},
}};

inline constexpr EnumNames<domain::Rung, 5> kRungNames{{
    {domain::Rung::k720p, "720p"},
    {domain::Rung::k360p, "360p"},
    {domain::Rung::k180p, "180p"},
    {domain::Rung::kContentAndSound, "content"},
    {domain::Rung::kSoundOnly, "sound"},
}};

inline constexpr EnumNames<domain::RollCallOutcome, 4> kRollCallOutcomeNames{{
    {domain::RollCallOutcome::kWaiting, "waiting"},
    {domain::RollCallOutcome::kAnswered, "answered"},
    {domain::RollCallOutcome::kNoAnswer, "no_answer"},
    {domain::RollCallOutcome::kSkipped, "skipped"},
}};
inline constexpr EnumNames<domain::RollCallSign, 3> kRollCallSignNames{{
    {domain::RollCallSign::kLevel, "level"},
    {domain::RollCallSign::kButton, "button"},
    {domain::RollCallSign::kSecretary, "secretary"},
}};
inline constexpr EnumNames<domain::ReadinessGrade, 3> kReadinessGradeNames{{
    {domain::ReadinessGrade::kGreen, "green"},
    {domain::ReadinessGrade::kAmber, "amber"},
    {domain::ReadinessGrade::kRed, "red"},
}};
inline constexpr EnumNames<domain::CallResult, 5> kCallResultNames{{
    {domain::CallResult::kReached, "reached"},
    {domain::CallResult::kNoReply, "no_reply"},
    {domain::CallResult::kBusy, "busy"},
    {domain::CallResult::kWillFix, "will_fix"},
    {domain::CallResult::kByPhone, "by_phone"},
}};
// RollCallPlan::connected_only
inline constexpr EnumNames<bool, 2> kRollCallScopeNames{{{true, "connected"}, {false, "all"}}};

template <class E, std::size_t N>
std::string_view name_of(const EnumNames<E, N>& names, E value) {
  for (const auto& [one, name] : names)
    if (one == value) return name;
  return {};
}

template <class E, std::size_t N>
std::optional<E> value_of(const EnumNames<E, N>& names, std::string_view name) {
  for (const auto& [value, one] : names)
    if (one == name) return value;
  return std::nullopt;
}

}  // namespace huiban::api
