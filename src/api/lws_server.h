#pragma once
// HTTP/1.1 and WebSocket on libwebsockets 4.1.6 with its own poll loop on the web thread
// ("huiban-web"). Other threads reach it by async_x(), which queue and call lws_cancel_service().
// Connections are known by number, never by their lws handle. The lws_*.cpp files are the only ones
// that call lws.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/http.h"
#include "core/result.h"

namespace huiban::api {

using SocketId = std::uint64_t;  // a WebSocket; never used again within a process

struct WebServerConfig {
  std::string bind_address;                 // empty: all addresses, IPv4 and IPv6
  std::uint16_t http_port = 0;              // 0: any free port
  std::optional<std::uint16_t> https_port;  // empty: no HTTPS; 0: any free port
  std::string certificate, private_key;     // PEM files, must exist when https_port is set
  int idle_seconds = 10;                    // a connection that sends no request, or half of one
  int keepalive_seconds = 30;               // between two requests
  int ping_seconds = 20, hangup_seconds = 45;
  int max_connections = 6000;
  int max_per_address = 400;  // not for 127.0.0.1 and ::1, where reverse proxies are
};

// Called on the web thread; must not block.
class WebHandler {
 public:
  virtual ~WebHandler() = default;
  // Bytes that the body may have; more is answered with 413.
  virtual std::size_t body_limit(const HttpRequest& head) = 0;
  virtual void on_request(HttpRequest request, Reply reply) = 0;
  // False refuses the upgrade: the connection is closed without an answer.
  virtual bool on_upgrade(const HttpRequest& head) = 0;
  virtual void on_socket_open(SocketId socket, HttpRequest head) = 0;
  virtual void on_socket_text(SocketId socket, std::string text) = 0;  // whole, valid UTF-8
  virtual void on_socket_closed(SocketId socket) = 0;
  virtual void on_tick() = 0;  // once a second
};

struct WebFigures {  // any thread
  std::atomic<std::uint64_t> connections{0}, sockets{0}, requests{0}, refused_connections{0};
  std::atomic<std::uint64_t> messages_sent{0}, slow_sockets_closed{0};
};

class WebServer {
 public:
  // Unavailable: a port is taken or an address is not ours; the message names it.
  static Result<std::unique_ptr<WebServer>> start(const WebServerConfig& config,
                                                  WebHandler& handler);
  // Closes sockets with 1001 after what is queued was sent (1 s at most), then joins the thread.
  ~WebServer();

  std::uint16_t http_port() const;
  std::uint16_t https_port() const;  // 0: off
  const WebFigures& figures() const;

  // key: a message that replaces a queued one with the same key and may be dropped when the client
  // is slow; empty: never dropped, a client with more than 256 messages or 1 MiB waiting is closed
  // instead.
  void async_send(SocketId socket, std::shared_ptr<const std::string> text, std::string key = {});
  void async_close(SocketId socket, std::uint16_t code, std::string reason);

  class Impl;

 private:
  explicit WebServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiban::api
