#pragma once
// What the line to one receiver carries: from transport-wide feedback (delay trend, delivered rate,
// loss), or from receiver reports where there is none. Net thread only; pure, time comes in.
//
// Delay that grows, or stands well above the least seen, means a full line: down to what was
// delivered. Loss alone means that only as far as it changes with the rate: a radio line that loses
// a fifth at any rate keeps its rate. Rules and figures: docs/transport.md.
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>

#include "rtc/line_probe.h"
#include "rtc/timing.h"
#include "rtc/twcc.h"

namespace huiban::rtc {

class DownlinkEstimator {
 public:
  static constexpr auto kAssumed = std::chrono::seconds(3);
  static constexpr std::uint32_t kStartKbps = 1000, kLeastKbps = 50, kMostKbps = 20'000;

  explicit DownlinkEstimator(std::uint32_t start_kbps);  // 0: nothing known

  void on_sent(std::size_t bytes, Instant now);  // each packet that will be reported on
  void on_results(std::span<const TwccResult> results, Instant now);
  void on_report(double fraction_lost, double rtt_ms, Instant now);  // without feedback
  // What the receiver would take at its best; above it nothing is looked for.
  void set_wanted_kbps(std::uint32_t kbps) { wanted_kbps_ = kbps; }

  std::uint32_t estimate_kbps() const { return std::uint32_t(estimate_); }
  std::uint32_t delivered_kbps() const { return std::uint32_t(delivered_); }
  double loss() const { return loss_; }  // 0...1 over about a second
  double queue_ms() const { return queue_ms_; }
  // Of the packets that came last, above what the delay swings by itself: a queue begins.
  bool filling() const;
  // True once after the line became so much slower that what is on its way fills it.
  bool take_fall() { return std::exchange(fell_, false); }
  bool measured() const { return measured_; }
  // Nothing is known of the line yet: neither from before, nor has it been full, nor carried
  // something for kAssumed.
  bool assumed(Instant now) const {
    return starting_ && (!measured_ || now - measured_since_ < kAssumed);
  }

  // Bytes of repeats to be sent now, to see whether the line carries more.
  std::size_t padding_wanted(Instant now);

 private:
  struct Group {  // packets sent within 5 ms
    Instant sent{};
    double arrived_ms = 0;
    std::size_t bytes = 0;
  };
  struct Point {
    double at_ms, delay_ms;
  };
  struct Delivery {
    double arrived_ms;
    std::size_t bytes;
  };
  struct Minimum {
    Instant since{};
    double ms = 0;
  };
  void note_delay(const TwccResult& result);
  void close_group(const Group& next);
  double slope() const;
  void note_delivery(double arrived_ms, std::size_t bytes);
  void note_loss(const TwccResult& result);
  double least_delay(std::size_t fewest, std::chrono::nanoseconds span) const;
  double queue_above(double delay) const { return std::max(0.0, delay - least_.ms); }
  double recently_delivered() const;
  void judge_fall(Instant now);
  void judge_loss(Instant now);
  void on_silence(Instant now);
  void judge_standing(Instant now);
  void adapt(Instant now);
  void lower(double to, Instant now);
  void raise();
  void judge_probe(Instant now);

  double estimate_;
  bool measured_ = false;
  Instant measured_since_{};
  bool starting_;  // from nothing: up in large steps, until the line is full for the first time
  std::uint32_t wanted_kbps_ = 0;
  Instant last_adapt_{}, last_lowered_{};

  // Delay. Times in milliseconds of the other side's clock, from the first arrival.
  std::optional<std::int64_t> first_arrival_us_;
  Instant first_sent_{};
  std::optional<Group> group_, previous_;
  double smoothed_ = 0, accumulated_ = 0, trend_ = 0, threshold_ = 12.5;
  std::deque<Point> points_;
  std::size_t groups_ = 0;
  Instant over_since_{}, last_threshold_{};
  bool overused_ = false;
  double queue_ms_ = 0, fresh_queue_ms_ = 0;
  double swing_ = 0, peak_ = 0;  // of the fresh queue: how far it goes by itself; since it was easy
  double looked_at_ = 0;         // the fresh queue at the last look
  bool fell_ = false;
  Minimum least_, next_least_;
  // Since the queue was last easy: the most that was delivered, and estimated, when it was lowered
  // for; and since when a queue does not run empty although far less is sent.
  double full_ = 0, full_estimate_ = 0, standing_ms_ = 0;
  Instant standing_since_{};
  struct Delay {
    Instant sent{};
    double ms = 0;
  };
  std::array<Delay, 64> delays_{};  // of the last packets, a ring
  std::size_t delay_count_ = 0;

  // Delivered rate and loss.
  std::deque<Delivery> deliveries_;  // at most kMostDeliveries
  double newest_ms_ = 0;
  std::size_t delivery_bytes_ = 0;
  double delivered_ = 0;  // kbit/s
  double loss_ = 0;
  struct Losses {  // fading over a second
    double arrived = 0, lost = 0;
    Instant last{};
    void add(bool came, Instant sent);
    double part() const { return arrived + lost < 10 ? 0 : lost / (arrived + lost); }
  };
  Losses all_, fresh_;  // fresh: of packets sent since the last lowering
  double ceiling_ = 0;  // delivered when the line was last full, 0: not known; slowly past it
  Instant unanswered_since_{}, last_sent_{}, last_silence_{};
  double before_silence_ = 0;
  double usual_loss_ = 0;  // what is lost at any rate
  double loss_before_ = 0, rate_before_ = 0;
  std::size_t judged_arrived_ = 0, judged_lost_ = 0;  // sent since that lowering
  Instant held_since_{};                              // by loss of 2 to 10 %
  Instant last_verdict_{};                            // that loss is usual
  Instant judged_at_{};  // when the effect of the last lowering for loss shows

  // Probing.
  LineProbe probe_;
  Instant last_probe_{}, raise_from_{};
  bool probe_blamed_ = true;   // the pause is longer for it already
  int probes_carried_ = 0;     // one after the other
  bool carried_near_ = false;  // the last one, near where the line was full before
  Milliseconds pause_;
};

}  // namespace huiban::rtc
