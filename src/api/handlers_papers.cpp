// Minutes and exports. Papers are written on the worker from a copy of the facts.
#include <algorithm>

#include "api/call.h"
#include "api/core.h"
#include "api/facts.h"
#include "api/file_answer.h"
#include "api/handlers.h"
#include "api/json_write.h"
#include "domain/notice.h"

namespace huiban::api {

// RFC 6266 with RFC 8187: the name in Chinese, and an ASCII one for old programs.
std::string attachment(const std::string& name, const char* plain) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : name) {
    const auto b = static_cast<unsigned char>(c);
    if (std::isalnum(b) || c == '-' || c == '_' || c == '.')
      encoded += c;
    else
      encoded += {'%', kHex[b >> 4], kHex[b & 15]};
  }
  return std::string("attachment; filename=\"") + plain + "\"; filename*=UTF-8''" + encoded;
}

namespace {

constexpr const char* kDocx =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr const char* kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// write: on the worker, from what it captured by value.
template <class Write>
void answer_file(const CallPtr& call, const char* type, std::string disposition, Write write) {
  if (!call->core->parts.documents)
    return call->refuse(
        {ErrorCode::kUnavailable, "文档服务没有运行", "The document service does not run", {}});
  auto done = call->later(
      [type, disposition = std::move(disposition)](const CallPtr& c, Result<std::string> file) {
        if (!file) return c->refuse(file.error());
        HttpResponse response = empty_response(200);
        response.content_type = type;
        response.headers.emplace_back("Content-Disposition", disposition);
        response.body = std::move(*file);
        c->answer(std::move(response));
      });
  Executor& control = call->core->parts.control;
  call->core->parts.worker.post([&control, write = std::move(write), done = std::move(done)] {
    Result<std::string> file = std::string();
    try {
      file = write();
    } catch (const std::exception& e) {
      file = fail(ErrorCode::kInternal, "文档生成失败", "The paper could not be written", e.what());
    }
    control.post([done, file = std::move(file)] { done(file); });
  });
}

const domain::Meeting& meeting_of(const CallPtr& call) {
  return *call->core->service().find_meeting(call->id<MeetingId>(0));
}

// The unit a notice is for: the caller's own, or the one that was asked for; none: all units.
Result<std::optional<UnitId>> unit_asked(const CallPtr& call) {
  const auto& actor = call->caller.actor;
  if (actor.role == domain::Role::kUnitHead || actor.role == domain::Role::kLiaison)
    return actor.unit;
  const auto text = call->request.query_value("unit");
  if (!text || text->empty()) return std::optional<UnitId>();
  const auto unit = UnitId::parse(*text);
  if (!unit || !call->core->service().directory().find_unit(*unit))
    return fail(ErrorCode::kNotFound, "没有这个单位", "There is no such unit");
  return unit;
}

std::string notice_name(const domain::MeetingFacts& facts, std::optional<UnitId> unit,
                        const char* ending) {
  const auto* found = unit ? facts.directory.find_unit(*unit) : nullptr;
  return facts.meeting.plan().title + "通知" + (found ? "（" + found->name + "）" : "") + ending;
}

}  // namespace

void get_notice(const CallPtr& call) {
  const auto unit = unit_asked(call);
  if (!unit) return call->refuse(unit.error());
  call->json(200, notice_json(domain::draft_notice(
                      facts_of(call->core->service(), meeting_of(call)), *unit)));
}

void export_notice(const CallPtr& call) {
  const auto unit = unit_asked(call);
  if (!unit) return call->refuse(unit.error());
  auto facts = facts_of(call->core->service(), meeting_of(call));
  auto name = attachment(notice_name(facts, *unit, ".docx"), "notice.docx");
  answer_file(call, kDocx, std::move(name),
              [writer = call->core->parts.documents, facts = std::move(facts), unit = *unit] {
                return writer->notice_docx(facts, unit);
              });
}

void export_calendar(const CallPtr& call) {
  const auto unit = unit_asked(call);
  if (!unit) return call->refuse(unit.error());
  auto facts = facts_of(call->core->service(), meeting_of(call));
  std::string link;  // of the unit's own branch room, while it can be joined
  if (*unit && facts.meeting.state() != domain::MeetingState::kCancelled)
    for (const auto& venue : facts.meeting.venues())
      if (venue.kind == domain::VenueKind::kBranch &&
          std::find(venue.units.begin(), venue.units.end(), **unit) != venue.units.end())
        link = call->core->join_link(facts.meeting.id(), venue.id);
  auto name = attachment(facts.meeting.plan().title + ".ics", "meeting.ics");
  answer_file(call, "text/calendar; charset=utf-8", std::move(name),
              [writer = call->core->parts.documents, facts = std::move(facts),
               link]() -> Result<std::string> { return writer->calendar_ics(facts, link); });
}

void get_minutes(const CallPtr& call) {
  call->json(
      200, minutes_json(domain::draft_minutes(facts_of(call->core->service(), meeting_of(call)))));
}

void get_brief(const CallPtr& call) {
  call->json(200,
             brief_json(domain::draft_brief(facts_of(call->core->service(), meeting_of(call)))));
}

void export_minutes(const CallPtr& call) {
  const auto& meeting = meeting_of(call);
  answer_file(
      call, kDocx, attachment(meeting.plan().title + "纪要.docx", "minutes.docx"),
      [writer = call->core->parts.documents, facts = facts_of(call->core->service(), meeting)] {
        return writer->minutes_docx(facts);
      });
}

void export_attendance(const CallPtr& call) {
  const auto& meeting = meeting_of(call);
  answer_file(
      call, kXlsx, attachment(meeting.plan().title + "签到表.xlsx", "attendance.xlsx"),
      [writer = call->core->parts.documents, facts = facts_of(call->core->service(), meeting)] {
        return writer->attendance_xlsx(facts);
      });
}

void export_attendance_sheet(const CallPtr& call) {
  const auto& meeting = meeting_of(call);
  answer_file(
      call, kDocx, attachment(meeting.plan().title + "签到表.docx", "attendance.docx"),
      [writer = call->core->parts.documents, facts = facts_of(call->core->service(), meeting)] {
        return writer->attendance_docx(facts);
      });
}

void export_tasks(const CallPtr& call) {
  const auto& service = call->core->service();
  std::vector<domain::Task> tasks;
  std::string heading = "督办一览表";
  if (const auto text = call->request.query_value("meeting"); text && !text->empty()) {
    const auto id = MeetingId::parse(*text);
    const auto* meeting = id ? service.find_meeting(*id) : nullptr;
    if (!meeting)
      return call->refuse({ErrorCode::kNotFound, "没有这个会议", "There is no such meeting", {}});
    tasks = tasks_of(service, *id);
    heading = meeting->plan().title + "任务分解表";
  } else {
    for (const auto* task : service.tasks()) tasks.push_back(*task);
  }
  answer_file(call, kXlsx, attachment(heading + ".xlsx", "tasks.xlsx"),
              [writer = call->core->parts.documents, tasks = std::move(tasks),
               directory = service.directory(),
               heading] { return writer->tasks_xlsx(tasks, directory, heading); });
}

}  // namespace huiban::api
