// Content sharing (共享材料): who may show a screen, and whose is shown. Also the wall's rules and the
// places that were reached, which belong to the meeting as well.
#include <spdlog/spdlog.h>

#include "domain/service_state.h"

namespace huiban::domain {

namespace {

constexpr std::size_t kMaxTiles = 100;
constexpr int kMaxRank = 1000;

// One venue at a time: what the one before it shows ends with its permission.
std::vector<EventPayload> taken_away(const Meeting& meeting) {
  std::vector<EventPayload> events;
  if (meeting.content_shown()) events.push_back(ContentStopped{*meeting.content_shown()});
  if (meeting.content_granted()) events.push_back(ContentRevoked{*meeting.content_granted()});
  return events;
}

}  // namespace

Result<Applied> Service::grant_content(const Command& command, MeetingId id, VenueId venue) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  if (!meeting->find_venue(venue)) return no_venue();
  if (meeting->content_granted() == venue) return Applied{meeting->seq()};
  auto events = taken_away(*meeting);
  events.push_back(ContentGranted{venue});
  const auto applied = HUIBAN_TRY(commit(*meeting, command, std::move(events)));
  if (MediaGateway* media = state_->media_of(*meeting)) media->set_content(id, venue);
  return applied;
}

Result<Applied> Service::revoke_content(const Command& command, MeetingId id) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kLeader}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kRunning}));
  auto events = taken_away(*meeting);
  if (events.empty()) return Applied{meeting->seq()};
  const auto applied = HUIBAN_TRY(commit(*meeting, command, std::move(events)));
  if (MediaGateway* media = state_->media_of(*meeting)) media->set_content(id, std::nullopt);
  return applied;
}

// From media. A sharer that was replaced or shut out in the meantime ends nothing.
void Service::content_shared(MeetingId id, VenueId venue, PeerId peer, bool shared) {
  const auto found = meeting_in(id, {MeetingState::kRunning});
  if (!found) return;
  Meeting& meeting = **found;
  std::optional<EventPayload> fact;
  if (shared && meeting.content_granted() == venue && meeting.content_peer() != peer)
    fact = ContentStarted{venue, peer};
  else if (!shared && meeting.content_peer() == peer)
    fact = ContentStopped{venue};
  if (!fact) return;
  const auto stored = commit(meeting, {CommandId::make(), Actor{}}, {std::move(*fact)});
  if (!stored) spdlog::error("what is shared was not stored: {}", stored.error().en);
}

Result<Applied> Service::set_tile_rules(const Command& command, MeetingId id,
                                        std::vector<TileRule> rules) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kConvened, MeetingState::kRunning}));
  while (!rules.empty() && rules.back().kind == TileKind::kPaged) rules.pop_back();
  if (rules.size() > kMaxTiles)
    return fail(ErrorCode::kInvalid, "分屏规则太多", "Too many rules for tiles");
  for (const auto& rule : rules)
    if (rule.unit && !directory_.find_unit(*rule.unit))
      return fail(ErrorCode::kInvalid, "分屏规则里的单位不在通讯录中",
                  "A unit of the rules is not in the directory");
  if (rules == meeting->plan().tiles) return Applied{meeting->seq()};
  return commit(*meeting, command, {TileRulesSet{std::move(rules)}});
}

Result<Applied> Service::rank_goal(const Command& command, MeetingId id, int goal, int rank,
                                   std::string note) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned, MeetingState::kConvened,
                                                MeetingState::kRunning, MeetingState::kEnded}));
  if (goal < 0 || std::size_t(goal) >= meeting->plan().goals.size())
    return fail(ErrorCode::kNotFound, "没有这个目标", "There is no such goal");
  if (rank < 1 || rank > kMaxRank)
    return fail(ErrorCode::kInvalid, "名次不对", "The place is wrong");
  HUIBAN_CHECK(check_text(note, kMaxLine, "备注", "The note"));
  return commit(*meeting, command, {GoalRanked{goal, rank, std::move(note)}});
}

Result<Applied> Service::judge_month(const Command& command, std::chrono::year_month month,
                                     std::string text) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kApprover}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::office())))
    return Applied{before->seq};
  if (!month.ok()) return fail(ErrorCode::kInvalid, "月份不对", "The month is wrong");
  HUIBAN_CHECK(check_text(text, kMaxText, "研判", "The judgement"));
  return store_office(command, MonthJudged{int(month.year()), int(unsigned(month.month())), text});
}

const std::map<std::chrono::year_month, Service::Judgement>& Service::judgements() const {
  return state_->judgements;
}

}  // namespace huiban::domain
