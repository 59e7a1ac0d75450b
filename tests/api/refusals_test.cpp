// Every route × every role, from the table that is the authorization: who may is let in, everybody
// else is refused; then own against foreign meeting, venue, unit, task and media session.
#include <catch2/catch.hpp>
#include <set>

#include "api/enum_names.h"
#include "api/router.h"
#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

namespace {

// The path with the ids of a running meeting (东溪村 is called to it) and of nothing else.
std::string path_of(const api::Route& route, const std::string& meeting, const std::string& venue,
                    const std::string& item) {
  std::string path = std::string(api::kApiPrefix) + std::string(route.path);
  const auto put = [&](const std::string& name, const std::string& id) {
    const auto at = path.find("{" + name + "}");
    if (at != std::string::npos) path.replace(at, name.size() + 2, id);
  };
  put("meeting", meeting);
  put("venue", venue);
  put("item", item);
  for (const auto* name : {"account", "task", "peer", "leave", "guest"}) put(name, uuid_to_string(make_uuid_v7()));
  return path;
}

HttpAnswer call(const HttpClient& client, const api::Route& route, const std::string& path) {
  return client.request(api::method_name(route.method), path,
                        route.body == api::Body::kNone ? "" : "{",
                        {{"Content-Type", "text/plain"}});
}

}  // namespace

TEST_CASE("every route lets in exactly the roles of its row") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto venue = world.venue(meeting, "东溪村");
  const std::string item = world.meeting(meeting)["plan"]["agenda"][0]["id"];
  std::map<Role, HttpClient> clients;
  for (const auto& [role, word] : api::kRoleNames)
    clients.emplace(role, role == Role::kVenueDevice
                              ? world.bearer(world.page_token(meeting, "东溪村"))
                              : world.as(role));
  int refused = 0, allowed = 0;
  for (const auto& route : api::routes()) {
    const auto path = path_of(route, meeting, venue, item);
    for (const auto& [role, word] : api::kRoleNames) {
      if (route.operation == "signOut")
        continue;  // ends the sessions of this test; see sign_in_test.cpp
      INFO(route.operation << " as " << word);
      const auto answer = call(clients.at(role), route, path);
      if (route.roles & (api::role_bit(role) | api::kPublic)) {
        // Let in: what then fails is the body, the key or an id that names nothing.
        CHECK((answer.status != 401 && answer.status != 403 && answer.status != 405));
        ++allowed;
      } else {
        CHECK(answer.status == 403);
        CHECK(answer.headers.at("content-type") == "application/problem+json");
        ++refused;
      }
    }
    if (route.roles & api::kPublic) continue;
    INFO(route.operation << " without a session");
    CHECK(call(world.nobody(), route, path).status == 401);
    CHECK(call(world.bearer("nonsense"), route, path).status == 401);
  }
  CHECK(refused > 250);
  CHECK(allowed > 150);
}

TEST_CASE("a venue's token is for its own meeting, venue and seats") {
  ApiWorld world;
  const auto own = world.running_meeting(), other = world.running_meeting();
  const auto client = world.bearer(world.page_token(own, "东溪村"));
  REQUIRE(client.get("/api/v1/meetings/" + own).status == 200);
  REQUIRE(client.get("/api/v1/meetings/" + other).status == 403);
  REQUIRE(client.get("/api/v1/meetings/" + uuid_to_string(make_uuid_v7())).status == 403);

  const auto sign = [&](const std::string& seat) {
    return client
        .command("POST", "/api/v1/meetings/" + own + "/sign-ins", json{{"seats", {seat}}}.dump())
        .status;
  };
  REQUIRE(sign(world.seats_at(own, "东溪村")[0]) == 200);
  REQUIRE(sign(world.seats_at(own, "西溪村")[0]) == 403);
  const auto ask = [&](const std::string& venue) {
    return client
        .command("POST", "/api/v1/meetings/" + own + "/floor/request",
                 json{{"venue", venue}}.dump())
        .status;
  };
  REQUIRE(ask(world.venue(own, "东溪村")) == 200);
  REQUIRE(ask(world.venue(own, "西溪村")) == 403);
}

TEST_CASE("a unit sees its own attendance and tasks, not another's") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto dongxi = world.as(Role::kLiaison), xixi = world.as(Role::kLiaison, "西溪村");
  const auto attendance =
      json::parse(dongxi.get("/api/v1/meetings/" + meeting + "/attendance").body);
  REQUIRE(attendance["units"].size() == 1);
  REQUIRE(attendance["units"][0]["name"] == "东溪村");
  REQUIRE(attendance["total"]["expected"] == 2);
  REQUIRE(attendance["seats"].size() == 2);

  const auto secretary = world.as(Role::kSecretary);
  const auto make_task = [&] {
    const auto made = secretary.command("POST", "/api/v1/tasks",
                                        json{{"title", "清理河道"},
                                             {"lead_unit", world.unit("东溪村").str()},
                                             {"contact", "行政负责人"},
                                             {"due", "2020-06-10"},
                                             {"evidence", "照片"},
                                             {"meeting", meeting}}
                                            .dump());
    REQUIRE(made.status == 201);
    return std::string(json::parse(made.body)["id"]);
  };
  const auto task = make_task();
  REQUIRE(dongxi.get("/api/v1/tasks/" + task).status == 404);  // a draft
  REQUIRE(json::parse(dongxi.get("/api/v1/tasks").body).empty());
  // The secretary issues only what a leader signed.
  const auto issue = "/api/v1/tasks/" + task + "/issue";
  REQUIRE(secretary.command("POST", issue, "{}").status == 403);
  REQUIRE(secretary.command("POST", issue, json{{"channel", "签批"}}.dump()).status == 200);
  REQUIRE(dongxi.get("/api/v1/tasks/" + task).status == 200);
  REQUIRE(xixi.get("/api/v1/tasks/" + task).status == 403);
  REQUIRE(json::parse(dongxi.get("/api/v1/tasks").body).size() == 1);
  REQUIRE(json::parse(xixi.get("/api/v1/tasks").body).empty());
  REQUIRE(xixi.get("/api/v1/tasks?unit=" + world.unit("东溪村").str()).status == 403);
  const std::string body = json{{"responsible", "安全干部"}}.dump();
  REQUIRE(xixi.command("POST", "/api/v1/tasks/" + task + "/sign", body).status == 403);
  REQUIRE(dongxi.command("POST", "/api/v1/tasks/" + task + "/sign", body).status == 200);
}

TEST_CASE("a unit that is not called does not see the meeting") {
  ApiWorld world;
  auto plan = world.plan();
  plan["rules"][2] = {
      {"venue", "branch"}, {"units", {world.unit("西溪村").str()}}, {"posts", {"安全干部"}}};
  plan["agenda"].erase(2);
  const auto secretary = world.as(Role::kSecretary);
  const auto made = secretary.command("POST", "/api/v1/meetings", plan.dump());
  REQUIRE(made.status == 201);
  const std::string meeting = json::parse(made.body)["id"];
  REQUIRE(secretary.command("POST", "/api/v1/meetings/" + meeting + "/convene").status == 200);
  REQUIRE(world.as(Role::kLiaison).get("/api/v1/meetings/" + meeting).status == 403);
  REQUIRE(json::parse(world.as(Role::kLiaison).get("/api/v1/meetings").body).empty());
  REQUIRE(world.as(Role::kLiaison, "西溪村").get("/api/v1/meetings/" + meeting).status == 200);
  REQUIRE(
      world.as(Role::kLiaison, "西溪村").get("/api/v1/meetings/" + meeting + "/my-link").status ==
      200);
}

TEST_CASE("a media session belongs to who made it") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto open = [&](const HttpClient& client, const std::string& as) {
    return client.request("POST", "/api/v1/meetings/" + meeting + "/media?as=" + as, "v=0\r\n",
                          {{"Content-Type", "application/sdp"}});
  };
  const auto one = world.bearer(world.page_token(meeting, "东溪村"));
  const auto two =
      world.bearer(world.page_token(meeting, "东溪村"));  // another page of the same link
  const auto made = open(one, "venue");
  REQUIRE(made.status == 201);
  REQUIRE(made.headers.at("content-type") == "application/sdp");
  REQUIRE(made.headers.count("etag") == 1);
  const auto location = made.headers.at("location");
  REQUIRE(location.rfind("/api/v1/media/", 0) == 0);
  const auto restart = [&](const HttpClient& client) {
    return client.request("PATCH", location, "a=ice-ufrag:x\r\n",
                          {{"Content-Type", "application/trickle-ice-sdpfrag"}});
  };
  REQUIRE(restart(two).status == 404);
  REQUIRE(restart(world.as(Role::kSecretary)).status == 404);
  REQUIRE(two.request("DELETE", location).status == 404);
  REQUIRE(restart(one).status == 200);
  REQUIRE(one.request("PATCH", location, "a=candidate:1\r\n",
                      {{"Content-Type", "application/trickle-ice-sdpfrag"}})
              .status == 204);
  REQUIRE(one.request("DELETE", location).status == 200);
  REQUIRE(one.request("DELETE", location).status == 404);

  REQUIRE(open(one, "console").status == 403);
  REQUIRE(open(one, "display").status == 403);  // its tiles would show other branches
  REQUIRE(open(world.bearer(world.page_token(meeting, "主会场")), "display").status == 201);
  REQUIRE(open(world.as(Role::kSecretary), "console").status == 201);
  REQUIRE(open(world.as(Role::kSecretary), "venue").status == 403);
  REQUIRE(open(world.as(Role::kObserver), "console").status == 403);
  REQUIRE(open(world.as(Role::kObserver), "watcher").status == 201);
  REQUIRE(open(one, "nothing").status == 422);
  std::string wall = world.venue(meeting, "东溪村");
  for (int i = 1; i < 100; ++i) wall += "," + world.venue(meeting, "西溪村");
  REQUIRE(open(world.as(Role::kSecretary), "console&wall=" + wall).status == 201);
  REQUIRE(world.on_control([&] { return world.media().joins.back().wall.size(); }) == 100);
}

TEST_CASE("a device's token opens media and nothing else; other sites may use it") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto venue = world.venue(meeting, "东溪村");
  const auto path = "/api/v1/meetings/" + meeting + "/venues/" + venue + "/device-token";
  const auto made = world.as(Role::kSecretary).command("POST", path);
  REQUIRE(made.status == 201);
  const auto token = json::parse(made.body);
  const auto device = world.bearer(token["token"]);
  REQUIRE(device.get("/api/v1/meetings/" + meeting).status == 403);
  const std::string whip = token["whip_url"];
  const auto target = whip.substr(whip.find("/api/"));
  const auto opened =
      device.request("POST", target, "v=0\r\n",
                     {{"Content-Type", "application/sdp"}, {"Origin", "https://studio.example"}});
  REQUIRE(opened.status == 201);
  REQUIRE(opened.headers.at("access-control-allow-origin") == "*");
  REQUIRE(opened.headers.at("access-control-expose-headers").find("Location") != std::string::npos);
  REQUIRE(world.on_control(
      [&] { return world.media().joins.back().role == domain::PeerRole::kPublisher; }));
  REQUIRE(device.request("DELETE", opened.headers.at("location")).status == 200);

  const auto asked =
      world.nobody().request("OPTIONS", target, {}, {{"Origin", "https://studio.example"}});
  REQUIRE(asked.status == 204);
  REQUIRE(asked.headers.at("access-control-allow-methods").find("POST") != std::string::npos);
  REQUIRE(asked.headers.at("access-control-allow-headers").find("Authorization") !=
          std::string::npos);
  REQUIRE(asked.headers.at("accept-post") == "application/sdp");
  const auto elsewhere =
      world.nobody().request("OPTIONS", "/api/v1/meetings", {}, {{"Origin", "https://x.example"}});
  REQUIRE(elsewhere.status == 204);
  REQUIRE(elsewhere.headers.count("access-control-allow-origin") == 0);
}

TEST_CASE("join links are stable, signed, and end with the meeting") {
  ApiWorld world;
  const auto meeting = world.running_meeting();
  const auto token = world.join_token(meeting, "东溪村");
  REQUIRE(token == world.join_token(meeting, "东溪村"));
  const auto join = [&](const std::string& text) {
    return world.nobody().command("POST", "/api/v1/join", json{{"token", text}}.dump());
  };
  const auto me = json::parse(join(token).body);
  REQUIRE(me["role"] == "venue_device");
  REQUIRE(me["label"] == "东溪村会场");
  REQUIRE(me["venue_kind"] == "branch");
  std::string forged = token;
  forged[20] = forged[20] == 'A' ? 'B' : 'A';
  REQUIRE(join(forged).status == 403);
  REQUIRE(join("").status == 403);
  REQUIRE(join("=====").status == 403);
  REQUIRE(join(me["token"]).status == 403);  // a bearer token is no join token
  REQUIRE(world.bearer(token).get("/api/v1/session").status == 401);  // nor the other way round
  const std::string before = me["token"];
  world.restart();
  REQUIRE(world.join_token(meeting, "东溪村") == token);
  REQUIRE(world.bearer(before).get("/api/v1/session").status == 200);
  REQUIRE(
      world.as(Role::kSecretary).command("POST", "/api/v1/meetings/" + meeting + "/end").status ==
      200);
  REQUIRE(join(token).status == 410);
}
