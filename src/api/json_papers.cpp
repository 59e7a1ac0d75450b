#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_read.h"
#include "api/json_write.h"
#include "domain/wording.h"

namespace huiban::api {

using nlohmann::json;

json note_json(const domain::Note& note) {
  return {
      {"version", note.version}, {"text", note.text}, {"at", to_iso8601(note.at)}, {"by", note.by}};
}

json notice_json(const domain::NoticeDraft& draft) {
  json paragraphs = json::array();
  for (const auto& one : draft.paragraphs)
    paragraphs.push_back({{"heading", one.heading}, {"text", one.text}});
  return {{"mark", draft.mark},           {"number", draft.number},
          {"title", draft.title},         {"addressee", draft.addressee},
          {"signature", draft.signature}, {"date", draft.date},
          {"contact", draft.contact},     {"paragraphs", std::move(paragraphs)}};
}

json brief_json(const domain::BriefDraft& draft) {
  json paragraphs = json::array();
  for (const auto& one : draft.paragraphs) {
    json words{{"text", one.text}};
    if (one.item) words["item"] = one.item->str();
    paragraphs.push_back(std::move(words));
  }
  return {{"title", draft.title}, {"paragraphs", std::move(paragraphs)}};
}

json minutes_json(const domain::MinutesDraft& draft) {
  json paragraphs = json::array(), attendance = json::array();
  for (const auto& p : draft.paragraphs) {
    using Kind = domain::MinutesParagraph::Kind;
    json one{{"kind", p.kind == Kind::kBody      ? "body"
                      : p.kind == Kind::kHeading ? "heading"
                                                 : "task"},
             {"text", p.text}};
    if (p.item) one["item"] = p.item->str();
    if (p.task) one["task"] = p.task->str();
    if (p.said_at) one["said_at"] = to_iso8601(*p.said_at);
    paragraphs.push_back(std::move(one));
  }
  for (const auto& line : draft.attendance)
    attendance.push_back({{"label", line.label}, {"text", line.text}});
  return {{"mark", draft.mark},
          {"number", draft.number},
          {"maker", draft.maker},
          {"date", draft.date},
          {"title", draft.title},
          {"paragraphs", std::move(paragraphs)},
          {"attendance", std::move(attendance)},
          {"copies_to", draft.copies_to},
          {"printed_by", draft.printed_by},
          {"printed_on", draft.printed_on}};
}

namespace {

// Yellow from three days before to the day itself, red after it; a draft has none (supervision
// rules).
const char* light_of(const domain::Task& task, const domain::Service& service) {
  if (task.state() == domain::TaskState::kDraft || !task.content().due) return "none";
  const auto today = domain::local_date(service.clock().now(), service.settings().utc_offset);
  const auto left = std::chrono::sys_days{*task.content().due} - std::chrono::sys_days{today};
  if (left < std::chrono::days{0}) return "red";
  return left <= std::chrono::days{3} ? "yellow" : "green";
}

}  // namespace

json task_json(const domain::Task& task, const domain::Service& service) {
  const auto& content = task.content();
  const auto& source = task.source();
  json assist = json::array();
  for (const auto& unit : content.assist_units) assist.push_back(unit.str());
  json out{{"id", task.id().str()},
           {"seq", task.seq()},
           {"state", name_of(kTaskStateNames, task.state())},
           {"number", task.number()},
           {"title", content.title},
           {"detail", content.detail},
           {"assist_units", std::move(assist)},
           {"contact", content.contact},
           {"due", content.due ? json(date_text(*content.due)) : json(nullptr)},
           {"evidence", content.evidence},
           {"responsible", task.responsible()},
           {"issued_at", time_json(task.issued_at())},
           {"signed_at", time_json(task.signed_at())},
           {"light", light_of(task, service)},
           {"meeting_title", source.meeting_title},
           {"item_title", source.item_title},
           {"speaker", source.speaker},
           {"second", source.second ? json(*source.second) : json(nullptr)},
           {"said_at", nullptr},
           {"quote", source.quote},
           {"source_kind", source.kind}};
  if (content.lead_unit) {
    out["lead_unit"] = content.lead_unit->str();
    if (const auto* unit = service.directory().find_unit(*content.lead_unit))
      out["lead_unit_name"] = unit->name;
  }
  if (source.item) out["item"] = source.item->str();
  if (source.meeting) {
    out["meeting"] = source.meeting->str();
    const auto* meeting = service.find_meeting(*source.meeting);
    if (meeting && meeting->started_at() && source.second)
      out["said_at"] = to_iso8601(*meeting->started_at() + std::chrono::seconds{*source.second});
  }
  return out;
}

}  // namespace huiban::api
