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
constexpr double kQueueEasy = 30;    // ms: as good as empty
constexpr double kEmptying = 0.9;    // of the queue is left after kAdapt
// Delay of the packets that came last, in ms, or kSwing times what it swings by itself.
constexpr double kFilling = 40, kFall = 80, kSwing = 1.5;
constexpr std::size_t kNewest = 5;  // packets
constexpr double kRecent = 120;     // ms, what a line that fell carries
constexpr auto kMinimumWindow = std::chrono::seconds(15);
constexpr double kFarLess = 0.6;     // of what was delivered when the line seemed full
constexpr double kRanEmpty = 40;     // ms that a queue becomes shorter or longer in kStandsStill
constexpr auto kStandsStill = milliseconds(1500);
constexpr double kDeliveryWindow = 500;  // ms
constexpr auto kAdapt = milliseconds(200);
constexpr auto kAfterLowering = milliseconds(400);  // its effect has to be seen first
constexpr double kLower = 0.85, kRaise = 1.06, kRaiseNear = 1.02, kRaiseAtStart = 1.25;
constexpr std::size_t kMostDeliveries = 2048, kFewest = 16, kJudged = 40;  // packets
constexpr auto kStanding = milliseconds(200), kJudging = milliseconds(1000),
               kSilence = milliseconds(1500), kVerdict = milliseconds(2000),
               kHeld = milliseconds(3000);  // by some loss, then it is judged, too
constexpr double kSmallKbps = 150;          // a voice and its overhead, twice
constexpr double kMostUsual = 0.3;          // more is never taken for usual
constexpr double kForget = 0.005;           // of usual loss, each kAdapt
constexpr double kHighLoss = 0.10, kLowLoss = 0.02;
constexpr milliseconds kLeastPause{1000}, kMostPause{10'000};
constexpr double kProbeStep = 1.5, kNextProbeStep = 2;  // times the estimate
constexpr double kUntried = 1.2;                        // times what was delivered, without a probe
constexpr double kNotCarried = 0.9;                     // of what came of one: it may be chance
constexpr auto kProbeSpan = milliseconds(1500),  // from its start: a queue in it is its doing
    kProbeQueue = milliseconds(500),             // ... and in the packets that came last
    kRaiseAgain = milliseconds(800);             // after one that filled the line
// Times what the receiver would take: above the headroom that layers are raised with.
constexpr double kEnough = 1.22, kMostProbed = 1.35, kMostRaised = 1.3;

double ms(std::chrono::nanoseconds span) {
  return double(span.count()) / 1e6;
}

}  // namespace

DownlinkEstimator::DownlinkEstimator(std::uint32_t start_kbps)
    : estimate_(
          std::clamp<double>(start_kbps == 0 ? kStartKbps : start_kbps, kLeastKbps, kMostKbps)),
      starting_(start_kbps == 0),
      pause_(kLeastPause) {}

void DownlinkEstimator::on_sent(std::size_t bytes, Instant now) {
  probe_.on_sent(bytes, now);
  last_sent_ = now;
  if (unanswered_since_ == Instant{}) unanswered_since_ = now;
}

void DownlinkEstimator::on_results(std::span<const TwccResult> results, Instant now) {
  if (results.empty()) return;
  if (!std::exchange(measured_, true)) measured_since_ = now;
  unanswered_since_ = {};
  if (before_silence_ > 0) {
    // It is most often the same line again; if not, its delay shows that at once.
    estimate_ = std::max(estimate_, before_silence_ / 2);
    before_silence_ = 0;
  }
  for (const TwccResult& result : results) {
    note_loss(result);
    probe_.on_result(result);
    if (result.arrived) note_delay(result);
  }
  queue_ms_ = delay_count_ < kFewest ? 0 : queue_above(least_delay(kFewest, kStanding));
  fresh_queue_ms_ = delay_count_ < kFewest ? 0 : queue_above(least_delay(kNewest, {}));
  loss_ = all_.part();
  judge_fall(now);
  adapt(now);
}

void DownlinkEstimator::note_delay(const TwccResult& result) {
  if (!first_arrival_us_) {
    first_arrival_us_ = result.arrived->count();
    first_sent_ = result.sent;
  }
  const double arrived_ms = (double(result.arrived->count()) - double(*first_arrival_us_)) / 1000;
  const double sent_ms = ms(result.sent - first_sent_);

  const double delay = arrived_ms - sent_ms;
  if (least_.since == Instant{} || delay < least_.ms) least_ = {result.sent, delay};
  if (next_least_.since == Instant{} || delay < next_least_.ms) next_least_ = {result.sent, delay};
  if (result.sent - least_.since > kMinimumWindow) {
    least_ = next_least_;
    next_least_ = {result.sent, delay};
  }
  delays_[delay_count_++ % delays_.size()] = {result.sent, delay};
  note_delivery(arrived_ms, result.bytes);

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

void DownlinkEstimator::note_delivery(double arrived_ms, std::size_t bytes) {
  // The times are the peer's word: a clock that jumps begins anew, and there is an end to them.
  if (deliveries_.empty() || std::abs(arrived_ms - newest_ms_) > 4 * kDeliveryWindow) {
    deliveries_.clear();
    delivery_bytes_ = 0;
    newest_ms_ = arrived_ms;
  }
  newest_ms_ = std::max(newest_ms_, arrived_ms);
  deliveries_.push_back({arrived_ms, bytes});
  delivery_bytes_ += bytes;
  while (newest_ms_ - deliveries_.front().arrived_ms > kDeliveryWindow ||
         deliveries_.size() > kMostDeliveries) {
    delivery_bytes_ -= deliveries_.front().bytes;
    deliveries_.pop_front();
    if (deliveries_.empty()) return;
  }
  const double span = newest_ms_ - deliveries_.front().arrived_ms;
  if (span > kDeliveryWindow / 3)
    delivered_ = double(delivery_bytes_ - deliveries_.front().bytes) * 8 / span;
}

// Of the packets sent within the span before the last one, and of `fewest` at least. Over 200 ms
// jitter and packets that come in clumps leave it alone, a queue lifts it.
double DownlinkEstimator::least_delay(std::size_t fewest, std::chrono::nanoseconds span) const {
  const Instant newest = delays_[(delay_count_ - 1) % delays_.size()].sent;
  double least = 1e9;
  for (std::size_t i = 0; i < std::min(delay_count_, delays_.size()); ++i) {
    const Delay& delay = delays_[(delay_count_ - 1 - i) % delays_.size()];
    if (i >= fewest && newest - delay.sent > span) break;
    least = std::min(least, delay.ms);
  }
  return least;
}

// kbit/s over the last kRecent; 0: too little came to tell.
double DownlinkEstimator::recently_delivered() const {
  std::size_t bytes = 0, packets = 0;
  double from = newest_ms_;
  for (auto it = deliveries_.rbegin(); it != deliveries_.rend(); ++it) {
    if (newest_ms_ - it->arrived_ms > kRecent && packets > kNewest) break;
    from = std::min(from, it->arrived_ms);
    bytes += it->bytes;
    ++packets;
  }
  const double span = newest_ms_ - from;
  if (packets <= kNewest || span < kRecent / 3) return 0;
  return double(bytes) * (packets - 1) / packets * 8 / span;
}

// A line that suddenly carries a fraction: within a tenth of a second its queue holds up the sound.
// That cannot wait for the next regular look.
void DownlinkEstimator::judge_fall(Instant now) {
  if (fresh_queue_ms_ < kQueueEasy) {
    swing_ = std::max(swing_ * 0.99, peak_);
    peak_ = 0;
    return;
  }
  peak_ = std::max(peak_, fresh_queue_ms_);
  if (fresh_queue_ms_ < std::max(kFall, swing_ * kSwing) || now - last_lowered_ < kAfterLowering)
    return;
  if (now - last_probe_ < kProbeQueue) return;  // its own doing
  const double recent = recently_delivered();
  if (recent == 0 || recent > kLower * estimate_) return;
  judged_at_ = {};
  ceiling_ = recent;
  lower(std::max(kLower * recent, std::min(0.7 * estimate_, kSmallKbps)), now);
  peak_ = 0;
  fell_ = true;
}

bool DownlinkEstimator::filling() const {
  return fresh_queue_ms_ > std::max(kFilling, swing_ * kSwing);
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

void DownlinkEstimator::Losses::add(bool came, Instant sent) {
  if (last != Instant{} && sent > last) {
    const double keep = std::exp(-ms(sent - last) / 1000);
    arrived *= keep;
    lost *= keep;
  }
  last = std::max(last, sent);
  (came ? arrived : lost) += 1;
}

void DownlinkEstimator::note_loss(const TwccResult& result) {
  const bool came = result.arrived.has_value();
  all_.add(came, result.sent);
  if (result.sent <= last_lowered_) return;
  fresh_.add(came, result.sent);
  ++(came ? judged_arrived_ : judged_lost_);
}

// The rate went below what was delivered: what is still lost has another reason than the rate.
void DownlinkEstimator::judge_loss(Instant now) {
  const std::size_t all = judged_arrived_ + judged_lost_;
  if (now < judged_at_ || (all < kJudged && now < judged_at_ + kAdapt * 10)) return;
  judged_at_ = {};
  if (all == 0) return;
  const double still = double(judged_lost_) / double(all);
  if (still > loss_before_ / 2) {
    usual_loss_ = std::min(std::max(usual_loss_, still), kMostUsual);
    estimate_ = std::max(estimate_, rate_before_);
    ceiling_ = 0;
    fresh_ = {};
    last_verdict_ = now;
  } else {
    usual_loss_ = still;
  }
}

// At a far lower rate a queue runs empty. Delay that stays is the way's own: another network, another
// route.
void DownlinkEstimator::judge_standing(Instant now) {
  if (queue_ms_ < kQueueEasy) full_ = full_estimate_ = 0;
  if (full_ == 0 || delivered_ > kFarLess * full_) {
    standing_since_ = {};
    return;
  }
  if (standing_since_ == Instant{} || std::abs(queue_ms_ - standing_ms_) > kRanEmpty) {
    standing_since_ = now;
    standing_ms_ = queue_ms_;
  }
  if (now - standing_since_ < kStandsStill) return;
  least_ = next_least_ = {now, least_.ms + queue_ms_};
  estimate_ = std::max(estimate_, full_estimate_ / 2);
  queue_ms_ = fresh_queue_ms_ = full_ = full_estimate_ = 0;
  standing_since_ = {};
  overused_ = false;
  ceiling_ = 0;
  pause_ = kLeastPause;
}

void DownlinkEstimator::adapt(Instant now) {
  if (now - last_adapt_ < kAdapt) return;
  last_adapt_ = now;
  judge_standing(now);
  const double loss = fresh_.part();
  if (judged_at_ != Instant{}) judge_loss(now);
  if (loss < usual_loss_) usual_loss_ = std::max(loss, usual_loss_ - kForget);
  // A long queue that runs empty at this rate needs no lower one.
  const bool stands = queue_ms_ > kQueueLimit && fresh_queue_ms_ > kEmptying * looked_at_;
  looked_at_ = fresh_queue_ms_;
  if (now - last_lowered_ < kAfterLowering) return;
  if ((overused_ && queue_ms_ > kQueueEasy) || stands) {
    judged_at_ = {};  // a queue says more than losses do
    ceiling_ = delivered_;
    double to = kLower * (delivered_ > 0 ? std::min(delivered_, estimate_) : estimate_);
    // Far less was sent than the line is thought to carry: a small queue says little about it.
    if (queue_ms_ < kQueueLimit / 2) to = std::max(to, std::min(0.7 * estimate_, kSmallKbps));
    lower(to, now);
    return;
  }
  if (judged_at_ != Instant{}) return;
  const double excess = loss - usual_loss_;
  if (excess < kLowLoss) held_since_ = now;
  if (now - last_verdict_ > kVerdict && (excess > kHighLoss || now - held_since_ > kHeld)) {
    held_since_ = now;
    loss_before_ = loss;
    rate_before_ = estimate_;
    judged_at_ = now + kJudging;
    judged_arrived_ = judged_lost_ = 0;
    ceiling_ = delivered_;
    lower(std::max(estimate_ * 0.6, delivered_ * 0.95), now);
  } else if (excess < kLowLoss && queue_ms_ < kQueueEasy && now >= raise_from_) {
    raise();
  }
}

void DownlinkEstimator::lower(double to, Instant now) {
  full_ = std::max(full_, delivered_);
  full_estimate_ = std::max(full_estimate_, estimate_);
  estimate_ = std::clamp<double>(std::min(estimate_, to), kLeastKbps, kMostKbps);
  last_lowered_ = now;
  fresh_ = {};
  overused_ = false;
  over_since_ = {};
  // A full line is lowered for several times until its queue is empty; the probe has filled it
  // once.
  if (!probe_blamed_ && now - last_probe_ < kProbeSpan) {
    pause_ = std::min(pause_ * 2, kMostPause);
    probe_blamed_ = true;
  }
  probes_carried_ = 0;
  carried_near_ = false;
  probe_.drop();
  starting_ = false;
}

void DownlinkEstimator::raise() {
  // What was not sent was not tried, and what nobody wants need not be: the estimate stays where it
  // is, not below.
  const double untried = starting_ ? kProbeStep : kUntried;
  double limit = std::max(delivered_ * untried + 50, kLower * ceiling_);
  if (wanted_kbps_ > 0) limit = std::min(limit, std::max(wanted_kbps_ * kMostRaised, 200.0));
  const bool near = estimate_ > 0.9 * ceiling_ && estimate_ < 1.15 * ceiling_;
  const double factor = starting_ ? kRaiseAtStart : near ? kRaiseNear : kRaise;
  if (estimate_ < limit) estimate_ = std::min(estimate_ * factor, limit);
  if (estimate_ > 1.15 * ceiling_) ceiling_ = 0;
  estimate_ = std::clamp<double>(estimate_, kLeastKbps, kMostKbps);
}

// Something is sent and nothing is heard: the line is cut, or its queue longer than we can see.
void DownlinkEstimator::on_silence(Instant now) {
  if (unanswered_since_ == Instant{} || last_sent_ - unanswered_since_ < kSilence ||
      now - last_sent_ > kSilence || now - last_silence_ < milliseconds(500))
    return;
  last_silence_ = now;
  before_silence_ = std::max(before_silence_, estimate_);
  lower(estimate_ * 0.8, now);
}

std::size_t DownlinkEstimator::padding_wanted(Instant now) {
  if (measured_) on_silence(now);
  judge_probe(now);
  if (!probe_.open()) {
    if (!measured_ || estimate_ >= wanted_kbps_ * kEnough) return 0;
    const bool easy = queue_ms_ < kQueueEasy && fresh_.part() - usual_loss_ < kLowLoss;
    // One that was carried is followed by the next at once; where the line was full before, after
    // its effect has been seen: a shaper may let a burst pass that it would not let stand.
    const std::chrono::nanoseconds pause =
        carried_near_ ? std::min<std::chrono::nanoseconds>(pause_, kProbeSpan) : pause_;
    const bool paused = probes_carried_ == 0 && now - last_probe_ < pause;
    if (paused || now - last_lowered_ < pause_ || !easy) return 0;
    const double step = probes_carried_ > 0 ? kNextProbeStep : kProbeStep;
    probe_.start(std::min(std::max(estimate_, delivered_) * step, wanted_kbps_ * kMostProbed), now);
    last_probe_ = now;
    probe_blamed_ = carried_near_ = false;
  }
  return probe_.padding(now);
}

void DownlinkEstimator::judge_probe(Instant now) {
  const auto outcome = probe_.take_outcome(now);
  if (!outcome) return;
  const double shown = outcome->kbps * (outcome->carried ? 1 : kNotCarried);
  estimate_ = std::clamp<double>(std::max(estimate_, shown), kLeastKbps, kMostKbps);
  if (outcome->carried) {
    carried_near_ = ceiling_ != 0;
    if (carried_near_) return;
    ++probes_carried_;
    pause_ = kLeastPause;
    probe_blamed_ = true;
    return;
  }
  // Until what came of it has left the window, what is delivered says nothing of the rest.
  raise_from_ = now + kRaiseAgain;
  probes_carried_ = 0;
  if (outcome->kbps > 0 && !std::exchange(probe_blamed_, true))
    pause_ = std::min(pause_ * 2, kMostPause);
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
