#include "rtc/downlink_estimator.h"

#include <algorithm>
#include <cmath>

namespace huiban::rtc {
namespace {

using std::chrono::milliseconds;

constexpr auto kGroup = milliseconds(5);
constexpr std::size_t kPoints = 20;  // groups of the trend
constexpr double kSmoothing = 0.9, kGain = 4;
constexpr double kLeastThreshold = 6, kMostThreshold = 600;  // ms
constexpr double kQueueLimit = 200;  // ms above the least delay: full, whatever the trend
constexpr double kQueueEasy = 40;    // ms: as good as empty
constexpr auto kMinimumWindow = std::chrono::seconds(15);
constexpr double kDeliveryWindow = 500;  // ms
constexpr auto kAdapt = milliseconds(200);
constexpr auto kAfterLowering = milliseconds(400);  // its effect has to be seen first
constexpr double kLower = 0.85, kRaise = 1.06;
constexpr double kHighLoss = 0.10, kLowLoss = 0.02;
constexpr auto kProbe = milliseconds(400);
constexpr milliseconds kLeastPause{1000}, kMostPause{30'000};
constexpr double kProbeStep = 1.5;

double ms(std::chrono::nanoseconds span) {
  return double(span.count()) / 1e6;
}

}  // namespace

DownlinkEstimator::DownlinkEstimator(std::uint32_t start_kbps)
    : estimate_(
          std::clamp<double>(start_kbps == 0 ? kStartKbps : start_kbps, kLeastKbps, kMostKbps)) {}

void DownlinkEstimator::on_results(std::span<const TwccResult> results, Instant now) {
  std::size_t arrived = 0, lost = 0;
  for (const TwccResult& result : results) {
    if (!result.arrived) {
      ++lost;
      continue;
    }
    ++arrived;
    note_delay(result);
  }
  if (arrived + lost == 0) return;
  measured_ = true;
  note_loss(arrived, lost, now);
  adapt(now);
}

void DownlinkEstimator::note_delay(const TwccResult& result) {
  if (!first_arrival_us_) {
    first_arrival_us_ = result.arrived->count();
    first_sent_ = result.sent;
  }
  const double arrived_ms = double(result.arrived->count() - *first_arrival_us_) / 1000;
  const double sent_ms = ms(result.sent - first_sent_);

  const double delay = arrived_ms - sent_ms;
  if (least_.since == Instant{} || delay < least_.ms) least_ = {result.sent, delay};
  if (next_least_.since == Instant{} || delay < next_least_.ms) next_least_ = {result.sent, delay};
  if (result.sent - least_.since > kMinimumWindow) {
    least_ = next_least_;
    next_least_ = {result.sent, delay};
  }
  queue_ms_ += (delay - least_.ms - queue_ms_) / 8;

  deliveries_.push_back({arrived_ms, result.bytes});
  while (deliveries_.back().arrived_ms - deliveries_.front().arrived_ms > kDeliveryWindow)
    deliveries_.pop_front();
  std::size_t bytes = 0;
  for (const Delivery& one : deliveries_) bytes += one.bytes;
  const double span = deliveries_.back().arrived_ms - deliveries_.front().arrived_ms;
  if (span > kDeliveryWindow / 3) delivered_ = double(bytes - deliveries_.front().bytes) * 8 / span;

  const Group next{result.sent, arrived_ms, result.bytes};
  if (!group_) {
    group_ = next;
  } else if (result.sent - group_->sent < kGroup) {
    group_->arrived_ms = std::max(group_->arrived_ms, arrived_ms);
    group_->bytes += result.bytes;
  } else if (result.sent > group_->sent) {
    close_group(next);
  }
}

// Growth of the delay from group to group, summed, smoothed, and its slope over the last groups.
void DownlinkEstimator::close_group(const Group& next) {
  if (previous_) {
    const double grown =
        (group_->arrived_ms - previous_->arrived_ms) - ms(group_->sent - previous_->sent);
    accumulated_ += grown;
    smoothed_ =
        groups_ == 0 ? accumulated_ : kSmoothing * smoothed_ + (1 - kSmoothing) * accumulated_;
    points_.push_back({group_->arrived_ms, smoothed_});
    if (points_.size() > kPoints) points_.pop_front();
    ++groups_;
    trend_ = points_.size() < kPoints / 2
                 ? 0
                 : slope() * double(std::min<std::size_t>(groups_, 60)) * kGain;
    // The limit follows what is usual on the line, quickly up on jitter, slowly down.
    const double passed = previous_ ? std::min(ms(group_->sent - previous_->sent), 100.0) : 0;
    const double size = std::abs(trend_);
    if (size < threshold_ + 15)
      threshold_ += (size < threshold_ ? 0.039 : 0.0087) * (size - threshold_) * passed;
    threshold_ = std::clamp(threshold_, kLeastThreshold, kMostThreshold);
    if (trend_ > threshold_) {
      if (over_since_ == Instant{}) over_since_ = group_->sent;
      if (group_->sent - over_since_ > milliseconds(10)) overused_ = true;
    } else {
      over_since_ = {};
      overused_ = false;
    }
  }
  previous_ = group_;
  group_ = next;
}

double DownlinkEstimator::slope() const {
  double at = 0, delay = 0;
  for (const Point& point : points_) {
    at += point.at_ms;
    delay += point.delay_ms;
  }
  at /= double(points_.size());
  delay /= double(points_.size());
  double above = 0, below = 0;
  for (const Point& point : points_) {
    above += (point.at_ms - at) * (point.delay_ms - delay);
    below += (point.at_ms - at) * (point.at_ms - at);
  }
  return below > 0 ? above / below : 0;
}

void DownlinkEstimator::note_loss(std::size_t arrived, std::size_t lost, Instant now) {
  if (last_loss_ != Instant{}) {
    const double keep = std::exp(-ms(now - last_loss_) / 1000);
    arrived_weight_ *= keep;
    lost_weight_ *= keep;
  }
  last_loss_ = now;
  arrived_weight_ += double(arrived);
  lost_weight_ += double(lost);
  const double all = arrived_weight_ + lost_weight_;
  loss_ = all < 10 ? 0 : lost_weight_ / all;
}

void DownlinkEstimator::adapt(Instant now) {
  if (now - last_adapt_ < kAdapt) return;
  last_adapt_ = now;
  if (judged_at_ != Instant{} && now >= judged_at_) {
    // The rate went down for loss: what is still lost has another reason.
    usual_loss_ = loss_ > 0.6 * loss_before_ ? std::max(usual_loss_, loss_) : 0;
    judged_at_ = {};
  }
  if (loss_ < usual_loss_ / 2) usual_loss_ = std::max(loss_, usual_loss_ - 0.02);
  if (now - last_lowered_ < kAfterLowering) return;
  if (overused_ || queue_ms_ > kQueueLimit) {
    lower(kLower * (delivered_ > 0 ? std::min(delivered_, estimate_) : estimate_), now);
    return;
  }
  if (judged_at_ != Instant{}) return;
  const double excess = loss_ - usual_loss_;
  if (excess > kHighLoss) {
    loss_before_ = loss_;
    rate_before_ = estimate_;
    judged_at_ = now + milliseconds(1500);
    lower(std::max(estimate_ * (1 - 0.5 * excess), delivered_ * 0.9), now);
  } else if (excess < kLowLoss && queue_ms_ < kQueueLimit / 2) {
    raise(now);
  }
}

void DownlinkEstimator::lower(double to, Instant now) {
  estimate_ = std::clamp<double>(std::min(estimate_, to), kLeastKbps, kMostKbps);
  last_lowered_ = now;
  overused_ = false;
  over_since_ = {};
  if (probing_ || now - last_probe_ < milliseconds(1500)) pause_ = std::min(pause_ * 2, kMostPause);
  probing_ = false;
}

void DownlinkEstimator::raise(Instant now) {
  // What was not sent was not tried: the estimate stays near what was delivered.
  const double limit = delivered_ * kProbeStep + 50;
  if (estimate_ < limit) estimate_ = std::min(estimate_ * kRaise, limit);
  if (wanted_kbps_ > 0) estimate_ = std::min(estimate_, std::max(wanted_kbps_ * 1.3, 200.0));
  estimate_ = std::clamp<double>(estimate_, kLeastKbps, kMostKbps);
  if (probing_ && now - probe_start_ > kProbe && delivered_ > 0.85 * probe_kbps_) {
    estimate_ = std::max(estimate_, std::min(delivered_, probe_kbps_));
    pause_ = kLeastPause;
  }
}

std::size_t DownlinkEstimator::padding_wanted(std::uint32_t sent_kbps, Instant now) {
  if (!measured_ || wanted_kbps_ * 1.2 <= estimate_) {
    probing_ = false;
    return 0;
  }
  if (!probing_) {
    const bool easy = queue_ms_ < kQueueEasy + usual_loss_ && loss_ - usual_loss_ < kLowLoss;
    if (now - last_probe_ < pause_ || now - last_lowered_ < pause_ || !easy) return 0;
    probing_ = true;
    probe_start_ = last_padding_ = last_probe_ = now;
    probe_kbps_ = std::min(std::max(estimate_, double(sent_kbps)) * kProbeStep, wanted_kbps_ * 1.2);
    owed_ = 0;
  }
  if (now - probe_start_ > kProbe + milliseconds(300)) {
    probing_ = false;
    last_probe_ = now;
    return 0;
  }
  if (now - probe_start_ > kProbe) return 0;  // wait for the last reports
  owed_ += std::max(0.0, probe_kbps_ - sent_kbps) * ms(now - last_padding_) / 8;
  last_padding_ = now;
  const auto bytes = std::size_t(owed_);
  owed_ -= double(bytes);
  return bytes;
}

void DownlinkEstimator::on_report(double fraction_lost, double rtt_ms, Instant now) {
  if (measured_) return;
  if (now - last_adapt_ < milliseconds(900)) return;
  last_adapt_ = now;
  loss_ = fraction_lost;
  if (least_.since == Instant{} || rtt_ms < least_.ms) least_ = {now, rtt_ms};
  queue_ms_ = rtt_ms - least_.ms;
  if (fraction_lost > kHighLoss || queue_ms_ > 2 * kQueueLimit)
    estimate_ *= std::max(0.5, 1 - fraction_lost / 2 - (queue_ms_ > 2 * kQueueLimit ? 0.15 : 0));
  else if (fraction_lost < kLowLoss)
    estimate_ *= 1.08;
  estimate_ = std::clamp<double>(estimate_, kLeastKbps, kMostKbps);
}

}  // namespace huiban::rtc
