#pragma once
// The one table of who may do what with a task in which state (supervision rules), and what
// follows. Pure: time, calendar and directory come from outside.
#include <vector>

#include "domain/directory.h"
#include "domain/task_times.h"

namespace huiban::domain {

struct TaskWorld {
  UtcTime now;
  const TaskCalendar& calendar;
  const Directory& directory;
  const TaskSettings& settings;
};

struct TaskCommand {
  TaskAct act = TaskAct::kSubmit;
  TaskEntry entry;
  std::vector<TaskFile> files;  // kAttach
};

// The events of an act; the number and the children of an issue are left to the caller.
// Forbidden: not this role, or another unit's. Conflict: not in this state, or too late. Invalid:
// something is missing; the message says what.
Result<std::vector<EventPayload>> decide_task(const Task& task, const TaskCommand& command,
                                         const Actor& actor, const TaskWorld& world);

// What the actor may do now, as far as it can be said before anything is entered.
// recorded: with a channel, for a unit or a leader.
std::vector<TaskAct> acts_now(const Task& task, const Actor& actor, const TaskWorld& world,
                              bool recorded = false);

// What is missing or wrong before a draft may be submitted, in words; empty: nothing.
struct TaskLack {
  std::string key, zh, en;
};
std::vector<TaskLack> lacks_of(const TaskContent& content, const Directory& directory);
bool is_area_unit(const Directory& directory, UnitId unit);

std::string act_in_words(TaskAct act);  // 申请办结

}  // namespace huiban::domain
