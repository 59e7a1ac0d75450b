// The office's own book: named periods of its calendar, praise, criticism and talks, the months'
// judgements.
#include "domain/service_state.h"

namespace huiban::domain {

namespace {

tl::unexpected<Error> invalid(const char* zh, const char* en) {
  return fail(ErrorCode::kInvalid, zh, en);
}

}  // namespace

void Service::State::apply_office(const StoredEvent& event) {
  office_seq = event.seq;
  if (const auto* set = std::get_if<PeriodSet>(&event.payload)) calendar.set_period(set->period);
  if (const auto* noted = std::get_if<MeritNoted>(&event.payload))
    merits.push_back({event.seq, *noted, event.at, event.actor.label});
  if (const auto* back = std::get_if<MeritTakenBack>(&event.payload))
    std::erase_if(merits, [&](const Merit& one) { return one.seq == back->merit; });
  if (const auto* judged = std::get_if<MonthJudged>(&event.payload)) {
    const auto month =
        std::chrono::year{judged->year} / std::chrono::month{unsigned(judged->month)};
    if (judged->text.empty())
      judgements.erase(month);
    else
      judgements[month] = {judged->text, event.actor.label, event.at};
  }
}

Result<void> Service::load_office() {
  HUIBAN_CHECK(state_->calendar.read_days(settings_.working_days));
  for (const auto& event : HUIBAN_TRY(store_.load(StreamId::office()))) state_->apply_office(event);
  std::vector<TaskId> parents;
  for (const auto& [id, task] : state_->tasks)
    if (!task.facts().children.empty()) parents.push_back(id);
  for (const auto& id : parents) make_children(state_->tasks.at(id));
  return {};
}

Result<Applied> Service::store_office(const Command& command, EventPayload payload) {
  std::vector<EventPayload> payloads;
  payloads.push_back(std::move(payload));
  const auto stored =
      HUIBAN_TRY(store_.append(StreamId::office(), state_->office_seq, command.actor, command.id,
                               clock_.now(), std::move(payloads)));
  for (const auto& event : stored) {
    state_->apply_office(event);
    if (state_->publisher) state_->publisher->event_stored(event);
  }
  return Applied{state_->office_seq};
}

Result<Applied> Service::set_period(const Command& command, NamedPeriod period) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::office())))
    return Applied{before->seq};
  if (period.key.empty() || period.name.empty()) return invalid("请写明时段名称", "Name the period");
  HUIBAN_CHECK(check_text(period.name, kMaxLine, "名称", "The name"));
  HUIBAN_CHECK(check_text(period.key, kMaxLine, "名称", "The name"));
  if (!period.from.ok() || !period.until.ok() || Day{period.until} < Day{period.from})
    return invalid("起止日期不对", "The days are wrong");
  const auto old_calendar = state_->calendar;
  const auto applied = HUIBAN_TRY(store_office(command, PeriodSet{period}));
  if (period.removed) return applied;  // dues that hung on it stay as they are
  for (auto& [id, task] : state_->tasks) {
    const auto& rule = task.content().due_rule;
    if (!rule || rule->period != period.key || !is_open(task.state()) || !task.issued_at()) continue;
    const Day issued = old_calendar.day_of(*task.issued_at());
    const auto before = old_calendar.due_of(*rule, issued);
    const auto after = state_->calendar.due_of(*rule, issued);
    if (!before || !after || !task.facts().due || Day{*task.facts().due} != *before ||
        *before == *after)
      continue;  // extended or moved otherwise since
    TaskActed moved;
    moved.act = TaskAct::kMoveDue;
    moved.entry.text = period.name;
    moved.due = std::chrono::year_month_day{*after};
    HUIBAN_CHECK(commit(task, {CommandId::make(), command.actor}, {std::move(moved)}));
  }
  return applied;
}

Result<Applied> Service::note_merit(const Command& command, MeritNoted note) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kApprover}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::office())))
    return Applied{before->seq};
  if (!directory_.find_unit(note.unit))
    return invalid("单位不在通讯录中", "The unit is not in the directory");
  if (!note.date.ok()) return invalid("请写明日期", "Say the day");
  if (note.reason.empty()) return invalid("请写明事由", "Say the reason");
  if (note.points < -100 || note.points > 100) return invalid("分值不对", "The points are wrong");
  for (const auto* text : {&note.reason, &note.by, &note.whom, &note.promise})
    HUIBAN_CHECK(check_text(*text, kMaxLine, "文字", "A text"));
  return store_office(command, std::move(note));
}

Result<Applied> Service::take_back_merit(const Command& command, std::uint64_t merit,
                                         std::string reason) {
  control_thread().assert_here();
  HUIBAN_CHECK(require_role(command.actor, {Role::kSecretary, Role::kApprover}));
  if (const auto before = HUIBAN_TRY(applied_before(command, StreamId::office())))
    return Applied{before->seq};
  if (std::none_of(state_->merits.begin(), state_->merits.end(),
                   [&](const Merit& one) { return one.seq == merit; }))
    return fail(ErrorCode::kNotFound, "没有这条记录", "There is no such entry");
  return store_office(command, MeritTakenBack{merit, std::move(reason)});
}

const std::vector<Merit>& Service::merits() const {
  return state_->merits;
}

}  // namespace huiban::domain
