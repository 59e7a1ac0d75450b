#pragma once
// One slot of one receiver: rewrites the packets of whichever layer it shows into one unbroken
// stream with a constant SSRC. Net thread only; owned by its peer; layers it refers to are
// detached before they go.
//
// A switch, to another source or to another layer, begins an epoch: shifts from the layer's
// numbering to ours. Outgoing sequence numbers are never used twice: an epoch starts above
// everything sent before, and within it the layer gives each number to one packet only. What left
// under which number is remembered, so that a repair carries the same picture; by RTX (RFC 4588) in
// a stream of its own, else as the same plaintext under the same index, and so the same ciphertext
// (docs/transport.md, the nonce rule).
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rtc/rtcp.h"
#include "rtc/source.h"
#include "rtc/timing.h"

namespace huiban::rtc {

class Peer;

struct SubscriptionFormat {
  MediaKind kind = MediaKind::kVideo;
  std::uint32_t ssrc = 0;
  std::uint8_t payload_type = 0;
  std::uint8_t mid_id = 0;  // 0: the MID is not sent
  std::string mid;          // at most 16 characters, else it is not sent either
  std::uint32_t rtx_ssrc = 0;
  std::uint8_t rtx_payload_type = 0;  // 0: repairs repeat the packet
  std::uint8_t red_payload_type = 0;  // of sound that carries what went before it; 0: not in use
  std::uint8_t wide_id = 0;           // transport-wide sequence number; only with RTX or for sound
};

// A packet ready to be sealed. index: rollover counter and sequence number (RFC 3711
// section 3.3.1).
struct Rewritten {
  std::size_t size = 0, header_size = 0;  // bytes; size 0: nothing to send
  std::size_t wide_at = 0;                // where the transport-wide number goes; 0: nowhere
  std::uint32_t ssrc = 0;
  std::uint64_t index = 0;
};

class Subscription {
 public:
  // Room the rewritten header takes at most: 12 bytes, extensions (MID of 16, number), OSN.
  static constexpr std::size_t kMaxHeader = 12 + 4 + 20 + 2;
  static constexpr std::size_t kMostRed = 1100;  // bytes of a payload with what went before it

  Subscription(const SubscriptionFormat& format, std::uint16_t first_sequence,
               std::uint32_t first_timestamp);
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  std::uint32_t ssrc() const { return format_.ssrc; }
  MediaKind kind() const { return format_.kind; }
  bool has_rtx() const { return format_.rtx_payload_type != 0; }
  bool has_red() const { return format_.red_payload_type != 0; }
  // Sound carries as many packets before it, too (RFC 2198), if the receiver can read that.
  void set_redundancy(std::size_t depth) { redundancy_ = depth; }

  // Sound changes at once; a picture keeps its old layer until the new one's keyframe. Null
  // empties the slot.
  void show(SourceLayer* layer);
  void detach(Source& source);  // forgets it entirely
  SourceLayer* current() const { return current_; }
  // The layer that a keyframe is needed from, if any.
  SourceLayer* awaited() const;
  // What it is to show: the awaited one, else the current one.
  SourceLayer* target() const { return next_ != nullptr ? next_ : current_; }
  // Pictures of temporal layers above are left out (RFC 7741 section 4.2, TID).
  void set_max_temporal(std::uint8_t highest) { wanted_temporal_ = highest; }

  // Writes the packet as it leaves, header first; out has room for kMaxHeader and the payload, or
  // kMostRed bytes if that is more.
  Rewritten rewrite(SourceLayer& layer, const StoredPacket& packet, Instant now, std::uint8_t* out);
  // Between these, the packets of a run since the last keyframe are rewritten one after the other,
  // a moment apart each, so that the receiver decodes them at once and shows the newest.
  void begin_catch_up(const SourceLayer& layer, const SourceLayer::Run& run, Instant now);
  void end_catch_up();
  // What left lately did not get there: the picture begins anew with a keyframe, and nothing before
  // it is repaired any more.
  void restart();
  // True once after the first packet of another source than before.
  bool take_shown();

  // The packet that was sent under this number, again. Empty: not known any more or no longer
  // allowed.
  Rewritten repair(std::uint16_t sequence, Instant now, std::uint8_t* out);
  // To see what the line carries, by RTX: a recent packet again (back: 0 is the latest), else mere
  // padding (RFC 3550 section 5.1).
  Rewritten probe(std::size_t back, Instant now, std::uint8_t* out);

  // The report at this moment, without blocks. nullopt: nothing sent yet or nothing shown.
  std::optional<SenderReport> sender_report(Instant now) const;
  void note_report(const ReportBlock& block, NtpTime now);

  Peer* peer = nullptr;  // whose slot it is; set by that peer
  std::size_t slot = 0;
  double loss = 0;  // 0...1, last report
  double rtt_ms = 0, jitter_ms = 0;
  std::uint32_t packets = 0, octets = 0;  // sent, modulo 2^32 (RFC 3550 section 6.4.1)

 private:
  struct Epoch {
    SourceLayer* layer = nullptr;
    std::uint32_t generation = 0;
    bool over = false;  // the slot was emptied since
    std::int64_t first_in = 0, highest_in = -1, first_out = 0, last_out = -1;
    std::int64_t sequence_shift = 0;
    std::uint32_t timestamp_shift = 0;
    std::uint16_t picture_id_shift = 0;
    std::uint8_t tl0_shift = 0;
  };
  // What left under a number of ours; pictures only, sound is not repaired.
  struct Sent {
    std::uint16_t out_above = 0;  // of the extended number what is above its place in the ring
    std::uint16_t in = 0;         // low bits: a layer keeps fewer packets
    std::uint32_t timestamp = 0;
    std::uint16_t picture_id = 0;
    std::uint8_t tl0 = 0, epoch = 0;
  };
  struct LeftOut {
    std::int64_t sequence;
    bool new_picture;
  };
  struct CatchUp {
    std::uint32_t next_timestamp, step, last_in_timestamp;
  };
  static constexpr std::size_t kSent = 256, kLeftOut = 64;

  bool flows(const SourceLayer& layer) const;  // in the present epoch
  void begin_epoch(SourceLayer& layer, const StoredPacket& first, Instant now);
  std::uint32_t continued_timestamp(const SourceLayer& layer, std::uint32_t first,
                                    Instant now) const;
  bool leaves_out(Epoch& epoch, const StoredPacket& packet);
  bool shift_late(const StoredPacket& packet, std::int64_t& sequence_shift,
                  std::uint16_t& picture_id_shift) const;
  std::size_t write_header(std::uint8_t* out, const StoredPacket& packet, std::int64_t sequence,
                           std::uint32_t timestamp) const;
  void remember(std::int64_t sequence, Sent sent);
  static std::uint16_t above_place(std::int64_t sequence) {
    return std::uint16_t(sequence / std::int64_t(kSent));
  }
  std::size_t write_redundant(std::uint8_t* out, const SourceLayer& layer, const Epoch& epoch,
                              const StoredPacket& packet) const;
  const Epoch& epoch() const { return epochs_[epoch_count_ % epochs_.size()]; }
  Epoch& epoch() { return epochs_[epoch_count_ % epochs_.size()]; }

  const SubscriptionFormat format_;
  std::array<std::uint8_t, kMaxHeader> header_{};  // template
  std::size_t header_size_ = 12, wide_at_ = 0;
  SourceLayer* current_ = nullptr;  // whose packets flow
  SourceLayer* next_ = nullptr;     // awaited, not yet flowing; never equal to current_
  const Source* announced_ = nullptr;
  bool shown_ = false;
  std::array<Epoch, 4> epochs_;  // the latest at epoch_count_ % 4
  std::size_t epoch_count_ = 0;
  std::vector<Sent> sent_;         // by number modulo kSent; made with the first picture
  std::vector<LeftOut> left_out_;  // of this epoch, a ring of kLeftOut
  std::size_t left_out_count_ = 0;
  std::uint32_t left_out_timestamp_ = 0;
  std::size_t redundancy_ = 0;
  std::uint8_t wanted_temporal_ = 3, temporal_ = 3;
  std::optional<CatchUp> catch_up_;
  std::int64_t last_out_, repaired_from_ = 0;
  std::uint32_t last_in_timestamp_ = 0, last_timestamp_;
  Instant last_sent_{};
  std::uint16_t last_picture_id_;
  std::uint8_t last_tl0_ = 0;
  std::uint32_t rtx_sequence_;
};

}  // namespace huiban::rtc
