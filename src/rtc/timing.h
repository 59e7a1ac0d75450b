#pragma once
// Moments on the network thread and how they map to RTP timestamps and NTP time.
#include <chrono>
#include <cstdint>

#include "rtc/rtcp.h"
#include "rtc/transport.h"

namespace huiban::rtc {

using Instant = std::chrono::steady_clock::time_point;

inline std::int64_t clock_rate(MediaKind kind) {
  return kind == MediaKind::kAudio ? 48000 : 90000;
}

// Timestamp units in a span; the span is below some hours, so that nothing overflows.
inline std::int64_t to_rtp_units(std::chrono::nanoseconds span, MediaKind kind) {
  return span.count() / 1000 * clock_rate(kind) / 1'000'000;
}
inline std::chrono::nanoseconds from_rtp_units(std::int64_t units, MediaKind kind) {
  return std::chrono::nanoseconds(units * 1'000'000 / clock_rate(kind) * 1000);
}

// Wall time that never jumps: the system clock as it stood at the first call, carried on by the
// steady one.
inline std::chrono::system_clock::time_point wall_time(Instant at) {
  static const auto kWall = std::chrono::system_clock::now();
  static const auto kSteady = std::chrono::steady_clock::now();
  return kWall + std::chrono::duration_cast<std::chrono::system_clock::duration>(at - kSteady);
}
inline NtpTime ntp_time(Instant at) {
  return to_ntp(wall_time(at));
}

}  // namespace huiban::rtc
