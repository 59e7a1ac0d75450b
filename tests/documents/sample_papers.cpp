// sample_papers DIR: writes the papers of a held sample meeting, for rendering and measuring.
#include <cstdio>
#include <fstream>

#include "documents/document_writer.h"
#include "documents/minutes_document.h"
#include "tests/support/sample_meeting.h"

using namespace huiban;

namespace {

bool write(const std::string& path, const Result<std::string>& bytes) {
  if (!bytes) std::fprintf(stderr, "%s: %s\n", path.c_str(), bytes.error().en.c_str());
  if (bytes) std::ofstream(path, std::ios::binary) << *bytes;
  return bytes.has_value();
}

// 22 lines of 28 characters: a page that is full to the last cell.
domain::MinutesDraft full_page(domain::MinutesDraft draft) {
  std::string cell;
  for (int i = 0; i < 28 * 60; ++i) cell += "国";
  draft.paragraphs.push_back({domain::MinutesParagraph::Kind::kBody, cell, {}, {}, {}});
  return draft;
}

// Minutes that end near the bottom of a page, with one line or several of copies.
domain::MinutesDraft of_length(domain::MinutesDraft draft, int lines, bool many_copies) {
  draft.title = "关于工作会议的纪要";
  draft.attendance = {{"出席", "党委书记"}};
  draft.paragraphs.assign(std::size_t(lines),
                          {domain::MinutesParagraph::Kind::kBody, "正文一行。", {}, {}, {}});
  for (int i = 0; many_copies && i < 10; ++i)
    draft.copies_to += "，第" + std::to_string(i) + "综合管理办公室";
  return draft;
}

bool write_lengths(const std::string& folder, const domain::MinutesDraft& draft) {
  bool ok = true;
  for (const int lines :
       {44, 45, 48, 49, 51})  // fits, just not, fits with one line of copies, just not, next page
    for (const bool many : {false, true})
      ok = write(
               folder + (many ? "/length_many_" : "/length_one_") + std::to_string(lines) + ".docx",
               documents::minutes_docx(of_length(draft, lines, many))) &&
           ok;
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  const auto town = store::read_town_file(HUIBAN_SOURCE_DIR "/config/demo/demo-town.json");
  if (!town) return 1;
  const auto facts = test::held_meeting(*town, 60, 140);
  const auto writer = documents::create_document_writer();
  const bool ok =
      write(folder + "/minutes.docx", writer->minutes_docx(facts)) &
      write(folder + "/full.docx",
            documents::minutes_docx(full_page(domain::draft_minutes(facts)))) &
      write(folder + "/notice.docx", writer->notice_docx(facts, std::nullopt)) &
      write(folder + "/notice_unit.docx",
            writer->notice_docx(facts, facts.directory.find_unit_named("东溪村")->id)) &
      write_lengths(folder, domain::draft_minutes(facts)) &
      write(folder + "/attendance.xlsx", writer->attendance_xlsx(facts)) &
      write(folder + "/tasks.xlsx", writer->tasks_xlsx(facts.tasks, facts.directory, "任务清单"));
  return ok ? 0 : 1;
}
