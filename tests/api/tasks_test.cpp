// A task's life over HTTP: who may press what, evidence, photos by code, figures.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

namespace {

json body(const HttpAnswer& answer, int status) {
  INFO(answer.body);
  REQUIRE(answer.status == status);
  return json::parse(answer.body);
}

class Desk {
 public:
  ApiWorld world;
  HttpClient secretary = world.as(Role::kSecretary), approver = world.as(Role::kApprover),
             leader = world.as(Role::kLeader), liaison = world.as(Role::kLiaison),
             head = world.as(Role::kUnitHead);

  json draft(json more = json::object()) {
    json input{{"title", "清理河道"},
               {"lead_unit", world.unit("东溪村").str()},
               {"contact", "行政负责人"},
               {"due", "2020-06-10"},
               {"evidence", "整改前后照片"}};
    input.update(more);
    return body(secretary.command("POST", "/api/v1/tasks", input.dump()), 201);
  }
  HttpAnswer act(const HttpClient& who, const json& task, const std::string& act,
                 json entry = json::object()) {
    entry["act"] = act;
    return who.command("POST", path(task) + "/acts", entry.dump());
  }
  static std::string path(const json& task) {
    return "/api/v1/tasks/" + task["id"].get<std::string>();
  }
  HttpAnswer upload(const HttpClient& who, const std::string& to, const std::string& bytes) {
    return who.request("POST", to, bytes,
                       {{"Content-Type", "application/octet-stream"},
                        {"Idempotency-Key", CommandId::make().str()}});
  }
};

const std::string kJpeg = "\xff\xd8\xff\xe0 a photo";

}  // namespace

TEST_CASE("from a draft to the archive, each step by who may take it") {
  Desk d;
  auto task = d.draft();
  CHECK(task["state"] == "draft");
  CHECK(task["card"][0]["kind"] == "兜底");  // 属地兜底 by itself
  CHECK(task["acts"] == json({"submit"}));
  CHECK(d.act(d.approver, task, "issue").status == 409);
  body(d.act(d.secretary, task, "submit"), 200);
  task = body(d.act(d.approver, task, "issue"), 200);
  CHECK(task["state"] == "issued");
  CHECK(body(d.liaison.get(Desk::path(task)), 200)["acts"] == json({"sign", "ask_reassign"}));
  CHECK(d.act(d.secretary, task, "sign", {{"person", "主任"}}).status == 403);
  task = body(d.act(d.liaison, task, "sign", {{"person", "主任"}}), 200);
  CHECK(task["state"] == "in_progress");
  CHECK(d.act(d.head, task, "ask_finish", {{"text", "已清理"}}).status == 422);  // no evidence

  const auto file = body(d.upload(d.liaison, Desk::path(task) + "/files?name=after.jpg", kJpeg), 201);
  CHECK(file["type"] == "image/jpeg");
  const auto kept =
      d.secretary.get(Desk::path(task) + "/files?id=" + file["id"].get<std::string>());
  CHECK(kept.status == 200);
  CHECK(kept.body == kJpeg);
  CHECK(d.world.as(Role::kLiaison, "西溪村")
            .get(Desk::path(task) + "/files?id=" + file["id"].get<std::string>())
            .status == 403);

  CHECK(d.act(d.liaison, task, "ask_finish", {{"text", "已清理"}}).status == 403);  // the head
  body(d.act(d.head, task, "ask_finish", {{"text", "已清理"}}), 200);
  task = body(d.act(d.approver, task, "finish"), 200);
  CHECK(task["state"] == "finished");
  body(d.act(d.secretary, task, "check_back",
             {{"text", "属实"}, {"person", "督办员"}, {"satisfaction", "satisfied"}}),
       200);
  body(d.act(d.secretary, task, "strike_off"), 200);
  task = body(d.act(d.secretary, task, "archive", {{"number", "会议纪要〔2020〕3号"}}), 200);
  CHECK(task["state"] == "archived");
  const auto history = body(d.secretary.get(Desk::path(task) + "/history"), 200);
  CHECK(history.size() == 10);
  CHECK(history[2]["act"] == "issue");
}

TEST_CASE("the secretary enters for a unit with channel and time, and takes a step back") {
  Desk d;
  auto task = d.draft();
  task = body(d.secretary.command("POST", Desk::path(task) + "/issue",
                                  json{{"channel", "签批"}}.dump()),
              200);
  task = body(d.act(d.secretary, task, "sign", {{"person", "主任"}, {"channel", "电话"}}), 200);
  CHECK(task["signed_by_office"] == true);
  CHECK(d.act(d.liaison, task, "report", {{"text", "进展"}, {"channel", "电话"}}).status == 403);
  task = body(d.act(d.approver, task, "suspend", {{"text", "等批复"}, {"date", "2030-01-02"}}), 200);
  CHECK(task["state"] == "suspended");
  task = body(d.act(d.approver, task, "take_back"), 200);
  CHECK(task["state"] == "in_progress");
  CHECK(d.act(d.approver, task, "nonsense").status == 422);
}

TEST_CASE("files that are no evidence are refused, and a file of another task") {
  Desk d;
  auto task = d.draft(), other = d.draft();
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{
           {"a.exe", "MZ program"}, {"page.jpg", "<html>"}, {"", kJpeg}, {"x.zip", "PK\x03\x04zip"}})
    CHECK(d.upload(d.secretary, Desk::path(task) + "/files?name=" + name, bytes).status == 422);
  const auto file =
      body(d.upload(d.secretary, Desk::path(other) + "/files?name=a.png", "\x89PNG\r\n\x1a"), 201);
  CHECK(d.secretary.get(Desk::path(task) + "/files?id=" + file["id"].get<std::string>()).status ==
        404);
  const json sign{{"channel", "签批"}, {"files", {file["id"]}}};
  CHECK(d.secretary.command("POST", Desk::path(task) + "/issue", sign.dump()).status == 422);
}

TEST_CASE("a photo by the task's code, without an account, once") {
  Desk d;
  auto task = d.draft();
  body(d.secretary.command("POST", Desk::path(task) + "/issue", json{{"channel", "签批"}}.dump()),
       200);
  const auto code_of = [&] {
    const std::string url = body(d.liaison.get(Desk::path(task) + "/photo-code"), 200)["url"];
    return url.substr(url.rfind('/') + 1);
  };
  const auto code = code_of();
  const HttpClient phone = d.world.nobody();
  CHECK(body(phone.command("POST", "/api/v1/photo", json{{"code", code}}.dump()), 200)["title"] ==
        "清理河道");
  const auto to = "/api/v1/photo/send?name=a.jpg&text=ok&code=" + code;
  CHECK(d.upload(phone, to, "<html>").status == 422);
  body(d.upload(phone, to, kJpeg), 201);
  CHECK(d.upload(phone, to, kJpeg).status == 410);
  CHECK(code_of() != code);
  task = body(d.secretary.get(Desk::path(task)), 200);
  REQUIRE(task["offers"].size() == 1);
  CHECK(task["reports"].empty());
  CHECK(d.act(d.liaison, task, "accept_photo", {{"report", task["offers"][0]["seq"]}}).status == 403);
  task = body(d.act(d.secretary, task, "accept_photo", {{"report", task["offers"][0]["seq"]}}), 200);
  CHECK(task["reports"].size() == 1);
  CHECK(task["offers"][0]["accepted"] == true);
}

TEST_CASE("figures by unit, periods and merits") {
  Desk d;
  auto empty = body(d.leader.get("/api/v1/tasks/figures"), 200);
  CHECK(empty["total"]["finished"]["text"] == "—");
  CHECK(d.liaison.get("/api/v1/tasks/figures").status == 403);
  CHECK(d.leader.get("/api/v1/tasks/figures?from=x").status == 422);
  const auto task = d.draft();
  body(d.secretary.command("POST", Desk::path(task) + "/issue", json{{"channel", "签批"}}.dump()),
       200);
  const auto now = body(d.leader.get("/api/v1/tasks/figures"), 200);
  REQUIRE(now["kinds"].size() == 1);
  CHECK(now["kinds"][0]["units"][0]["name"] == "东溪村");
  CHECK(now["kinds"][0]["units"][0]["score"] == 100);
  const json merit{{"kind", "praise"}, {"unit", d.world.unit("东溪村").str()},
                   {"date", now["until"]}, {"points", 2}, {"reason", "领导肯定"}};
  body(d.secretary.command("POST", "/api/v1/merits", merit.dump()), 200);
  CHECK(body(d.leader.get("/api/v1/tasks/figures"), 200)["kinds"][0]["units"][0]["score"] == 102);
  const auto merits = body(d.leader.get("/api/v1/merits"), 200);
  body(d.secretary.command("POST", "/api/v1/merits/take-back",
                           json{{"merit", merits[0]["seq"]}}.dump()),
       200);
  CHECK(body(d.leader.get("/api/v1/merits"), 200).empty());
  body(d.secretary.command(
           "PUT", "/api/v1/periods",
           json{{"name", "汛期"}, {"from", "2020-06-01"}, {"until", "2020-09-30"}}.dump()),
       200);
  CHECK(body(d.liaison.get("/api/v1/periods"), 200)[0]["key"] == "汛期");
  const auto before = body(d.liaison.get("/api/v1/tasks/pulse"), 200)["changes"].get<int>();
  body(d.act(d.liaison, task, "sign", {{"person", "主任"}}), 200);
  CHECK(body(d.liaison.get("/api/v1/tasks/pulse"), 200)["changes"].get<int>() == before + 1);
}
