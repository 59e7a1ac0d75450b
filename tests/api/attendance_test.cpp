// Leave, receipts, the rotating code, texts and figures over HTTP.
#include <catch2/catch.hpp>

#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

namespace {

std::string path(const std::string& meeting, const std::string& rest) {
  return "/api/v1/meetings/" + meeting + rest;
}

std::string code_of(const HttpClient& client, const std::string& meeting) {
  const auto answer = client.get(path(meeting, "/sign-in-code"));
  REQUIRE(answer.status == 200);
  const std::string url = json::parse(answer.body)["url"];
  return url.substr(url.rfind('/') + 1);
}

}  // namespace

TEST_CASE("a unit asks, the leader decides, both see it") {
  ApiWorld world;
  const auto meeting = world.convened_meeting();
  const auto seat = world.seats_at(meeting, "东溪村")[0];
  const auto unit = world.as(Role::kLiaison), other = world.as(Role::kLiaison, "西溪村");
  const auto body = json{{"seat", seat}, {"kind", "leave"}, {"reason", "出差"}}.dump();
  REQUIRE(other.command("POST", path(meeting, "/leaves"), body).status == 403);
  REQUIRE(unit.command("POST", path(meeting, "/leaves"), body).status == 200);
  const auto attendance = [&](const HttpClient& client) {
    return json::parse(client.get(path(meeting, "/attendance")).body);
  };
  REQUIRE(attendance(other)["leaves"].empty());
  const auto asked = attendance(unit)["leaves"][0];
  REQUIRE(asked["state"] == "asked");
  const auto decide = path(meeting, "/leaves/" + asked["id"].get<std::string>() + "/decide");
  REQUIRE(unit.command("POST", decide, json{{"approved", true}}.dump()).status == 403);
  REQUIRE(world.as(Role::kLeader).command("POST", decide, json{{"approved", true}}.dump()).status ==
          200);
  REQUIRE(attendance(unit)["leaves"][0]["state"] == "approved");
  REQUIRE(attendance(unit)["seats"][seat]["status"] == "leave");
}

TEST_CASE("a receipt is returned by the unit and read by the office") {
  ApiWorld world;
  const auto meeting = world.convened_meeting();
  const auto unit = world.as(Role::kLiaison);
  const auto seats = json::parse(unit.get(path(meeting, "/attendance")).body)["seats"];
  json lines = json::array();
  for (const auto& [seat, ignored] : seats.items())
    lines.push_back({{"seat", seat}, {"name", "甲"}, {"mobile", "13800000000"}});
  REQUIRE(unit.command("PUT", path(meeting, "/receipt"), json{{"lines", lines}}.dump()).status ==
          200);
  const auto office =
      json::parse(world.as(Role::kSecretary).get(path(meeting, "/attendance")).body);
  REQUIRE(office["receipts"].size() == 1);
  REQUIRE(office["receipts"][0]["lines"].size() == lines.size());
}

TEST_CASE("a scanned code signs in; an expired or forged one does not, nor another room's seat") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto room = world.bearer(world.page_token(meeting, "东溪村"));
  const auto code = code_of(room, meeting);
  const auto open = [&](const std::string& text) {
    return world.nobody().request("POST", "/api/v1/scan", json{{"code", text}}.dump(),
                                  {{"Content-Type", "application/json"}});
  };
  const auto opened = open(code);
  REQUIRE(opened.status == 200);
  const auto ticket = json::parse(opened.body)["ticket"];
  const auto sign = [&](const std::string& seat) {
    return world.nobody()
        .command("POST", "/api/v1/scan/sign-in", json{{"ticket", ticket}, {"seat", seat}}.dump())
        .status;
  };
  REQUIRE(sign(world.seats_at(meeting, "西溪村")[0]) == 403);
  REQUIRE(sign(world.seats_at(meeting, "东溪村")[0]) == 200);
  auto forged = code;
  forged[10] = forged[10] == 'A' ? 'B' : 'A';
  REQUIRE(open(forged).status == 403);
  REQUIRE(open(world.join_token(meeting, "东溪村")).status == 403);
  const auto later = [&](std::chrono::seconds by) {
    world.on_control([&] { world.clock().set(world.clock().now() + by); });
  };
  later(std::chrono::seconds{30});
  REQUIRE(open(code).status == 200);  // the one before is still taken
  later(std::chrono::seconds{60});
  REQUIRE(open(code).status == 403);
  later(std::chrono::minutes{5});
  REQUIRE(sign(world.seats_at(meeting, "东溪村")[0]) == 403);  // the ticket has run out
}

TEST_CASE("the texts name the missing, and figures add up") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto secretary = world.as(Role::kSecretary);
  const auto texts = json::parse(secretary.get(path(meeting, "/attendance/report")).body);
  REQUIRE(!texts.empty());
  REQUIRE(texts.back()["moment"] == "now");
  const std::string now = texts.back()["text"];
  REQUIRE(now.find("Missing: ") != std::string::npos);
  REQUIRE(now.find("安全干部") != std::string::npos);
  REQUIRE(secretary.command("POST", path(meeting, "/end")).status == 200);
  const auto figures = json::parse(secretary.get("/api/v1/attendance/figures?by=unit").body);
  int expected = 0;
  for (const auto& row : figures["rows"]) expected += row["totals"]["expected"].get<int>();
  REQUIRE(expected >= figures["total"]["totals"]["expected"].get<int>());
  REQUIRE(figures["total"]["meetings"] == 1);
  const auto own =
      json::parse(world.as(Role::kLiaison).get("/api/v1/attendance/figures?by=meeting").body);
  REQUIRE(own["total"]["totals"]["expected"] == 2);
  REQUIRE(secretary.get("/api/v1/attendance/figures?by=colour").status == 422);
  REQUIRE(secretary.get("/api/v1/attendance/figures?from=2020-13-01").status == 422);
}

TEST_CASE("a correction needs a reason and shows what it replaced; a batch is all or none") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto secretary = world.as(Role::kSecretary);
  const auto seats = world.seats_at(meeting, "东溪村");
  const auto correct = [&](const char* reason) {
    return secretary
        .command("POST", path(meeting, "/corrections"),
                 json{{"seats", {seats[0]}}, {"to", "present"}, {"reason", reason}}.dump())
        .status;
  };
  REQUIRE(correct("") == 422);
  REQUIRE(correct("现场照片为证") == 200);
  const auto seat =
      json::parse(secretary.get(path(meeting, "/attendance")).body)["seats"][seats[0]];
  REQUIRE(seat["status"] == "present");
  REQUIRE(seat["corrected"]["was"]["status"] == "expected");
  REQUIRE(secretary
              .command("POST", path(meeting, "/sign-ins/batch"),
                       json{{"arrivals",
                             {{{"seat", seats[0]}}, {{"seat", uuid_to_string(make_uuid_v7())}}}},
                            {"reason", "纸质签到表"}}
                           .dump())
              .status == 404);
}
