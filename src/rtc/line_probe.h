#pragma once
// A short burst at a rate that is to be tried, and what came of it: everything that leaves while it
// lasts counts, filled up with padding, and the receiver's reports tell at what rate it arrived.
// Net thread only; pure, time comes in. One of a downlink estimator.
#include <array>
#include <cstddef>
#include <optional>

#include "rtc/timing.h"
#include "rtc/twcc.h"

namespace huiban::rtc {

class LineProbe {
 public:
  // Long enough for some frames of a camera, short enough that a full line's queue stays below what
  // is lowered for.
  static constexpr auto kLength = std::chrono::milliseconds(200),
                        kPatience = std::chrono::milliseconds(800);  // for its reports

  bool open() const { return open_; }  // its outcome is not known yet
  void start(double kbps, Instant now);
  void drop() { open_ = false; }
  void on_sent(std::size_t bytes, Instant now);
  std::size_t padding(Instant now);  // bytes to be sent now
  void on_result(const TwccResult& result);

  struct Outcome {
    double kbps = 0;       // that the line has shown to carry; 0: too little came to tell
    bool carried = false;  // all that was sent: there may be more room
  };
  // Once, when all is known or the patience is over.
  std::optional<Outcome> take_outcome(Instant now);

 private:
  // A third of it: the least delay of its packets, which jitter leaves alone and a queue lifts.
  struct Part {
    std::size_t arrived = 0;
    double least_ms = 0;
  };
  Part& part(Instant sent);

  bool open_ = false;
  double kbps_ = 0, owed_ = 0;
  Instant start_{}, filled_{}, first_{}, last_{};
  std::size_t sent_ = 0, known_ = 0, lost_ = 0;  // packets
  std::size_t first_bytes_ = 0, bytes_ = 0;
  std::array<Part, 3> parts_{};
};

}  // namespace huiban::rtc
