#pragma once
// The m-lines the roles offer (docs/media.md, slots) and what they send.
#include <vector>

#include "tests/bench/sender.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

inline std::vector<test::RtcLine> lines_of(bool sends, std::size_t pictures, std::size_t sounds) {
  std::vector<test::RtcLine> lines;
  if (sends) lines = {{rtc::MediaKind::kAudio, true}, {rtc::MediaKind::kVideo, true, 0, true}};
  lines.insert(lines.end(), pictures, {rtc::MediaKind::kVideo, false});
  lines.insert(lines.end(), sounds, {rtc::MediaKind::kAudio, false});
  return lines;
}

inline const auto kPublisherLines = lines_of(true, 0, 0), kWatcherLines = lines_of(false, 1, 1),
                  kVenueLines = lines_of(true, 3, 4), kConsoleLines = lines_of(false, 28, 4);
// Of a venue: stage_main and sound_1; of a console: the first tile.
inline constexpr std::size_t kStageMain = 2, kStageSecond = 3, kFirstSound = 5, kFirstTile = 3;

// 180p, 360p and 720p as pages send them; a camera that nobody is shown large sends 180p only.
inline constexpr Sends kStageCamera{{{{120, 15}, {400, 25}, {1400, 25}}}, Sends::Sound::kSpeech};
inline constexpr Sends kTileCamera{{{{120, 15}}}, Sends::Sound::kSilent};

}  // namespace huiban::bench
