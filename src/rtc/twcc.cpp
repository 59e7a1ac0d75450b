#include "rtc/twcc.h"

#include <algorithm>

#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::int64_t kUnitsPerReference = 256;       // 64 ms in 250 us
constexpr std::int64_t kKeepUnits = 2000;              // 500 ms: reordering beyond it is loss
constexpr std::int64_t kMaxSpan = 1000, kJump = 8000;  // numbers in memory; beyond: a restart
constexpr std::size_t kPerReport = 350;                // packets: a report stays below 1 kB

std::int64_t microseconds(Instant at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}
std::int64_t units(Instant at) {
  return microseconds(at) / 250;
}

}  // namespace

void TwccReceiver::on_packet(std::uint16_t wide_sequence, Instant now) {
  std::int64_t sequence =
      highest_ < 0 ? 0x10000 + wide_sequence : wire::extend16(highest_, wide_sequence);
  if (highest_ < 0 || std::abs(sequence - highest_) > kJump) {
    arrivals_.clear();
    highest_ = sequence;
    begin_ = sequence;
  }
  if (sequence <= highest_ - kMaxSpan) return;
  const auto place = std::lower_bound(
      arrivals_.begin(), arrivals_.end(), sequence,
      [](const Arrival& arrival, std::int64_t wanted) { return arrival.sequence < wanted; });
  if (place != arrivals_.end() && place->sequence == sequence) return;  // a repetition
  arrivals_.insert(place, {sequence, units(now)});
  if (arrivals_.size() > std::size_t(kMaxSpan)) arrivals_.pop_front();
  highest_ = std::max(highest_, sequence);
  begin_ = std::min(begin_, sequence);
  pending_ = true;
}

void TwccReceiver::append_feedback(std::vector<std::uint8_t>& out, std::uint32_t sender,
                                   std::uint32_t media, Instant now) {
  if (!pending_) return;
  begin_ = std::max(begin_, highest_ - kMaxSpan + 1);
  auto at = std::lower_bound(
      arrivals_.begin(), arrivals_.end(), begin_,
      [](const Arrival& arrival, std::int64_t wanted) { return arrival.sequence < wanted; });
  while (at != arrivals_.end()) {
    TransportFeedback feedback;
    feedback.sender = sender;
    feedback.media = media;
    feedback.count = count_++;
    feedback.base = std::uint16_t(begin_);
    std::int64_t before = at->at / kUnitsPerReference;
    feedback.reference = std::uint32_t(before & 0xffffff);
    before *= kUnitsPerReference;
    while (at != arrivals_.end() && feedback.deltas.size() < kPerReport) {
      const std::int64_t delta = at->at - before;
      if (delta > 0x7fff || delta < -0x8000) break;  // a new reference is needed
      while (begin_ < at->sequence && feedback.deltas.size() < kPerReport) {
        feedback.deltas.push_back(TransportFeedback::kLost);
        ++begin_;
      }
      if (begin_ < at->sequence) break;
      feedback.deltas.push_back(std::int32_t(delta));
      before = at->at;
      ++begin_;
      ++at;
    }
    if (!feedback.deltas.empty()) append_rtcp(out, feedback);
  }
  pending_ = false;
  last_feedback_ = now;
  const std::int64_t old = units(now) - kKeepUnits;
  while (!arrivals_.empty() && arrivals_.front().at < old) arrivals_.pop_front();
}

void TwccSender::on_sent(std::uint16_t wide_sequence, std::size_t bytes, Instant now) {
  if (history_.empty()) history_.resize(kHistory);
  Sent& sent = history_[wide_sequence % kHistory];
  if (sent.state == State::kMissing) --missing_;
  last_us_ = microseconds(now);
  sent = {std::uint32_t(last_us_), std::uint16_t(bytes),
          std::uint8_t(wide_sequence / kHistory), State::kSent};
}

Instant TwccSender::time_of(const Sent& sent) const {
  return Instant(std::chrono::microseconds(last_us_ - (std::uint32_t(last_us_) - sent.at_us)));
}

void TwccSender::on_feedback(const TransportFeedback& feedback, std::vector<TwccResult>& out) {
  if (history_.empty()) return;
  // The reference has 24 bits; it goes on from where it was.
  std::int64_t reference = feedback.reference;
  if (reference_) {
    const std::int32_t step =
        std::int32_t((feedback.reference - std::uint32_t(*reference_)) << 8) >> 8;
    reference = *reference_ + step;
  }
  reference_ = reference;
  std::int64_t arrival = reference * kUnitsPerReference;
  const auto find = [this](std::uint16_t sequence) {
    Sent& sent = history_[sequence % kHistory];
    return sent.above == sequence / kHistory && sent.state != State::kNone ? &sent : nullptr;
  };
  const auto begin = std::ptrdiff_t(out.size());
  std::uint16_t sequence = feedback.base;
  for (const std::int32_t delta : feedback.deltas) {
    Sent* sent = find(sequence++);
    if (delta == TransportFeedback::kLost) continue;
    arrival += delta;
    if (!sent) continue;
    if (sent->state == State::kMissing) --missing_;
    out.push_back({sent->bytes, time_of(*sent), std::chrono::microseconds(arrival * 250)});
    sent->state = State::kNone;
  }

  // What an earlier report missed and this one does not know either: lost, and before the others.
  const std::uint16_t end = sequence;
  const auto arrived = std::ptrdiff_t(out.size());
  const auto before = [](std::uint16_t a, std::uint16_t b) { return std::int16_t(a - b) < 0; };
  for (; missing_ > 0 && before(missing_from_, end); ++missing_from_) {
    Sent* sent = find(missing_from_);
    if (!sent || sent->state != State::kMissing) continue;
    out.push_back({sent->bytes, time_of(*sent), std::nullopt});
    sent->state = State::kNone;
    --missing_;
  }
  std::rotate(out.begin() + begin, out.begin() + arrived, out.end());

  sequence = feedback.base;
  for (const std::int32_t delta : feedback.deltas) {
    Sent* sent = find(sequence++);
    if (!sent || delta != TransportFeedback::kLost || sent->state != State::kSent) continue;
    sent->state = State::kMissing;
    const auto number = std::uint16_t(sequence - 1);
    if (missing_++ == 0 || before(number, missing_from_)) missing_from_ = number;
  }
}

}  // namespace huiban::rtc
