// WebServer alone: queues of sockets, silent clients, many connections, ports.
#include <openssl/ssl.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <list>
#include <mutex>

#include "api/lws_server.h"
#include "api/tls_certificate.h"
#include "tests/support/http_client.h"

using namespace huiban;
using namespace huiban::api;
using namespace huiban::test;

namespace {

class EchoHandler final : public WebHandler {
 public:
  std::size_t body_limit(const HttpRequest&) override { return 1000; }
  void on_request(HttpRequest request, Reply reply) override {
    HttpResponse response;
    response.content_type = "text/plain";
    response.body = request.path == "/big" ? std::string(5'000'000, 'y') : "ok";
    if (request.path == "/never") {
      std::lock_guard lock(mutex_);
      kept_.push_back(std::move(reply));
      return;
    }
    reply(std::move(response));
  }
  bool on_upgrade(const HttpRequest& head) override { return head.path == "/live"; }
  void on_socket_open(SocketId socket, HttpRequest) override { set(opened_, socket); }
  void on_socket_text(SocketId, std::string text) override {
    std::lock_guard lock(mutex_);
    received_ = std::move(text);
  }
  void on_socket_closed(SocketId socket) override { set(closed_, socket); }
  void on_tick() override { ++ticks; }

  SocketId wait_opened() { return wait(opened_); }
  bool wait_closed(SocketId socket) { return wait(closed_) == socket; }
  std::vector<Reply> take_kept() {
    std::lock_guard lock(mutex_);
    return std::move(kept_);
  }
  std::atomic<int> ticks{0};

 private:
  void set(SocketId& which, SocketId socket) {
    std::lock_guard lock(mutex_);
    which = socket;
    changed_.notify_all();
  }
  SocketId wait(SocketId& which) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return which != 0; });
    const auto socket = which;
    which = 0;
    return socket;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  SocketId opened_ = 0, closed_ = 0;
  std::string received_;
  std::vector<Reply> kept_;
};

WebServerConfig local() {
  WebServerConfig config;
  config.bind_address = "127.0.0.1";
  return config;
}

std::shared_ptr<const std::string> text(std::string value) {
  return std::make_shared<const std::string>(std::move(value));
}

std::unique_ptr<WebServer> started(const WebServerConfig& config, WebHandler& handler) {
  auto server = WebServer::start(config, handler);
  if (!server) throw std::runtime_error(server.error().en);
  return std::move(*server);
}

}  // namespace

TEST_CASE("a page that never reads is closed, the others go on") {
  EchoHandler handler;
  const auto server = started(local(), handler);
  WebSocketClient slow(server->http_port(), "/live");
  slow.tcp().shrink_receive_buffer(2048);
  const auto slow_id = handler.wait_opened();
  WebSocketClient good(server->http_port(), "/live");
  const auto good_id = handler.wait_opened();
  const auto message = text(std::string(60000, 'z'));
  // 18 MB: more than the sockets' buffers (a few MB) and the queue (1 MiB) can take.
  for (int i = 0; i < 300; ++i) {
    server->async_send(slow_id, message);
    server->async_send(good_id, text("n" + std::to_string(i)));
    REQUIRE(good.receive() == "n" + std::to_string(i));
  }
  REQUIRE(handler.wait_closed(slow_id));
  REQUIRE(server->figures().slow_sockets_closed == 1);
}

TEST_CASE("unnumbered messages replace each other, numbered ones keep their order") {
  EchoHandler handler;
  const auto server = started(local(), handler);
  WebSocketClient slow(server->http_port(), "/live");
  slow.tcp().shrink_receive_buffer(65536);
  const auto id = handler.wait_opened();
  const auto filler = text(std::string(900 * 1024, 'f'));
  for (int i = 0; i < 8; ++i) server->async_send(id, filler, "filler");
  for (int i = 0; i < 10000; ++i)
    server->async_send(id, text("meter " + std::to_string(i)), "meters");
  for (int i = 0; i < 20; ++i) server->async_send(id, text("number " + std::to_string(i)));
  int meters = 0, numbers = 0;
  std::string last_meter;
  while (numbers < 20) {
    const auto message = slow.receive();
    REQUIRE(message);
    if (message->rfind("number ", 0) == 0)
      REQUIRE(*message == "number " + std::to_string(numbers++));
    if (message->rfind("meter ", 0) == 0) ++meters, last_meter = *message;
  }
  REQUIRE(meters >= 1);
  REQUIRE(meters < 9000);
  REQUIRE(last_meter == "meter 9999");
  REQUIRE(server->figures().slow_sockets_closed == 0);
}

TEST_CASE("a socket without pong is pinged and hung up") {
  EchoHandler handler;
  auto config = local();
  config.ping_seconds = 1;
  config.hangup_seconds = 2;
  const auto server = started(config, handler);
  WebSocketClient lives(server->http_port(), "/live");
  const auto lives_id = handler.wait_opened();
  WebSocketClient dead(server->http_port(), "/live");
  const auto dead_id = handler.wait_opened();
  dead.answers_pings = false;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{3500};
  while (std::chrono::steady_clock::now() < until) {
    (void)lives.receive(std::chrono::milliseconds{50});
    (void)dead.receive(std::chrono::milliseconds{50});
  }
  REQUIRE(dead.pings_seen >= 1);
  REQUIRE(handler.wait_closed(dead_id));
  server->async_send(lives_id, text("still here"));
  REQUIRE(lives.receive() == "still here");
}

TEST_CASE("2 000 idle connections harm nobody and are dropped") {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 16384);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  EchoHandler handler;
  auto config = local();
  config.idle_seconds = 3;
  const auto server = started(config, handler);
  std::list<TcpConnection> idle;
  for (int i = 0; i < 2000; ++i) {
    idle.emplace_back(server->http_port());
    if (i % 2) idle.back().send("GET / HT");  // half a request holds more than none
  }
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) REQUIRE(HttpClient(server->http_port()).get("/").body == "ok");
  const auto took = std::chrono::steady_clock::now() - before;
  INFO(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
       << " ms for 20 requests");
  CHECK(took < std::chrono::seconds{2});
  int dropped = 0;
  for (auto& one : idle) dropped += one.closed_within(std::chrono::milliseconds{8000});
  CHECK(dropped == 2000);
  CHECK(HttpClient(server->http_port()).get("/").body == "ok");
}

TEST_CASE("an address may hold only so many connections; this machine's proxies are free") {
  EchoHandler handler;
  auto config = local();
  config.bind_address.clear();
  config.max_per_address = 3;
  const auto server = started(config, handler);
  std::list<TcpConnection> held;
  for (int i = 0; i < 3; ++i) held.emplace_back(server->http_port(), "127.0.0.2");
  TcpConnection fourth(server->http_port(), "127.0.0.2");
  REQUIRE(fourth.closed_within(std::chrono::milliseconds{3000}));
  TcpConnection neighbour(server->http_port(), "127.0.0.3");
  neighbour.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(neighbour.read_answer().body == "ok");
  std::list<TcpConnection> local_ones;
  for (int i = 0; i < 10; ++i) local_ones.emplace_back(server->http_port());
  local_ones.back().send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(local_ones.back().read_answer().body == "ok");
  REQUIRE(server->figures().refused_connections == 1);
}

TEST_CASE("large answers, and answers that come after the client left or the server stopped") {
  EchoHandler handler;
  auto server = started(local(), handler);
  REQUIRE(HttpClient(server->http_port()).get("/big").body.size() == 5'000'000);
  {
    TcpConnection gone(server->http_port());
    gone.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  {
    TcpConnection half(server->http_port());
    half.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)half.receive();
  }
  REQUIRE(HttpClient(server->http_port()).get("/").body == "ok");
  TcpConnection waiting(server->http_port());
  waiting.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(HttpClient(server->http_port()).get("/").body == "ok");
  auto kept = handler.take_kept();
  REQUIRE(kept.size() == 2);
  HttpResponse late;
  late.content_type = "text/plain";
  late.body = "late";
  for (auto& reply : kept) {
    reply(late);
    reply(late);  // a second answer is dropped
  }
  REQUIRE(waiting.read_answer().body == "late");
  waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(waiting.read_answer().body == "ok");
  waiting.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  REQUIRE(waiting.read_answer().closed);
  REQUIRE(waiting.closed_within(std::chrono::milliseconds{3000}));
  server.reset();
  for (auto& reply : kept) reply(late);
}

TEST_CASE("a used port stops the start with its number") {
  EchoHandler handler;
  const auto first = started(local(), handler);
  auto config = local();
  config.http_port = first->http_port();
  const auto second = WebServer::start(config, handler);
  REQUIRE_FALSE(second);
  REQUIRE(second.error().code == ErrorCode::kUnavailable);
  REQUIRE(second.error().en.find(std::to_string(first->http_port())) != std::string::npos);
  config = local();
  config.bind_address = "not-an-address";
  REQUIRE_FALSE(WebServer::start(config, handler));
  config.bind_address = "192.0.2.1";  // TEST-NET, not ours
  REQUIRE_FALSE(WebServer::start(config, handler));
  REQUIRE(HttpClient(first->http_port()).get("/").body == "ok");
}

TEST_CASE("the tick runs about once a second") {
  EchoHandler handler;
  const auto server = started(local(), handler);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (handler.ticks < 2 && std::chrono::steady_clock::now() < until)
    REQUIRE(HttpClient(server->http_port()).get("/").status == 200);
  REQUIRE(handler.ticks >= 2);
}

TEST_CASE("HTTPS takes TLS 1.2 and later, speaks HTTP/1.1, and drops silent connections") {
  std::string pattern = (std::filesystem::temp_directory_path() / "huiban-cert-XXXXXX").string();
  const std::string dir = mkdtemp(pattern.data());
  auto config = local();
  config.certificate = dir + "/cert.pem";
  config.private_key = dir + "/key.pem";
  config.https_port = std::uint16_t{0};
  config.idle_seconds = 2;
  REQUIRE(ensure_certificate(config.certificate, config.private_key, {}));
  EchoHandler handler;
  const auto server = started(config, handler);
  TcpConnection silent(server->https_port()), half(server->https_port());
  half.send("\x16\x03\x01\x02");
  TcpConnection idle(server->https_port(), {}, true);  // the handshake, then nothing
  REQUIRE(idle.alpn() == "http/1.1");
  TcpConnection twelve(server->https_port(), {}, true, TLS1_2_VERSION);
  twelve.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(twelve.read_answer().body.size() == 5'000'000);
  REQUIRE_THROWS(TcpConnection(server->https_port(), {}, true, TLS1_1_VERSION));
  REQUIRE(silent.closed_within(std::chrono::milliseconds{6000}));
  REQUIRE(half.closed_within(std::chrono::milliseconds{6000}));
  REQUIRE(idle.closed_within(std::chrono::milliseconds{6000}));
  std::filesystem::remove_all(dir);
}

TEST_CASE("a certificate is made, checked and never half replaced") {
  std::string pattern = (std::filesystem::temp_directory_path() / "huiban-cert-XXXXXX").string();
  const std::string dir = mkdtemp(pattern.data());
  const auto cert = dir + "/tls/cert.pem", key = dir + "/tls/key.pem", other = dir + "/other.pem";
  REQUIRE(ensure_certificate(cert, key, {"huiban.example", "10.1.2.3", ""}));
  REQUIRE(ensure_certificate(cert, key, {}));
  REQUIRE(ensure_certificate(dir + "/b.pem", other, {}));
  REQUIRE(ensure_certificate(cert, other, {}).error().en.find("do not match") != std::string::npos);
  REQUIRE(ensure_certificate(cert, dir + "/none.pem", {}).error().en.find("missing") !=
          std::string::npos);
  REQUIRE(ensure_certificate(key, key, {}).error().en.find("not a readable") != std::string::npos);
  REQUIRE_FALSE(ensure_certificate("", "", {}));
  REQUIRE_FALSE(ensure_certificate("/proc/none/cert.pem", "/proc/none/key.pem", {}));
  std::filesystem::remove_all(dir);
}
