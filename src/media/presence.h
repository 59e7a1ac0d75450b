#pragma once
// Whether a venue's seat is connected, from what happens to its peers. A seat may have two (a page
// that only receives and an encoder that sends); the first that comes and the last that goes count.
// Control thread.
#include <optional>
#include <set>

#include "core/ids.h"

namespace huiban::media {

class Presence {
 public:
  enum class Fact { kNone, kJoined, kLost, kBack };

  bool online() const { return online_; }
  Fact connected(PeerId peer) { return here(peer, Fact::kJoined); }
  Fact back(PeerId peer) { return here(peer, Fact::kBack); }
  // Lost for now or closed for good.
  Fact gone(PeerId peer) {
    if (peers_.erase(peer) == 0 || !peers_.empty()) return Fact::kNone;
    online_ = false;
    return Fact::kLost;
  }
  // True: the seat was online through old_peer and stays so through new_peer, which is on its way.
  bool taken_over(PeerId old_peer, PeerId new_peer) {
    if (peers_.erase(old_peer) == 0) return false;
    peers_.insert(new_peer);
    return true;
  }

 private:
  Fact here(PeerId peer, Fact fact) {
    const bool was_online = online_;
    peers_.insert(peer);
    online_ = true;
    return was_online ? Fact::kNone : fact;
  }

  std::set<PeerId> peers_;
  bool online_ = false;
};

}  // namespace huiban::media
