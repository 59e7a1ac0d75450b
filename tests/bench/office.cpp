#include "tests/bench/office.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace huiban::bench {
namespace {

using nlohmann::json;

constexpr const char* kPassword = "Huiban-bench-2026";
constexpr int kPeersPerToken = 12;  // a token that made more than 16 would lose its oldest

const test::HttpAnswer& expect(const test::HttpAnswer& answer, int status, const char* what) {
  if (answer.status != status)
    throw std::runtime_error(std::string(what) + ": " + std::to_string(answer.status) + " " + answer.body);
  return answer;
}

}  // namespace

Office::Office(const ServerProcess& server)
    : http_(server.http_port()), meeting_(server.facts()["demo_meeting"].get<std::string>()) {
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

  const auto meeting = json::parse(expect(http_.get("/api/v1/meetings/" + meeting_), 200, "meeting").body);
  for (const auto& venue : meeting["venues"])
    (venue["kind"] == "main" ? main_venue_ : branch_venue_) = venue["id"].get<std::string>();
  expect(http_.command("PUT", "/api/v1/meetings/" + meeting_ + "/stage",
                       json{{"main", main_venue_}, {"second", nullptr}}.dump()),
         200, "stage");
}

std::string Office::make_token(const std::string& venue) {
  const auto answer =
      http_.command("POST", "/api/v1/meetings/" + meeting_ + "/venues/" + venue + "/device-token");
  return json::parse(expect(answer, 201, "device token").body)["token"].get<std::string>();
}

std::string Office::join(const std::string& offer, const char* as, const std::string& token) {
  test::HttpClient device(http_);
  device.headers = {{"Authorization", "Bearer " + token}};
  const auto answer = device.request("POST", "/api/v1/meetings/" + meeting_ + "/media?as=" + as, offer,
                                     {{"Content-Type", "application/sdp"}});
  return expect(answer, 201, "join").body;
}

std::string Office::join_publisher(const std::string& offer) {
  return join(offer, "publisher", make_token(main_venue_));
}

std::string Office::join_watcher(const std::string& offer) {
  if (watchers_++ % kPeersPerToken == 0) watcher_token_ = make_token(branch_venue_);
  return join(offer, "watcher", watcher_token_);
}

}  // namespace huiban::bench
