// Before the meeting: plan, convening.
#include <tuple>

#include "domain/series.h"
#include "domain/service_state.h"

namespace huiban::domain {

namespace {

constexpr std::size_t kMaxItems = 200;  // agenda items, rules or subjects of one meeting
constexpr int kMaxMinutes = 24 * 60;    // of a meeting or an item
constexpr auto kNoon = std::chrono::hours{12};

tl::unexpected<Error> invalid(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, zh, en);
}

Result<void> check_time(const MeetingTime& time) {
  if (!time.date.ok()) return invalid("会议日期不对", "The date is not a date");
  if (!time.start) return {};
  if (*time.start < std::chrono::minutes{0} || *time.start >= std::chrono::hours{24})
    return invalid("会议时间不对", "The time is not a time of the day");
  const bool morning = *time.start < kNoon;
  if ((time.half == HalfDay::kMorning && !morning) || (time.half == HalfDay::kAfternoon && morning))
    return invalid("会议时间与上午、下午不符", "The time does not lie in that half of the day");
  return {};
}

Result<void> check_agenda(const Directory& directory, const std::vector<AgendaItem>& agenda) {
  std::set<AgendaItemId> seen;
  for (const auto& item : agenda) {
    if (!item.id.is_nil() && !seen.insert(item.id).second)
      return invalid("两个议程项编号相同", "Two agenda items have the same id");
    if (item.kinds.empty()) return invalid("议程项没有类别", "An agenda item has no kind");
    if (item.planned_minutes < 0 || item.planned_minutes > kMaxMinutes)
      return invalid("议程项时长不对", "The minutes of an agenda item are wrong");
    HUIBAN_CHECK(check_text(item.subject, kMaxLine, "议程项", "An agenda item"));
    HUIBAN_CHECK(check_text(item.source, kMaxLine, "传达的会议或文件", "What is conveyed"));
    HUIBAN_CHECK(check_text(item.source_link, kMaxLine, "文号或链接", "The number or link"));
    if (item.findings.size() > kMaxItems) return invalid("发现的问题太多", "Too many findings");
    for (const auto& finding : item.findings)
      HUIBAN_CHECK(check_text(finding, kMaxLine, "发现的问题", "A finding"));
    if (item.speakers.size() > kMaxItems) return invalid("发言人太多", "Too many speakers");
    for (const auto& speaker : item.speakers) {
      if (!speaker.post && !speaker.unit && speaker.text.empty())
        return invalid("有发言人没有填写", "A speaker is empty");
      HUIBAN_CHECK(check_text(speaker.text, kMaxLine, "发言人", "A speaker"));
      if ((speaker.post && !directory.find_post(*speaker.post)) ||
          (speaker.unit && !directory.find_unit(*speaker.unit)))
        return invalid("发言人不在通讯录中", "A speaker is not in the directory");
    }
  }
  return {};
}

// A visit and its own discussion meeting do not clash.
bool related(const MeetingPlan& plan, std::optional<MeetingId> itself, const Meeting& other) {
  return plan.parent == other.id() || (itself && other.plan().parent == itself);
}

void give_ids(std::vector<AgendaItem>& agenda) {
  for (auto& item : agenda)
    if (item.id.is_nil()) item.id = AgendaItemId::make();
}

bool same_rules(const std::vector<AttendanceRule>& a, const std::vector<AttendanceRule>& b) {
  const auto words = [](const AttendanceRule& r) {
    return std::tie(r.venue, r.kinds, r.committees, r.aliases, r.units, r.posts, r.post_class);
  };
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [&](const AttendanceRule& x, const AttendanceRule& y) { return words(x) == words(y); });
}

}  // namespace

Result<void> Service::check_plan(const MeetingPlan& plan) const {
  if (plan.title.empty()) return invalid("请填写会议名称", "The meeting needs a title");
  HUIBAN_CHECK(check_text(plan.title, kMaxLine, "会议名称", "The title"));
  HUIBAN_CHECK(check_text(plan.kind, kMaxLine, "会议类别", "The kind"));
  HUIBAN_CHECK(check_text(plan.place, kMaxLine, "会议地点", "The place"));
  HUIBAN_CHECK(check_text(plan.purpose, kMaxLine, "会议目的", "The purpose"));
  HUIBAN_CHECK(check_text(plan.sample_note, kMaxLine, "说明", "The note"));
  if (plan.subjects.size() > kMaxItems || plan.agenda.size() > kMaxItems ||
      plan.rules.size() > kMaxItems)
    return invalid("议程项、主题或参会范围太多", "Too many agenda items, subjects or rules");
  for (const auto& subject : plan.subjects)
    HUIBAN_CHECK(check_text(subject, kMaxLine, "主题", "A subject"));
  if (plan.planned_minutes < 0 || plan.planned_minutes > kMaxMinutes)
    return invalid("会议时长不对", "The planned minutes are wrong");
  if (plan.host && !directory_.find_post(*plan.host))
    return invalid("主持人的职务不在通讯录中", "The host's post is not in the directory");
  HUIBAN_CHECK(check_text(plan.series, kMaxLine, "系列", "The series"));
  if (plan.stops.size() > kMaxItems || plan.guests.size() > kMaxItems)
    return invalid("察看点位或来宾太多", "Too many stops or guests");
  for (const auto& stop : plan.stops) {
    if (stop.empty()) return invalid("有察看点位没有填写", "A stop is empty");
    HUIBAN_CHECK(check_text(stop, kMaxLine, "察看点位", "A stop"));
  }
  for (const auto& guest : plan.guests) {
    if (guest.unit.empty() && guest.title.empty())
      return invalid("有来宾没有填写", "A guest is empty");
    HUIBAN_CHECK(check_text(guest.unit + guest.title, kMaxLine, "来宾", "A guest"));
  }
  for (const auto& post : plan.accompanying)
    if (!directory_.find_post(post))
      return invalid("陪同人员的职务不在通讯录中", "A post that accompanies is not in the directory");
  if (plan.list_cut < 0 || plan.list_cut > 1000)
    return invalid("名单人数不对", "The number of people to name is wrong");
  for (const auto& goal : plan.goals) {
    if (goal.name.empty()) return invalid("有争先目标没有填写", "A goal has no name");
    HUIBAN_CHECK(check_text(goal.name, kMaxLine, "争先目标", "A goal"));
    if (goal.best < 1 || goal.strive < goal.best || goal.keep < goal.strive)
      return invalid("争先目标应是“保”的名次不高于“争”，“争”不高于“拼”",
                     "The place to keep must not be better than the one to strive for");
  }
  if (plan.parent && !find_meeting(*plan.parent))
    return invalid("所属的调研活动不存在", "The visit it belongs to does not exist");
  HUIBAN_CHECK(check_time(plan.time));
  HUIBAN_CHECK(check_agenda(directory_, plan.agenda));
  HUIBAN_CHECK(preview_expected(plan));
  return {};
}

Result<Service::MeetingAnswer> Service::create_meeting(const Command& command, MeetingPlan plan) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(created_before(command, StreamKind::kMeeting)))
    return MeetingAnswer{MeetingId(before->stream.id), before->seq};
  HUIBAN_CHECK(check_plan(plan));
  give_ids(plan.agenda);
  const auto id = MeetingId::make();
  auto& meeting = state_->meetings.try_emplace(id, id).first->second;
  const auto applied = commit(meeting, command, {MeetingCreated{std::move(plan)}});
  if (!applied) {
    state_->meetings.erase(id);
    return tl::make_unexpected(applied.error());
  }
  return MeetingAnswer{id, applied->seq};
}

// After convening the list is frozen, so the rules stay; time, place and agenda may still change.
Result<Applied> Service::revise_plan(const Command& command, MeetingId id, MeetingPlan plan,
                                     std::optional<std::uint64_t> expected_seq) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned, MeetingState::kConvened}));
  if (expected_seq && *expected_seq != meeting->seq())
    return wrong_state("别人刚改过这个会议，请看过新内容再保存",
                       "Somebody has just changed this meeting; look at it before saving");
  const bool convened = meeting->state() == MeetingState::kConvened;
  if (convened && !same_rules(plan.rules, meeting->plan().rules))
    return wrong_state("会议已经召集，应到名单不能再改",
                       "The meeting has been convened; who is expected can no longer be changed");
  if (convened && plan.form != meeting->plan().form)
    return wrong_state("会议已经召集，会议形式不能再改",
                       "The meeting has been convened; its form can no longer be changed");
  HUIBAN_CHECK(check_plan(plan));
  give_ids(plan.agenda);
  return commit(*meeting, command, {PlanRevised{std::move(plan)}});
}

Result<ExpectedList> Service::preview_expected(const MeetingPlan& plan) const {
  return expected_list(directory_on(directory_, plan.time.date), plan);
}

Result<std::vector<MeetingClash>> Service::clashes_of(const MeetingPlan& plan,
                                                      std::optional<MeetingId> itself) const {
  const auto seats_of = [this](const MeetingPlan& of,
                               const Meeting* meeting) -> Result<std::vector<Seat>> {
    if (meeting && meeting->state() != MeetingState::kPlanned) return meeting->seats();
    return HUIBAN_TRY(preview_expected(of)).seats;
  };
  const auto here = HUIBAN_TRY(seats_of(plan, itself ? find_meeting(*itself) : nullptr));
  std::vector<MeetingClash> found;
  for (const Meeting* other : meetings()) {
    if (other->id() == itself || other->state() == MeetingState::kEnded ||
        other->state() == MeetingState::kCancelled || related(plan, itself, *other) ||
        other->plan().time.date != plan.time.date)
      continue;
    const auto there = seats_of(other->plan(), other);
    if (!there) continue;  // its own page says what is wrong with it
    MeetingClash clash{other->id(), other->plan().title, other->plan().time,
                       same_half_day(plan.time, other->plan().time), clashes(here, *there)};
    if (clash.clashes.empty()) continue;
    const auto not_vacant = [](const std::vector<Seat>& seats) {
      return std::size_t(
          std::count_if(seats.begin(), seats.end(), [](const Seat& s) { return !s.vacant; }));
    };
    clash.others_posts = int(not_vacant(*there));
    clash.hold_together =
        better_held_together(clash.clashes.size(), not_vacant(here), not_vacant(*there));
    found.push_back(std::move(clash));
  }
  std::stable_sort(found.begin(), found.end(), [](const MeetingClash& a, const MeetingClash& b) {
    return a.same_half > b.same_half;
  });
  return found;
}

Result<Applied> Service::convene(const Command& command, MeetingId id) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting = HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned}));
  HUIBAN_CHECK(check_plan(meeting->plan()));  // the directory may have changed since
  auto expected = HUIBAN_TRY(preview_expected(meeting->plan()));
  if (expected.seats.empty())
    return invalid("还没有选参会人员，不能召集", "Nobody is called yet; choose who attends");
  MeetingConvened convened;
  convened.number = HUIBAN_TRY(next_yearly_number("meeting", *meeting));
  convened.venues = std::move(expected.venues);
  convened.seats = std::move(expected.seats);
  const auto applied = HUIBAN_TRY(commit(*meeting, command, {std::move(convened)}));
  if (MediaGateway* media = state_->media_of(*meeting)) media->open_meeting(id, meeting->venues());
  return applied;
}

Result<Applied> Service::cancel_meeting(const Command& command, MeetingId id, std::string reason,
                                        std::optional<MeetingId> merged_into) {
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::of(id))))
    return Applied{before->seq};
  Meeting* meeting =
      HUIBAN_TRY(meeting_in(id, {MeetingState::kPlanned, MeetingState::kConvened}));
  HUIBAN_CHECK(check_text(reason, kMaxLine, "取消原因", "The reason"));
  if (meeting->state() == MeetingState::kConvened && reason.empty() && !merged_into)
    return invalid("会议已经召集，请写明取消原因，各单位会看到",
                   "The meeting has been convened; say why it is cancelled, units will read it");
  if (merged_into && (merged_into == id || !find_meeting(*merged_into)))
    return invalid("要并入的会议不存在", "The meeting to hold instead does not exist");
  const auto applied =
      HUIBAN_TRY(commit(*meeting, command, {MeetingCancelled{std::move(reason), merged_into}}));
  if (MediaGateway* media = state_->media_of(*meeting)) media->close_meeting(id);
  return applied;
}

Result<Service::MeetingAnswer> Service::plan_next(const Command& command, MeetingId last,
                                                  std::chrono::year_month_day date) {
  const Meeting* meeting = find_meeting(last);
  if (!meeting) return no_meeting();
  const auto& series = meeting->plan().series;
  std::vector<const Task*> open;  // of this meeting, and of all others of its series
  for (const Task* task : tasks()) {
    // What is done or withdrawn is over; children are told by their parent.
    if (is_done(task->state()) || task->state() == TaskState::kWithdrawn || task->source().parent)
      continue;
    const Meeting* said = task->source().meeting ? find_meeting(*task->source().meeting) : nullptr;
    if (said && (said == meeting || (!series.empty() && said->plan().series == series)))
      open.push_back(task);
  }
  return create_meeting(command, next_of_series(directory_, *meeting, open, date));
}

}  // namespace huiban::domain
