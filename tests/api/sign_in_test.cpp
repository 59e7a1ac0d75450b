#include <catch2/catch.hpp>

#include "api/tokens.h"
#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

namespace {

HttpAnswer sign_in(const ApiWorld& world, const std::string& account, const std::string& password) {
  return world.nobody().request("POST", "/api/v1/session",
                                json{{"account", account}, {"password", password}}.dump(),
                                {{"Content-Type", "application/json"}, {"Accept-Language", "en"}});
}

std::string cookie_of(const HttpAnswer& answer) {
  const auto& value = answer.headers.at("set-cookie");
  return value.substr(0, value.find(';'));
}

}  // namespace

TEST_CASE("a secretary signs in, is known, signs out") {
  ApiWorld world;
  REQUIRE(world.nobody().get("/api/v1/session").status == 401);
  const auto answer = sign_in(world, "secretary", ApiWorld::kPassword);
  REQUIRE(answer.status == 200);
  REQUIRE(json::parse(answer.body)["role"] == "secretary");
  const auto& cookie = answer.headers.at("set-cookie");
  REQUIRE(cookie.find("HttpOnly") != std::string::npos);
  REQUIRE(cookie.find("SameSite=Strict") != std::string::npos);
  REQUIRE(cookie.find("Secure") == std::string::npos);  // plain HTTP

  HttpClient client(world.port());
  client.headers = {{"Cookie", cookie_of(answer)}};
  REQUIRE(json::parse(client.get("/api/v1/session").body)["account_name"] == "secretary");
  const auto gone = client.request("DELETE", "/api/v1/session");
  REQUIRE(gone.status == 204);
  REQUIRE(gone.headers.at("set-cookie").find("Max-Age=0") != std::string::npos);
  REQUIRE(client.get("/api/v1/session").status == 401);
}

TEST_CASE("five wrong passwords lock the account for 15 minutes, a wrong name looks the same") {
  ApiWorld world;
  for (int i = 0; i < 4; ++i)
    REQUIRE(sign_in(world, "leader", "wrong-" + std::to_string(i)).status == 401);
  REQUIRE(sign_in(world, "leader", "wrong-5").status == 429);
  const auto locked = sign_in(world, "leader", ApiWorld::kPassword);
  REQUIRE(locked.status == 429);
  REQUIRE(json::parse(locked.body)["title"].get<std::string>().find("15 minutes") !=
          std::string::npos);
  REQUIRE(sign_in(world, "secretary", ApiWorld::kPassword).status == 200);  // nobody else is locked

  for (int i = 0; i < 4; ++i) REQUIRE(sign_in(world, "nobody-here", "x").status == 401);
  REQUIRE(sign_in(world, "nobody-here", "x").status == 429);

  const auto audit = json::parse(world.as(Role::kAuditor).get("/api/v1/audit").body);
  int refused = 0, was_locked = 0;
  for (const auto& entry : audit) {
    if (entry["action"] != "signIn" || entry["actor"] != "leader") continue;
    refused += entry["result"] == "refused";
    was_locked += entry["result"] == "locked";
  }
  REQUIRE(refused == 4);
  REQUIRE(was_locked == 2);
}

TEST_CASE("a first password must be changed before anything else") {
  ApiWorld world;
  const auto made =
      world.as(Role::kAdministrator)
          .command("POST", "/api/v1/accounts",
                   json{{"name", "mishu2"}, {"label", "党政办秘书"}, {"role", "secretary"}}.dump());
  REQUIRE(made.status == 201);
  const std::string first = json::parse(made.body)["first_password"];
  const auto answer = sign_in(world, "mishu2", first);
  REQUIRE(answer.status == 200);
  REQUIRE(json::parse(answer.body)["must_change_password"] == true);
  HttpClient client(world.port());
  client.headers = {{"Cookie", cookie_of(answer)}, {"Accept-Language", "en"}};
  REQUIRE(client.get("/api/v1/meetings").status == 403);
  REQUIRE(client.get("/api/v1/session").status == 200);
  const auto change = [&](const std::string& before, const std::string& after) {
    return client.request("PUT", "/api/v1/session/password",
                          json{{"old_password", before}, {"new_password", after}}.dump(),
                          {{"Content-Type", "application/json"}});
  };
  REQUIRE(change(first, "short1").status == 422);
  REQUIRE(change(first, "onlyletters").status == 422);
  REQUIRE(change(first, "mishu2-2020").status == 422);  // holds the name
  REQUIRE(change(first, first).status == 422);
  REQUIRE(change("wrong", "gengxin2020").status == 422);
  REQUIRE(change(first, "gengxin2020").status == 204);
  REQUIRE(client.get("/api/v1/meetings").status == 200);
  REQUIRE(sign_in(world, "mishu2", first).status == 401);
  REQUIRE(sign_in(world, "mishu2", "gengxin2020").status == 200);
}

TEST_CASE("a changed password ends the account's other sessions") {
  ApiWorld world;
  auto here = world.as(Role::kApprover), there = world.as(Role::kApprover);
  REQUIRE(there.get("/api/v1/session").status == 200);
  const auto changed = here.request(
      "PUT", "/api/v1/session/password",
      json{{"old_password", ApiWorld::kPassword}, {"new_password", "gengxin2020"}}.dump(),
      {{"Content-Type", "application/json"}});
  REQUIRE(changed.status == 204);
  REQUIRE(here.get("/api/v1/session").status == 200);
  REQUIRE(there.get("/api/v1/session").status == 401);
}

TEST_CASE("a session survives a restart of the server") {
  ApiWorld world;
  const auto cookie = world.session_cookie(Role::kSecretary);
  world.restart();
  HttpClient client(world.port());
  client.headers = {{"Cookie", "huiban_session=" + cookie}};
  REQUIRE(client.get("/api/v1/session").status == 200);
}

TEST_CASE("a session ends after eight hours without use") {
  ApiWorld world;
  const auto hours_ago = [&](int hours) {
    const std::string value = "cookie-" + std::to_string(hours);
    world.on_control([&] {
      const auto account = world.store().accounts().find_account("secretary");
      const auto then = SystemClock{}.now() - std::chrono::hours{hours};
      REQUIRE(
          world.store().accounts().put_session({api::sha256_hex(value), account->id, then, then}));
    });
    HttpClient client(world.port());
    client.headers = {{"Cookie", "huiban_session=" + value}};
    return client.get("/api/v1/session").status;
  };
  REQUIRE(hours_ago(7) == 200);
  REQUIRE(hours_ago(9) == 401);
}
