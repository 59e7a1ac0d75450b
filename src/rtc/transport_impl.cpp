#include "rtc/transport_impl.h"

#include <algorithm>

#include "rtc/demux.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kQueueLimit = 2048;  // packets from other threads: some seconds of one video
constexpr Milliseconds kFresh{1000};       // age of a preheated keyframe

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

Peer* Transport::Impl::peer_at(const Path& path) {
  if (path.connection != 0) {
    const auto found = peer_of_connection_.find(path.connection);
    return found != peer_of_connection_.end() ? found->second : nullptr;
  }
  const auto found = peer_of_address_.find(path.remote);
  return found != peer_of_address_.end() ? found->second : nullptr;
}

void Transport::Impl::on_packet(std::span<std::uint8_t> packet, const Path& path, Instant now,
                                Instant arrived) {
  now_ = now;
  const PacketKind kind = classify(packet);
  if (kind == PacketKind::kStun) return on_stun(packet, path, now);
  Peer* peer = peer_at(path);
  if (peer == nullptr) {
    ++unknown_packets_;
    return;
  }
  switch (kind) {
    case PacketKind::kDtls:
      return peer->on_dtls(packet, now);
    case PacketKind::kRtp:
      return peer->on_rtp(packet, now, arrived);
    case PacketKind::kRtcp:
      return peer->on_rtcp(packet, now);
    default:
      ++unknown_packets_;
  }
}

void Transport::Impl::received(Peer&, SourceLayer& layer, RtpView packet) {
  if (layer.batch.empty()) touched_.push_back(&layer);
  layer.batch.push_back(packet);
  ++layer.packets;
  layer.bytes += packet.size();
}

void Transport::Impl::hand_on() {
  for (SourceLayer* layer : touched_) {
    if (layer->ingress)
      layer->ingress->on_rtp(layer->batch);
    else
      forward(*layer, layer->batch);
    layer->batch.clear();
  }
  touched_.clear();
  for (Peer* peer : std::exchange(gappy_, {})) peer->send_nacks(now_);
  for (Peer* peer : std::exchange(unsettled_, {})) peer->choose_layers(now_);
  for (auto& [id, why] : std::exchange(failed_, {})) remove(id, why);
  port_->flush();
}

// ---- packets out ----

void Transport::Impl::forward(SourceId id, Layer index, std::span<const RtpView> packets) {
  Source* source = find_source(id);
  SourceLayer* layer = source != nullptr ? source->layer(index) : nullptr;
  if (layer != nullptr) forward(*layer, packets);
}

void Transport::Impl::forward(SourceLayer& layer, std::span<const RtpView> packets) {
  constexpr std::size_t kChunk = 32;  // below the smallest ring, so that stored packets stay valid
  static_assert(kChunk < SourceLayer::kMinRing);
  const bool was_live = layer.live(now_);
  while (!packets.empty()) {
    const StoredPacket* stored[kChunk];
    std::size_t count = 0;
    std::size_t taken = 0, bytes = 0;
    for (const RtpView& packet : packets.first(std::min(packets.size(), kChunk))) {
      bytes += packet.size();
      if (taken > 0 && bytes > layer.burst_bytes()) break;
      ++taken;
      const auto generation = layer.generation();
      const StoredPacket* one = layer.accept(packet, now_);
      // A numbering that restarts empties the ring: what was stored before has no number any more.
      if (layer.generation() != generation) count = 0;
      if (one != nullptr) stored[count++] = one;
    }
    packets = packets.subspan(taken);
    if (port_->udp().gso()) layer.even_out({stored, count});
    bool wanting = false;
    // A switch to this layer leaves the list of another, never this one, so the list holds still.
    // Receiver by receiver, so that one set of keys is used for the whole batch.
    const auto& all = layer.subscribers;
    for (std::size_t at = 0; at < all.size(); ++at) {
      Subscription* subscription = all[at];
      if (at + 2 < all.size()) __builtin_prefetch(all[at + 2]);
      if (at + 1 < all.size()) all[at + 1]->peer->prefetch();
      for (std::size_t i = 0; i < count; ++i)
        if (subscription->peer->send(*subscription, layer, *stored[i], now_) > 0)
          ++layer.source().forwarded;
      wanting = wanting || subscription->awaited() == &layer;
    }
    if (wanting && count > 0) request_keyframe(layer);
  }
  // Who sees this source may turn to the layer with its first packets, a keyframe's, in this turn.
  if (!was_live && layer.live(now_) && layer.kind() == MediaKind::kVideo)
    for (const auto& other : layer.source().layers())
      for (Subscription* subscription : other->subscribers) subscription->peer->unsettle();
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
      ++known->layer(0)->packets;
      known->layer(0)->bytes += packet.size();
    }
    forward(source, 0, {&view, 1});
  }
  port_->flush();
}

void Transport::Impl::request_keyframe(SourceLayer& layer) {
  const Source& source = layer.source();
  if (source.kind() != MediaKind::kVideo || !source.gate_open() || !source.publisher ||
      layer.publisher_ssrc == 0)
    return;
  if (!layer.request_keyframe(now_)) return;
  if (Peer* peer = find_peer(*source.publisher)) peer->send_pli(layer.publisher_ssrc);
}

// What publishers are asked for, and the pictures that will be shown next.
void Transport::Impl::tick_sources(Instant now) {
  for (const auto& [id, source] : sources_) {
    for (const auto& layer : source->layers()) layer->release_if_idle(now);
    if (source->kind() != MediaKind::kVideo || !source->publisher) continue;
    if (source->preheated) {
      source->want(1, now);
      SourceLayer* lowest = source->lowest_live(now);
      const auto age = lowest != nullptr ? lowest->keyframe_age(now) : std::nullopt;
      if (lowest != nullptr && (!age || *age > kFresh)) request_keyframe(*lowest);
    }
    const std::size_t wanted = source->wanted(now);
    if (source->told == wanted) continue;
    source->told = wanted;
    observer_.layers_wanted(*source->publisher, id, wanted);
  }
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
  Source* source = find_source(id);
  if (source != nullptr && source->layer(layer) != nullptr)
    source->layer(layer)->ingress = std::move(ingress);
}

void Transport::Impl::remove_source(SourceId id) {
  Source* source = find_source(id);
  if (source == nullptr) return;
  for (const auto& [peer_id, peer] : peers_) peer->forget(*source);
  std::erase_if(touched_, [source](SourceLayer* layer) { return &layer->source() == source; });
  sources_.erase(id);
  port_->flush();
}

void Transport::Impl::set_gate(SourceId id, bool open) {
  Source* source = find_source(id);
  if (source == nullptr) return;
  source->set_gate(open);
  if (!open) {
    // Nor in the queues of slow lines, whoever's pictures wait there.
    if (source->kind() == MediaKind::kVideo)
      for (Peer* peer : waiting_) peer->drop_waiting();
    port_->flush();  // what was allowed a moment ago leaves now; nothing stays behind in the batch
  }
  if (open && source->kind() == MediaKind::kVideo)
    for (const auto& layer : source->layers()) request_keyframe(*layer);
}

void Transport::Impl::show(PeerId id, std::size_t slot, std::optional<SourceId> source) {
  if (Peer* peer = find_peer(id)) peer->show(slot, source);
}

void Transport::Impl::request_keyframe(SourceId id, Layer index) {
  Source* source = find_source(id);
  if (source != nullptr && source->layer(index) != nullptr) request_keyframe(*source->layer(index));
}

void Transport::Impl::limit(PeerId id, Rung ceiling) {
  if (Peer* peer = find_peer(id)) peer->limit(ceiling);
}

void Transport::Impl::preheat(SourceId id, bool on) {
  if (Source* source = find_source(id)) source->preheated = on;
}

void Transport::Impl::show_loudest(PeerId id, const std::vector<std::size_t>& slots,
                                   const std::vector<SourceId>& candidates) {
  if (Peer* peer = find_peer(id)) peer->show_loudest(slots, candidates, now_);
}

Stats Transport::Impl::stats() {
  Stats stats;
  stats.unknown_packets = unknown_packets_;
  stats.send_dropped = port_->dropped();
  if (port_->tcp() != nullptr) stats.tcp_connections = port_->tcp()->connections();
  for (const auto& [id, peer] : peers_) stats.peers.push_back(peer->stats(now_));
  for (const auto& [id, source] : sources_) stats.sources.push_back(source->stats(now_));
  return stats;
}

}  // namespace huiban::rtc
