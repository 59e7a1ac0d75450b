// Media sessions in the shape of RFC 9725 (WHIP) and its receiving sibling (WHEP).
#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/hub.h"

namespace huiban::api {
namespace {

using domain::PeerRole;
using domain::Role;

Result<std::vector<VenueId>> venues_of_wall(const Call& call, const domain::Meeting& meeting) {
  std::vector<VenueId> venues;
  std::string rest = call.request.query_value("wall").value_or("");
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto id = VenueId::parse(rest.substr(0, comma));
    if (!id || !meeting.find_venue(*id) || venues.size() >= 100)
      return fail(ErrorCode::kInvalid, "参数 wall 含有未知会场",
                  "The parameter wall names an unknown venue");
    venues.push_back(*id);
    rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
  }
  return venues;
}

bool sits_in_main_venue(const Call& call) {
  const auto* meeting = call.core->service().find_meeting(call.id<MeetingId>(0));
  const auto* main = meeting ? meeting->main_venue() : nullptr;
  return main && call.caller.actor.venue == main->id;
}

// Who may come as what: a venue only with its token, a console only from the office, a device as it
// was made for.
Result<PeerRole> role_of(const Call& call) {
  const auto& caller = call.caller;
  const bool venue = caller.actor.role == Role::kVenueDevice;
  const auto text =
      call.request.query_value("as").value_or(caller.kind == Caller::Kind::kDevice ? "publisher"
                                              : venue                              ? "venue"
                                                                                   : "watcher");
  const auto role = value_of(kPeerRoleNames, text);
  if (!role)
    return fail(ErrorCode::kInvalid,
                "参数 as 的取值只能是 venue、console、display、publisher、watcher、sharer、tester",
                "The parameter as must be venue, console, display, publisher, watcher, sharer or "
                "tester");
  const auto forbidden =
      fail(ErrorCode::kForbidden, "不能以这种身份接入音视频", "You may not join in this capacity");
  switch (*role) {
    case PeerRole::kVenue:
      if (caller.kind != Caller::Kind::kVenuePage) return forbidden;
      break;
    case PeerRole::kPublisher:
      if (!venue) return forbidden;
      break;
    case PeerRole::kConsole:
      if (caller.actor.role != Role::kSecretary && caller.actor.role != Role::kLeader)
        return forbidden;
      break;
    case PeerRole::kDisplay:  // its tiles show any venue: the main venue's screen, never a branch's
      if (venue && (caller.kind != Caller::Kind::kVenuePage || !sits_in_main_venue(call)))
        return forbidden;
      break;
    case PeerRole::kSharer:  // whether it may is media's to say, as of when it comes
    case PeerRole::kTester:
      if (caller.kind != Caller::Kind::kVenuePage) return forbidden;
      break;
    case PeerRole::kWatcher:
      break;
  }
  return *role;
}

domain::MediaGateway* media_of(const CallPtr& call) {
  auto* media = call->core->parts.media;
  if (!media)
    call->refuse(
        {ErrorCode::kUnavailable, "音视频服务没有运行", "The media service does not run", {}});
  return media;
}

}  // namespace

void open_media(const CallPtr& call) {
  Core& core = *call->core;
  const auto& meeting = *core.service().find_meeting(call->id<MeetingId>(0));
  const auto role = role_of(*call);
  if (!role) return call->refuse(role.error());
  auto wall = venues_of_wall(*call, meeting);
  if (!wall) return call->refuse(wall.error());
  if (meeting.state() == domain::MeetingState::kEnded)
    return call->refuse({ErrorCode::kGone, "会议已经结束", "The meeting has ended", {}});
  if (meeting.state() == domain::MeetingState::kCancelled)
    return call->refuse({ErrorCode::kGone, "会议已经取消", "The meeting has been cancelled", {}});
  if (meeting.state() == domain::MeetingState::kPlanned)
    return call->refuse(
        {ErrorCode::kConflict, "会议还没有召集", "The meeting is not convened yet", {}});
  auto* media = media_of(call);
  if (!media) return;
  domain::JoinRequest request{meeting.id(), *role, call->caller.actor.venue, call->request.body,
                              std::move(*wall)};
  if (request.venue)
    request.start_kbps = core.service().remembered_kbps(meeting.id(), *request.venue);
  media->async_join(
      std::move(request), [call, media, role = *role](Result<domain::JoinAnswer> answer) {
        Core& c = *call->core;
        if (!c.running()) return;
        if (!answer) return call->refuse(answer.error());
        const auto& actor = call->caller.actor;
        if (const auto oldest = c.peers.add(
                {answer->peer, call->caller.owner, call->id<MeetingId>(0), role, actor.venue, {}}))
          media->async_leave(*oldest, [](Result<void>) {});
        HttpResponse response = empty_response(201);
        response.content_type = "application/sdp";
        response.headers.emplace_back("Location",
                                      std::string(kApiPrefix) + "/media/" + answer->peer.str());
        response.headers.emplace_back("ETag", "\"" + answer->peer.str() + "\"");
        response.body = std::move(answer->answer_sdp);
        call->answer(std::move(response));
      });
}

void restart_media(const CallPtr& call) {
  auto* media = media_of(call);
  if (!media) return;
  // RFC 9725 section 4.3.1: only a fragment with new credentials restarts; a candidate needs no
  // answer from ice-lite.
  if (call->request.body.find("a=ice-ufrag:") == std::string::npos)
    return call->answer(empty_response(204));
  media->async_restart(call->id<PeerId>(0), call->request.body,
                       call->later([](const CallPtr& c, Result<std::string> fragment) {
                         if (!fragment) return c->refuse(fragment.error());
                         HttpResponse response = empty_response(200);
                         response.content_type = "application/trickle-ice-sdpfrag";
                         response.headers.emplace_back(
                             "ETag", "\"" + uuid_to_string(make_uuid_v7()) + "\"");
                         response.body = std::move(*fragment);
                         c->answer(std::move(response));
                       }));
}

void close_media(const CallPtr& call) {
  auto* media = media_of(call);
  if (!media) return;
  const auto peer = call->id<PeerId>(0);
  call->core->peers.remove(peer);
  media->async_leave(peer, call->later([](const CallPtr& c, const Result<void>& left) {
    if (!left && left.error().code != ErrorCode::kNotFound) return c->refuse(left.error());
    c->answer(empty_response(200));
  }));
}

void set_wall(const CallPtr& call) {
  const auto peer = call->id<PeerId>(0);
  const auto* entry = call->core->peers.find(peer);
  auto venues = call->reader().ids<VenueId>("venues", 100);
  if (!venues) return call->refuse(venues.error());
  const auto* meeting = call->core->service().find_meeting(entry->meeting);
  for (const auto& venue : *venues)
    if (!meeting || !meeting->find_venue(venue))
      return call->refuse(
          call->reader().wrong("venues", " 含有未知会场", "names an unknown venue").value());
  auto* media = media_of(call);
  if (!media) return;
  media->set_wall(peer, std::move(*venues));
  call->answer(empty_response(204));
}

void get_still(const CallPtr& call) {
  Core& core = *call->core;
  const auto venue = call->id<VenueId>(1);
  if (!core.service().find_meeting(call->id<MeetingId>(0))->find_venue(venue))
    return call->refuse({ErrorCode::kNotFound, "没有这个会场", "There is no such venue", {}});
  auto* media = media_of(call);
  if (!media) return;
  media->async_still(call->id<MeetingId>(0), venue,
                     call->later([](const CallPtr& c, Result<std::string> picture) {
                       if (!picture) return c->refuse(picture.error());
                       HttpResponse response = empty_response(200);
                       response.content_type = "image/jpeg";
                       response.body = std::move(*picture);
                       c->answer(std::move(response));
                     }));
}

void make_device_token(const CallPtr& call) {
  Core& core = *call->core;
  const auto& meeting = *core.service().find_meeting(call->id<MeetingId>(0));
  const auto venue = call->id<VenueId>(1);
  if (!meeting.find_venue(venue))
    return call->refuse({ErrorCode::kNotFound, "没有这个会场", "There is no such venue", {}});
  if (meeting.state() == domain::MeetingState::kEnded)
    return call->refuse({ErrorCode::kGone, "会议已经结束", "The meeting has ended", {}});
  if (meeting.state() == domain::MeetingState::kCancelled)
    return call->refuse({ErrorCode::kGone, "会议已经取消", "The meeting has been cancelled", {}});
  const auto base = core.public_url() + std::string(kApiPrefix) + "/meetings/" +
                    meeting.id().str() + "/media?as=";
  call->json(201, {{"token", core.tokens.make_bearer(BearerKind::kDevice, {meeting.id(), venue})},
                   {"whip_url", base + "publisher"},
                   {"whep_url", base + "watcher"}});
}

}  // namespace huiban::api
