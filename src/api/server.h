#pragma once
// HTTP, WebSocket and static files on libwebsockets, on the web thread of its own. Handlers run on
// control, long work on the worker; see docs/protocol.md. The only folder that calls lws.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/thread.h"
#include "domain/ports.h"
#include "domain/service.h"

namespace huiban::api {

struct ServerConfig {
  std::string bind_address;  // empty: all
  std::uint16_t http_port =
      8080;  // 0: any free port; plain HTTP, for localhost and reverse proxies
  std::uint16_t https_port = 8443;       // 0: off
  std::string certificate, private_key;  // PEM files; a self-made pair is written there if absent
  std::string web_dir = "web/dist";
  std::string public_url;  // what links and QR codes use; empty: http://localhost:<port>
  std::vector<std::string> allowed_origins;
};

// What the API needs besides the domain service; app fills it.
struct ServerParts {
  domain::Service& service;
  domain::AccountStore& accounts;
  domain::AuditLog& audit;
  domain::MediaGateway* media = nullptr;
  const domain::DocumentWriter* documents = nullptr;
  Executor& control;
  Executor& worker;
  ManualClock* test_clock = nullptr;                  // not null only with --test-clock
  std::function<Result<std::string>()> verify_chain;  // report as JSON text
  domain::EvidenceStore* evidence = nullptr;
};

class Server final : public domain::Publisher {
 public:
  // Unavailable: a port is taken; the message names it.
  static Result<std::unique_ptr<Server>> start(ServerConfig config, ServerParts parts);
  ~Server() override;  // tells every page, closes, joins the web thread

  std::uint16_t http_port() const;
  std::uint16_t https_port() const;
  // Signed, stable until the meeting ends: <public_url>/join/<token>
  std::string join_link(MeetingId meeting, VenueId venue) const;

  void event_stored(const domain::StoredEvent& event) override;
  void slot_shown(MeetingId, PeerId, const std::string& slot, std::optional<VenueId>) override;
  void figures(MeetingId, const std::vector<domain::VenueFigures>&) override;
  void layers_wanted(MeetingId, PeerId publisher, std::size_t count) override;
  void peer_closed(MeetingId, PeerId) override;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// argon2id by libsodium, encoded form. ~0.1 s of CPU: worker thread.
std::string hash_password(const std::string& password);
bool password_matches(const std::string& hash, const std::string& password);

}  // namespace huiban::api
