#include "api/peers.h"

namespace huiban::api {

namespace {
constexpr int kPeersPerSession = 16;
}

std::optional<PeerId> Peers::add(PeerEntry entry) {
  int owned = 0;
  std::optional<PeerId> oldest;  // ids are UUIDv7: the least is the oldest
  for (const auto& [peer, one] : peers_) {
    if (one.owner != entry.owner) continue;
    ++owned;
    if (!oldest) oldest = peer;
  }
  if (owned < kPeersPerSession) oldest.reset();
  if (oldest) peers_.erase(*oldest);
  const auto peer = entry.peer;
  peers_.insert_or_assign(peer, std::move(entry));
  return oldest;
}

PeerEntry* Peers::find(PeerId peer) {
  const auto found = peers_.find(peer);
  return found == peers_.end() ? nullptr : &found->second;
}

const PeerEntry* Peers::find_owned(PeerId peer, const std::string& owner) const {
  const auto found = peers_.find(peer);
  return found == peers_.end() || found->second.owner != owner ? nullptr : &found->second;
}

void Peers::remove(PeerId peer) {
  peers_.erase(peer);
}

std::vector<PeerId> Peers::remove_owned(const std::string& owner) {
  std::vector<PeerId> removed;
  for (auto at = peers_.begin(); at != peers_.end();) {
    if (at->second.owner == owner) {
      removed.push_back(at->first);
      at = peers_.erase(at);
    } else {
      ++at;
    }
  }
  return removed;
}

std::set<std::string> Peers::owners() const {
  std::set<std::string> owners;
  for (const auto& [peer, entry] : peers_) owners.insert(entry.owner);
  return owners;
}

std::map<VenueId, domain::ReceivedFigures> Peers::received_in(MeetingId meeting) const {
  std::map<VenueId, domain::ReceivedFigures> received;
  for (const auto& [peer, entry] : peers_)
    if (entry.meeting == meeting && entry.role == domain::PeerRole::kVenue && entry.venue &&
        entry.received)
      received[*entry.venue] = *entry.received;
  return received;
}

void Peers::remove_meeting(MeetingId meeting) {
  for (auto at = peers_.begin(); at != peers_.end();)
    at = at->second.meeting == meeting ? peers_.erase(at) : std::next(at);
}

}  // namespace huiban::api
