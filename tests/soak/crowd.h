#pragma once
// A meeting on the real server and everybody in it: a main venue that sends, branch venues with
// their pages, a console and watchers. One thread owns it; media run on the swarm's.
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/bench/office.h"
#include "tests/bench/swarm.h"
#include "tests/soak/expected.h"
#include "tests/soak/receiver.h"

namespace huiban::soak {

using Time = std::chrono::steady_clock::time_point;

struct Peer {
  enum class Role { kPublisher, kVenue, kWatcher, kConsole };

  Role role = Role::kVenue;
  std::string venue;  // empty: a console
  std::string link_token, page_token;
  std::uint8_t mark = 0;  // of what it sends
  bench::Sends sends;
  bool over_tcp = false;
  double loss = 0;
  std::vector<std::string> wall;

  test::RtcClient* client = nullptr;  // null: away
  std::unique_ptr<Receiver> receiver;
  bench::Office::Session session;
  std::unique_ptr<test::WebSocketClient> page;
  bool is_cut = false;
  Time steady_since;  // since it joined, moved or came back
  Time returns_at;    // away or cut: until then

  bool is_there() const { return client && !is_cut; }
};

class Crowd {
 public:
  // peers: of all kinds, at least 10. Throws what goes wrong at the beginning.
  Crowd(const std::string& binary, const bench::ServerProcess::Settings& settings, int peers,
        std::uint32_t seed);

  std::vector<Peer>& peers() { return peers_; }
  const Peer* peer_of(const std::string& venue) const;  // who sends for it; null: nobody
  bench::Office& office() { return office_; }
  bench::Swarm& swarm() { return swarm_; }
  const bench::ServerProcess& server() const { return server_; }
  const Scene& scene() const { return scene_; }  // as the secretary's page was told last
  std::size_t open_pages() const;
  std::size_t tcp_peers() const;

  // Changes of one peer; each throws std::runtime_error where the server refuses.
  void join(Peer& peer);    // also while it is there: its page is loaded anew
  void leave(Peer& peer);   // as a page that is closed
  void vanish(Peer& peer);  // as a machine that is switched off
  void restart(Peer& peer);
  void move(Peer& peer);  // another port
  void cut(Peer& peer);   // nothing gets through until mend()
  void mend(Peer& peer);
  void read_pages();  // takes what they were sent; one that was closed is gone

 private:
  void drop(Peer& peer);

  bench::ServerProcess server_;
  bench::Office office_;
  std::unique_ptr<rtc::DtlsIdentity> identity_;
  bench::Swarm swarm_;
  std::vector<Peer> peers_;
  std::unique_ptr<test::WebSocketClient> secretary_;
  nlohmann::json state_;
  Scene scene_;
  std::uint32_t next_seed_;
};

}  // namespace huiban::soak
