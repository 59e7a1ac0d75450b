#pragma once
// The real server on a free port with the real store (a temporary file) and the real rules: a
// control thread, a worker thread, a small town and one meeting. Media is a fake that answers at
// once.
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "api/server.h"
#include "store/store.h"
#include "tests/support/http_client.h"

namespace huiban::test {

class ThreadExecutor final : public Executor {
 public:
  explicit ThreadExecutor(bool control);
  ~ThreadExecutor() override;
  void post(std::function<void()> task) override;
  template <class F>
  auto run(F f) -> decltype(f()) {  // waits for the result
    std::promise<decltype(f())> done;
    post([&] {
      if constexpr (std::is_void_v<decltype(f())>) {
        f();
        done.set_value();
      } else {
        done.set_value(f());
      }
    });
    return done.get_future().get();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

// Answers every offer; remembers what it was told. Control thread.
class FakeGateway final : public domain::MediaGateway {
 public:
  std::vector<domain::JoinRequest> joins;
  std::vector<PeerId> left;
  std::map<PeerId, std::vector<VenueId>> walls;
  std::vector<VenueId> open, closed;

  void async_join(domain::JoinRequest request, Done<domain::JoinAnswer> done) override;
  void async_restart(PeerId peer, std::string fragment, Done<std::string> done) override;
  void async_leave(PeerId peer, Done<void> done) override;
  void open_gate(MeetingId meeting, VenueId venue) override;
  void close_gates(MeetingId meeting, std::vector<VenueId> venues,
                   std::function<void()> confirmed) override;
  void set_stage(MeetingId, std::optional<VenueId>, std::optional<VenueId>) override {}
  void set_wall(PeerId peer, std::vector<VenueId> venues) override {
    walls[peer] = std::move(venues);
  }
  void pin_rung(MeetingId, VenueId, std::optional<domain::Rung>) override {}
  void set_next(MeetingId, std::vector<VenueId>) override {}
  void set_content(MeetingId, std::optional<VenueId>) override {}
  void open_meeting(MeetingId, std::vector<domain::Venue>) override {}
  void close_meeting(MeetingId) override {}
  void async_still(MeetingId meeting, VenueId venue, Done<std::string> done) override;
  Result<std::string> pipeline_dot(MeetingId) override {
    return std::string("digraph pipeline {}\n");
  }
};

class FakeDocuments final : public domain::DocumentWriter {
 public:
  Result<std::string> minutes_docx(const domain::MeetingFacts&) const override {
    return std::string("PK-docx");
  }
  Result<std::string> notice_docx(const domain::MeetingFacts&,
                                  std::optional<UnitId>) const override {
    return std::string("PK-notice");
  }
  std::string calendar_ics(const domain::MeetingFacts&, const std::string&) const override {
    return "BEGIN:VCALENDAR";
  }
  Result<std::string> attendance_xlsx(const domain::MeetingFacts&) const override {
    return std::string("PK-xlsx");
  }
  Result<std::string> attendance_docx(const domain::MeetingFacts&) const override {
    return std::string("PK-sheet");
  }
  Result<std::string> tasks_xlsx(const std::vector<domain::Task>&, const domain::Directory&,
                                 const std::string&) const override {
    return std::string("PK-tasks");
  }
  // Tables travel as JSON, so that tests of the API need no spreadsheets.
  Result<std::string> tables_xlsx(const std::vector<domain::TextTable>& tables) const override {
    auto file = nlohmann::json::object();
    for (const auto& table : tables) file[table.name] = table.rows;
    return file.dump();
  }
  Result<std::string> table_csv(const domain::TextTable& table) const override {
    return tables_xlsx({table});
  }
  Result<std::vector<domain::TextTable>> read_tables(const std::string& bytes) const override {
    const auto file = nlohmann::json::parse(bytes, nullptr, false);
    if (!file.is_object()) return fail(ErrorCode::kInvalid, "不是表格", "No table");
    std::vector<domain::TextTable> tables;
    for (const auto& [name, rows] : file.items()) tables.push_back({name, rows});
    return tables;
  }
};

struct WorldOptions {
  bool test_clock = true;
  bool https = false;
  std::string web_dir;
  std::vector<std::string> allowed_origins;
  int villages = 0;  // more than 东溪村 and 西溪村
};

class ApiWorld {
 public:
  explicit ApiWorld(WorldOptions options = {});
  ~ApiWorld();

  std::uint16_t port() const { return port_; }
  std::uint16_t https_port() const { return https_port_; }
  const std::filesystem::path& folder() const { return folder_; }
  template <class F>
  auto on_control(F f) {
    return control_.run(std::move(f));
  }

  // A client signed in as the role (by a session written into the store), in 东溪村 where a role
  // has a unit.
  HttpClient as(domain::Role role, const std::string& unit = "东溪村");
  HttpClient nobody() const { return HttpClient(port_); }
  HttpClient bearer(const std::string& token) const;
  std::string account_name(domain::Role role, const std::string& unit = "东溪村") const;
  std::string session_cookie(domain::Role role, const std::string& unit = "东溪村");

  // The town: 党政办 (党委书记, 镇长), 城运办, 东溪村, 西溪村 with 书记, 主任, 安全干部 each.
  nlohmann::json plan() const;
  std::string create_meeting();  // planned
  std::string convened_meeting();
  std::string running_meeting();
  nlohmann::json meeting(const std::string& id);
  std::string venue(const std::string& meeting, const std::string& name);
  std::string join_token(const std::string& meeting, const std::string& venue_name);
  std::string page_token(const std::string& meeting, const std::string& venue_name);  // bearer
  std::vector<std::string> seats_at(const std::string& meeting, const std::string& venue_name);

  UnitId unit(const std::string& name) const { return units_.at(name); }
  ManualClock& clock() { return clock_; }
  FakeGateway& media() { return media_; }
  domain::Service& service() { return *service_; }
  store::Store& store() { return *store_; }
  api::Server& server() { return *server_; }
  void restart();  // server, rules and store anew on the same file; the port changes

  static constexpr const char* kPassword = "xiangzhen2020";

 private:
  void start();
  void stop();
  void make_town();
  void make_accounts();

  std::filesystem::path folder_;
  WorldOptions options_;
  ManualClock clock_;
  FakeGateway media_;
  FakeDocuments documents_;
  ThreadExecutor control_{true};
  ThreadExecutor worker_{false};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<domain::Service> service_;
  std::unique_ptr<api::Server> server_;
  std::uint16_t port_ = 0, https_port_ = 0;
  std::map<std::string, UnitId> units_;
  std::map<std::string, PostId> posts_;
};

}  // namespace huiban::test
