#pragma once
// What a meeting plans: title, time, agenda and who is called. Plain values; the rules live in meeting.h.
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ids.h"

namespace huiban::domain {

enum class VenueKind { kMain, kBranch };                  // 主会场, 分会场
enum class MeetingForm { kVideo, kOnsite, kVisit };       // 视频, 现场, 调研
enum class HalfDay { kNone, kMorning, kAfternoon };       // 上午, 下午

// A date with a clock time, or a half-day, or neither; all in the office's time zone.
struct MeetingTime {
  std::chrono::year_month_day date;
  HalfDay half = HalfDay::kNone;
  std::optional<std::chrono::minutes> start;  // minutes after local midnight
};

enum class AgendaKind {
  kHosting,        // 主持
  kSpeech,         // 讲话
  kDeployment,     // 工作部署
  kConveying,      // 传达精神
  kPledge,         // 表态发言
  kExchange,       // 交流发言
  kCritique,       // 点评分析
  kReport,         // 情况汇报
  kClosing,        // 主持人小结
  kOther,          // 其他
  // Of a visit; appended, because stored as numbers.
  kSiteBriefing,   // 现场介绍
  kHearing,        // 听取汇报
  kAdvice,         // 建议和要求, of superiors
};

// A speaker is a post, a unit (any of its expected seats), or words (与会单位, 重点点位小区×5).
struct Speaker {
  std::optional<PostId> post;
  std::optional<UnitId> unit;
  std::string text;
};

struct AgendaItem {
  AgendaItemId id;
  std::vector<AgendaKind> kinds;  // usually one; 分析汇报+部署 has two
  std::string subject;            // 防汛防台; may be empty
  std::vector<Speaker> speakers;  // in order (先后)
  int planned_minutes = 0;        // 0: not planned
  std::string source;             // 传达精神: the meeting or paper that is conveyed
  std::string source_link;        // its number or address; may be empty
  std::vector<std::string> findings;  // 暗访督查 that a critique speaks of, one per line
};

// "unit kind × post × venue". A unit matches if any selector names it; a unit in two committees counts once.
struct AttendanceRule {
  VenueKind venue = VenueKind::kBranch;
  std::vector<std::string> kinds;       // UnitKind::key
  std::vector<std::string> committees;  // Committee::name
  std::vector<std::string> aliases;     // Alias::name
  std::vector<UnitId> units;
  std::vector<std::string> posts;       // exact titles; empty when a class is given
  // One of "town_leaders" 班子成员及其他处级干部, "both_heads" 党政负责人, "party_head" 党组织负责人,
  // "any_head" 负责人 (one seat per unit, filled by any of its heads); empty when titles are given.
  std::string post_class;
};

// A superior or visitor who has no post in the directory: listed before the town's people, not
// counted in 应到.
struct PlannedGuest {
  std::string unit;   // 区应急管理局
  std::string title;  // 副局长
  bool superior = true;        // 上级: ranks above the town's leaders
  bool accompanies = false;    // 陪同
};

// 争先目标: a ranking that is aimed at in three tiers, 1 is the best place. 保五争三拼第一: 5, 3, 1.
struct RankingGoal {
  std::string name;  // 全区城市运行管理考核
  int keep = 0, strive = 0, best = 1;
};

// How often a series is due to meet (召开例会).
enum class Rhythm { kNone, kWeekly, kMonthly, kQuarterly };

// 分屏规则: what one tile of the console's wall shows by itself. Rooms are named by their unit, so that
// the next meeting of a series can take the rules over.
enum class TileKind { kPaged, kFixed, kVoice, kNext, kWorst };
struct TileRule {
  TileKind kind = TileKind::kPaged;
  std::optional<UnitId> unit;  // of kFixed; none: the main venue
  bool operator==(const TileRule&) const = default;
};

struct MeetingPlan {
  std::string title;                  // text of its own, never put together from tags
  std::vector<std::string> subjects;  // tags: 城市运行管理, 一网统管
  std::string kind;                   // 年度工作会议
  MeetingForm form = MeetingForm::kVideo;
  std::optional<int> year;
  MeetingTime time;
  int planned_minutes = 0;
  std::string place;                  // 镇政府三楼会议室
  std::string purpose;
  std::optional<PostId> host;         // 主持人; the meeting's leader unless set
  std::vector<AgendaItem> agenda;
  std::vector<AttendanceRule> rules;
  std::string series;                 // 系列, of regular meetings: 城运例会; empty: stands alone
  std::optional<MeetingId> parent;    // the visit that this discussion meeting belongs to (调研座谈会)
  std::vector<std::string> stops;     // 实地察看 of a visit, in order
  std::vector<PlannedGuest> guests;         // in order of rank
  std::vector<PostId> accompanying;   // 陪同, of the town
  int list_cut = 0;                   // papers name this many of a list, then 等; 0: all
  std::vector<RankingGoal> goals;
  Rhythm rhythm = Rhythm::kNone;      // of its series
  std::vector<TileRule> tiles;        // 分屏规则, in order of the tiles
  std::string sample_note;            // not empty: generated sample data, shown as such
};

}  // namespace huiban::domain
