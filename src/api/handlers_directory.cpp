// The directory: read, changed, undone, imported and exported.
#include "api/file_answer.h"
#include "api/handlers.h"
#include "api/json_directory_change.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

using namespace domain;
using nlohmann::json;

constexpr const char* kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

std::chrono::year_month_day today(const Call& call) {
  const auto& service = call.core->service();
  return std::chrono::floor<std::chrono::days>(service.clock().now() +
                                               service.settings().utc_offset);
}

std::optional<std::uint64_t> number_of(const Call& call, const char* name) {
  const auto text = call.request.query_value(name).value_or("");
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoull(text);
}

ImportMode mode_of(const Call& call) {
  return call.request.query_value("mode").value_or("") == "complete" ? ImportMode::kComplete
                                                                     : ImportMode::kUpdate;
}

void answer_tables(const CallPtr& call, const char* type, const char* disposition,
                   std::function<Result<std::string>(const DocumentWriter&)> write) {
  if (!call->core->parts.documents)
    return call->refuse(
        {ErrorCode::kUnavailable, "文档服务没有运行", "The document service does not run", {}});
  on_worker<std::string>(
      call, [writer = call->core->parts.documents, write] { return write(*writer); },
      [type, disposition](const CallPtr& c, const Result<std::string>& file) {
        if (!file) return c->refuse(file.error());
        HttpResponse response = empty_response(200);
        response.content_type = type;
        response.headers.emplace_back("Content-Disposition", disposition);
        response.body = *file;
        c->answer(std::move(response));
      });
}

// Reads the file on the worker, plans on control, and hands both to use.
void with_plan(const CallPtr& call, std::function<void(const CallPtr&, const ImportPlan&)> use) {
  if (!call->core->parts.documents)
    return call->refuse(
        {ErrorCode::kUnavailable, "文档服务没有运行", "The document service does not run", {}});
  on_worker<std::vector<TextTable>>(
      call,
      [writer = call->core->parts.documents, bytes = call->request.body] {
        return writer->read_tables(bytes);
      },
      [use = std::move(use)](const CallPtr& c, const Result<std::vector<TextTable>>& tables) {
        if (!tables) return c->refuse(tables.error());
        use(c, plan_import(c->core->service().directory_log().directory(), *tables, mode_of(*c),
                           today(*c)));
      });
}

Error first_problem(const ImportPlan& plan) {
  const auto& one = plan.problems.front();
  const auto row = std::to_string(one.row);
  return {ErrorCode::kInvalid,
          "没有导入：" + one.table + (one.row ? " 第 " + row + " 行 " : " ") + one.column + one.zh,
          "Nothing was imported: " + one.table + (one.row ? " row " + row + " " : " ") +
              one.column + " " + one.en,
          {}};
}

}  // namespace

void get_directory(const CallPtr& call) {
  const auto& service = call->core->service();
  auto out = directory_json(service.directory_today());
  out["seq"] = service.directory_log().seq();
  call->json(200, out);
}

void get_contacts(const CallPtr& call) {
  const auto& directory = call->core->service().directory();
  json persons = json::object(), posts = json::object();
  for (const auto& person : directory.persons)
    if (!person.mobile.empty()) persons[person.id.str()] = person.mobile;
  for (const auto& post : directory.posts)
    if (!post.mobile.empty()) posts[post.id.str()] = post.mobile;
  call->json(200, {{"persons", std::move(persons)}, {"posts", std::move(posts)}});
}

void list_directory_changes(const CallPtr& call) {
  constexpr std::size_t kShown = 100;
  const auto& log = call->core->service().directory_log();
  json list = json::array();
  for (auto one = log.changes().rbegin(); one != log.changes().rend() && list.size() < kShown;
       ++one)
    list.push_back(directory_change_json(*one, log, call->language));
  call->json(200, list);
}

void change_directory(const CallPtr& call) {
  auto& service = call->core->service();
  const auto patch = read_patch(call->reader(), service.directory_log().directory());
  if (!patch) return call->refuse(patch.error());
  std::optional<std::uint64_t> base;
  if (call->reader().has("base_seq")) {
    const auto seq = call->reader().whole("base_seq");
    if (!seq) return call->refuse(seq.error());
    if (*seq >= 0) base = std::uint64_t(*seq);
  }
  call->applied(
      service.change_directory(call->command(), *patch, DirectoryChangeKind::kEdit, "", base));
}

void undo_directory_change(const CallPtr& call) {
  const auto seq = call->reader().whole("seq");
  if (!seq) return call->refuse(seq.error());
  call->applied(call->core->service().undo_directory_change(call->command(),
                                                            *seq < 0 ? 0 : std::uint64_t(*seq)));
}

void preview_directory_import(const CallPtr& call) {
  with_plan(call, [](const CallPtr& c, const ImportPlan& plan) {
    const auto& service = c->core->service();
    auto out = import_preview_json(plan, service.directory_log().directory(),
                                   service.directory_log().seq(), c->language);
    // What the directory as a whole does not allow: a unit that meetings name is removed.
    if (plan.problems.empty()) {
      const auto patch = directory_diff(service.directory_log().directory(), plan.after);
      if (const auto whole = service.preview_change(patch, std::nullopt); !whole)
        out["problems"].push_back(
            {{"table", ""},
             {"row", 0},
             {"column", ""},
             {"text", c->language == Language::kZh ? whole.error().zh : whole.error().en}});
    }
    c->json(200, out);
  });
}

void import_directory(const CallPtr& call) {
  const auto base = number_of(*call, "base_seq");
  if (!base)
    return call->refuse({ErrorCode::kInvalid, "请先预览，再导入", "Preview before importing", {}});
  with_plan(call, [base = *base](const CallPtr& c, const ImportPlan& plan) {
    auto& service = c->core->service();
    const auto& log = service.directory_log();
    if (!plan.problems.empty()) return c->refuse(first_problem(plan));
    const auto patch = directory_diff(log.directory(), plan.after);
    c->applied(service.change_directory(c->command(), patch, DirectoryChangeKind::kImport,
                                        c->request.query_value("name").value_or(""), base));
  });
}

void export_directory(const CallPtr& call) {
  const auto tables =
      export_tables(call->core->service().directory_log().directory(), today(*call));
  answer_tables(call, kXlsx,
                "attachment; filename=\"directory.xlsx\"; "
                "filename*=UTF-8''%E9%80%9A%E8%AE%AF%E5%BD%95.xlsx",
                [tables](const DocumentWriter& writer) { return writer.tables_xlsx(tables); });
}

void export_directory_table(const CallPtr& call) {
  const auto key = call->request.query_value("table").value_or("posts");
  const auto* form = find_table_form(key);
  if (!form)
    return call->refuse({ErrorCode::kNotFound, "没有这张表", "There is no such table", {}});
  for (const auto& table :
       export_tables(call->core->service().directory_log().directory(), today(*call)))
    if (table.name == form->zh)
      return answer_tables(
          call, "text/csv; charset=utf-8", "attachment; filename=\"directory.csv\"",
          [table](const DocumentWriter& writer) { return writer.table_csv(table); });
}

void get_differences(const CallPtr& call) {
  const auto found = call->core->service().differences_of(call->id<MeetingId>(0));
  if (!found) return call->refuse(found.error());
  json list = json::array();
  for (const auto& one : *found) list.push_back(difference_json(one));
  call->json(200, list);
}

}  // namespace huiban::api
