#include "api/hub.h"

#include <nlohmann/json.hpp>

#include "api/core.h"
#include "api/enum_names.h"
#include "api/protocol.h"
#include "api/router.h"

namespace huiban::api {

using nlohmann::json;

namespace {

constexpr auto kSignInWithin = std::chrono::seconds{10};
constexpr std::size_t kTouchesKept = 2000;  // a longer gap gets a snapshot
constexpr int kMessagesPerPage = 200;       // a page sends two or three in its life
constexpr int kTicksPerCheck = 60;
constexpr auto kReceivedEach = std::chrono::seconds{1};
constexpr std::uint64_t kMostReceived = 1'000'000'000;  // milliseconds: eleven days

// Close codes of the application range (RFC 6455 section 7.4.2), see docs/protocol.md.
constexpr std::uint16_t kMalformedCode = 4400, kUnauthenticatedCode = 4401, kForbiddenCode = 4403,
                        kNotFoundCode = 4404;

std::optional<std::uint64_t> number(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoull(text);
}

std::shared_ptr<const std::string> dump(const json& message) {
  return std::make_shared<const std::string>(
      message.dump(-1, ' ', false, json::error_handler_t::replace));
}

ViewerClass viewer_of(const Caller& caller, bool display) {
  using Kind = ViewerClass::Kind;
  if (display) return {Kind::kDisplay, {}};
  switch (caller.actor.role) {
    case domain::Role::kSecretary:
      return {Kind::kSecretary, {}};
    case domain::Role::kApprover:
    case domain::Role::kLeader:
      return {Kind::kStaff, {}};
    case domain::Role::kVenueDevice:
      return {Kind::kVenue, caller.actor.venue.value_or(VenueId{})};
    default:
      return {Kind::kDisplay, {}};
  }
}

json figures_json(const domain::VenueFigures& f) {
  json one{{"venue", f.venue.str()},
           {"up_kbps", f.up_kbps},
           {"down_kbps", f.down_kbps},
           {"loss_up", f.loss_up},
           {"loss_down", f.loss_down},
           {"rtt_ms", f.rtt_ms},
           {"jitter_ms", f.jitter_ms},
           {"level", f.level_dbov},
           {"rung", name_of(kRungNames, f.rung)},
           {"pinned", f.pinned},
           {"estimate_kbps", f.estimate_kbps},
           {"sending_layers", f.sending_layers}};
  if (f.since_keyframe) one["since_keyframe_ms"] = f.since_keyframe->count();
  if (f.received) {
    one["freezes"] = f.received->freezes;
    one["frozen_ms"] = f.received->frozen_ms;
    one["concealed"] = f.received->concealed;
  }
  return one;
}

// {"t":"received","freezes":n,"frozen_ms":m,"concealed":0...1}; nothing if it is not that.
std::optional<domain::ReceivedFigures> received_of(const json& message) {
  const auto count = [&](const char* name) -> std::optional<std::uint32_t> {
    const auto at = message.find(name);
    if (at == message.end() || !at->is_number_unsigned() ||
        at->get<std::uint64_t>() > kMostReceived)
      return std::nullopt;
    return at->get<std::uint32_t>();
  };
  const auto freezes = count("freezes"), frozen_ms = count("frozen_ms");
  const auto concealed = message.find("concealed");
  if (!freezes || !frozen_ms || concealed == message.end() || !concealed->is_number())
    return std::nullopt;
  const auto share = concealed->get<double>();
  if (!(share >= 0 && share <= 1)) return std::nullopt;
  return domain::ReceivedFigures{*freezes, *frozen_ms, share};
}

}  // namespace

// ---- pages come and go ----

void Hub::opened(SocketId socket, const HttpRequest& head) {
  control_thread().assert_here();
  const auto meeting = MeetingId::parse(head.query_value("meeting").value_or(""));
  if (!meeting) return close(socket, kMalformedCode, "meeting");
  Page page;
  page.socket = socket;
  page.meeting = *meeting;
  page.opened_at = core_.wall_clock.now();
  page.display = head.query_value("as") == "display";
  page.after = number(head.query_value("after").value_or(""));
  auto& kept = pages_[socket] = page;
  const auto cookie = session_cookie_of(head);
  if (!cookie || head.query_value("auth") == "token")
    return;  // the token comes as the first message
  sign_in(kept, core_.sessions->by_cookie(*cookie));
}

void Hub::sign_in(Page& page, Result<Caller> caller) {
  if (!caller) return close(page.socket, kUnauthenticatedCode, "unauthenticated");
  const auto* route = find_route(Method::kGet, std::string(kApiPrefix) + "/live").route;
  const auto& actor = caller->actor;
  const bool other_meeting = actor.meeting && *actor.meeting != page.meeting;
  if (!(route->roles & role_bit(actor.role)) || caller->kind == Caller::Kind::kDevice ||
      other_meeting || caller->must_change_password) {
    core_.audit(actor.label, "live", page.meeting.str(), "refused");
    return close(page.socket, kForbiddenCode, "forbidden");
  }
  page.caller = std::move(*caller);
  page.viewer = viewer_of(page.caller, page.display);
  page.signed_in = true;
  start(page);
}

void Hub::start(Page& page) {
  const auto* meeting = core_.service().find_meeting(page.meeting);
  if (!meeting) return close(page.socket, kNotFoundCode, "no such meeting");
  if (page.after) return resume(page, *page.after);
  LiveView view(core_.service(), *meeting, core_.counts);
  core_.web->async_send(page.socket, snapshot(view, *meeting, page.viewer));
}

void Hub::resume(Page& page, std::uint64_t after) {
  const auto* meeting = core_.service().find_meeting(page.meeting);
  if (!meeting) return close(page.socket, kNotFoundCode, "no such meeting");
  LiveView view(core_.service(), *meeting, core_.counts);
  Touch touch;
  const auto& touches = feed(*meeting).touches;
  const bool known =
      after <= meeting->seq() &&
      (after == meeting->seq() || (!touches.empty() && touches.front().first <= after + 1));
  if (known) {
    for (const auto& [seq, one] : touches)
      if (seq > after) touch.add(one);
    // Lines and held seats also change while nobody looks.
    for (const auto& venue : meeting->venues()) touch.venues.insert(venue.id);
    touch.totals = true;
  } else {
    touch.everything = true;
  }
  core_.web->async_send(page.socket, touch.everything ? snapshot(view, *meeting, page.viewer)
                                                      : delta(view, *meeting, page.viewer, touch));
}

void Hub::received(SocketId socket, const std::string& text) {
  control_thread().assert_here();
  const auto found = pages_.find(socket);
  if (found == pages_.end()) return;
  Page& page = found->second;
  const json message = json::parse(text, nullptr, false);
  const auto word = [&](const char* name) {
    const auto at = message.find(name);
    return at != message.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  if (!message.is_object()) return close(socket, kMalformedCode, "malformed");
  const std::string kind = word("t");
  const auto now = core_.wall_clock.now();
  const bool in_time =
      kind == "received" && (!page.received_at || now - *page.received_at >= kReceivedEach);
  if (in_time) page.received_at = now;
  if (!in_time && ++page.messages > kMessagesPerPage)
    return close(socket, 1008, "too many messages");
  if (kind == "auth") {
    // Also over a cookie, as the first message: the page says that it is a venue.
    if (page.signed_in && page.messages > 1)
      return close(socket, kMalformedCode, "signed in already");
    return sign_in(page, core_.sessions->by_bearer(word("token")));
  }
  if (!page.signed_in) return close(socket, kUnauthenticatedCode, "unauthenticated");
  if (kind == "peer") return bind_peer(page, word("id"));
  if (kind == "received") return keep_received(page, message);
  const auto after = message.find("after");
  if (kind == "resume" && after != message.end() && after->is_number_unsigned())
    return resume(page, after->get<std::uint64_t>());
  close(socket, kMalformedCode, "unknown message");
}

void Hub::bind_peer(Page& page, const std::string& id) {
  const auto peer = PeerId::parse(id);
  const auto* entry = peer ? core_.peers.find_owned(*peer, page.caller.owner) : nullptr;
  // After a restart of the server the page still names its old peer; it will make a new one.
  page.peer = entry ? peer : std::nullopt;
  if (!entry) return;
  for (const auto& [slot, venue] : entry->slots) send_slot(page.socket, slot, venue);
  if (entry->layers) send_layers(page.socket, *entry->layers);
}

// Of a page without a media session it means nothing.
void Hub::keep_received(const Page& page, const json& message) {
  const auto received = received_of(message);
  if (!received) return close(page.socket, kMalformedCode, "received");
  if (auto* entry = page.peer ? core_.peers.find(*page.peer) : nullptr) entry->received = *received;
}

void Hub::closed(SocketId socket) {
  control_thread().assert_here();
  const auto found = pages_.find(socket);
  if (found == pages_.end()) return;
  const auto meeting = found->second.meeting;
  pages_.erase(found);
  for (const auto& [id, page] : pages_)
    if (page.meeting == meeting) return;
  feeds_.erase(meeting);
  reconnecting_.erase(meeting);
}

void Hub::shutdown() {
  control_thread().assert_here();
  for (const auto& [socket, page] : pages_)
    if (page.signed_in) send(socket, {{"t", "goodbye"}, {"reason", "shutdown"}});
  pages_.clear();
}

void Hub::drop_session(const std::string& owner) {
  for (const auto& [socket, page] : pages_)
    if (page.signed_in && page.caller.owner == owner)
      close(socket, kUnauthenticatedCode, "session ended");
  for (const auto& peer : core_.peers.remove_owned(owner))
    if (core_.parts.media) core_.parts.media->async_leave(peer, [](Result<void>) {});
}

// ---- time ----

void Hub::tick() {
  control_thread().assert_here();
  const auto now = core_.wall_clock.now();
  for (const auto& [socket, page] : pages_)
    if (!page.signed_in && now - page.opened_at > kSignInWithin)
      close(socket, kUnauthenticatedCode, "unauthenticated");
  check_holds();
  if (++ticks_ % kTicksPerCheck == 0) check_sessions();
}

// A seat that is no longer held turns from "reconnecting" to "offline" without an event.
void Hub::check_holds() {
  std::set<MeetingId> meetings;
  for (const auto& [socket, page] : pages_) meetings.insert(page.meeting);
  const auto now = core_.service().clock().now();
  const auto hold = core_.service().settings().attendance.hold;
  for (const auto& id : meetings) {
    const auto* meeting = core_.service().find_meeting(id);
    if (!meeting) continue;
    std::set<VenueId> reconnecting;
    Touch touch;
    for (const auto& [venue, line] : meeting->presence()) {
      const auto held_until = meeting->held_until(venue, hold);
      if (!held_until) continue;
      if (now < *held_until)
        reconnecting.insert(venue);
      else if (reconnecting_[id].count(venue))
        touch.venues.insert(venue);
    }
    reconnecting_[id] = std::move(reconnecting);
    if (!touch.empty()) publish(*meeting, touch);
  }
}

void Hub::check_sessions() {
  std::map<std::string, bool> has_page;  // several pages of one session ask once
  for (const auto& owner : core_.peers.owners()) has_page[owner] = false;
  for (const auto& [socket, page] : pages_)
    if (page.signed_in) has_page[page.caller.owner] = true;
  for (const auto& [owner, in_use] : has_page)
    if (!core_.sessions->still_open(owner, in_use)) drop_session(owner);
}

void Hub::clock_changed() {
  std::map<MeetingId, std::map<ViewerClass, Text>> texts;
  for (const auto& [socket, page] : pages_) {
    const auto* meeting = page.signed_in ? core_.service().find_meeting(page.meeting) : nullptr;
    if (!meeting) continue;
    auto& text = texts[page.meeting][page.viewer];
    if (!text) {
      LiveView view(core_.service(), *meeting, core_.counts);
      text = snapshot(view, *meeting, page.viewer);
    }
    core_.web->async_send(socket, text);
  }
}

// ---- facts ----

Hub::Feed& Hub::feed(const domain::Meeting& meeting) {
  Feed& feed = feeds_[meeting.id()];
  if (feed.loaded) return feed;
  feed.loaded = true;
  feed.touches.clear();
  if (const auto events = core_.service().journal(meeting.id()))
    for (const auto& event : *events)
      feed.touches.emplace_back(event.seq, touch_of(event.payload, meeting));
  while (feed.touches.size() > kTouchesKept) feed.touches.pop_front();
  return feed;
}

Hub::Text Hub::snapshot(LiveView& view, const domain::Meeting& meeting,
                        const ViewerClass& viewer) const {
  return dump({{"t", "snapshot"},
               {"seq", meeting.seq()},
               {"now", to_iso8601(core_.service().clock().now())},
               {"state", view.snapshot(viewer)}});
}

Hub::Text Hub::delta(LiveView& view, const domain::Meeting& meeting, const ViewerClass& viewer,
                     const Touch& touch) const {
  json patch = view.patch(viewer, touch);
  const auto now = to_iso8601(core_.service().clock().now());
  if (patch.empty()) return dump({{"t", "advance"}, {"seq", meeting.seq()}, {"at", now}});
  return dump({{"t", "delta"}, {"seq", meeting.seq()}, {"at", now}, {"patch", std::move(patch)}});
}

void Hub::publish(const domain::Meeting& meeting, const Touch& touch) {
  LiveView view(core_.service(), meeting, core_.counts);
  std::map<ViewerClass, Text> texts;
  for (const auto& [socket, page] : pages_) {
    if (!page.signed_in || page.meeting != meeting.id()) continue;
    auto& text = texts[page.viewer];
    if (!text)
      text = touch.everything ? snapshot(view, meeting, page.viewer)
                              : delta(view, meeting, page.viewer, touch);
    core_.web->async_send(socket, text);
  }
}

void Hub::event_stored(const domain::StoredEvent& event) {
  control_thread().assert_here();
  if (event.stream.kind == domain::StreamKind::kOffice) ++core_.figures.task_changes;
  if (event.stream.kind == domain::StreamKind::kTask) {
    ++core_.figures.task_changes;
    const auto* drafted = std::get_if<domain::TaskDrafted>(&event.payload);
    if (drafted) core_.counts.drafted(drafted->source);
    const auto* meeting = drafted && drafted->source.meeting
                              ? core_.service().find_meeting(*drafted->source.meeting)
                              : nullptr;
    if (!meeting || !drafted->source.item) return;
    Touch touch;
    touch.items.insert(*drafted->source.item);
    return publish(*meeting, touch);
  }
  if (event.stream.kind != domain::StreamKind::kMeeting) return;
  const auto* meeting = core_.service().find_meeting(MeetingId(event.stream.id));
  if (!meeting) return;
  const auto touch = touch_of(event.payload, *meeting);
  if (const auto found = feeds_.find(meeting->id());
      found != feeds_.end() && found->second.loaded) {
    found->second.touches.emplace_back(event.seq, touch);
    if (found->second.touches.size() > kTouchesKept) found->second.touches.pop_front();
  }
  publish(*meeting, touch);
  if (const auto* taken = std::get_if<domain::VenueTakenOver>(&event.payload))
    for (const auto& [socket, page] : pages_)
      if (page.peer == taken->old_peer) send(socket, {{"t", "goodbye"}, {"reason", "taken_over"}});
  if (std::holds_alternative<domain::MeetingEnded>(event.payload) ||
      std::holds_alternative<domain::MeetingCancelled>(event.payload)) {
    for (const auto& [socket, page] : pages_)
      if (page.meeting == meeting->id() && page.viewer.kind == ViewerClass::Kind::kVenue)
        send(socket, {{"t", "goodbye"}, {"reason", "ended"}});
    core_.peers.remove_meeting(meeting->id());
    figures_.erase(meeting->id());
  }
}

void Hub::slot_shown(MeetingId, PeerId peer, const std::string& slot,
                     std::optional<VenueId> venue) {
  control_thread().assert_here();
  auto* entry = core_.peers.find(peer);
  if (entry) entry->slots[slot] = venue;
  for (const auto& [socket, page] : pages_)
    if (page.peer == peer) send_slot(socket, slot, venue);
}

void Hub::send_slot(SocketId socket, const std::string& slot, std::optional<VenueId> venue) const {
  send(socket,
       {{"t", "slot"}, {"slot", slot}, {"venue", venue ? json(venue->str()) : json(nullptr)}},
       "slot:" + slot);
}

void Hub::layers_wanted(PeerId publisher, std::size_t count) {
  control_thread().assert_here();
  auto* entry = core_.peers.find(publisher);
  if (!entry) return;
  entry->layers = count;
  for (const auto& [socket, page] : pages_)
    if (page.peer == publisher) send_layers(socket, count);
}

void Hub::send_layers(SocketId socket, std::size_t count) const {
  send(socket, {{"t", "layers"}, {"count", count}}, "layers");
}

void Hub::figures(MeetingId meeting, std::vector<domain::VenueFigures> all_venues) {
  control_thread().assert_here();
  const auto received = core_.peers.received_in(meeting);
  for (auto& one : all_venues)
    if (const auto told = received.find(one.venue); told != received.end())
      one.received = told->second;
  auto& venues = figures_[meeting];
  if (venues.empty() && all_venues.empty()) return;
  venues = std::move(all_venues);
  Text all;
  for (const auto& [socket, page] : pages_) {
    if (!page.signed_in || page.meeting != meeting ||
        page.viewer.kind == ViewerClass::Kind::kDisplay)
      continue;
    if (page.viewer.kind == ViewerClass::Kind::kVenue) {  // its own line only
      for (const auto& one : venues)
        if (one.venue == page.viewer.venue)
          send(socket, {{"t", "figures"}, {"figures", json::array({figures_json(one)})}},
               "figures");
      continue;
    }
    if (!all) {
      json list = json::array();
      for (const auto& one : venues) list.push_back(figures_json(one));
      all = dump({{"t", "figures"}, {"figures", std::move(list)}});
    }
    core_.web->async_send(socket, all, "figures");
  }
}

void Hub::send(SocketId socket, const json& message, std::string key) const {
  core_.web->async_send(socket, dump(message), std::move(key));
}

void Hub::close(SocketId socket, std::uint16_t code, const std::string& reason) const {
  core_.web->async_close(socket, code, reason);
}

}  // namespace huiban::api
