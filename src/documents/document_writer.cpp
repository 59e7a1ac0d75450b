#include "documents/document_writer.h"

#include "documents/attendance_document.h"
#include "documents/attendance_workbook.h"
#include "documents/calendar_file.h"
#include "documents/minutes_document.h"
#include "documents/table_file.h"
#include "documents/notice_document.h"
#include "documents/task_workbook.h"

namespace huiban::documents {

namespace {

class Writer final : public domain::DocumentWriter {
 public:
  Result<std::string> minutes_docx(const domain::MeetingFacts& facts) const override {
    return documents::minutes_docx(domain::draft_minutes(facts));
  }
  Result<std::string> notice_docx(const domain::MeetingFacts& facts,
                                  std::optional<UnitId> unit) const override {
    return documents::notice_docx(domain::draft_notice(facts, unit));
  }
  std::string calendar_ics(const domain::MeetingFacts& facts,
                           const std::string& link) const override {
    return documents::calendar_ics(facts, link);
  }
  Result<std::string> attendance_xlsx(const domain::MeetingFacts& facts) const override {
    return documents::attendance_xlsx(facts);
  }
  Result<std::string> attendance_docx(const domain::MeetingFacts& facts) const override {
    return documents::attendance_docx(facts);
  }
  Result<std::string> tasks_xlsx(const std::vector<domain::Task>& tasks,
                                 const domain::Directory& directory,
                                 const std::string& heading) const override {
    return documents::tasks_xlsx(tasks, directory, heading);
  }
  Result<std::string> tables_xlsx(const std::vector<domain::TextTable>& tables) const override {
    return documents::tables_xlsx(tables);
  }
  Result<std::string> table_csv(const domain::TextTable& table) const override {
    return documents::table_csv(table);
  }
  Result<std::vector<domain::TextTable>> read_tables(const std::string& bytes) const override {
    return documents::read_tables(bytes);
  }
};

}  // namespace

std::unique_ptr<domain::DocumentWriter> create_document_writer() {
  return std::make_unique<Writer>();
}

}  // namespace huiban::documents
