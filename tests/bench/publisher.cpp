#include "tests/bench/publisher.h"

#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace huiban::bench {

using namespace rtc;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto kFrame = milliseconds(40), kSound = milliseconds(20);
constexpr int kFramesPerKey = 100;
constexpr int kDeltaPackets = 7, kKeyPackets = 14;
constexpr std::size_t kDeltaBytes = 980, kKeyBytes = 1150, kSoundBytes = 80;  // of a payload
constexpr std::size_t kSoundLine = 0, kVideoLine = 1;

// RFC 7741 section 4.2 with a 15-bit picture id; at the start of a frame the frame tag of RFC 6386 section 9.1, for a
// keyframe with start code and 1280 x 720.
std::vector<std::uint8_t> payload_of(bool key, bool first, std::uint16_t picture_id, std::size_t size) {
  std::vector<std::uint8_t> payload{std::uint8_t(first ? 0x90 : 0x80), 0x80,
                                    std::uint8_t(0x80 | picture_id >> 8), std::uint8_t(picture_id)};
  if (first && key)
    payload.insert(payload.end(), {0x10, 0x20, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02});
  else if (first)
    payload.insert(payload.end(), {0x11, 0x20, 0});
  payload.resize(size, 0x5a);
  return payload;
}

}  // namespace

Publisher::Publisher(const DtlsIdentity& identity,
                     const std::function<std::string(const std::string& offer)>& join)
    : client_(identity, {{MediaKind::kAudio, true}, {MediaKind::kVideo, true}}) {
  if (!client_.accept(join(client_.offer()))) throw std::runtime_error("the publisher's answer cannot be used");
  if (!client_.pump([this] { return client_.is_connected(); }))
    throw std::runtime_error("the publisher did not connect");
  thread_ = std::thread([this] { run(); });
}

Publisher::~Publisher() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Publisher::run() {
  ::pthread_setname_np(::pthread_self(), "publisher");
  auto next_frame = steady_clock::now(), next_sound = next_frame;
  while (!stopping_) {
    const auto next = std::min(next_frame, next_sound);
    const auto wait = std::chrono::ceil<milliseconds>(next - steady_clock::now()).count();
    pollfd readable{client_.fd(), POLLIN, 0};
    ::poll(&readable, 1, int(std::max<std::int64_t>(wait, 0)));
    client_.on_readable();
    client_.tick();
    answer_reports();
    const auto now = steady_clock::now();
    for (; next_frame <= now; next_frame += kFrame) send_frame();
    for (; next_sound <= now; next_sound += kSound) send_sound();
  }
}

void Publisher::answer_reports() {
  for (const RtcpItem& item : client_.reports)
    if (std::holds_alternative<Pli>(item)) {
      ++asked_;
      key_wanted_ = true;
    }
  client_.reports.clear();
}

void Publisher::send_frame() {
  const bool key = key_wanted_ || ++frames_since_key_ >= kFramesPerKey;
  if (key) {
    key_wanted_ = false;
    frames_since_key_ = 0;
    ++keyframes_;
  }
  const int packets = key ? kKeyPackets : kDeltaPackets;
  for (int i = 0; i < packets; ++i) {
    const auto payload = payload_of(key, i == 0, picture_id_, key ? kKeyBytes : kDeltaBytes);
    client_.send_rtp(client_.make_rtp(kVideoLine, video_sequence_++, video_time_, i + 1 == packets, payload));
    ++sent_;
  }
  picture_id_ = (picture_id_ + 1) & 0x7fff;
  video_time_ += 90 * std::uint32_t(kFrame.count());
}

void Publisher::send_sound() {
  const std::vector<std::uint8_t> payload(kSoundBytes, 0x5a);
  client_.send_rtp(client_.make_rtp(kSoundLine, sound_sequence_++, sound_time_, false, payload));
  sound_time_ += 48 * std::uint32_t(kSound.count());
  ++sent_;
}

}  // namespace huiban::bench
