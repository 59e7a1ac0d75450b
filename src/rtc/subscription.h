#pragma once
// One slot of one receiver: rewrites the packets of whichever source it shows into one unbroken
// stream with a constant SSRC. Net thread only; owned by its peer; sources it refers to are
// detached before they go.
//
// A switch begins an epoch, a set of constant shifts from the source's numbering to ours. Outgoing
// sequence numbers are never used twice: an epoch starts above everything sent before, and within
// it the source gives each number to one packet only. A repair repeats the rewriting of its epoch,
// so that it is the same plaintext, and under the same index the same ciphertext
// (docs/transport.md, the nonce rule).
#include <array>
#include <cstdint>
#include <optional>
#include <span>

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
};

// A packet ready to be sealed. index: rollover counter and sequence number (RFC 3711
// section 3.3.1).
struct Rewritten {
  std::size_t size = 0, header_size = 0;  // bytes; size 0: nothing to send
  std::uint64_t index = 0;
};

class Subscription {
 public:
  // Room the rewritten header takes at most: 12 bytes, extension header, 17 bytes of MID, padding.
  static constexpr std::size_t kMaxHeader = 12 + 4 + 20;

  Subscription(const SubscriptionFormat& format, std::uint16_t first_sequence,
               std::uint32_t first_timestamp);
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  std::uint32_t ssrc() const { return format_.ssrc; }
  MediaKind kind() const { return format_.kind; }

  // Sound changes at once; a picture keeps its old source until the new one's keyframe. Null
  // empties the slot.
  void show(Source* source);
  void detach(Source& source);  // forgets it entirely
  Source* current() const { return current_; }
  // The source that a keyframe is needed from, if any.
  Source* awaited() const;

  // Writes the packet as it leaves, header first; out has room for kMaxHeader + payload.
  Rewritten rewrite(Source& source, const StoredPacket& packet, Instant now, std::uint8_t* out);
  // True once after the first packet of another source than before.
  bool take_shown();

  // The packet that was sent under this number, again. Empty: not known any more or no longer
  // allowed.
  Rewritten repair(std::uint16_t sequence, Instant now, std::uint8_t* out);

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
    Source* source = nullptr;
    std::uint32_t generation = 0;
    std::int64_t first_in = 0, first_out = 0, last_out = -1;
    std::int64_t sequence_shift = 0;
    std::uint32_t timestamp_shift = 0;
    std::uint16_t picture_id_shift = 0;
    std::uint8_t tl0_shift = 0;
  };
  void begin_epoch(Source& source, const StoredPacket& first, Instant now);
  std::uint32_t continued_timestamp(const Source& source, const StoredPacket& first,
                                    Instant now) const;
  Rewritten write(const Epoch& epoch, const StoredPacket& packet, std::uint8_t* out) const;
  const Epoch& epoch() const { return epochs_[epoch_count_ % epochs_.size()]; }
  Epoch& epoch() { return epochs_[epoch_count_ % epochs_.size()]; }

  const SubscriptionFormat format_;
  std::array<std::uint8_t, kMaxHeader> header_{};  // template
  std::size_t header_size_ = kMaxHeader;
  Source* current_ = nullptr;  // whose packets flow
  Source* next_ = nullptr;     // awaited, not yet flowing; never equal to current_
  const Source* announced_ = nullptr;
  bool shown_ = false;
  std::array<Epoch, 4> epochs_;  // the latest at epoch_count_ % 4
  std::size_t epoch_count_ = 0;
  std::int64_t last_out_;
  std::uint32_t last_in_timestamp_ = 0, last_timestamp_;
  Instant last_sent_{};
  std::uint16_t last_picture_id_;
  std::uint8_t last_tl0_ = 0;
};

}  // namespace huiban::rtc
