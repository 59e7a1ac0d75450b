#pragma once
// A stream that can be shown: its layers, its gate and who publishes it. Outlives its publisher.
// Net thread only; owned by the transport, outlived by no subscription.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/ids.h"
#include "rtc/loudest.h"
#include "rtc/source_layer.h"

namespace huiban::rtc {

class Source {
 public:
  Source(SourceId id, MediaKind kind, bool gate_open);

  SourceId id() const { return id_; }
  MediaKind kind() const { return kind_; }

  // As many as the publisher offered; a source without one counts as having a single one.
  std::size_t layer_count() const { return layer_count_; }
  void set_layer_count(std::size_t count);
  // All that may ever be: kMaxLayers of a picture, one of sound.
  const std::vector<std::unique_ptr<SourceLayer>>& layers() const { return layers_; }
  SourceLayer* layer(Layer index) const {
    return index < layers_.size() ? layers_[index].get() : nullptr;
  }
  // The smallest that is being sent; nullptr: none.
  SourceLayer* lowest_live(Instant now) const;

  bool gate_open() const { return gate_open_; }
  void set_gate(bool open);  // either way what is stored can no longer be sent

  // Somebody is shown this layer, or will be. The publisher is asked for what was wanted within the
  // last seconds; it may switch off the rest.
  void want(Layer layer, Instant now);
  std::size_t wanted(Instant now) const;  // count from the smallest, at least one

  void note_level(int dbov, Instant now);
  // dBov, the loudest packet of the last second (a short word falls between two looks); -127 when
  // nothing came for half a second.
  int level(Instant now) const;
  const SpeechLevel& speech() const { return speech_; }

  std::optional<PeerId> publisher;
  bool preheated = false;
  std::size_t told = 0;  // what the publisher was asked for last; 0: nothing yet
  std::uint64_t forwarded = 0;
  SourceStats stats(Instant now) const;

 private:
  const SourceId id_;
  const MediaKind kind_;
  bool gate_open_;
  std::size_t layer_count_ = 1;
  std::vector<std::unique_ptr<SourceLayer>> layers_;
  std::array<Instant, kMaxLayers> wanted_at_{};
  int level_ = -127;
  Instant level_at_{};
  int peak_ = -127;
  Instant peak_at_{};
  SpeechLevel speech_;
};

}  // namespace huiban::rtc
