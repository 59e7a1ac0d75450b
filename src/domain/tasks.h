#pragma once
// Follow-up tasks (任务). Each traces back to where it was said: meeting, item and second. Control thread.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"
#include "domain/events.h"

namespace huiban::domain {

// 草稿, 待签收, 办理中. The full state machine of supervision is built on these names.
enum class TaskState { kDraft, kIssued, kInProgress };

class Task {
 public:
  explicit Task(TaskId id) : id_(id) {}
  void apply(const StoredEvent& event);

  TaskId id() const { return id_; }
  TaskState state() const { return state_; }
  const TaskContent& content() const { return content_; }
  const TaskSource& source() const { return source_; }
  const std::string& number() const { return number_; }          // 示督〔2020〕12号; empty while a draft
  const std::string& responsible() const { return responsible_; }  // 责任人 named at signing
  bool signed_by_office() const { return signed_by_office_; }  // 代录: entered for the unit
  std::optional<UtcTime> issued_at() const { return issued_at_; }
  std::optional<UtcTime> signed_at() const { return signed_at_; }
  std::uint64_t seq() const { return seq_; }

 private:
  TaskId id_;
  TaskState state_ = TaskState::kDraft;
  TaskContent content_;
  TaskSource source_;
  std::string number_, responsible_;
  bool signed_by_office_ = false;
  std::optional<UtcTime> issued_at_, signed_at_;
  std::uint64_t seq_ = 0;
};

}  // namespace huiban::domain
