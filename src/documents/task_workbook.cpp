#include "documents/task_workbook.h"

#include "documents/workbook.h"

namespace huiban::documents {

namespace {

using namespace domain;

std::string state_in_words(TaskState state) {
  switch (state) {
    case TaskState::kDraft:
      return "草稿";
    case TaskState::kIssued:
      return "待签收";
    case TaskState::kInProgress:
      return "办理中";
  }
  return "";
}

std::string unit_name(const Directory& directory, UnitId id) {
  const Unit* unit = directory.find_unit(id);
  return unit ? unit->name : "";
}

std::string source_in_words(const TaskSource& source) {
  std::string text = source.meeting_title;
  for (const auto& part : {source.item_title, source.speaker})
    if (!part.empty()) text += (text.empty() ? "" : " / ") + part;
  return text;
}

}  // namespace

Result<std::string> tasks_xlsx(const std::vector<Task>& tasks, const Directory& directory,
                               const std::string& heading) {
  auto book = HUIBAN_TRY(Workbook::create("任务清单", heading,
                                          {{"序号", 7},
                                           {"任务编号", 20},
                                           {"事项", 36},
                                           {"来源（会议/议题/讲话人）", 32},
                                           {"牵头单位", 16},
                                           {"配合单位", 16},
                                           {"责任人", 14},
                                           {"时限", 16},
                                           {"状态", 10},
                                           {"备注", 18}}));
  int number = 0;
  for (const auto& task : tasks) {
    const auto& content = task.content();
    std::string assisting;
    for (const auto& id : content.assist_units)
      assisting += (assisting.empty() ? "" : "、") + unit_name(directory, id);
    book.number(++number);
    book.text(task.number());
    book.text(content.title);
    book.text(source_in_words(task.source()));
    book.text(content.lead_unit ? unit_name(directory, *content.lead_unit) : "");
    book.text(assisting);
    book.text(task.responsible().empty() ? content.contact : task.responsible());
    if (content.due)
      book.date(*content.due);
    else
      book.blank();
    book.text(state_in_words(task.state()));
    book.text(content.evidence);
    book.next_row();
  }
  book.wide_row("共" + std::to_string(tasks.size()) + "项", true);
  return book.finish();
}

}  // namespace huiban::documents
