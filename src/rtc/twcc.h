#pragma once
// Both ends of transport-wide congestion control: what came in from a peer and is reported to it,
// and what was sent to a peer and is matched with its reports. Net thread only; one of each per
// peer.
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "rtc/timing.h"
#include "rtc/transport_feedback.h"

namespace huiban::rtc {

class TwccReceiver {
 public:
  static constexpr auto kInterval = std::chrono::milliseconds(75);

  void on_packet(std::uint16_t wide_sequence, Instant now);
  bool due(Instant now) const { return pending_ && now - last_feedback_ >= kInterval; }
  // Appends what arrived since the last call as RTCP packets; media: any SSRC of the peer's.
  void append_feedback(std::vector<std::uint8_t>& out, std::uint32_t sender, std::uint32_t media,
                       Instant now);

 private:
  struct Arrival {
    std::int64_t sequence;
    std::int64_t at;  // 250 us units of the steady clock
  };
  bool pending_ = false;
  std::int64_t highest_ = -1, begin_ = 0;  // extended; to be reported from begin_ on
  std::deque<Arrival> arrivals_;           // ascending by number; some time of reported ones, too
  Instant last_feedback_{};
  std::uint8_t count_ = 0;
};

// What became of a packet that was sent.
struct TwccResult {
  std::size_t bytes = 0;
  Instant sent{};
  std::optional<std::chrono::microseconds> arrived;  // on the other side's clock; empty: lost
};

class TwccSender {
 public:
  std::uint16_t take() { return next_++; }  // the number for one packet
  // The packet that carries it leaves, perhaps later than it was numbered.
  void on_sent(std::uint16_t wide_sequence, std::size_t bytes, Instant now);
  void prefetch() const {  // on_sent() of the next number is near
    if (!history_.empty()) __builtin_prefetch(&history_[next_ % kHistory], 1);
  }
  // Appends the fate of packets not known before, each once. A packet is lost when a second report
  // still misses it, or goes past it: one overtaken on the way is not.
  void on_feedback(const TransportFeedback& feedback, std::vector<TwccResult>& out);

 private:
  static constexpr std::size_t kHistory = 512;  // some seconds of what a venue gets
  enum class State : std::uint8_t { kNone, kSent, kMissing };
  struct Sent {
    std::uint32_t at_us = 0;  // low half: a report is matched within minutes
    std::uint16_t bytes = 0;
    std::uint8_t above = 0;  // of the number what is above its place in the history
    State state = State::kNone;
  };
  static_assert(sizeof(Sent) == 8);
  Instant time_of(const Sent& sent) const;
  std::uint16_t next_ = 0;
  std::vector<Sent> history_;              // made with the first packet
  std::int64_t last_us_ = 0;               // of the last packet, on the steady clock
  std::optional<std::int64_t> reference_;  // extended
  std::uint16_t missing_from_ = 0;         // no kMissing before it
  std::size_t missing_ = 0;                // how many are
};

}  // namespace huiban::rtc
