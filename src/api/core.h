#pragma once
// What the handlers share: the server's parts, sessions, tokens, live pages, media peers and
// figures. Control thread.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "api/counts.h"
#include "api/peers.h"
#include "api/server.h"
#include "api/session.h"
#include "api/tokens.h"

namespace huiban::api {

class Hub;
class WebServer;

// Counted on control, read by /metrics there.
struct ApiFigures {
  std::map<int, std::uint64_t> answers;  // by status
  std::uint64_t sign_ins = 0, sign_in_failures = 0, refusals = 0, events_stored = 0;
  std::uint64_t task_changes = 0;  // since the start; a page asks whether it has moved
  std::chrono::steady_clock::duration control_time{};  // spent in handlers
};

class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(ServerConfig config, ServerParts parts, const std::string& join_secret);
  ~Core();

  ServerConfig config;
  ServerParts parts;
  SystemClock wall_clock;  // sessions and the audit log; --test-clock moves only the rules' time
  Tokens tokens;
  std::shared_ptr<Sessions> sessions;
  Peers peers;
  Counts counts;
  std::unique_ptr<Hub> hub;
  ApiFigures figures;
  WebServer* web = nullptr;  // null: not started, or stopped
  std::function<std::string()> public_url;

  domain::Service& service() { return parts.service; }
  bool running() const { return web != nullptr; }
  std::string join_link(MeetingId meeting, VenueId venue) const;
  void audit(const std::string& actor, const std::string& action, const std::string& object,
             const std::string& result);
  // Same origin, public_url or an allowed one. Without an Origin header: yes (not a browser, or a
  // plain link).
  bool origin_allowed(const HttpRequest& request) const;

 private:
  UtcTime audit_minute_{};
  int audited_this_minute_ = 0;
};

}  // namespace huiban::api
