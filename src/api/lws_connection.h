#pragma once
// State of one TCP connection and the shared parts of the lws_*.cpp files. Web thread only.
#include <libwebsockets.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "api/lws_server.h"

namespace huiban::api {

constexpr std::size_t kSocketQueueMessages = 256;
constexpr std::size_t kSocketQueueBytes = 1024 * 1024;
constexpr std::size_t kSocketReceiveCap = 256 * 1024;
constexpr std::uint64_t kDiscardAtMost = 4 * 1024 * 1024;  // of a refused body; a longer one closes

// One request and its response on a connection.
struct Exchange {
  std::uint64_t number = 0;  // a late reply to an earlier request finds another number
  HttpRequest request;
  std::size_t body_limit = 0;
  bool dispatched = false;  // the handler has the request, or it was refused
  bool close_after = false;
  bool has_response = false;
  std::string head;  // status line and headers, emptied when sent
  HttpResponse response;
  std::uint64_t sent = 0;  // bytes of the body
  int file = -1;
};

struct OutgoingMessage {
  std::shared_ptr<const std::string> text;
  std::string key;
};

struct Connection {
  lws* wsi = nullptr;
  std::uint64_t id = 0;
  std::string address;
  bool secure = false;
  Exchange exchange;
  // WebSocket
  bool is_socket = false;
  HttpRequest upgrade;
  std::deque<OutgoingMessage> queue;
  std::size_t queued_bytes = 0;
  std::string receiving;
  std::uint16_t close_code = 0;  // not 0: close after the queue is sent
  std::string close_reason;
};

// How other threads reach the web thread. Outlives the server: a late answer finds it closed and is
// dropped.
struct Mailbox {
  std::mutex mutex;
  std::vector<std::function<void()>> tasks;
  lws_context* context = nullptr;  // null: closed
  void post(std::function<void()> task);
};

class WebServer::Impl {
 public:
  Impl(const WebServerConfig& config, WebHandler& handler) : config_(config), handler_(handler) {}
  ~Impl();

  Result<void> start();
  void stop();
  void post(std::function<void()> task) {
    mailbox_->post(std::move(task));
  }  // any thread; runs on web

  // lws_server.cpp
  int on_event(lws* wsi, lws_callback_reasons reason, void* in, std::size_t len);
  Connection* connection(lws* wsi);
  Connection* connection(std::uint64_t id);
  void run_posted();

  // lws_http.cpp
  int http_begin(Connection& c, const char* path);
  int http_body(Connection& c, const void* data, std::size_t len);
  int http_body_complete(Connection& c);
  int http_writeable(Connection& c);
  void http_reply(std::uint64_t id, std::uint64_t number, HttpResponse response);
  void http_forget(Connection& c);

  // lws_socket.cpp
  int socket_filter(Connection& c);
  int socket_established(Connection& c);
  int socket_receive(Connection& c, const void* data, std::size_t len);
  int socket_writeable(Connection& c);
  void socket_send(std::uint64_t id, std::shared_ptr<const std::string> text, std::string key);
  void socket_close(std::uint64_t id, std::uint16_t code, std::string reason);

  WebServerConfig config_;
  WebHandler& handler_;
  WebFigures figures_;
  std::uint16_t http_port_ = 0, https_port_ = 0;

 private:
  Result<void> create();
  void serve();
  int filter_address(const std::string& address);
  void opened(lws* wsi);
  void closed(lws* wsi);
  void dispatch(Connection& c);
  void refuse(Connection& c, int status, const char* zh, const char* en);
  void set_response(Connection& c, HttpResponse response);

  lws_context* context_ = nullptr;
  lws_retry_bo_t retry_{};  // ping and hang-up of sockets
  std::thread thread_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  bool stopping_ = false;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::map<std::string, int> per_address_;
  std::uint64_t next_id_ = 1, next_exchange_ = 1;

 public:
  // Standard layout, so that the timer callback finds its owner.
  struct Tick {
    lws_sorted_usec_list_t sul{};
    lws_context* context = nullptr;
    Impl* owner = nullptr;
  } tick_;
};

// For the few answers that the web thread gives by itself.
HttpResponse plain_problem(const HttpRequest& request, int status, const char* zh, const char* en);

}  // namespace huiban::api
