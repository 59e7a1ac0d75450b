// A whole meeting, and everybody joining at once.
#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "tests/bench/costs.h"
#include "tests/bench/lines.h"
#include "tests/bench/office.h"
#include "tests/bench/scenario.h"

namespace huiban::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t kWallTiles = 25;
constexpr double kMaxKibPerPeer = 150;
constexpr double kMaxStormMs = 1000;
constexpr auto kStorm = 5s;
constexpr auto kSettled = 35s;  // until what handshakes needed is given back

constexpr Sends kSecondCamera{{{{120, 15}, {400, 25}}}, Sends::Sound::kSpeech, 0x5b};
constexpr Sends kOneEncoding{{{{1400, 25}}}, Sends::Sound::kSpeech};  // as from an encoder by WHIP
constexpr Sends kSpeakingTile{{{{120, 15}}}, Sends::Sound::kSpeech};

// A meeting with the main venue's camera on the stage; venues are added by the scenarios.
struct Hall {
  Hall(const Options& options, const rtc::DtlsIdentity& identity, int venues,
       const Sends& camera = kStageCamera)
      : server(options.binary, HUIBAN_SOURCE_DIR, options.settings, venues),
        office(server),
        stage(identity),
        venues_(identity) {
    office.hold_meeting(venues);
    pages = office.page_tokens();
    stage.add(
        kPublisherLines,
        [&](auto& client) { return office.join_publisher(client, office.main_venue()); }, camera);
    std::this_thread::sleep_for(1s);
    empty = usage_of(server.pid());
  }
  void add_venue(std::size_t i, const Sends& sends) {
    const auto& page = pages.at(office.branches().at(i));
    venues_.add(
        kVenueLines, [&](auto& client) { return office.join_venue(client, page); }, sends);
  }

  ServerProcess server;
  Office office;
  std::map<std::string, std::string> pages;
  Swarm stage, venues_;
  ProcessUsage empty;
};

}  // namespace

Outcome meeting(const Options& options, const rtc::DtlsIdentity& identity,
                nlohmann::json& results) {
  Hall hall(options, identity, options.venues);
  const auto& branches = hall.office.branches();
  // The second picture and two more open microphones are those of the first two venues.
  for (std::size_t i = 0; i < branches.size(); ++i)
    hall.add_venue(i, i == 0 ? kSecondCamera : i == 1 ? kSpeakingTile : kTileCamera);
  Swarm console(identity);
  const std::vector<std::string> tiles(
      branches.begin(), branches.begin() + std::ptrdiff_t(std::min(branches.size(), kWallTiles)));
  console.add(kConsoleLines, [&](auto& client) { return hall.office.join_console(client, tiles); });
  hall.office.grant_floor(branches.at(0));
  hall.office.grant_floor(branches.at(1));
  hall.office.set_stage(hall.office.main_venue(), branches.at(0));
  const auto complete = [](const SwarmPeer& peer) {
    return peer.has_packets_of(kStageMain) && peer.has_packets_of(kFirstSound) &&
           peer.has_packets_of(kFirstSound + 1);
  };
  if (!hall.venues_.wait_all(30s, complete))
    throw std::runtime_error("a venue did not get what it should");
  const std::vector<Swarm*> receivers{&hall.venues_, &console};
  settle(receivers);
  const Look before = look(hall.server.pid(), receivers);
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  const Look after = look(hall.server.pid(), receivers);
  const Costs costs = costs_between(before, after);
  const auto per_peer = [&](double resident_mib) {
    return 1024 * (resident_mib - hall.empty.resident_mib) / double(branches.size() + 1);
  };
  const double joining_kib = per_peer(after.usage.resident_mib);
  std::this_thread::sleep_for(kSettled);
  const double kib = per_peer(usage_of(hall.server.pid()).resident_mib);
  print_costs_head();
  print("meeting of " + std::to_string(branches.size()) + " venues", costs);
  std::printf("    %.0f KiB per peer, %.0f just after they joined\n", kib, joining_kib);
  auto json = to_json(costs);
  json["venues"] = branches.size();
  json["growth_kib_per_peer"] = kib;
  json["growth_kib_per_peer_joining"] = joining_kib;
  results["meeting"] = std::move(json);
  Outcome outcome;
  outcome.require(costs.loss_percent == 0, "no loss on loopback");
  outcome.require(kib <= kMaxKibPerPeer, "at most 150 KiB per peer");
  return outcome;
}

namespace {

// Peers whose line gets packets in each of five half seconds.
std::size_t count_going(Swarm& swarm, std::size_t line) {
  std::map<const SwarmPeer*, std::uint64_t> counted;
  std::map<const SwarmPeer*, int> halves;
  for (int half = 0; half <= 5; ++half) {
    if (half > 0) std::this_thread::sleep_for(500ms);
    swarm.visit([&](SwarmPeer& peer) {
      const auto now = peer.client->counted[peer.client->lines[line].ssrc];
      if (half > 0 && now > counted[&peer]) ++halves[&peer];
      counted[&peer] = now;
    });
  }
  return std::size_t(std::count_if(halves.begin(), halves.end(),
                                   [](const auto& entry) { return entry.second == 5; }));
}

void storm(const Options& options, const rtc::DtlsIdentity& identity, const Sends& camera,
           const char* title, nlohmann::json& results, Outcome& outcome) {
  Hall hall(options, identity, options.venues, camera);
  const std::size_t count = hall.office.branches().size();
  const auto begin = steady_clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(begin + kStorm * i / count);
    hall.add_venue(i, kTileCamera);
  }
  const double offered_s = std::chrono::duration<double>(steady_clock::now() - begin).count();
  const bool all = hall.venues_.wait_all(20s, [](const SwarmPeer& peer) {
    return peer.has_packets_of(kStageMain) && peer.has_packets_of(kFirstSound);
  });
  std::vector<double> picture, sound;
  hall.venues_.visit([&](SwarmPeer& peer) {
    picture.push_back(peer.first_packet_ms(kStageMain));
    sound.push_back(peer.first_packet_ms(kFirstSound));
  });
  const std::size_t going = count_going(hall.venues_, kStageMain);
  std::uint64_t asked = 0;
  hall.stage.visit([&asked](SwarmPeer& peer) { asked += peer.sender->keyframes_asked(); });
  std::printf("join storm, %s: %zu venues offered within %.1f s; after its offer each has\n", title,
              count, offered_s);
  for (const auto& [name, times] : {std::pair{"picture", &picture}, {"sound", &sound}}) {
    std::printf("    %-8s p50 %4.0f  p95 %4.0f  max %4.0f ms\n", name, quantile(*times, 0.5),
                quantile(*times, 0.95), quantile(*times, 1));
    results[name] = {{"p50", quantile(*times, 0.5)},
                     {"p95", quantile(*times, 0.95)},
                     {"max", quantile(*times, 1)}};
  }
  std::printf("    the picture goes on at %zu of them\n", going);
  results["going_on"] = going;
  std::printf("    keyframes asked of the stage: %zu\n", std::size_t(asked));
  results["venues"] = count;
  results["offered_within_s"] = offered_s;
  results["keyframes_asked"] = asked;
  outcome.require(all && going == count, "every venue receives, and goes on receiving");
  outcome.require(offered_s <= 5.2, "all offered within 5 s");
  outcome.require(quantile(picture, 0.95) <= kMaxStormMs && quantile(sound, 0.95) <= kMaxStormMs,
                  "receiving within 1 s of the offer at p95");
}

}  // namespace

Outcome join_storm(const Options& options, const rtc::DtlsIdentity& identity,
                   nlohmann::json& results) {
  Outcome outcome;
  storm(options, identity, kStageCamera, "three encodings", results["join_storm"], outcome);
  storm(options, identity, kOneEncoding, "one encoding of 1.4 Mbit/s",
        results["join_storm_one_encoding"], outcome);
  return outcome;
}

}  // namespace huiban::bench
