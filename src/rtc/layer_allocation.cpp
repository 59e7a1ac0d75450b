#include "rtc/layer_allocation.h"

#include <algorithm>
#include <limits>

namespace huiban::rtc {
namespace {

// kbit/s of a layer that is not measured (docs/media.md: what browsers are asked to send).
constexpr std::array<double, kMaxLayers> kCamera{120, 400, 1300}, kContent{300, 600, 1300};
constexpr double kSound = 40;
// More than a lowest layer ever has: an encoder that sends nothing else.
constexpr double kBig = 3 * kCamera[0];
// A covered lens or a still page sends next to nothing until something moves.
constexpr double kLeastPart = 1.0 / 3;
// Seconds in which a measured rate is followed: slower than a keyframe's burst, quicker upwards.
constexpr double kAttack = 2, kDecay = 6;
// Part of a layer's rate that is left by temporal layer when those above are dropped.
constexpr double kTemporalPart[3][3] = {{1, 1, 1}, {0.6, 1, 1}, {0.4, 0.6, 1}};
// What flowed without harm this recently may flow again without headroom.
constexpr auto kProven = std::chrono::seconds(10);
constexpr std::uint8_t kContentRank = 1, kWallRank = 4, kPossibleRank = 5;

bool is_camera(Priority priority) {
  return priority >= Priority::kStage;
}
double usual(const SlotDemand& demand, Layer layer) {
  if (demand.kind == MediaKind::kAudio) return kSound;
  if (demand.priority == Priority::kContent) return kContent[layer];
  return demand.layers == 1 ? kCamera.back() : kCamera[layer];
}
Layer cap(Layer top, Rung ceiling) {
  if (ceiling == Rung::k180p) return 0;
  return ceiling == Rung::k360p ? std::min<Layer>(top, 1) : top;
}

}  // namespace

void LayerAllocator::decide(LineBudget line, Rung ceiling, std::span<const SlotDemand> demands,
                            Instant now, std::vector<SlotChoice>& out) {
  const double budget = line.kbps == 0 ? std::numeric_limits<double>::max() / 4 : double(line.kbps);
  enough_for_only_ = line.assumed ? kEnoughToTry : kEnoughForOnlyPicture;
  const double elapsed =
      last_ ? std::clamp(std::chrono::duration<double>(now - *last_).count(), 0.0, kAttack) : 0;
  last_ = now;
  if (slots_.size() != demands.size() + 1) {
    slots_.assign(demands.size() + 1, {});
    for (Ladder* ladder : {&shown_, &hoped_}) {
      ladder->held.assign(slots_.size(), 0);
      ladder->next.assign(slots_.size(), 0);
      ladder->steady.assign(slots_.size(), 0);
    }
  }
  sound_ = wanted_ = 0;
  for (std::size_t i = 0; i < demands.size(); ++i) load(demands[i], ceiling, now, elapsed, i);
  load_possible_stage(demands, ceiling);
  climb(hoped_, budget, now);
  climb(shown_, budget, now);

  used_ = shown_.total;
  out.resize(demands.size());
  bool rising = false;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    Slot& slot = slots_[i];
    SlotChoice& choice = out[i] = {};
    slot.fresh = false;
    if (!slot.source) continue;
    if (demands[i].kind == MediaKind::kAudio) {
      choice.send = true;
      continue;
    }
    if (const Step step = shown_.held[i]; step != 0) {
      choice.send = true;
      choice.layer = Layer(step - 1) / slot.temporal;
      const auto temporal = std::uint8_t((step - 1) % slot.temporal);
      if (temporal + 1 < slot.temporal) choice.max_temporal = temporal;
    }
    const Step hoped = hoped_.held[i];
    choice.wanted = std::max(choice.layer, hoped == 0 ? 0 : Layer(hoped - 1) / slot.temporal);
    rising |= is_camera(demands[i].priority) && now - slot.since < kRise;
  }
  Rung rung = rung_of(shown_, budget);
  if (rising) rung = std::min(rung, std::max(rung_, rung_of(hoped_, budget)));
  rung_ = std::max(rung, ceiling);
}

void LayerAllocator::load(const SlotDemand& demand, Rung ceiling, Instant now, double elapsed,
                          std::size_t at) {
  Slot& slot = slots_[at];
  const bool picture = demand.kind == MediaKind::kVideo;
  const std::size_t layers = std::min(demand.layers, kMaxLayers);
  const std::optional<SourceId> source = layers == 0 ? std::nullopt : demand.source;
  if (source != slot.source) {
    slot = Slot{};
    slot.source = source;
    slot.since = now;
    slot.fresh = true;
    shown_.held[at] = hoped_.held[at] = 0;
  }
  slot.rising = !slot.fresh && now - slot.since < kRise;
  if (!source) {
    slot.rank = 0;
    return;
  }
  const auto temporal = std::clamp<std::uint8_t>(demand.temporal_layers, 1, 3);
  if (temporal != slot.temporal) {
    for (Ladder* ladder : {&shown_, &hoped_})
      if (Step& held = ladder->held[at]; held != 0)
        held = Step(((held - 1) / slot.temporal + 1) * temporal);
    slot.temporal = temporal;
  }
  slot.single = picture && layers == 1 && is_camera(demand.priority);
  bool any_live = false;
  for (Layer layer = 0; layer < kMaxLayers; ++layer) {
    const LayerState& state = demand.state[layer];
    const double least =
        (slot.single ? kCamera.front() : usual(demand, layer)) * (picture ? kLeastPart : 1);
    slot.present[layer] = layer < layers && state.live;
    any_live |= slot.present[layer];
    double& kbps = slot.kbps[layer];
    if (!slot.present[layer] || state.kbps == 0) {
      // A single version keeps its last rate, which says more than what is usual.
      if (!slot.single || !slot.known[layer]) kbps = usual(demand, layer);
    } else if (!slot.known[layer] && (slot.fresh || slot.single)) {
      kbps = std::max(least, double(state.kbps));
      slot.known[layer] = true;
    } else {
      const double span = state.kbps > kbps ? kAttack : kDecay;
      kbps = std::max(least, kbps + (state.kbps - kbps) * std::min(1.0, elapsed / span));
      slot.known[layer] = true;
    }
  }
  if (!picture) {
    sound_ += slot.kbps[0];
    wanted_ += slot.kbps[0];
    return;
  }
  const bool refused = ceiling == Rung::kSoundOnly ||
                       (ceiling == Rung::kContentAndSound && is_camera(demand.priority));
  slot.rank = refused ? 0 : std::uint8_t(demand.priority);
  slot.top = std::min<Layer>(demand.max_layer, layers - 1);
  if (is_camera(demand.priority)) slot.top = cap(slot.top, ceiling);
  // Silence of all layers is a matter of the uplink: the slot stays where it is.
  const Step held = shown_.held[at];
  if (!any_live) slot.present[held == 0 ? 0 : Layer(held - 1) / slot.temporal] = true;
  // The lowest may be the biggest where it is the only one that is sent.
  const auto highest = slot.kbps.begin() + slot.top + 1;
  if (!refused) wanted_ += *std::max_element(slot.kbps.begin(), highest);
}

// Without a picture on the stage the rung is what there would be room for.
void LayerAllocator::load_possible_stage(std::span<const SlotDemand> demands, Rung ceiling) {
  Slot& slot = slots_.back();
  const bool staged = std::any_of(demands.begin(), demands.end(), [](const SlotDemand& demand) {
    return demand.priority == Priority::kStage && demand.kind == MediaKind::kVideo &&
           demand.source && demand.layers != 0;
  });
  const bool possible = !staged && ceiling < Rung::kContentAndSound;
  slot.fresh = possible && slot.rank == 0;
  slot.rank = possible ? kPossibleRank : 0;
  slot.kbps = kCamera;
  slot.present = {true, true, true};
  slot.top = cap(kMaxLayers - 1, ceiling);
}

// Brings what is held to layers that are still there.
void LayerAllocator::clip(Ladder& ladder) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    Step& held = ladder.held[i];
    if (held == 0) continue;
    if (slot.rank == 0) held = 0;
    while (held != 0 && !available(ladder, slot, Layer(held - 1) / slot.temporal)) --held;
    if (held == 0) slot.fresh = true;  // only something bigger is left
  }
}

void LayerAllocator::climb(Ladder& ladder, double budget, Instant now) {
  clip(ladder);
  pass(ladder, budget, Raise::kAny);
  bool room = false;
  if (ladder.raised && !ladder.room_since) ladder.steady = ladder.next;
  for (std::size_t i = 0; ladder.raised && i < slots_.size(); ++i) {
    ladder.steady[i] = std::min(ladder.steady[i], ladder.next[i]);
    room |= ladder.steady[i] > ladder.held[i];
  }
  if (!room) {
    ladder.room_since.reset();
  } else if (!ladder.room_since) {
    ladder.room_since = now;
  }
  if (room && now - *ladder.room_since >= ladder.wait) {
    pass(ladder, budget, Raise::kSteady);
    ladder.room_since.reset();
    ladder.last_raise = now;
  } else if (ladder.raised) {
    pass(ladder, budget, Raise::kNone);
  }
  if (ladder.risen) ladder.last_raise = now;
  if (ladder.last_strike && now - *ladder.last_strike > kCalm) {
    ladder.wait = kWait;
    ladder.last_strike.reset();
  }
  const bool taken_back = ladder.lowered && !ladder.raised;
  if (taken_back && ladder.last_raise &&
      now - *ladder.last_raise <= std::max<std::chrono::nanoseconds>(kSoon, ladder.wait)) {
    ladder.wait = std::min<std::chrono::nanoseconds>(2 * ladder.wait, kMaxWait);
    ladder.last_strike = now;
    ladder.last_raise.reset();
  }
  if (taken_back || ladder.total >= ladder.proven || now - ladder.proven_at > kProven) {
    ladder.proven = ladder.total;
    ladder.proven_at = now;
  }
  ladder.held.swap(ladder.next);
}

void LayerAllocator::pass(Ladder& ladder, double budget, Raise raise) const {
  const double room = std::max(budget / kHeadroom, std::min(budget, ladder.proven));
  double total = sound_;
  ladder.raised = ladder.risen = false;
  const auto may_raise = [&](std::size_t i, Step to) {
    return raise == Raise::kAny || (raise == Raise::kSteady && to <= ladder.steady[i]);
  };
  const auto take = [&](std::size_t i, Step to, bool first) {
    const Slot& slot = slots_[i];
    const double after = total + cost(slot, to) - cost(slot, ladder.next[i]);
    const bool held = to <= ladder.held[i];
    // What was hoped for at the switch waits for its publisher only, unless it failed lately.
    const bool rising = ladder.live && slot.rising && ladder.wait == kWait && to <= hoped_.held[i];
    const bool at_once = slot.fresh && (first || !ladder.live);
    if (!held && !at_once && !rising && !may_raise(i, to)) return false;
    if (after > (held ? budget * kTolerance : at_once && first ? budget : room)) return false;
    ladder.raised |= !held && !at_once && !rising;
    ladder.risen |= !held && rising;
    ladder.next[i] = to;
    total = after;
    return true;
  };
  bool any = false;
  std::fill(ladder.next.begin(), ladder.next.end(), Step(0));
  for (std::uint8_t rank = kContentRank; rank <= kPossibleRank; ++rank)
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].rank == rank) any |= take(i, lowest(ladder, slots_[i]), true);
  // Only a big version, and nothing else to see.
  for (std::size_t i = 0; i + 1 < slots_.size() && !any; ++i) {
    const Slot& slot = slots_[i];
    if (slot.rank == 0) continue;
    const Step to = lowest(ladder, slot);
    const bool held = ladder.held[i] != 0;
    const bool big = slot.single || Layer(to - 1) / slot.temporal > 0 || cost(slot, to) > kBig;
    if (!big || !(held || slot.fresh || may_raise(i, to))) continue;
    const double part = enough_for_only_ * cost(slot, to);
    if (total + (held ? part / kTolerance : part) > budget) continue;
    ladder.raised |= !held && !slot.fresh;
    ladder.next[i] = to;
    total += cost(slot, to);
    any = true;
  }
  for (std::uint8_t rank = kContentRank; rank <= kPossibleRank; ++rank)
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const Slot& slot = slots_[i];
      if (slot.rank != rank || ladder.next[i] == 0) continue;
      for (Step to = highest(slot); to > ladder.next[i]; --to)
        if (available(ladder, slot, Layer(to - 1) / slot.temporal) && take(i, to, false)) break;
    }
  ladder.lowered = false;
  for (std::size_t i = 0; i + 1 < slots_.size(); ++i)
    ladder.lowered |= ladder.next[i] < ladder.held[i];
  ladder.total = total - cost(slots_.back(), ladder.next.back());
}

bool LayerAllocator::available(const Ladder& ladder, const Slot& slot, Layer layer) const {
  if (!ladder.live) return layer <= slot.top;
  if (!slot.present[layer]) return false;
  if (layer <= slot.top) return true;
  return std::find(slot.present.begin(), slot.present.end(), true) ==
         slot.present.begin() + std::ptrdiff_t(layer);
}

LayerAllocator::Step LayerAllocator::lowest(const Ladder& ladder, const Slot& slot) const {
  if (!ladder.live) return 1;
  const auto first = std::find(slot.present.begin(), slot.present.end(), true);
  return Step((first - slot.present.begin()) * slot.temporal + 1);
}

LayerAllocator::Step LayerAllocator::highest(const Slot& slot) const {
  return Step((slot.top + 1) * slot.temporal);
}

double LayerAllocator::cost(const Slot& slot, Step step) const {
  if (step == 0) return 0;
  const auto index = std::size_t(step - 1);
  return slot.kbps[index / slot.temporal] * kTemporalPart[slot.temporal - 1][index % slot.temporal];
}

Rung LayerAllocator::rung_of(const Ladder& ladder, double budget) const {
  std::optional<Layer> camera, tile;
  bool content_asked = false, content = false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    content_asked |= slot.rank == kContentRank;
    content |= slot.rank == kContentRank && ladder.held[i] != 0;
    if (slot.rank <= kContentRank || ladder.held[i] == 0) continue;
    const Layer layer = slot.single ? kMaxLayers - 1 : Layer(ladder.held[i] - 1) / slot.temporal;
    std::optional<Layer>& best = slot.rank == kWallRank ? tile : camera;
    best = std::max(best.value_or(0), layer);
  }
  if (!camera) camera = tile;
  if (camera) return *camera == 0 ? Rung::k180p : *camera == 1 ? Rung::k360p : Rung::k720p;
  if (content) return Rung::kContentAndSound;
  const double limit = rung_ <= Rung::kContentAndSound ? budget * kTolerance : budget / kHeadroom;
  return !content_asked && sound_ + kContent[0] <= limit ? Rung::kContentAndSound
                                                         : Rung::kSoundOnly;
}

}  // namespace huiban::rtc
