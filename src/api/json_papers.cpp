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

}  // namespace huiban::api
