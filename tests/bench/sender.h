#pragma once
// What one peer sends, at its times: a camera, a microphone. Belongs to the thread that owns the
// client.
#include <chrono>
#include <cstdint>
#include <optional>

#include "tests/bench/frames.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

inline constexpr auto kSpeechPacket = std::chrono::milliseconds(20);
inline constexpr std::size_t kSpeechBytes = 80;  // of a payload: 32 kbit/s
inline constexpr auto kKeyEvery = std::chrono::seconds(4);

struct Sends {
  int video_kbps = 0, frames_per_second = 25;  // 0 kbit/s: no camera
  enum class Sound {
    kNone,
    kSilent,
    kSpeech
  } sound = Sound::kNone;  // silent: DTX, a packet in 400 ms
  std::uint8_t mark = 0x5a;
};

class Sender {
 public:
  // The lines it sends on are the client's first of each kind. A keyframe comes every 4 s and on
  // request.
  Sender(test::RtcClient& client, const Sends& sends);

  // Sends what is due; returns the time of the next packet.
  std::chrono::steady_clock::time_point run(std::chrono::steady_clock::time_point now);
  std::uint64_t sent() const { return sent_; }              // packets
  std::uint64_t keyframes_asked() const { return asked_; }  // by PLI or FIR

 private:
  void answer_reports();
  void send_frame();
  void send_sound();

  test::RtcClient& client_;
  const Sends sends_;
  FrameMaker frames_;
  std::optional<std::size_t> video_line_, sound_line_;
  std::chrono::steady_clock::time_point next_frame_, next_sound_;
  std::uint16_t video_sequence_ = 1, sound_sequence_ = 1;
  std::uint32_t video_time_ = 0, sound_time_ = 0;
  int frames_since_key_ = 0;
  bool key_wanted_ = true;
  std::uint64_t sent_ = 0, asked_ = 0;
};

}  // namespace huiban::bench
