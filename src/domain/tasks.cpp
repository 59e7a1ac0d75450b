#include "domain/tasks.h"

#include <algorithm>
#include <utility>

namespace huiban::domain {

namespace {

UtcTime said_at(const StoredEvent& event, const TaskEntry& entry) {
  return entry.said_at.value_or(event.at);
}

void move_due(TaskFacts& facts, UtcTime at, TaskAct why,
              std::optional<std::chrono::year_month_day> to) {
  if (!to || to == facts.due) return;
  facts.due_changes.push_back({at, facts.due, to, why});
  facts.due = to;
}

void report(TaskFacts& facts, const StoredEvent& event, const TaskEntry& entry, bool asks_finish) {
  facts.reports.push_back(
      {event.seq, said_at(event, entry), event.actor.unit, false, asks_finish});
  if (entry.percent) facts.percent = *entry.percent;
}

void decide_request(TaskFacts& facts, UtcTime at, bool passed) {
  if (facts.requests.empty()) return;
  facts.requests.back().decided_at = at;
  facts.requests.back().passed = passed;
}

void new_lead(TaskFacts& facts, UtcTime at) {
  facts.state = TaskState::kIssued;
  facts.lead_since = at;
  facts.reassign_asked_at.reset();
  facts.signed_at.reset();
}

void strike_off(TaskFacts& facts, const StoredEvent& event, const TaskEntry& entry) {
  // Recorded for the leader by the office it is the leader's; otherwise it is that of its actor.
  const bool leader = event.actor.role == Role::kLeader || !entry.channel.empty();
  (leader ? facts.struck_by_leader : facts.struck_by_clerk) = true;
  const bool needs_leader =
      std::any_of(facts.content.card.begin(), facts.content.card.end(),
                  [](const Responsibility& one) { return one.kind == "包干"; });
  if (!facts.struck_by_clerk || (needs_leader && !facts.struck_by_leader)) return;
  facts.state = TaskState::kStruckOff;
  facts.struck_off_at = event.at;
}

}  // namespace

void Task::apply(const StoredEvent& event) {
  seq_ = event.seq;
  last_at_ = event.at;
  const auto last = std::exchange(last_, nullptr);
  if (const auto* drafted = std::get_if<TaskDrafted>(&event.payload)) {
    facts_.content = drafted->content;
    facts_.source = drafted->source;
  } else if (const auto* revised = std::get_if<TaskRevised>(&event.payload)) {
    facts_.content = revised->content;
  } else if (const auto* issued = std::get_if<TaskIssued>(&event.payload)) {
    facts_.state = TaskState::kIssued;
    facts_.number = issued->number;
    facts_.item = issued->item;
    facts_.children = issued->children;
    facts_.issued_at = facts_.lead_since = said_at(event, issued->entry);
    facts_.original_due = facts_.due = issued->due ? issued->due : facts_.content.due;
  } else if (const auto* signed_for = std::get_if<TaskSignedFor>(&event.payload)) {
    facts_.state = TaskState::kInProgress;
    facts_.responsible = signed_for->responsible;
    facts_.signed_at = said_at(event, signed_for->entry);
    facts_.signed_by_office = event.actor.role == Role::kSecretary;
  } else if (const auto* acted = std::get_if<TaskActed>(&event.payload)) {
    if (acted->act == TaskAct::kTakeBack) {
      if (last) facts_ = last->before;
      return;
    }
    auto before = facts_;
    act(event, *acted);
    last_ = std::make_shared<Last>(Last{acted->act, event.actor, event.at, std::move(before)});
  }
}

void Task::act(const StoredEvent& event, const TaskActed& acted) {
  auto& f = facts_;
  const auto& entry = acted.entry;
  const auto at = said_at(event, entry);
  switch (acted.act) {
    case TaskAct::kSubmit:
      f.state = TaskState::kReview;
      break;
    case TaskAct::kSendBack:
      f.state = TaskState::kDraft;
      break;
    case TaskAct::kAskReassign:
      f.state = TaskState::kReview;
      f.reassign_asked_at = at;
      break;
    case TaskAct::kReassign:
      f.content.lead_unit = entry.unit;
      f.content.contact = entry.person;
      new_lead(f, at);
      break;
    case TaskAct::kRefuseReassign:
      new_lead(f, at);
      break;
    case TaskAct::kReport:
      report(f, event, entry, false);
      break;
    case TaskAct::kPartIn:
      report(f, event, entry, false);
      if (entry.unit) f.parts_in.insert(*entry.unit);
      break;
    case TaskAct::kWaivePart:
      if (entry.unit) f.parts_in.insert(*entry.unit);
      break;
    case TaskAct::kAskFinish:
      f.state = TaskState::kFinishAsked;
      f.requests.push_back({at, {}, false});
      f.extension.reset();
      report(f, event, entry, true);
      break;
    case TaskAct::kReturn:
      f.state = TaskState::kInProgress;
      f.returned_at.push_back(at);
      decide_request(f, at, false);
      break;
    case TaskAct::kFinish:
      f.state = TaskState::kFinished;
      decide_request(f, at, true);
      f.finished_at = f.requests.empty() ? at : f.requests.back().asked_at;
      if (!f.first_finished_at) f.first_finished_at = f.finished_at;
      f.percent = 100;
      break;
    case TaskAct::kCheckBack:
      f.checks.push_back({at, entry.passed, entry.satisfaction, entry.person});
      break;
    case TaskAct::kStrikeOff:
      strike_off(f, event, entry);
      break;
    case TaskAct::kArchive:
      f.state = TaskState::kArchived;
      f.archive_number = entry.number;
      break;
    case TaskAct::kReopen:
      f.state = TaskState::kInProgress;
      f.finished_at.reset();
      f.struck_off_at.reset();
      f.struck_by_clerk = f.struck_by_leader = false;
      f.reopened_at.push_back(at);
      move_due(f, at, acted.act, acted.due);
      break;
    case TaskAct::kSuspend:
      f.before_suspension = f.state;
      f.state = TaskState::kSuspended;
      f.suspensions.push_back({at, *entry.date, {}});
      break;
    case TaskAct::kResume:
      f.state = f.before_suspension;
      if (!f.suspensions.empty()) f.suspensions.back().resumed = entry.date;
      move_due(f, at, acted.act, acted.due);
      break;
    case TaskAct::kWithdraw:
      f.state = TaskState::kWithdrawn;
      break;
    case TaskAct::kWaive:
      f.state = TaskState::kWithdrawn;
      f.waived = true;
      break;
    case TaskAct::kAskExtension:
      f.extension = Extension{at, *entry.date, entry.text, event.actor.role == Role::kUnitHead};
      if (entry.percent) f.percent = *entry.percent;
      break;
    case TaskAct::kAgreeExtension:
      if (f.extension) f.extension->agreed = true;
      break;
    case TaskAct::kExtend:
      if (f.extension) f.extended_at.push_back(f.extension->asked_at);
      move_due(f, f.extension ? f.extension->asked_at : at, acted.act, acted.due);
      f.extension.reset();
      break;
    case TaskAct::kRefuseExtension:
      f.extension.reset();
      break;
    case TaskAct::kMarkEmpty:
      for (auto& one : f.reports)
        if (one.seq == entry.report) one.empty = true;
      break;
    case TaskAct::kUrge:
      ++f.urged;
      f.urged_at = at;
      break;
    case TaskAct::kMoveDue:
      move_due(f, at, acted.act, acted.due);
      break;
    case TaskAct::kAttach:
      f.files.insert(f.files.end(), acted.files.begin(), acted.files.end());
      break;
    case TaskAct::kOfferPhoto:
      f.files.insert(f.files.end(), acted.files.begin(), acted.files.end());
      f.offers.push_back({event.seq, at, entry.text,
                          acted.files.empty() ? "" : acted.files.front().id, {}});
      break;
    case TaskAct::kAcceptPhoto:
    case TaskAct::kRefusePhoto:
      for (auto& one : f.offers) {
        if (one.seq != entry.report) continue;
        one.accepted = acted.act == TaskAct::kAcceptPhoto;
        if (*one.accepted)
          f.reports.push_back({event.seq, one.at, f.content.lead_unit, false, false});
      }
      break;
    case TaskAct::kTakeBack:
      break;
    case TaskAct::kIssue:
    case TaskAct::kSign:
      break;  // events of their own
  }
}

bool is_open(TaskState state) {
  return state == TaskState::kIssued || state == TaskState::kInProgress ||
         state == TaskState::kReview || state == TaskState::kFinishAsked;
}

bool is_done(TaskState state) {
  return state == TaskState::kFinished || state == TaskState::kStruckOff ||
         state == TaskState::kArchived;
}

std::string state_in_words(TaskState state) {
  switch (state) {
    case TaskState::kDraft: return "草稿";
    case TaskState::kIssued: return "待签收";
    case TaskState::kInProgress: return "办理中";
    case TaskState::kReview: return "待审";
    case TaskState::kFinishAsked: return "待审核";
    case TaskState::kFinished: return "已办结";
    case TaskState::kStruckOff: return "已销号";
    case TaskState::kArchived: return "已归档";
    case TaskState::kSuspended: return "中止";
    case TaskState::kWithdrawn: return "撤销";
  }
  return "";
}

std::string task_number(const TaskFacts& facts) {
  if (facts.item == 0) return facts.number;
  // 示督〔2020〕12号 -> 示督〔2020〕12-1号
  const std::string end = "号";
  auto number = facts.number;
  if (number.size() > end.size() && number.compare(number.size() - end.size(), end.size(), end) == 0)
    number.resize(number.size() - end.size());
  return number + "-" + std::to_string(facts.item) + end;
}

}  // namespace huiban::domain
