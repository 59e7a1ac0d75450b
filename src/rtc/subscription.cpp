#include "rtc/subscription.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "rtc/red.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

// Our extended numbers begin above zero, so that sixteen bits may be looked up below the first.
constexpr std::int64_t kFirstIndex = 0x10000;
constexpr std::uint8_t kPadding = 224;      // bytes of one packet of padding
constexpr std::uint32_t kCatchUpStep = 90;  // 1 ms between the pictures of a run

}  // namespace

Subscription::Subscription(const SubscriptionFormat& format, std::uint16_t first_sequence,
                           std::uint32_t first_timestamp)
    : format_(format),
      // Half of the 16-bit range, so that early reordering cannot step below zero (RFC 3711
      // section 3.3.1).
      last_out_(kFirstIndex + (first_sequence & 0x7fff)),
      last_timestamp_(first_timestamp),
      last_picture_id_(first_sequence & 0x7fff),
      rtx_sequence_(first_sequence & 0x7fff) {
  header_[0] = 0x80;
  wire::put32(&header_[8], format_.ssrc);
  const bool mid = format_.mid_id != 0 && !format_.mid.empty() && format_.mid.size() <= 16;
  const std::size_t length = (mid ? 1 + format_.mid.size() : 0) + (format_.wide_id != 0 ? 3 : 0);
  if (length == 0) return;
  header_[0] |= 0x10;
  wire::put16(&header_[12], 0xbede);  // RFC 8285, one-byte form
  wire::put16(&header_[14], std::uint32_t((length + 3) / 4));
  std::size_t at = 16;
  if (format_.wide_id != 0) {
    header_[at] = std::uint8_t(format_.wide_id << 4 | 1);
    wide_at_ = at + 1;
    at += 3;
  }
  if (mid) {
    header_[at] = std::uint8_t(format_.mid_id << 4 | (format_.mid.size() - 1));
    std::memcpy(&header_[at + 1], format_.mid.data(), format_.mid.size());
  }
  header_size_ = 16 + (length + 3) / 4 * 4;
}

Subscription::~Subscription() {
  for (SourceLayer* layer : {current_, next_})
    if (layer != nullptr) std::erase(layer->subscribers, this);
}

void Subscription::show(SourceLayer* layer) {
  const auto leave = [this](SourceLayer*& held, const SourceLayer* other) {
    if (held != nullptr && held != other) std::erase(held->subscribers, this);
    held = nullptr;
  };
  if (layer == current_) {
    leave(next_, current_);
    return;
  }
  if (layer == next_ && layer != nullptr) return;
  leave(next_, current_);
  if (layer == nullptr) {
    leave(current_, nullptr);
    announced_ = nullptr;
    // The layer's numbers run on unseen: continuing with them later could be a jump over which the
    // receiver loses count of the rollovers (RFC 3711 section 3.3.1).
    epoch().over = true;
    return;
  }
  layer->subscribers.push_back(this);
  const bool flowing = current_ != nullptr && awaited() == nullptr;
  if (kind() == MediaKind::kAudio || !flowing) {
    leave(current_, nullptr);
    current_ = layer;
  } else {
    next_ = layer;
  }
}

void Subscription::detach(Source& source) {
  const auto is_of = [&source](const SourceLayer* layer) {
    return layer != nullptr && &layer->source() == &source;
  };
  for (const auto& layer : source.layers()) std::erase(layer->subscribers, this);
  if (is_of(next_)) next_ = nullptr;
  if (is_of(current_)) current_ = std::exchange(next_, nullptr);
  if (announced_ == &source) announced_ = nullptr;
  for (Epoch& e : epochs_)
    if (is_of(e.layer)) e.layer = nullptr;
}

SourceLayer* Subscription::awaited() const {
  if (kind() == MediaKind::kAudio) return nullptr;
  if (next_ != nullptr) return next_;
  if (current_ == nullptr) return nullptr;
  return flows(*current_) ? nullptr : current_;
}

bool Subscription::flows(const SourceLayer& layer) const {
  const Epoch& e = epoch();
  return e.layer == &layer && e.generation == layer.generation() && !e.over;
}

Rewritten Subscription::rewrite(SourceLayer& layer, const StoredPacket& packet, Instant now,
                                std::uint8_t* out) {
  const bool startable = kind() == MediaKind::kAudio || packet.keyframe();
  if (&layer == next_) {
    if (!startable) return {};
    if (current_ != nullptr) std::erase(current_->subscribers, this);
    current_ = std::exchange(next_, nullptr);
    begin_epoch(layer, packet, now);
  } else if (&layer != current_) {
    return {};
  } else if (!flows(layer)) {
    if (!startable) return {};
    begin_epoch(layer, packet, now);
  }
  Epoch& e = epoch();
  if (packet.sequence < e.first_in) return {};  // older than the base of the switch
  std::int64_t sequence_shift = e.sequence_shift;
  std::uint16_t picture_id_shift = e.picture_id_shift;
  if (packet.sequence > e.highest_in) {
    if (packet.is_vp8 && leaves_out(e, packet)) return {};
    e.highest_in = packet.sequence;
  } else if (!shift_late(packet, sequence_shift, picture_id_shift)) {
    return {};
  }
  std::uint32_t timestamp = packet.timestamp + e.timestamp_shift;
  if (catch_up_) {
    if (packet.timestamp != catch_up_->last_in_timestamp) {
      catch_up_->next_timestamp += catch_up_->step;
      catch_up_->last_in_timestamp = packet.timestamp;
    }
    timestamp = catch_up_->next_timestamp;
  }
  const std::int64_t sequence = packet.sequence + sequence_shift;
  const std::size_t header_size = write_header(out, packet, sequence, timestamp);
  std::uint8_t* payload = out + header_size;
  std::size_t size = 0;
  if (redundancy_ > 0) size = write_redundant(out, layer, e, packet);
  if (size == 0) {
    size = packet.size;
    if (size != 0) std::memcpy(payload, packet.bytes, size);
  }
  if (packet.is_vp8) {
    Sent sent{0, std::uint16_t(packet.sequence), timestamp};
    sent.picture_id = std::uint16_t((packet.vp8.picture_id + picture_id_shift) & 0x7fff);
    sent.tl0 = std::uint8_t(packet.vp8.tl0 + e.tl0_shift);
    sent.epoch = std::uint8_t(epoch_count_);
    rewrite_vp8(payload, packet.vp8, sent.picture_id, sent.tl0);
    remember(sequence, sent);
    if (sequence > last_out_) {
      if (packet.vp8.has_picture_id) last_picture_id_ = sent.picture_id;
      if (packet.vp8.has_tl0) last_tl0_ = sent.tl0;
    }
  } else if (kind() == MediaKind::kVideo) {
    remember(sequence, {0, std::uint16_t(packet.sequence), timestamp, 0, 0,
                        std::uint8_t(epoch_count_)});
  }
  if (sequence > last_out_) {
    last_out_ = sequence;
    e.last_out = sequence;
    last_in_timestamp_ = packet.timestamp;
    last_timestamp_ = timestamp;
    last_sent_ = now;
  }
  ++packets;
  octets += std::uint32_t(size);
  if (announced_ != &layer.source()) {
    announced_ = &layer.source();
    shown_ = true;
  }
  return {header_size + size, header_size, wide_at_, format_.ssrc,
          std::uint64_t(sequence - kFirstIndex)};
}

void Subscription::begin_epoch(SourceLayer& layer, const StoredPacket& first, Instant now) {
  const std::uint32_t timestamp =
      catch_up_ ? catch_up_->next_timestamp : continued_timestamp(layer, first.timestamp, now);
  ++epoch_count_;
  Epoch& e = epoch();
  e = Epoch{};
  e.layer = &layer;
  e.generation = layer.generation();
  e.first_in = first.sequence;
  e.first_out = last_out_ + 1;
  e.sequence_shift = e.first_out - first.sequence;
  e.timestamp_shift = timestamp - first.timestamp;
  if (first.is_vp8) {
    if (first.vp8.has_picture_id)
      e.picture_id_shift = std::uint16_t((last_picture_id_ + 1 - first.vp8.picture_id) & 0x7fff);
    if (first.vp8.has_tl0) e.tl0_shift = std::uint8_t(last_tl0_ + 1 - first.vp8.tl0);
  }
  left_out_count_ = 0;
  temporal_ = wanted_temporal_;
  if (catch_up_) catch_up_->last_in_timestamp = first.timestamp;
}

std::uint32_t Subscription::continued_timestamp(const SourceLayer& layer, std::uint32_t first,
                                                Instant now) const {
  if (last_sent_ == Instant{}) return last_timestamp_;
  auto elapsed = std::chrono::nanoseconds(now - last_sent_);
  // Between capture times where both are known, so that sound and picture of one venue stay
  // together.
  const SourceLayer* before = epoch().layer;
  if (before != nullptr && epoch().generation == before->generation()) {
    const auto from = before->capture_time(last_in_timestamp_);
    const auto to = layer.capture_time(first);
    // A sender report that is off by more than a second is not believed.
    if (from && to && std::chrono::abs((*to - *from) - elapsed) < std::chrono::seconds(1))
      elapsed = *to - *from;
  }
  elapsed = std::max<std::chrono::nanoseconds>(elapsed, std::chrono::milliseconds(1));
  return last_timestamp_ + std::uint32_t(to_rtp_units(elapsed, kind()));
}

void Subscription::begin_catch_up(const SourceLayer& layer, const SourceLayer::Run& run,
                                  Instant now) {
  const StoredPacket* newest = layer.stored(run.last);
  if (newest == nullptr) return;
  const auto pictures = std::uint32_t(run.pictures);
  // The newest picture stands where it would stand in an unbroken stream, the others just before.
  std::uint32_t last = continued_timestamp(layer, newest->timestamp, now);
  const std::uint32_t room = last_sent_ == Instant{} ? kCatchUpStep * (pictures + 1)
                                                     : std::uint32_t(last - last_timestamp_);
  const std::uint32_t step = std::clamp<std::uint32_t>(room / (pictures + 1), 1, kCatchUpStep);
  if (room < step * (pictures + 1)) last += step * (pictures + 1) - room;
  catch_up_ = CatchUp{last - step * (pictures - 1), step, newest->timestamp};
}

void Subscription::end_catch_up() {
  if (catch_up_ && current_ != nullptr && epoch().layer == current_)
    epoch().timestamp_shift = last_timestamp_ - last_in_timestamp_;
  catch_up_.reset();
}

// In order of arrival, so that the numbers that follow close the gap.
bool Subscription::leaves_out(Epoch& e, const StoredPacket& packet) {
  const std::uint8_t layer = packet.vp8.temporal_layer;
  if (wanted_temporal_ < temporal_ && packet.vp8.starts_frame)
    temporal_ = wanted_temporal_;
  else if (wanted_temporal_ > temporal_ &&
           (packet.keyframe() ||
            (packet.vp8.starts_frame && packet.vp8.layer_sync && layer == temporal_ + 1)))
    temporal_ = packet.keyframe() ? wanted_temporal_ : layer;
  if (layer <= temporal_) return false;
  const bool new_picture = left_out_count_ == 0 || packet.timestamp != left_out_timestamp_;
  left_out_timestamp_ = packet.timestamp;
  if (left_out_.empty()) left_out_.resize(kLeftOut);
  left_out_[left_out_count_++ % kLeftOut] = {packet.sequence, new_picture};
  --e.sequence_shift;
  if (new_picture) --e.picture_id_shift;
  e.highest_in = packet.sequence;
  return true;
}

// The shifts that held at a packet that comes late. False: it was left out, or is too old to tell.
bool Subscription::shift_late(const StoredPacket& packet, std::int64_t& sequence_shift,
                              std::uint16_t& picture_id_shift) const {
  const std::size_t known = std::min(left_out_count_, kLeftOut);
  for (std::size_t i = 1; i <= known; ++i) {
    const LeftOut& one = left_out_[(left_out_count_ - i) % kLeftOut];
    if (one.sequence == packet.sequence) return false;
    if (one.sequence < packet.sequence) return true;
    ++sequence_shift;
    if (one.new_picture) ++picture_id_shift;
  }
  return left_out_count_ <= kLeftOut;
}

std::size_t Subscription::write_header(std::uint8_t* out, const StoredPacket& packet,
                                       std::int64_t sequence, std::uint32_t timestamp) const {
  std::memcpy(out, header_.data(), header_size_);
  if (packet.padded) out[0] |= 0x20;
  out[1] = std::uint8_t((packet.marker ? 0x80 : 0) | format_.payload_type);
  wire::put16(out + 2, std::uint16_t(sequence));
  wire::put32(out + 4, timestamp);
  return header_size_;
}

// The payload with what went before it, of the same epoch and as far as it is known. 0: the packet
// goes as it came.
std::size_t Subscription::write_redundant(std::uint8_t* out, const SourceLayer& layer,
                                          const Epoch& epoch, const StoredPacket& packet) const {
  if (!has_red() || packet.padded || packet.size == 0) return 0;
  std::array<RedBlock, Redundancy::kMost> blocks;
  std::size_t count = 0, bytes = 1 + packet.size;
  for (std::size_t back = std::min(redundancy_, blocks.size()); back > 0; --back) {
    const std::int64_t sequence = packet.sequence - std::int64_t(back);
    if (sequence < epoch.first_in) continue;
    const StoredPacket* const before = layer.stored(sequence);
    if (before == nullptr || before->padded || before->size == 0) continue;
    const std::uint32_t offset = packet.timestamp - before->timestamp;
    if (offset == 0 || offset > kMostRedOffset || before->size > kMostRedBlock ||
        bytes + red_size(before->size) > kMostRed)
      continue;
    bytes += red_size(before->size);
    blocks[count++] = {format_.payload_type, std::uint16_t(offset), before->payload()};
  }
  if (count == 0) return 0;
  out[1] = std::uint8_t((out[1] & 0x80) | format_.red_payload_type);
  return write_red(out + header_size_, std::span(blocks).first(count),
                   {format_.payload_type, 0, packet.payload()});
}

void Subscription::remember(std::int64_t sequence, Sent sent) {
  if (sent_.empty()) sent_.resize(kSent);
  sent.out_above = above_place(sequence);
  sent_[std::size_t(sequence) % kSent] = sent;
}

void Subscription::restart() {
  epoch().over = true;
  repaired_from_ = last_out_ + 1;
}

bool Subscription::take_shown() {
  return std::exchange(shown_, false);
}

Rewritten Subscription::repair(std::uint16_t sequence, Instant now, std::uint8_t* out) {
  const std::int64_t wanted = wire::extend16(last_out_, sequence);
  if (sent_.empty() || wanted > last_out_ || wanted < repaired_from_) return {};
  const Sent& sent = sent_[std::size_t(wanted) % kSent];
  if (sent.out_above != above_place(wanted)) return {};
  if (std::uint8_t(std::uint8_t(epoch_count_) - sent.epoch) >= epochs_.size()) return {};
  const Epoch& e = epochs_[sent.epoch % epochs_.size()];
  if (e.layer == nullptr || wanted < e.first_out || wanted > e.last_out) return {};
  const StoredPacket* packet =
      e.layer->find(e.generation, wire::extend16(e.highest_in, sent.in), now);
  if (packet == nullptr) return {};
  std::size_t header_size = write_header(out, *packet, wanted, sent.timestamp);
  Rewritten written{0, header_size, 0, format_.ssrc, std::uint64_t(wanted - kFirstIndex)};
  std::uint8_t* payload = out + header_size;
  if (has_rtx()) {  // RFC 4588 section 4: the original number before the payload
    out[1] = std::uint8_t((out[1] & 0x80) | format_.rtx_payload_type);
    wire::put16(out + 2, std::uint16_t(rtx_sequence_));
    wire::put32(out + 8, format_.rtx_ssrc);
    wire::put16(payload, std::uint16_t(wanted));
    payload += 2;
    written.wide_at = wide_at_;
    written.ssrc = format_.rtx_ssrc;
    written.index = rtx_sequence_++;
  }
  std::memcpy(payload, packet->bytes, packet->size);
  if (packet->is_vp8) rewrite_vp8(payload, packet->vp8, sent.picture_id, sent.tl0);
  written.size = std::size_t(payload - out) + packet->size;
  return written;
}

Rewritten Subscription::probe(std::size_t back, Instant now, std::uint8_t* out) {
  if (!has_rtx()) return {};
  const Rewritten again = repair(std::uint16_t(last_out_ - std::int64_t(back)), now, out);
  if (again.size != 0) return again;
  std::memcpy(out, header_.data(), header_size_);
  out[0] |= 0x20;
  out[1] = format_.rtx_payload_type;
  wire::put16(out + 2, std::uint16_t(rtx_sequence_));
  wire::put32(out + 4, last_timestamp_);
  wire::put32(out + 8, format_.rtx_ssrc);
  std::memset(out + header_size_, 0, kPadding);
  out[header_size_ + kPadding - 1] = kPadding;
  return {header_size_ + kPadding, header_size_, wide_at_, format_.rtx_ssrc, rtx_sequence_++};
}

std::optional<SenderReport> Subscription::sender_report(Instant now) const {
  if (current_ == nullptr || last_sent_ == Instant{} || epoch().layer != current_ || epoch().over)
    return std::nullopt;
  const auto timestamp = current_->timestamp_at(now);
  if (!timestamp) return std::nullopt;
  SenderReport report;
  report.ssrc = format_.ssrc;
  report.ntp = ntp_time(now);
  report.rtp = *timestamp + epoch().timestamp_shift;
  report.packets = packets;
  report.octets = octets;
  return report;
}

void Subscription::note_report(const ReportBlock& block, NtpTime now) {
  loss = block.fraction_lost / 256.0;
  jitter_ms = block.jitter * 1000.0 / double(clock_rate(kind()));
  if (block.last_sr == 0) return;
  // RFC 3550 section 6.4.1, in 1/65536 s.
  const std::uint32_t rtt = ntp_middle(now) - block.last_sr - block.delay_since_sr;
  if (rtt < 60u << 16) rtt_ms = rtt / 65.536;
}

}  // namespace huiban::rtc
