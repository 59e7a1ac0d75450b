#include "tests/soak/shaker.h"

#include <algorithm>

namespace huiban::soak {
namespace {

using namespace std::chrono_literals;
using Role = Peer::Role;

constexpr std::size_t kMostSpeakers = 4, kTiles = 4;
constexpr double kLosses[] = {0, 0, 0, 0.01, 0.03, 0.08};

bool is_present(const Peer& peer) {
  return peer.is_there() && peer.role != Role::kPublisher;
}

bool is_present_venue(const Peer& peer) {
  return peer.is_there() && peer.role == Role::kVenue;
}

}  // namespace

Shaker::Shaker(Crowd& crowd, std::uint32_t seed)
    : crowd_(crowd), random_(seed), last_turn_(std::chrono::steady_clock::now()) {
  add_venue_acts();
  add_secretary_acts();
}

std::chrono::milliseconds Shaker::between(int least_s, int most_s) {
  return std::chrono::milliseconds(
      std::uniform_int_distribution<>(least_s * 1000, most_s * 1000)(random_));
}

Peer* Shaker::pick(const std::function<bool(const Peer&)>& fits) {
  std::vector<Peer*> found;
  for (Peer& peer : crowd_.peers())
    if (fits(peer)) found.push_back(&peer);
  if (found.empty()) return nullptr;
  return found[std::uniform_int_distribution<std::size_t>(0, found.size() - 1)(random_)];
}

bool Shaker::with(const std::function<bool(const Peer&)>& fits,
                  const std::function<void(Peer&)>& act) {
  Peer* const peer = pick(fits);
  if (peer) act(*peer);
  return peer != nullptr;
}

void Shaker::add_venue_acts() {
  const auto add = [this](const char* name, double per_minute,
                          const std::function<bool(const Peer&)>& fits,
                          const std::function<void(Peer&, Time)>& act) {
    acts_.push_back({name, per_minute, [this, fits, act](Time now) {
                       return with(fits, [&](Peer& peer) { act(peer, now); });
                     }});
  };
  add("leave", 12, is_present, [this](Peer& peer, Time now) {
    peer.returns_at = now + between(3, 30);
    crowd_.leave(peer);
  });
  add("vanish", 3, is_present, [this](Peer& peer, Time now) {
    peer.returns_at = now + between(3, 45);
    crowd_.vanish(peer);
  });
  add("reload", 5, is_present, [this](Peer& peer, Time) { crowd_.join(peer); });
  add("other device", 3, is_present_venue, [this](Peer& peer, Time) {
    peer.page_token.clear();
    crowd_.join(peer);
  });
  add("main venue reloads", 0.5, [](const Peer& peer) { return peer.role == Role::kPublisher; },
      [this](Peer& peer, Time) { crowd_.join(peer); });
  add("ICE restart", 8, is_present, [this](Peer& peer, Time) { crowd_.restart(peer); });
  add("address", 8, is_present, [this](Peer& peer, Time) { crowd_.move(peer); });
  add("outage", 5, is_present, [this](Peer& peer, Time now) {
    peer.returns_at = now + between(1, 20);
    crowd_.cut(peer);
  });
  add("loss", 15, is_present, [this](Peer& peer, Time) {
    peer.loss = kLosses[std::uniform_int_distribution<>(0, 5)(random_)];
    crowd_.swarm().visit([&](bench::SwarmPeer& one) {
      if (one.client.get() == peer.client) peer.receiver->loss = peer.loss;
    });
  });
}

void Shaker::add_secretary_acts() {
  const auto add = [this](const char* name, double per_minute,
                          const std::function<bool(Time)>& run) {
    acts_.push_back({name, per_minute, run});
  };
  const auto is_sender = [](const Peer& peer) { return peer.is_there() && peer.mark != 0; };
  add("stage", 12, [this, is_sender](Time) {
    return with(is_sender, [&](Peer& main) {
      const Peer* second = pick(is_sender);
      crowd_.office().set_stage(main.venue, second == &main ? std::string() : second->venue);
    });
  });
  add("floor granted", 12, [this](Time) {
    const auto& floor = crowd_.scene().floor;
    if (floor.size() >= kMostSpeakers) return false;
    return with(is_present_venue, [&](Peer& peer) { crowd_.office().grant_floor(peer.venue); });
  });
  add("floor revoked", 10, [this](Time) {
    const auto& scene = crowd_.scene();
    return with(
        [&](const Peer& peer) {
          return peer.mark != 0 && peer.venue != scene.main_venue &&
                 std::find(scene.floor.begin(), scene.floor.end(), peer.venue) != scene.floor.end();
        },
        [&](Peer& peer) { crowd_.office().revoke_floor(peer.venue); });
  });
  add("wall", 3, [this](Time) {
    return with([](const Peer& peer) { return peer.is_there() && peer.role == Role::kConsole; },
                [&](Peer& console) {
                  auto venues = crowd_.office().branches();
                  std::shuffle(venues.begin(), venues.end(), random_);
                  venues.resize(std::min(kTiles, venues.size()));
                  console.wall = venues;
                  crowd_.office().set_wall(console.session, console.wall);
                });
  });
}

void Shaker::attempt(const char* name, const std::function<bool()>& act) {
  try {
    if (act()) ++done_[name];
  } catch (const std::exception& failure) {
    const std::string text = failure.what();  // "what: 409 body"
    if (text.find(": 4") != std::string::npos)
      ++refused_;
    else
      failures_.push_back(std::string(name) + ": " + text);
  }
}

void Shaker::turn(Time now) {
  const double minutes = std::chrono::duration<double>(now - last_turn_).count() / 60;
  last_turn_ = now;
  for (Peer& peer : crowd_.peers()) {
    if (now < peer.returns_at) continue;
    if (peer.is_cut) attempt("back", [&] { return crowd_.mend(peer), true; });
    if (!peer.client) attempt("join", [&] { return crowd_.join(peer), true; });
  }
  for (const Act& act : acts_)
    if (std::uniform_real_distribution<>(0, 1)(random_) < act.per_minute * minutes)
      attempt(act.name, [&] { return act.run(now); });
}

}  // namespace huiban::soak
