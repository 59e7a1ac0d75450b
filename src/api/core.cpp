#include "api/core.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "api/hub.h"

namespace huiban::api {

namespace {
// More refusals a minute than this are counted, not written: nobody may fill the audit log from
// outside.
constexpr int kAuditedPerMinute = 600;
}  // namespace

Core::Core(ServerConfig config_in, ServerParts parts_in, const std::string& join_secret)
    : config(std::move(config_in)),
      parts(std::move(parts_in)),
      tokens(join_secret),
      sessions(std::make_shared<Sessions>(parts.accounts, parts.service, wall_clock, tokens,
                                          parts.control, parts.worker)),
      counts(parts.service),
      hub(std::make_unique<Hub>(*this)) {}

Core::~Core() = default;

std::string Core::join_link(MeetingId meeting, VenueId venue) const {
  return public_url() + "/join/" + tokens.join_token({meeting, venue});
}

void Core::audit(const std::string& actor, const std::string& action, const std::string& object,
                 const std::string& result) {
  const auto now = wall_clock.now();
  if (now - audit_minute_ > std::chrono::minutes{1}) {
    if (audited_this_minute_ > kAuditedPerMinute)
      spdlog::warn("audit: {} entries left out within a minute",
                   audited_this_minute_ - kAuditedPerMinute);
    audit_minute_ = now;
    audited_this_minute_ = 0;
  }
  const bool refusal = result != "ok";
  if (refusal && ++audited_this_minute_ > kAuditedPerMinute) return;
  if (auto recorded = parts.audit.record({now, actor, action, object, result}); !recorded)
    spdlog::error("audit log: {} ({})", recorded.error().en, recorded.error().detail);
}

bool Core::origin_allowed(const HttpRequest& request) const {
  if (request.origin.empty()) return true;
  if (!request.host.empty() &&
      request.origin == (request.secure ? "https://" : "http://") + request.host)
    return true;
  std::string own = config.public_url;
  if (const auto path =
          own.find('/', own.find("://") == std::string::npos ? 0 : own.find("://") + 3);
      path != std::string::npos)
    own.resize(path);
  if (!own.empty() && request.origin == own) return true;
  return std::find(config.allowed_origins.begin(), config.allowed_origins.end(), request.origin) !=
         config.allowed_origins.end();
}

}  // namespace huiban::api
