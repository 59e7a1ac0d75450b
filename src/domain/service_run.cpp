// The meeting from start to end: what is noted, what the banner says.
#include "domain/service_state.h"

namespace huiban::domain {

Result<Applied> Service::start_meeting(const Command& command, MeetingId id) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened}));
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {MeetingStarted{}}));
  open_media(*meeting);
  return applied;
}

void Service::end_meeting(const Command& command, MeetingId id, Done done) {
  if (auto allowed = require_role(command.actor, {Role::kSecretary}); !allowed)
    return done(tl::make_unexpected(allowed.error()));
  change_floor({GateCommand::Kind::kEnd, command, id, std::move(done),
                [](const Meeting& meeting) -> Result<std::vector<EventPayload>> {
                  std::vector<EventPayload> events;
                  if (meeting.running_roll_call()) events.push_back(RollCallEnded{true});
                  events.push_back(MeetingEnded{});  // numbered when stored
                  return events;
                }});
}

// ---- notes and banner ----

Result<Applied> Service::save_note(const Command& command, MeetingId id, AgendaItemId item,
                                   std::string text, std::uint32_t base_version) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned, MeetingState::kConvened,
                                                MeetingState::kRunning, MeetingState::kEnded}));
  if (!meeting->find_item(item))
    return fail(ErrorCode::kNotFound, "没有这个议程项", "There is no such agenda item");
  HUIBAN_CHECK(check_text(text, kMaxText, "记录", "The note"));
  const auto found = meeting->notes().find(item);
  const std::uint32_t newest = found == meeting->notes().end() ? 0 : found->second.back().version;
  if (base_version != newest)
    return wrong_state("别人刚改过这条记录，请合并后再保存",
                       "Somebody has just changed this note; merge before saving");
  return commit(*meeting, command, {NoteSaved{item, newest + 1, std::move(text)}});
}

Result<Applied> Service::set_banner(const Command& command, MeetingId id, std::string text,
                                    std::optional<std::string> seen) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  HUIBAN_CHECK(check_text(text, kMaxBanner, "横幅", "The banner"));
  if (seen && *seen != meeting->banner())
    return wrong_state("别人刚改过横幅：" + meeting->banner(),
                       "Somebody has just changed the banner: " + meeting->banner());
  return commit(*meeting, command, {BannerSet{std::move(text)}});
}

}  // namespace huiban::domain
