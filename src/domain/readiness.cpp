#include "domain/readiness.h"

#include <algorithm>

namespace huiban::domain {

namespace {

constexpr int kSilentDbov = -70, kQuietDbov = -50;  // as FloorPill says it of a running meeting
constexpr int kEchoLossDb = 12;      // less, and the echo canceller of a browser is at its limit
constexpr int kSlowKbps = 150;       // sound and slides
constexpr int kNarrowKbps = 600;     // a camera at 360p beside them
constexpr int kLossPermille = 20;    // from here on repairs are heard
constexpr int kLossyPermille = 100;
constexpr int kFarMs = 300;          // two people begin to speak at once

}  // namespace

ReadinessResult judge(const Readiness& m) {
  ReadinessResult result;
  const auto red = [&](bool is_so, const char* cause) {
    if (!is_so) return;
    result.grade = ReadinessGrade::kRed;
    result.causes.emplace_back(cause);
  };
  const auto amber = [&](bool is_so, const char* cause) {
    if (!is_so) return;
    if (result.grade == ReadinessGrade::kGreen) result.grade = ReadinessGrade::kAmber;
    result.causes.emplace_back(cause);
  };
  red(!m.microphone, "no_microphone");
  red(m.microphone && m.level_dbov < kSilentDbov, "no_sound");
  red(m.up_kbps > 0 && m.up_kbps < kSlowKbps, "slow_up");
  red(m.down_kbps > 0 && m.down_kbps < kSlowKbps, "slow_down");
  const int loss = std::max(m.loss_up_permille.value_or(0), m.loss_down_permille.value_or(0));
  red(loss >= kLossyPermille, "lossy");
  amber(!m.camera, "no_camera");
  amber(m.microphone && m.level_dbov >= kSilentDbov && m.level_dbov < kQuietDbov, "quiet");
  amber(m.echo_loss_db && *m.echo_loss_db < kEchoLossDb, "echo");
  amber(m.microphone && !m.echo_loss_db, "no_echo");
  amber(m.up_kbps >= kSlowKbps && m.up_kbps < kNarrowKbps, "narrow_up");
  amber(m.down_kbps >= kSlowKbps && m.down_kbps < kNarrowKbps, "narrow_down");
  amber(m.rtt_ms > kFarMs, "far");
  amber(loss >= kLossPermille && loss < kLossyPermille, "loss");
  return result;
}

}  // namespace huiban::domain
