#include "tests/line/line_model.h"

#include <algorithm>
#include <cmath>

namespace huiban::line {
namespace {

constexpr Nanoseconds kWanderPeriod{100'000'000};  // jitter in order turns this often

Nanoseconds from_ms(double ms) {
  return Nanoseconds(static_cast<std::int64_t>(ms * 1e6));
}
double to_ms(Nanoseconds time) {
  return static_cast<double>(time.count()) / 1e6;
}

}  // namespace

double LineStatistics::queue_delay_ms(double share) const {
  std::uint64_t total = 0, seen = 0;
  for (const auto n : queue_delay) total += n;
  if (total == 0) return 0;
  for (std::size_t ms = 0; ms < queue_delay.size(); ++ms) {
    seen += queue_delay[ms];
    if (static_cast<double>(seen) >= share * static_cast<double>(total))
      return static_cast<double>(ms);
  }
  return static_cast<double>(queue_delay.size() - 1);
}

// SplitMix64: the same numbers with every standard library.
double LineModel::random() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

// Gilbert-Elliott: a burst ends with 1/length per packet and begins so often that the share is
// right.
bool LineModel::lost_in_burst() {
  if (settings_.burst_loss <= 0) {
    in_burst_ = false;
    return false;
  }
  const double bad = std::min(0.99, settings_.burst_loss / settings_.burst_density);
  const double end = 1 / std::max(1.0, settings_.burst_length);
  const double begin = std::min(1.0, end * bad / (1 - bad));
  in_burst_ = in_burst_ ? random() >= end : random() < begin;
  return in_burst_ && random() < settings_.burst_density;
}

double LineModel::queue_limit() const {
  if (settings_.queue_bytes > 0) return settings_.queue_bytes;
  // One full packet fits at any rate.
  return std::max(1500.0, settings_.queue_ms * settings_.rate_kbps / 8);
}

void LineModel::set(const LineSettings& settings, Nanoseconds now) {
  serve(now);
  settings_ = settings;
  serve(now);
}

void LineModel::push(Packet packet, Nanoseconds now) {
  serve(now);
  const auto size = static_cast<double>(packet.size());
  ++statistics_.packets;
  statistics_.bytes += packet.size();
  const bool alone = random() < settings_.loss;  // drawn always: an outage shifts no other fate
  const bool in_burst = lost_in_burst();
  if (settings_.outage) {
    ++statistics_.lost_in_outage;
  } else if (alone) {
    ++statistics_.lost;
  } else if (in_burst) {
    ++statistics_.lost_in_bursts;
  } else if (settings_.rate_kbps <= 0) {
    ++statistics_.queue_delay[0];
    fly(std::move(packet), now);
  } else if (queued_bytes_ + size > queue_limit()) {
    ++statistics_.lost_in_queue;
  } else {
    queued_bytes_ += size;
    queue_.push_back({std::move(packet), now});
  }
}

// Sends from the queue at the rate up to now.
void LineModel::serve(Nanoseconds now) {
  while (!queue_.empty()) {
    Queued& head = queue_.front();
    const Nanoseconds begin = std::max(served_until_, head.arrived);
    Nanoseconds end = begin;
    if (settings_.rate_kbps > 0) {
      const double left = static_cast<double>(head.packet.size()) * 8 - head_bits_sent_;
      end = begin + from_ms(left / settings_.rate_kbps);
      if (end > now) {
        if (now > begin) head_bits_sent_ += to_ms(now - begin) * settings_.rate_kbps;
        served_until_ = std::max(now, begin);
        return;
      }
    } else {
      end = std::max(end, now);
    }
    head_bits_sent_ = 0;
    served_until_ = end;
    queued_bytes_ -= static_cast<double>(head.packet.size());
    const auto waited = static_cast<std::size_t>(to_ms(end - head.arrived));
    ++statistics_.queue_delay[std::min(waited, statistics_.queue_delay.size() - 1)];
    fly(std::move(head.packet), end);
    queue_.pop_front();
  }
  served_until_ = std::max(served_until_, now);
}

double LineModel::wander_ms(Nanoseconds now) {
  if (now >= wander_end_ + kWanderPeriod) wander_end_ = now;  // a pause: begin anew
  while (now >= wander_end_) {
    wander_from_ = wander_to_;
    wander_to_ = 2 * random() - 1;
    wander_end_ += kWanderPeriod;
  }
  const double left = to_ms(wander_end_ - now) / to_ms(kWanderPeriod);
  return settings_.jitter_ms * (wander_to_ + (wander_from_ - wander_to_) * left);
}

void LineModel::fly(Packet packet, Nanoseconds now) {
  double delay = settings_.delay_ms;
  if (settings_.jitter_ms > 0)
    delay += settings_.reorder ? settings_.jitter_ms * (2 * random() - 1) : wander_ms(now);
  Nanoseconds due = now + from_ms(std::max(0.0, delay));
  if (!settings_.reorder) due = std::max(due, last_due_);
  last_due_ = std::max(last_due_, due);
  flying_.push({due, order_++, std::move(packet)});
}

std::optional<LineModel::Packet> LineModel::pop(Nanoseconds now) {
  serve(now);
  if (flying_.empty() || flying_.top().due > now) return std::nullopt;
  Packet packet = std::move(const_cast<Flying&>(flying_.top()).packet);  // it is removed at once
  flying_.pop();
  ++statistics_.delivered;
  statistics_.delivered_bytes += packet.size();
  return packet;
}

Nanoseconds LineModel::next_event() const {
  Nanoseconds next = flying_.empty() ? Nanoseconds::max() : flying_.top().due;
  if (!queue_.empty() && settings_.rate_kbps > 0) {
    const Queued& head = queue_.front();
    const double left = static_cast<double>(head.packet.size()) * 8 - head_bits_sent_;
    const Nanoseconds served =
        std::max(served_until_, head.arrived) + from_ms(left / settings_.rate_kbps);
    next = std::min(next, served + Nanoseconds(1));
  }
  return next;
}

}  // namespace huiban::line
