#include "rtc/source_layer.h"

#include <algorithm>
#include <cstring>

#include "rtc/rtp.h"
#include "rtc/source.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kMaxPacket = 1600;    // with our header and tag it fits a send buffer
constexpr std::int64_t kMaxDropout = 3000;  // RFC 3550 appendix A.1
// Encoders cut a picture into packets of nearly one size; what padding costs stays below a fiftieth.
constexpr std::size_t kMostPadding = 8, kLeastPadded = 400;
constexpr auto kWindow = std::chrono::milliseconds(500);

// A second and some of each, so that what is asked for again is there; the small layers keep
// more time, for receivers that start at the last keyframe.
struct Room {
  std::size_t packets, bytes;
};
Room room_for(const Source& source, Layer layer) {
  if (source.kind() == MediaKind::kAudio) return {SourceLayer::kMinRing, 12 * 1024};
  if (source.layer_count() == 1 || layer == 2) return {512, 288 * 1024};
  return layer == 0 ? Room{96, 38 * 1024} : Room{256, 112 * 1024};
}

}  // namespace

MediaKind SourceLayer::kind() const {
  return source_.kind();
}

void SourceLayer::begin_generation() {
  started_ = false;
  ++generation_;
  run_packets_ = 0;
}

void SourceLayer::begin_generation(std::uint32_t ssrc, std::uint16_t sequence) {
  ++generation_;
  started_ = true;
  ssrc_ = ssrc;
  floor_ = 0x10000 + std::int64_t(sequence);
  highest_ = floor_ - 1;
  odd_sequence_.reset();
  run_packets_ = 0;
  temporal_layers_ = 1;
  area = 0;
  const Room room = room_for(source_, index_);
  if (room.packets != ring_.size()) {
    ring_ = std::vector<StoredPacket>(room.packets);
    capacity_ = room.bytes;
    bytes_ = std::make_unique<std::uint8_t[]>(capacity_);
    head_ = 0;
  }
  for (StoredPacket& packet : ring_) packet.sequence = -1;
}

void SourceLayer::release_if_idle(Instant now) {
  if (ring_.empty() || now - last_arrival_ < kIdle) return;
  begin_generation();
  ring_ = {};
  bytes_.reset();
  capacity_ = 0;
}

std::uint8_t* SourceLayer::reserve(std::size_t size, std::uint64_t& position) {
  if (head_ % capacity_ + size > capacity_) head_ += capacity_ - head_ % capacity_;
  position = head_;
  head_ += size;
  return bytes_.get() + position % capacity_;
}

const StoredPacket* SourceLayer::accept(std::span<const std::uint8_t> packet, Instant now) {
  if (!source_.gate_open() || packet.size() > kMaxPacket) return nullptr;
  const auto header = parse_rtp(packet);
  if (!header) return nullptr;
  if (!started_ || header->ssrc != ssrc_) begin_generation(header->ssrc, header->sequence);
  std::int64_t sequence = wire::extend16(highest_, header->sequence);
  if (sequence > highest_ + kMaxDropout || sequence <= highest_ - std::int64_t(ring_.size())) {
    if (odd_sequence_ != header->sequence) {
      odd_sequence_ = std::uint16_t(header->sequence + 1);
      return nullptr;
    }
    begin_generation(header->ssrc, header->sequence);
    sequence = floor_;
  }
  StoredPacket& slot = ring_[std::size_t(sequence) % ring_.size()];
  if (sequence < floor_ || slot.sequence == sequence) return nullptr;

  const auto payload = packet.subspan(header->size);
  const std::size_t room = kind() == MediaKind::kVideo ? kMostPadding : 0;
  std::uint8_t* stored = reserve(payload.size() + room, slot.position);
  if (!payload.empty()) std::memcpy(stored, payload.data(), payload.size());
  slot.bytes = stored;
  slot.size = std::uint16_t(payload.size());
  slot.sequence = sequence;
  slot.timestamp = header->timestamp;
  slot.marker = header->marker;
  slot.padded = header->padding != 0;
  slot.arrival = now;
  slot.is_vp8 = false;
  if (kind() == MediaKind::kVideo) {
    const auto vp8 = parse_vp8(payload.first(payload.size() - header->padding));
    slot.is_vp8 = vp8.has_value();
    if (vp8) slot.vp8 = *vp8;
  }
  if (slot.keyframe()) {
    ++keyframes_;
    if (const auto size = vp8_area(payload, slot.vp8); size != 0) area = size;
    keyframe_at_ = now;
  }
  if (sequence > highest_) {
    highest_ = sequence;
    last_timestamp_ = header->timestamp;
    last_arrival_ = now;
    odd_sequence_.reset();
  }
  note_run(slot);
  measure(packet.size(), now);
  return &slot;
}

void SourceLayer::pad(const StoredPacket& packet, std::size_t size) {
  const std::size_t count = size - packet.size;
  if (count == 0 || packet.padded) return;
  std::uint8_t* end = bytes_.get() + packet.position % capacity_ + packet.size;
  std::memset(end, 0, count);
  end[count - 1] = std::uint8_t(count);
  StoredPacket& slot = ring_[std::size_t(packet.sequence) % ring_.size()];
  slot.size = std::uint16_t(size);
  slot.padded = true;
}

void SourceLayer::even_out(std::span<const StoredPacket* const> taken) {
  if (kind() != MediaKind::kVideo) return;
  while (!taken.empty()) {
    std::size_t least = taken.front()->size, most = least, count = 1;
    for (; count < taken.size(); ++count) {
      const std::size_t low = std::min<std::size_t>(least, taken[count]->size),
                        high = std::max<std::size_t>(most, taken[count]->size);
      if (low < kLeastPadded || high - low > kMostPadding) break;
      least = low;
      most = high;
    }
    // The last one may be shorter.
    for (std::size_t i = 0; i + 1 < count; ++i) pad(*taken[i], most);
    taken = taken.subspan(count);
  }
}

void SourceLayer::note_run(const StoredPacket& packet) {
  if (!packet.is_vp8) {
    // Padding within a run is part of it; sound has none.
    if (run_packets_ > 0 && packet.sequence > run_.first) {
      ++run_packets_;
      run_.bytes += packet.size;
    }
    return;
  }
  temporal_layers_ = std::max<std::uint8_t>(temporal_layers_, packet.vp8.temporal_layer + 1);
  if (packet.keyframe() && (run_packets_ == 0 || packet.sequence > run_.first)) {
    run_ = {packet.sequence, packet.sequence, packet.size, 1};
    run_packets_ = 1;
    run_timestamp_ = packet.timestamp;
  } else if (run_packets_ > 0 && packet.sequence > run_.first) {
    ++run_packets_;
    run_.bytes += packet.size;
    if (packet.timestamp != run_timestamp_) ++run_.pictures;
    run_timestamp_ = packet.timestamp;
  }
}

void SourceLayer::measure(std::size_t size, Instant now) {
  const auto span = now - window_start_;
  if (span >= kWindow) {
    const auto milliseconds = std::chrono::duration_cast<Milliseconds>(span).count();
    kbps_ = milliseconds < 2000 ? std::uint32_t(window_bytes_ * 8 / std::size_t(milliseconds)) : 0;
    window_start_ = now;
    window_bytes_ = 0;
  }
  window_bytes_ += size;
}

std::uint32_t SourceLayer::kbps(Instant now) const {
  return live(now) ? kbps_ : 0;
}

const StoredPacket* SourceLayer::stored(std::int64_t sequence) const {
  if (sequence < 0 || ring_.empty()) return nullptr;
  const StoredPacket& slot = ring_[std::size_t(sequence) % ring_.size()];
  return slot.sequence == sequence && head_ - slot.position <= capacity_ ? &slot : nullptr;
}

const StoredPacket* SourceLayer::find(std::uint32_t generation, std::int64_t sequence,
                                      Instant now) const {
  if (generation != generation_ || !source_.gate_open()) return nullptr;
  const StoredPacket* slot = stored(sequence);
  return slot != nullptr && now - slot->arrival <= kKeep ? slot : nullptr;
}

std::optional<SourceLayer::Run> SourceLayer::since_keyframe() const {
  if (!started_ || run_packets_ == 0 || run_packets_ != highest_ - run_.first + 1 ||
      run_packets_ > std::int64_t(ring_.size()) || stored(run_.first) == nullptr)
    return std::nullopt;
  Run run = run_;
  run.last = highest_;
  return run;
}

std::optional<Milliseconds> SourceLayer::keyframe_age(Instant now) const {
  if (keyframe_at_ == Instant{}) return std::nullopt;
  return std::chrono::duration_cast<Milliseconds>(now - keyframe_at_);
}

std::optional<Instant> SourceLayer::capture_time(std::uint32_t rtp) const {
  if (report_ && report_ssrc_ == ssrc_)
    return report_->captured + from_rtp_units(std::int32_t(rtp - report_->rtp), kind());
  if (last_arrival_ == Instant{}) return std::nullopt;
  return last_arrival_ + from_rtp_units(std::int32_t(rtp - last_timestamp_), kind());
}

std::optional<std::uint32_t> SourceLayer::timestamp_at(Instant at) const {
  if (last_arrival_ == Instant{}) return std::nullopt;
  if (report_ && report_ssrc_ == ssrc_)
    return report_->rtp + std::uint32_t(to_rtp_units(at - report_->captured, kind()));
  return last_timestamp_ + std::uint32_t(to_rtp_units(at - last_arrival_, kind()));
}

void SourceLayer::note_sender_report(std::uint32_t ssrc, std::uint32_t rtp, Instant captured) {
  report_ssrc_ = ssrc;
  report_ = Report{rtp, captured};
}

bool SourceLayer::request_keyframe(Instant now) {
  if (last_request_ != Instant{} && now - last_request_ < kKeyframeInterval) return false;
  last_request_ = now;
  return true;
}

LayerStats SourceLayer::stats(Instant now) const {
  LayerStats stats;
  stats.packets = packets;
  stats.bytes = bytes;
  stats.keyframes = keyframes_;
  stats.kbps = kbps(now);
  stats.live = live(now);
  stats.since_keyframe = keyframe_age(now);
  return stats;
}

}  // namespace huiban::rtc
