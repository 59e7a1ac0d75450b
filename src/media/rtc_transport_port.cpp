#include "media/transport_port.h"

namespace huiban::media {
namespace {

class RtcTransportPort final : public TransportPort {
 public:
  explicit RtcTransportPort(std::unique_ptr<rtc::Transport> transport)
      : transport_(std::move(transport)) {}

  bool on_net_thread() const override { return net_thread().here(); }
  void async_answer(rtc::PeerPlan plan, std::string offer_sdp,
                    rtc::Transport::AnswerDone done) override {
    transport_->async_answer(std::move(plan), std::move(offer_sdp), std::move(done));
  }
  void async_restart(PeerId peer, std::string sdpfrag, rtc::Transport::AnswerDone done) override {
    transport_->async_restart(peer, std::move(sdpfrag), std::move(done));
  }
  void async_close(PeerId peer, Done done) override {
    transport_->async_close(peer, std::move(done));
  }
  void async_add_source(rtc::SourceId source, rtc::MediaKind kind, bool gate_open) override {
    transport_->async_add_source(source, kind, gate_open);
  }
  void async_set_ingress(rtc::SourceId source, rtc::Layer layer,
                         std::shared_ptr<rtc::Ingress> ingress, Done done) override {
    transport_->async_set_ingress(source, layer, std::move(ingress), std::move(done));
  }
  void async_remove_source(rtc::SourceId source) override {
    transport_->async_remove_source(source);
  }
  void async_set_gate(rtc::SourceId source, bool open, Done done) override {
    transport_->async_set_gate(source, open, std::move(done));
  }
  void async_show(PeerId peer, std::size_t slot, std::optional<rtc::SourceId> source) override {
    transport_->async_show(peer, slot, source);
  }
  void async_request_keyframe(rtc::SourceId source, rtc::Layer layer) override {
    transport_->async_request_keyframe(source, layer);
  }
  void async_limit(PeerId peer, rtc::Rung ceiling) override {
    transport_->async_limit(peer, ceiling);
  }
  void async_preheat(rtc::SourceId source, bool on) override {
    transport_->async_preheat(source, on);
  }
  void async_show_loudest(PeerId peer, std::vector<std::size_t> slots,
                          std::vector<rtc::SourceId> candidates) override {
    transport_->async_show_loudest(peer, std::move(slots), std::move(candidates));
  }
  void async_stats(std::function<void(rtc::Stats)> done) override {
    transport_->async_stats(std::move(done));
  }
  void forward(rtc::SourceId source, rtc::Layer layer,
               std::span<const rtc::RtpView> packets) override {
    transport_->forward(source, layer, packets);
  }
  void async_forward(rtc::SourceId source,
                     std::vector<std::vector<std::uint8_t>> packets) override {
    transport_->async_forward(source, std::move(packets));
  }

 private:
  std::unique_ptr<rtc::Transport> transport_;
};

}  // namespace

Result<std::unique_ptr<TransportPort>> create_transport_port(rtc::TransportConfig config,
                                                             rtc::TransportObserver& observer) {
  auto transport = HUIBAN_TRY(rtc::Transport::create(std::move(config), observer));
  return std::make_unique<RtcTransportPort>(std::move(transport));
}

}  // namespace huiban::media
