#pragma once
// Readiness of a branch before the meeting (会前调试): what its page measured, and what that means.
// Plain values and pure functions.
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"

namespace huiban::domain {

// What the self-test of a venue's page measured.
struct Readiness {
  bool camera = false, microphone = false;
  int width = 0, height = 0;  // of the camera, px
  int level_dbov = -127;      // loudest of the test, −127…0
  // The chirp that its loudspeaker played, as its microphone heard it: how much weaker, and when.
  // Nothing: it was not heard at all.
  std::optional<int> echo_loss_db, echo_delay_ms;
  int up_kbps = 0, down_kbps = 0;  // what its line carried; 0: not measured
  int rtt_ms = 0;
  std::string browser;  // words for the phone call, not a fact about a person
  // Sound that went to the server and came back: what was missing each way, in thousandths.
  // Nothing: not measured.
  std::optional<int> loss_up_permille, loss_down_permille;
};

enum class ReadinessGrade { kGreen, kAmber, kRed };

struct ReadinessResult {
  ReadinessGrade grade = ReadinessGrade::kGreen;
  // Words of the wire, the worst first: "no_microphone", "no_sound", "slow_up", "slow_down", "lossy" (red);
  // "no_camera", "quiet", "echo", "no_echo", "narrow_up", "narrow_down", "far", "loss" (amber).
  std::vector<std::string> causes;
};

ReadinessResult judge(const Readiness& measured);

// How a call to a venue ended.
enum class CallResult { kReached, kNoReply, kBusy, kWillFix, kByPhone };

}  // namespace huiban::domain
