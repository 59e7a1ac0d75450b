// Before the meeting: directory, plan, convening.
#include "domain/service_state.h"

namespace huiban::domain {

Result<Applied> Service::import_directory(const Command& command, Directory directory) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kAdministrator}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  HUIBAN_CHECK(check_directory(directory));
  const auto stored =
      HUIBAN_TRY(store_.append(StreamId::directory(), state_->directory_seq, command.actor,
                               command.id, clock_.now(), {DirectoryImported{directory}}));
  directory_ = std::move(directory);
  state_->directory_seq = stored.back().seq;
  for (const auto& event : stored)
    if (state_->publisher) state_->publisher->event_stored(event);
  return Applied{state_->directory_seq};
}

Result<void> Service::check_plan(const MeetingPlan& plan) const {
  if (plan.title.empty())
    return fail(ErrorCode::kInvalid, "请填写会议名称", "The meeting needs a title");
  HUIBAN_CHECK(check_text(plan.title, "会议名称", "The title"));
  HUIBAN_CHECK(check_text(plan.purpose, "会议目的", "The purpose"));
  if (!plan.time.date.ok())
    return fail(ErrorCode::kInvalid, "会议日期不对", "The date is not a date");
  if (plan.host && !directory_.find_post(*plan.host))
    return fail(ErrorCode::kInvalid, "主持人的职务不在通讯录中",
                "The host's post is not in the directory");
  for (const auto& item : plan.agenda) {
    if (item.kinds.empty())
      return fail(ErrorCode::kInvalid, "议程项没有类别", "An agenda item has no kind");
    HUIBAN_CHECK(check_text(item.subject, "议程项", "An agenda item"));
    for (const auto& speaker : item.speakers)
      if ((speaker.post && !directory_.find_post(*speaker.post)) ||
          (speaker.unit && !directory_.find_unit(*speaker.unit)))
        return fail(ErrorCode::kInvalid, "发言人不在通讯录中", "A speaker is not in the directory");
  }
  return {};
}

Result<Service::MeetingAnswer> Service::create_meeting(const Command& command, MeetingPlan plan) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command))
    return MeetingAnswer{MeetingId(before->stream.id), before->seq};
  HUIBAN_CHECK(check_plan(plan));
  HUIBAN_TRY(preview_expected(plan));
  for (auto& item : plan.agenda)
    if (item.id.is_nil()) item.id = AgendaItemId::make();
  const auto id = MeetingId::make();
  auto& meeting = state_->meetings.try_emplace(id, id).first->second;
  const auto applied = commit(meeting, command, {MeetingCreated{std::move(plan)}});
  if (!applied) {
    state_->meetings.erase(id);
    return tl::make_unexpected(applied.error());
  }
  return MeetingAnswer{id, applied->seq};
}

Result<Applied> Service::revise_plan(const Command& command, MeetingId id, MeetingPlan plan,
                                     std::optional<std::uint64_t> expected_seq) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned, MeetingState::kConvened}));
  if (expected_seq && *expected_seq != meeting->seq())
    return fail(ErrorCode::kConflict, "别人刚改过这个会议，请看过新内容再保存",
                "Somebody has just changed this meeting; look at it before saving");
  HUIBAN_CHECK(check_plan(plan));
  HUIBAN_TRY(preview_expected(plan));
  for (auto& item : plan.agenda)
    if (item.id.is_nil()) item.id = AgendaItemId::make();
  return commit(*meeting, command, {PlanRevised{std::move(plan)}});
}

Result<ExpectedList> Service::preview_expected(const MeetingPlan& plan) const {
  return expected_list(directory_, plan);
}

Result<Applied> Service::convene(const Command& command, MeetingId id) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (auto before = applied_before(command)) return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned}));
  auto expected = HUIBAN_TRY(preview_expected(meeting->plan()));
  if (expected.seats.empty())
    return fail(ErrorCode::kInvalid, "还没有选参会人员，不能召集",
                "Nobody is called yet; choose who attends");
  const int year = int(meeting->plan().time.date.year());
  const int number = HUIBAN_TRY(store_.next_number("meeting", year));
  MeetingConvened convened;
  convened.number = "〔" + std::to_string(year) + "〕" + std::to_string(number) + "号";
  convened.venues = std::move(expected.venues);
  convened.seats = std::move(expected.seats);
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {std::move(convened)}));
  if (state_->media) state_->media->open_meeting(id, meeting->venues());
  return applied;
}

}  // namespace huiban::domain
