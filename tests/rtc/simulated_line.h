#pragma once
// A receiver behind a line, for the estimator: a queue with a rate, then delay, jitter and loss;
// feedback comes back by RTCP through both ends of twcc.h. Seeded, on a clock of its own.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <variant>
#include <vector>

#include "rtc/downlink_estimator.h"
#include "rtc/rtcp.h"
#include "rtc/twcc.h"

namespace huiban::rtc::test {

using std::chrono::milliseconds;

struct LineModel {
  double rate_kbps = 2000, buffer_ms = 1000, delay_ms = 40, jitter_ms = 0;  // one way; ± jitter
  double loss = 0;
  double bucket_bytes = 0;  // token bucket: this much passes at once
  double burst_loss_s = 0;  // mean length of a burst in which everything at `loss` is tenfold
};

struct Sample {
  double seconds = 0, estimate_kbps = 0, queue_ms = 0, sent_kbps = 0, padding_kbps = 0;
};

class SimulatedLine {
 public:
  explicit SimulatedLine(std::uint32_t start_kbps, LineModel start = {}, unsigned seed = 20)
      : line(start), estimator(start_kbps), random_(seed) {}

  LineModel line;
  DownlinkEstimator estimator;
  double wanted_kbps = 2500;
  // What the server sends of its own accord at an estimate; all of it, unless set.
  std::function<double(double estimate_kbps)> media = [this](double estimate) {
    return std::min(estimate, wanted_kbps);
  };
  std::vector<Sample> samples;  // one each 100 ms

  double seconds() const { return std::chrono::duration<double>(now_ - kStart).count(); }

  void run(double duration_s) {
    const auto end = now_ + std::chrono::milliseconds(std::int64_t(duration_s * 1000));
    for (; now_ < end; now_ += milliseconds(5)) step();
  }

  // Over the samples of these seconds.
  double mean_estimate(double from, double to) const {
    double sum = 0, count = 0;
    for (const Sample& sample : samples)
      if (sample.seconds >= from && sample.seconds < to) sum += sample.estimate_kbps, ++count;
    return sum / std::max(1.0, count);
  }
  double least_estimate(double from, double to) const {
    double least = 1e9;
    for (const Sample& sample : samples)
      if (sample.seconds >= from && sample.seconds < to)
        least = std::min(least, sample.estimate_kbps);
    return least;
  }
  double most_queue(double from, double to) const {
    double most = 0;
    for (const Sample& sample : samples)
      if (sample.seconds >= from && sample.seconds < to) most = std::max(most, sample.queue_ms);
    return most;
  }
  // Seconds from `from` until the condition first holds; 1e9 if never.
  template <class Condition>
  double until(double from, Condition condition) const {
    for (const Sample& sample : samples)
      if (sample.seconds >= from && condition(sample)) return sample.seconds - from;
    return 1e9;
  }
  double padding_share() const {
    double padding = 0, sent = 0;
    for (const Sample& sample : samples) padding += sample.padding_kbps, sent += sample.sent_kbps;
    return sent > 0 ? padding / sent : 0;
  }

 private:
  static constexpr Instant kStart = Instant{} + std::chrono::hours(5);
  static constexpr std::size_t kPacket = 1100;
  static constexpr auto kApart = std::chrono::hours(77);  // between the clocks

  bool chance(double part) { return double(random_() % 1'000'000) < part * 1e6; }
  double uniform() { return double(random_() % 1'000'001) / 5e5 - 1; }

  void send(std::size_t bytes) {
    const std::uint16_t number = sender_.take();
    sender_.on_sent(number, bytes, now_);
    estimator.on_sent(bytes, now_);
    sent_bytes_ += double(bytes);
    // Queue: bytes ahead of it and what the bucket still lets pass.
    if (queue_bytes_ + double(bytes) > std::max(line.buffer_ms * line.rate_kbps / 8, 3000.0))
      return;
    queue_bytes_ += double(bytes);
    queue_.push_back({number, double(bytes)});
  }

  void drain() {
    credit_ = std::min(credit_ + line.rate_kbps / 8 * 5,
                       std::max(line.bucket_bytes, queue_.empty() ? 0.0 : 1e9));
    while (!queue_.empty() && credit_ >= queue_.front().second) {
      const auto [number, bytes] = queue_.front();
      queue_.pop_front();
      credit_ -= bytes;
      queue_bytes_ -= bytes;
      if (chance(bursting() ? std::min(1.0, line.loss * 10) : line.loss)) continue;
      const double way = std::max(0.0, line.delay_ms + line.jitter_ms * uniform());
      on_way_.emplace(now_ + std::chrono::microseconds(std::int64_t(way * 1000)), number);
    }
    if (queue_.empty()) credit_ = std::min(credit_, std::max(line.bucket_bytes, 0.0));
  }

  bool bursting() {
    if (line.burst_loss_s <= 0) return false;
    if (now_ >= burst_change_) {
      burst_ = !burst_;
      const double mean = line.burst_loss_s * (burst_ ? 1 : 9);
      burst_change_ = now_ + milliseconds(std::int64_t(mean * 1000 * (1 + 0.5 * uniform())));
    }
    return burst_;
  }

  void receive() {
    for (; !on_way_.empty() && on_way_.begin()->first <= now_; on_way_.erase(on_way_.begin()))
      receiver_.on_packet(on_way_.begin()->second, on_way_.begin()->first + kApart);
    if (receiver_.due(now_ + kApart)) {
      std::vector<std::uint8_t> bytes;
      receiver_.append_feedback(bytes, 1, 2, now_ + kApart);
      if (!chance(line.loss))
        back_.emplace(now_ + milliseconds(std::int64_t(line.delay_ms)), std::move(bytes));
    }
    for (; !back_.empty() && back_.begin()->first <= now_; back_.erase(back_.begin())) {
      results_.clear();
      const auto items = parse_rtcp(back_.begin()->second).value();
      for (const RtcpItem& item : items)
        sender_.on_feedback(std::get<TransportFeedback>(item), results_);
      estimator.on_results(results_, now_);
    }
  }

  void step() {
    estimator.set_wanted_kbps(std::uint32_t(wanted_kbps));
    const double media_kbps = media(estimator.estimate_kbps());
    owed_ += media_kbps / 8 * 5;
    // Small rates go in small packets, fifty a second, as sound does.
    const double size = std::min(double(kPacket), std::max(media_kbps * 20 / 8, 80.0));
    for (; owed_ >= size; owed_ -= size) send(std::size_t(size));
    // As a peer does: asked each 25 ms, answered with whole packets.
    double padding = steps_ % 5 == 0 ? double(estimator.padding_wanted(now_)) : 0;
    for (; padding > 0; padding -= double(kPacket)) {
      padding_bytes_ += double(kPacket);
      send(kPacket);
    }
    drain();
    receive();
    if (++steps_ % 20 == 0) {
      samples.push_back({seconds(), double(estimator.estimate_kbps()),
                         queue_bytes_ * 8 / line.rate_kbps, sent_bytes_ * 8 / 100,
                         padding_bytes_ * 8 / 100});
      sent_bytes_ = padding_bytes_ = 0;
    }
  }

  Instant now_ = kStart, burst_change_{};
  bool burst_ = true;
  std::mt19937 random_;
  TwccSender sender_;
  TwccReceiver receiver_;
  std::vector<TwccResult> results_;
  std::deque<std::pair<std::uint16_t, double>> queue_;
  std::multimap<Instant, std::uint16_t> on_way_;
  std::multimap<Instant, std::vector<std::uint8_t>> back_;
  double queue_bytes_ = 0, credit_ = 0, owed_ = 0;
  double sent_bytes_ = 0, padding_bytes_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace huiban::rtc::test
