#pragma once
// Which session made which media peer: nobody else may restart, move or close it. Control thread.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/ids.h"
#include "domain/ports.h"

namespace huiban::api {

struct PeerEntry {
  PeerId peer;
  std::string owner;  // Caller::owner
  MeetingId meeting;
  domain::PeerRole role = domain::PeerRole::kVenue;
  std::optional<VenueId> venue;
  std::map<std::string, std::optional<VenueId>> slots;  // what each slot shows, as last reported
  std::optional<std::size_t> layers = {};  // of its camera that it shall send, once media has said
  std::optional<domain::ReceivedFigures> received = {};  // as its page last told
};

class Peers {
 public:
  // A session that made more than 16 loses the oldest; it is returned so that it can be closed.
  std::optional<PeerId> add(PeerEntry entry);
  PeerEntry* find(PeerId peer);
  const PeerEntry* find_owned(PeerId peer, const std::string& owner) const;
  void remove(PeerId peer);
  std::vector<PeerId> remove_owned(const std::string& owner);
  void remove_meeting(MeetingId meeting);
  std::set<std::string> owners() const;
  // What the venues' pages told.
  std::map<VenueId, domain::ReceivedFigures> received_in(MeetingId meeting) const;
  std::size_t size() const { return peers_.size(); }

 private:
  std::map<PeerId, PeerEntry> peers_;
};

}  // namespace huiban::api
