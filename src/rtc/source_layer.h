#pragma once
// One encoding of a source (RFC 8853): the last second of its packets in the clear, its numbering
// and its keyframes. A new SSRC, an opened gate or a restarted numbering begins a new generation,
// which subscriptions treat like a switch. Net thread only; owned by its source.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rtc/timing.h"
#include "rtc/transport.h"
#include "rtc/vp8.h"

namespace huiban::rtc {

class Source;
class Subscription;

// A packet as subscribers need it: the header's facts and the payload, padding included.
struct StoredPacket {
  std::int64_t sequence = -1;  // extended; unique within its generation
  std::uint64_t position = 0;  // in the byte ring
  Instant arrival{};
  const std::uint8_t* bytes = nullptr;
  std::uint32_t timestamp = 0;
  std::uint16_t size = 0;
  bool marker : 1 = false, padded : 1 = false, is_vp8 : 1 = false;
  Vp8Descriptor vp8;  // if is_vp8

  std::span<const std::uint8_t> payload() const { return {bytes, size}; }
  bool keyframe() const { return is_vp8 && vp8.keyframe; }
};

class SourceLayer {
 public:
  // A run since the last keyframe is sent to whoever turns to the layer, and repaired like the
  // rest.
  static constexpr auto kKeep = std::chrono::seconds(5);
  static constexpr auto kKeyframeInterval = std::chrono::milliseconds(500);
  static constexpr auto kLive = std::chrono::milliseconds(500);
  static constexpr auto kIdle = std::chrono::seconds(10);
  static constexpr std::size_t kMinRing = 64;  // packets of the smallest ring

  SourceLayer(Source& source, Layer index) : source_(source), index_(index) {}
  SourceLayer(const SourceLayer&) = delete;
  SourceLayer& operator=(const SourceLayer&) = delete;

  Source& source() const { return source_; }
  Layer index() const { return index_; }
  MediaKind kind() const;

  // Stores a packet for fan-out. nullptr: gate closed, not RTP, a repetition, or older than the
  // ring. The result stays valid until kMinRing further packets or burst_bytes() are taken.
  const StoredPacket* accept(std::span<const std::uint8_t> packet, Instant now);
  std::size_t burst_bytes() const { return capacity_ / 2; }
  // Pads pictures' packets that follow each other and differ by few bytes to one size (RFC 3550
  // section 5.1), so that they leave as segments of one message. To be called with what was taken
  // before any of it is sent: repairs repeat the padding.
  void even_out(std::span<const StoredPacket* const> taken);
  // nullptr: another generation, too old, or never had.
  const StoredPacket* find(std::uint32_t generation, std::int64_t sequence, Instant now) const;
  std::uint32_t generation() const { return generation_; }
  void begin_generation();            // what is stored can no longer be sent
  void release_if_idle(Instant now);  // gives its memory back; the next packet begins anew

  // The packets from the last keyframe on, if none is missing: with them a receiver has the picture
  // at once.
  struct Run {
    std::int64_t first = 0, last = 0;  // for find()
    std::size_t bytes = 0, pictures = 0;
  };
  std::optional<Run> since_keyframe() const;
  const StoredPacket* stored(std::int64_t sequence) const;  // of this generation, whatever its age
  std::optional<Milliseconds> keyframe_age(Instant now) const;

  // When the moment stamped rtp was captured, on our clock; from sender reports, else from
  // arrivals.
  std::optional<Instant> capture_time(std::uint32_t rtp) const;
  // The inverse, for sender reports. nullopt before the first packet.
  std::optional<std::uint32_t> timestamp_at(Instant at) const;
  void note_sender_report(std::uint32_t ssrc, std::uint32_t rtp, Instant captured);

  // Whether a request may go to the publisher now: at most one per kKeyframeInterval.
  bool request_keyframe(Instant now);

  bool live(Instant now) const { return started_ && now - last_arrival_ < kLive; }
  std::uint32_t kbps(Instant now) const;  // over the last half second to second
  std::uint8_t temporal_layers() const { return temporal_layers_; }
  LayerStats stats(Instant now) const;

  std::uint32_t publisher_ssrc = 0;
  std::uint32_t area = 0;  // of its pictures, width times height; 0: no keyframe has told
  std::shared_ptr<Ingress> ingress;
  std::vector<Subscription*> subscribers;  // that show or await this layer
  std::vector<RtpView> batch;              // received in this turn, not yet handed on
  std::uint64_t packets = 0, bytes = 0;    // received, whether forwarded or not

 private:
  void begin_generation(std::uint32_t ssrc, std::uint16_t sequence);
  std::uint8_t* reserve(std::size_t size, std::uint64_t& position);
  void pad(const StoredPacket& packet, std::size_t size);
  void note_run(const StoredPacket& packet);
  void measure(std::size_t size, Instant now);

  Source& source_;
  const Layer index_;
  bool started_ = false;
  std::uint32_t generation_ = 0, ssrc_ = 0;
  std::int64_t highest_ = 0, floor_ = 0;
  std::optional<std::uint16_t>
      odd_sequence_;                // far off; a successor means that numbering restarted
  std::vector<StoredPacket> ring_;  // both made with the first packet
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_ = 0;
  std::uint64_t head_ = 0;
  Run run_;
  std::int64_t run_packets_ = 0;  // 0: no keyframe yet
  std::uint32_t run_timestamp_ = 0;
  Instant keyframe_at_{};
  std::uint64_t keyframes_ = 0;
  std::uint8_t temporal_layers_ = 1;
  std::uint32_t last_timestamp_ = 0;
  Instant last_arrival_{};
  struct Report {
    std::uint32_t rtp;
    Instant captured;
  };
  std::optional<Report> report_;
  std::uint32_t report_ssrc_ = 0;
  Instant last_request_{};
  Instant window_start_{};
  std::size_t window_bytes_ = 0;
  std::uint32_t kbps_ = 0;
};

}  // namespace huiban::rtc
