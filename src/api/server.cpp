#include "api/server.h"

#include <spdlog/spdlog.h>

#include "api/call.h"
#include "api/core.h"
#include "api/hub.h"
#include "api/lws_server.h"
#include "api/metrics.h"
#include "api/security_headers.h"
#include "api/static_files.h"
#include "api/tls_certificate.h"

namespace huiban::api {

class Server::Impl final : public WebHandler {
 public:
  Impl(std::shared_ptr<Core> core, std::string web_dir)
      : core_(std::move(core)), files_(std::move(web_dir)) {}

  ~Impl() override {
    control_thread().assert_here();
    core_->hub->shutdown();
    web.reset();
    core_->web = nullptr;
  }

  // ---- web thread ----

  // Enough for a plan with hundreds of rules, and for a wall of 40 tiles offered with every codec
  // (120 KiB of SDP).
  std::size_t body_limit(const HttpRequest& head) override {
    constexpr std::size_t kImport = 4 * 1024 * 1024;  // a spreadsheet of the directory
    constexpr std::size_t kEvidence = 24 * 1024 * 1024;  // a photo, a scan, a short video
    constexpr std::size_t kPhoto = 8 * 1024 * 1024;
    const auto& path = head.path;
    if (path.rfind("/api/v1/directory/import", 0) == 0) return kImport;
    if (path.rfind("/api/v1/tasks/", 0) == 0 && path.find("/files") != std::string::npos)
      return kEvidence;
    if (path == "/api/v1/photo/send") return kPhoto;
    return 256 * 1024;
  }

  void on_request(HttpRequest request, Reply reply) override {
    reply = with_security_headers(request, std::move(reply));
    if (request.path == "/healthz") return reply(text_response("ok\n"));
    const bool api = request.path == "/api" || request.path.rfind("/api/", 0) == 0;
    if (api || request.path == "/readyz" || request.path == "/metrics") {
      core_->parts.control.post([core = core_, request = std::move(request), reply]() mutable {
        if (!core->running()) return;
        if (request.path == "/readyz") return reply(readiness(*core));
        if (request.path == "/metrics") return reply(metrics(*core, request));
        dispatch(core, std::move(request), std::move(reply));
      });
      return;
    }
    if (request.method == Method::kGet || request.method == Method::kHead)
      return reply(files_.answer(request));
    reply(method_not_allowed("GET, HEAD", language_of(request.accept_language)));
  }

  bool on_upgrade(const HttpRequest& head) override {
    if (head.path != std::string(kApiPrefix) + "/live") return false;
    if (core_->origin_allowed(head)) return true;
    spdlog::warn("web: a WebSocket from the foreign origin {} was refused", head.origin);
    return false;
  }

  void on_socket_open(SocketId socket, HttpRequest head) override {
    post([socket, head = std::move(head)](Hub& hub) { hub.opened(socket, head); });
  }
  void on_socket_text(SocketId socket, std::string text) override {
    post([socket, text = std::move(text)](Hub& hub) { hub.received(socket, text); });
  }
  void on_socket_closed(SocketId socket) override {
    post([socket](Hub& hub) { hub.closed(socket); });
  }
  void on_tick() override {
    post([](Hub& hub) { hub.tick(); });
  }

  Core& core() const { return *core_; }

  std::unique_ptr<WebServer> web;

 private:
  template <class F>
  void post(F f) {
    core_->parts.control.post([core = core_, f = std::move(f)] {
      if (core->running()) f(*core->hub);
    });
  }
  static HttpResponse text_response(const char* text) {
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = text;
    return response;
  }

  std::shared_ptr<Core> core_;
  StaticFiles files_;
};

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, ServerParts parts) {
  control_thread().assert_here();
  WebServerConfig web;
  web.bind_address = config.bind_address;
  web.http_port = config.http_port;
  if (config.https_port != 0) {
    HUIBAN_CHECK(ensure_certificate(config.certificate, config.private_key,
                                    {host_of_url(config.public_url), config.bind_address}));
    web.https_port = config.https_port;
    web.certificate = config.certificate;
    web.private_key = config.private_key;
  }
  const auto secret = HUIBAN_TRY(parts.accounts.secret("join"));
  const std::string web_dir = config.web_dir;
  const auto core = std::make_shared<Core>(std::move(config), std::move(parts), secret);
  auto impl = std::make_unique<Impl>(core, web_dir);
  impl->web = HUIBAN_TRY(WebServer::start(web, *impl));
  core->web = impl->web.get();
  const auto port = impl->web->http_port();
  core->public_url = [raw = core.get(), port] {
    return raw->config.public_url.empty() ? "http://localhost:" + std::to_string(port)
                                          : raw->config.public_url;
  };
  spdlog::info("web: http port {}, https port {}", port, impl->web->https_port());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::uint16_t Server::http_port() const {
  return impl_->web->http_port();
}
std::uint16_t Server::https_port() const {
  return impl_->web->https_port();
}

std::string Server::join_link(MeetingId meeting, VenueId venue) const {
  return impl_->core().join_link(meeting, venue);
}

void Server::event_stored(const domain::StoredEvent& event) {
  ++impl_->core().figures.events_stored;
  impl_->core().hub->event_stored(event);
}

void Server::slot_shown(MeetingId meeting, PeerId peer, const std::string& slot,
                        std::optional<VenueId> venue) {
  impl_->core().hub->slot_shown(meeting, peer, slot, venue);
}

void Server::figures(MeetingId meeting, const std::vector<domain::VenueFigures>& venues) {
  impl_->core().hub->figures(meeting, venues);
}

void Server::layers_wanted(MeetingId, PeerId publisher, std::size_t count) {
  impl_->core().hub->layers_wanted(publisher, count);
}

void Server::peer_closed(MeetingId, PeerId peer) {
  impl_->core().peers.remove(peer);
}

}  // namespace huiban::api
