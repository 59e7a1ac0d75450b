// What a peer sends and receives once it has keys.
#include <algorithm>
#include <utility>

#include "rtc/peer.h"
#include "rtc/rtp.h"

namespace huiban::rtc {
namespace {

constexpr auto kReportInterval = std::chrono::seconds(1);
constexpr std::size_t kMaxCompound = 1100;  // bytes before SRTCP's index and tag
constexpr const char* kCname = "huiban";
constexpr std::size_t kMaxRepairs = 64;  // per NACK packet: more is an outage that a keyframe mends

}  // namespace

Peer::Uplink* Peer::uplink_for(const RtpHeader& header) {
  if (const auto found = uplink_of_ssrc_.find(header.ssrc); found != uplink_of_ssrc_.end())
    return found->second;
  // RFC 8843 section 9.2: by MID, then by announced SSRC, then by payload type where it tells.
  Uplink* by_mid = nullptr;
  Uplink* by_ssrc = nullptr;
  Uplink* by_type = nullptr;
  std::size_t same_type = 0;
  for (Uplink& uplink : uplinks_) {
    const SdpLine& line = *uplink.line;
    const auto mid = text_extension(header, line.mid_id);
    if (!mid.empty() && mid == line.mid) by_mid = &uplink;
    if (std::find(line.remote_ssrcs.begin(), line.remote_ssrcs.end(), header.ssrc) !=
        line.remote_ssrcs.end())
      by_ssrc = &uplink;
    if (line.codec.payload_type == header.payload_type) {
      by_type = &uplink;
      ++same_type;
    }
  }
  Uplink* uplink = by_mid != nullptr ? by_mid : by_ssrc;
  if (uplink == nullptr && same_type == 1) uplink = by_type;
  if (uplink == nullptr || uplink->line->codec.payload_type != header.payload_type) return nullptr;
  // One stream per line: a new SSRC (a track was replaced) takes the place of the old one.
  if (uplink->stream) uplink_of_ssrc_.erase(uplink->stream->ssrc());
  uplink->stream.emplace(header.ssrc, uplink->line->kind);
  uplink_of_ssrc_[header.ssrc] = uplink;
  return uplink;
}

void Peer::on_rtp(std::span<std::uint8_t> packet, Instant now) {
  if (state_ != State::kConnected) return;
  const std::size_t size = srtp_->unprotect_rtp(packet);
  if (size == 0) return;
  const auto clear = std::span<const std::uint8_t>(packet.first(size));
  const auto header = parse_rtp(clear);
  if (!header) return;
  heard(now, true);
  ++stats_.packets_in;
  stats_.bytes_in += packet.size();
  Uplink* uplink = uplink_for(*header);
  if (uplink == nullptr || uplink->line->codec.payload_type != header->payload_type) return;
  uplink->stream->on_packet(header->sequence, header->timestamp, now);
  if (uplink->line->kind == MediaKind::kVideo && uplink->stream->anything_missing() &&
      !std::exchange(gaps_, true))
    host_.gaps(*this);
  Source* source = host_.find_source(uplink->line->source);
  if (source == nullptr || source->publisher != id()) return;
  source->publisher_ssrc = header->ssrc;
  if (const auto level = audio_level(*header, uplink->line->audio_level_id))
    source->note_level(level->dbov, now);
  host_.received(*this, *source, clear);
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
  const auto found = uplink_of_ssrc_.find(report.ssrc);
  if (found == uplink_of_ssrc_.end()) return;
  found->second->stream->on_sender_report(report, now);
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
  Source* source = host_.find_source(found->second->line->source);
  if (source == nullptr || source->publisher != id()) return;
  source->note_sender_report(report.ssrc, report.rtp, Instant(theirs + *clock_offset_));
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
  if (subscription == nullptr || !path_ || !host_.config().nack) return;
  stats_.nacks_in += nack.sequences.size();
  std::size_t repairs = 0;
  for (const std::uint16_t sequence : nack.sequences) {
    std::uint8_t* out = host_.port().begin();
    const Rewritten packet = subscription->repair(sequence, now, out);
    if (packet.size == 0) continue;
    const std::size_t sealed =
        srtp_->seal_rtp(out, packet.header_size, packet.size, subscription->ssrc(), packet.index);
    if (sealed == 0) continue;
    host_.port().commit(sealed, *path_);
    ++stats_.repairs_out;
    stats_.bytes_out += sealed;
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

std::size_t Peer::send(Subscription& subscription, Source& source, const StoredPacket& packet,
                       Instant now) {
  std::uint8_t* out = host_.port().begin();
  const Rewritten rewritten = subscription.rewrite(source, packet, now, out);
  if (rewritten.size == 0) return 0;
  const std::size_t sealed = srtp_->seal_rtp(out, rewritten.header_size, rewritten.size,
                                             subscription.ssrc(), rewritten.index);
  if (sealed == 0) return 0;
  host_.port().commit(sealed, *path_);
  ++stats_.packets_out;
  stats_.bytes_out += sealed;
  if (subscription.take_shown()) host_.shown(*this, subscription.slot, source.id());
  return sealed;
}

void Peer::show(std::size_t index, std::optional<SourceId> id) {
  if (index >= slots_.size()) return;
  Slot& slot = slots_[index];
  slot.wanted = id;
  if (state_ != State::kConnected || !slot.subscription) return;
  Source* source = id ? host_.find_source(*id) : nullptr;
  if (source != nullptr && source->kind() != slot.subscription->kind()) source = nullptr;
  if (id && source == nullptr) return;  // it may be added later; what is shown stays
  slot.subscription->show(source);
  if (source == nullptr) host_.shown(*this, index, std::nullopt);
  if (Source* awaited = slot.subscription->awaited()) host_.request_keyframe(*awaited);
}

void Peer::forget(Source& source) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.wanted == source.id()) slot.wanted.reset();
    if (!slot.subscription) continue;
    const bool had = slot.subscription->current() == &source;
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
  for (Uplink& uplink : uplinks_) {
    if (!uplink.stream || uplink.line->kind != MediaKind::kVideo) continue;
    const auto& feedback = uplink.line->codec.feedback;
    if (std::find(feedback.begin(), feedback.end(), "nack") == feedback.end()) continue;
    const auto missing = uplink.stream->missing(now, Milliseconds(50));
    if (uplink.stream->anything_missing()) gaps_ = true;
    if (missing.empty()) continue;
    auto compound = feedback_start();
    append_rtcp(compound, Nack{own_ssrc_, uplink.stream->ssrc(), missing});
    send_rtcp(compound);
  }
}

void Peer::send_reports(Instant now) {
  next_report_ = now + kReportInterval;
  std::vector<ReportBlock> blocks;
  std::vector<std::uint32_t> video;
  stats_.loss_up = 0;
  for (Uplink& uplink : uplinks_) {
    if (!uplink.stream) continue;
    blocks.push_back(uplink.stream->report(now));
    stats_.loss_up = std::max(stats_.loss_up, uplink.stream->loss());
    const auto& feedback = uplink.line->codec.feedback;
    if (std::find(feedback.begin(), feedback.end(), "goog-remb") != feedback.end())
      video.push_back(uplink.stream->ssrc());
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
    if (uplink.stream) stats.jitter_ms = std::max(stats.jitter_ms, uplink.stream->jitter_ms());
  if (uplinks_.empty())
    for (const Slot& slot : slots_)
      if (slot.subscription)
        stats.jitter_ms = std::max(stats.jitter_ms, slot.subscription->jitter_ms);
  stats.since_last_packet = std::chrono::duration_cast<Milliseconds>(now - last_heard_);
  return stats;
}

}  // namespace huiban::rtc
