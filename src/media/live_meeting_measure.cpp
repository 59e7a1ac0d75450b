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
  const rtc::Layer layer = venue->best_layer;  // a still is for reading: the sharpest there is
  auto tee = room_->tee(id, Track::kCamera, layer);
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
                                           [&port = parts_.port, camera = venue->tracks.camera,
                                            layer] { port.async_request_keyframe(camera, layer); },
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
  if (peer.role != domain::PeerRole::kVenue) return;
  figures.rung = static_cast<domain::Rung>(stats.rung);
  figures.estimate_kbps = stats.estimate_kbps;
}

void LiveMeeting::measure(Venue& venue, const SourceStatsMap& sources,
                          domain::VenueFigures& figures) {
  // The level of a microphone that sent nothing since is not its level.
  if (const auto sound = sources.find(venue.tracks.microphone); sound != sources.end())
    figures.level_dbov = grown(sound->second->packets, venue.sound_packets) > 0
                             ? sound->second->level_dbov
                             : kSilence;
  venue.best_layer = 0;
  const auto camera = sources.find(venue.tracks.camera);
  if (camera == sources.end()) return;
  const auto& layers = camera->second->layers;
  for (rtc::Layer layer = 0; layer < std::min(layers.size(), rtc::kMaxLayers); ++layer) {
    if (layers[layer].live) {
      ++figures.sending_layers;
      venue.best_layer = layer;
    }
    const auto age = layers[layer].since_keyframe;
    if (age && (!figures.since_keyframe || *age < *figures.since_keyframe))
      figures.since_keyframe = age;
  }
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
    measure(*venues_.at(id), sources, figures);
    figures.pinned = pins_.count(id) > 0;
    all.push_back(figures);
  }
  return all;
}

}  // namespace huiban::media
