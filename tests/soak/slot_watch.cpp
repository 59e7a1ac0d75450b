#include "tests/soak/slot_watch.h"

#include <algorithm>
#include <cstdio>

namespace huiban::soak {
namespace {

using namespace std::chrono_literals;

// The secretary's page may know of a closed microphone so much earlier than the packets' thread.
constexpr auto kOnItsWay = 2s;
// After so long without a look the soak was not run itself: what came meanwhile says nothing.
constexpr auto kStall = 2s;

std::string name_of(const Peer& peer) {
  static const char* const kNames[] = {"publisher", "venue", "watcher", "console"};
  return std::string(kNames[int(peer.role)]) + " " + std::to_string(peer.mark) +
         (peer.over_tcp ? " over TCP" : "") + " loss " + std::to_string(int(peer.loss * 100)) +
         " %";
}

Expected expected_of(const Peer& peer, const Scene& scene) {
  switch (peer.role) {
    case Peer::Role::kVenue:
      return expected_at(scene, peer.venue);
    case Peer::Role::kWatcher:
      return expected_by_watcher(scene, peer.venue);
    case Peer::Role::kConsole:
      return {{peer.wall.begin(), peer.wall.end()}, {}};
    default:
      return {};
  }
}

}  // namespace

void SlotWatch::check(Crowd& crowd, Time now) {
  std::map<Key, Slot> slots;
  const auto expect = [&](const Peer& peer, bool picture, const std::string& venue) {
    const Peer* source = crowd.peer_of(venue);
    if (!source || !source->is_there()) return;
    const Key key{&peer, picture, venue};
    const auto known = slots_.find(key);
    slots[key] = known == slots_.end() ? Slot{now, false} : known->second;
  };
  for (const Peer& peer : crowd.peers()) {
    if (!peer.is_there()) continue;
    const Expected expected = expected_of(peer, crowd.scene());
    for (const auto& venue : expected.pictures) expect(peer, true, venue);
    for (const auto& venue : expected.sounds) expect(peer, false, venue);
  }
  slots_ = std::move(slots);
  if (now - std::exchange(checked_, now).value_or(now) > kStall) {
    ++stalls_;
    for (auto& [key, slot] : slots_) slot = {now, false};
    closed_since_.clear();  // its page was not read either
  }
  // The receivers' times are the swarm's thread's: one look under its lock.
  bool looked = false;
  crowd.swarm().visit([&](bench::SwarmPeer&) {
    if (std::exchange(looked, true)) return;
    for (auto& [key, slot] : slots_) look(crowd, key, slot, now);
    look_for_leaks(crowd, now);
  });
}

void SlotWatch::look(Crowd& crowd, const Key& key, Slot& slot, Time now) {
  const auto& [peer, picture, venue] = key;
  const Peer& source = *crowd.peer_of(venue);
  const Time got = picture ? peer->receiver->last_picture(source.mark)
                           : peer->receiver->last_sound(source.mark);
  const Time since = std::max({slot.since, got, peer->steady_since, source.steady_since});
  const auto silence = std::chrono::duration_cast<std::chrono::milliseconds>(now - since);
  longest_ = std::max(longest_, silence);
  if (silence < patience_) {
    slot.is_stuck = false;
  } else if (!std::exchange(slot.is_stuck, true)) {
    const auto age = [now](Time time) {
      return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now - time).count());
    };
    stuck_.push_back(name_of(*peer) + ": no " + (picture ? "picture" : "sound") + " of " +
                     name_of(source) + ", stage " +
                     std::to_string(crowd.peer_of(crowd.scene().stage_main)->mark) +
                     ", seconds since it was expected " + age(slot.since) + ", receiver joined " +
                     age(peer->steady_since) + ", sender joined " + age(source.steady_since));
    std::printf("     stuck: %s\n", stuck_.back().c_str());
  }
}

void SlotWatch::look_for_leaks(Crowd& crowd, Time now) {
  const auto& floor = crowd.scene().floor;
  for (const Peer& source : crowd.peers()) {
    if (source.mark == 0) continue;
    if (std::find(floor.begin(), floor.end(), source.venue) != floor.end()) {
      closed_since_.erase(source.venue);
      continue;
    }
    Time& closed = closed_since_.try_emplace(source.venue, now).first->second;
    for (const Peer& peer : crowd.peers()) {
      if (!peer.receiver) continue;
      const Time sent = peer.receiver->last_sound_sent(source.mark);
      if (sent < closed + kOnItsWay) continue;
      const auto after = std::chrono::duration_cast<std::chrono::milliseconds>(sent - closed);
      leaks_.push_back(name_of(peer) + ": heard " + name_of(source) + " without the floor, sent " +
                       std::to_string(after.count()) + " ms after it was closed");
      closed = now;
    }
  }
}

std::size_t SlotWatch::stuck_now() const {
  return std::size_t(std::count_if(slots_.begin(), slots_.end(),
                                   [](const auto& slot) { return slot.second.is_stuck; }));
}

std::chrono::milliseconds SlotWatch::take_longest() {
  return std::exchange(longest_, {});
}

}  // namespace huiban::soak
