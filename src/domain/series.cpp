#include "domain/series.h"

#include <algorithm>

#include "domain/wording.h"

namespace huiban::domain {

namespace {

constexpr const char* kLastTasks = "上次会议任务落实情况";
constexpr std::size_t kTasksNamed = 20;  // more are counted only

std::string month_and_day(std::chrono::year_month_day date) {
  return std::to_string(unsigned(date.month())) + "月" + std::to_string(unsigned(date.day())) + "日";
}

std::string in_words(const Directory& directory, const Task& task) {
  const auto& content = task.content();
  std::string words = content.title;
  std::vector<std::string> about;
  if (const Unit* unit = content.lead_unit ? directory.find_unit(*content.lead_unit) : nullptr)
    about.push_back(unit->name);
  if (!content.fan_out.empty()) about.push_back(content.fan_out);
  if (content.due) about.push_back(month_and_day(*content.due) + "前");
  if (!about.empty()) words += "（" + join(about, "，") + "）";
  return words;
}

AgendaItem open_tasks_item(const Directory& directory, const std::vector<const Task*>& open) {
  AgendaItem item;
  item.id = AgendaItemId::make();
  item.kinds = {AgendaKind::kReport};
  item.subject = std::string(kLastTasks) + "，未办结 " + std::to_string(open.size()) + " 项：";
  for (std::size_t i = 0; i < std::min(open.size(), kTasksNamed); ++i)
    item.subject += (i ? "；" : "") + std::to_string(i + 1) + "." + in_words(directory, *open[i]);
  if (open.size() > kTasksNamed) item.subject += "；等";
  return item;
}

bool tells_open_tasks(const AgendaItem& item) {
  return item.subject.rfind(kLastTasks, 0) == 0;
}

}  // namespace

MeetingPlan next_of_series(const Directory& directory, const Meeting& last,
                           const std::vector<const Task*>& open,
                           std::chrono::year_month_day date) {
  MeetingPlan plan = last.plan();
  const auto year_of = [](std::chrono::year_month_day d) {
    return std::to_string(int(d.year())) + "年";
  };
  if (const auto old = year_of(plan.time.date); plan.title.rfind(old, 0) == 0)
    plan.title.replace(0, old.size(), year_of(date));
  if (plan.year) plan.year = int(date.year());
  plan.time.date = date;
  plan.sample_note.clear();
  plan.parent.reset();
  std::erase_if(plan.agenda, tells_open_tasks);
  for (auto& item : plan.agenda) item.id = AgendaItemId::make();
  if (!open.empty()) plan.agenda.insert(plan.agenda.begin(), open_tasks_item(directory, open));
  return plan;
}

}  // namespace huiban::domain
