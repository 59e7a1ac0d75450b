#include "domain/tasks.h"

namespace huiban::domain {

void Task::apply(const StoredEvent& event) {
  seq_ = event.seq;
  if (const auto* drafted = std::get_if<TaskDrafted>(&event.payload)) {
    content_ = drafted->content;
    source_ = drafted->source;
  } else if (const auto* revised = std::get_if<TaskRevised>(&event.payload)) {
    content_ = revised->content;
  } else if (const auto* issued = std::get_if<TaskIssued>(&event.payload)) {
    state_ = TaskState::kIssued;
    number_ = issued->number;
    issued_at_ = event.at;
  } else if (const auto* signed_for = std::get_if<TaskSignedFor>(&event.payload)) {
    state_ = TaskState::kInProgress;
    responsible_ = signed_for->responsible;
    signed_at_ = event.at;
    signed_by_office_ = event.actor.role == Role::kSecretary;
  }
}

}  // namespace huiban::domain
