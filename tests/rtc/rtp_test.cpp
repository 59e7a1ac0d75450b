#include <catch2/catch.hpp>

#include "rtc/rtp.h"
#include "rtc/vp8.h"
#include "rtc/wire.h"
#include "tests/rtc/packets.h"

using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;

TEST_CASE("an RTP header is read and refused at every cut") {
  const Bytes packet{0xb1, 0xe0, 0x12, 0x34, 0,    0,    0, 7,
                     0xde, 0xad, 0xbe, 0xef, 0,    0,    0, 1,  // one CSRC
                     0xbe, 0xde, 0,    1,    0x10, 0x85, 0, 0,  // audio level 5, voice
                     1,    2,    3,    3};                      // a byte of payload, padding 3
  const auto header = parse_rtp(packet);
  REQUIRE(header);
  CHECK(header->marker);
  CHECK(header->payload_type == 96);
  CHECK(header->sequence == 0x1234);
  CHECK(header->timestamp == 7);
  CHECK(header->ssrc == 0xdeadbeef);
  CHECK(header->size == 24);
  CHECK(header->padding == 3);
  const auto level = audio_level(*header, 1);
  REQUIRE(level);
  CHECK(level->dbov == -5);
  CHECK(level->voice);
  CHECK_FALSE(audio_level(*header, 2));
  for (std::size_t size = 0; size < 24; ++size)
    CHECK_FALSE(parse_rtp_header(std::span(packet).first(size)));
  Bytes bad = packet;
  bad.back() = 9;  // more padding than payload
  CHECK_FALSE(parse_rtp(bad));
  bad.back() = 0;
  CHECK_FALSE(parse_rtp(bad));
  bad[0] = 0x31;
  CHECK_FALSE(parse_rtp(bad));
}

TEST_CASE("header extensions in one-byte and two-byte form") {
  RtpHeader header;
  const Bytes one{0x31, 'a', 'b', 0, 0x40, 0x7f, 0xf0, 1};
  header.extension_profile = 0xbede;
  header.extension = one;
  CHECK(text_extension(header, 3) == "ab");
  CHECK(audio_level(header, 4)->dbov == -127);
  CHECK_FALSE(find_extension(header, 15));
  const Bytes two{3, 3, 'm', 'i', 'd', 0, 9, 0, 5, 200};
  header.extension_profile = 0x1000;
  header.extension = two;
  CHECK(text_extension(header, 3) == "mid");
  CHECK(find_extension(header, 9)->empty());
  CHECK_FALSE(find_extension(header, 5));  // longer than what is left
}

TEST_CASE("counters are carried over their wraps") {
  CHECK(wire::extend16(65530, 3) == 65539);
  CHECK(wire::extend16(65539, 65530) == 65530);
  CHECK(sequence_newer(65535, 0));
  CHECK_FALSE(sequence_newer(0, 65535));
}

TEST_CASE("a VP8 descriptor is read, shifted and keeps its width") {
  test::PacketSpec spec;
  spec.keyframe = true;
  spec.tl0 = 250;
  SECTION("15 bits") {
    spec.picture_id = 32766;
    Bytes packet = test::video_packet(spec);
    std::span<std::uint8_t> payload = std::span(packet).subspan(12);
    auto d = parse_vp8(payload);
    REQUIRE(d);
    CHECK(d->keyframe);
    CHECK(d->long_picture_id);
    CHECK(d->picture_id == 32766);
    CHECK(d->tl0 == 250);
    CHECK(d->size == 5);
    rewrite_vp8(payload.data(), *d, std::uint16_t(d->picture_id + 3), std::uint8_t(d->tl0 + 10));
    d = parse_vp8(payload);
    CHECK(d->picture_id == 1);
    CHECK(d->tl0 == 4);
    CHECK(d->long_picture_id);
  }
  SECTION("7 bits") {
    spec.picture_id = 126;
    spec.long_picture_id = false;
    Bytes packet = test::video_packet(spec);
    std::span<std::uint8_t> payload = std::span(packet).subspan(12);
    auto d = parse_vp8(payload);
    rewrite_vp8(payload.data(), *d, std::uint16_t(d->picture_id + 5), d->tl0);
    d = parse_vp8(payload);
    CHECK(d->picture_id == 3);
    CHECK_FALSE(d->long_picture_id);
  }
  SECTION("not a keyframe: later part, inter frame; refused: cut") {
    const auto is_keyframe = [&spec] {
      const Bytes packet = test::video_packet(spec);
      return parse_vp8(std::span(packet).subspan(12))->keyframe;
    };
    CHECK(is_keyframe());
    spec.starts = false;
    CHECK_FALSE(is_keyframe());
    spec.starts = true;
    spec.keyframe = false;
    CHECK_FALSE(is_keyframe());
    const Bytes whole{0x90, 0xf0, 0x80, 1, 2, 0x20, 0x10};
    for (std::size_t size = 0; size < whole.size(); ++size)
      CHECK_FALSE(parse_vp8(std::span(whole).first(size)));
    CHECK(parse_vp8(whole));
  }
}
