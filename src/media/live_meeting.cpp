#include "media/live_meeting_parts.h"

#include <algorithm>

namespace huiban::media {
namespace {

// All three layers of a camera, 120 + 400 + 1200 kbit/s, with room; upper ones are sent only while
// somebody is shown them.
constexpr std::uint32_t kUpCapKbps = 1800;

// Calls `then` once after `count` calls of the returned function, all of which come from the
// network thread.
std::function<void()> after(std::size_t count, std::function<void()> then) {
  return [left = std::make_shared<std::size_t>(count), then = std::move(then)] {
    if (--*left == 0) then();
  };
}

}  // namespace

LiveMeeting::LiveMeeting(MeetingId id, MeetingParts& parts) : id_(id), parts_(parts) {
  room_ = std::make_unique<Room>(
      RoomConfig{"meeting-" + id.str()}, parts.venue_launch, parts.port, parts.control,
      [this](VenueId venue, const std::string& reason, bool rebuilding) {
        parts_.facts.media_fault(id_, name_of(venue) +
                                          (rebuilding ? "的媒体管线出错，正在重建："
                                                      : "的媒体管线停用，声音画面直接转发：") +
                                          reason);
      });
}

LiveMeeting::~LiveMeeting() = default;

void LiveMeeting::open(const std::vector<domain::Venue>& venues) {
  opened_ = true;
  for (const auto& venue : venues) {
    ensure_venue(venue.id).name = venue.name;
    if (venue.kind == domain::VenueKind::kMain) stage_.main_venue = venue.id;
  }
  show_all();
}

LiveMeeting::Venue* LiveMeeting::find_venue(VenueId venue) {
  const auto at = venues_.find(venue);
  return at == venues_.end() ? nullptr : at->second.get();
}

LiveMeeting::Venue& LiveMeeting::ensure_venue(VenueId id) {
  auto& venue = venues_[id];
  if (venue) return *venue;
  venue = std::make_unique<Venue>();
  venue->tracks = {rtc::SourceId{parts_.next_source}, rtc::SourceId{parts_.next_source + 1}};
  parts_.next_source += 2;
  const bool speaks = std::find(stage_.floor.begin(), stage_.floor.end(), id) != stage_.floor.end();
  parts_.port.async_add_source(venue->tracks.microphone, rtc::MediaKind::kAudio, speaks);
  parts_.port.async_add_source(venue->tracks.camera, rtc::MediaKind::kVideo, true);
  venue_of_source_[venue->tracks.microphone] = venue_of_source_[venue->tracks.camera] = id;
  if (std::find(next_.begin(), next_.end(), id) != next_.end()) preheat(id, true);
  return *venue;
}

std::string LiveMeeting::name_of(VenueId venue) const {
  const auto at = venues_.find(venue);
  return at == venues_.end() || at->second->name.empty() ? "会场" : at->second->name;
}

Result<rtc::PeerPlan> LiveMeeting::begin_join(PeerId id, const domain::JoinRequest& request) {
  if (sits_at_a_seat(request.role) || sends_beside(request.role)) {
    if (!request.venue)
      return fail(ErrorCode::kInvalid, "须指明会场", "a venue is required to join");
    if (opened_ && !find_venue(*request.venue))
      return fail(ErrorCode::kNotFound, "本次会议没有这个会场", "this meeting has no such venue");
  }
  const OfferShape offer = shape_of(request.offer_sdp);
  auto peer = std::make_unique<Peer>();
  peer->role = request.role;
  peer->venue = request.venue;
  peer->wall = request.wall;
  rtc::PeerPlan plan{id, {}, {}};
  if (sits_at_a_seat(request.role)) {
    const bool is_new = !find_venue(*request.venue);
    const auto& tracks = ensure_venue(*request.venue).tracks;
    if (is_new) show_all();
    room_->add_venue(*request.venue, tracks);  // a venue that nobody joins needs no pipeline
    peer->sends_audio = offer.audio_sent > 0;
    peer->sends_video = offer.video_sent > 0;
    if (peer->sends_audio) plan.publish.audio.push_back(tracks.microphone);
    if (peer->sends_video) plan.publish.video.push_back(tracks.camera);
  }
  if (sends_beside(request.role)) HUIBAN_CHECK(plan_beside(*peer, offer, plan));
  const auto slots = slots_for(request.role);
  std::size_t audio = offer.audio_received, video = offer.video_received;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    auto& left = slots[i].kind == rtc::MediaKind::kAudio ? audio : video;
    if (left == 0) continue;
    --left;
    peer->slots.push_back(slots[i]);
    peer->planned.push_back(i);
  }
  peer->shown.resize(peer->slots.size());
  plan.slots = peer->slots;
  plan.ceiling = ceiling_of(*peer);
  plan.up_cap_kbps = kUpCapKbps;
  plan.start_kbps = request.start_kbps;
  peers_[id] = std::move(peer);
  return plan;
}

// One page per seat, and one sender per seat and kind: an encoder and a page that only receives get
// along.
bool LiveMeeting::displaces(const Peer& newer, const Peer& older) const {
  if (older.venue != newer.venue || !older.answered) return false;
  if (newer.role == domain::PeerRole::kSharer) return older.role == newer.role;
  if (!sits_at_a_seat(older.role)) return false;
  return (newer.role == domain::PeerRole::kVenue && older.role == domain::PeerRole::kVenue) ||
         (newer.sends_audio && older.sends_audio) || (newer.sends_video && older.sends_video);
}

std::vector<PeerId> LiveMeeting::finish_join(PeerId id) {
  const auto at = peers_.find(id);
  if (at == peers_.end()) return {};
  Peer& peer = *at->second;
  peer.answered = true;
  std::vector<PeerId> displaced;
  if (sits_at_a_seat(peer.role) || peer.role == domain::PeerRole::kSharer)
    for (const auto& [other, older] : peers_)
      if (other != id && displaces(peer, *older)) displaced.push_back(other);
  for (const auto& old : displaced) {
    const auto before = std::move(peers_.at(old));
    parts_.port.async_close(old, {});
    peers_.erase(old);
    if (sends_beside(before->role)) {
      beside_closed(old, *before);
      continue;
    }
    if (!before->was_connected) continue;
    // Told even when the old line is lost: its page must not come back by itself.
    ensure_venue(*peer.venue).presence.taken_over(old, id);
    parts_.facts.venue_taken_over(id_, *peer.venue, old, id);
  }
  show(id, peer);
  return displaced;
}

void LiveMeeting::abandon_join(PeerId id) {
  const auto at = peers_.find(id);
  if (at == peers_.end()) return;
  const auto peer = std::move(at->second);
  peers_.erase(at);
  beside_closed(id, *peer);
}

void LiveMeeting::report(Presence::Fact fact, VenueId id, UtcTime last_packet) {
  const PeerId peer = ensure_venue(id).presence.reported();
  switch (fact) {
    case Presence::Fact::kJoined:
      return parts_.facts.venue_joined(id_, id, peer);
    case Presence::Fact::kBack:
      return parts_.facts.venue_back(id_, id, peer);
    case Presence::Fact::kLost:
      return parts_.facts.venue_lost(id_, id, peer, last_packet);
    case Presence::Fact::kNone:
      return;
  }
}

void LiveMeeting::peer_connected(PeerId id) {
  const auto at = peers_.find(id);
  if (at == peers_.end()) return;
  Peer& peer = *at->second;
  peer.was_connected = true;
  tell_layers(id, peer);
  beside_connected(id, peer);
  if (sits_at_a_seat(peer.role))
    report(ensure_venue(*peer.venue).presence.connected(id), *peer.venue, {});
}

void LiveMeeting::peer_lost(PeerId id, UtcTime last_packet) {
  const auto at = peers_.find(id);
  if (at == peers_.end() || !sits_at_a_seat(at->second->role)) return;
  const VenueId venue = *at->second->venue;
  report(ensure_venue(venue).presence.gone(id), venue, last_packet);
}

void LiveMeeting::peer_back(PeerId id) {
  const auto at = peers_.find(id);
  if (at == peers_.end() || !sits_at_a_seat(at->second->role)) return;
  const VenueId venue = *at->second->venue;
  report(ensure_venue(venue).presence.back(id), venue, {});
}

void LiveMeeting::peer_closed(PeerId id, UtcTime last_packet) {
  const auto at = peers_.find(id);
  if (at == peers_.end()) return;
  const auto peer = std::move(at->second);
  peers_.erase(at);
  beside_closed(id, *peer);
  if (sits_at_a_seat(peer->role))
    report(ensure_venue(*peer->venue).presence.gone(id), *peer->venue, last_packet);
}

void LiveMeeting::slot_shown(PeerId id, std::size_t slot, std::optional<rtc::SourceId> source) {
  const auto at = peers_.find(id);
  if (at == peers_.end() || slot >= at->second->slots.size()) return;
  std::optional<VenueId> venue;
  if (source) {
    const auto owner = venue_of_source_.find(*source);
    if (owner == venue_of_source_.end()) return;
    venue = owner->second;
  }
  parts_.facts.slot_shown(id_, id, at->second->slots[slot].name, venue);
}

void LiveMeeting::open_gate(VenueId id) {
  if (std::find(stage_.floor.begin(), stage_.floor.end(), id) == stage_.floor.end())
    stage_.floor.push_back(id);
  if (Venue* venue = find_venue(id)) parts_.port.async_set_gate(venue->tracks.microphone, true, {});
  show_all();
}

void LiveMeeting::close_gates(const std::vector<VenueId>& ids, std::function<void()> confirmed) {
  std::vector<rtc::SourceId> closing;
  for (const auto& id : ids) {
    std::erase(stage_.floor, id);
    if (Venue* venue = find_venue(id)) closing.push_back(venue->tracks.microphone);
  }
  if (closing.empty()) {
    parts_.control.post(std::move(confirmed));
  } else {
    const auto one =
        after(closing.size(), [&control = parts_.control, confirmed] { control.post(confirmed); });
    for (const auto source : closing) parts_.port.async_set_gate(source, false, one);
  }
  show_all();
}

void LiveMeeting::set_stage(std::optional<VenueId> main, std::optional<VenueId> second) {
  stage_.main = main;
  stage_.second = second;
  show_all();
}

void LiveMeeting::set_wall(PeerId id, std::vector<VenueId> venues) {
  const auto at = peers_.find(id);
  if (at == peers_.end()) return;
  at->second->wall = std::move(venues);
  show(id, *at->second);
}

// Tells the transport only what changes; a venue nobody has seen yet shows nothing until it comes.
void LiveMeeting::show(PeerId id, Peer& peer) {
  if (!peer.answered) return;
  if (peer.test_sound) {
    if (!peer.slots.empty()) parts_.port.async_show(id, 0, peer.test_sound);
    return;
  }
  auto wanted = decide_slots(stage_, {peer.role, peer.venue, peer.wall});
  show_loudest(id, peer, wanted);
  for (std::size_t slot = 0; slot < peer.slots.size(); ++slot) {
    if (std::find(peer.loudest_slots.begin(), peer.loudest_slots.end(), slot) !=
        peer.loudest_slots.end())
      continue;
    auto want = wanted.shown[peer.planned[slot]];
    const Venue* venue = want ? find_venue(want->venue) : nullptr;
    if (!venue || (want->track == Track::kContent && !venue->content)) want.reset();
    if (peer.shown[slot] == want) continue;
    peer.shown[slot] = want;
    std::optional<rtc::SourceId> source;
    if (want)
      source = want->track == Track::kCamera    ? venue->tracks.camera
               : want->track == Track::kContent ? *venue->content
                                                : venue->tracks.microphone;
    parts_.port.async_show(id, slot, source);
  }
}

// A slot that leaves the choice of the loudest is emptied, and then shows what it is told.
void LiveMeeting::show_loudest(PeerId id, Peer& peer, const Decision& decision) {
  std::vector<std::size_t> slots;
  for (std::size_t slot = 0; slot < peer.slots.size(); ++slot)
    if (std::find(decision.loudest_slots.begin(), decision.loudest_slots.end(),
                  peer.planned[slot]) != decision.loudest_slots.end())
      slots.push_back(slot);
  std::vector<rtc::SourceId> sources;
  if (!slots.empty())
    for (const auto& candidate : decision.candidates)
      if (const Venue* venue = find_venue(candidate)) sources.push_back(venue->tracks.microphone);
  if (slots == peer.loudest_slots && sources == peer.loudest) return;
  const auto before = std::exchange(peer.loudest_slots, slots);
  peer.loudest = sources;
  parts_.port.async_show_loudest(id, slots, std::move(sources));
  for (const auto slot : slots) peer.shown[slot].reset();
  for (const auto slot : before)
    if (std::find(slots.begin(), slots.end(), slot) == slots.end())
      parts_.port.async_show(id, slot, std::nullopt);
}

void LiveMeeting::show_all() {
  for (auto& [id, peer] : peers_) show(id, *peer);
}

std::unique_ptr<Room> LiveMeeting::close(std::function<void()> detached) {
  for (auto& [venue, still] : stills_)
    still->finish(fail(ErrorCode::kUnavailable, "会议媒体已关闭", "the meeting's media is closed"));
  stills_.clear();
  for (const auto& [id, peer] : peers_) {
    if (peer->answered) parts_.port.async_close(id, {});
    if (peer->test_sound) parts_.port.async_remove_source(*peer->test_sound);
  }
  peers_.clear();
  room_->detach_all(std::move(detached));
  for (const auto& [source, venue] : venue_of_source_) parts_.port.async_remove_source(source);
  return std::move(room_);
}

}  // namespace huiban::media
