#pragma once
// One request on its way through a handler: who calls, what is asked, how to answer. Control
// thread.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "api/json_read.h"
#include "api/protocol.h"
#include "api/router.h"
#include "api/session.h"

namespace huiban::api {

class Core;

struct Call : std::enable_shared_from_this<Call> {
  std::shared_ptr<Core> core;
  const Route* route = nullptr;
  HttpRequest request;
  Caller caller;
  Language language = Language::kZh;
  std::vector<std::string> arguments;  // of the path
  nlohmann::json body = nlohmann::json::object();
  CommandId key;  // of Idempotency-Key
  Reply reply;

  domain::Command command() const { return {key, caller.actor}; }
  JsonReader reader() const { return JsonReader(body); }
  // The id at a place of the path; dispatch() has checked that all are UUIDs.
  template <class IdType>
  IdType id(std::size_t place) const {
    return IdType::parse(arguments[place]).value_or(IdType{});
  }

  void answer(HttpResponse response) const;
  void json(int status, const nlohmann::json& body) const;
  void refuse(const Error& error) const;
  void applied(const Result<domain::Applied>& result) const;  // {"seq": n}

  // Runs on control unless the server stopped meanwhile; for callbacks of media and workers.
  template <class F>
  auto later(F f) {
    return [call = shared_from_this(), f = std::move(f)](auto&&... values) {
      if (call->running()) f(call, std::forward<decltype(values)>(values)...);
    };
  }
  bool running() const;
};

// An Idempotency-Key that was applied to something of another kind before.
Error key_used_elsewhere();

// Finds the route, checks session, role, scope, key and body, and runs the handler. Control thread.
void dispatch(const std::shared_ptr<Core>& core, HttpRequest request, Reply reply);

}  // namespace huiban::api
