#pragma once
// A transport without a network: keeps what it was told and calls back at once, on the calling
// thread.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "media/transport_port.h"

namespace huiban::test {

class FakePort final : public media::TransportPort {
 public:
  struct Source {
    rtc::MediaKind kind = rtc::MediaKind::kVideo;
    bool gate_open = false;
    std::shared_ptr<rtc::Ingress> ingress;  // of layer 0
    std::map<rtc::Layer, std::shared_ptr<rtc::Ingress>> upper;
    std::vector<std::vector<std::uint8_t>> forwarded;  // of all layers
    std::map<rtc::Layer, int> forwarded_of;
    int keyframe_requests = 0;
    std::map<rtc::Layer, int> keyframe_requests_of;
    bool preheated = false;
  };
  struct Peer {
    rtc::PeerPlan plan;
    std::map<std::size_t, std::optional<rtc::SourceId>> shown;
    std::vector<std::size_t> loudest_slots;
    std::vector<rtc::SourceId> loudest;
  };

  std::map<rtc::SourceId, Source> sources;
  std::map<PeerId, Peer> peers;
  std::vector<PeerId> closed;
  rtc::Stats stats;
  std::string bad_offer = "bad";  // this one is refused as malformed
  bool net = true;                // what on_net_thread() says
  bool hold_gates = false;        // keep gate confirmations until confirm_gates()
  std::vector<Done> held;
  std::vector<std::vector<std::uint8_t>> async_forwarded;
  std::function<void(rtc::SourceId)> on_keyframe_request;
  rtc::TransportObserver* observer = nullptr;

  // One list of packets from the publisher of a source, as the network thread would hand it in.
  void feed(rtc::SourceId source, std::span<const rtc::RtpView> packets, rtc::Layer layer = 0) {
    auto& entry = sources.at(source);
    const auto ingress = layer == 0 ? entry.ingress : entry.upper[layer];
    if (ingress)
      ingress->on_rtp(packets);
    else
      forward(source, layer, packets);
  }
  void confirm_gates() {
    for (auto& done : std::exchange(held, {})) done();
  }
  // What a peer's slot shows, by name.
  std::optional<rtc::SourceId> in_slot(PeerId peer, const std::string& name) const {
    const auto& entry = peers.at(peer);
    for (std::size_t i = 0; i < entry.plan.slots.size(); ++i)
      if (entry.plan.slots[i].name == name) {
        const auto at = entry.shown.find(i);
        return at == entry.shown.end() ? std::nullopt : at->second;
      }
    return std::nullopt;
  }

  bool on_net_thread() const override { return net; }
  void async_answer(rtc::PeerPlan plan, std::string offer,
                    rtc::Transport::AnswerDone done) override {
    if (offer == bad_offer)
      return done(fail(ErrorCode::kMalformed, "SDP 无法读取", "cannot read SDP"));
    const PeerId peer = plan.peer;
    peers[peer].plan = std::move(plan);
    done("answer");
  }
  void async_restart(PeerId, std::string fragment, rtc::Transport::AnswerDone done) override {
    done("restarted " + fragment);
  }
  void async_close(PeerId peer, Done done) override {
    closed.push_back(peer);
    peers.erase(peer);
    if (done) done();
  }
  void async_add_source(rtc::SourceId source, rtc::MediaKind kind, bool gate_open) override {
    sources[source] = {};
    sources[source].kind = kind;
    sources[source].gate_open = gate_open;
  }
  void async_set_ingress(rtc::SourceId source, rtc::Layer layer,
                         std::shared_ptr<rtc::Ingress> ingress, Done done) override {
    if (sources.count(source))
      (layer == 0 ? sources[source].ingress : sources[source].upper[layer]) = std::move(ingress);
    if (done) done();
  }
  void async_remove_source(rtc::SourceId source) override { sources.erase(source); }
  void async_set_gate(rtc::SourceId source, bool open, Done done) override {
    sources.at(source).gate_open = open;
    if (!done) return;
    if (hold_gates)
      held.push_back(std::move(done));
    else
      done();
  }
  void async_show(PeerId peer, std::size_t slot, std::optional<rtc::SourceId> source) override {
    if (peers.count(peer)) peers[peer].shown[slot] = source;
  }
  void async_limit(PeerId peer, rtc::Rung ceiling) override {
    if (peers.count(peer)) peers[peer].plan.ceiling = ceiling;
  }
  void async_preheat(rtc::SourceId source, bool on) override {
    if (sources.count(source)) sources[source].preheated = on;
  }
  void async_show_loudest(PeerId peer, std::vector<std::size_t> slots,
                          std::vector<rtc::SourceId> candidates) override {
    if (!peers.count(peer)) return;
    peers[peer].loudest_slots = std::move(slots);
    peers[peer].loudest = std::move(candidates);
  }
  void async_request_keyframe(rtc::SourceId source, rtc::Layer layer) override {
    ++sources.at(source).keyframe_requests;
    ++sources.at(source).keyframe_requests_of[layer];
    if (on_keyframe_request) on_keyframe_request(source);
  }
  void async_stats(std::function<void(rtc::Stats)> done) override { done(stats); }
  void forward(rtc::SourceId source, rtc::Layer layer,
               std::span<const rtc::RtpView> packets) override {
    sources.at(source).forwarded_of[layer] += static_cast<int>(packets.size());
    for (const auto& packet : packets)
      sources.at(source).forwarded.emplace_back(packet.begin(), packet.end());
  }
  void async_forward(rtc::SourceId, std::vector<std::vector<std::uint8_t>> packets) override {
    for (auto& packet : packets) async_forwarded.push_back(std::move(packet));
  }
};

}  // namespace huiban::test
