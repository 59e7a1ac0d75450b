#include "documents/task_workbook.h"

#include "documents/workbook.h"

namespace huiban::documents {

namespace {

using namespace domain;

std::string unit_name(const Directory& directory, UnitId id) {
  const Unit* unit = directory.find_unit(id);
  return unit ? unit->name : "";
}

std::string source_in_words(const TaskSource& source) {
  std::string text = source.meeting_title;
  for (const auto& part : {source.item_title, source.speaker, source.kind, source.number})
    if (!part.empty()) text += (text.empty() ? "" : " / ") + part;
  return text;
}

// 兜底：东溪村；主管：城运办
std::string card_in_words(const TaskContent& content, const Directory& directory) {
  std::string text;
  for (const auto& one : content.card) {
    std::string who = one.text;
    if (one.unit) who = unit_name(directory, *one.unit);
    if (one.post)
      if (const auto* post = directory.find_post(*one.post)) who = post->title;
    text += (text.empty() ? "" : "；") + one.kind + "：" + who;
  }
  return text;
}

std::string remark(const TaskFacts& facts) {
  std::string text = facts.content.evidence;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "；") + part; };
  if (!facts.returned_at.empty()) add("退办" + std::to_string(facts.returned_at.size()) + "次");
  if (!facts.due_changes.empty()) add("时限改过" + std::to_string(facts.due_changes.size()) + "次");
  if (facts.waived) add("免办");
  return text;
}

void date_cell(Workbook& book, const std::optional<std::chrono::year_month_day>& date) {
  if (date)
    book.date(*date);
  else
    book.blank();
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
                                           {"原时限", 16},
                                           {"进度", 8},
                                           {"责任卡", 30},
                                           {"专项", 16},
                                           {"备注", 24}}));
  int number = 0;
  for (const auto& task : tasks) {
    const auto& facts = task.facts();
    const auto& content = facts.content;
    std::string assisting;
    for (const auto& id : content.assist_units)
      assisting += (assisting.empty() ? "" : "、") + unit_name(directory, id);
    book.number(++number);
    book.text(task_number(facts));
    book.text(content.title);
    book.text(source_in_words(facts.source));
    book.text(content.lead_unit ? unit_name(directory, *content.lead_unit) : content.fan_out);
    book.text(assisting);
    book.text(facts.responsible.empty() ? content.contact : facts.responsible);
    date_cell(book, facts.issued_at ? facts.due : content.due);
    book.text(state_in_words(facts.state));
    date_cell(book, facts.original_due);
    book.text(facts.percent ? std::to_string(facts.percent) + "%" : "");
    book.text(card_in_words(content, directory));
    book.text(content.campaign);
    book.text(remark(facts));
    book.next_row();
  }
  book.wide_row("共" + std::to_string(tasks.size()) + "项", true);
  return book.finish();
}

}  // namespace huiban::documents
