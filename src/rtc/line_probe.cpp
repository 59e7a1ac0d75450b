#include "rtc/line_probe.h"

#include <algorithm>

namespace huiban::rtc {
namespace {

constexpr double kCarried = 0.85;   // of the rate sent: rounding and some jitter take the rest
constexpr double kMostLost = 0.35;  // what is lost has another judge, unless it is this much
constexpr std::size_t kFewest = 8;  // packets
// Packets of the first 5 ms do not count for the rate: it is made by what follows them.
constexpr auto kFirst = std::chrono::milliseconds(5);

double ms(std::chrono::nanoseconds span) {
  return double(span.count()) / 1e6;
}

}  // namespace

void LineProbe::start(double kbps, Instant now) {
  *this = LineProbe();
  open_ = true;
  kbps_ = kbps;
  start_ = filled_ = now;
  owed_ = kbps * 5 / 8;  // the first 5 ms at once
}

void LineProbe::on_sent(std::size_t bytes, Instant now) {
  if (!open_ || now - start_ > kLength) return;
  owed_ -= double(bytes);
  if (sent_++ == 0) first_ = now;
  last_ = now;
  (now - first_ < kFirst ? first_bytes_ : bytes_) += bytes;
}

std::size_t LineProbe::padding(Instant now) {
  if (!open_ || now - start_ > kLength) return 0;
  owed_ += kbps_ * ms(now - filled_) / 8;
  filled_ = now;
  return owed_ > 0 ? std::size_t(owed_) : 0;
}

LineProbe::Part& LineProbe::part(Instant sent) {
  const auto at = (sent - start_) * std::int64_t(parts_.size()) / kLength;
  return parts_[std::min(std::size_t(at), parts_.size() - 1)];
}

void LineProbe::on_result(const TwccResult& result) {
  if (!open_ || sent_ == 0 || result.sent < first_ || result.sent - start_ > kLength) return;
  ++known_;
  if (!result.arrived) {
    ++lost_;
    return;
  }
  const double delay_ms = double(result.arrived->count()) / 1000 - ms(result.sent - first_);
  Part& its = part(result.sent);
  if (its.arrived++ == 0 || delay_ms < its.least_ms) its.least_ms = delay_ms;
}

std::optional<LineProbe::Outcome> LineProbe::take_outcome(Instant now) {
  if (!open_ || now - start_ <= kLength) return std::nullopt;
  if (known_ < sent_ && now - start_ < kLength + kPatience) return std::nullopt;
  open_ = false;
  const Part &early = parts_.front(), &late = parts_.back();
  if (known_ < kFewest || early.arrived == 0 || late.arrived == 0) return Outcome{};
  if (last_ - first_ < kLength / 2) return Outcome{};
  const double sent_kbps = double(bytes_) * 8 / ms(last_ - first_);
  // Between the middles of the first and the last part its packets were spread by so much.
  const double span = ms(kLength) * 2 / 3;
  const double arrived = span / (span + std::max(0.0, late.least_ms - early.least_ms));
  const bool lost = double(lost_) > kMostLost * double(known_);
  return Outcome{sent_kbps * arrived, arrived > kCarried && !lost};
}

}  // namespace huiban::rtc
