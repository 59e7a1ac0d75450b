#include "rtc/transport.h"

#include "rtc/transport_impl.h"

namespace huiban::rtc {

Result<std::unique_ptr<Transport>> Transport::create(TransportConfig config,
                                                     TransportObserver& observer) {
  auto impl = HUIBAN_TRY(Impl::create(std::move(config), observer));
  return std::unique_ptr<Transport>(new Transport(std::move(impl)));
}

Transport::Transport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transport::~Transport() = default;

std::uint16_t Transport::port() const {
  return impl_->port_number();
}

void Transport::async_answer(PeerPlan plan, std::string offer_sdp, AnswerDone done) {
  impl_->post([impl = impl_.get(), plan = std::move(plan), offer = std::move(offer_sdp),
               done = std::move(done)]() mutable { done(impl->answer(std::move(plan), offer)); });
}

void Transport::async_restart(PeerId peer, std::string sdpfrag, AnswerDone done) {
  impl_->post([impl = impl_.get(), peer, fragment = std::move(sdpfrag), done = std::move(done)] {
    done(impl->restart(peer, fragment));
  });
}

void Transport::async_close(PeerId peer, std::function<void()> done) {
  impl_->post([impl = impl_.get(), peer, done = std::move(done)] {
    impl->close(peer);
    if (done) done();
  });
}

void Transport::async_add_source(SourceId source, MediaKind kind, bool gate_open) {
  impl_->post([impl = impl_.get(), source, kind, gate_open] {
    impl->add_source(source, kind, gate_open);
  });
}

void Transport::async_set_ingress(SourceId source, Layer layer, std::shared_ptr<Ingress> ingress,
                                  std::function<void()> done) {
  impl_->post([impl = impl_.get(), source, layer, ingress = std::move(ingress),
               done = std::move(done)]() mutable {
    impl->set_ingress(source, layer, std::move(ingress));
    if (done) done();
  });
}

void Transport::async_remove_source(SourceId source, std::function<void()> done) {
  impl_->post([impl = impl_.get(), source, done = std::move(done)] {
    impl->remove_source(source);
    if (done) done();
  });
}

void Transport::async_set_gate(SourceId source, bool open, std::function<void()> done) {
  impl_->post([impl = impl_.get(), source, open, done = std::move(done)] {
    impl->set_gate(source, open);
    if (done) done();
  });
}

void Transport::async_show(PeerId peer, std::size_t slot, std::optional<SourceId> source) {
  impl_->post([impl = impl_.get(), peer, slot, source] { impl->show(peer, slot, source); });
}

void Transport::async_request_keyframe(SourceId source, Layer layer) {
  impl_->post([impl = impl_.get(), source, layer] { impl->request_keyframe(source, layer); });
}

void Transport::async_limit(PeerId peer, Rung ceiling) {
  impl_->post([impl = impl_.get(), peer, ceiling] { impl->limit(peer, ceiling); });
}

void Transport::async_preheat(SourceId source, bool on) {
  impl_->post([impl = impl_.get(), source, on] { impl->preheat(source, on); });
}

void Transport::async_show_loudest(PeerId peer, std::vector<std::size_t> slots,
                                   std::vector<SourceId> candidates) {
  impl_->post([impl = impl_.get(), peer, slots = std::move(slots),
               candidates = std::move(candidates)] { impl->show_loudest(peer, slots, candidates); });
}

void Transport::async_stats(std::function<void(Stats)> done) {
  impl_->post([impl = impl_.get(), done = std::move(done)] { done(impl->stats()); });
}

void Transport::forward(SourceId source, Layer layer, std::span<const RtpView> packets) {
  net_thread().assert_here();
  impl_->forward(source, layer, packets);
}

void Transport::async_forward(SourceId source, std::vector<std::vector<std::uint8_t>> packets) {
  impl_->enqueue(source, std::move(packets));
}

void Transport::async_run(std::function<void()> task) {
  impl_->post(std::move(task));
}

}  // namespace huiban::rtc
