#include "rtc/loudest.h"

#include <algorithm>
#include <cmath>

namespace huiban::rtc {

void SpeechLevel::note(int dbov, Instant now) {
  const double before = at(now);
  // A first packet, or one after a pause, counts for the 20 ms of sound that are in it.
  const double span = std::clamp(std::chrono::duration<double>(now - noted_).count(), 0.0, 0.020);
  level_ = dbov <= before ? before : before + (dbov - before) * (1 - std::exp(-span / kAttack));
  noted_ = now;
}

double SpeechLevel::at(Instant now) const {
  const double span = std::chrono::duration<double>(now - noted_).count();
  return std::max(kNoLevel, level_ - kDecayPerSecond * std::max(0.0, span));
}

bool Loudest::held(SourceId source) const {
  return std::find(sources_.begin(), sources_.end(), source) != sources_.end();
}

void Loudest::fill(std::size_t place, const Speaker& speaker, Instant now) {
  sources_[place] = speaker.source;
  places_[place] = {speaker.level, now};
}

Instant Loudest::challenge(SourceId source, Instant now) {
  const auto found =
      std::find_if(challengers_.begin(), challengers_.end(),
                   [&](const Challenger& challenger) { return challenger.source == source; });
  if (found == challengers_.end()) {
    challengers_.push_back({source, now, true});
    return now;
  }
  found->seen = true;
  return found->since;
}

std::span<const std::optional<SourceId>> Loudest::choose(std::size_t places,
                                                         std::span<const Speaker> candidates,
                                                         Instant now) {
  sources_.resize(places);
  places_.resize(places);
  for (std::size_t i = 0; i < places; ++i) {
    if (!sources_[i]) continue;
    const auto found =
        std::find_if(candidates.begin(), candidates.end(),
                     [&](const Speaker& speaker) { return speaker.source == *sources_[i]; });
    if (found == candidates.end()) {
      sources_[i].reset();
      continue;
    }
    places_[i].level = found->level;
    if (found->level > kSilence) places_[i].spoke = now;
  }
  const auto loudest_outside = [&]() {
    const Speaker* best = nullptr;
    for (const Speaker& speaker : candidates)
      if (!held(speaker.source) && (best == nullptr || speaker.level > best->level))
        best = &speaker;
    return best;
  };
  for (std::size_t i = 0; i < places; ++i) {
    if (sources_[i]) continue;
    const Speaker* best = loudest_outside();
    if (best == nullptr) break;
    fill(i, *best, now);
  }
  for (Challenger& challenger : challengers_) challenger.seen = false;
  while (places != 0) {
    const Speaker* best = loudest_outside();
    if (best == nullptr || best->level <= kSilence) break;
    const auto silent = std::find_if(places_.begin(), places_.end(), [&](const Place& place) {
      return now - place.spoke >= kSilentFor;
    });
    if (silent == places_.end()) break;
    fill(std::size_t(silent - places_.begin()), *best, now);
  }
  // Everybody who is loud enough keeps a clock of his own, so that two who begin together both get
  // in; one place changes per call.
  const auto quietest = std::min_element(
      places_.begin(), places_.end(),
      [](const Place& left, const Place& right) { return left.level < right.level; });
  const Speaker* winner = nullptr;
  for (const Speaker& speaker : candidates) {
    if (quietest == places_.end() || held(speaker.source) || speaker.level <= kSilence ||
        speaker.level < quietest->level + kLouder)
      continue;
    if (now - challenge(speaker.source, now) >= kHold &&
        (winner == nullptr || speaker.level > winner->level))
      winner = &speaker;
  }
  std::erase_if(challengers_, [](const Challenger& challenger) { return !challenger.seen; });
  if (winner != nullptr) fill(std::size_t(quietest - places_.begin()), *winner, now);
  return sources_;
}

}  // namespace huiban::rtc
