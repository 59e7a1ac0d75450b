#pragma once
// 任务清单: tasks with source, units, contact and due date, in the order given. Pure.
#include <string>
#include <vector>

#include "core/result.h"
#include "domain/tasks.h"

namespace huiban::documents {

Result<std::string> tasks_xlsx(const std::vector<domain::Task>& tasks,
                               const domain::Directory& directory, const std::string& heading);

}  // namespace huiban::documents
