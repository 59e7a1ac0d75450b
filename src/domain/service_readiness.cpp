// Before the meeting: what venues measured of themselves, and the office's calls to them.
#include "domain/service_state.h"

namespace huiban::domain {

Result<Applied> Service::report_readiness(const Command& command, MeetingId id, VenueId venue,
                                          Readiness measured) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kVenueDevice}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  HUIBAN_CHECK(check_own_venue(command.actor, *meeting, venue));
  HUIBAN_CHECK(check_text(measured.browser, kMaxLine, "浏览器", "The browser"));
  return commit(*meeting, command, {ReadinessReported{venue, std::move(measured)}});
}

// Of two who call the same venue the later one sees the other's note first.
Result<Applied> Service::note_call(const Command& command, MeetingId id, VenueId venue,
                                   CallResult result, std::string note,
                                   std::optional<std::uint32_t> seen) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kApprover}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  if (!meeting->find_venue(venue)) return no_venue();
  HUIBAN_CHECK(check_text(note, kMaxLine, "备注", "The note"));
  const auto found = meeting->calls().find(venue);
  const std::uint32_t made =
      found == meeting->calls().end() ? 0 : std::uint32_t(found->second.size());
  if (seen && *seen != made)
    return wrong_state("别人刚打过这个电话，请先看结果",
                       "Somebody has just called this venue; see the result first");
  return commit(*meeting, command, {CallNoted{venue, result, std::move(note)}});
}

}  // namespace huiban::domain
