#include "documents/document_writer.h"

#include "documents/attendance_workbook.h"
#include "documents/minutes_document.h"
#include "documents/task_workbook.h"

namespace huiban::documents {

namespace {

class Writer final : public domain::DocumentWriter {
 public:
  Result<std::string> minutes_docx(const domain::MeetingFacts& facts) const override {
    return documents::minutes_docx(domain::draft_minutes(facts));
  }
  Result<std::string> attendance_xlsx(const domain::MeetingFacts& facts) const override {
    return documents::attendance_xlsx(facts);
  }
  Result<std::string> tasks_xlsx(const std::vector<domain::Task>& tasks,
                                 const domain::Directory& directory,
                                 const std::string& heading) const override {
    return documents::tasks_xlsx(tasks, directory, heading);
  }
};

}  // namespace

std::unique_ptr<domain::DocumentWriter> create_document_writer() {
  return std::make_unique<Writer>();
}

}  // namespace huiban::documents
