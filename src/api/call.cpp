#include "api/call.h"

#include <spdlog/spdlog.h>

#include "api/core.h"

namespace huiban::api {
namespace {

using domain::Role;

std::string methods_text(const std::vector<Method>& methods) {
  std::string text = "OPTIONS";
  for (const auto method : methods) {
    text += std::string(", ") + method_name(method);
    if (method == Method::kGet) text += ", HEAD";
  }
  return text;
}

bool changes(Method method) {
  return method != Method::kGet && method != Method::kHead && method != Method::kOptions;
}

bool is_unit_role(Role role) {
  return role == Role::kUnitHead || role == Role::kLiaison;
}

Result<void> check_caller(const Call& call) {
  const Caller& caller = call.caller;
  const Route& route = *call.route;
  if (route.roles & kPublic) return {};
  if (caller.kind == Caller::Kind::kNobody)
    return fail(ErrorCode::kUnauthenticated, "请先登录", "Sign in first");
  if (caller.kind == Caller::Kind::kDevice && !(route.flags & kDeviceToken))
    return fail(ErrorCode::kForbidden, "设备凭证只能用于收发音视频",
                "A device's token is for sound and picture only");
  if (caller.must_change_password && !(route.flags & kFirstPassword))
    return fail(ErrorCode::kForbidden, "请先修改首次密码", "Change the first password first");
  if (!(route.roles & role_bit(caller.actor.role)))
    return fail(ErrorCode::kForbidden, "您的角色不能做这件事", "Your role may not do this");
  return {};
}

// A cross-site page could make the browser send the cookie; a bearer token it cannot know.
Result<void> check_origin(const Call& call) {
  const bool uses_cookie =
      call.caller.kind == Caller::Kind::kAccount || (call.route->roles & kPublic);
  if (!uses_cookie || !changes(call.request.method) || call.core->origin_allowed(call.request))
    return {};
  return fail(ErrorCode::kForbidden, "请求来自其他网站，已拒绝",
              "The request comes from another site");
}

Result<void> check_scope(const Call& call) {
  const auto& service = call.core->service();
  const auto& actor = call.caller.actor;
  switch (call.route->scope) {
    case Scope::kNone:
      return {};
    case Scope::kMeeting: {
      const auto* meeting = service.find_meeting(call.id<MeetingId>(0));
      if (actor.role == Role::kVenueDevice && actor.meeting != call.id<MeetingId>(0))
        return fail(ErrorCode::kForbidden, "这个会场凭证属于另一个会议",
                    "This venue's token is for another meeting");
      if (!meeting) return fail(ErrorCode::kNotFound, "没有这个会议", "There is no such meeting");
      if (!is_unit_role(actor.role)) return {};
      for (const auto& seat : meeting->seats())
        if (seat.unit == actor.unit) return {};
      return fail(ErrorCode::kForbidden, "本单位没有参加这个会议",
                  "Your unit is not called to this meeting");
    }
    case Scope::kTask: {
      const auto* task = service.find_task(call.id<TaskId>(0));
      if (!task) return fail(ErrorCode::kNotFound, "没有这个任务", "There is no such task");
      if (!is_unit_role(actor.role)) return {};
      if (!task->issued_at())
        return fail(ErrorCode::kNotFound, "没有这个任务", "There is no such task");
      bool own = task->content().lead_unit && task->content().lead_unit == actor.unit;
      for (const auto& unit : task->content().assist_units) own = own || unit == actor.unit;
      if (own) return {};
      return fail(ErrorCode::kForbidden, "这是其他单位的任务", "This task belongs to another unit");
    }
    case Scope::kPeer:
      if (call.core->peers.find_owned(call.id<PeerId>(0), call.caller.owner)) return {};
      return fail(ErrorCode::kNotFound, "没有这个音视频连接", "There is no such media session");
  }
  return {};
}

bool media_type_is(const std::string& header, std::string_view type) {
  return header.substr(0, header.find_first_of("; ")) == type;
}

Result<void> read_body(Call& call) {
  const auto wrong_type = [](const char* type) {
    return fail(ErrorCode::kMalformed, std::string("Content-Type 必须是 ") + type,
                std::string("The Content-Type must be ") + type);
  };
  const auto& type = call.request.content_type;
  switch (call.route->body) {
    case Body::kNone:
      return {};
    case Body::kJson:
      if (!media_type_is(type, "application/json")) return wrong_type("application/json");
      call.body = HUIBAN_TRY(parse_json_object(call.request.body));
      return {};
    case Body::kSdp:
      if (!media_type_is(type, "application/sdp")) return wrong_type("application/sdp");
      return {};
    case Body::kSdpFragment:
      if (!media_type_is(type, "application/trickle-ice-sdpfrag"))
        return wrong_type("application/trickle-ice-sdpfrag");
      return {};
    case Body::kFile:
      if (!media_type_is(type, "application/octet-stream"))
        return wrong_type("application/octet-stream");
      return {};
  }
  return {};
}

Result<void> prepare(Call& call) {
  if (!(call.route->roles & kPublic))
    call.caller = HUIBAN_TRY(call.core->sessions->caller_of(call.request));
  HUIBAN_CHECK(check_caller(call));
  HUIBAN_CHECK(check_origin(call));
  for (const auto& argument : call.arguments)
    if (!parse_uuid(argument))
      return fail(ErrorCode::kNotFound, "没有这个页面或对象", "There is no such thing");
  HUIBAN_CHECK(check_scope(call));
  if (call.route->flags & kKey) {
    const auto key = CommandId::parse(call.request.idempotency_key);
    if (!key || key->is_nil())
      return fail(ErrorCode::kMalformed, "请求缺少 Idempotency-Key（UUID）",
                  "The request needs an Idempotency-Key header with a UUID");
    call.key = *key;
  }
  return read_body(call);
}

void add_cross_origin(HttpResponse& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "Location, ETag, Link, Accept-Post");
}

}  // namespace

Error key_used_elsewhere() {
  return {ErrorCode::kConflict,
          "这个 Idempotency-Key 已用于另一项操作",
          "This Idempotency-Key was used for something else",
          {}};
}

bool Call::running() const {
  return core->running();
}

void Call::answer(HttpResponse response) const {
  ++core->figures.answers[response.status];
  const std::string who = caller.actor.label.empty() ? request.remote : caller.actor.label;
  if (response.status == 403) {
    ++core->figures.refusals;
    core->audit(who, std::string(route->operation), request.path, "refused");
  } else if (response.status < 400 && (route->flags & kAudited)) {
    core->audit(who, std::string(route->operation), request.path, "ok");
  }
  if (route->flags & kCrossOrigin) add_cross_origin(response);
  reply(std::move(response));
}

void Call::json(int status, const nlohmann::json& value) const {
  answer(json_response(status, value));
}

void Call::refuse(const Error& error) const {
  answer(problem_response(error, language));
}

void Call::applied(const Result<domain::Applied>& result) const {
  if (!result) return refuse(result.error());
  json(200, {{"seq", result->seq}});
}

namespace {

// No handler for this method and path: unknown, OPTIONS, or the wrong method.
HttpResponse answer_without_route(const HttpRequest& request, const RouteMatch& match,
                                  Language language) {
  if (match.allowed.empty())
    return problem_response(
        {ErrorCode::kNotFound, "没有这个接口", "There is no such operation", {}}, language);
  const auto methods = methods_text(match.allowed);
  if (request.method != Method::kOptions) return method_not_allowed(methods, language);
  HttpResponse response = empty_response(204);
  response.headers.emplace_back("Allow", methods);
  bool media = false;
  for (const auto method : match.allowed)
    media = media || (find_route(method, request.path).route->flags & kCrossOrigin);
  if (!media) return response;
  add_cross_origin(response);
  response.headers.emplace_back("Access-Control-Allow-Methods", methods);
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                "Authorization, Content-Type, If-Match");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  response.headers.emplace_back("Accept-Post", "application/sdp");
  return response;
}

}  // namespace

void dispatch(const std::shared_ptr<Core>& core, HttpRequest request, Reply reply) {
  control_thread().assert_here();
  const auto started = std::chrono::steady_clock::now();
  const auto language = language_of(request.accept_language);
  auto match = find_route(request.method, request.path);
  if (!match.route) {
    auto response = answer_without_route(request, match, language);
    ++core->figures.answers[response.status];
    return reply(std::move(response));
  }
  const auto call = std::make_shared<Call>();
  call->core = core;
  call->route = match.route;
  call->arguments = std::move(match.arguments);
  call->request = std::move(request);
  call->language = language;
  call->reply = std::move(reply);
  if ((match.route->flags & kTestClock) && !core->parts.test_clock)
    return call->refuse({ErrorCode::kNotFound,
                         "服务器没有启用测试时钟",
                         "The server runs without a test clock",
                         {}});
  try {
    if (auto ready = prepare(*call); !ready) {
      call->refuse(ready.error());
    } else if (!match.route->handler) {
      call->refuse({ErrorCode::kMalformed,
                    "这个地址只接受 WebSocket",
                    "This address takes WebSockets only",
                    {}});
    } else {
      match.route->handler(call);
    }
  } catch (const std::exception& e) {
    spdlog::error("api: {} failed: {}", match.route->operation, e.what());
    call->refuse({ErrorCode::kInternal, "服务器内部错误", "Internal error of the server", {}});
  }
  core->figures.control_time += std::chrono::steady_clock::now() - started;
}

}  // namespace huiban::api
