#pragma once
// The transport as media uses it. Production: rtc_transport_port.cpp on rtc::Transport; tests put a
// fake here. Same rules as rtc::Transport: async_x() from any thread, callbacks on the network
// thread.
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rtc/transport.h"

namespace huiban::media {

class TransportPort {
 public:
  using Done = std::function<void()>;

  virtual ~TransportPort() = default;
  virtual bool on_net_thread() const = 0;
  virtual void async_answer(rtc::PeerPlan plan, std::string offer_sdp,
                            rtc::Transport::AnswerDone done) = 0;
  virtual void async_restart(PeerId peer, std::string sdpfrag, rtc::Transport::AnswerDone done) = 0;
  virtual void async_close(PeerId peer, Done done) = 0;
  virtual void async_add_source(rtc::SourceId source, rtc::MediaKind kind, bool gate_open) = 0;
  virtual void async_set_ingress(rtc::SourceId source, rtc::Layer layer,
                                 std::shared_ptr<rtc::Ingress> ingress, Done done) = 0;
  virtual void async_remove_source(rtc::SourceId source) = 0;
  virtual void async_set_gate(rtc::SourceId source, bool open, Done done) = 0;
  virtual void async_show(PeerId peer, std::size_t slot, std::optional<rtc::SourceId> source) = 0;
  virtual void async_request_keyframe(rtc::SourceId source, rtc::Layer layer) = 0;
  virtual void async_limit(PeerId peer, rtc::Rung ceiling) = 0;
  virtual void async_preheat(rtc::SourceId source, bool on) = 0;
  virtual void async_show_loudest(PeerId peer, std::vector<std::size_t> slots,
                                  std::vector<rtc::SourceId> candidates) = 0;
  virtual void async_stats(std::function<void(rtc::Stats)> done) = 0;
  virtual void forward(rtc::SourceId source, rtc::Layer layer,
                       std::span<const rtc::RtpView> packets) = 0;
  virtual void async_forward(rtc::SourceId source,
                             std::vector<std::vector<std::uint8_t>> packets) = 0;
};

// Unavailable: the port is taken. The network thread runs until the port is destroyed.
Result<std::unique_ptr<TransportPort>> create_transport_port(rtc::TransportConfig config,
                                                             rtc::TransportObserver& observer);

}  // namespace huiban::media
