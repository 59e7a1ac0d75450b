#include "rtc/source.h"

#include <algorithm>

namespace huiban::rtc {
namespace {

// A layer stays on this long after the last one who wanted it: switching it on costs a keyframe.
constexpr auto kWantedFor = std::chrono::seconds(5);

}  // namespace

Source::Source(SourceId id, MediaKind kind, bool gate_open)
    : id_(id), kind_(kind), gate_open_(gate_open) {
  const std::size_t count = kind == MediaKind::kVideo ? kMaxLayers : 1;
  for (Layer i = 0; i < count; ++i) layers_.push_back(std::make_unique<SourceLayer>(*this, i));
}

void Source::set_layer_count(std::size_t count) {
  layer_count_ = std::clamp<std::size_t>(count, 1, layers_.size());
}

SourceLayer* Source::lowest_live(Instant now) const {
  for (const auto& layer : layers_)
    if (layer->live(now)) return layer.get();
  return nullptr;
}

void Source::set_gate(bool open) {
  if (gate_open_ == open) return;
  gate_open_ = open;
  for (const auto& layer : layers_) layer->begin_generation();
}

void Source::want(Layer layer, Instant now) {
  if (layer < kMaxLayers) wanted_at_[layer] = now;
}

std::size_t Source::wanted(Instant now) const {
  std::size_t count = 1;
  for (Layer i = 1; i < layer_count_; ++i)
    if (wanted_at_[i] != Instant{} && now - wanted_at_[i] < kWantedFor) count = i + 1;
  return count;
}

void Source::note_level(int dbov, Instant now) {
  if (dbov >= peak_ || now - peak_at_ >= std::chrono::seconds(1)) {
    peak_ = dbov;
    peak_at_ = now;
  }
  level_ = dbov;
  level_at_ = now;
  speech_.note(dbov, now);
}

int Source::level(Instant now) const {
  if (now - level_at_ >= std::chrono::milliseconds(500)) return -127;
  return now - peak_at_ < std::chrono::seconds(1) ? peak_ : level_;
}

SourceStats Source::stats(Instant now) const {
  SourceStats stats;
  stats.source = id_;
  stats.gate_open = gate_open_;
  stats.level_dbov = level(now);
  stats.forwarded = forwarded;
  for (Layer i = 0; i < layer_count_; ++i) {
    stats.layers.push_back(layers_[i]->stats(now));
    stats.packets += stats.layers.back().packets;
    stats.bytes += stats.layers.back().bytes;
    stats.keyframes += stats.layers.back().keyframes;
  }
  return stats;
}

}  // namespace huiban::rtc
