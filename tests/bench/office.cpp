#include "tests/bench/office.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace huiban::bench {
namespace {

using nlohmann::json;

constexpr int kPeersPerToken = 12;  // a token that made more than 16 would lose its oldest

const test::HttpAnswer& expect(const test::HttpAnswer& answer, int status, const char* what) {
  if (answer.status != status)
    throw std::runtime_error(std::string(what) + ": " + std::to_string(answer.status) + " " +
                             answer.body);
  return answer;
}

}  // namespace

Office::Office(const ServerProcess& server)
    : http_(server.http_port()),
      port_(server.http_port()),
      demo_meeting_(server.facts()["demo_meeting"].get<std::string>()) {
  const auto first = server.facts()["first_passwords"]["mishu"].get<std::string>();
  const auto take_cookie = [this](const test::HttpAnswer& answer) {
    const auto cookie = answer.headers.find("set-cookie");
    if (cookie != answer.headers.end())
      http_.headers = {{"Cookie", cookie->second.substr(0, cookie->second.find(';'))}};
  };
  const auto sign_in = [&](const std::string& password) {
    take_cookie(expect(http_.command("POST", "/api/v1/session",
                                     json{{"account", "mishu"}, {"password", password}}.dump()),
                       200, "sign-in"));
  };
  sign_in(first);
  expect(http_.command("PUT", "/api/v1/session/password",
                       json{{"old_password", first}, {"new_password", kPassword}}.dump()),
         204, "new password");
  sign_in(kPassword);
}

void Office::use_demo_meeting() {
  meeting_ = demo_meeting_;
  find_venues();
  set_stage(main_);
}

void Office::hold_meeting(int branches) {
  const auto town = json::parse(expect(http_.get("/api/v1/directory"), 200, "directory").body);
  json units = json::array();
  for (const auto& unit : town["units"])
    if (unit["kind"] == "village" && unit["name"].get<std::string>().rfind("第", 0) == 0 &&
        int(units.size()) < branches)
      units.push_back(unit["id"]);
  const json plan{
      {"title", "测量"},
      {"kind", "专项工作会议"},
      {"form", "video"},
      {"date", "2030-01-01"},
      {"start", "09:00"},
      {"planned_minutes", 60},
      {"host", town["posts"][0]["id"]},
      {"subjects", {"测量"}},
      {"agenda",
       {{{"kinds", {"hosting"}},
         {"subject", ""},
         {"planned_minutes", 5},
         {"speakers", {{{"post", town["posts"][0]["id"]}}}}}}},
      {"rules",
       {{{"venue", "main"}, {"kinds", {"town_party_gov"}}, {"post_class", "town_leaders"}},
        {{"venue", "branch"}, {"units", units}, {"posts", {"行政负责人"}}}}}};
  meeting_ = json::parse(
      expect(http_.command("POST", "/api/v1/meetings", plan.dump()), 201, "meeting").body)["id"];
  expect(http_.command("POST", path("/convene")), 200, "convene");
  expect(http_.command("POST", path("/start")), 200, "start");
  find_venues();
  set_stage(main_);
}

void Office::end_meeting() {
  expect(http_.command("POST", path("/end")), 200, "end");
}

void Office::find_venues() {
  const auto meeting = json::parse(expect(http_.get(path("")), 200, "meeting").body);
  branches_.clear();
  for (const auto& venue : meeting["venues"]) {
    const auto id = venue["id"].get<std::string>();
    if (venue["kind"] == "main")
      main_ = id;
    else
      branches_.push_back(id);
  }
}

void Office::set_stage(const std::string& main, const std::string& second) {
  const json body{{"main", main}, {"second", second.empty() ? json(nullptr) : json(second)}};
  expect(http_.command("PUT", path("/stage"), body.dump()), 200, "stage");
}

void Office::grant_floor(const std::string& venue) {
  expect(http_.command("POST", path("/floor/grant"), json{{"venue", venue}}.dump()), 200, "floor");
}

void Office::revoke_floor(const std::string& venue) {
  expect(http_.command("POST", path("/floor/revoke"), json{{"venue", venue}}.dump()), 200, "revoke");
}

std::string Office::make_token(const std::string& venue) {
  const auto answer = http_.command("POST", path("/venues/" + venue + "/device-token"));
  return json::parse(expect(answer, 201, "device token").body)["token"].get<std::string>();
}

std::map<std::string, std::string> Office::link_tokens() {
  std::map<std::string, std::string> tokens;
  for (const auto& link : json::parse(expect(http_.get(path("/links")), 200, "links").body)) {
    const auto url = link["url"].get<std::string>();
    tokens[link["venue"].get<std::string>()] = url.substr(url.rfind('/') + 1);
  }
  return tokens;
}

std::string Office::page_token(const std::string& link_token) {
  const test::HttpClient nobody(port_);
  const auto answer = nobody.command("POST", "/api/v1/join", json{{"token", link_token}}.dump());
  return json::parse(expect(answer, 200, "join").body)["token"].get<std::string>();
}

std::map<std::string, std::string> Office::page_tokens() {
  auto tokens = link_tokens();
  for (auto& [venue, token] : tokens) token = page_token(token);
  return tokens;
}

bool Office::join(test::RtcClient& client, const std::string& as, const test::Headers& headers) {
  test::HttpClient device(http_);
  device.headers = headers;
  const auto answer = device.request("POST", path("/media?as=" + as), client.offer(),
                                     {{"Content-Type", "application/sdp"}});
  expect(answer, 201, "media");
  session_ = {answer.headers.at("location"), headers};
  return client.accept(answer.body);
}

bool Office::join_publisher(test::RtcClient& client, const std::string& venue) {
  return join(client, "publisher", {{"Authorization", "Bearer " + make_token(venue)}});
}

bool Office::join_watcher(test::RtcClient& client) {
  if (watchers_++ % kPeersPerToken == 0) watcher_token_ = make_token(branches_.at(0));
  return join(client, "watcher", {{"Authorization", "Bearer " + watcher_token_}});
}

bool Office::join_venue(test::RtcClient& client, const std::string& page_token) {
  return join(client, "venue", {{"Authorization", "Bearer " + page_token}});
}

void Office::leave(const Session& session) {
  test::HttpClient device(http_);
  device.headers = session.headers;
  expect(device.request("DELETE", session.path), 200, "leave");
}

std::string Office::restart(const Session& session, const std::string& fragment) {
  test::HttpClient device(http_);
  device.headers = session.headers;
  return expect(device.request("PATCH", session.path, fragment,
                               {{"Content-Type", "application/trickle-ice-sdpfrag"}}),
                200, "restart")
      .body;
}

void Office::set_wall(const Session& session, const std::vector<std::string>& wall) {
  expect(http_.command("PUT", session.path + "/wall", json{{"venues", wall}}.dump()), 204, "wall");
}

std::unique_ptr<test::WebSocketClient> Office::open_page(const std::string& page_token) {
  const std::string target = "/api/v1/live?meeting=" + meeting_;
  if (page_token.empty())
    return std::make_unique<test::WebSocketClient>(port_, target, http_.headers);
  auto page = std::make_unique<test::WebSocketClient>(port_, target + "&auth=token");
  page->send_text(json{{"t", "auth"}, {"token", page_token}}.dump());
  return page;
}

bool Office::join_console(test::RtcClient& client, const std::vector<std::string>& wall) {
  std::string list;
  for (const auto& venue : wall) list += (list.empty() ? "" : ",") + venue;
  return join(client, "console&wall=" + list, http_.headers);
}

}  // namespace huiban::bench
