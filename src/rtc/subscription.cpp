#include "rtc/subscription.h"

#include <algorithm>
#include <cstring>

#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

// Our extended numbers begin above zero, so that sixteen bits may be looked up below the first.
constexpr std::int64_t kFirstIndex = 0x10000;

}  // namespace

Subscription::Subscription(const SubscriptionFormat& format, std::uint16_t first_sequence,
                           std::uint32_t first_timestamp)
    : format_(format),
      // Half of the 16-bit range, so that early reordering cannot step below zero (RFC 3711
      // section 3.3.1).
      last_out_(kFirstIndex + (first_sequence & 0x7fff)),
      last_timestamp_(first_timestamp),
      last_picture_id_(first_sequence & 0x7fff) {
  header_[0] = 0x80;
  wire::put32(&header_[8], format_.ssrc);
  header_size_ = 12;
  const std::size_t length = format_.mid.size();
  if (format_.mid_id == 0 || length == 0 || length > 16) return;
  header_[0] |= 0x10;
  const std::size_t words = (1 + length + 3) / 4;
  wire::put16(&header_[12], 0xbede);
  wire::put16(&header_[14], std::uint32_t(words));
  header_[16] = std::uint8_t(format_.mid_id << 4 | (length - 1));
  std::memcpy(&header_[17], format_.mid.data(), length);
  header_size_ = 16 + 4 * words;
}

Subscription::~Subscription() {
  for (Source* source : {current_, next_})
    if (source != nullptr) std::erase(source->subscribers, this);
}

void Subscription::show(Source* source) {
  const auto leave = [this](Source*& held, const Source* other) {
    if (held != nullptr && held != other) std::erase(held->subscribers, this);
    held = nullptr;
  };
  if (source == current_) {
    leave(next_, current_);
    return;
  }
  if (source == next_ && source != nullptr) return;
  leave(next_, current_);
  if (source == nullptr) {
    leave(current_, nullptr);
    announced_ = nullptr;
    return;
  }
  source->subscribers.push_back(this);
  const bool flowing = current_ != nullptr && awaited() == nullptr;
  if (kind() == MediaKind::kAudio || !flowing) {
    leave(current_, nullptr);
    current_ = source;
  } else {
    next_ = source;
  }
}

void Subscription::detach(Source& source) {
  std::erase(source.subscribers, this);
  if (current_ == &source) {
    current_ = next_;
    next_ = nullptr;
  }
  if (next_ == &source) next_ = nullptr;
  if (announced_ == &source) announced_ = nullptr;
  for (Epoch& e : epochs_)
    if (e.source == &source) e.source = nullptr;
}

Source* Subscription::awaited() const {
  if (kind() == MediaKind::kAudio) return nullptr;
  if (next_ != nullptr) return next_;
  if (current_ == nullptr) return nullptr;
  const bool flowing = epoch().source == current_ && epoch().generation == current_->generation();
  return flowing ? nullptr : current_;
}

Rewritten Subscription::rewrite(Source& source, const StoredPacket& packet, Instant now,
                                std::uint8_t* out) {
  const bool startable =
      kind() == MediaKind::kAudio || (packet.vp8.has_value() && packet.vp8->keyframe);
  if (&source == next_) {
    if (!startable) return {};
    if (current_ != nullptr) std::erase(current_->subscribers, this);
    current_ = next_;
    next_ = nullptr;
    begin_epoch(source, packet, now);
  } else if (&source != current_) {
    return {};
  } else if (epoch().source != &source || epoch().generation != source.generation()) {
    if (!startable) return {};
    begin_epoch(source, packet, now);
  }
  Epoch& e = epoch();
  if (packet.sequence < e.first_in) return {};  // older than the base of the switch
  const Rewritten written = write(e, packet, out);
  const std::int64_t sequence = packet.sequence + e.sequence_shift;
  if (sequence > last_out_) {
    last_out_ = sequence;
    e.last_out = sequence;
    last_in_timestamp_ = packet.timestamp;
    last_timestamp_ = packet.timestamp + e.timestamp_shift;
    last_sent_ = now;
    if (packet.vp8) {
      if (packet.vp8->has_picture_id)
        last_picture_id_ = std::uint16_t((packet.vp8->picture_id + e.picture_id_shift) & 0x7fff);
      if (packet.vp8->has_tl0) last_tl0_ = std::uint8_t(packet.vp8->tl0 + e.tl0_shift);
    }
  }
  ++packets;
  octets += std::uint32_t(packet.payload.size());
  if (announced_ != &source) {
    announced_ = &source;
    shown_ = true;
  }
  return written;
}

void Subscription::begin_epoch(Source& source, const StoredPacket& first, Instant now) {
  const std::uint32_t timestamp = continued_timestamp(source, first, now);
  ++epoch_count_;
  Epoch& e = epoch();
  e = Epoch{};
  e.source = &source;
  e.generation = source.generation();
  e.first_in = first.sequence;
  e.first_out = last_out_ + 1;
  e.sequence_shift = e.first_out - first.sequence;
  e.timestamp_shift = timestamp - first.timestamp;
  if (first.vp8) {
    if (first.vp8->has_picture_id)
      e.picture_id_shift = std::uint16_t((last_picture_id_ + 1 - first.vp8->picture_id) & 0x7fff);
    if (first.vp8->has_tl0) e.tl0_shift = std::uint8_t(last_tl0_ + 1 - first.vp8->tl0);
  }
}

std::uint32_t Subscription::continued_timestamp(const Source& source, const StoredPacket& first,
                                                Instant now) const {
  if (last_sent_ == Instant{}) return last_timestamp_;
  auto elapsed = std::chrono::nanoseconds(now - last_sent_);
  // Between capture times where both are known, so that sound and picture of one venue stay
  // together.
  const Source* before = epoch().source;
  if (before != nullptr && epoch().generation == before->generation()) {
    const auto from = before->capture_time(last_in_timestamp_);
    const auto to = source.capture_time(first.timestamp);
    // A sender report that is off by more than a second is not believed.
    if (from && to && std::chrono::abs((*to - *from) - elapsed) < std::chrono::seconds(1))
      elapsed = *to - *from;
  }
  elapsed = std::max<std::chrono::nanoseconds>(elapsed, std::chrono::milliseconds(1));
  return last_timestamp_ + std::uint32_t(to_rtp_units(elapsed, kind()));
}

Rewritten Subscription::write(const Epoch& e, const StoredPacket& packet, std::uint8_t* out) const {
  std::memcpy(out, header_.data(), header_size_);
  if (packet.padded) out[0] |= 0x20;
  out[1] = std::uint8_t((packet.marker ? 0x80 : 0) | format_.payload_type);
  wire::put16(out + 2, std::uint16_t(packet.sequence + e.sequence_shift));
  wire::put32(out + 4, packet.timestamp + e.timestamp_shift);
  std::uint8_t* payload = out + header_size_;
  if (!packet.payload.empty()) std::memcpy(payload, packet.payload.data(), packet.payload.size());
  if (packet.vp8) shift_vp8(payload, *packet.vp8, e.picture_id_shift, e.tl0_shift);
  return {header_size_ + packet.payload.size(), header_size_,
          std::uint64_t(packet.sequence + e.sequence_shift - kFirstIndex)};
}

bool Subscription::take_shown() {
  return std::exchange(shown_, false);
}

Rewritten Subscription::repair(std::uint16_t sequence, Instant now, std::uint8_t* out) {
  const std::int64_t wanted = wire::extend16(last_out_, sequence);
  for (const Epoch& e : epochs_) {
    if (e.source == nullptr || wanted < e.first_out || wanted > e.last_out) continue;
    const StoredPacket* packet = e.source->find(e.generation, wanted - e.sequence_shift, now);
    return packet != nullptr ? write(e, *packet, out) : Rewritten{};
  }
  return {};
}

std::optional<SenderReport> Subscription::sender_report(Instant now) const {
  if (current_ == nullptr || last_sent_ == Instant{} || epoch().source != current_)
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
