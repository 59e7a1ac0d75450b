#pragma once
// What is stored of a task (督办任务). Part of events.h: a field may be added, never renamed or given
// another meaning; numbers of the enums are stored.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"

namespace huiban::domain {

struct TaskSource {
  std::optional<MeetingId> meeting;
  std::optional<AgendaItemId> item;
  std::optional<std::int64_t> second;  // seconds since the meeting's actual start, when it was marked
  std::string quote;                   // the words
  std::string meeting_title, item_title, speaker;  // frozen words for lists and papers
  std::string kind;                    // 会议 上级 检查 手工 ...; empty: 会议 or by hand
  std::string number;                  // of the minutes, brief, notice or finding it comes from
  std::optional<TaskId> parent;        // of a fan-out's child
  std::optional<std::chrono::year_month_day> date;  // of the meeting, frozen
};

enum class ReportPeriod { kNone, kWeek, kMonth, kQuarter };

// One line of the responsibility card (责任卡): 主体 主管 主导 包干 兜底 监管 企业主体 or another kind.
struct Responsibility {
  std::string kind;
  std::optional<UnitId> unit;
  std::optional<PostId> post;
  std::string text;  // who is neither
};

// How a due that nobody typed is computed on the day of issue.
struct DueRule {
  int days = 0;          // after the issue
  bool working = false;  // 工作日; else calendar days, moved on to a working day
  std::string period;    // key of a named period (汛期): the last working day before its beginning
  bool period_end = false;  // ... or its last working day
};

struct TaskContent {
  std::string title;
  std::string detail;
  std::optional<UnitId> lead_unit;  // 牵头/责任单位
  std::vector<UnitId> assist_units; // 配合单位
  std::string contact;              // 责任人/联系人: a post or a name, named before issue
  std::optional<std::chrono::year_month_day> due;  // ends at 24:00 of its day
  std::string evidence;             // what to send when done
  std::optional<DueRule> due_rule;  // if no date was typed
  bool important = false;           // 交办领导 decides that it is finished
  bool urgent = false;              // 特急
  bool standing = false;            // 长效: no finish
  ReportPeriod period = ReportPeriod::kNone;
  int period_day = 0;               // of the week 1–7, of the month 1–28; 0: Friday, the last day
  std::string fan_out;              // alias whose units get a child each; then there is no lead
  std::string category;             // 整改 联勤 ...
  std::string campaign;             // 专项整治: groups tasks of several meetings
  std::string object;               // a site or the like that takes no part in meetings
  std::string problem, measure;
  std::vector<Responsibility> card;
};

// A file that proves something, by its name in the evidence store.
struct TaskFile {
  std::string id;    // SHA-256, hex
  std::string name;  // 整改后.jpg
  std::string type;  // image/jpeg
  std::int64_t size = 0;  // bytes
};

enum class TaskAct {
  kSubmit, kSendBack, kIssue, kSign, kAskReassign, kReassign, kRefuseReassign, kReport, kPartIn,
  kWaivePart, kAskFinish, kReturn, kFinish, kCheckBack, kStrikeOff, kArchive, kReopen, kSuspend,
  kResume, kWithdraw, kWaive, kAskExtension, kAgreeExtension, kExtend, kRefuseExtension,
  kMarkEmpty, kUrge, kMoveDue, kAttach, kTakeBack,
  // A photo sent by a task's code without an account, and what the office makes of it.
  kOfferPhoto, kAcceptPhoto, kRefusePhoto
};

enum class Satisfaction { kNone, kSatisfied, kMostly, kNot };  // 满意 基本满意 不满意

// What a person enters with an act. Which fields an act needs is said in task_rules.cpp.
struct TaskEntry {
  std::string text;                  // reason, report, finding
  std::string reason;                // why the percentage falls
  std::optional<int> percent;        // 0–100
  std::vector<std::string> files;    // ids of files that the task has
  std::optional<std::chrono::year_month_day> date;  // asked or new due, day of resuming
  std::optional<UnitId> unit;        // new lead, assisting unit
  std::string person;                // 责任人, contact of the new lead, checker
  std::string number;                // archive number, number of the source
  bool passed = true;                // of a check-back
  Satisfaction satisfaction = Satisfaction::kNone;
  std::uint64_t report = 0;          // seq of the report that is marked as empty, of the photo
  // 代录: entered by the office for a unit or a leader; the act counts from said_at.
  std::string channel;               // 电话 微信 纸质 口头 签批
  std::string behalf;                // who said it
  std::optional<UtcTime> said_at;
};

struct TaskDrafted { TaskContent content; TaskSource source; };
struct TaskRevised { TaskContent content; };
struct TaskChild {
  TaskId task;
  UnitId unit;
  std::string contact;
};
struct TaskIssued {
  std::string number;  // 示督〔2020〕12号
  int item = 0;        // 12-1; 0: the notice has one item
  std::optional<std::chrono::year_month_day> due;  // as computed or typed
  std::vector<TaskChild> children;                 // of a fan-out, in the order of their items
  TaskEntry entry;
};
struct TaskSignedFor { std::string responsible; TaskEntry entry; };
struct TaskActed {
  TaskAct act = TaskAct::kSubmit;
  TaskEntry entry;
  std::vector<TaskFile> files;                     // kAttach
  std::optional<std::chrono::year_month_day> due;  // the current due from now on, where it moves
};

// ---- of the office, not of one task ----

// A named period of the town's calendar (汛期, 两会, 进博会); dues may hang on it.
struct NamedPeriod {
  std::string key, name;
  std::chrono::year_month_day from, until;
  bool removed = false;
};
struct PeriodSet { NamedPeriod period; };

enum class MeritKind { kPraise, kCriticism, kTalk };  // 表扬 批评 约谈
struct MeritNoted {
  MeritKind kind = MeritKind::kPraise;
  UnitId unit;
  std::chrono::year_month_day date;
  int points = 0;
  std::string reason, by, whom, promise;
  std::optional<TaskId> task;
};
struct MeritTakenBack { std::uint64_t merit = 0; std::string reason; };  // seq of the note

}  // namespace huiban::domain
