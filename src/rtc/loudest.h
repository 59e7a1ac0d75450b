#pragma once
// Who speaks: levels of RFC 6464 smoothed per source, and of many microphones the few that are
// heard, with hysteresis. Nothing is decoded for it. Pure and net thread only.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rtc/timing.h"
#include "rtc/transport.h"

namespace huiban::rtc {

inline constexpr double kNoLevel = -127;  // dBov

// The level of one source: up within two or three packets, down slowly enough that the gaps between
// words do not show.
class SpeechLevel {
 public:
  static constexpr double kAttack = 0.030;       // seconds
  static constexpr double kDecayPerSecond = 20;  // dB

  void note(int dbov, Instant now);  // of a packet, −127…0
  double at(Instant now) const;      // dBov; goes down too while no packet comes (DTX)

 private:
  double level_ = kNoLevel;
  Instant noted_{};
};

struct Speaker {
  SourceId source;
  double level = kNoLevel;  // dBov, smoothed
};

// Keeps sources in places (sound slots of one receiver). A free place goes to the loudest at once,
// speaking or not: where there are no more microphones than places, no first syllable is lost.
// A taken one goes to a speaker who is louder by kLouder for kHold, or to anybody who speaks once
// its source was silent for kSilentFor. Nobody changes from one place to another.
class Loudest {
 public:
  static constexpr double kSilence = -55, kLouder = 3;  // dBov, dB
  static constexpr auto kHold = std::chrono::milliseconds(300);
  static constexpr auto kSilentFor = std::chrono::seconds(2);

  // Called every 20 to 100 ms. The result has one entry per place and is valid until the next call;
  // equal levels go by the order of candidates.
  std::span<const std::optional<SourceId>> choose(std::size_t places,
                                                  std::span<const Speaker> candidates, Instant now);

 private:
  struct Place {
    double level = kNoLevel;
    Instant spoke{};
  };
  struct Challenger {
    SourceId source;
    Instant since;
    bool seen;
  };
  bool held(SourceId source) const;
  void fill(std::size_t place, const Speaker& speaker, Instant now);
  Instant challenge(SourceId source, Instant now);

  std::vector<std::optional<SourceId>> sources_;
  std::vector<Place> places_;
  std::vector<Challenger> challengers_;
};

}  // namespace huiban::rtc
