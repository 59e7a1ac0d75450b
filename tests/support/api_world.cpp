#include "tests/support/api_world.h"

#include <arpa/inet.h>
#include <spdlog/spdlog.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "api/enum_names.h"
#include "api/tokens.h"

namespace huiban::test {

using nlohmann::json;
using namespace domain;

ThreadExecutor::ThreadExecutor(bool control)
    : thread_([this, control] {
        if (control) control_thread().bind();
        std::unique_lock lock(mutex_);
        for (;;) {
          wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
          if (queue_.empty()) return;
          auto task = std::move(queue_.front());
          queue_.pop_front();
          lock.unlock();
          task();
          lock.lock();
        }
      }) {}

ThreadExecutor::~ThreadExecutor() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ThreadExecutor::post(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(task));
  wake_.notify_all();
}

void FakeGateway::async_join(JoinRequest request, Done<JoinAnswer> done) {
  if (request.offer_sdp.rfind("v=0", 0) != 0)
    return done(fail(ErrorCode::kMalformed, "SDP 无法读取", "The SDP cannot be read"));
  joins.push_back(std::move(request));
  done(JoinAnswer{PeerId::make(), "v=0\r\na=ice-lite\r\n"});
}
void FakeGateway::async_restart(PeerId, std::string, Done<std::string> done) {
  done(std::string("a=ice-ufrag:abcd\r\n"));
}
void FakeGateway::async_leave(PeerId peer, Done<void> done) {
  left.push_back(peer);
  done({});
}
void FakeGateway::open_gate(MeetingId, VenueId venue) {
  open.push_back(venue);
}
void FakeGateway::close_gates(MeetingId, std::vector<VenueId> venues,
                              std::function<void()> confirmed) {
  closed.insert(closed.end(), venues.begin(), venues.end());
  confirmed();
}
void FakeGateway::async_still(MeetingId, VenueId, Done<std::string> done) {
  done(std::string("\xff\xd8jpeg"));
}

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().en + " " + result.error().detail);
  return std::move(*result);
}

// HTTPS cannot ask for any port (0 means off), so a free one is looked for.
std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  close(fd);
  return ntohs(address.sin_port);
}

UtcTime at(const char* text) {
  UtcTime time;
  if (!parse_iso8601(text, time)) throw std::runtime_error(text);
  return time;
}

}  // namespace

ApiWorld::ApiWorld(WorldOptions options) : clock_(at("2020-05-27T00:50:00.000Z")) {
  spdlog::set_level(spdlog::level::err);
  std::string pattern = (std::filesystem::temp_directory_path() / "huiban-api-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  options_ = std::move(options);
  start();
}

void ApiWorld::start() {
  const auto store_path = (folder_ / "huiban.db").string();
  const bool fresh = !std::filesystem::exists(store_path);
  control_.run([&] {
    store_ = must(store::Store::open(store_path));
    service_ = std::make_unique<Service>(store_->events(), clock_, OfficeSettings{});
    service_->set_media(&media_);
    if (auto started = service_->start(); !started) throw std::runtime_error(started.error().en);
    if (fresh) make_town();
    for (const auto& unit : service_->directory().units) units_[unit.name] = unit.id;
    for (const auto& post : service_->directory().posts)
      posts_[service_->directory().find_unit(post.unit)->name + post.title] = post.id;
    if (fresh) make_accounts();
    api::ServerConfig config;
    config.bind_address = "127.0.0.1";
    config.http_port = 0;
    config.https_port = 0;
    config.web_dir = options_.web_dir;
    config.allowed_origins = options_.allowed_origins;
    config.certificate = (folder_ / "tls" / "cert.pem").string();
    config.private_key = (folder_ / "tls" / "key.pem").string();
    if (options_.https) config.https_port = free_port();
    api::ServerParts parts{*service_,
                           store_->accounts(),
                           store_->audit(),
                           &media_,
                           &documents_,
                           control_,
                           worker_,
                           options_.test_clock ? &clock_ : nullptr,
                           [this]() -> Result<std::string> {
                             const auto report = store_->verify_chain();
                             if (!report) return tl::make_unexpected(report.error());
                             return json{{"intact", report->intact},
                                         {"streams", report->streams},
                                         {"events", report->events}}
                                 .dump();
                           },
                           &store_->evidence()};
    server_ = must(api::Server::start(std::move(config), parts));
    service_->set_publisher(server_.get());
    port_ = server_->http_port();
    https_port_ = server_->https_port();
  });
}

ApiWorld::~ApiWorld() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void ApiWorld::stop() {
  control_.run([&] {
    if (service_) service_->set_publisher(nullptr);
    server_.reset();
  });
  worker_.run([] {});
  control_.run([&] {
    service_.reset();
    store_.reset();
  });
}

void ApiWorld::restart() {
  stop();
  start();
}

void ApiWorld::make_town() {
  Directory town;
  town.town = "示例镇";
  town.note = "generated";
  town.kinds = {{"town_party_gov", "镇党委政府", UnitSide::kNone, true, 0},
                {"adhoc", "非常设机构", UnitSide::kLine, true, 1},
                {"village", "村", UnitSide::kArea, true, 2}};
  int order = 0;
  const auto add_unit = [&](const char* kind, const char* name, const char* pinyin) {
    town.units.push_back({UnitId::make(), kind, name, pinyin, order++, std::nullopt});
    return town.units.back().id;
  };
  const auto add_post = [&](UnitId unit, const char* title, PostClasses classes, int rank) {
    Post post;
    post.id = PostId::make();
    post.unit = unit;
    post.title = title;
    post.classes = classes;
    post.rank = rank;
    town.posts.push_back(post);
  };
  const auto office = add_unit("town_party_gov", "镇党委政府", "zdwzf");
  add_post(office, "党委书记", {true, true, false, true}, 1);
  add_post(office, "党委副书记、镇长", {true, false, true, true}, 2);
  const auto city = add_unit("adhoc", "城运办", "cyb");
  add_post(city, "主任", {false, true, false, true}, 1);
  std::vector<std::string> villages{"东溪村", "西溪村"};
  for (int i = 1; i <= options_.villages; ++i) villages.push_back("第" + std::to_string(i) + "村");
  for (const auto& name : villages) {
    const auto village = add_unit("village", name.c_str(), "");
    add_post(village, "党总支书记", {false, true, false, true}, 1);
    add_post(village, "行政负责人", {false, false, true, true}, 2);
    add_post(village, "安全干部", {}, 3);
  }
  Actor actor;
  actor.role = Role::kAdministrator;
  actor.label = "系统管理员";
  must(service_->import_directory({CommandId::make(), actor}, std::move(town)));
}

std::string ApiWorld::account_name(Role role, const std::string& unit) const {
  std::string name(api::name_of(api::kRoleNames, role));
  if (role == Role::kUnitHead || role == Role::kLiaison) name += unit == "东溪村" ? "-dx" : "-xx";
  return name;
}

void ApiWorld::make_accounts() {
  const std::string hash = api::hash_password(kPassword);
  for (const auto& [role, word] : api::kRoleNames) {
    if (role == Role::kVenueDevice) continue;
    const bool of_unit = role == Role::kUnitHead || role == Role::kLiaison;
    for (const auto* unit : {"东溪村", "西溪村"}) {
      AccountRecord account;
      account.id = AccountId::make();
      account.name = account_name(role, unit);
      account.label = of_unit ? std::string(unit) + std::string(word) : std::string(word);
      account.role = role;
      if (of_unit) account.unit = units_.at(unit);
      account.password_hash = hash;
      if (auto put = store_->accounts().put_account(account); !put)
        throw std::runtime_error(put.error().en);
      if (!of_unit) break;
    }
  }
}

std::string ApiWorld::session_cookie(Role role, const std::string& unit) {
  return control_.run([&] {
    const std::string value = api::base64url(api::random_bytes(32));
    const auto account = store_->accounts().find_account(account_name(role, unit));
    const auto now = SystemClock{}.now();
    if (auto put = store_->accounts().put_session({api::sha256_hex(value), account->id, now, now});
        !put)
      throw std::runtime_error(put.error().en);
    return value;
  });
}

HttpClient ApiWorld::as(Role role, const std::string& unit) {
  HttpClient client(port_);
  client.headers = {{"Cookie", "huiban_session=" + session_cookie(role, unit)},
                    {"Accept-Language", "en"}};
  return client;
}

HttpClient ApiWorld::bearer(const std::string& token) const {
  HttpClient client(port_);
  client.headers = {{"Authorization", "Bearer " + token}, {"Accept-Language", "en"}};
  return client;
}

json ApiWorld::plan() const {
  const auto secretary_post = posts_.at("镇党委政府党委副书记、镇长").str();
  return {{"title", "年度工作会议"},
          {"subjects", {"城市运行管理"}},
          {"kind", "年度工作会议"},
          {"form", "video"},
          {"date", "2020-05-27"},
          {"half", "morning"},
          {"start", "09:00"},
          {"planned_minutes", 60},
          {"host", secretary_post},
          {"agenda",
           {{{"kinds", {"hosting"}},
             {"subject", ""},
             {"speakers", {{{"post", secretary_post}}}},
             {"planned_minutes", 5}},
            {{"kinds", {"deployment"}},
             {"subject", "防汛防台"},
             {"speakers", {{{"post", posts_.at("城运办主任").str()}}}},
             {"planned_minutes", 15}},
            {{"kinds", {"pledge"}},
             {"subject", ""},
             {"speakers", {{{"unit", units_.at("东溪村").str()}}}},
             {"planned_minutes", 5}}}},
          {"rules",
           {{{"venue", "main"}, {"kinds", {"town_party_gov"}}, {"post_class", "town_leaders"}},
            {{"venue", "main"}, {"kinds", {"adhoc"}}, {"post_class", "any_head"}},
            {{"venue", "branch"}, {"kinds", {"village"}}, {"posts", {"行政负责人", "安全干部"}}}}}};
}

std::string ApiWorld::create_meeting() {
  const auto answer = as(Role::kSecretary).command("POST", "/api/v1/meetings", plan().dump());
  if (answer.status != 201) throw std::runtime_error(answer.body);
  return json::parse(answer.body)["id"];
}

std::string ApiWorld::convened_meeting() {
  const auto id = create_meeting();
  const auto answer = as(Role::kSecretary).command("POST", "/api/v1/meetings/" + id + "/convene");
  if (answer.status != 200) throw std::runtime_error(answer.body);
  return id;
}

std::string ApiWorld::running_meeting() {
  const auto id = convened_meeting();
  const auto answer = as(Role::kSecretary).command("POST", "/api/v1/meetings/" + id + "/start");
  if (answer.status != 200) throw std::runtime_error(answer.body);
  return id;
}

json ApiWorld::meeting(const std::string& id) {
  return json::parse(as(Role::kSecretary).get("/api/v1/meetings/" + id).body);
}

std::string ApiWorld::venue(const std::string& meeting_id, const std::string& name) {
  const auto all = meeting(meeting_id);
  for (const auto& one : all["venues"])
    if (one["name"] == name) return one["id"];
  throw std::runtime_error("no venue " + name);
}

std::string ApiWorld::join_token(const std::string& meeting_id, const std::string& venue_name) {
  const auto links =
      json::parse(as(Role::kSecretary).get("/api/v1/meetings/" + meeting_id + "/links").body);
  for (const auto& link : links)
    if (link["name"] == venue_name) {
      const std::string url = link["url"];
      return url.substr(url.rfind('/') + 1);
    }
  throw std::runtime_error("no link for " + venue_name);
}

std::string ApiWorld::page_token(const std::string& meeting_id, const std::string& venue_name) {
  const auto answer = nobody().command("POST", "/api/v1/join",
                                       json{{"token", join_token(meeting_id, venue_name)}}.dump());
  if (answer.status != 200) throw std::runtime_error(answer.body);
  return json::parse(answer.body)["token"];
}

std::vector<std::string> ApiWorld::seats_at(const std::string& meeting_id,
                                            const std::string& venue_name) {
  const auto expected =
      json::parse(as(Role::kSecretary).get("/api/v1/meetings/" + meeting_id + "/expected").body);
  const auto wanted = venue(meeting_id, venue_name);
  std::vector<std::string> seats;
  for (const auto& seat : expected["seats"])
    if (seat["venue"] == wanted) seats.push_back(seat["id"]);
  return seats;
}

}  // namespace huiban::test
