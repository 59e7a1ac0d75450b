#include "tests/bench/frames.h"

#include <algorithm>

namespace huiban::bench {
namespace {

constexpr std::size_t kMostBytes = 1150;  // of a payload
constexpr std::size_t kKeyFactor = 3;     // a keyframe is so many times the others

}  // namespace

FrameMaker::FrameMaker(int kbps, int frames_per_second, std::uint8_t mark)
    : frame_bytes_(std::size_t(kbps) * 1000 / 8 / std::size_t(frames_per_second)), mark_(mark) {}

std::vector<std::vector<std::uint8_t>> FrameMaker::next(bool key) {
  // Between 80 and 120 per cent of the mean, the same in every run.
  std::size_t rest = frame_bytes_ * (80 + ++count_ * 17 % 41) / 100 * (key ? kKeyFactor : 1);
  const std::size_t packets = std::max<std::size_t>(1, (rest + kMostBytes - 1) / kMostBytes);
  std::vector<std::vector<std::uint8_t>> made;
  for (std::size_t left = packets; left > 0; --left) {
    const std::size_t size = std::max<std::size_t>(20, rest / left);
    rest -= std::min(rest, size);
    const bool first = left == packets;
    // RFC 7741 section 4.2 with a 15-bit picture id; at the start of a frame the frame tag of RFC
    // 6386 section 9.1, for a keyframe with start code and 1280 x 720.
    std::vector<std::uint8_t> payload{std::uint8_t(first ? 0x90 : 0x80), 0x80,
                                      std::uint8_t(0x80 | picture_id_ >> 8),
                                      std::uint8_t(picture_id_)};
    if (first && key)
      payload.insert(payload.end(), {0x10, 0x20, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02});
    else if (first)
      payload.insert(payload.end(), {0x11, 0x20, 0});
    payload.resize(size, mark_);
    payload.back() = mark_;
    made.push_back(std::move(payload));
  }
  picture_id_ = (picture_id_ + 1) & 0x7fff;
  return made;
}

}  // namespace huiban::bench
