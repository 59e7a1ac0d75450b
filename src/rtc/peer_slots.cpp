// What a peer's slots show and what leaves for them.
#include <algorithm>
#include <utility>

#include "rtc/peer.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr auto kChoiceInterval = std::chrono::milliseconds(200);
constexpr auto kVoicesInterval = std::chrono::milliseconds(50);
constexpr std::size_t kMaxCatchUp = 36 * 1024;  // bytes of a run: 2.4 s of the smallest layer
constexpr std::size_t kCatchUpMs = 400;         // that a run may take from the line
constexpr double kFullQueue = 60;               // ms
constexpr std::size_t kMaxPictures = 60;        // some 40 ms of decoding
constexpr Milliseconds kRefreshPause{500}, kMostRefreshPause{2000}, kRefreshCalm{10'000};

}  // namespace

// Pictures and their repairs are paced; sound always leaves at once.
void Peer::seal_and_commit(std::uint8_t* out, const Rewritten& packet, std::size_t slot, bool paced,
                           Instant now) {
  const std::uint16_t number = packet.wide_at != 0 ? wide_out_.take() : std::uint16_t{0};
  if (packet.wide_at != 0) wire::put16(out + packet.wide_at, number);
  const std::size_t sealed =
      srtp_->seal_rtp(out, packet.header_size, packet.size, packet.ssrc, packet.index);
  if (sealed == 0) return;
  stats_.bytes_out += sealed;
  if (paced && !pacer_.take(sealed, now)) {
    const std::uint32_t tag = packet.wide_at != 0 ? 0x10000u | number : 0;
    if (!pacer_.push({{out, sealed}, slot, tag}, now)) restart_dropped();
    if (!std::exchange(waiting_, true)) host_.waiting(*this);
    return;
  }
  host_.port().commit(sealed, *path_, paced ? Loss::kMay : Loss::kKeep);
  if (packet.wide_at == 0) return;
  wide_out_.on_sent(number, sealed, now);
  estimator_.on_sent(sealed, now);
}

bool Peer::drain(Instant now) {
  if (state_ != State::kConnected) return waiting_ = false;
  pacer_.drain(now, [&](const PacedPacket& packet) {
    host_.port().send(packet.bytes, *path_, Loss::kMay);
    if (packet.tag == 0) return;
    wide_out_.on_sent(std::uint16_t(packet.tag), packet.bytes.size(), now);
    estimator_.on_sent(packet.bytes.size(), now);
  });
  restart_dropped();
  return waiting_ = pacer_.waiting();
}

void Peer::drop_waiting() {
  pacer_.drop();
  restart_dropped();
}

// What was dropped is too much for repairs: the picture begins anew, and until then nothing of it
// loads the line.
void Peer::restart_dropped() {
  const std::uint64_t dropped = pacer_.take_dropped();
  if (dropped == 0) return;
  for (std::size_t i = 0; i < std::min<std::size_t>(slots_.size(), 64); ++i)
    if ((dropped >> i & 1) && slots_[i].subscription) {
      slots_[i].subscription->restart();
      if (SourceLayer* awaited = slots_[i].subscription->awaited())
        host_.request_keyframe(*awaited);
    }
}

// Repeats of recent packets, or padding, as far as the estimator wants to see more of the line.
void Peer::probe(Instant now) {
  estimator_.set_wanted_kbps(allocator_.wanted_kbps());
  std::size_t bytes = estimator_.padding_wanted(now);
  if (bytes == 0) return;
  Subscription* carrier = nullptr;
  for (const Slot& slot : slots_)
    if (slot.subscription && slot.subscription->has_rtx() &&
        (carrier == nullptr || (carrier->current() == nullptr && slot.subscription->current())))
      carrier = slot.subscription.get();
  while (carrier != nullptr && bytes > 0) {
    std::uint8_t* out = host_.port().begin();
    const Rewritten packet = carrier->probe(probes_++ % 8, now, out);
    if (packet.size == 0) return;
    seal_and_commit(out, packet, carrier->slot, false, now);
    bytes -= std::min(bytes, packet.size);
  }
}

void Peer::prefetch() const {
  __builtin_prefetch(&estimator_, 1);
  __builtin_prefetch(&pacer_, 1);
  if (srtp_) srtp_->prefetch();
  wide_out_.prefetch();
}

std::size_t Peer::send(Subscription& subscription, SourceLayer& layer, const StoredPacket& packet,
                       Instant now) {
  std::uint8_t* out = host_.port().begin();
  const Rewritten rewritten = subscription.rewrite(layer, packet, now, out);
  if (rewritten.size == 0) return 0;
  seal_and_commit(out, rewritten, subscription.slot, subscription.kind() == MediaKind::kVideo, now);
  ++stats_.packets_out;
  if (subscription.take_shown()) host_.shown(*this, subscription.slot, layer.source().id());
  return rewritten.size;
}

void Peer::show(std::size_t index, std::optional<SourceId> id) {
  if (index >= slots_.size()) return;
  Slot& slot = slots_[index];
  slot.wanted = id;
  if (state_ != State::kConnected || !slot.subscription) return;
  Source* source = id ? host_.find_source(*id) : nullptr;
  if (source != nullptr && source->kind() != slot.subscription->kind()) source = nullptr;
  if (id && source == nullptr) return;  // it may be added later; what is shown stays
  if (source == nullptr) {
    slot.subscription->show(nullptr);
    host_.shown(*this, index, std::nullopt);
  } else if (source->kind() == MediaKind::kAudio) {
    slot.subscription->show(source->layer(0));
  }
  unsettle();
}

void Peer::show_loudest(std::vector<std::size_t> slots, std::vector<SourceId> candidates,
                        Instant now) {
  if (!voices_) voices_ = std::make_unique<Voices>();
  if (voices_->slots != slots) voices_->loudest = Loudest();
  voices_->slots = std::move(slots);
  voices_->candidates = std::move(candidates);
  choose_voices(now);
}

void Peer::choose_voices(Instant now) {
  voices_->next = now + kVoicesInterval;
  host_.speakers.clear();
  for (const SourceId id : voices_->candidates)
    if (const Source* source = host_.find_source(id))
      // A closed microphone takes no place, however loud it is.
      host_.speakers.push_back({id, source->gate_open() ? source->speech().at(now) : kNoLevel});
  const auto chosen = voices_->loudest.choose(voices_->slots.size(), host_.speakers, now);
  for (std::size_t i = 0; i < voices_->slots.size(); ++i) {
    const std::size_t slot = voices_->slots[i];
    if (slot < slots_.size() && slots_[slot].wanted != chosen[i]) show(slot, chosen[i]);
  }
}

void Peer::unsettle() {
  if (!std::exchange(unsettled_, true)) host_.unsettled(*this);
}

void Peer::limit(Rung ceiling) {
  ceiling_ = ceiling;
  unsettle();
}

// 0: nothing is known, nothing is limited. A receiver without feedback is believed when its reports
// speak of loss or of a growing queue.
std::uint32_t Peer::budget_kbps() const {
  if (!host_.config().measures.estimator) return 0;
  if (!wide_numbers_ && estimator_.loss() == 0 && estimator_.queue_ms() < 100) return 0;
  return estimator_.estimate_kbps();
}

SlotDemand Peer::demand_of(const Slot& slot, const SlotPlan& plan, Instant now) const {
  SlotDemand demand;
  demand.priority = plan.priority;
  demand.kind = plan.kind;
  demand.max_layer = plan.max_layer;
  Source* source = slot.wanted && slot.subscription ? host_.find_source(*slot.wanted) : nullptr;
  if (source == nullptr || source->kind() != plan.kind) {
    demand.layers = 0;
    return demand;
  }
  demand.source = slot.wanted;
  demand.layers = source->layer_count();
  for (Layer i = 0; i < demand.layers; ++i) {
    const SourceLayer& layer = *source->layer(i);
    demand.state[i] = {layer.live(now), layer.kbps(now)};
    if (plan.kind == MediaKind::kAudio && slot.subscription->has_red())
      demand.state[i].kbps *= std::uint32_t(1 + redundancy_.depth());
    demand.temporal_layers = std::max(demand.temporal_layers, layer.temporal_layers());
  }
  return demand;
}

void Peer::choose_layers(Instant now) {
  unsettled_ = false;
  next_choice_ = now + kChoiceInterval;
  if (state_ != State::kConnected || slots_.empty()) return;
  choose_redundancy(now);
  host_.demands.clear();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    host_.demands.push_back(demand_of(slots_[i], plan_.slots[i], now));
  pacer_.set_line(budget_kbps(), estimator_.filling());
  allocator_.decide({budget_kbps(), estimator_.assumed(now)}, ceiling_, host_.demands, now,
                    host_.choices);
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (host_.demands[i].source && host_.demands[i].kind == MediaKind::kVideo)
      follow(slots_[i], i, host_.choices[i], now);
  if (std::exchange(rung_, allocator_.rung()) != rung_) host_.rung_changed(*this, rung_);
}

// Single losses are not heard when each packet of sound carries those before it. What a full line
// loses is no reason: more would only fill it more.
void Peer::choose_redundancy(Instant now) {
  double loss = estimator_.loss();
  for (const Slot& slot : slots_)
    if (!wide_numbers_ && slot.subscription && slot.subscription->has_red())
      loss = std::max(loss, slot.subscription->loss);
  if (estimator_.queue_ms() > kFullQueue || estimator_.filling()) loss = 0;
  redundancy_.on_loss(loss, now);
  for (const Slot& slot : slots_)
    if (slot.subscription) slot.subscription->set_redundancy(redundancy_.depth());
}

void Peer::follow(Slot& slot, std::size_t index, const SlotChoice& choice, Instant now) {
  Source& source = *host_.find_source(*slot.wanted);
  Subscription& subscription = *slot.subscription;
  source.want(choice.wanted, now);
  subscription.set_max_temporal(choice.max_temporal);
  if (choice.send) return show_layer(subscription, source.layer(choice.layer), now);
  if (source.lowest_live(now) == nullptr && ceiling_ <= Rung::k180p) {
    // Nothing comes at the moment: what is shown stays, and the first keyframe will be taken.
    const SourceLayer* target = subscription.target();
    if (target == nullptr || &target->source() != &source) subscription.show(source.layer(0));
    return;
  }
  if (subscription.target() == nullptr) return;
  subscription.show(nullptr);
  host_.shown(*this, index, std::nullopt);
}

void Peer::show_layer(Subscription& subscription, SourceLayer* layer, Instant now) {
  if (subscription.target() == layer) return;
  // Until the smaller picture's keyframe the bigger one would fill the line that fell.
  const SourceLayer* current = subscription.current();
  if (fell_ && layer != nullptr && current != nullptr && layer->index() < current->index())
    subscription.restart();
  subscription.show(layer);
  if (layer == nullptr || subscription.awaited() != layer) return;
  if (!start_at_keyframe(subscription, *layer, now)) host_.request_keyframe(*layer);
}

// The packets since the layer's last keyframe, if they are few enough for this line.
std::optional<SourceLayer::Run> Peer::run_for(const SourceLayer& layer, Instant now) const {
  const auto run = layer.since_keyframe();
  const std::size_t kbps = budget_kbps();
  const std::size_t most = kbps == 0 ? kMaxCatchUp : std::min(kMaxCatchUp, kbps * kCatchUpMs / 8);
  const bool fits = run && layer.live(now) && run->bytes <= most && run->pictures <= kMaxPictures;
  return fits ? run : std::nullopt;
}

// A picture that is there since its last keyframe is seen at once, without asking for another.
bool Peer::start_at_keyframe(Subscription& subscription, SourceLayer& layer, Instant now) {
  const auto run = run_for(layer, now);
  if (!run) return false;
  subscription.begin_catch_up(layer, *run, now);
  for (std::int64_t sequence = run->first; sequence <= run->last; ++sequence)
    if (const StoredPacket* packet = layer.stored(sequence))
      send(subscription, layer, *packet, now);
  subscription.end_catch_up();
  return true;
}

// A receiver's picture broke. It gets what there is since the last keyframe, which costs nobody
// else anything; if that is too much, everybody gets a keyframe, the more rarely the more often it
// asks.
void Peer::refresh(Subscription& subscription, Instant now) {
  Slot& slot = slots_[subscription.slot];
  if (now < slot.refresh_from) return;
  SourceLayer& layer = *subscription.current();
  if (subscription.awaited() == nullptr && run_for(layer, now)) {
    slot.refresh_from = now + kRefreshPause;
    subscription.restart();
    start_at_keyframe(subscription, layer, now);
    return;
  }
  const bool calm = now - slot.refreshed > kRefreshCalm;
  slot.refresh_pause =
      calm ? kRefreshPause : std::min<Milliseconds>(2 * slot.refresh_pause, kMostRefreshPause);
  slot.refreshed = now;
  slot.refresh_from = now + slot.refresh_pause;
  host_.request_keyframe(layer);
}

void Peer::forget(Source& source) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.wanted == source.id()) slot.wanted.reset();
    if (!slot.subscription) continue;
    const SourceLayer* current = slot.subscription->current();
    const bool had = current != nullptr && &current->source() == &source;
    slot.subscription->detach(source);
    if (had && slot.subscription->current() == nullptr) host_.shown(*this, i, std::nullopt);
  }
}

}  // namespace huiban::rtc
