#include "rtc/pacer.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

using namespace huiban::rtc;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kPacket = 1200;

struct Line {
  Pacer pacer;
  Instant now = Instant{} + 1h;
  std::vector<std::uint32_t> sent;  // tags
  std::uint32_t next = 0;
  std::size_t sent_bytes = 0;

  void send(std::size_t size = kPacket, std::size_t slot = 0) {
    const std::vector<std::uint8_t> bytes(size, std::uint8_t(next));
    if (pacer.take(size, now)) {
      sent.push_back(next);
      sent_bytes += size;
    } else {
      pacer.push({bytes, slot, next}, now);
    }
    ++next;
  }
  void drain(std::chrono::milliseconds span) {
    for (const Instant end = now + span; now < end;) {
      now += 5ms;
      pacer.drain(now, [this](const PacedPacket& packet) {
        for (const std::uint8_t byte : packet.bytes)
          if (byte != std::uint8_t(packet.tag)) FAIL("bytes of another packet");
        sent.push_back(packet.tag);
        sent_bytes += packet.bytes.size();
      });
    }
  }
};

}  // namespace

TEST_CASE("without an estimate nothing waits") {
  Line line;
  for (int i = 0; i < 1000; ++i) line.send();
  CHECK(line.sent.size() == 1000);
  CHECK_FALSE(line.pacer.waiting());
}

TEST_CASE("normal frames never wait") {
  // At 25 frames a second of a picture as big as the line allows.
  const auto kbps = GENERATE(100u, 300u, 1000u, 4000u);
  Line line;
  line.pacer.set_line(kbps, false);
  for (int frame = 0; frame < 250; ++frame) {
    std::size_t left = kbps * 1000 / 8 / 25;
    for (; left > 0; left -= std::min(left, kPacket)) line.send(std::min(left, kPacket));
    CHECK_FALSE(line.pacer.waiting());
    line.now += 40ms;
  }
}

TEST_CASE("a keyframe is spread at two and a half times the estimate, in order") {
  Line line;
  line.pacer.set_line(1200, false);  // 375 000 bytes per second, a bucket of 15 000
  for (int i = 0; i < 50; ++i) line.send();
  CHECK(line.sent.size() == 12);
  CHECK(line.pacer.packets() == 38);
  CHECK(line.pacer.bytes() == 38 * kPacket);
  line.drain(32ms);
  CHECK(line.sent.size() == 12 + 11);  // with what the bucket had left
  line.send();                         // behind what waits, although it is small
  line.send(10);
  line.drain(100ms);
  CHECK_FALSE(line.pacer.waiting());
  REQUIRE(line.sent.size() == 52);
  CHECK(std::is_sorted(line.sent.begin(), line.sent.end()));
  CHECK(line.pacer.take_dropped() == 0);
  line.send();
  CHECK(line.sent.size() == 53);
}

TEST_CASE("a narrow line gets no burst that would hold up the sound") {
  Line line;
  line.pacer.set_line(300, false);
  for (int i = 0; i < 8; ++i) line.send();
  CHECK(line.sent.size() == 3);  // a tenth of a second
  line.drain(100ms);             // hardly more than the estimate
  CHECK(line.sent_bytes <= 3750 + 4125);
  CHECK(line.sent.size() == 6);
}

TEST_CASE("what waits in the network gets no company") {
  Line line;
  line.pacer.set_line(1000, true);  // 37 500 bytes per second
  for (int i = 0; i < 50; ++i) line.send();
  const std::size_t before = line.sent_bytes;
  line.drain(400ms);
  CHECK(double(line.sent_bytes - before) == Approx(15'000).epsilon(0.1));
}

TEST_CASE("what waited for half a second is dropped and its slots need a keyframe") {
  Line line;
  line.pacer.set_line(100, false);  // 13 750 bytes per second
  for (int i = 0; i < 2; ++i) line.send();
  for (int i = 0; i < 30; ++i) line.send(kPacket, i % 2 == 0 ? 3 : 63);
  line.drain(500ms);
  CHECK(line.pacer.waiting());
  CHECK(line.pacer.take_dropped() == 0);
  line.drain(5ms);
  CHECK_FALSE(line.pacer.waiting());
  CHECK(line.pacer.take_dropped() == (1ull << 3 | 1ull << 63));
  CHECK(line.pacer.take_dropped() == 0);
  CHECK(line.sent.size() == 2 + 6);
}

TEST_CASE("more than the line carries in half a second does not even wait") {
  Line line;
  line.pacer.set_line(100, false);
  for (int i = 0; i < 2 + int(Pacer::kLeastQueue / kPacket); ++i) line.send();
  CHECK(line.pacer.take_dropped() == 0);
  line.send(kPacket, 5);
  CHECK_FALSE(line.pacer.waiting());
  CHECK(line.pacer.take_dropped() == (1 | 1 << 5));
  CHECK(line.pacer.bytes() == 0);
}

TEST_CASE("a queue that is dropped names its slots") {
  Line line;
  line.pacer.set_line(100, false);
  for (int i = 0; i < 20; ++i) line.send(kPacket, 2);
  line.pacer.drop();
  CHECK_FALSE(line.pacer.waiting());
  CHECK(line.pacer.take_dropped() == 1 << 2);
  line.drain(100ms);
  CHECK(line.sent.size() == 2);
}

TEST_CASE("an estimate that goes away frees the queue") {
  Line line;
  line.pacer.set_line(100, false);
  for (int i = 0; i < 40; ++i) line.send();
  line.pacer.set_line(0, false);
  line.drain(5ms);
  CHECK_FALSE(line.pacer.waiting());
  CHECK(line.sent.size() == 40);
}

TEST_CASE("over any span no more leaves than rate and bucket allow") {
  std::mt19937 random(5);
  for (const std::uint32_t kbps : {150u, 700u, 5000u}) {
    Line line;
    line.pacer.set_line(kbps, false);
    const double rate = kbps * Pacer::kFactor * 125;  // bytes per second
    const double bucket = std::max<double>(Pacer::kUsualBucket, rate * 0.04);
    for (int step = 0; step < 2000; ++step) {
      for (std::uint32_t packets = random() % 4 == 0 ? random() % 40 : 0; packets > 0; --packets)
        line.send(1 + random() % 1400);
      line.drain(5ms * (1 + random() % 4));
    }
    const double seconds = std::chrono::duration<double>(line.now - (Instant{} + 1h)).count();
    CHECK(double(line.sent_bytes) <= rate * seconds + bucket);
    CHECK(std::is_sorted(line.sent.begin(), line.sent.end()));
  }
}
