#pragma once
// Inside of Service, shared by its service_*.cpp files only: loaded aggregates, and how a command
// is carried out.
#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "core/thread.h"
#include "domain/service.h"

namespace huiban::domain {

struct Service::State {
  std::map<MeetingId, Meeting> meetings;
  std::map<TaskId, Task> tasks;
  std::uint64_t directory_seq = 0;
  MediaGateway* media = nullptr;
  Publisher* publisher = nullptr;
};

// Forbidden unless the actor has one of the roles; the server itself may do everything.
inline Result<void> require_role(const Actor& actor, std::initializer_list<Role> roles) {
  if (actor.role == Role::kSystem ||
      std::find(roles.begin(), roles.end(), actor.role) != roles.end())
    return {};
  return fail(ErrorCode::kForbidden, "您的角色不能做这件事", "Your role may not do this");
}

inline tl::unexpected<Error> no_meeting() {
  return fail(ErrorCode::kNotFound, "没有这个会议", "There is no such meeting");
}

inline tl::unexpected<Error> wrong_state(const std::string& zh, const std::string& en) {
  return fail(ErrorCode::kConflict, zh, en);
}

// Longest text that a person may enter in one field; the API's own limit is on the whole request.
inline constexpr std::size_t kMaxText = 20000;

inline Result<void> check_text(const std::string& text, const char* zh, const char* en) {
  if (text.size() > kMaxText)
    return fail(ErrorCode::kInvalid, std::string(zh) + "太长", std::string(en) + " is too long");
  return {};
}

}  // namespace huiban::domain
