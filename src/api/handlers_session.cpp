#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/hub.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

nlohmann::json me_json(Core& core, const Caller& caller) {
  const auto& actor = caller.actor;
  nlohmann::json me{{"role", name_of(kRoleNames, actor.role)}, {"label", actor.label}};
  me["utc_offset_minutes"] = core.service().settings().utc_offset.count();
  if (core.parts.test_clock) me["test_clock"] = true;
  if (actor.account) {
    me["account"] = actor.account->str();
    me["account_name"] = caller.account_name;
    me["must_change_password"] = caller.must_change_password;
  }
  if (actor.unit) {
    me["unit"] = actor.unit->str();
    if (const auto* unit = core.service().directory().find_unit(*actor.unit))
      me["unit_name"] = unit->name;
  }
  if (actor.meeting && actor.venue) {
    me["meeting"] = actor.meeting->str();
    me["venue"] = actor.venue->str();
    const auto* meeting = core.service().find_meeting(*actor.meeting);
    if (const auto* venue = meeting ? meeting->find_venue(*actor.venue) : nullptr)
      me["venue_kind"] = name_of(kVenueKindNames, venue->kind);
  }
  return me;
}

}  // namespace

void sign_in(const CallPtr& call) {
  auto account = call->reader().text("account", Presence::kRequired, 100);
  if (!account) return call->refuse(account.error());
  auto password = call->reader().text("password", Presence::kRequired, 200);
  if (!password) return call->refuse(password.error());
  const std::string name = *account;
  call->core->sessions->async_sign_in(
      name, std::move(*password),
      call->later([name](const CallPtr& c, Result<Sessions::SignedIn> result) {
        if (!result) {
          ++c->core->figures.sign_in_failures;
          c->core->audit(name, "signIn", c->request.remote,
                         result.error().code == ErrorCode::kTooMany ? "locked" : "refused");
          return c->refuse(result.error());
        }
        ++c->core->figures.sign_ins;
        c->core->audit(result->caller.actor.label, "signIn", c->request.remote, "ok");
        auto response = json_response(200, me_json(*c->core, result->caller));
        response.headers.emplace_back("Set-Cookie",
                                      session_cookie(result->cookie, c->request.secure));
        c->answer(std::move(response));
      }));
}

void who_am_i(const CallPtr& call) {
  call->json(200, me_json(*call->core, call->caller));
}

void sign_out(const CallPtr& call) {
  Core& core = *call->core;
  core.sessions->sign_out(call->caller);
  core.hub->drop_session(call->caller.owner);
  auto response = empty_response(204);
  if (call->caller.kind == Caller::Kind::kAccount)
    response.headers.emplace_back("Set-Cookie", session_cookie("", call->request.secure));
  call->answer(std::move(response));
}

void change_password(const CallPtr& call) {
  auto before = call->reader().text("old_password", Presence::kRequired, 200);
  if (!before) return call->refuse(before.error());
  auto after = call->reader().text("new_password", Presence::kRequired, 200);
  if (!after) return call->refuse(after.error());
  call->core->sessions->async_change_password(
      call->caller, std::move(*before), std::move(*after),
      call->later([](const CallPtr& c, const Result<void>& result) {
        if (!result) return c->refuse(result.error());
        c->core->hub->check_sessions();  // those of other browsers
        c->answer(empty_response(204));
      }));
}

void join(const CallPtr& call) {
  const auto token = call->reader().text("token", Presence::kRequired, 400);
  if (!token) return call->refuse(token.error());
  Core& core = *call->core;
  const auto place = core.tokens.read_join(*token);
  const auto* meeting = place ? core.service().find_meeting(place->meeting) : nullptr;
  if (!meeting || !meeting->find_venue(place->venue))
    return call->refuse({ErrorCode::kForbidden,
                         "入会链接无效，请向党政办索取新的链接",
                         "The join link is not valid; ask the office for a new one",
                         {}});
  if (meeting->state() == domain::MeetingState::kEnded)
    return call->refuse({ErrorCode::kGone, "会议已经结束", "The meeting has ended", {}});
  if (meeting->state() == domain::MeetingState::kCancelled)
    return call->refuse({ErrorCode::kGone, "会议已经取消", "The meeting has been cancelled", {}});
  const auto bearer = core.tokens.make_bearer(BearerKind::kPage, *place);
  const auto caller = core.sessions->by_bearer(bearer);
  if (!caller) return call->refuse(caller.error());
  core.audit(caller->actor.label, "join", call->request.remote, "ok");
  auto me = me_json(core, *caller);
  me["token"] = bearer;
  call->json(200, me);
}

}  // namespace huiban::api
