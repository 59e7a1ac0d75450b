// Peers that send beside a venue's camera and microphone: its screen (共享材料), and the sound of a
// self-test, which only the tester gets back. Neither passes the venue's pipeline.
#include "media/live_meeting_parts.h"

namespace huiban::media {

rtc::SourceId LiveMeeting::add_source(rtc::MediaKind kind) {
  const rtc::SourceId source{parts_.next_source++};
  parts_.port.async_add_source(source, kind, true);
  return source;
}

Result<void> LiveMeeting::plan_beside(Peer& peer, const OfferShape& offer, rtc::PeerPlan& plan) {
  if (peer.role == domain::PeerRole::kTester) {
    if (offer.audio_sent == 0)
      return fail(ErrorCode::kInvalid, "自检没有发送声音", "the self-test sends no sound");
    peer.test_sound = add_source(rtc::MediaKind::kAudio);
    plan.publish.audio.push_back(*peer.test_sound);
    return {};
  }
  if (!content_ || content_ != peer.venue)
    return fail(ErrorCode::kForbidden, "主席台还没有允许本会场共享材料",
                "the chair has not allowed this venue to share");
  if (offer.video_sent == 0)
    return fail(ErrorCode::kInvalid, "没有要共享的画面", "there is no picture to share");
  auto& venue = ensure_venue(*peer.venue);
  if (!venue.content) {
    venue.content = add_source(rtc::MediaKind::kVideo);
    venue_of_source_[*venue.content] = *peer.venue;
  }
  plan.publish.video.push_back(*venue.content);
  return {};
}

void LiveMeeting::beside_connected(PeerId id, Peer& peer) {
  if (peer.role != domain::PeerRole::kSharer || content_ != peer.venue) return;
  sharer_ = id;
  stage_.content = peer.venue;
  parts_.facts.content_shared(id_, *peer.venue, id, true);
  show_all();
}

void LiveMeeting::beside_closed(PeerId id, const Peer& peer) {
  if (peer.test_sound) parts_.port.async_remove_source(*peer.test_sound);
  if (peer.role != domain::PeerRole::kSharer || sharer_ != id) return;
  sharer_.reset();
  stage_.content.reset();
  parts_.facts.content_shared(id_, *peer.venue, id, false);
  show_all();
}

std::vector<PeerId> LiveMeeting::set_content(std::optional<VenueId> venue) {
  content_ = venue;
  std::vector<PeerId> gone;
  for (const auto& [id, peer] : peers_)
    if (peer->role == domain::PeerRole::kSharer && peer->venue != venue) gone.push_back(id);
  for (const auto& id : gone) {
    const auto peer = std::move(peers_.at(id));
    peers_.erase(id);
    parts_.port.async_close(id, {});
    beside_closed(id, *peer);
  }
  return gone;
}

}  // namespace huiban::media
