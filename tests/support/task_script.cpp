#include "tests/support/task_script.h"

#include <stdexcept>

namespace huiban::test {

using namespace domain;

TaskScript& TaskScript::to(TaskState state) {
  const auto must = [&](Role role, TaskAct act, TaskEntry entry = {},
                        std::vector<TaskFile> files = {}) {
    if (auto done = by(as(role), act, std::move(entry), std::move(files)); !done)
      throw std::logic_error(act_in_words(act) + ": " + done.error().zh);
  };
  draft();
  if (state == TaskState::kDraft) return *this;
  must(Role::kSecretary, TaskAct::kSubmit);
  if (state == TaskState::kReview) return *this;
  must(Role::kApprover, TaskAct::kIssue);
  if (state == TaskState::kIssued) return *this;
  if (state == TaskState::kWithdrawn) {
    must(Role::kApprover, TaskAct::kWithdraw, says("重复"));
    return *this;
  }
  must(Role::kLiaison, TaskAct::kSign, says("", "党总支书记"));
  if (state == TaskState::kInProgress) return *this;
  if (state == TaskState::kSuspended) {
    must(Role::kApprover, TaskAct::kSuspend, on_day(6, 20));
    return *this;
  }
  must(Role::kLiaison, TaskAct::kAttach, {}, {{"0f3a", "名单.pdf", "application/pdf", 10}});
  must(Role::kUnitHead, TaskAct::kAskFinish, says("已调整"));
  if (state == TaskState::kFinishAsked) return *this;
  must(content.important ? Role::kLeader : Role::kApprover, TaskAct::kFinish);
  if (state == TaskState::kFinished) return *this;
  must(Role::kSecretary, TaskAct::kCheckBack, says("属实", "督办员"));
  must(Role::kSecretary, TaskAct::kStrikeOff);
  if (state == TaskState::kStruckOff) return *this;
  auto entry = says("");
  entry.number = "纪要〔2020〕3号";
  must(Role::kSecretary, TaskAct::kArchive, entry);
  return *this;
}

}  // namespace huiban::test
