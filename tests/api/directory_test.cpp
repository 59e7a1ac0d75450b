// The directory over the API: who sees numbers, changes and their undo, files previewed and stored.
#include <catch2/catch.hpp>

#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

namespace {

const std::string kBase = "/api/v1/directory";

HttpAnswer send_file(const HttpClient& client, const std::string& path, const std::string& bytes) {
  Headers headers{{"Content-Type", "application/octet-stream"}};
  if (path.find("preview") == std::string::npos)
    headers.emplace_back("Idempotency-Key", CommandId::make().str());
  return client.request("POST", kBase + path, bytes, headers);
}

json read(const HttpClient& client) {
  return json::parse(client.get(kBase).body);
}

json* post_of(json& directory, const std::string& unit, const std::string& title) {
  std::string id;
  for (const auto& one : directory["units"])
    if (one["name"] == unit) id = one["id"];
  for (auto& post : directory["posts"])
    if (post["unit"] == id && post["title"] == title) return &post;
  throw std::runtime_error("no post " + unit + title);
}

}  // namespace

TEST_CASE("a post gets a holder; the number is masked except for the secretary, and undo works") {
  ApiWorld world;
  const auto secretary = world.as(Role::kSecretary);
  auto directory = read(secretary);
  const auto seq = directory["seq"].get<int>();
  auto post = *post_of(directory, "东溪村", "安全干部");
  const auto person = PersonId::make().str();
  post["tenures"] = {{{"person", person}, {"from", "2020-05-01"}}};
  const json change{{"base_seq", seq},
                    {"put",
                     {{"persons", {{{"id", person}, {"name", "张三"}, {"mobile", "13812345678"}}}},
                      {"posts", {post}}}}};
  const auto applied = secretary.command("POST", kBase + "/changes", change.dump());
  INFO(applied.body);
  REQUIRE(applied.status == 200);
  const auto leader = world.as(Role::kLeader);
  auto seen = read(leader);
  REQUIRE((*post_of(seen, "东溪村", "安全干部"))["holder_name"] == "张三");
  REQUIRE(seen["persons"][0]["mobile_masked"] == "138****5678");
  REQUIRE(seen["persons"][0]["pinyin"] == "zs");
  REQUIRE(leader.get(kBase).body.find("13812345678") == std::string::npos);
  REQUIRE(leader.get(kBase + "/contacts").status == 403);
  REQUIRE(json::parse(secretary.get(kBase + "/contacts").body)["persons"][person] == "13812345678");

  // A page without the number puts the person back: the number stays.
  const json renamed{{"put", {{"persons", {{{"id", person}, {"name", "张叁"}}}}}}};
  REQUIRE(secretary.command("POST", kBase + "/changes", renamed.dump()).status == 200);
  REQUIRE(json::parse(secretary.get(kBase + "/contacts").body)["persons"][person] == "13812345678");
  // The first page still has the old directory.
  REQUIRE(secretary.command("POST", kBase + "/changes", change.dump()).status == 409);

  const auto history = json::parse(secretary.get(kBase + "/changes").body);
  REQUIRE(history[0]["can_undo"] == true);
  REQUIRE(history[1]["can_undo"] == false);  // its person was renamed since
  const auto undo = [&](const json& which) {
    return secretary.command("POST", kBase + "/undo", json{{"seq", which["seq"]}}.dump()).status;
  };
  REQUIRE(undo(history[1]) == 409);
  REQUIRE(undo(history[0]) == 200);
  REQUIRE(read(secretary)["persons"][0]["name"] == "张三");
  REQUIRE(secretary.command("POST", kBase + "/undo", R"({"seq":9999})").status == 404);
  REQUIRE(world.as(Role::kLiaison).command("POST", kBase + "/changes", change.dump()).status ==
          403);
}

TEST_CASE("bad changes are refused with a sentence and change nothing") {
  ApiWorld world;
  const auto secretary = world.as(Role::kSecretary);
  const auto before = read(secretary);
  const auto refused = [&](const json& change, int status) {
    const auto answer = secretary.command("POST", kBase + "/changes", change.dump());
    INFO(answer.body);
    REQUIRE(answer.status == status);
    REQUIRE(!json::parse(answer.body)["title"].get<std::string>().empty());
  };
  refused({{"put", 7}}, 422);
  refused({{"put", {{"units", {{{"id", "x"}}}}}}}, 422);
  refused(
      {{"put", {{"units", {{{"id", UnitId::make().str()}, {"name", "甲"}, {"kind", "planet"}}}}}}},
      422);
  refused({{"put",
            {{"persons", {{{"id", PersonId::make().str()}, {"name", "乙"}, {"mobile", "abc"}}}}}}},
          422);
  refused({{"put", {{"orders", {{{"from", "2020-02-30"}}}}}}}, 422);
  refused({{"removed", {"class:any_head", "unit:" + world.unit("东溪村").str()}}}, 422);
  REQUIRE(read(secretary) == before);
}

TEST_CASE("a file is previewed, stored as a whole, and undone as a whole") {
  ApiWorld world;
  const auto secretary = world.as(Role::kSecretary);
  auto file = json::parse(secretary.get(kBase + ".xlsx").body);
  REQUIRE(file.size() == 6);
  auto preview = send_file(secretary, "/import/preview?mode=complete", file.dump());
  REQUIRE(preview.status == 200);
  auto shown = json::parse(preview.body);
  REQUIRE(shown["problems"].empty());
  REQUIRE(shown["added"].get<int>() + shown["changed"].get<int>() + shown["removed"].get<int>() ==
          0);

  const json rows{{"人员职务",
                   {{"单位", "职务", "姓名", "手机"},
                    {"东溪村", "安全干部", "张三", "13812345678"},
                    {"东溪村", "河道专管员", "李四", "13912345678"}}}};
  shown = json::parse(send_file(secretary, "/import/preview?mode=update", rows.dump()).body);
  REQUIRE(shown["added"] == 3);    // two persons, one post
  REQUIRE(shown["changed"] == 1);  // a holder
  const auto store = "/import?mode=update&name=a.xlsx&base_seq=" + shown["base_seq"].dump();
  REQUIRE(send_file(secretary, "/import?mode=update", rows.dump()).status == 422);
  const auto stored = send_file(secretary, store, rows.dump());
  INFO(stored.body);
  REQUIRE(stored.status == 200);
  auto now = read(secretary);
  REQUIRE((*post_of(now, "东溪村", "河道专管员"))["holder_name"] == "李四");
  REQUIRE(secretary.command("POST", kBase + "/undo", stored.body).status == 200);
  now = read(secretary);
  REQUIRE(now["persons"].empty());

  const json wrong{
      {"人员职务", {{"单位", "职务", "排序"}, {"东溪村", "安全员", "1"}, {"无此村", "甲", "x"}}}};
  shown = json::parse(send_file(secretary, "/import/preview", wrong.dump()).body);
  REQUIRE(shown["problems"].size() == 1);
  REQUIRE(shown["problems"][0]["row"] == 3);
  REQUIRE(shown["problems"][0]["table"] == "人员职务");
  REQUIRE(shown["problems"][0]["column"] == "单位");
  REQUIRE(
      send_file(secretary, "/import?base_seq=" + shown["base_seq"].dump(), wrong.dump()).status ==
      422);
  REQUIRE(read(secretary)["posts"] == now["posts"]);  // nothing half-applied
  REQUIRE(send_file(secretary, "/import/preview", "nonsense").status == 422);
  REQUIRE(send_file(world.as(Role::kLeader), "/import/preview", rows.dump()).status == 403);
  REQUIRE(secretary.get(kBase + ".csv?table=posts").status == 200);
  REQUIRE(secretary.get(kBase + ".csv?table=planets").status == 404);
}

TEST_CASE("row 37: after convening a new holder stands among the differences, the list is frozen") {
  ApiWorld world;
  const auto secretary = world.as(Role::kSecretary);
  const auto meeting = "/api/v1/meetings/" + world.convened_meeting();
  REQUIRE(secretary.get(meeting + "/differences").body == "[]");
  const auto expected = secretary.get(meeting + "/expected").body;
  const json rows{{"人员职务", {{"单位", "职务", "姓名"}, {"东溪村", "安全干部", "张三"}}}};
  const auto preview = json::parse(send_file(secretary, "/import/preview", rows.dump()).body);
  REQUIRE(
      send_file(secretary, "/import?base_seq=" + preview["base_seq"].dump(), rows.dump()).status ==
      200);
  const auto found = json::parse(secretary.get(meeting + "/differences").body);
  REQUIRE(found.size() == 1);
  REQUIRE(found[0]["kind"] == "holder");
  REQUIRE(found[0]["after"] == "张三");
  REQUIRE(found[0]["unit_name"] == "东溪村");
  REQUIRE(!found[0]["changed_by"].get<std::string>().empty());
  REQUIRE(secretary.get(meeting + "/expected").body == expected);
}
