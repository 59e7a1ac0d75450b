#pragma once
// Which layer of a picture each slot of one receiver gets, so that together they fit its line.
// Sound comes first and always; then every picture its lowest layer in the order content, stage,
// second, wall; then content, stage and second are raised (docs/transport.md, "Which layer, and
// when"). Pure and net thread only: no clock, no sockets; after the first calls nothing is
// allocated.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rtc/timing.h"
#include "rtc/transport.h"

namespace huiban::rtc {

struct LayerState {
  bool live = false;       // a packet within the last half second
  std::uint32_t kbps = 0;  // measured over the last second; 0: not known
};

// What a slot is to show.
struct SlotDemand {
  std::optional<SourceId> source;  // another one than last time is a switch; empty: shows nothing
  Priority priority = Priority::kStage;
  MediaKind kind = MediaKind::kVideo;
  Layer max_layer = kMaxLayers - 1;
  std::size_t layers = 1;  // the source has; 0: shows nothing
  std::uint8_t temporal_layers = 1;
  std::array<LayerState, kMaxLayers> state{};
};

inline constexpr std::uint8_t kEveryTemporal = 3;  // TID has two bits (RFC 7741 section 4.2)

// What the line carries. assumed: nothing is known of it yet, the figure is where one begins.
struct LineBudget {
  std::uint32_t kbps = 0;  // 0: unlimited
  bool assumed = false;
  LineBudget(std::uint32_t known) : kbps(known) {}
  LineBudget(std::uint32_t figure, bool is_assumed) : kbps(figure), assumed(is_assumed) {}
};

struct SlotChoice {
  bool send = false;
  Layer layer = 0;   // to show now
  Layer wanted = 0;  // what the line has room for, live or not, at least `layer`
  std::uint8_t max_temporal = kEveryTemporal;  // drop packets with a higher temporal layer
};

class LayerAllocator {
 public:
  // Down at once when the budget is exceeded by more than kTolerance. Up when there was room with
  // kHeadroom at every decision of the last wait(): a second at first, doubled up to kMaxWait by an
  // increase that had to be taken back soon, forgotten after kCalm.
  static constexpr double kTolerance = 1.08, kHeadroom = 1.15;
  static constexpr auto kWait = std::chrono::seconds(1), kMaxWait = std::chrono::seconds(30),
                        kSoon = std::chrono::seconds(5), kCalm = std::chrono::seconds(60);
  // A picture of which there is only a big version, and nothing else to see: shown on this part of
  // its rate; on less while the line is not known, since sending it is how it becomes known.
  static constexpr double kEnoughForOnlyPicture = 0.7, kEnoughToTry = 0.4;
  // What a switch finds live within this time is shown at once as far as it was hoped for.
  static constexpr auto kRise = std::chrono::seconds(3);

  // Called every 200 ms or so, after each change of a slot and when a layer comes alive. out gets
  // as many entries as there are demands, in their order.
  void decide(LineBudget line, Rung ceiling, std::span<const SlotDemand> demands, Instant now,
              std::vector<SlotChoice>& out);

  Rung rung() const { return rung_; }
  std::uint32_t used_kbps() const { return std::uint32_t(used_); }      // of what is sent now
  std::uint32_t wanted_kbps() const { return std::uint32_t(wanted_); }  // all at its best

 private:
  // What a slot can stand on: 0 is nothing, then layer by layer and in each the temporal layers.
  using Step = std::uint8_t;
  struct Slot {
    std::optional<SourceId> source;
    Instant since{};                         // shows this source
    std::array<double, kMaxLayers> kbps{};   // smoothed; as usual where not measured
    std::array<bool, kMaxLayers> known{};    // kbps follows measurements
    std::array<bool, kMaxLayers> present{};  // live, or taken for live
    std::uint8_t rank = 0;                   // of its priority; 0: no picture
    bool fresh = false;                      // a switch: its lowest layer need not wait
    bool rising = false;                     // a switch a moment ago: see kRise
    bool single = false;                     // not simulcast: layer 0 may be of any size
    std::uint8_t temporal = 1;
    Layer top = 0;
  };
  // The same rules run twice: over the layers that are live, for what is shown; and over all, for
  // what is wanted.
  struct Ladder {
    const bool live;
    std::vector<Step> held{}, next{};
    std::vector<Step> steady{};  // what there was room for in every pass since room_since
    bool raised = false, risen = false, lowered = false;  // by the last pass; risen: at once
    std::optional<Instant> room_since{}, last_raise{}, last_strike{};
    std::chrono::nanoseconds wait = kWait;
    double total = 0, proven = 0;  // kbit/s
    Instant proven_at{};
  };

  void load(const SlotDemand& demand, Rung ceiling, Instant now, double elapsed, std::size_t at);
  void load_possible_stage(std::span<const SlotDemand> demands, Rung ceiling);
  void clip(Ladder& ladder);
  void climb(Ladder& ladder, double budget, Instant now);
  enum class Raise { kNone, kSteady, kAny };
  void pass(Ladder& ladder, double budget, Raise raise) const;
  bool available(const Ladder& ladder, const Slot& slot, Layer layer) const;
  Step lowest(const Ladder& ladder, const Slot& slot) const;
  Step highest(const Slot& slot) const;
  double cost(const Slot& slot, Step step) const;
  Rung rung_of(const Ladder& ladder, double budget) const;

  std::vector<Slot> slots_;  // one more than demands: the stage that would be possible
  Ladder shown_{true}, hoped_{false};
  std::optional<Instant> last_;
  double enough_for_only_ = kEnoughForOnlyPicture;
  double sound_ = 0, used_ = 0, wanted_ = 0;  // kbit/s
  Rung rung_ = Rung::k720p;
};

}  // namespace huiban::rtc
