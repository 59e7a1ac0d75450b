#pragma once
// Supervision tasks (督办任务), folded from their events. Each traces back to where it was said. What
// is late is never stored: task_times.h computes it. Control thread.
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"
#include "domain/events.h"

namespace huiban::domain {

// 草稿 待签收 办理中 待审 待审核 已办结 已销号 已归档 中止 撤销. The store's projection has the numbers.
enum class TaskState {
  kDraft, kIssued, kInProgress, kReview, kFinishAsked, kFinished, kStruckOff, kArchived, kSuspended,
  kWithdrawn
};

// Times are those of saying: an entry for a unit (代录) counts from when it was said.
struct TaskReport {
  std::uint64_t seq = 0;
  UtcTime at;
  std::optional<UnitId> unit;
  bool empty = false;   // 空报, marked by the office
  bool asks_finish = false;
};
struct DueChange {
  UtcTime at;
  std::optional<std::chrono::year_month_day> from, to;
  TaskAct why = TaskAct::kExtend;
};
struct Extension {
  UtcTime asked_at;
  std::chrono::year_month_day date;  // asked for
  std::string reason;
  bool agreed = false;               // by the unit's head
};
struct FinishRequest {
  UtcTime asked_at;
  std::optional<UtcTime> decided_at;
  bool passed = false;
};
struct Suspension {
  UtcTime at;
  std::chrono::year_month_day resume;  // 00:00 of this day
  std::optional<std::chrono::year_month_day> resumed;
};
struct CheckBack {
  UtcTime at;
  bool passed = false;
  Satisfaction satisfaction = Satisfaction::kNone;
  std::string checker;
};

// 扫码照片: waits for the office until it is accepted as a report, or refused.
struct PhotoOffer {
  std::uint64_t seq = 0;
  UtcTime at;
  std::string text, file;
  std::optional<bool> accepted;
};

struct TaskFacts {
  TaskState state = TaskState::kDraft;
  TaskContent content;
  TaskSource source;
  std::string number;       // 示督〔2020〕12号; empty before the issue
  int item = 0;             // 12-1
  std::vector<TaskChild> children;
  std::string responsible;  // 责任人 named at signing
  bool signed_by_office = false;
  std::optional<UtcTime> issued_at;
  std::optional<UtcTime> lead_since;  // the sign limit runs from here: issue, or the present lead
  std::optional<UtcTime> signed_at, finished_at, first_finished_at, struck_off_at;
  std::optional<std::chrono::year_month_day> original_due, due;
  std::vector<DueChange> due_changes;
  std::optional<Extension> extension;  // undecided
  std::vector<UtcTime> extended_at, reopened_at, returned_at;
  std::optional<UtcTime> reassign_asked_at;  // undecided
  std::vector<FinishRequest> requests;
  std::vector<Suspension> suspensions;
  TaskState before_suspension = TaskState::kInProgress;
  std::vector<TaskReport> reports;
  std::vector<CheckBack> checks;
  std::vector<TaskFile> files;
  std::vector<PhotoOffer> offers;
  std::set<UnitId> parts_in;
  bool struck_by_clerk = false, struck_by_leader = false, waived = false;
  int percent = 0, urged = 0;
  std::optional<UtcTime> urged_at;
  std::string archive_number;
};

class Task {
 public:
  explicit Task(TaskId id) : id_(id) {}
  void apply(const StoredEvent& event);

  TaskId id() const { return id_; }
  const TaskFacts& facts() const { return facts_; }
  TaskState state() const { return facts_.state; }
  const TaskContent& content() const { return facts_.content; }
  const TaskSource& source() const { return facts_.source; }
  const std::string& number() const { return facts_.number; }
  const std::string& responsible() const { return facts_.responsible; }
  bool signed_by_office() const { return facts_.signed_by_office; }  // 代录
  std::optional<UtcTime> issued_at() const { return facts_.issued_at; }
  std::optional<UtcTime> signed_at() const { return facts_.signed_at; }
  bool is_parent() const { return !facts_.content.fan_out.empty(); }
  std::uint64_t seq() const { return seq_; }
  UtcTime last_at() const { return last_at_; }  // when its last event became known

  // The last act, if it can be taken back: who did it and when. Forgotten by forget_last().
  struct Last {
    TaskAct act = TaskAct::kSubmit;
    Actor actor;
    UtcTime at;
    TaskFacts before;
  };
  const Last* last() const { return last_.get(); }
  void forget_last() { last_.reset(); }

 private:
  void act(const StoredEvent& event, const TaskActed& acted);

  TaskId id_;
  TaskFacts facts_;
  std::shared_ptr<const Last> last_;
  std::uint64_t seq_ = 0;
  UtcTime last_at_{};
};

// Issued and neither suspended, finished nor withdrawn.
bool is_open(TaskState state);
bool is_done(TaskState state);                 // 已办结, 已销号, 已归档
std::string state_in_words(TaskState state);   // 办理中
std::string task_number(const TaskFacts& facts);  // 示督〔2020〕12号, with an item 示督〔2020〕12号12-1

}  // namespace huiban::domain
