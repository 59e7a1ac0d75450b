// What a peer sends us once it has keys: its streams and its reports.
#include <algorithm>
#include <cstring>
#include <utility>

#include "rtc/peer.h"
#include "rtc/rtp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kMaxRepairs = 64;  // per NACK packet: more is an outage that a keyframe mends

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
    layer = uplink->layer_of_rid[std::size_t(found - line.rids.begin())];
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

void Peer::on_rtp(std::span<std::uint8_t> packet, Instant now, Instant arrived) {
  if (state_ != State::kConnected) return;
  const std::size_t size = srtp_->unprotect_rtp(packet);
  if (size == 0) return;
  auto clear = packet.first(size);
  auto header = parse_rtp(clear);
  if (!header) return;
  heard(now, true);
  ++stats_.packets_in;
  stats_.bytes_in += packet.size();
  if (wide_id_in_ != 0)
    if (const auto number = find_extension(*header, wide_id_in_); number && number->size() == 2)
      wide_in_.on_packet(wire::get16(number->data()), arrived);
  const UplinkStream* stream = uplink_for(*header);
  if (stream == nullptr) return;
  const SdpLine& line = *stream->uplink->line;
  auto& primary = stream->uplink->streams[stream->layer];
  if (stream->rtx) {
    if (!primary || header->payload_type != line.rtx_payload_type) return;
    clear = unwrap_rtx(clear, *header, primary->ssrc(), line.codec.payload_type);
    if (clear.empty() || !(header = parse_rtp(clear))) return;
    if (!primary->on_repair(header->sequence, now)) return;
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
    } else if (const auto* feedback = std::get_if<TransportFeedback>(&item)) {
      handle(*feedback, now);
    } else if (const auto* pli = std::get_if<Pli>(&item)) {
      wants_keyframe(pli->media, now);
    } else if (const auto* fir = std::get_if<Fir>(&item)) {
      for (const std::uint32_t ssrc : fir->media) wants_keyframe(ssrc, now);
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
    if (!wide_numbers_) estimator_.on_report(subscription->loss, subscription->rtt_ms, now);
  }
}

void Peer::handle(const TransportFeedback& feedback, Instant now) {
  host_.results.clear();
  wide_out_.on_feedback(feedback, host_.results);
  estimator_.on_results(host_.results, now);
  pacer_.set_line(budget_kbps(), estimator_.filling());
  if (estimator_.take_fall()) on_fall(now);
  // A line that carries less than thought shall not be filled until the next regular choice.
  if (estimator_.estimate_kbps() < allocator_.used_kbps()) unsettle();
}

// The line carries a fraction of what was sent: what waits for it will not be in time, and sound
// comes through only if the bigger pictures end at once.
void Peer::on_fall(Instant now) {
  if (!host_.config().measures.estimator) return;
  redundancy_ = {};  // what the line loses now is to be seen anew
  pacer_.drop();
  const std::uint64_t dropped = pacer_.take_dropped();
  for (std::size_t i = 0; i < std::min<std::size_t>(slots_.size(), 64); ++i)
    if ((dropped >> i & 1) && slots_[i].subscription) slots_[i].subscription->restart();
  fell_ = true;
  choose_layers(now);
  fell_ = false;
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
    seal_and_commit(out, packet, subscription->slot, true, now);
    ++stats_.repairs_out;
    if (++repairs == kMaxRepairs) break;
  }
}

void Peer::wants_keyframe(std::uint32_t ssrc, Instant now) {
  ++stats_.plis_in;
  Subscription* subscription = slot_of(ssrc);
  if (subscription != nullptr && subscription->current() != nullptr) refresh(*subscription, now);
}

// Layers are numbered by the size of their pictures. Until keyframes tell it, the offer's order is
// taken, in which browsers and others put the smallest first or last as they like.
void Peer::order_layers() {
  for (Uplink& uplink : uplinks_) {
    const std::size_t count = uplink.line->rids.size();
    Source* source = count > 1 ? host_.find_source(uplink.line->source) : nullptr;
    if (source == nullptr || source->publisher != id()) continue;
    for (Layer a = 0; a + 1 < count; ++a)
      for (Layer b = a + 1; b < count; ++b)
        if (source->layer(b)->area != 0 && source->layer(a)->area > source->layer(b)->area)
          swap_layers(uplink, *source, a, b);
  }
}

// Their next packets begin new generations, which wait for a keyframe.
void Peer::swap_layers(Uplink& uplink, Source& source, Layer a, Layer b) {
  const auto other = [a, b](Layer layer) { return layer == a ? b : layer == b ? a : layer; };
  for (Layer& layer : uplink.layer_of_rid) layer = other(layer);
  for (UplinkStream& stream : uplink_streams_)
    if (stream.uplink == &uplink) stream.layer = other(stream.layer);
  std::swap(uplink.streams[a], uplink.streams[b]);
  std::swap(source.layer(a)->publisher_ssrc, source.layer(b)->publisher_ssrc);
  std::swap(source.layer(a)->area, source.layer(b)->area);
  for (const Layer layer : {a, b}) {
    source.layer(layer)->begin_generation();
    host_.request_keyframe(*source.layer(layer));
  }
}

Subscription* Peer::slot_of(std::uint32_t ssrc) {
  const auto found = subscription_of_ssrc_.find(ssrc);
  return found != subscription_of_ssrc_.end() ? found->second : nullptr;
}

}  // namespace huiban::rtc
