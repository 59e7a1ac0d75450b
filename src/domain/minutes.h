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
};

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
