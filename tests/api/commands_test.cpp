// A meeting over the API from plan to papers; retries, races and bad input.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

TEST_CASE("a meeting from plan to papers") {
  ApiWorld world;
  const auto secretary = world.as(Role::kSecretary);
  const auto preview = secretary.request("POST", "/api/v1/meetings/preview", world.plan().dump(),
                                         {{"Content-Type", "application/json"}});
  REQUIRE(preview.status == 200);
  const auto totals = json::parse(preview.body)["totals"];
  REQUIRE(totals["main"] == 3);
  REQUIRE(totals["branch"] == 4);
  REQUIRE(totals["by_kind"].size() == 3);

  const auto meeting = world.create_meeting();
  const auto base = "/api/v1/meetings/" + meeting;
  auto plan = world.meeting(meeting)["plan"];
  REQUIRE(plan["start"] == "09:00");
  REQUIRE(plan["agenda"][1]["speaker_text"] == "城运办主任");
  plan["place"] = "镇政府三楼会议室";
  REQUIRE(secretary.command("PUT", base + "?base_seq=1", plan.dump()).status == 200);
  REQUIRE(secretary.command("PUT", base + "?base_seq=1", plan.dump()).status ==
          409);  // somebody was faster
  REQUIRE(secretary.command("PUT", base + "?base_seq=x", plan.dump()).status == 422);
  REQUIRE(secretary.command("POST", base + "/convene").status == 200);
  REQUIRE(json::parse(secretary.get(base + "/expected").body)["totals"]["persons"] == 7);
  REQUIRE(json::parse(secretary.get(base + "/links").body).size() == 3);
  REQUIRE(secretary.command("POST", base + "/start").status == 200);
  REQUIRE(secretary.command("POST", base + "/start").status == 409);

  const auto dongxi = world.venue(meeting, "东溪村");
  const auto seats = world.seats_at(meeting, "东溪村");
  const auto page = world.bearer(world.page_token(meeting, "东溪村"));
  REQUIRE(page.command("POST", base + "/sign-ins", json{{"seats", seats}}.dump()).status == 200);
  REQUIRE(page.command("POST", base + "/sign-ins/take-back", json{{"seats", {seats[1]}}}.dump())
              .status == 200);
  const auto attendance = json::parse(secretary.get(base + "/attendance").body);
  REQUIRE(attendance["total"]["expected"] == 7);
  REQUIRE(attendance["total"]["present"] == 1);
  REQUIRE(attendance["seats"][seats[0]]["method"] == "browser");

  REQUIRE(secretary.command("PUT", base + "/stage", json{{"main", dongxi}}.dump()).status == 200);
  REQUIRE(secretary.command("PUT", base + "/stage", json{{"main", nullptr}}.dump()).status == 200);
  REQUIRE(secretary.command("PUT", base + "/stage", "{}").status == 422);
  REQUIRE(secretary.command("POST", base + "/floor/grant", json{{"venue", dongxi}}.dump()).status ==
          200);
  REQUIRE(
      secretary.command("POST", base + "/floor/revoke", json{{"venue", dongxi}}.dump()).status ==
      200);
  REQUIRE(secretary.command("POST", base + "/floor/mute-all").status == 200);
  const auto rung = [&](const json& body) {
    return secretary.command("POST", base + "/venues/" + dongxi + "/rung", body.dump()).status;
  };
  REQUIRE(rung({{"rung", "360p"}}) == 200);
  REQUIRE(rung({{"rung", nullptr}}) == 200);
  REQUIRE(rung({{"rung", "content"}}) == 200);
  REQUIRE(rung({{"rung", "1080p"}}) == 422);
  REQUIRE(rung(json::object()) == 422);
  const auto pins = json::parse(secretary.get(base + "/journal").body);
  REQUIRE(pins.back()["type"] == "rung_pinned");
  REQUIRE(pins.back()["text"] == "东溪村 is limited to slides and sound");
  REQUIRE(secretary.command("POST", base + "/agenda/next").status == 200);
  REQUIRE(secretary.command("POST", base + "/agenda/undo").status == 200);
  REQUIRE(secretary.command("POST", base + "/agenda/undo").status == 410);
  REQUIRE(secretary.command("POST", base + "/agenda/next").status == 200);
  REQUIRE(secretary.command("PUT", base + "/banner", json{{"text", "热烈欢迎"}}.dump()).status ==
          200);
  const std::string item = world.meeting(meeting)["plan"]["agenda"][1]["id"];
  REQUIRE(secretary
              .command("PUT", base + "/agenda/" + item + "/note",
                       json{{"text", "要点"}, {"base_version", 0}}.dump())
              .status == 200);
  REQUIRE(json::parse(secretary.get(base + "/agenda/" + item + "/note").body)[0]["text"] == "要点");
  world.on_control([&] { world.clock().step(std::chrono::minutes{20}); });
  const auto task =
      secretary.command("POST", "/api/v1/tasks",
                        json{{"title", "清理河道"}, {"meeting", meeting}, {"item", item}}.dump());
  REQUIRE(task.status == 201);
  REQUIRE(json::parse(task.body)["second"] == 1200);
  REQUIRE(json::parse(task.body)["item_title"].get<std::string>().find("防汛防台") !=
          std::string::npos);
  REQUIRE(secretary.command("POST", base + "/end").status == 200);

  const auto journal = json::parse(secretary.get(base + "/journal").body);
  REQUIRE(journal.size() > 12);
  for (std::size_t i = 0; i < journal.size(); ++i) {
    REQUIRE(journal[i]["seq"] == i + 1);
    REQUIRE(journal[i]["text"] != "Other");
    REQUIRE_FALSE(journal[i]["text"].get<std::string>().empty());
  }
  REQUIRE(json::parse(secretary.get(base + "/minutes").body)["paragraphs"].size() > 1);
  const auto docx = secretary.get(base + "/minutes.docx");
  REQUIRE(docx.status == 200);
  REQUIRE(docx.body == "PK-docx");
  REQUIRE(docx.headers.at("content-disposition").find("filename*=UTF-8''") != std::string::npos);
  REQUIRE(secretary.get(base + "/attendance.xlsx").body == "PK-xlsx");
  REQUIRE(secretary.get("/api/v1/tasks.xlsx?meeting=" + meeting).body == "PK-tasks");
  REQUIRE(secretary.get(base + "/venues/" + dongxi + "/still.jpg").headers.at("content-type") ==
          "image/jpeg");
  REQUIRE(json::parse(secretary.get("/api/v1/meetings").body)[0]["state"] == "ended");
  REQUIRE(json::parse(world.as(Role::kAuditor).get("/api/v1/admin/verify").body)["intact"] == true);
  REQUIRE(world.as(Role::kAdministrator)
              .get("/api/v1/admin/meetings/" + meeting + "/pipeline.dot")
              .status == 200);

  int exports = 0, chair = 0;
  for (const auto& entry : json::parse(world.as(Role::kAuditor).get("/api/v1/audit").body)) {
    exports += entry["action"] == "exportMinutes";
    chair += entry["action"] == "nextItem";
  }
  REQUIRE(exports == 1);
  REQUIRE(chair == 2);
}

TEST_CASE("a retry with the same key is applied once and answered alike") {
  ApiWorld world;
  const auto secretary = world.as(Role::kSecretary);
  const std::string key = uuid_to_string(make_uuid_v7());
  const auto first = secretary.command("POST", "/api/v1/meetings", world.plan().dump(), key);
  const auto again = secretary.command("POST", "/api/v1/meetings", world.plan().dump(), key);
  REQUIRE(first.status == 201);
  REQUIRE(again.status == 201);
  REQUIRE(json::parse(first.body)["id"] == json::parse(again.body)["id"]);
  REQUIRE(json::parse(secretary.get("/api/v1/meetings").body).size() == 1);

  const auto meeting = world.running_meeting();
  const auto grant = [&](const std::string& k) {
    return secretary.command("POST", "/api/v1/meetings/" + meeting + "/floor/grant",
                             json{{"venue", world.venue(meeting, "东溪村")}}.dump(), k);
  };
  const std::string grant_key = uuid_to_string(make_uuid_v7());
  const auto granted = grant(grant_key);
  world.restart();  // a retry after a crash
  auto later = world.as(Role::kSecretary);
  const auto retried =
      later.command("POST", "/api/v1/meetings/" + meeting + "/floor/grant",
                    json{{"venue", world.venue(meeting, "东溪村")}}.dump(), grant_key);
  REQUIRE(granted.status == 200);
  REQUIRE(retried.status == 200);
  REQUIRE(granted.body == retried.body);
  // The key of a grant does not make a meeting.
  REQUIRE(later.command("POST", "/api/v1/tasks", json{{"title", "x"}}.dump(), grant_key).status ==
          409);

  for (const auto* bad : {"", "1", "not-a-uuid", "00000000-0000-0000-0000-000000000000"}) {
    const auto answer =
        later.request("POST", "/api/v1/meetings", world.plan().dump(),
                      {{"Content-Type", "application/json"}, {"Idempotency-Key", bad}});
    INFO(bad);
    REQUIRE(answer.status == 400);
  }
}

TEST_CASE("two people write one note: one is told") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const std::string item = world.meeting(meeting)["plan"]["agenda"][0]["id"];
  const auto path = "/api/v1/meetings/" + meeting + "/agenda/" + item + "/note";
  const auto one = world.as(Role::kSecretary), two = world.as(Role::kSecretary);
  for (int round = 0; round < 5; ++round) {
    int a = 0, b = 0;
    const auto write = [&](const HttpClient& client, int& status) {
      status =
          client.command("PUT", path, json{{"text", "甲"}, {"base_version", round}}.dump()).status;
    };
    std::thread other([&] { write(two, b); });
    write(one, a);
    other.join();
    REQUIRE(std::min(a, b) == 200);
    REQUIRE(std::max(a, b) == 409);
  }
  REQUIRE(json::parse(one.get(path).body).size() == 5);
}

TEST_CASE("bad input is named in the caller's language and changes nothing") {
  ApiWorld world;
  auto secretary = world.as(Role::kSecretary);
  const auto post = [&](const std::string& body) {
    return secretary.command("POST", "/api/v1/meetings", body);
  };
  const auto with = [&](const char* field, json value) {
    auto plan = world.plan();
    plan[field] = std::move(value);
    return post(plan.dump());
  };
  REQUIRE(post("{").status == 400);
  REQUIRE(post("[]").status == 400);
  REQUIRE(post("{\"title\": \"\xff\xfe\"}").status == 400);
  REQUIRE(post("{\"title\": \"\xed\xa0\x80\"}").status == 400);  // a surrogate
  const auto title_of = [](const HttpAnswer& answer) {
    return json::parse(answer.body)["title"].get<std::string>();
  };
  const auto wrong_type = with("title", 7);
  REQUIRE(wrong_type.status == 422);
  REQUIRE(title_of(wrong_type) == "The field title must be a text");
  REQUIRE(title_of(with("form", "telephone")).find("form must be one of: video, onsite, visit") !=
          std::string::npos);
  REQUIRE(with("date", "2020-02-30").status == 422);
  REQUIRE(with("date", nullptr).status == 422);
  REQUIRE(with("start", "25:00").status == 422);
  REQUIRE(with("planned_minutes", 1e9).status == 422);
  REQUIRE(with("planned_minutes", 1.5).status == 422);
  REQUIRE(with("host", "me").status == 422);
  REQUIRE(with("agenda", {{{"kinds", {"speech", "singing"}}}}).status == 422);
  const auto nested = with("agenda", {{{"kinds", {"speech"}}, {"planned_minutes", -1}}});
  REQUIRE(title_of(nested).find("agenda[0].planned_minutes") != std::string::npos);
  REQUIRE(with("rules", {{{"venue", "main"}, {"kinds", {"martian"}}}}).status == 422);
  REQUIRE(with("title", std::string("a\0b", 3)).status == 422);
  REQUIRE(with("title", std::string(5000, 'x')).status == 422);
  REQUIRE(secretary
              .request("POST", "/api/v1/meetings", world.plan().dump(),
                       {{"Content-Type", "text/plain"},
                        {"Idempotency-Key", uuid_to_string(make_uuid_v7())}})
              .status == 400);
  const std::string deep(200000, '[');
  REQUIRE(post(deep).status == 400);
  REQUIRE(json::parse(secretary.get("/api/v1/meetings").body).empty());
  REQUIRE(secretary.get("/api/v1/meetings/not-a-uuid").status == 404);

  secretary.headers[1].second = "zh-CN,zh;q=0.9,en;q=0.1";
  REQUIRE(title_of(with("title", 7)) == "字段 title 必须是文字");
}

TEST_CASE("the test clock moves when it is switched on") {
  ApiWorld world;
  const auto secretary = world.as(Role::kSecretary);
  REQUIRE(json::parse(secretary.get("/api/v1/session").body)["test_clock"] == true);
  const auto put = [&](const json& body) {
    return secretary.request("PUT", "/api/v1/admin/test-clock", body.dump(),
                             {{"Content-Type", "application/json"}});
  };
  REQUIRE(json::parse(put({{"now", "2020-06-01T00:00:00Z"}}).body)["now"] ==
          "2020-06-01T00:00:00.000Z");
  REQUIRE(json::parse(put({{"step_ms", 60000}}).body)["now"] == "2020-06-01T00:01:00.000Z");
  REQUIRE(put({{"now", "tomorrow"}}).status == 422);
  REQUIRE(put(json::object()).status == 422);
  REQUIRE(world.as(Role::kLeader)
              .request("PUT", "/api/v1/admin/test-clock", "{\"step_ms\":1}",
                       {{"Content-Type", "application/json"}})
              .status == 403);
}

TEST_CASE("without --test-clock there is no clock to move") {
  WorldOptions options;
  options.test_clock = false;
  ApiWorld real(options);
  REQUIRE(real.as(Role::kSecretary).get("/api/v1/admin/test-clock").status == 404);
  REQUIRE_FALSE(
      json::parse(real.as(Role::kSecretary).get("/api/v1/session").body).contains("test_clock"));
}

TEST_CASE("accounts: made, listed, reset by the administrator") {
  ApiWorld world;
  const auto administrator = world.as(Role::kAdministrator);
  const auto make = [&](const json& account) {
    return administrator.command("POST", "/api/v1/accounts", account.dump());
  };
  const auto made = make({{"name", "xixi2"},
                          {"label", "西溪村联络员"},
                          {"role", "liaison"},
                          {"unit", world.unit("西溪村").str()}});
  REQUIRE(made.status == 201);
  REQUIRE(json::parse(made.body)["first_password"].get<std::string>().size() == 12);
  REQUIRE(make({{"name", "xixi2"}, {"label", "x"}, {"role", "observer"}}).status == 409);
  REQUIRE(make({{"name", "lianluo"}, {"label", "x"}, {"role", "liaison"}}).status ==
          422);  // without a unit
  REQUIRE(make({{"name", "Big Name"}, {"label", "x"}, {"role", "observer"}}).status == 422);
  REQUIRE(make({{"name", "device"}, {"label", "x"}, {"role", "venue_device"}}).status == 422);
  const std::string id = json::parse(made.body)["account"]["id"];
  const auto reset = administrator.command("POST", "/api/v1/accounts/" + id + "/reset");
  REQUIRE(reset.status == 200);
  REQUIRE(json::parse(reset.body)["first_password"] != json::parse(made.body)["first_password"]);
  REQUIRE(
      administrator.command("POST", "/api/v1/accounts/" + uuid_to_string(make_uuid_v7()) + "/reset")
          .status == 404);
  REQUIRE(administrator.get("/api/v1/accounts").body.find("argon2") == std::string::npos);
}
