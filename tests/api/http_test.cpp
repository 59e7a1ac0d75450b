// HTTP as such: static files, limits, malformed requests, headers, HTTPS.
#include <catch2/catch.hpp>
#include <fstream>

#include "api/static_files.h"
#include "tests/support/api_world.h"

using namespace huiban;
using namespace huiban::test;
using domain::Role;
using nlohmann::json;

namespace {

std::filesystem::path make_web_dir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "huiban-web-XXXXXX").string();
  const std::filesystem::path dir = mkdtemp(pattern.data());
  std::filesystem::create_directories(dir / "assets");
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream(dir / name) << text;
  };
  write("index.html", "<!doctype html><title>会办</title>");
  write("assets/app-1a2b.js", "console.log('0123456789')");
  write("assets/app-1a2b.js.gz", "gzip-bytes");
  write("assets/app-1a2b.js.br", "brotli-bytes");
  write("assets/big.bin", std::string(300000, 'b'));
  write(".secret", "no");
  std::ofstream(dir.parent_path() / (dir.filename().string() + "-outside")) << "outside";
  std::filesystem::create_symlink(dir.parent_path() / (dir.filename().string() + "-outside"),
                                  dir / "link.txt");
  return dir;
}

struct WebDir {
  std::filesystem::path path = make_web_dir();
  ~WebDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
    std::filesystem::remove(path.string() + "-outside", ignored);
  }
};

WorldOptions with_web(const WebDir& dir) {
  WorldOptions options;
  options.web_dir = dir.path.string();
  return options;
}

}  // namespace

TEST_CASE("the client's files: pages, packed files, ETag, ranges") {
  WebDir dir;
  ApiWorld world(with_web(dir));
  const auto client = world.nobody();
  for (const auto* page :
       {"/", "/index.html", "/meetings", "/meetings/0190a5c0-0000-7000-8000-000000000001/console",
        "/join/abc.def-_"}) {
    INFO(page);
    const auto answer = client.get(page);
    REQUIRE(answer.status == 200);
    REQUIRE(answer.headers.at("content-type") == "text/html; charset=utf-8");
    REQUIRE(answer.headers.at("cache-control") == "no-cache");
    REQUIRE(answer.body.find("会办") != std::string::npos);
  }
  for (const auto* missing :
       {"/assets/none.js", "/favicon.ico", "/.secret", "/assets/.x", "/link.txt", "/assets/"}) {
    INFO(missing);
    REQUIRE(client.get(missing).status == 404);
  }
  for (const auto* outside : {"/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                              "/assets/..%2f..%2f..%2fetc%2fpasswd"})
    REQUIRE(client.get(outside).body.find("root:") == std::string::npos);

  const std::string js = "/assets/app-1a2b.js";
  const auto plain = client.get(js);
  REQUIRE(plain.body == "console.log('0123456789')");
  REQUIRE(plain.headers.at("cache-control").find("immutable") != std::string::npos);
  const auto etag = plain.headers.at("etag");
  REQUIRE(client.request("GET", js, {}, {{"If-None-Match", etag}}).status == 304);
  REQUIRE(client.request("GET", js, {}, {{"If-None-Match", "\"other\""}}).status == 200);
  const auto brotli = client.request("GET", js, {}, {{"Accept-Encoding", "gzip, deflate, br"}});
  REQUIRE(brotli.body == "brotli-bytes");
  REQUIRE(brotli.headers.at("content-encoding") == "br");
  REQUIRE(brotli.headers.at("content-type") == "text/javascript; charset=utf-8");
  REQUIRE(brotli.headers.at("etag") != etag);
  REQUIRE(client.request("GET", js, {}, {{"Accept-Encoding", "gzip"}}).body == "gzip-bytes");
  REQUIRE(client.request("GET", js, {}, {{"Accept-Encoding", "br;q=0, gzip;q=0"}}).body ==
          plain.body);

  const auto part =
      client.request("GET", js, {}, {{"Range", "bytes=0-6"}, {"Accept-Encoding", "br"}});
  REQUIRE(part.status == 206);
  REQUIRE(part.body == "console");
  REQUIRE(part.headers.at("content-range") == "bytes 0-6/25");
  REQUIRE(client.request("GET", js, {}, {{"Range", "bytes=-2"}}).body == "')");
  REQUIRE(client.request("GET", js, {}, {{"Range", "bytes=23-"}}).body == "')");
  REQUIRE(client.request("GET", js, {}, {{"Range", "bytes=99-"}}).status == 416);
  REQUIRE(client.request("GET", js, {}, {{"Range", "bytes=0-1,3-4"}}).status == 200);
  REQUIRE(client.request("GET", js, {}, {{"Range", "bytes=0-1"}, {"If-Range", "\"old\""}}).status ==
          200);

  const auto head = client.request("HEAD", "/assets/big.bin");
  REQUIRE(head.status == 200);
  REQUIRE(head.headers.at("content-length") == "300000");
  REQUIRE(head.body.empty());
  REQUIRE(client.get("/assets/big.bin").body.size() == 300000);
  REQUIRE(client.command("POST", "/", "{}").status == 405);
}

TEST_CASE("every answer carries the security headers") {
  WebDir dir;
  ApiWorld world(with_web(dir));
  for (const auto* path : {"/", "/api/v1/session", "/healthz", "/assets/none.js"}) {
    INFO(path);
    const auto answer = world.nobody().get(path);
    const auto& policy = answer.headers.at("content-security-policy");
    REQUIRE(policy.find("default-src 'self'") != std::string::npos);
    REQUIRE(policy.find("unsafe") == std::string::npos);
    REQUIRE(policy.find("ws://localhost") != std::string::npos);
    REQUIRE(answer.headers.at("x-content-type-options") == "nosniff");
    REQUIRE(answer.headers.at("x-frame-options") == "DENY");
    REQUIRE(answer.headers.at("referrer-policy") == "same-origin");
  }
  REQUIRE(world.nobody().get("/api/v1/session").headers.at("content-type") ==
          "application/problem+json");
}

TEST_CASE("what is too large or malformed is refused, and the connection's next request is right") {
  ApiWorld world;
  const auto cookie = "huiban_session=" + world.session_cookie(Role::kSecretary);
  const Headers headers{{"Cookie", cookie},
                        {"Content-Type", "application/json"},
                        {"Idempotency-Key", uuid_to_string(make_uuid_v7())}};
  TcpConnection tcp(world.port());
  tcp.send(request_text("POST", "/api/v1/meetings", headers, std::string(300 * 1024, 'x')));
  REQUIRE(tcp.read_answer().status == 413);
  tcp.send(request_text("GET", "/api/v1/session", headers, {}));  // the refused body was dropped
  REQUIRE(tcp.read_answer().status == 200);

  const auto meeting = world.running_meeting();
  const auto offer = [&](std::size_t size) {
    tcp.send(request_text("POST", "/api/v1/meetings/" + meeting + "/media?as=console",
                          {{"Cookie", cookie}, {"Content-Type", "application/sdp"}},
                          "v=0\r\n" + std::string(size, 'x')));
    return tcp.read_answer().status;
  };
  REQUIRE(offer(130 * 1024) == 201);  // a wall of 40 tiles
  REQUIRE(offer(300 * 1024) == 413);

  const auto raw = [&](const std::string& text) {
    TcpConnection one(world.port());
    one.send(text);
    return one.read_answer();
  };
  const std::string start = "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n";
  const auto huge = raw(start + "Content-Length: 99999999999\r\n\r\n");
  REQUIRE(huge.status == 413);
  REQUIRE(huge.closed);
  REQUIRE(raw(start + "Content-Length: -5\r\n\r\n").status == 400);
  REQUIRE(raw(start + "Content-Length: 12abc\r\n\r\n").status == 400);
  const auto chunked = raw(start + "Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n");
  REQUIRE(chunked.status == 411);
  REQUIRE(chunked.closed);
  const auto without = raw(start + "\r\n");  // a POST without a length has no body
  REQUIRE(without.status == 400);
  REQUIRE(without.closed);

  const auto deletion = world.nobody().request("DELETE", "/api/v1/meetings");
  REQUIRE(deletion.status == 405);
  REQUIRE(deletion.headers.at("allow") == "OPTIONS, GET, HEAD, POST");
  REQUIRE(world.nobody().get("/api/v1/nothing").status == 404);
  REQUIRE(world.nobody().get("/api").status == 404);
  REQUIRE(world.as(Role::kSecretary).get("/api/v1/live?meeting=" + meeting).status ==
          400);  // no upgrade
}

TEST_CASE("requests sent at once on one connection are answered in order") {
  ApiWorld world;
  const Headers headers{{"Cookie", "huiban_session=" + world.session_cookie(Role::kSecretary)}};
  TcpConnection tcp(world.port());
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += request_text("GET", i % 2 ? "/api/v1/session" : "/api/v1/nothing", headers, {});
  tcp.send(all);
  for (int i = 0; i < 20; ++i) REQUIRE(tcp.read_answer().status == (i % 2 ? 200 : 404));
}

TEST_CASE("odd clients do no harm") {
  ApiWorld world;
  const auto hangs_up = [&](const std::string& text) {
    TcpConnection one(world.port());
    one.send(text);
    return one.closed_within(std::chrono::milliseconds{3000});
  };
  const std::string host = "Host: localhost\r\n";
  for (int i = 0; i < 20; ++i) {
    CHECK(hangs_up("GET / HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: foo\r\n\r\n"));
    CHECK(hangs_up("GET / HTTP/1.1\r\n" + host +
                   "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "
                   "AAMAAABkAAQAAP__\r\n\r\n"));
    CHECK(hangs_up("GET /healthz HTTP/1.1\r\n" + host + "\r\nGET / HTTP/1.1\r\n" + host +
                   "Connection: Upgrade\r\nUpgrade: foo\r\n\r\n"));
    CHECK(hangs_up("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    CHECK(hangs_up("BREW /coffee HTTP/1.1\r\n" + host + "\r\n"));
    CHECK(hangs_up(std::string(20, '\0')));
    CHECK(hangs_up("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"));  // TLS to the plain port
    CHECK(hangs_up("GET /" + std::string(20000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"));
    CHECK(hangs_up("GET /api/v1/live HTTP/1.1\r\n" + host + "Upgrade: websocket\r\n\r\n"));
  }
  {
    TcpConnection half(world.port());
    half.send("POST /api/v1/session HTTP/1.1\r\nContent-Length: 100\r\n\r\n{");
  }
  REQUIRE(world.nobody().get("/healthz").body == "ok\n");
}

TEST_CASE("a changing request with a cookie must come from our own pages") {
  WorldOptions options;
  options.allowed_origins = {"http://localhost:5173"};
  ApiWorld world(options);
  const auto secretary = world.as(Role::kSecretary);
  const auto post = [&](const HttpClient& client, const std::string& origin) {
    return client
        .request("POST", "/api/v1/meetings/preview", world.plan().dump(),
                 {{"Content-Type", "application/json"}, {"Origin", origin}})
        .status;
  };
  REQUIRE(post(secretary, "http://localhost") == 200);
  REQUIRE(post(secretary, "http://localhost:5173") == 200);
  REQUIRE(post(secretary, "https://localhost") == 403);
  REQUIRE(post(secretary, "https://evil.example") == 403);
  REQUIRE(post(secretary, "null") == 403);
  REQUIRE(world.nobody()
              .request("POST", "/api/v1/session", "{}",
                       {{"Content-Type", "application/json"}, {"Origin", "https://evil.example"}})
              .status == 403);
  REQUIRE(secretary.request("GET", "/api/v1/session", {}, {{"Origin", "https://evil.example"}})
              .status == 200);
}

TEST_CASE("health, readiness and figures") {
  ApiWorld world;
  REQUIRE(world.nobody().get("/healthz").status == 200);
  REQUIRE(world.nobody().get("/readyz").body == "ready\n");
  const auto meeting = world.running_meeting();
  const auto text = world.nobody().get("/metrics").body;
  REQUIRE(text.find("\nhuiban_events_stored_total 3\n") !=
          std::string::npos);  // made, convened, started
  REQUIRE(text.find("huiban_ws_clients 0") != std::string::npos);
  REQUIRE(text.find("huiban_http_responses_total{status=\"200\"}") != std::string::npos);
  REQUIRE(world.nobody().request("GET", "/metrics", {}, {{"X-Forwarded-For", "10.0.0.9"}}).status ==
          404);
}

TEST_CASE("HTTPS with a certificate of our own") {
  WorldOptions options;
  options.https = true;
  ApiWorld world(options);
  REQUIRE(std::filesystem::exists(world.folder() / "tls" / "cert.pem"));
  REQUIRE((std::filesystem::status(world.folder() / "tls" / "key.pem").permissions() &
           std::filesystem::perms(077)) == std::filesystem::perms::none);
  HttpClient client(world.https_port(), true);
  const auto answer =
      client.request("POST", "/api/v1/session",
                     json{{"account", "secretary"}, {"password", ApiWorld::kPassword}}.dump(),
                     {{"Content-Type", "application/json"}, {"Origin", "https://localhost"}});
  REQUIRE(answer.status == 200);
  const auto cookie = answer.headers.at("set-cookie");
  REQUIRE(cookie.rfind("__Host-huiban_session=", 0) == 0);
  REQUIRE(cookie.find("; Secure") != std::string::npos);
  client.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
  REQUIRE(client.get("/api/v1/session").status == 200);
  HttpClient plain(world.port());
  plain.headers = client.headers;
  REQUIRE(plain.get("/api/v1/session").status == 401);  // the secure cookie counts over HTTPS only
  const std::string large(200000, ' ');
  REQUIRE(client.request("POST", "/api/v1/session", large, {{"Content-Type", "application/json"}})
              .status == 400);
}

TEST_CASE("ranges of a file") {
  api::ByteRange range;
  const auto kind = [&](const char* header, std::uint64_t size) {
    return api::parse_range(header, size, range);
  };
  REQUIRE(kind("bytes=0-0", 1) == api::RangeKind::kPart);
  REQUIRE(kind("bytes=5-100", 10) == api::RangeKind::kPart);
  REQUIRE(range.last == 9);
  REQUIRE(kind("bytes=-100", 10) == api::RangeKind::kPart);
  REQUIRE(range.first == 0);
  for (const auto* none : {"bytes=0-", "bytes=-1", "bytes=0-0"})
    REQUIRE(kind(none, 0) == api::RangeKind::kUnsatisfiable);
  for (const auto* whole : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "items=0-1",
                            "bytes=99999999999999999999-", "bytes=0-1,2-3"})
    REQUIRE(kind(whole, 10) == api::RangeKind::kWhole);
}
