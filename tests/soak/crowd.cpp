#include "tests/soak/crowd.h"

#include <algorithm>
#include <stdexcept>

#include "tests/bench/lines.h"

namespace huiban::soak {

using namespace std::chrono_literals;
using bench::Sends;
using nlohmann::json;
using std::chrono::steady_clock;

namespace {

constexpr int kWatchers = 3;
constexpr int kLargeEvery = 8;   // so many branch cameras send one in two encodings, and speak
constexpr int kTcpEvery = 16;    // so many peers come over TCP
constexpr std::size_t kTiles = 4;  // fit into what a line is taken to carry at first
constexpr Sends kStage{{{{120, 15}, {400, 25}}}, Sends::Sound::kSpeech};

std::unique_ptr<rtc::DtlsIdentity> make_identity() {
  auto identity = rtc::DtlsIdentity::create();
  if (!identity) throw std::runtime_error(identity.error().en);
  return std::move(*identity);
}

const std::vector<test::RtcLine>& lines_of(Peer::Role role) {
  switch (role) {
    case Peer::Role::kPublisher:
      return bench::kPublisherLines;
    case Peer::Role::kWatcher:
      return bench::kWatcherLines;
    case Peer::Role::kConsole:
      return bench::kConsoleLines;
    default:
      return bench::kVenueLines;
  }
}

}  // namespace

Crowd::Crowd(const std::string& binary, const bench::ServerProcess::Settings& settings, int peers,
             std::uint32_t seed)
    : server_(binary, HUIBAN_SOURCE_DIR, settings, peers),
      office_(server_),
      identity_(make_identity()),
      swarm_(*identity_),
      next_seed_(seed) {
  const int venues = peers - kWatchers - 2;
  office_.hold_meeting(venues);
  const auto links = office_.link_tokens();
  const auto add = [this](Peer peer) { peers_.push_back(std::move(peer)); };
  Peer main;
  main.role = Peer::Role::kPublisher;
  main.venue = office_.main_venue();
  main.mark = 1;
  main.sends = kStage;
  add(std::move(main));
  const auto& branches = office_.branches();
  for (std::size_t i = 0; i < branches.size(); ++i) {
    Peer venue;
    venue.venue = branches[i];
    venue.link_token = links.at(branches[i]);
    venue.mark = std::uint8_t(2 + i);
    venue.sends = i % kLargeEvery == 0 ? kStage : bench::kTileCamera;
    venue.over_tcp = i % kTcpEvery == 5;
    add(std::move(venue));
  }
  for (int i = 0; i < kWatchers; ++i) {
    Peer watcher;
    watcher.role = Peer::Role::kWatcher;
    watcher.venue = branches.at(0);
    add(std::move(watcher));
  }
  Peer console;
  console.role = Peer::Role::kConsole;
  console.wall.assign(branches.begin(),
                      branches.begin() + std::ptrdiff_t(std::min(kTiles, branches.size())));
  add(std::move(console));
  for (Peer& peer : peers_) peer.sends.mark = peer.mark;
  secretary_ = office_.open_page({});
}

const Peer* Crowd::peer_of(const std::string& venue) const {
  for (const Peer& peer : peers_)
    if (peer.mark != 0 && peer.venue == venue) return &peer;
  return nullptr;
}

std::size_t Crowd::open_pages() const {
  return std::size_t(std::count_if(peers_.begin(), peers_.end(),
                                   [](const Peer& peer) { return peer.page != nullptr; }));
}

std::size_t Crowd::tcp_peers() const {
  return std::size_t(std::count_if(peers_.begin(), peers_.end(),
                                   [](const Peer& peer) { return peer.client && peer.over_tcp; }));
}

void Crowd::join(Peer& peer) {
  if (peer.role == Peer::Role::kVenue && peer.page_token.empty())
    peer.page_token = office_.page_token(peer.link_token);
  std::unique_ptr<Receiver> receiver;
  auto& client = swarm_.add(
      lines_of(peer.role),
      [&](test::RtcClient& made) {
        made.over_tcp = peer.over_tcp;
        receiver = std::make_unique<Receiver>(made, next_seed_++);
        receiver->loss = peer.loss;
        switch (peer.role) {
          case Peer::Role::kPublisher:
            return office_.join_publisher(made, peer.venue);
          case Peer::Role::kWatcher:
            return office_.join_watcher(made);
          case Peer::Role::kConsole:
            return office_.join_console(made, peer.wall);
          default:
            return office_.join_venue(made, peer.page_token);
        }
      },
      peer.sends);
  drop(peer);
  peer.client = &client;
  peer.receiver = std::move(receiver);
  peer.session = office_.session();
  peer.steady_since = steady_clock::now();
  if (peer.role != Peer::Role::kVenue) return;
  peer.page = office_.open_page(peer.page_token);
  const auto& path = peer.session.path;
  peer.page->send_text(json{{"t", "peer"}, {"id", path.substr(path.rfind('/') + 1)}}.dump());
}

void Crowd::drop(Peer& peer) {
  peer.page.reset();
  peer.is_cut = false;
  if (peer.client) swarm_.remove(*std::exchange(peer.client, nullptr));
  peer.receiver.reset();
}

void Crowd::leave(Peer& peer) {
  const auto session = peer.session;
  drop(peer);
  office_.leave(session);
}

void Crowd::vanish(Peer& peer) {
  drop(peer);
}

void Crowd::restart(Peer& peer) {
  std::string fragment;
  // Its checks go on with the old credentials until the server's new ones are here.
  swarm_.change(*peer.client,
                [&](bench::SwarmPeer& one) { fragment = one.client->restart_fragment(); });
  const std::string answer = office_.restart(peer.session, fragment);
  bool usable = false;
  swarm_.change(*peer.client,
                [&](bench::SwarmPeer& one) { usable = one.client->accept_restart(answer); });
  if (!usable) throw std::runtime_error("the fragment of an ICE restart cannot be used");
}

void Crowd::move(Peer& peer) {
  swarm_.change(*peer.client, [](bench::SwarmPeer& one) { one.client->move(); });
  peer.steady_since = steady_clock::now();
}

void Crowd::cut(Peer& peer) {
  peer.is_cut = true;
  swarm_.change(*peer.client, [&](bench::SwarmPeer& one) {
    one.is_cut_off = true;
    peer.receiver->is_cut = true;
  });
}

void Crowd::mend(Peer& peer) {
  peer.is_cut = false;
  peer.steady_since = steady_clock::now();
  swarm_.change(*peer.client, [&](bench::SwarmPeer& one) {
    one.is_cut_off = false;
    peer.receiver->is_cut = false;
  });
}

void Crowd::read_pages() {
  while (const auto text = secretary_->receive(1ms)) {
    const auto message = json::parse(*text);
    if (message["t"] == "snapshot") state_ = message["state"];
    if (message["t"] == "delta") state_.merge_patch(message["patch"]);
  }
  if (secretary_->wait_closed(0ms)) secretary_ = office_.open_page({});
  scene_ = {office_.main_venue(), {}, {}, {}};
  if (state_.contains("stage")) {
    scene_.stage_main = state_["stage"].value("main", "");
    scene_.stage_second = state_["stage"].value("second", "");
  }
  for (const auto& venue : state_.value("floor", json::array())) scene_.floor.push_back(venue);
  for (Peer& peer : peers_) {
    if (!peer.page) continue;
    while (peer.page->receive(0ms)) {
    }
    if (peer.page->wait_closed(0ms)) peer.page.reset();
  }
}

}  // namespace huiban::soak
