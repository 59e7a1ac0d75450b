#include <nlohmann/json.hpp>

#include "api/enum_names.h"
#include "api/json_read.h"
#include "api/json_write.h"
#include "domain/wording.h"

namespace huiban::api {

using nlohmann::json;
using namespace domain;

namespace {

json date_json(const std::optional<std::chrono::year_month_day>& date) {
  return date ? json(date_text(*date)) : json(nullptr);
}

json acts_json(const std::vector<TaskAct>& acts) {
  json list = json::array();
  for (const auto act : acts)
    if (act != TaskAct::kAttach) list.push_back(name_of(kTaskActNames, act));
  return list;
}

std::string unit_name(const Directory& directory, const std::optional<UnitId>& id) {
  const auto* unit = id ? directory.find_unit(*id) : nullptr;
  return unit ? unit->name : "";
}

json card_json(const TaskContent& content, const Directory& directory) {
  json list = json::array();
  for (const auto& one : content.card) {
    json line{{"kind", one.kind}, {"text", one.text}, {"name", one.text}};
    if (one.unit) line["unit"] = one.unit->str(), line["name"] = unit_name(directory, one.unit);
    if (one.post) {
      line["post"] = one.post->str();
      if (const auto* post = directory.find_post(*one.post))
        line["name"] = post_in_words(directory, *post);
    }
    list.push_back(std::move(line));
  }
  return list;
}

void put_source(json& out, const Task& task, const Service& service) {
  const auto& source = task.source();
  out["meeting_title"] = source.meeting_title;
  out["item_title"] = source.item_title;
  out["speaker"] = source.speaker;
  out["second"] = source.second ? json(*source.second) : json(nullptr);
  out["said_at"] = nullptr;
  out["quote"] = source.quote;
  out["source_kind"] = source.kind;
  out["source_number"] = source.number;
  if (source.parent) out["parent"] = source.parent->str();
  if (source.item) out["item"] = source.item->str();
  if (!source.meeting) return;
  out["meeting"] = source.meeting->str();
  const auto* meeting = service.find_meeting(*source.meeting);
  if (meeting && meeting->started_at() && source.second)
    out["said_at"] = to_iso8601(*meeting->started_at() + std::chrono::seconds{*source.second});
}

void put_times(json& out, const Task& task, const Service& service) {
  const auto times = service.task_times(task);
  out["light"] = name_of(kLightNames, times.light);
  out["sign_limit"] = time_json(times.sign_limit);
  out["sign_late"] = times.sign_late;
  out["missing_reports"] = times.missing;
  out["next_report"] = time_json(times.next_report);
  out["with_office"] = times.with_office;
  out["overdue"] = times.overdue;
  out["late"] = times.late;
  out["days_left"] = times.days_left ? json(*times.days_left) : json(nullptr);
}

void put_content(json& out, const TaskContent& content, const Directory& directory) {
  json assist = json::array();
  for (const auto& unit : content.assist_units) assist.push_back(unit.str());
  out["title"] = content.title;
  out["detail"] = content.detail;
  out["assist_units"] = std::move(assist);
  out["contact"] = content.contact;
  out["evidence"] = content.evidence;
  out["important"] = content.important;
  out["urgent"] = content.urgent;
  out["standing"] = content.standing;
  out["period"] = name_of(kReportPeriodNames, content.period);
  out["period_day"] = content.period_day;
  out["fan_out"] = content.fan_out;
  out["category"] = content.category;
  out["campaign"] = content.campaign;
  out["object"] = content.object;
  out["problem"] = content.problem;
  out["measure"] = content.measure;
  out["card"] = card_json(content, directory);
  out["due_rule"] = nullptr;
  if (content.due_rule)
    out["due_rule"] = {{"days", content.due_rule->days},
                       {"working", content.due_rule->working},
                       {"period", content.due_rule->period},
                       {"period_end", content.due_rule->period_end}};
  if (!content.lead_unit) return;
  out["lead_unit"] = content.lead_unit->str();
  if (const auto* unit = directory.find_unit(*content.lead_unit)) {
    out["lead_unit_name"] = unit->name;
    out["lead_unit_kind"] = unit->kind;
  }
}

}  // namespace

json task_json(const Task& task, const Service& service, const Actor& viewer) {
  const auto& facts = task.facts();
  const auto& directory = service.directory();
  const auto world = service.task_world();
  json lacks = json::array();
  if (facts.state == TaskState::kDraft)
    for (const auto& one : lacks_of(facts.content, directory)) lacks.push_back(one.key);
  json out{{"id", task.id().str()},
           {"seq", task.seq()},
           {"state", name_of(kTaskStateNames, facts.state)},
           {"number", task_number(facts)},
           {"responsible", facts.responsible},
           {"signed_by_office", facts.signed_by_office},
           {"issued_at", time_json(facts.issued_at)},
           {"signed_at", time_json(facts.signed_at)},
           {"finished_at", time_json(facts.finished_at)},
           {"due", date_json(facts.issued_at ? facts.due : facts.content.due)},
           {"original_due", date_json(facts.original_due)},
           {"percent", facts.percent},
           {"returns", facts.returned_at.size()},
           {"urged", facts.urged},
           {"urged_at", time_json(facts.urged_at)},
           {"waived", facts.waived},
           {"reassign_asked", facts.reassign_asked_at.has_value()},
           {"extension_asked", facts.extension ? date_json(facts.extension->date) : json(nullptr)},
           {"lacks", std::move(lacks)},
           {"children", nullptr},
           {"acts", acts_json(acts_now(task, viewer, world))},
           {"recorded_acts", viewer.role == Role::kSecretary
                                 ? acts_json(acts_now(task, viewer, world, true))
                                 : json::array()}};
  if (task.is_parent()) {
    const auto count = service.children_of(task);
    out["children"] = {{"done", count.done}, {"waived", count.waived}, {"all", count.all}};
  }
  put_content(out, facts.content, directory);
  put_source(out, task, service);
  put_times(out, task, service);
  return out;
}

json task_detail_json(const Task& task, const Service& service, const Actor& viewer) {
  auto out = task_json(task, service, viewer);
  const auto& facts = task.facts();
  const auto& directory = service.directory();
  json changes = json::array(), files = json::array(), parts = json::array(),
       offers = json::array(), limits = json::array(), reports = json::array();
  for (const auto& one : facts.due_changes)
    changes.push_back({{"at", to_iso8601(one.at)},
                       {"from", date_json(one.from)},
                       {"to", date_json(one.to)},
                       {"why", name_of(kTaskActNames, one.why)}});
  for (const auto& one : facts.files)
    files.push_back({{"id", one.id}, {"name", one.name}, {"type", one.type}, {"size", one.size}});
  for (const auto& unit : facts.content.assist_units)
    parts.push_back({{"unit", unit.str()},
                     {"name", unit_name(directory, unit)},
                     {"done", facts.parts_in.count(unit) > 0}});
  for (const auto& one : facts.offers)
    offers.push_back({{"seq", one.seq},
                      {"at", to_iso8601(one.at)},
                      {"text", one.text},
                      {"file", one.file},
                      {"accepted", one.accepted ? json(*one.accepted) : json(nullptr)}});
  for (const auto& one : service.task_times(task).reports)
    limits.push_back({{"limit", to_iso8601(one.limit)},
                      {"first", one.first},
                      {"made", one.made},
                      {"in_time", one.in_time}});
  for (const auto& one : facts.reports)
    reports.push_back({{"seq", one.seq}, {"at", to_iso8601(one.at)}, {"empty", one.empty}});
  out["due_changes"] = std::move(changes);
  out["files"] = std::move(files);
  out["parts"] = std::move(parts);
  out["offers"] = std::move(offers);
  out["report_limits"] = std::move(limits);
  out["reports"] = std::move(reports);
  out["archive_number"] = facts.archive_number;
  return out;
}

namespace {

struct History {
  std::string act, words_zh, text;
  const TaskEntry* entry = nullptr;
};

History history_of(const StoredEvent& event) {
  if (const auto* acted = std::get_if<TaskActed>(&event.payload)) {
    History line{std::string(name_of(kTaskActNames, acted->act)), act_in_words(acted->act),
                 acted->entry.text, &acted->entry};
    for (const auto& file : acted->files) line.text += (line.text.empty() ? "" : "\n") + file.name;
    return line;
  }
  if (const auto* issued = std::get_if<TaskIssued>(&event.payload))
    return {"issue", "交办", issued->number, &issued->entry};
  if (const auto* signed_for = std::get_if<TaskSignedFor>(&event.payload))
    return {"sign", "签收", signed_for->responsible, &signed_for->entry};
  if (std::holds_alternative<TaskRevised>(event.payload)) return {"revise", "修改", "", nullptr};
  return {"draft", "起草", "", nullptr};
}

}  // namespace

json task_history_json(const StoredEvent& event, const Directory& directory, Language language) {
  const auto line = history_of(event);
  auto actor = event.actor.label;
  if (actor.empty()) actor = language == Language::kEn ? "Server" : "服务器";
  json out{{"seq", event.seq},
           {"at", to_iso8601(event.at)},
           {"actor", actor},
           {"act", line.act},
           {"text", line.text}};
  if (!line.entry) return out;
  const auto& entry = *line.entry;
  out["reason"] = entry.reason;
  out["channel"] = entry.channel;
  out["behalf"] = entry.behalf;
  out["person"] = entry.person;
  out["number"] = entry.number;
  out["said_at"] = time_json(entry.said_at);
  out["date"] = date_json(entry.date);
  out["percent"] = entry.percent ? json(*entry.percent) : json(nullptr);
  out["files"] = entry.files;
  out["unit_name"] = unit_name(directory, entry.unit);
  if (line.act == "check_back") {
    out["passed"] = entry.passed;
    out["satisfaction"] = name_of(kSatisfactionNames, entry.satisfaction);
  }
  if (const auto* acted = std::get_if<TaskActed>(&event.payload))
    out["due"] = date_json(acted->due);
  return out;
}

json task_figures_json(const TaskFigures& figures) {
  const auto rate = [](const Rate& one) {
    return json{{"part", one.part}, {"whole", one.whole}, {"text", one.text()}};
  };
  return {{"due", figures.due},
          {"in_time", figures.in_time},
          {"late", figures.late},
          {"overdue", figures.overdue},
          {"waiting", figures.waiting},
          {"missed", figures.missed()},
          {"average_days", figures.average_days()},
          {"sign", rate(figures.sign)},
          {"report", rate(figures.report)},
          {"finished", rate(figures.finished)},
          {"on_time", rate(figures.on_time)},
          {"on_original_time", rate(figures.on_original_time)},
          {"at_once", rate(figures.at_once)},
          {"returned", rate(figures.returned)},
          {"extended", rate(figures.extended)},
          {"reopened", rate(figures.reopened)},
          {"checked", rate(figures.checked)},
          {"satisfied", rate(figures.satisfied)}};
}

json merit_json(const Merit& merit, const Directory& directory) {
  const auto& note = merit.note;
  json out{{"seq", merit.seq},       {"kind", name_of(kMeritNames, note.kind)},
           {"unit", note.unit.str()}, {"unit_name", unit_name(directory, note.unit)},
           {"date", date_text(note.date)}, {"points", note.points},
           {"reason", note.reason},  {"by", note.by},
           {"whom", note.whom},      {"promise", note.promise},
           {"noted_by", merit.by}};
  if (note.task) out["task"] = note.task->str();
  return out;
}

json period_json(const NamedPeriod& period) {
  return {{"key", period.key},
          {"name", period.name},
          {"from", date_text(period.from)},
          {"until", date_text(period.until)}};
}

}  // namespace huiban::api
