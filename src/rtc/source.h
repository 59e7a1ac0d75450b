#pragma once
// A stream that can be shown: the last second of its packets in the clear, its gate and who
// publishes it. Outlives its publisher. A new SSRC, an opened gate or a restarted numbering begins
// a new generation, which subscriptions treat like a switch. Net thread only; owned by the
// transport, outlived by no subscription.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/ids.h"
#include "rtc/timing.h"
#include "rtc/transport.h"
#include "rtc/vp8.h"

namespace huiban::rtc {

class Subscription;

// A packet as subscribers need it: the header's facts and the payload, padding included.
struct StoredPacket {
  std::int64_t sequence = -1;  // extended; unique within its generation
  std::uint32_t timestamp = 0;
  bool marker = false, padded = false;
  std::optional<Vp8Descriptor> vp8;
  std::span<const std::uint8_t> payload;
  std::uint64_t position = 0;  // in the byte ring
  Instant arrival{};
};

class Source {
 public:
  static constexpr std::size_t kRing = 512;  // packets
  static constexpr auto kKeep = std::chrono::seconds(1);
  static constexpr auto kKeyframeInterval = std::chrono::milliseconds(500);

  Source(SourceId id, MediaKind kind, bool gate_open);

  SourceId id() const { return id_; }
  MediaKind kind() const { return kind_; }

  // Stores a packet for fan-out. nullptr: gate closed, not RTP, a repetition, or older than the
  // ring. The result stays valid until kRing further packets are taken.
  const StoredPacket* accept(std::span<const std::uint8_t> packet, Instant now);
  // nullptr: another generation, too old, or never had.
  const StoredPacket* find(std::uint32_t generation, std::int64_t sequence, Instant now) const;
  std::uint32_t generation() const { return generation_; }

  bool gate_open() const { return gate_open_; }
  void set_gate(bool open);  // either way what is stored can no longer be sent

  // When the moment stamped rtp was captured, on our clock; from sender reports, else from
  // arrivals.
  std::optional<Instant> capture_time(std::uint32_t rtp) const;
  // The inverse, for sender reports. nullopt before the first packet.
  std::optional<std::uint32_t> timestamp_at(Instant at) const;
  void note_sender_report(std::uint32_t ssrc, std::uint32_t rtp, Instant captured);

  // Whether a request may go to the publisher now: at most one per kKeyframeInterval; a refused one
  // is kept.
  bool request_keyframe(Instant now);
  bool keyframe_due(Instant now);  // a kept request whose time has come

  void note_level(int dbov, Instant now);
  int level(Instant now) const;  // dBov; -127 when nothing came for half a second

  std::optional<PeerId> publisher;
  std::uint32_t publisher_ssrc = 0;
  std::shared_ptr<Ingress> ingress;
  std::vector<Subscription*> subscribers;  // that show or await this source
  std::vector<RtpView> batch;              // received in this turn, not yet handed on
  SourceStats stats;

 private:
  void begin_generation(std::uint32_t ssrc, std::uint16_t sequence);
  std::uint8_t* reserve(std::size_t size, std::uint64_t& position);

  const SourceId id_;
  const MediaKind kind_;
  bool gate_open_;
  bool started_ = false;
  std::uint32_t generation_ = 0, ssrc_ = 0;
  std::int64_t highest_ = 0, floor_ = 0;
  std::optional<std::uint16_t>
      odd_sequence_;  // far off; a successor means that numbering restarted
  std::array<StoredPacket, kRing> ring_;
  std::unique_ptr<std::uint8_t[]> bytes_;  // made with the first packet
  std::size_t capacity_ = 0;
  std::uint64_t head_ = 0;
  std::uint32_t last_timestamp_ = 0;
  Instant last_arrival_{};
  struct Report {
    std::uint32_t rtp;
    Instant captured;
  };
  std::optional<Report> report_;
  std::uint32_t report_ssrc_ = 0;
  Instant last_request_{};
  bool request_kept_ = false;
  int level_ = -127;
  Instant level_at_{};
};

}  // namespace huiban::rtc
