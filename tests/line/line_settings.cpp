#include "tests/line/line_settings.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace huiban::line {
namespace {

struct Key {
  const char* name;
  double least, most;
  void (*apply)(LineSettings&, const LineSchedule::Step&);
};

constexpr Key kKeys[] = {
    {"loss", 0, 100, [](LineSettings& s, auto& step) { s.loss = step.value[0] / 100; }},
    {"burst", 0, 90,
     [](LineSettings& s, auto& step) {
       s.burst_loss = step.value[0] / 100;
       if (step.value[1] > 0) s.burst_length = step.value[1];
       if (step.value[2] > 0) s.burst_density = step.value[2] / 100;
     }},
    {"delay", 0, 10000, [](LineSettings& s, auto& step) { s.delay_ms = step.value[0]; }},
    {"jitter", 0, 10000, [](LineSettings& s, auto& step) { s.jitter_ms = step.value[0]; }},
    {"reorder", 0, 1, [](LineSettings& s, auto& step) { s.reorder = step.value[0] != 0; }},
    {"rate", 0, 1e7, [](LineSettings& s, auto& step) { s.rate_kbps = step.value[0]; }},
    {"queue", 1, 60000, [](LineSettings& s, auto& step) { s.queue_ms = step.value[0]; }},
    {"queue_bytes", 0, 1e9, [](LineSettings& s, auto& step) { s.queue_bytes = step.value[0]; }},
    {"outage", 0, 1, [](LineSettings& s, auto& step) { s.outage = step.value[0] != 0; }},
};

const Key* find_key(const std::string& name) {
  const auto* found = std::find_if(std::begin(kKeys), std::end(kKeys),
                                   [&](const Key& k) { return name == k.name; });
  return found == std::end(kKeys) ? nullptr : found;
}

tl::unexpected<Error> invalid(const std::string& word) {
  return fail(ErrorCode::kInvalid, "线路设置无法理解：" + word, "No setting of a line: " + word);
}

bool read_number(const std::string& text, double& out) {
  char* end = nullptr;
  out = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(out) && out >= 0;
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, by);) parts.push_back(part);
  return parts;
}

Nanoseconds seconds(double s) {
  return Nanoseconds(static_cast<std::int64_t>(s * 1e9));
}

// The step at now, and when it ends.
template <class Track>
const LineSchedule::Step& step_at(const Track& track, Nanoseconds now, Nanoseconds& end) {
  end = track.begin;
  for (std::size_t i = 0; i + 1 < track.steps.size(); ++i) {
    end += seconds(track.steps[i].seconds);
    if (now < end) return track.steps[i];
  }
  end = Nanoseconds::max();
  return track.steps.back();
}

}  // namespace

Result<void> LineSchedule::set(const std::string& key, const std::string& value, Nanoseconds now) {
  const Key* known = find_key(key);
  if (known == nullptr) return invalid(key);
  Track track{now, {}};
  const auto parts = split(value, ',');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto timed = split(parts[i], ':');
    const bool last = i + 1 == parts.size();
    Step step{{0, 0, 0}, 0};
    if (timed.size() != (last ? 1U : 2U)) return invalid(key + "=" + value);
    if (!last && !read_number(timed[1], step.seconds)) return invalid(key + "=" + value);
    const auto values = split(timed[0], '/');
    if (values.empty() || values.size() > (key == "burst" ? 3U : 1U))
      return invalid(key + "=" + value);
    for (std::size_t v = 0; v < values.size(); ++v)
      if (!read_number(values[v], step.value[v])) return invalid(key + "=" + value);
    if (step.value[0] < known->least || step.value[0] > known->most)
      return invalid(key + "=" + value);
    track.steps.push_back(step);
  }
  if (track.steps.empty()) return invalid(key + "=" + value);
  tracks_[key] = std::move(track);
  return {};
}

LineSettings LineSchedule::at(Nanoseconds now) const {
  LineSettings settings;
  Nanoseconds end;
  for (const auto& [name, track] : tracks_)
    find_key(name)->apply(settings, step_at(track, now, end));
  return settings;
}

Nanoseconds LineSchedule::next_change(Nanoseconds now) const {
  Nanoseconds next = Nanoseconds::max(), end;
  for (const auto& [name, track] : tracks_) {
    step_at(track, now, end);
    next = std::min(next, end);
  }
  return next;
}

Result<void> LineSchedules::say(const std::vector<std::string>& words, Nanoseconds now) {
  bool to_up = true, to_down = true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "up" || word == "down" || word == "both") {
      to_up = word != "down";
      to_down = word != "up";
      continue;
    }
    const auto equals = word.find('=');
    if (equals == std::string::npos && i + 1 == words.size()) return invalid(word);
    const std::string key = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? words[++i] : word.substr(equals + 1);
    if (to_up) HUIBAN_CHECK(up.set(key, value, now));
    if (to_down) HUIBAN_CHECK(down.set(key, value, now));
  }
  return {};
}

}  // namespace huiban::line
