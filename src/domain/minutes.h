#pragma once
// Minutes (纪要) drafted from facts in agenda order: one model, shown on the page and written to DOCX.
// Pure; runs on control or, with copies, on a worker.
#include <memory>
#include <string>
#include <vector>

#include "domain/meeting.h"
#include "domain/tasks.h"

namespace huiban::domain {

struct OfficeSettings;

// A copy of everything papers are made from, as of one moment; safe on a worker thread.
struct MeetingFacts {
  Meeting meeting;
  Directory directory;
  AttendanceResult attendance;
  std::vector<Task> tasks;  // of this meeting, in order of their second
  UtcTime as_of;
  std::chrono::minutes utc_offset{8 * 60};
  std::string office, mark;  // 示例镇党政办公室; 示例镇会议纪要
  std::vector<std::string> visit_stops;  // of the visit that a discussion meeting belongs to
};

// The superiors that a plan names, by rank as it lists them: 区应急管理局副局长.
std::vector<std::string> superiors_in_words(const MeetingPlan& plan);
// 陪同: guests who accompany, then the town's.
std::vector<std::string> accompanying_in_words(const Directory& directory, const MeetingPlan& plan);
// The first `most` words and 等; all for 0.
std::string cut_list(std::vector<std::string> words, int most);
// 先后实地察看了甲、乙等2个点位; empty without stops.
std::string stops_in_words(const std::vector<std::string>& stops);
// The lines of a note without blank ones and trailing blanks.
std::vector<std::string> note_lines(const std::string& text);

struct MinutesParagraph {
  enum class Kind { kBody, kHeading, kTask };
  Kind kind = Kind::kBody;
  std::string text;
  std::optional<AgendaItemId> item;  // where it comes from
  std::optional<TaskId> task;
  std::optional<UtcTime> said_at;
};

struct AttendanceLine { std::string label, text; };  // 出席：..., 列席：..., 请假：...

struct MinutesDraft {
  std::string mark;    // 示例镇会议纪要
  std::string number;  // 〔2020〕3号; empty before the end
  std::string maker, date;
  std::string title;   // 关于…的纪要
  std::vector<MinutesParagraph> paragraphs;
  std::vector<AttendanceLine> attendance;
  std::string copies_to, printed_by, printed_on;  // 分送, 印发机关, 印发日期
};

MinutesDraft draft_minutes(const MeetingFacts& facts);

}  // namespace huiban::domain
