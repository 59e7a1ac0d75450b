#include "tests/bench/years_requests.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "api/router.h"
#include "tests/bench/process_usage.h"
#include "tests/bench/server_process.h"
#include "tests/bench/years_town.h"
#include "tests/support/http_client.h"

namespace huiban::bench {
namespace {

using api::Method;
using domain::Role;
using nlohmann::json;
using std::chrono::steady_clock;

constexpr double kMostMs = 20;

struct Series {
  std::string name;
  int wanted = 200;  // the status
  std::function<test::HttpAnswer(int)> send;
};

double ms_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

class Asker {
 public:
  Asker(const ServerProcess& server, std::map<Role, std::string> cookies) : server_(server) {
    for (const auto& [role, cookie] : cookies) {
      auto& client = clients_.try_emplace(role, server.http_port()).first->second;
      client.headers = {{"Cookie", "huiban_session=" + cookie}};
    }
    for (const auto& meeting : json::parse(get(Role::kSecretary, "/meetings").body))
      by_state_[meeting["state"]].push_back(meeting["id"]);
    for (const auto& meeting : json::parse(get(Role::kLiaison, "/meetings").body))
      if (meeting["state"] == "ended" || meeting["state"] == "running")
        (meeting["state"] == "ended" ? units_ : units_running_).push_back(meeting["id"]);
    for (const auto& task : json::parse(get(Role::kSecretary, "/tasks").body))
      tasks_.push_back(task["id"]);
    // So that "another one each time" is another year each time.
    std::reverse(by_state_["ended"].begin(), by_state_["ended"].end());
  }

  std::vector<Series> series() {
    std::vector<Series> list;
    for (const auto& route : api::routes()) {
      if (route.method != Method::kGet || !route.handler) continue;
      const std::string operation(route.operation);
      if (operation == "getTestClock" || operation == "getPipelineDot" ||
          operation == "verifyChain" || operation == "getStill" || operation == "getRollCallStill")
        continue;  // not without media, or no page's
      const bool unit = route.roles & api::role_bit(Role::kLiaison);
      const Role role = role_for(route);
      if (route.scope == api::Scope::kMeeting) {
        const auto is_code = operation == "getSignInCode";
        if (!is_code && role == Role::kSecretary) add(list, route, role, "old", ended());
        if (role == Role::kLeader) add(list, route, role, "old", ended());
        const auto& running = by_state_.at("running");
        add(list, route, role, "running",
            role == Role::kLiaison && !units_running_.empty() ? units_running_ : running);
        if (operation == "getMeeting" || operation == "getExpected")
          add(list, route, role, "planned", by_state_.at("planned"));
        if (unit && !units_.empty()) add(list, route, Role::kLiaison, "a unit's, old", units_);
        continue;
      }
      if (operation == "getAttendanceFigures") {
        for (const char* by : {"month", "unit", "kind", "venue", "post", "meeting"})
          add(list, route, Role::kSecretary, by, {""}, std::string("?by=") + by);
        add(list, route, Role::kSecretary, "unit, a year", {""},
            "?by=unit&from=" + year_ago() + "-01-01&to=" + year_ago() + "-12-31");
        for (const char* by : {"month", "meeting", "post"})
          add(list, route, Role::kLiaison, std::string("a unit's, ") + by, {""},
              std::string("?by=") + by);
        continue;
      }
      add(list, route, role, "",
          route.scope == api::Scope::kTask ? tasks_ : std::vector<std::string>{""});
      if (unit && role != Role::kLiaison && route.scope == api::Scope::kNone)
        add(list, route, Role::kLiaison, "a unit's", {""});
    }
    add_previews(list);
    add_live(list);
    return list;
  }

 private:
  test::HttpAnswer get(Role role, const std::string& path) const {
    return clients_.at(role).get("/api/v1" + path);
  }
  const std::vector<std::string>& ended() { return by_state_.at("ended"); }
  static std::string year_ago() {
    const std::chrono::year_month_day day{
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
    return std::to_string(int(day.year()) - 2);
  }

  Role role_for(const api::Route& route) const {
    for (const auto role :
         {Role::kSecretary, Role::kAdministrator, Role::kAuditor, Role::kLeader, Role::kLiaison})
      if (route.roles & api::role_bit(role)) return role;
    if (route.roles & api::kPublic) return Role::kSecretary;
    throw std::runtime_error("nobody asks " + std::string(route.operation));
  }

  // ids: the first name of the path, another one each time; others are looked up in the meeting.
  void add(std::vector<Series>& list, const api::Route& route, Role role, const std::string& what,
           std::vector<std::string> ids, const std::string& query = "") {
    std::string path(route.path);
    const auto first = path.find('{');
    const auto end = path.find('}');
    Series series;
    series.name = std::string(route.operation) + (what.empty() ? "" : ", " + what);
    const auto item = path.find("{item}");
    series.send = [=, this](int time) {
      const auto& id = ids[(std::size_t(time) * 6) % ids.size()];
      auto target =
          first == std::string::npos ? path : path.substr(0, first) + id + path.substr(end + 1);
      if (item != std::string::npos) {
        const auto at = target.find("{item}");
        target.replace(at, 6, item_of(id));
      }
      return get(role, target + query);
    };
    list.push_back(std::move(series));
  }

  std::string item_of(const std::string& meeting) const {
    auto& known = items_[meeting];
    if (known.empty())
      known = json::parse(
          get(Role::kSecretary, "/meetings/" + meeting).body)["plan"]["agenda"][0]["id"];
    return known;
  }

  // POST requests that only read: what the planning page asks with every change.
  void add_previews(std::vector<Series>& list) {
    const auto plan =
        json::parse(get(Role::kSecretary, "/meetings/" + by_state_.at("planned")[0]).body)["plan"]
            .dump();
    for (const char* path : {"/meetings/preview", "/meetings/clashes"})
      list.push_back({std::string("POST ") + path, 200, [=, this](int) {
                        return clients_.at(Role::kSecretary)
                            .request("POST", std::string("/api/v1") + path, plan,
                                     {{"Content-Type", "application/json"}});
                      }});
  }

  // A live page from its connection to its first state.
  void add_live(std::vector<Series>& list) {
    const auto target = "/api/v1/live?meeting=" + by_state_.at("running")[0];
    list.push_back({"live, running", 200, [=, this](int) {
                      test::WebSocketClient page(server_.http_port(), target,
                                                 clients_.at(Role::kSecretary).headers);
                      const auto first = page.receive();
                      test::HttpAnswer answer;
                      answer.status = first ? 200 : 0;
                      answer.body = first.value_or("");
                      return answer;
                    }});
  }

  const ServerProcess& server_;
  std::map<Role, test::HttpClient> clients_;
  std::map<std::string, std::vector<std::string>> by_state_;
  std::vector<std::string> units_, units_running_, tasks_;
  mutable std::map<std::string, std::string> items_;
};

json ask(const Series& series, int times) {
  std::vector<double> took;
  std::size_t bytes = 0;
  int status = 0;
  double slowest = 0;
  for (int time = 0; time < times; ++time) {
    const auto start = steady_clock::now();
    const auto answer = series.send(time);
    took.push_back(ms_since(start));
    slowest = std::max(slowest, took.back());
    bytes = std::max(bytes, answer.body.size());
    if (time == 0 || answer.status != series.wanted) status = answer.status;
  }
  std::sort(took.begin(), took.end());
  const auto at = [&](double share) {
    return took[std::min(took.size() - 1, std::size_t(share * double(took.size())))];
  };
  return {{"request", series.name}, {"times", times},
          {"p50_ms", at(0.5)},      {"p99_ms", at(0.99)},
          {"max_ms", slowest},      {"bytes", bytes},
          {"status", status},       {"holds", at(0.99) < kMostMs && status == series.wanted}};
}

}  // namespace

bool ask_everything(const AskOptions& options) {
  std::map<Role, std::string> cookies;
  for (const auto role :
       {Role::kSecretary, Role::kAdministrator, Role::kAuditor, Role::kLeader, Role::kLiaison})
    cookies[role] = add_session(options.database, role, "");
  const ServerProcess::Settings settings{{"HUIBAN_STORE_PATH", options.database}};
  // The first start may bring an older file up to date; the second is the usual one.
  const double first_start =
      ServerProcess(options.binary, options.source, settings, 0, false).start_seconds();
  const ServerProcess server(options.binary, options.source, settings, 0, false);
  const auto fresh = usage_of(server.pid());
  json rows = json::array();
  bool holds = true;
  std::printf("start: first %.2f s, again %.2f s, %.0f MiB\n", first_start, server.start_seconds(),
              fresh.resident_mib);
  std::printf("%-44s %7s %8s %8s %9s\n", "request", "p50 ms", "p99 ms", "max ms", "bytes");
  Asker asker(server, cookies);
  for (const auto& series : asker.series()) {
    if (series.name.find(options.only) == std::string::npos) continue;
    const auto row = ask(series, options.times);
    std::printf("%-44s %7.2f %8.2f %8.2f %9llu%s\n", series.name.c_str(),
                row["p50_ms"].get<double>(), row["p99_ms"].get<double>(),
                row["max_ms"].get<double>(), row["bytes"].get<unsigned long long>(),
                row["holds"].get<bool>()
                    ? ""
                    : (" does not hold, " + std::to_string(row["status"].get<int>())).c_str());
    std::fflush(stdout);
    holds = holds && row["holds"].get<bool>();
    rows.push_back(row);
  }
  const auto after = usage_of(server.pid());
  std::printf("afterwards: %.0f MiB\n", after.resident_mib);
  if (!options.json.empty())
    std::ofstream(options.json) << json{{"first_start_s", first_start},
                                        {"start_s", server.start_seconds()},
                                        {"resident_mib", fresh.resident_mib},
                                        {"resident_mib_after", after.resident_mib},
                                        {"requests", rows}}
                                       .dump(2)
                                << "\n";
  return holds;
}

}  // namespace huiban::bench
