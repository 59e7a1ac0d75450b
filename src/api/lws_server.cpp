#include "api/lws_server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>

#include "api/lws_connection.h"
#include "core/thread.h"

namespace huiban::api {
namespace {

std::string address_text(const sockaddr_storage& from) {
  char text[INET6_ADDRSTRLEN] = "";
  if (from.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(from).sin_addr, text, sizeof text);
  } else if (from.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6))
      inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof text);
    else
      inet_ntop(AF_INET6, &v6, text, sizeof text);
  }
  return text;
}

std::string peer_address(int fd) {
  sockaddr_storage from{};
  socklen_t length = sizeof from;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&from), &length) != 0) return {};
  return address_text(from);
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  // lws sizes its tables by this; 16 384 is twice the most connections plus files and devices.
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, 16384);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    spdlog::warn("cannot raise the limit of open files to {}: {}", wanted, std::strerror(errno));
}

bool ipv6_usable() {
  const int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  const bool ok = bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0;
  close(fd);
  return ok;
}

// lws says only "failed": ask the system first, so that the message can say which port and why.
Result<void> probe_port(const std::string& bind_address, std::uint16_t port, bool ipv6) {
  sockaddr_storage where{};
  socklen_t length = 0;
  if (bind_address.find(':') != std::string::npos || (bind_address.empty() && ipv6)) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(where);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    length = sizeof v6;
    if (!bind_address.empty() && inet_pton(AF_INET6, bind_address.c_str(), &v6.sin6_addr) != 1)
      return fail(ErrorCode::kUnavailable, "监听地址“" + bind_address + "”不是本机地址",
                  "The listening address \"" + bind_address + "\" is not an address");
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(where);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    length = sizeof v4;
    if (!bind_address.empty() && inet_pton(AF_INET, bind_address.c_str(), &v4.sin_addr) != 1)
      return fail(ErrorCode::kUnavailable, "监听地址“" + bind_address + "”不是本机地址",
                  "The listening address \"" + bind_address + "\" is not an address");
  }
  const int fd = socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return {};
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int error = bind(fd, reinterpret_cast<sockaddr*>(&where), length) == 0 ? 0 : errno;
  if (error == 0 && port != 0 && listen(fd, 1) != 0) error = errno;
  close(fd);
  if (error == 0) return {};
  const std::string number = std::to_string(port);
  if (error == EADDRINUSE)
    return fail(
        ErrorCode::kUnavailable,
        "TCP 端口 " + number + " 已被其他程序占用，请停止该程序或在配置中改用其他端口",
        "TCP port " + number + " is already in use; stop that program or configure another port");
  return fail(ErrorCode::kUnavailable,
              "无法监听 " + bind_address + " 端口 " + number + "：" + std::strerror(error),
              "Cannot listen on " + bind_address + " port " + number + ": " + std::strerror(error));
}

// Malformed requests make lws log errors: nobody may fill the log from outside, so 20 lines a
// minute are kept.
void log_line(int, const char* line) {
  static std::atomic<int> lines{0};
  static std::atomic<std::int64_t> minute{0};
  const auto now = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::minutes{1};
  if (minute.exchange(now) != now) lines = 0;
  if (++lines > 20) return;
  std::string text(line);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  spdlog::warn("lws: {}", text);
}

// No exception may cross C code.
int on_lws(lws* wsi, lws_callback_reasons reason, void*, void* in, std::size_t len) {
  auto* impl = static_cast<WebServer::Impl*>(lws_context_user(lws_get_context(wsi)));
  if (!impl) return 0;
  try {
    return impl->on_event(wsi, reason, in, len);
  } catch (const std::exception& e) {
    spdlog::error("web: {}", e.what());
    return -1;
  }
}

const lws_protocols kProtocols[] = {{"huiban", on_lws, 0, 16384, 0, nullptr, 65536},
                                    {nullptr, nullptr, 0, 0, 0, nullptr, 0}};

// An answer of lws' own making cannot be built with a header longer than its buffer, so lws closes
// the connection instead. In 4.1.6 the answer to an unknown Upgrade reads freed memory after it was
// sent.
const std::string kTooLongForLws(60000, 'x');
const lws_protocol_vhost_options kNoAnswersOfLws = {nullptr, nullptr,
                                                    "x-none:", kTooLongForLws.c_str()};

void on_tick_timer(lws_sorted_usec_list_t* sul) {
  auto* tick = reinterpret_cast<WebServer::Impl::Tick*>(sul);
  try {
    tick->owner->handler_.on_tick();
  } catch (const std::exception& e) {
    spdlog::error("web: {}", e.what());
  }
  lws_sul_schedule(tick->context, 0, &tick->sul, on_tick_timer, LWS_US_PER_SEC);
}

}  // namespace

Result<std::unique_ptr<WebServer>> WebServer::start(const WebServerConfig& config,
                                                    WebHandler& handler) {
  auto impl = std::make_unique<Impl>(config, handler);
  HUIBAN_CHECK(impl->start());
  return std::unique_ptr<WebServer>(new WebServer(std::move(impl)));
}

WebServer::WebServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebServer::~WebServer() {
  impl_->stop();
}

std::uint16_t WebServer::http_port() const {
  return impl_->http_port_;
}
std::uint16_t WebServer::https_port() const {
  return impl_->https_port_;
}
const WebFigures& WebServer::figures() const {
  return impl_->figures_;
}

void WebServer::async_send(SocketId socket, std::shared_ptr<const std::string> text,
                           std::string key) {
  impl_->post([impl = impl_.get(), socket, text = std::move(text), key = std::move(key)]() mutable {
    impl->socket_send(socket, std::move(text), std::move(key));
  });
}

void WebServer::async_close(SocketId socket, std::uint16_t code, std::string reason) {
  impl_->post([impl = impl_.get(), socket, code, reason = std::move(reason)]() mutable {
    impl->socket_close(socket, code, std::move(reason));
  });
}

WebServer::Impl::~Impl() {
  stop();
}

Result<void> WebServer::Impl::start() {
  std::promise<Result<void>> created;
  auto result = created.get_future();
  thread_ = std::thread([this, &created] {
    pthread_setname_np(pthread_self(), "huiban-web");
    web_thread().bind();
    auto made = create();
    const bool ok = made.has_value();
    created.set_value(std::move(made));
    if (ok) serve();
    if (context_) lws_context_destroy(context_);
    context_ = nullptr;
  });
  auto made = result.get();
  if (!made) thread_.join();
  return made;
}

Result<void> WebServer::Impl::create() {
  raise_file_limit();
  const bool ipv6 = config_.bind_address.find(':') != std::string::npos ||
                    (config_.bind_address.empty() && ipv6_usable());
  HUIBAN_CHECK(probe_port(config_.bind_address, config_.http_port, ipv6));
  if (config_.https_port) HUIBAN_CHECK(probe_port(config_.bind_address, *config_.https_port, ipv6));

  lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
  static const lws_retry_bo_t kNever = {nullptr, 0, 0, 0, 0, 0};
  retry_ = kNever;
  retry_.secs_since_valid_ping = static_cast<std::uint16_t>(config_.ping_seconds);
  retry_.secs_since_valid_hangup = static_cast<std::uint16_t>(config_.hangup_seconds);

  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = kProtocols;
  info.user = this;
  info.gid = static_cast<decltype(info.gid)>(-1);
  info.uid = static_cast<decltype(info.uid)>(-1);
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.pt_serv_buf_size = 32768;
  info.max_http_header_data2 = 8192;
  info.timeout_secs = static_cast<unsigned>(config_.idle_seconds);
  info.timeout_secs_ah_idle = static_cast<unsigned>(config_.idle_seconds);
  context_ = lws_create_context(&info);
  if (!context_)
    return fail(ErrorCode::kUnavailable, "网页服务无法启动（libwebsockets 初始化失败）",
                "The web service cannot start: libwebsockets failed to initialise");

  info.headers = &kNoAnswersOfLws;
  info.keepalive_timeout = config_.keepalive_seconds;
  info.retry_and_idle_policy = &retry_;
  info.iface = config_.bind_address.empty() ? nullptr : config_.bind_address.c_str();
  info.options |= LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
  if (!ipv6) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  info.vhost_name = "http";
  info.port = config_.http_port;
  lws_vhost* http = lws_create_vhost(context_, &info);
  if (!http || lws_get_vhost_listen_port(http) <= 0)
    return fail(ErrorCode::kUnavailable, "无法监听 TCP 端口 " + std::to_string(config_.http_port),
                "Cannot listen on TCP port " + std::to_string(config_.http_port));
  http_port_ = static_cast<std::uint16_t>(lws_get_vhost_listen_port(http));

  if (config_.https_port) {
    info.vhost_name = "https";
    info.port = *config_.https_port;
    info.alpn = "http/1.1";
    info.ssl_cert_filepath = config_.certificate.c_str();
    info.ssl_private_key_filepath = config_.private_key.c_str();
    info.ssl_options_set = static_cast<long>(SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
                                             SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    info.ssl_cipher_list = "ECDHE+AESGCM:ECDHE+CHACHA20";
    lws_vhost* https = lws_create_vhost(context_, &info);
    if (!https || lws_get_vhost_listen_port(https) <= 0)
      return fail(ErrorCode::kUnavailable,
                  "HTTPS 无法启动：请检查端口 " + std::to_string(*config_.https_port) +
                      " 与证书文件 " + config_.certificate,
                  "HTTPS cannot start: check port " + std::to_string(*config_.https_port) +
                      " and the certificate " + config_.certificate);
    https_port_ = static_cast<std::uint16_t>(lws_get_vhost_listen_port(https));
  }
  tick_.owner = this;
  tick_.context = context_;
  lws_sul_schedule(context_, 0, &tick_.sul, on_tick_timer, LWS_US_PER_SEC);
  std::lock_guard lock(mailbox_->mutex);
  mailbox_->context = context_;
  return {};
}

void WebServer::Impl::serve() {
  auto last_round = std::chrono::steady_clock::time_point::max();
  while (lws_service(context_, 0) >= 0) {
    if (!stopping_) continue;
    const auto now = std::chrono::steady_clock::now();
    if (last_round == std::chrono::steady_clock::time_point::max())
      last_round = now + std::chrono::seconds(1);
    bool sockets = false;
    for (const auto& [id, c] : connections_) sockets = sockets || c->is_socket;
    if (!sockets || now > last_round) break;
  }
  lws_sul_schedule(context_, 0, &tick_.sul, on_tick_timer, LWS_SET_TIMER_USEC_CANCEL);
  std::lock_guard lock(mailbox_->mutex);
  mailbox_->context = nullptr;
  mailbox_->tasks.clear();
}

void WebServer::Impl::stop() {
  if (!thread_.joinable()) return;
  post([this] {
    stopping_ = true;
    for (auto& [id, c] : connections_)
      if (c->is_socket) socket_close(id, 1001, "shutdown");
    // Wakes serve() every 50 ms until the sockets are closed.
    lws_sul_schedule(context_, 0, &tick_.sul, on_tick_timer, LWS_US_PER_SEC / 20);
  });
  thread_.join();
}

void Mailbox::post(std::function<void()> task) {
  std::lock_guard lock(mutex);
  if (!context) return;
  tasks.push_back(std::move(task));
  lws_cancel_service(context);
}

void WebServer::Impl::run_posted() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(mailbox_->mutex);
    tasks.swap(mailbox_->tasks);
  }
  for (auto& task : tasks) task();
}

Connection* WebServer::Impl::connection(std::uint64_t id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

Connection* WebServer::Impl::connection(lws* wsi) {
  return connection(reinterpret_cast<std::uintptr_t>(lws_get_opaque_user_data(wsi)));
}

int WebServer::Impl::filter_address(const std::string& address) {
  const bool local = address == "127.0.0.1" || address == "::1";
  const auto found = per_address_.find(address);
  const int here = found == per_address_.end() ? 0 : found->second;
  if (static_cast<int>(connections_.size()) < config_.max_connections &&
      (local || here < config_.max_per_address))
    return 0;
  ++figures_.refused_connections;
  return 1;
}

void WebServer::Impl::opened(lws* wsi) {
  auto c = std::make_unique<Connection>();
  c->id = next_id_++;
  c->wsi = wsi;
  c->address = peer_address(lws_get_socket_fd(wsi));
  c->secure = lws_is_ssl(wsi);
  ++per_address_[c->address];
  lws_set_opaque_user_data(wsi, reinterpret_cast<void*>(static_cast<std::uintptr_t>(c->id)));
  connections_.emplace(c->id, std::move(c));
  figures_.connections = connections_.size();
}

void WebServer::Impl::closed(lws* wsi) {
  Connection* c = connection(wsi);
  if (!c) return;
  http_forget(*c);
  if (const auto found = per_address_.find(c->address);
      found != per_address_.end() && --found->second == 0)
    per_address_.erase(found);
  const auto id = c->id;
  if (c->is_socket) {
    --figures_.sockets;
    handler_.on_socket_closed(id);
  }
  connections_.erase(id);
  figures_.connections = connections_.size();
}

int WebServer::Impl::on_event(lws* wsi, lws_callback_reasons reason, void* in, std::size_t len) {
  switch (reason) {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
      run_posted();
      return 0;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
      if (stopping_) return 1;
      return filter_address(peer_address(static_cast<int>(reinterpret_cast<std::intptr_t>(in))));
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
      opened(wsi);
      return 0;
    case LWS_CALLBACK_WSI_DESTROY:
      closed(wsi);
      return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: {
      // Only to hang up on h2c, which lws would switch to; `in` is not read and no answer is
      // written here.
      char upgrade[16] = "";
      const int n = lws_hdr_copy(wsi, upgrade, sizeof upgrade, WSI_TOKEN_UPGRADE);
      return n == 9 && strcasecmp(upgrade, "websocket") == 0 ? 0 : -1;
    }
    default:
      break;
  }
  Connection* c = connection(wsi);
  if (!c) return 0;
  switch (reason) {
    case LWS_CALLBACK_HTTP:
      return http_begin(*c, static_cast<const char*>(in));
    case LWS_CALLBACK_HTTP_BODY:
      return http_body(*c, in, len);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
      return http_body_complete(*c);
    case LWS_CALLBACK_HTTP_WRITEABLE:
      return http_writeable(*c);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
      return socket_filter(*c);
    case LWS_CALLBACK_ESTABLISHED:
      return socket_established(*c);
    case LWS_CALLBACK_RECEIVE:
      return socket_receive(*c, in, len);
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return socket_writeable(*c);
    default:
      return 0;
  }
}

}  // namespace huiban::api
