#include "rtc/source.h"

#include <algorithm>
#include <cstring>

#include "rtc/rtp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

// One second at 2 Mbit/s of video or 64 kbit/s of sound, and some.
constexpr std::size_t kVideoBytes = 288 * 1024, kAudioBytes = 24 * 1024;
constexpr std::size_t kMaxPacket = 1600;    // with our header and tag it fits a send buffer
constexpr std::int64_t kMaxDropout = 3000;  // RFC 3550 appendix A.1

}  // namespace

Source::Source(SourceId id, MediaKind kind, bool gate_open)
    : id_(id), kind_(kind), gate_open_(gate_open) {}

void Source::begin_generation(std::uint32_t ssrc, std::uint16_t sequence) {
  ++generation_;
  started_ = true;
  ssrc_ = ssrc;
  floor_ = 0x10000 + std::int64_t(sequence);
  highest_ = floor_ - 1;
  odd_sequence_.reset();
  for (StoredPacket& packet : ring_) packet.sequence = -1;
}

std::uint8_t* Source::reserve(std::size_t size, std::uint64_t& position) {
  if (!bytes_) {
    capacity_ = kind_ == MediaKind::kVideo ? kVideoBytes : kAudioBytes;
    bytes_ = std::make_unique<std::uint8_t[]>(capacity_);
  }
  if (head_ % capacity_ + size > capacity_) head_ += capacity_ - head_ % capacity_;
  position = head_;
  head_ += size;
  return bytes_.get() + position % capacity_;
}

const StoredPacket* Source::accept(std::span<const std::uint8_t> packet, Instant now) {
  if (!gate_open_ || packet.size() > kMaxPacket) return nullptr;
  const auto header = parse_rtp(packet);
  if (!header) return nullptr;
  if (!started_ || header->ssrc != ssrc_) begin_generation(header->ssrc, header->sequence);
  std::int64_t sequence = wire::extend16(highest_, header->sequence);
  if (sequence > highest_ + kMaxDropout || sequence <= highest_ - std::int64_t(kRing)) {
    if (odd_sequence_ != header->sequence) {
      odd_sequence_ = std::uint16_t(header->sequence + 1);
      return nullptr;
    }
    begin_generation(header->ssrc, header->sequence);
    sequence = floor_;
  }
  StoredPacket& slot = ring_[std::size_t(sequence) % kRing];
  if (sequence < floor_ || slot.sequence == sequence) return nullptr;

  const auto payload = packet.subspan(header->size);
  std::uint8_t* bytes = reserve(payload.size(), slot.position);
  if (!payload.empty()) std::memcpy(bytes, payload.data(), payload.size());
  slot.payload = {bytes, payload.size()};
  slot.sequence = sequence;
  slot.timestamp = header->timestamp;
  slot.marker = header->marker;
  slot.padded = header->padding != 0;
  slot.arrival = now;
  slot.vp8.reset();
  if (kind_ == MediaKind::kVideo)
    slot.vp8 = parse_vp8(payload.first(payload.size() - header->padding));
  if (slot.vp8 && slot.vp8->keyframe) {
    ++stats.keyframes;
    request_kept_ = false;
  }
  if (sequence > highest_) {
    highest_ = sequence;
    last_timestamp_ = header->timestamp;
    last_arrival_ = now;
    odd_sequence_.reset();
  }
  return &slot;
}

const StoredPacket* Source::find(std::uint32_t generation, std::int64_t sequence,
                                 Instant now) const {
  if (generation != generation_ || !gate_open_ || sequence < 0) return nullptr;
  const StoredPacket& slot = ring_[std::size_t(sequence) % kRing];
  if (slot.sequence != sequence || head_ - slot.position > capacity_) return nullptr;
  return now - slot.arrival <= kKeep ? &slot : nullptr;
}

void Source::set_gate(bool open) {
  if (gate_open_ == open) return;
  gate_open_ = open;
  started_ = false;
  ++generation_;
}

std::optional<Instant> Source::capture_time(std::uint32_t rtp) const {
  if (report_ && report_ssrc_ == ssrc_)
    return report_->captured + from_rtp_units(std::int32_t(rtp - report_->rtp), kind_);
  if (last_arrival_ == Instant{}) return std::nullopt;
  return last_arrival_ + from_rtp_units(std::int32_t(rtp - last_timestamp_), kind_);
}

std::optional<std::uint32_t> Source::timestamp_at(Instant at) const {
  if (last_arrival_ == Instant{}) return std::nullopt;
  if (report_ && report_ssrc_ == ssrc_)
    return report_->rtp + std::uint32_t(to_rtp_units(at - report_->captured, kind_));
  return last_timestamp_ + std::uint32_t(to_rtp_units(at - last_arrival_, kind_));
}

void Source::note_sender_report(std::uint32_t ssrc, std::uint32_t rtp, Instant captured) {
  report_ssrc_ = ssrc;
  report_ = Report{rtp, captured};
}

bool Source::request_keyframe(Instant now) {
  if (last_request_ != Instant{} && now - last_request_ < kKeyframeInterval) {
    request_kept_ = true;
    return false;
  }
  last_request_ = now;
  request_kept_ = false;
  return true;
}

bool Source::keyframe_due(Instant now) {
  return request_kept_ && request_keyframe(now);
}

void Source::note_level(int dbov, Instant now) {
  level_ = dbov;
  level_at_ = now;
}

int Source::level(Instant now) const {
  return now - level_at_ < std::chrono::milliseconds(500) ? level_ : -127;
}

}  // namespace huiban::rtc
