#pragma once
// What one peer sends, at its times: a camera, a microphone. Belongs to the thread that owns the
// client.
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tests/bench/frames.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

inline constexpr auto kSpeechPacket = std::chrono::milliseconds(20);
inline constexpr std::size_t kSpeechBytes = 80;  // of a payload: 32 kbit/s
inline constexpr auto kKeyEvery = std::chrono::seconds(4);

struct Sends {
  struct Video {
    int kbps = 0, frames_per_second = 25;
  };
  enum class Sound { kNone, kSilent, kSpeech };  // silent: DTX, a packet in 400 ms

  std::array<Video, 3> video{};  // encodings from the smallest up to the first of 0 kbit/s
  Sound sound = Sound::kNone;
  std::uint8_t mark = 0x5a;

  bool any() const { return video[0].kbps > 0 || sound != Sound::kNone; }
};

// When a packet of sound was sent: its payload ends with the time, then the mark.
std::vector<std::uint8_t> stamped_sound(std::size_t bytes, std::uint8_t mark,
                                        std::chrono::steady_clock::time_point sent);
// Also of a payload with redundant blocks before it. Epoch: it is too short.
std::chrono::steady_clock::time_point sound_sent_at(std::span<const std::uint8_t> payload);

class Sender {
 public:
  // The lines it sends on are the client's first of each kind. A keyframe comes every 4 s and on
  // request.
  Sender(test::RtcClient& client, const Sends& sends);

  // Sends what is due.
  void run(std::chrono::steady_clock::time_point now);
  std::uint64_t sent() const { return sent_; }              // packets
  std::uint64_t keyframes_asked() const { return asked_; }  // by PLI or FIR

 private:
  void answer_reports();
  struct Encoding {
    std::size_t index;
    FrameMaker frames;
    int frames_per_second;
    std::chrono::steady_clock::time_point next;
    std::uint16_t sequence = 1;
    std::uint32_t time = 0;
    int frames_since_key = 0;
    bool key_wanted = true;
  };
  void send_frame(Encoding& encoding);
  void send_sound(std::chrono::steady_clock::time_point now);

  test::RtcClient& client_;
  const Sends sends_;
  std::vector<Encoding> encodings_;
  std::optional<std::size_t> video_line_, sound_line_;
  std::chrono::steady_clock::time_point next_sound_;
  std::uint16_t sound_sequence_ = 1;
  std::uint32_t sound_time_ = 0;
  std::uint64_t sent_ = 0, asked_ = 0;
};

}  // namespace huiban::bench
