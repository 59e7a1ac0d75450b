#pragma once
// Spreads what is more than a normal frame, keyframes above all, over the line of one receiver: a
// token bucket, and a queue of sealed packets for what has to wait. Pictures and their repairs
// only; sound never goes through here. Pure and net thread only; holds no memory while nothing
// waits.
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "rtc/timing.h"

namespace huiban::rtc {

// A packet in the queue and what its sender has to know when it leaves.
struct PacedPacket {
  std::span<const std::uint8_t> bytes;  // sealed; valid within the call
  std::size_t slot = 0;                 // below 64
  std::uint32_t tag = 0;                // the caller's, a transport-wide number for example
};

class Pacer {
 public:
  // Times the estimate: a keyframe may not take much longer than its picture lasts. The narrower
  // the line, the more of it sound needs, which a burst in front of it would hold up.
  static constexpr double kFactor = 2.5, kNarrowFactor = 1.1;
  static constexpr std::uint32_t kNarrowKbps = 400, kWideKbps = 1000;
  static constexpr double kFillingFactor = 0.3;  // a queue in the network is let run empty
  static constexpr auto kBucket = std::chrono::milliseconds(40),
                        kTooOld = std::chrono::milliseconds(500);
  static constexpr std::size_t kLeastBucket = 3000, kUsualBucket = 12 * 1200,
                               kLeastQueue = 64 << 10, kMostQueue = 512 << 10;  // bytes

  Pacer();
  ~Pacer();
  Pacer(const Pacer&) = delete;
  Pacer& operator=(const Pacer&) = delete;

  // What the line is thought to carry, 0: not known, nothing waits; and whether its queue fills.
  void set_line(std::uint32_t estimate_kbps, bool filling);

  // Whether a picture's packet of this size may leave at once. If not, it must be pushed: once
  // something waits, everything behind waits.
  bool take(std::size_t bytes, Instant now);
  // False: the queue would hold more than the line carries in kTooOld. It is emptied then, this
  // packet included, see take_dropped(). packet.bytes is copied, at most 64 KiB.
  bool push(const PacedPacket& packet, Instant now);
  // Calls send(const PacedPacket&) for what may leave now, in order; to be called every 5 ms while
  // waiting(). What has waited for kTooOld is dropped with everything behind it.
  template <class Send>
  void drain(Instant now, Send&& send) {
    PacedPacket packet;
    while (front(packet, now)) {
      send(static_cast<const PacedPacket&>(packet));
      pop();
    }
  }

  void drop() { drop_all(); }  // everything that waits

  bool waiting() const { return packets_ != 0; }
  std::size_t packets() const { return packets_; }
  std::size_t bytes() const { return bytes_; }
  // Bit by slot: packets of these slots were dropped since the last call, so that they need a
  // keyframe.
  std::uint64_t take_dropped() { return std::exchange(dropped_, 0); }

 private:
  struct Block;
  struct Entry {
    Instant queued;
    std::uint32_t tag;
    std::uint16_t size;
    std::uint8_t slot;
  };
  void refill(Instant now);
  bool front(PacedPacket& packet, Instant now);
  void pop();
  void drop_all();

  double rate_ = 0, bucket_ = kUsualBucket;  // bytes per second, bytes; rate 0: unlimited
  double tokens_ = kUsualBucket;
  Instant filled_{};
  std::unique_ptr<Block> first_;
  Block* last_ = nullptr;
  std::size_t packets_ = 0, bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace huiban::rtc
