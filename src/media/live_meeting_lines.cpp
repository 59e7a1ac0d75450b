// What the line of a venue is given: the quality ladder, layers on and off, pictures made ready.
#include <algorithm>

#include "media/live_meeting_parts.h"

namespace huiban::media {
namespace {

using domain::Rung;

static_assert(static_cast<int>(Rung::k720p) == static_cast<int>(rtc::Rung::k720p) &&
              static_cast<int>(Rung::k360p) == static_cast<int>(rtc::Rung::k360p) &&
              static_cast<int>(Rung::k180p) == static_cast<int>(rtc::Rung::k180p) &&
              static_cast<int>(Rung::kContentAndSound) ==
                  static_cast<int>(rtc::Rung::kContentAndSound) &&
              static_cast<int>(Rung::kSoundOnly) == static_cast<int>(rtc::Rung::kSoundOnly));

rtc::Rung to_rtc(Rung rung) {
  return static_cast<rtc::Rung>(rung);
}

// A venue whose line is limited also sends no more than that.
std::size_t layers_under(rtc::Rung ceiling) {
  switch (ceiling) {
    case rtc::Rung::k720p:
      return 3;
    case rtc::Rung::k360p:
      return 2;
    case rtc::Rung::k180p:
      return 1;
    case rtc::Rung::kContentAndSound:
    case rtc::Rung::kSoundOnly:
      return 0;
  }
  return 0;
}

}  // namespace

// All devices of a venue share its line, so that a pin is for each of them.
rtc::Rung LiveMeeting::ceiling_of(const Peer& peer) const {
  const auto pin = peer.venue ? pins_.find(*peer.venue) : pins_.end();
  return pin == pins_.end() ? rtc::Rung::k720p : to_rtc(pin->second);
}

void LiveMeeting::pin_rung(VenueId venue, std::optional<Rung> rung) {
  if (rung)
    pins_[venue] = *rung;
  else
    pins_.erase(venue);
  for (auto& [id, peer] : peers_) {
    if (peer->venue != venue) continue;
    parts_.port.async_limit(id, ceiling_of(*peer));
    tell_layers(id, *peer);
  }
}

void LiveMeeting::layers_wanted(PeerId id, rtc::SourceId source, std::size_t count) {
  const auto at = peers_.find(id);
  if (at == peers_.end() || !sits_at_a_seat(at->second->role)) return;
  if (source != ensure_venue(*at->second->venue).tracks.camera) return;
  at->second->layers_wanted = count;
  tell_layers(id, *at->second);
}

// A page that was never told sends what it likes.
void LiveMeeting::tell_layers(PeerId id, Peer& peer) {
  if (!peer.sends_video || !peer.was_connected) return;
  const std::size_t limit = layers_under(ceiling_of(peer));
  if (!peer.layers_wanted && !peer.layers_told && limit == rtc::kMaxLayers) return;
  const auto count = std::min(peer.layers_wanted.value_or(rtc::kMaxLayers), limit);
  if (peer.layers_told == count) return;
  peer.layers_told = count;
  parts_.facts.layers_wanted(id_, id, count);
}

void LiveMeeting::set_next(std::vector<VenueId> venues) {
  const auto before = std::exchange(next_, std::move(venues));
  const auto has = [](const std::vector<VenueId>& list, VenueId venue) {
    return std::find(list.begin(), list.end(), venue) != list.end();
  };
  for (const auto& venue : before)
    if (!has(next_, venue)) preheat(venue, false);
  for (const auto& venue : next_)
    if (!has(before, venue)) preheat(venue, true);
}

// The microphone needs nothing: its level is measured before the gate.
void LiveMeeting::preheat(VenueId id, bool on) {
  if (const Venue* venue = find_venue(id)) parts_.port.async_preheat(venue->tracks.camera, on);
}

}  // namespace huiban::media
