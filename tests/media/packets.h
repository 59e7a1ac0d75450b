#pragma once
// RTP packets for tests: plain ones, and real VP8 made by vp8enc and rtpvp8pay.
#include <cstdint>
#include <vector>

#include "rtc/transport.h"

namespace huiban::test {

using Packet = std::vector<std::uint8_t>;

// Header of RFC 3550 section 5.1 and `payload` zero bytes.
Packet rtp_packet(std::uint16_t seq, bool marker = false, std::size_t payload = 20);

std::vector<rtc::RtpView> views_of(const std::vector<Packet>& packets);

// `frames` pictures of one colour (0xAARRGGBB), 320 x 240 at 15 per second, one list per frame. The
// first is a key frame; so is each that key_every divides.
std::vector<std::vector<Packet>> vp8_frames(int frames, int key_every, std::uint32_t colour);

}  // namespace huiban::test
