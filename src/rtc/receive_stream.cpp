#include "rtc/receive_stream.h"

#include <algorithm>
#include <cmath>

#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::int64_t kMaxDropout = 3000;  // RFC 3550 appendix A.1: beyond it, numbering restarted
constexpr std::size_t kMaxMissing = 256;    // more is an outage: a keyframe mends it sooner
constexpr int kMaxTries = 6;

}  // namespace

void ReceiveStream::on_packet(std::uint16_t sequence, std::uint32_t timestamp, Instant now) {
  const std::int64_t extended = started_ ? wire::extend16(highest_, sequence) : sequence;
  if (!started_ || std::abs(extended - highest_) > kMaxDropout) {
    started_ = true;
    base_ = highest_ = sequence;
    received_ = expected_before_ = received_before_ = 0;
    missing_.clear();
    first_arrival_ = now;
    jitter_ = 0;
  } else if (extended > highest_) {
    if (std::size_t(extended - highest_ - 1) + missing_.size() > kMaxMissing) missing_.clear();
    if (extended - highest_ <= std::int64_t(kMaxMissing))
      for (std::int64_t lost = highest_ + 1; lost < extended; ++lost)
        missing_.push_back({lost, now, {}, 0});
    highest_ = extended;
  } else if (!arrived(extended, now)) {
    return;  // a repetition; counted, repairs asked for twice would hide what the line loses
  }
  // Interarrival jitter, appendix A.8.
  const std::int64_t transit = to_rtp_units(now - first_arrival_, kind_) - std::int64_t(timestamp);
  const std::int64_t step = std::int32_t(std::uint32_t(transit - last_transit_));
  if (received_ > 0) jitter_ += (double(std::abs(step)) - jitter_) / 16;
  last_transit_ = transit;
  ++received_;
}

bool ReceiveStream::on_repair(std::uint16_t sequence, Instant now) {
  return arrived(wire::extend16(highest_, sequence), now);
}

bool ReceiveStream::arrived(std::int64_t sequence, Instant now) {
  const auto found = std::find_if(missing_.begin(), missing_.end(),
                                  [&](const Missing& m) { return m.sequence == sequence; });
  if (found == missing_.end()) return false;
  if (found->tries > 0) {  // from the first asking: too long where an answer was lost, never too short
    const auto took = std::chrono::duration_cast<Milliseconds>(now - found->since);
    repair_time_ = repair_time_.count() == 0 ? took : (repair_time_ * 7 + took) / 8;
  }
  missing_.erase(found);
  return true;
}

void ReceiveStream::on_sender_report(const SenderReport& report, Instant now) {
  last_sr_ = ntp_middle(report.ntp);
  last_sr_at_ = now;
}

ReportBlock ReceiveStream::report(Instant now) {
  ReportBlock block;
  block.ssrc = ssrc_;
  if (started_) {
    const std::int64_t expected = highest_ - base_ + 1;
    const std::int64_t expected_now = expected - expected_before_;
    const std::int64_t lost_now = expected_now - (received_ - received_before_);
    loss_ = expected_now > 0 && lost_now > 0 ? double(lost_now) / double(expected_now) : 0;
    expected_before_ = expected;
    received_before_ = received_;
    block.fraction_lost = std::uint8_t(std::min(255.0, loss_ * 256));
    block.cumulative_lost =
        std::int32_t(std::clamp<std::int64_t>(expected - received_, -0x800000, 0x7fffff));
    block.highest_sequence = std::uint32_t(highest_);
    block.jitter = std::uint32_t(jitter_);
  }
  if (last_sr_at_ != Instant{}) {
    block.last_sr = last_sr_;
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now - last_sr_at_);
    block.delay_since_sr = std::uint32_t(since.count() * 65536 / 1'000'000);
  }
  return block;
}

std::vector<std::uint16_t> ReceiveStream::missing(Instant now, Milliseconds rtt) {
  std::vector<std::uint16_t> ask;
  std::erase_if(missing_, [&](const Missing& m) {
    return m.tries >= kMaxTries || now - m.since > std::chrono::seconds(1);
  });
  const Milliseconds first = std::max({rtt, repair_time_ * 5 / 4, Milliseconds(20)});
  for (Missing& m : missing_) {
    if (m.tries > 0 && now - m.asked < first * (1 << (m.tries - 1))) continue;
    m.asked = now;
    ++m.tries;
    ask.push_back(std::uint16_t(m.sequence));
  }
  return ask;
}

}  // namespace huiban::rtc
