#pragma once
// Video that nobody can decode: RTP payloads with a VP8 descriptor, at a rate and in the sizes in
// which libwebrtc cuts frames: all packets of a frame within one byte, the smaller ones first.
#include <cstdint>
#include <vector>

namespace huiban::bench {

class FrameMaker {
 public:
  // mark: the last byte of every payload, by which a receiver knows the source.
  FrameMaker(int kbps, int frames_per_second, std::uint8_t mark = 0x5a);

  std::vector<std::vector<std::uint8_t>> next(bool key);

 private:
  const std::size_t frame_bytes_;
  const std::uint8_t mark_;
  std::uint32_t count_ = 0;
  std::uint16_t picture_id_ = 0x7ff0;  // its 15 bits wrap early
};

}  // namespace huiban::bench
