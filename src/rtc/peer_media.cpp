// What a peer sends and receives once it has keys.
#include <algorithm>
#include <cstring>
#include <utility>

#include "rtc/peer.h"
#include "rtc/rtp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr auto kReportInterval = std::chrono::seconds(1);
constexpr auto kChoiceInterval = std::chrono::milliseconds(200);
constexpr std::size_t kMaxCatchUp = 40 * 1024;  // bytes of a run: 2.5 s of the smallest layer
constexpr std::size_t kMaxPictures = 60;        // some 40 ms of decoding
constexpr std::size_t kMaxCompound = 1100;      // bytes before SRTCP's index and tag
constexpr const char* kCname = "huiban";
constexpr std::size_t kMaxRepairs = 64;  // per NACK packet: more is an outage that a keyframe mends

Loss loss_of(const Subscription& subscription) {
  return subscription.kind() == MediaKind::kVideo ? Loss::kMay : Loss::kKeep;
}

}  // namespace

const Peer::UplinkStream* Peer::uplink_for(const RtpHeader& header) {
  for (const UplinkStream& stream : uplink_streams_)
    if (stream.ssrc == header.ssrc) return &stream;
  return learn_uplink(header);
}

// RFC 8843 section 9.2: by MID, then by announced SSRC, then by payload type where it tells. The
// encoding of a simulcast picture tells itself by RID, its repairs by the repaired RID (RFC 8852).
const Peer::UplinkStream* Peer::learn_uplink(const RtpHeader& header) {
  Uplink* by_mid = nullptr;
  Uplink* by_ssrc = nullptr;
  Uplink* by_type = nullptr;
  std::size_t same_type = 0;
  std::uint32_t repaired_ssrc = 0;
  for (Uplink& uplink : uplinks_) {
    const SdpLine& line = *uplink.line;
    const auto mid = text_extension(header, line.mid_id);
    if (!mid.empty() && mid == line.mid) by_mid = &uplink;
    for (const std::uint32_t ssrc : line.remote_ssrcs)
      if (ssrc == header.ssrc) by_ssrc = &uplink;
    for (const auto& [primary, repair] : line.remote_repairs)
      if (repair == header.ssrc) repaired_ssrc = primary;
    if (header.payload_type == line.codec.payload_type ||
        (header.payload_type == line.rtx_payload_type && line.rtx_payload_type != 0)) {
      by_type = &uplink;
      ++same_type;
    }
  }
  Uplink* uplink = by_mid != nullptr ? by_mid : by_ssrc;
  if (uplink == nullptr && same_type == 1) uplink = by_type;
  if (uplink == nullptr) return nullptr;
  const SdpLine& line = *uplink->line;
  const bool rtx = line.rtx_payload_type != 0 && header.payload_type == line.rtx_payload_type;
  if (!rtx && header.payload_type != line.codec.payload_type) return nullptr;
  Layer layer = 0;
  if (!line.rids.empty()) {
    const auto rid = text_extension(header, rtx ? line.repaired_rid_id : line.rid_id);
    const auto found = std::find(line.rids.begin(), line.rids.end(), rid);
    if (found == line.rids.end()) return nullptr;
    layer = Layer(found - line.rids.begin());
  } else if (rtx && repaired_ssrc == 0 && !line.remote_repairs.empty()) {
    return nullptr;
  }
  // One stream per encoding: a new SSRC (a track was replaced) takes the place of the old one.
  std::erase_if(uplink_streams_, [&](const UplinkStream& old) {
    return old.uplink == uplink && old.layer == layer && old.rtx == rtx;
  });
  if (!rtx) uplink->streams[layer].emplace(header.ssrc, line.kind);
  uplink_streams_.push_back({header.ssrc, uplink, layer, rtx});
  return &uplink_streams_.back();
}

namespace {

// RFC 4588 section 4: takes the original number out of the payload and puts the packet together as
// it was first sent. Empty: nothing but padding.
std::span<std::uint8_t> unwrap_rtx(std::span<std::uint8_t> packet, const RtpHeader& header,
                                   std::uint32_t ssrc, std::uint8_t payload_type) {
  if (packet.size() < header.size + header.padding + 3) return {};
  const std::uint16_t sequence = wire::get16(&packet[header.size]);
  std::memmove(&packet[2], &packet[0], header.size);
  packet = packet.subspan(2);
  packet[1] = std::uint8_t((packet[1] & 0x80) | payload_type);
  wire::put16(&packet[2], sequence);
  wire::put32(&packet[8], ssrc);
  return packet;
}

}  // namespace

void Peer::on_rtp(std::span<std::uint8_t> packet, Instant now) {
  if (state_ != State::kConnected) return;
  const std::size_t size = srtp_->unprotect_rtp(packet);
  if (size == 0) return;
  auto clear = packet.first(size);
  auto header = parse_rtp(clear);
  if (!header) return;
  heard(now, true);
  ++stats_.packets_in;
  stats_.bytes_in += packet.size();
  const UplinkStream* stream = uplink_for(*header);
  if (stream == nullptr) return;
  const SdpLine& line = *stream->uplink->line;
  auto& primary = stream->uplink->streams[stream->layer];
  if (stream->rtx) {
    if (!primary || header->payload_type != line.rtx_payload_type) return;
    clear = unwrap_rtx(clear, *header, primary->ssrc(), line.codec.payload_type);
    if (clear.empty() || !(header = parse_rtp(clear))) return;
    primary->on_repair(header->sequence);
  } else {
    if (header->payload_type != line.codec.payload_type) return;
    primary->on_packet(header->sequence, header->timestamp, now);
    if (line.kind == MediaKind::kVideo && primary->anything_missing() &&
        !std::exchange(gaps_, true))
      host_.gaps(*this);
  }
  Source* source = host_.find_source(line.source);
  if (source == nullptr || source->publisher != id()) return;
  SourceLayer* layer = source->layer(stream->layer);
  if (layer == nullptr) return;
  layer->publisher_ssrc = header->ssrc;
  if (const auto level = audio_level(*header, line.audio_level_id))
    source->note_level(level->dbov, now);
  host_.received(*this, *layer, clear);
}

void Peer::on_rtcp(std::span<std::uint8_t> packet, Instant now) {
  if (state_ != State::kConnected) return;
  const std::size_t size = srtp_->unprotect_rtcp(packet);
  if (size == 0) return;
  heard(now, true);
  stats_.bytes_in += packet.size();
  const auto items = parse_rtcp(packet.first(size));
  if (!items) return;
  for (const RtcpItem& item : *items) {
    if (const auto* sr = std::get_if<SenderReport>(&item)) {
      handle(*sr, now);
      for (const ReportBlock& block : sr->blocks) handle(block, now);
    } else if (const auto* rr = std::get_if<ReceiverReport>(&item)) {
      for (const ReportBlock& block : rr->blocks) handle(block, now);
    } else if (const auto* nack = std::get_if<Nack>(&item)) {
      handle(*nack, now);
    } else if (const auto* pli = std::get_if<Pli>(&item)) {
      wants_keyframe(pli->media);
    } else if (const auto* fir = std::get_if<Fir>(&item)) {
      for (const std::uint32_t ssrc : fir->media) wants_keyframe(ssrc);
    }
  }
}

void Peer::handle(const SenderReport& report, Instant now) {
  const auto found =
      std::find_if(uplink_streams_.begin(), uplink_streams_.end(),
                   [&](const UplinkStream& s) { return s.ssrc == report.ssrc && !s.rtx; });
  if (found == uplink_streams_.end()) return;
  found->uplink->streams[found->layer]->on_sender_report(report, now);
  // The least delay seen is taken for the difference of the clocks; it may creep up with their
  // drift.
  const auto theirs =
      std::chrono::duration_cast<std::chrono::nanoseconds>(from_ntp(report.ntp).time_since_epoch());
  const auto offset = std::chrono::nanoseconds(now.time_since_epoch()) - theirs;
  if (!clock_offset_ || offset < *clock_offset_ ||
      offset - *clock_offset_ > std::chrono::seconds(5))
    clock_offset_ = offset;
  else
    *clock_offset_ += (offset - *clock_offset_) / 64;
  Source* source = host_.find_source(found->uplink->line->source);
  if (source == nullptr || source->publisher != id()) return;
  source->layer(found->layer)
      ->note_sender_report(report.ssrc, report.rtp, Instant(theirs + *clock_offset_));
}

void Peer::handle(const ReportBlock& block, Instant now) {
  if (Subscription* subscription = slot_of(block.ssrc)) {
    subscription->note_report(block, ntp_time(now));
    stats_.loss_down = subscription->loss;
    if (subscription->rtt_ms > 0) stats_.rtt_ms = subscription->rtt_ms;
  }
}

void Peer::handle(const Nack& nack, Instant now) {
  Subscription* subscription = slot_of(nack.media);
  if (subscription == nullptr || !path_ || !host_.config().measures.nack) return;
  stats_.nacks_in += nack.sequences.size();
  std::size_t repairs = 0;
  for (const std::uint16_t sequence : nack.sequences) {
    std::uint8_t* out = host_.port().begin();
    const Rewritten packet = subscription->repair(sequence, now, out);
    if (packet.size == 0) continue;
    seal_and_commit(out, packet, now, loss_of(*subscription));
    ++stats_.repairs_out;
    if (++repairs == kMaxRepairs) break;
  }
}

void Peer::wants_keyframe(std::uint32_t ssrc) {
  ++stats_.plis_in;
  Subscription* subscription = slot_of(ssrc);
  if (subscription != nullptr && subscription->current() != nullptr)
    host_.request_keyframe(*subscription->current());
}

Subscription* Peer::slot_of(std::uint32_t ssrc) {
  const auto found = subscription_of_ssrc_.find(ssrc);
  return found != subscription_of_ssrc_.end() ? found->second : nullptr;
}

void Peer::seal_and_commit(std::uint8_t* out, const Rewritten& packet, Instant, Loss loss) {
  const std::size_t sealed =
      srtp_->seal_rtp(out, packet.header_size, packet.size, packet.ssrc, packet.index);
  if (sealed == 0) return;
  host_.port().commit(sealed, *path_, loss);
  stats_.bytes_out += sealed;
}

std::size_t Peer::send(Subscription& subscription, SourceLayer& layer, const StoredPacket& packet,
                       Instant now) {
  std::uint8_t* out = host_.port().begin();
  const Rewritten rewritten = subscription.rewrite(layer, packet, now, out);
  if (rewritten.size == 0) return 0;
  seal_and_commit(out, rewritten, now, loss_of(subscription));
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
  if (!std::exchange(unsettled_, true)) host_.unsettled(*this);
}

void Peer::limit(Rung ceiling) {
  ceiling_ = ceiling;
  if (!std::exchange(unsettled_, true)) host_.unsettled(*this);
}

std::uint32_t Peer::budget_kbps() const {
  return 0;
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
    demand.temporal_layers = std::max(demand.temporal_layers, layer.temporal_layers());
  }
  return demand;
}

void Peer::choose_layers(Instant now) {
  unsettled_ = false;
  next_choice_ = now + kChoiceInterval;
  if (state_ != State::kConnected || slots_.empty()) return;
  host_.demands.clear();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    host_.demands.push_back(demand_of(slots_[i], plan_.slots[i], now));
  allocator_.decide(budget_kbps(), ceiling_, host_.demands, now, host_.choices);
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (host_.demands[i].source && host_.demands[i].kind == MediaKind::kVideo)
      follow(slots_[i], i, host_.choices[i], now);
  if (std::exchange(rung_, allocator_.rung()) != rung_) host_.rung_changed(*this, rung_);
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
  subscription.show(layer);
  if (layer == nullptr || subscription.awaited() != layer) return;
  if (!start_at_keyframe(subscription, *layer, now)) host_.request_keyframe(*layer);
}

// A picture that is there since its last keyframe is seen at once, without asking for another.
bool Peer::start_at_keyframe(Subscription& subscription, SourceLayer& layer, Instant now) {
  const auto run = layer.since_keyframe();
  if (!run || !layer.live(now) || run->bytes > kMaxCatchUp || run->pictures > kMaxPictures)
    return false;
  subscription.begin_catch_up(layer, *run, now);
  for (std::int64_t sequence = run->first; sequence <= run->last; ++sequence)
    if (const StoredPacket* packet = layer.stored(sequence))
      send(subscription, layer, *packet, now);
  subscription.end_catch_up();
  return true;
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

std::vector<std::uint8_t> Peer::feedback_start() const {
  // RFC 4585 section 3.1: even urgent feedback goes in a compound that begins with a report.
  std::vector<std::uint8_t> out;
  out.reserve(256);
  append_rtcp(out, ReceiverReport{own_ssrc_, {}});
  append_rtcp(out, SourceDescription{own_ssrc_, kCname});
  return out;
}

void Peer::send_rtcp(std::vector<std::uint8_t>& compound) {
  if (state_ != State::kConnected || !path_) return;
  std::uint8_t* out = host_.port().begin();
  std::copy(compound.begin(), compound.end(), out);
  const std::size_t sealed = srtp_->protect_rtcp(out, compound.size());
  if (sealed == 0) return;
  host_.port().commit(sealed, *path_);
  stats_.bytes_out += sealed;
}

void Peer::send_pli(std::uint32_t ssrc) {
  auto compound = feedback_start();
  append_rtcp(compound, Pli{own_ssrc_, ssrc});
  send_rtcp(compound);
}

void Peer::send_nacks(Instant now) {
  gaps_ = false;
  // A repair cannot come sooner than a round trip; asked for again before, it comes twice.
  const Milliseconds again(std::max(50, static_cast<int>(stats_.rtt_ms * 1.1)));
  for (Uplink& uplink : uplinks_) {
    const auto& feedback = uplink.line->codec.feedback;
    if (uplink.line->kind != MediaKind::kVideo ||
        std::find(feedback.begin(), feedback.end(), "nack") == feedback.end())
      continue;
    for (auto& stream : uplink.streams) {
      if (!stream) continue;
      const auto missing = stream->missing(now, again);
      if (stream->anything_missing()) gaps_ = true;
      if (missing.empty()) continue;
      auto compound = feedback_start();
      append_rtcp(compound, Nack{own_ssrc_, stream->ssrc(), missing});
      send_rtcp(compound);
    }
  }
}

void Peer::send_reports(Instant now) {
  next_report_ = now + kReportInterval;
  std::vector<ReportBlock> blocks;
  std::vector<std::uint32_t> video;
  stats_.loss_up = 0;
  for (Uplink& uplink : uplinks_) {
    const auto& feedback = uplink.line->codec.feedback;
    const bool remb = std::find(feedback.begin(), feedback.end(), "goog-remb") != feedback.end();
    for (auto& stream : uplink.streams) {
      if (!stream) continue;
      blocks.push_back(stream->report(now));
      stats_.loss_up = std::max(stats_.loss_up, stream->loss());
      if (remb) video.push_back(stream->ssrc());
    }
  }
  std::vector<std::uint8_t> compound;
  append_rtcp(compound, ReceiverReport{own_ssrc_, std::move(blocks)});
  append_rtcp(compound, SourceDescription{own_ssrc_, kCname});
  if (!video.empty())
    append_rtcp(compound, Remb{own_ssrc_, plan_.up_cap_kbps * std::uint64_t{1000}, video});
  for (const Slot& slot : slots_) {
    if (!slot.subscription) continue;
    const auto report = slot.subscription->sender_report(now);
    if (!report) continue;
    if (compound.size() + 60 > kMaxCompound) {
      send_rtcp(compound);
      compound.clear();
    }
    append_rtcp(compound, *report);
    append_rtcp(compound, SourceDescription{report->ssrc, kCname});
  }
  send_rtcp(compound);
}

PeerStats Peer::stats(Instant now) const {
  PeerStats stats = stats_;
  stats.peer = id();
  for (const Uplink& uplink : uplinks_)
    for (const auto& stream : uplink.streams)
      if (stream) stats.jitter_ms = std::max(stats.jitter_ms, stream->jitter_ms());
  if (uplinks_.empty())
    for (const Slot& slot : slots_)
      if (slot.subscription)
        stats.jitter_ms = std::max(stats.jitter_ms, slot.subscription->jitter_ms);
  stats.rung = rung_;
  stats.tcp = path_ && path_->connection != 0;
  stats.since_last_packet = std::chrono::duration_cast<Milliseconds>(now - last_heard_);
  return stats;
}

}  // namespace huiban::rtc
