// Evidence of tasks: files of signed-in people, and one photo per code without an account. What a
// file is, its first bytes say; it is only ever given out as an attachment.
#include <algorithm>

#include "api/call.h"
#include "api/core.h"
#include "api/file_answer.h"
#include "api/handlers.h"
#include "api/json_write.h"
#include "api/utf8.h"

namespace huiban::api {
namespace {

using domain::TaskAct;
using domain::TaskFile;

struct Kind {
  const char* type;
  std::size_t at;
  std::string_view mark;
  const char* ends;  // of the name; empty: any
};
constexpr Kind kKinds[] = {
    {"image/jpeg", 0, "\xff\xd8\xff", ""},
    {"image/png", 0, "\x89PNG\r\n", ""},
    {"image/webp", 8, "WEBP", ""},
    {"image/heic", 4, "ftyphei", ""},
    {"application/pdf", 0, "%PDF-", ""},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", 0, "PK\x03\x04",
     ".docx"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 0, "PK\x03\x04", ".xlsx"},
    {"video/quicktime", 4, "ftypqt", ""},
    {"video/mp4", 4, "ftyp", ""},
};
constexpr std::size_t kMostFiles = 100;  // of one task

bool ends_with(std::string name, std::string_view end) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

const Kind* kind_of(const std::string& bytes, const std::string& name) {
  for (const auto& kind : kKinds)
    if (bytes.size() > kind.at && bytes.compare(kind.at, kind.mark.size(), kind.mark) == 0 &&
        ends_with(name, kind.ends))
      return &kind;
  return nullptr;
}

Result<TaskFile> keep(const CallPtr& call, const domain::Task& task, bool photo) {
  auto* evidence = call->core->parts.evidence;
  if (!evidence)
    return fail(ErrorCode::kUnavailable, "没有存放文件的地方", "There is nowhere to keep files");
  auto name = call->request.query_value("name").value_or("");
  name = name.substr(name.find_last_of("/\\") + 1);
  if (name.empty() || name.size() > 300 || !valid_utf8(name) ||
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 32; }))
    return fail(ErrorCode::kInvalid, "文件名不对", "The file's name is wrong");
  if (task.facts().files.size() >= kMostFiles)
    return fail(ErrorCode::kTooMany, "这项任务的文件太多", "The task has too many files");
  const auto* kind = kind_of(call->request.body, name);
  if (!kind || (photo && std::string_view(kind->type).substr(0, 6) != "image/"))
    return fail(ErrorCode::kInvalid,
                photo ? "请上传照片" : "只收照片、PDF、Word、Excel 和 MP4 视频",
                photo ? "Send a photo"
                      : "Photos, PDF, Word, Excel and MP4 video only");
  const auto id = HUIBAN_TRY(evidence->put(call->request.body));
  return TaskFile{id, name, kind->type, std::int64_t(call->request.body.size())};
}

Error code_used() {
  return {ErrorCode::kGone,
          "这个码已经用过，请重新扫任务页上的码",
          "This code was used; scan the one on the task's page again",
          {}};
}

const domain::Task* task_of_code(const CallPtr& call, const std::string& code) {
  const auto read = call->core->tokens.read_photo_code(code);
  const auto* task = read ? call->core->service().find_task(read->task) : nullptr;
  return task && task->facts().offers.size() == read->count ? task : nullptr;
}

}  // namespace

void put_task_file(const CallPtr& call) {
  auto& service = call->core->service();
  const auto id = call->id<TaskId>(0);
  const auto file = keep(call, *service.find_task(id), false);
  if (!file) return call->refuse(file.error());
  const auto done =
      service.act_on_task(call->command(), id, {TaskAct::kAttach, {}, {*file}});
  if (!done) return call->refuse(done.error());
  call->json(201, {{"id", file->id},
                   {"name", file->name},
                   {"type", file->type},
                   {"size", file->size}});
}

void get_task_file(const CallPtr& call) {
  const auto& files = call->core->service().find_task(call->id<TaskId>(0))->facts().files;
  const auto id = call->request.query_value("id").value_or("");
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const TaskFile& one) { return one.id == id; });
  auto* evidence = call->core->parts.evidence;
  if (file == files.end() || !evidence)
    return call->refuse(
        {ErrorCode::kNotFound, "这项任务没有这个文件", "The task has no such file", {}});
  auto bytes = evidence->get(file->id);
  if (!bytes) return call->refuse(bytes.error());
  HttpResponse response = empty_response(200);
  response.content_type = file->type;
  response.headers.emplace_back("Content-Disposition", attachment(file->name, "evidence"));
  response.body = std::move(*bytes);
  call->answer(std::move(response));
}

void get_photo_code(const CallPtr& call) {
  const auto& task = *call->core->service().find_task(call->id<TaskId>(0));
  call->json(200, {{"url", call->core->public_url() + "/p/" +
                               call->core->tokens.photo_code(task.id(),
                                                             task.facts().offers.size())}});
}

void open_photo(const CallPtr& call) {
  const auto code = call->reader().text("code", Presence::kRequired, 400);
  if (!code) return call->refuse(code.error());
  const auto* task = task_of_code(call, *code);
  if (!task) return call->refuse(code_used());
  const auto& content = task->content();
  const auto* unit = content.lead_unit
                         ? call->core->service().directory().find_unit(*content.lead_unit)
                         : nullptr;
  call->json(200, {{"title", content.title},
                   {"number", domain::task_number(task->facts())},
                   {"unit_name", unit ? unit->name : std::string()}});
}

void send_photo(const CallPtr& call) {
  const auto* task = task_of_code(call, call->request.query_value("code").value_or(""));
  if (!task) return call->refuse(code_used());
  const auto file = keep(call, *task, true);
  if (!file) return call->refuse(file.error());
  domain::TaskEntry entry;
  entry.text = call->request.query_value("text").value_or("");
  if (entry.text.size() > 3000 || !valid_utf8(entry.text))
    return call->refuse({ErrorCode::kInvalid, "文字太长", "The text is too long", {}});
  domain::Actor sender;
  sender.label = "扫码照片";
  const auto done = call->core->service().act_on_task({call->key, sender}, task->id(),
                                                      {TaskAct::kOfferPhoto, entry, {*file}});
  if (!done) return call->refuse(done.error());
  call->json(201, {{"seq", done->seq}});
}

}  // namespace huiban::api
