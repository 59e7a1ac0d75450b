#pragma once
// The one table of routes: method, path, roles, scope, handler. It is the authorization itself, not
// a description of it: dispatch() in call.cpp lets nothing run that a row does not allow. A lint
// test holds it against openapi.yaml.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "domain/events.h"

namespace huiban::api {

using RoleSet = std::uint32_t;
constexpr RoleSet role_bit(domain::Role role) {
  return 1u << static_cast<unsigned>(role);
}
constexpr RoleSet kPublic = 1u << 31;  // no session needed
constexpr RoleSet kAnyAccount =
    role_bit(domain::Role::kAdministrator) | role_bit(domain::Role::kSecretary) |
    role_bit(domain::Role::kApprover) | role_bit(domain::Role::kLeader) |
    role_bit(domain::Role::kUnitHead) | role_bit(domain::Role::kLiaison) |
    role_bit(domain::Role::kObserver) | role_bit(domain::Role::kAuditor);
constexpr RoleSet kAny = kAnyAccount | role_bit(domain::Role::kVenueDevice);

// What the ids of the path must be to the caller before the handler runs.
enum class Scope {
  kNone,
  kMeeting,  // exists; unit roles: their unit is called to it; venue: it is the token's meeting
  kTask,     // exists; unit roles: issued, and their unit leads or assists
  kPeer,     // made by this very session, otherwise NotFound
};

enum class Body { kNone, kJson, kSdp, kSdpFragment, kFile };

enum RouteFlags : unsigned {
  kKey = 1,            // Idempotency-Key required
  kAudited = 2,        // success is recorded too; refusals always are
  kDeviceToken = 4,    // a device's token may call it (media only)
  kFirstPassword = 8,  // allowed while the first password must still be changed
  kTestClock = 16,     // exists only with --test-clock
  kCrossOrigin = 32,   // CORS: software elsewhere with a bearer token (WHIP, WHEP)
};

struct Call;
using CallPtr = std::shared_ptr<Call>;
using Handler = void (*)(const CallPtr&);

struct Route {
  Method method;
  std::string_view path;       // under /api/v1, {name} stands for one segment
  std::string_view operation;  // operationId in openapi.yaml
  RoleSet roles;
  Scope scope;
  Body body;
  unsigned flags;
  Handler handler;  // null: the WebSocket
};

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;        // null: no such path, or not this method
  std::vector<std::string> arguments;  // segments that {name} stood for, in order
  std::vector<Method> allowed;         // methods of the path when route is null
};
RouteMatch find_route(Method method, std::string_view path);  // HEAD is answered as GET

inline constexpr std::string_view kApiPrefix = "/api/v1";

}  // namespace huiban::api
