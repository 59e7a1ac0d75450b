// Stills and figures of a live meeting.
#include <algorithm>

#include "media/live_meeting_parts.h"

namespace huiban::media {
namespace {

constexpr std::size_t kMaxStills = 4;  // at once per meeting; each decodes for up to 3 s
constexpr int kSilence = -127;         // dBov, RFC 6464

double kbps(std::uint64_t bytes, Milliseconds elapsed) {
  return static_cast<double>(bytes) * 8 / static_cast<double>(elapsed.count());
}

// Counters start again when a peer does.
std::uint64_t grown(std::uint64_t now, std::uint64_t& before) {
  const auto by = now >= before ? now - before : now;
  before = now;
  return by;
}

}  // namespace

void LiveMeeting::take_still(VenueId id, Still::Done done) {
  Venue* venue = find_venue(id);
  if (!venue) return done(fail(ErrorCode::kNotFound, "没有这个会场", "no such venue"));
  if (!venue->presence.online())
    return done(fail(ErrorCode::kUnavailable, "会场未连接，没有画面",
                     "the venue is not connected, there is no picture"));
  if (const auto running = stills_.find(id); running != stills_.end())
    return running->second->also(std::move(done));
  if (stills_.size() >= kMaxStills)
    return done(fail(ErrorCode::kTooMany, "截图请求过多，请稍后再试",
                     "too many stills at once, try again"));
  auto tee = room_->tee(id, Track::kCamera, 0);
  if (!tee)
    return done(fail(ErrorCode::kUnavailable, "会场媒体管线正在重建，请稍后再试",
                     "the venue's pipeline is being rebuilt, try again"));
  const auto forget = [this, id, alive = std::weak_ptr<char>(alive_)] {
    parts_.control.post([this, id, alive] {
      if (!alive.expired()) stills_.erase(id);
    });
  };
  stills_[id] =
      std::make_unique<Still>(Still::Parts{parts_.still_launch, std::move(tee),
                                           [&port = parts_.port, camera = venue->tracks.camera] {
                                             port.async_request_keyframe(camera, 0);
                                           },
                                           parts_.control, forget},
                              std::move(done));
}

void LiveMeeting::measure(Peer& peer, const rtc::PeerStats& stats, Milliseconds elapsed,
                          domain::VenueFigures& figures) {
  figures.up_kbps += kbps(grown(stats.bytes_in, peer.bytes_in), elapsed);
  figures.down_kbps += kbps(grown(stats.bytes_out, peer.bytes_out), elapsed);
  figures.loss_up = std::max(figures.loss_up, stats.loss_up);
  figures.loss_down = std::max(figures.loss_down, stats.loss_down);
  figures.rtt_ms = std::max(figures.rtt_ms, stats.rtt_ms);
  figures.jitter_ms = std::max(figures.jitter_ms, stats.jitter_ms);
}

// A seat with two peers (page and encoder) shows their sum of bytes and the worse of everything
// else.
std::vector<domain::VenueFigures> LiveMeeting::figures(const PeerStatsMap& peers,
                                                       const SourceStatsMap& sources,
                                                       Milliseconds elapsed) {
  std::map<VenueId, domain::VenueFigures> by_venue;
  for (auto& [id, peer] : peers_) {
    const auto stats = peers.find(id);
    if (!sits_at_a_seat(peer->role) || !peer->was_connected || stats == peers.end()) continue;
    auto& figures = by_venue[*peer->venue];
    figures.venue = *peer->venue;
    measure(*peer, *stats->second, elapsed, figures);
  }
  std::vector<domain::VenueFigures> all;
  for (auto& [id, figures] : by_venue) {
    Venue& venue = *venues_.at(id);
    const auto sound = sources.find(venue.tracks.microphone);
    // The level of a microphone that sent nothing since is not its level.
    if (sound != sources.end())
      figures.level_dbov = grown(sound->second->packets, venue.sound_packets) > 0
                               ? sound->second->level_dbov
                               : kSilence;
    all.push_back(figures);
  }
  return all;
}

}  // namespace huiban::media
