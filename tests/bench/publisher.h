#pragma once
// A publisher with a thread of its own: 1.4 Mbit/s of video packets with VP8 descriptors (25 frames a second, a
// keyframe every 4 s and on request) and 50 packets of sound a second. Nothing in them can be decoded.
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "rtc/dtls.h"
#include "tests/support/rtc_client.h"

namespace huiban::bench {

class Publisher {
 public:
  // Joins, connects and begins to send. Throws if that fails within five seconds.
  Publisher(const rtc::DtlsIdentity& identity,
            const std::function<std::string(const std::string& offer)>& join);
  ~Publisher();

  std::uint64_t sent() const { return sent_; }            // packets
  std::uint64_t keyframes() const { return keyframes_; }
  std::uint64_t keyframes_asked() const { return asked_; }  // by PLI

 private:
  void run();
  void send_frame();
  void send_sound();
  void answer_reports();

  test::RtcClient client_;
  std::uint16_t video_sequence_ = 1, sound_sequence_ = 1, picture_id_ = 0x7ff0;  // its 15 bits wrap early
  std::uint32_t video_time_ = 0, sound_time_ = 0;
  int frames_since_key_ = 0;
  bool key_wanted_ = true;
  std::atomic<std::uint64_t> sent_{0}, keyframes_{0}, asked_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace huiban::bench
