// The table of routes and docs/api/openapi.yaml say the same: operation, method, path, roles, key,
// kind of body.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "api/enum_names.h"
#include "api/router.h"

using namespace huiban;
using namespace huiban::api;

namespace {

struct Operation {
  std::string method, path, id;
  std::set<std::string> roles;
  bool key = false;
  std::string body;  // content type
};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::set<std::string> words_of(std::string list) {
  std::set<std::string> words;
  list = list.substr(list.find('[') + 1);
  std::stringstream stream(list.substr(0, list.find(']')));
  for (std::string word; std::getline(stream, word, ',');) words.insert(trimmed(word));
  return words;
}

// Reads the file's own fixed layout: paths indented by 2, methods by 4, their keys by 6. Anything
// else in the block of an operation is only searched for words.
std::map<std::string, Operation> read_openapi() {
  std::ifstream file(std::string(HUIBAN_SOURCE_DIR) + "/docs/api/openapi.yaml");
  REQUIRE(file);
  std::map<std::string, Operation> operations;
  std::string path, line;
  Operation current;
  bool in_paths = false, in_body = false;
  const auto finish = [&] {
    if (!current.id.empty()) operations[current.id] = current;
    current = {};
  };
  while (std::getline(file, line)) {
    const auto indent = line.find_first_not_of(' ');
    if (indent == std::string::npos) continue;
    const auto text = trimmed(line);
    if (indent == 0) {
      finish();
      in_paths = text == "paths:";
      continue;
    }
    if (!in_paths) continue;
    if (indent == 2) {
      finish();
      path = text.substr(0, text.size() - 1);
      continue;
    }
    if (indent == 4 && text.back() == ':') {
      finish();
      current.method = text.substr(0, text.size() - 1);
      current.path = path;
      continue;
    }
    if (current.method.empty()) continue;
    if (indent == 6) in_body = text.rfind("requestBody:", 0) == 0;
    if (text.rfind("operationId:", 0) == 0) current.id = trimmed(text.substr(12));
    if (text.rfind("x-roles:", 0) == 0) current.roles = words_of(text);
    if (text.find("#/components/parameters/key") != std::string::npos) current.key = true;
    if (in_body) {
      for (const auto* type :
           {"application/json", "application/sdp", "application/trickle-ice-sdpfrag",
            "application/octet-stream"})
        if (text.find(std::string(type) + ":") != std::string::npos) current.body = type;
      if (text.find("#/components/requestBodies/Venue") != std::string::npos)
        current.body = "application/json";
    }
  }
  finish();
  return operations;
}

std::set<std::string> role_words(RoleSet roles) {
  if (roles == kPublic) return {"public"};
  if (roles == kAny) return {"any"};
  if (roles == kAnyAccount) return {"any_account"};
  std::set<std::string> words;
  for (const auto& [role, name] : kRoleNames)
    if (roles & role_bit(role)) words.insert(std::string(name));
  return words;
}

std::string body_word(Body body) {
  switch (body) {
    case Body::kNone:
      return "";
    case Body::kJson:
      return "application/json";
    case Body::kSdp:
      return "application/sdp";
    case Body::kSdpFragment:
      return "application/trickle-ice-sdpfrag";
    case Body::kFile:
      return "application/octet-stream";
  }
  return "";
}

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

TEST_CASE("the table of routes is what openapi.yaml describes") {
  const auto described = read_openapi();
  REQUIRE(described.size() > 50);
  std::set<std::string> in_table;
  for (const auto& route : routes()) {
    const std::string id(route.operation);
    INFO(id);
    REQUIRE(in_table.insert(id).second);
    REQUIRE(described.count(id) == 1);
    const auto& operation = described.at(id);
    CHECK(operation.method == lower(method_name(route.method)));
    CHECK(operation.path == route.path);
    CHECK(operation.roles == role_words(route.roles));
    CHECK(operation.key == ((route.flags & kKey) != 0));
    CHECK(operation.body == body_word(route.body));
  }
  for (const auto& [id, operation] : described) {
    INFO(id);
    CHECK(in_table.count(id) == 1);
  }
}

TEST_CASE("the router finds a route by method and path") {
  const auto id = "0190a5c0-0000-7000-8000-000000000001";
  const auto path = [&](const std::string& rest) {
    return "/api/v1/meetings/" + std::string(id) + rest;
  };
  REQUIRE(find_route(Method::kGet, path("")).route->operation == "getMeeting");
  REQUIRE(find_route(Method::kHead, path("")).route->operation == "getMeeting");
  REQUIRE(find_route(Method::kGet, path("/minutes.docx")).route->operation == "exportMinutes");
  REQUIRE(find_route(Method::kPost, "/api/v1/meetings/preview").route->operation ==
          "previewExpected");
  REQUIRE(find_route(Method::kPost, path("/floor/grant")).arguments ==
          std::vector<std::string>{id});
  const auto wrong_method = find_route(Method::kDelete, path(""));
  REQUIRE(wrong_method.route == nullptr);
  REQUIRE(wrong_method.allowed == std::vector<Method>{Method::kGet, Method::kPut});
  for (const auto* unknown : {"/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/meetings/",
                              "/api/v2/session", "/session"})
    REQUIRE(find_route(Method::kGet, unknown).allowed.empty());
  REQUIRE(find_route(Method::kGet, path("/agenda//note")).allowed.empty());
}
