#include "rtc/transport_impl.h"

#include <algorithm>

#include "rtc/demux.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kQueueLimit = 2048;  // packets from other threads: some seconds of one video

}  // namespace

Source* Transport::Impl::find_source(SourceId id) {
  const auto found = sources_.find(id);
  return found != sources_.end() ? found->second.get() : nullptr;
}

Peer* Transport::Impl::find_peer(PeerId id) {
  const auto found = peers_.find(id);
  return found != peers_.end() ? found->second.get() : nullptr;
}

// ---- packets in ----

void Transport::Impl::on_packet(std::span<std::uint8_t> packet, const Path& path, Instant now) {
  now_ = now;
  const PacketKind kind = classify(packet);
  if (kind == PacketKind::kStun) return on_stun(packet, path, now);
  const auto found = peer_of_address_.find(path.remote);
  if (found == peer_of_address_.end()) {
    ++unknown_packets_;
    return;
  }
  switch (kind) {
    case PacketKind::kDtls:
      return found->second->on_dtls(packet, now);
    case PacketKind::kRtp:
      return found->second->on_rtp(packet, now);
    case PacketKind::kRtcp:
      return found->second->on_rtcp(packet, now);
    default:
      ++unknown_packets_;
  }
}

void Transport::Impl::received(Peer&, Source& source, RtpView packet) {
  if (source.batch.empty()) touched_.push_back(&source);
  source.batch.push_back(packet);
  ++source.stats.packets;
  source.stats.bytes += packet.size();
}

void Transport::Impl::hand_on() {
  for (Source* source : touched_) {
    if (source->ingress)
      source->ingress->on_rtp(source->batch);
    else
      forward(source->id(), 0, source->batch);
    source->batch.clear();
  }
  touched_.clear();
  for (Peer* peer : std::exchange(gappy_, {})) peer->send_nacks(now_);
  for (auto& [id, why] : std::exchange(failed_, {})) remove(id, why);
  port_->flush();
}

// ---- packets out ----

void Transport::Impl::forward(SourceId id, Layer, std::span<const RtpView> packets) {
  Source* source = find_source(id);
  if (source == nullptr) return;
  constexpr std::size_t kChunk = 32;  // far below the ring, so that stored packets stay valid
  while (!packets.empty()) {
    const StoredPacket* stored[kChunk];
    std::size_t count = 0;
    for (const RtpView& packet : packets.first(std::min(packets.size(), kChunk))) {
      const auto generation = source->generation();
      const StoredPacket* one = source->accept(packet, now_);
      // A numbering that restarts empties the ring: what was stored before has no number any more.
      if (source->generation() != generation) count = 0;
      if (one != nullptr) stored[count++] = one;
    }
    packets = packets.subspan(std::min(packets.size(), kChunk));
    bool wanting = false;
    // Receiver by receiver, so that one set of keys is used for the whole batch.
    for (Subscription* subscription : source->subscribers) {
      for (std::size_t i = 0; i < count; ++i)
        if (subscription->peer->send(*subscription, *source, *stored[i], now_) > 0)
          ++source->stats.forwarded;
      wanting = wanting || subscription->awaited() == source;
    }
    if (wanting && count > 0) request_keyframe(*source);
  }
}

void Transport::Impl::enqueue(SourceId source, std::vector<std::vector<std::uint8_t>> packets) {
  const std::lock_guard lock(queue_mutex_);
  for (auto& packet : packets) {
    if (queue_.size() == kQueueLimit) queue_.pop_front();
    queue_.emplace_back(source, std::move(packet));
  }
  if (std::exchange(queue_posted_, true)) return;
  post([this] { drain_queue(); });
}

void Transport::Impl::drain_queue() {
  std::deque<std::pair<SourceId, std::vector<std::uint8_t>>> queue;
  {
    const std::lock_guard lock(queue_mutex_);
    queue.swap(queue_);
    queue_posted_ = false;
  }
  for (const auto& [source, packet] : queue) {
    const RtpView view(packet);
    if (Source* known = find_source(source)) {
      ++known->stats.packets;
      known->stats.bytes += packet.size();
    }
    forward(source, 0, {&view, 1});
  }
  port_->flush();
}

void Transport::Impl::request_keyframe(Source& source) {
  if (source.kind() != MediaKind::kVideo || !source.gate_open() || !source.publisher ||
      source.publisher_ssrc == 0)
    return;
  if (!source.request_keyframe(now_)) return;
  if (Peer* peer = find_peer(*source.publisher)) peer->send_pli(source.publisher_ssrc);
}

// ---- sources ----

void Transport::Impl::add_source(SourceId id, MediaKind kind, bool gate_open) {
  auto& source = sources_[id];
  if (source) {
    if (source->kind() != kind) return;
    set_gate(id, gate_open);
    return;
  }
  source = std::make_unique<Source>(id, kind, gate_open);
  for (const auto& [peer_id, peer] : peers_) peer->source_added(*source);
}

void Transport::Impl::set_ingress(SourceId id, Layer layer, std::shared_ptr<Ingress> ingress) {
  if (layer > 0) return;
  if (Source* source = find_source(id)) source->ingress = std::move(ingress);
}

void Transport::Impl::remove_source(SourceId id) {
  Source* source = find_source(id);
  if (source == nullptr) return;
  for (const auto& [peer_id, peer] : peers_) peer->forget(*source);
  std::erase(touched_, source);
  sources_.erase(id);
  port_->flush();
}

void Transport::Impl::set_gate(SourceId id, bool open) {
  Source* source = find_source(id);
  if (source == nullptr) return;
  source->set_gate(open);
  if (!open) {
    port_->flush();  // what was allowed a moment ago leaves now; nothing stays behind in the batch
  }
  if (open && source->kind() == MediaKind::kVideo) request_keyframe(*source);
}

void Transport::Impl::show(PeerId id, std::size_t slot, std::optional<SourceId> source) {
  if (Peer* peer = find_peer(id)) peer->show(slot, source);
}

void Transport::Impl::request_keyframe(SourceId id, Layer) {
  if (Source* source = find_source(id)) request_keyframe(*source);
}

void Transport::Impl::limit(PeerId, Rung) {}
void Transport::Impl::preheat(SourceId, bool) {}
void Transport::Impl::show_loudest(PeerId id, const std::vector<std::size_t>& slots,
                                   const std::vector<SourceId>& candidates) {
  for (std::size_t i = 0; i < slots.size(); ++i)
    show(id, slots[i], i < candidates.size() ? std::optional(candidates[i]) : std::nullopt);
}

Stats Transport::Impl::stats() {
  Stats stats;
  stats.unknown_packets = unknown_packets_;
  stats.send_dropped = port_->dropped();
  for (const auto& [id, peer] : peers_) stats.peers.push_back(peer->stats(now_));
  for (const auto& [id, source] : sources_) {
    SourceStats one = source->stats;
    one.source = id;
    one.gate_open = source->gate_open();
    one.level_dbov = source->level(now_);
    stats.sources.push_back(one);
  }
  return stats;
}

}  // namespace huiban::rtc
