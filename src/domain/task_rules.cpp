#include "domain/task_rules.h"

#include <algorithm>
#include <array>

#include "domain/wording.h"

namespace huiban::domain {

namespace {

using S = TaskState;
using A = TaskAct;

struct Ask {
  const Task& task;
  const TaskFacts& facts;
  const TaskCommand& command;
  const TaskEntry& entry;
  const Actor& actor;
  const TaskWorld& world;
  UtcTime at;      // said at
  unsigned who;    // parts of the table that the actor has
  bool entered;    // false: only asked whether the act could be done
};

// Who acts, as the table of the rules names them.
enum Who : unsigned {
  kClerk = 1,     // 督办员
  kApprover = 2,  // 审核人
  kLeader = 4,    // 交办领导, 包干领导
  kContact = 8,   // 承办单位联络员
  kHead = 16,     // 承办单位负责人
  kAssist = 32,   // 协办单位
  kServer = 64,
};
constexpr unsigned kLead = kContact | kHead;

enum Needs : unsigned { kText = 1, kDate = 2, kUnit = 4, kPerson = 8, kNumber = 16 };

constexpr unsigned in(S state) {
  return 1u << unsigned(state);
}
constexpr unsigned kOpenStates =
    in(S::kReview) | in(S::kIssued) | in(S::kInProgress) | in(S::kFinishAsked);
constexpr unsigned kIssuedStates = in(S::kIssued) | in(S::kInProgress) | in(S::kFinishAsked) |
                                   in(S::kFinished) | in(S::kStruckOff) | in(S::kSuspended);

using Guard = Result<void> (*)(const Ask&);

tl::unexpected<Error> too_late(const char* zh, const char* en) {
  return fail(ErrorCode::kConflict, zh, en);
}
tl::unexpected<Error> invalid(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kInvalid, zh, en);
}

// ---- guards ----

Result<void> ready(const Ask& ask) {
  const auto lacks = lacks_of(ask.facts.content, ask.world.directory);
  if (lacks.empty()) return {};
  std::vector<std::string> zh, en;
  for (const auto& one : lacks) zh.push_back(one.zh), en.push_back(one.en);
  return invalid("交办前还要填：" + join(zh), "Before issuing, fill in: " + join(en, ", "));
}

Result<void> new_issue(const Ask& ask) {
  if (ask.facts.reassign_asked_at)
    return too_late("这是改派申请，请批准或退回",
                    "This is a request to reassign; approve or refuse it");
  return ready(ask);
}

Result<void> in_review(const Ask& ask) {
  return ask.facts.reassign_asked_at ? new_issue(ask) : Result<void>{};
}

Result<void> reassign_asked(const Ask& ask) {
  if (!ask.facts.reassign_asked_at)
    return too_late("没有改派申请", "No reassignment was asked for");
  if (!ask.entered || ask.command.act != A::kReassign) return {};
  if (!ask.world.directory.find_unit(*ask.entry.unit))
    return invalid("单位不在通讯录中", "The unit is not in the directory");
  if (ask.entry.unit == ask.facts.content.lead_unit)
    return invalid("改派的单位与原单位相同", "The new unit is the present one");
  return {};
}

Result<void> sign_limit_open(const Ask& ask) {
  const auto limit = sign_limit(ask.facts, ask.world.calendar, ask.world.settings);
  if (limit && ask.at > *limit)
    return too_late("签收时限已过，不能再申请改派",
                    "The sign limit has passed; reassignment can no longer be asked for");
  return {};
}

Result<void> percent_has_reason(const Ask& ask) {
  if (!ask.entry.percent) return {};
  if (*ask.entry.percent < 0 || *ask.entry.percent > 100)
    return invalid("进度应在 0 到 100 之间", "The percentage must be between 0 and 100");
  if (*ask.entry.percent < ask.facts.percent && ask.entry.reason.empty())
    return invalid("进度比上次低，请写明原因", "The percentage falls; say why");
  return {};
}

Result<void> assisting_unit(const Ask& ask) {
  const auto& units = ask.facts.content.assist_units;
  const auto part = ask.entry.unit ? ask.entry.unit : ask.actor.unit;
  if (units.empty()) return too_late("没有配合单位", "There are no assisting units");
  if (!ask.entered) return {};
  if (!part || std::find(units.begin(), units.end(), *part) == units.end())
    return invalid("请选择配合单位", "Choose an assisting unit");
  return {};
}

Result<void> can_finish(const Ask& ask) {
  const auto& f = ask.facts;
  if (f.content.standing)
    return too_late("长效任务不办结，按期报送",
                    "A standing task does not finish; it reports each period");
  std::vector<std::string> open;
  for (const auto& id : f.content.assist_units)
    if (!f.parts_in.count(id)) {
      const auto* unit = ask.world.directory.find_unit(id);
      open.push_back(unit ? unit->name : "");
    }
  if (!open.empty())
    return too_late(("配合单位还没有报完：" + join(open)).c_str(),
                    ("Assisting parts are still open: " + join(open, ", ")).c_str());
  if (ask.entered && !f.content.evidence.empty() && f.files.empty())
    return invalid("请先上传办结材料：" + f.content.evidence,
                   "Attach the evidence first: " + f.content.evidence);
  return {};
}

Result<void> decider(const Ask& ask) {
  if (ask.who & kServer) return {};
  const unsigned wanted = ask.facts.content.important ? kLeader : kApprover;
  if (ask.who & wanted) return {};
  return fail(ErrorCode::kForbidden,
              ask.facts.content.important ? "重要任务由交办领导审定" : "由审核人审定",
              ask.facts.content.important ? "An important task is decided by the leader"
                                          : "The approver decides this");
}

Result<void> checked(const Ask& ask) {
  const auto& f = ask.facts;
  if (f.checks.empty() || !f.checks.back().passed ||
      (!f.reopened_at.empty() && f.checks.back().at < f.reopened_at.back()))
    return too_late("回访核实通过后才能销号", "A check-back must have passed before striking off");
  if ((ask.actor.role == Role::kLeader || !ask.entry.channel.empty()) ? f.struck_by_leader
                                                                      : f.struck_by_clerk)
    return too_late("已经确认过", "This was confirmed already");
  return {};
}

Result<void> future_date(const Ask& ask) {
  if (!ask.entered || !ask.entry.date) return {};
  if (Day{*ask.entry.date} <= ask.world.calendar.day_of(ask.world.now))
    return invalid("日期应在今天以后", "The date must lie after today");
  return {};
}

Result<void> may_extend(const Ask& ask) {
  const auto end = due_end(ask.facts.due, ask.world.calendar);
  if (!end) return too_late("没有时限，不用延期", "There is no due date to extend");
  if (ask.at > *end)
    return too_late("时限已过，不能再申请延期",
                    "The due has passed; an extension can no longer be asked for");
  if (ask.facts.extension)
    return too_late("已有延期申请待批", "An extension is waiting for a decision");
  if (ask.entered && *ask.entry.date <= *ask.facts.due)
    return invalid("延期日期应晚于现时限", "The new date must lie after the present due");
  return percent_has_reason(ask);
}

Result<void> extension_asked(const Ask& ask) {
  if (!ask.facts.extension) return too_late("没有延期申请", "No extension was asked for");
  if (ask.command.act == A::kAgreeExtension && ask.facts.extension->agreed)
    return too_late("单位负责人已经同意", "The unit's head has agreed already");
  if (ask.command.act == A::kExtend && !ask.facts.extension->agreed)
    return too_late("单位负责人还没有同意", "The unit's head has not agreed yet");
  if (ask.command.act == A::kExtend && ask.entered && ask.entry.date &&
      *ask.entry.date <= *ask.facts.due)
    return invalid("延期日期应晚于现时限", "The new date must lie after the present due");
  return {};
}

Result<void> child(const Ask& ask) {
  if (ask.facts.source.parent) return {};
  return too_late("只有分任务可以免办，其他任务请撤销",
                  "Only a child of a fan-out can be waived; withdraw other tasks");
}

Result<void> report_there(const Ask& ask) {
  if (ask.facts.reports.empty()) return too_late("还没有反馈", "There is no report yet");
  if (!ask.entered) return {};
  for (const auto& one : ask.facts.reports)
    if (one.seq == ask.entry.report)
      return one.empty ? Result<void>(too_late("已经记为空报", "It is marked as empty already"))
                       : Result<void>{};
  return invalid("没有这条反馈", "There is no such report");
}

Result<void> photo_waits(const Ask& ask) {
  const auto& offers = ask.facts.offers;
  const auto waits = [&](const PhotoOffer& one) {
    return !one.accepted && (!ask.entered || one.seq == ask.entry.report);
  };
  if (std::any_of(offers.begin(), offers.end(), waits)) return {};
  return too_late("没有待采纳的照片", "No photo waits to be accepted");
}

Result<void> files_given(const Ask& ask) {
  if (ask.entered && ask.command.files.empty())
    return invalid("没有文件", "There is no file");
  return {};
}

Result<void> files_there(const Ask& ask) {
  if (ask.facts.files.empty())
    return too_late("归档前请上传有关材料", "Attach the files before archiving");
  return {};
}

Result<void> any(const Ask&) {
  return {};
}

// ---- the table ----

struct Rule {
  A act;
  unsigned from;
  unsigned by;
  unsigned needs;
  Guard guard;
};

constexpr std::array kRules = {
    Rule{A::kSubmit, in(S::kDraft), kClerk, 0, ready},
    Rule{A::kSendBack, in(S::kReview), kApprover, kText, in_review},
    Rule{A::kIssue, in(S::kReview), kApprover | kLeader, 0, new_issue},
    Rule{A::kSign, in(S::kIssued), kLead, kPerson, any},
    Rule{A::kAskReassign, in(S::kIssued), kLead, kText, sign_limit_open},
    Rule{A::kReassign, in(S::kReview), kApprover, kUnit | kPerson, reassign_asked},
    Rule{A::kRefuseReassign, in(S::kReview), kApprover, kText, reassign_asked},
    Rule{A::kReport, in(S::kInProgress), kLead | kAssist, kText, percent_has_reason},
    Rule{A::kPartIn, in(S::kInProgress), kAssist, kText, assisting_unit},
    Rule{A::kWaivePart, in(S::kInProgress), kApprover, kText | kUnit, assisting_unit},
    Rule{A::kAskFinish, in(S::kInProgress), kHead, kText, can_finish},
    Rule{A::kReturn, in(S::kFinishAsked), kApprover | kLeader, kText, decider},
    Rule{A::kFinish, in(S::kFinishAsked), kApprover | kLeader, 0, decider},
    Rule{A::kCheckBack, in(S::kFinished) | in(S::kStruckOff), kClerk, kPerson | kText, any},
    Rule{A::kStrikeOff, in(S::kFinished), kClerk | kLeader, 0, checked},
    Rule{A::kArchive, in(S::kStruckOff), kClerk, kNumber, files_there},
    Rule{A::kReopen, in(S::kFinished) | in(S::kStruckOff), kApprover, kText, future_date},
    Rule{A::kSuspend, kOpenStates, kApprover, kText | kDate, future_date},
    Rule{A::kResume, in(S::kSuspended), kApprover | kServer, 0, any},
    Rule{A::kWithdraw, kOpenStates | in(S::kDraft) | in(S::kSuspended), kApprover, kText, any},
    Rule{A::kWaive, kOpenStates | in(S::kSuspended), kApprover, kText, child},
    Rule{A::kAskExtension, in(S::kInProgress), kLead, kText | kDate, may_extend},
    Rule{A::kAgreeExtension, in(S::kInProgress), kHead, 0, extension_asked},
    Rule{A::kExtend, in(S::kInProgress), kApprover, 0, extension_asked},
    Rule{A::kRefuseExtension, in(S::kInProgress), kApprover, kText, extension_asked},
    Rule{A::kMarkEmpty, kIssuedStates, kClerk, kText, report_there},
    Rule{A::kUrge, in(S::kIssued) | in(S::kInProgress), kClerk | kApprover | kLeader, 0, any},
    Rule{A::kMoveDue, kOpenStates, kServer, 0, any},
    Rule{A::kAttach, kIssuedStates | in(S::kDraft) | in(S::kReview), kClerk | kLead | kAssist, 0,
         files_given},
    Rule{A::kOfferPhoto, in(S::kIssued) | in(S::kInProgress), kServer, kText, files_given},
    Rule{A::kAcceptPhoto, in(S::kIssued) | in(S::kInProgress), kClerk, 0, photo_waits},
    Rule{A::kRefusePhoto, kIssuedStates, kClerk, kText, photo_waits},
};

constexpr unsigned kOfParent = 1u << unsigned(A::kSubmit) | 1u << unsigned(A::kSendBack) |
                               1u << unsigned(A::kIssue) | 1u << unsigned(A::kWithdraw) |
                               1u << unsigned(A::kUrge) | 1u << unsigned(A::kAttach) |
                               1u << unsigned(A::kMoveDue);

unsigned who_is(const Task& task, const Actor& actor, bool recorded) {
  const auto& content = task.content();
  const bool lead = actor.unit && actor.unit == content.lead_unit;
  const bool assists = actor.unit && std::find(content.assist_units.begin(),
                                               content.assist_units.end(),
                                               *actor.unit) != content.assist_units.end();
  switch (actor.role) {
    case Role::kSecretary:
      return recorded ? kClerk | kLead | kAssist | kLeader : unsigned(kClerk);
    case Role::kApprover: return kApprover;
    case Role::kLeader: return kLeader;
    case Role::kLiaison: return (lead ? kContact : 0u) | (assists ? kAssist : 0u);
    case Role::kUnitHead: return (lead ? kHead : 0u) | (assists ? kAssist : 0u);
    case Role::kSystem: return ~0u;
    default: return 0;
  }
}

Result<void> check_needs(const Rule& rule, const TaskEntry& entry) {
  const auto need = [](bool present, const char* zh, const char* en) -> Result<void> {
    if (present) return {};
    return invalid(std::string("请填写") + zh, std::string("Fill in ") + en);
  };
  if (rule.needs & kText) HUIBAN_CHECK(need(!entry.text.empty(), "情况或理由", "the reason or report"));
  if (rule.needs & kDate) HUIBAN_CHECK(need(entry.date && entry.date->ok(), "日期", "the date"));
  if (rule.needs & kUnit) HUIBAN_CHECK(need(entry.unit.has_value(), "单位", "the unit"));
  if (rule.needs & kPerson) HUIBAN_CHECK(need(!entry.person.empty(), "责任人", "who is responsible"));
  if (rule.needs & kNumber) HUIBAN_CHECK(need(!entry.number.empty(), "来源文号", "the source's number"));
  return {};
}

tl::unexpected<Error> not_now(const Task& task) {
  return fail(ErrorCode::kConflict,
              "任务现在是“" + state_in_words(task.state()) + "”，不能这样办",
              "The task's present state does not allow this");
}

Result<void> check_said_at(const Ask& ask) {
  if (!ask.entry.said_at) return {};
  if (ask.entry.channel.empty())
    return invalid("写明时间时要写明渠道", "A time of its own needs the channel");
  if (ask.at > ask.world.now)
    return invalid("时间还没有到", "The time lies in the future");
  if (ask.facts.lead_since && ask.at < *ask.facts.lead_since)
    return invalid("时间早于交办", "The time lies before the issue");
  return {};
}

TaskActed acted(const Ask& ask) {
  return {ask.command.act, ask.entry, ask.command.files, {}};
}

Result<std::vector<EventPayload>> events_of(const Ask& ask) {
  const auto& calendar = ask.world.calendar;
  const auto& f = ask.facts;
  auto event = acted(ask);
  switch (ask.command.act) {
    case A::kIssue: {
      TaskIssued issued;
      issued.entry = ask.entry;
      issued.due = f.content.due;
      if (!issued.due && f.content.due_rule) {
        const auto due = calendar.due_of(*f.content.due_rule, calendar.day_of(ask.at));
        if (!due)
          return invalid("时限所依的时段不在日历中",
                         "The period that the due hangs on is not in the calendar");
        issued.due = std::chrono::year_month_day{*due};
      }
      std::vector<EventPayload> events;
      if (f.state == S::kDraft) events.push_back(TaskActed{A::kSubmit, {}, {}, {}});
      events.push_back(std::move(issued));
      return events;
    }
    case A::kSign:
      return std::vector<EventPayload>{TaskSignedFor{ask.entry.person, ask.entry}};
    case A::kPartIn:
      if (!event.entry.unit) event.entry.unit = ask.actor.unit;
      break;
    case A::kResume: {
      const auto& last = f.suspensions.back();
      Day day = calendar.day_of(ask.world.now);
      if (ask.actor.role == Role::kSystem) day = Day{last.resume};
      event.entry.date = std::chrono::year_month_day{day};
      if (f.due)
        event.due = std::chrono::year_month_day{
            calendar.next_working(Day{*f.due} + (day - calendar.day_of(last.at)))};
      if (day == calendar.day_of(last.at)) event.due.reset();
      break;
    }
    case A::kReopen:
    case A::kMoveDue:
      event.due = ask.entry.date;
      break;
    case A::kExtend:
      event.due = ask.entry.date ? *ask.entry.date : f.extension->date;
      break;
    default:
      break;
  }
  return std::vector<EventPayload>{std::move(event)};
}

Result<std::vector<EventPayload>> take_back(const Task& task, const TaskCommand& command,
                                            const Actor& actor, const TaskWorld& world) {
  const auto* last = task.last();
  if (!last || last->actor.account != actor.account || last->actor.role != actor.role ||
      actor.role == Role::kSystem)
    return fail(ErrorCode::kConflict, "只能撤回自己刚做的一步",
                "Only your own last step can be taken back");
  if (world.now > last->at + world.settings.take_back)
    return fail(ErrorCode::kGone, "已过撤回时间", "It is too late to take this back");
  return std::vector<EventPayload>{TaskActed{A::kTakeBack, command.entry, {}, {}}};
}

Result<void> check(const Rule& rule, const Ask& ask) {
  const auto& task = ask.task;
  // A leader's signature that the office records covers the submission too.
  const bool from_draft = rule.act == A::kIssue && task.state() == S::kDraft &&
                          ask.actor.role == Role::kSecretary && !ask.entry.channel.empty();
  if (!(ask.who & rule.by))
    return fail(ErrorCode::kForbidden, "您的角色不能做这件事", "Your role may not do this");
  if (!(rule.from & in(task.state())) && !from_draft) return not_now(task);
  if (task.is_parent() && !(kOfParent & 1u << unsigned(rule.act)))
    return fail(ErrorCode::kConflict, "请在各单位的分任务上办理",
                "Do this on the units' own tasks");
  if (ask.entered) {
    HUIBAN_CHECK(check_needs(rule, ask.entry));
    HUIBAN_CHECK(check_said_at(ask));
  }
  return rule.guard(ask);
}

}  // namespace

Result<std::vector<EventPayload>> decide_task(const Task& task, const TaskCommand& command,
                                         const Actor& actor, const TaskWorld& world) {
  if (command.act == A::kTakeBack) return take_back(task, command, actor, world);
  const auto rule = std::find_if(kRules.begin(), kRules.end(),
                                 [&](const Rule& one) { return one.act == command.act; });
  if (rule == kRules.end()) return not_now(task);
  if (!command.entry.channel.empty() && actor.role != Role::kSecretary)
    return fail(ErrorCode::kForbidden, "只有党政办可以代录", "Only the office enters for others");
  const Ask ask{task,  task.facts(), command, command.entry, actor,
                world, command.entry.said_at.value_or(world.now),
                who_is(task, actor, !command.entry.channel.empty()), true};
  HUIBAN_CHECK(check(*rule, ask));
  return events_of(ask);
}

std::vector<TaskAct> acts_now(const Task& task, const Actor& actor, const TaskWorld& world,
                              bool recorded) {
  std::vector<TaskAct> acts;
  TaskCommand command;
  if (recorded) command.entry.channel = "代录";
  for (const auto& rule : kRules) {
    command.act = rule.act;
    const auto who = who_is(task, actor, recorded);
    if (recorded && (rule.by & kClerk) && rule.act != A::kStrikeOff) continue;
    const Ask ask{task, task.facts(), command, command.entry, actor, world, world.now, who, false};
    if (check(rule, ask)) acts.push_back(rule.act);
  }
  if (!recorded && take_back(task, command, actor, world)) acts.push_back(A::kTakeBack);
  return acts;
}

bool is_area_unit(const Directory& directory, UnitId id) {
  const auto* unit = directory.find_unit(id);
  const auto* kind = unit ? directory.find_kind(unit->kind) : nullptr;
  return kind && kind->side == UnitSide::kArea;
}

std::vector<TaskLack> lacks_of(const TaskContent& content, const Directory& directory) {
  std::vector<TaskLack> lacks;
  const auto need = [&](bool there, const char* key, const char* zh, const char* en) {
    if (!there) lacks.push_back({key, zh, en});
  };
  const bool parent = !content.fan_out.empty();
  need(!content.title.empty(), "title", "任务事项", "title");
  if (!parent) {
    need(content.lead_unit.has_value(), "lead_unit", "牵头单位", "lead unit");
    need(!content.contact.empty(), "contact", "责任人", "contact");
  }
  need(content.due || content.due_rule ||
           (content.period != ReportPeriod::kNone && content.standing),
       "due", "时限", "due date");
  need(!content.standing || content.period != ReportPeriod::kNone, "period", "报送周期",
       "report period");
  need(!content.evidence.empty(), "evidence", "办结材料", "evidence");
  if (parent) return lacks;
  bool territorial = content.lead_unit && is_area_unit(directory, *content.lead_unit);
  if (const auto* object = directory.find_unit_named(content.object))
    territorial = territorial || is_area_unit(directory, object->id);
  int last_resort = 0;
  bool area = true;
  for (const auto& one : content.card) {
    if (one.kind != "兜底") continue;
    ++last_resort;
    area = area && one.unit && is_area_unit(directory, *one.unit);
  }
  need(!territorial || last_resort == 1, "last_resort", "一个兜底单位", "one unit of last resort");
  need(last_resort <= 1 || territorial, "last_resort", "只能有一个兜底单位",
       "one unit of last resort only");
  need(area, "last_resort_area", "兜底单位须为块上单位", "an area unit as last resort");
  return lacks;
}

std::string act_in_words(TaskAct act) {
  switch (act) {
    case A::kSubmit: return "提交审核";
    case A::kSendBack: return "驳回";
    case A::kIssue: return "交办";
    case A::kSign: return "签收";
    case A::kAskReassign: return "申请改派";
    case A::kReassign: return "改派";
    case A::kRefuseReassign: return "不同意改派";
    case A::kReport: return "反馈";
    case A::kPartIn: return "配合事项报完";
    case A::kWaivePart: return "免报配合事项";
    case A::kAskFinish: return "申请办结";
    case A::kReturn: return "退办";
    case A::kFinish: return "办结";
    case A::kCheckBack: return "回访核实";
    case A::kStrikeOff: return "销号";
    case A::kArchive: return "归档";
    case A::kReopen: return "重开";
    case A::kSuspend: return "中止";
    case A::kResume: return "恢复";
    case A::kWithdraw: return "撤销";
    case A::kWaive: return "免办";
    case A::kAskExtension: return "申请延期";
    case A::kAgreeExtension: return "单位负责人同意延期";
    case A::kExtend: return "批准延期";
    case A::kRefuseExtension: return "不同意延期";
    case A::kMarkEmpty: return "记为空报";
    case A::kUrge: return "催办";
    case A::kMoveDue: return "时限随日历调整";
    case A::kAttach: return "上传材料";
    case A::kTakeBack: return "撤回上一步";
    case A::kOfferPhoto: return "扫码上传照片";
    case A::kAcceptPhoto: return "采纳照片";
    case A::kRefusePhoto: return "不采纳照片";
  }
  return "";
}

}  // namespace huiban::domain
