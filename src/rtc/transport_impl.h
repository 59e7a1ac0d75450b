#pragma once
// The inside of Transport: peers and sources by id, the port and the loop. Only transport*.cpp
// include it.
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "rtc/packet_port.h"
#include "rtc/peer.h"
#include "rtc/transport.h"

namespace huiban::rtc {

class Transport::Impl final : public PeerHost {
 public:
  static Result<std::unique_ptr<Impl>> create(TransportConfig config, TransportObserver& observer);
  Impl(TransportConfig config, TransportObserver& observer);
  ~Impl() override;

  std::uint16_t port_number() const { return port_->number(); }
  void post(std::function<void()> task);                                          // any thread
  void enqueue(SourceId source, std::vector<std::vector<std::uint8_t>> packets);  // any thread

  // All below on the net thread.
  Result<std::string> answer(PeerPlan plan, const std::string& offer_sdp);
  Result<std::string> restart(PeerId peer, const std::string& fragment);
  void close(PeerId peer);
  void add_source(SourceId id, MediaKind kind, bool gate_open);
  void set_ingress(SourceId id, Layer layer, std::shared_ptr<Ingress> ingress);
  void remove_source(SourceId id);
  void set_gate(SourceId id, bool open);  // on return of a closing nothing of it is queued
  void show(PeerId peer, std::size_t slot, std::optional<SourceId> source);
  void request_keyframe(SourceId id, Layer layer);
  void limit(PeerId peer, Rung ceiling);
  void preheat(SourceId source, bool on);
  void show_loudest(PeerId peer, const std::vector<std::size_t>& slots,
                    const std::vector<SourceId>& candidates);
  Stats stats();
  void forward(SourceId source, Layer layer, std::span<const RtpView> packets);

 private:
  // PeerHost
  PacketPort& port() override { return *port_; }
  const TransportConfig& config() const override { return config_; }
  Source* find_source(SourceId id) override;
  void received(Peer& peer, SourceLayer& layer, RtpView packet) override;
  void request_keyframe(SourceLayer& layer) override;
  void connected(Peer& peer) override;
  void lost(Peer& peer) override;
  void back(Peer& peer) override;
  void gaps(Peer& peer) override { gappy_.push_back(&peer); }
  void unsettled(Peer& peer) override { unsettled_.push_back(&peer); }
  void failed(Peer& peer, const std::string& why) override;
  void shown(Peer& peer, std::size_t slot, std::optional<SourceId> source) override;
  void rung_changed(Peer& peer, Rung rung) override;
  void waiting(Peer& peer) override { waiting_.push_back(&peer); }

  void run();
  bool run_tasks();  // false: stop
  void on_packet(std::span<std::uint8_t> packet, const Path& path, Instant now, Instant arrived);
  void on_stun(std::span<std::uint8_t> packet, const Path& path, Instant now);
  void forward(SourceLayer& layer, std::span<const RtpView> packets);
  void tick_sources(Instant now);
  void hand_on();  // everything received in this turn goes to ingress or fan-out
  void tick(Instant now);
  void drain_queue();
  void remove(PeerId id, const std::string& why);
  void remember(Peer& peer, const Path& path);
  void remember_connection(Peer& peer, std::uint64_t connection);
  void close_connection(std::uint64_t connection);
  void receive_udp();
  void receive_tcp();
  Peer* find_peer(PeerId id);
  Peer* peer_at(const Path& path);
  SdpTransport our_side(const Peer::Credentials& credentials) const;
  Peer::Credentials make_credentials() const;

  const TransportConfig config_;
  TransportObserver& observer_;
  std::unique_ptr<DtlsIdentity> identity_;
  std::unique_ptr<PacketPort> port_;
  std::unordered_map<SourceId, std::unique_ptr<Source>> sources_;
  std::unordered_map<PeerId, std::unique_ptr<Peer>> peers_;
  std::unordered_map<std::string, Peer*> peer_of_ufrag_;
  std::unordered_map<Address, Peer*> peer_of_address_;           // UDP
  std::unordered_map<std::uint64_t, Peer*> peer_of_connection_;  // TCP
  std::vector<SourceLayer*> touched_;                            // with a batch in this turn
  std::vector<Peer*> gappy_, unsettled_, waiting_;
  std::vector<std::pair<PeerId, std::string>> failed_;  // to be removed after this turn
  std::uint64_t unknown_packets_ = 0, next_session_ = 1;
  double stun_refusals_ = 0;  // tokens left
  Instant now_{}, last_tick_{};

  int wake_fd_ = -1;
  std::mutex task_mutex_;
  std::vector<std::function<void()>> tasks_;
  bool stopping_ = false;

  std::mutex queue_mutex_;
  std::deque<std::pair<SourceId, std::vector<std::uint8_t>>> queue_;
  bool queue_posted_ = false;
  std::thread thread_;
};

}  // namespace huiban::rtc
