#pragma once
// Whether a venue's seat is connected, from what happens to its peers. A seat may have two (a page
// that only receives and an encoder that sends); the first that comes and the last that goes count.
// Control thread.
#include <set>

#include "core/ids.h"

namespace huiban::media {

class Presence {
 public:
  enum class Fact { kNone, kJoined, kLost, kBack };

  bool online() const { return online_; }
  // The peer through which the seat was last reported as connected; facts name this one.
  PeerId reported() const { return reported_; }

  Fact connected(PeerId peer) { return here(peer, Fact::kJoined); }
  Fact back(PeerId peer) { return here(peer, Fact::kBack); }
  // Lost for now or closed for good.
  Fact gone(PeerId peer) {
    if (peers_.erase(peer) == 0 || !peers_.empty()) return Fact::kNone;
    online_ = false;
    return Fact::kLost;
  }
  // The seat counts as connected through new_peer, which is on its way, and is lost if that fails.
  void taken_over(PeerId old_peer, PeerId new_peer) {
    peers_.erase(old_peer);
    here(new_peer, Fact::kNone);
    reported_ = new_peer;
  }

 private:
  Fact here(PeerId peer, Fact fact) {
    peers_.insert(peer);
    if (online_) return Fact::kNone;
    online_ = true;
    reported_ = peer;
    return fact;
  }

  std::set<PeerId> peers_;
  PeerId reported_;
  bool online_ = false;
};

}  // namespace huiban::media
