#include <catch2/catch.hpp>

#include "rtc/receive_stream.h"
#include "rtc/rtcp.h"

using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;

TEST_CASE("a compound goes out and comes back") {
  Bytes bytes;
  SenderReport sr{7, 0x0123456789abcdef, 90000, 12, 3456, {}};
  sr.blocks.push_back({8, 25, -3, 0x10005, 17, 0xcafe, 65536});
  append_rtcp(bytes, sr);
  append_rtcp(bytes, ReceiverReport{7, {{9, 0, 70000, 1, 2, 3, 4}}});
  append_rtcp(bytes, SourceDescription{7, "huiban"});
  append_rtcp(bytes, Nack{7, 8, {65534, 65535, 0, 14, 15, 300}});
  append_rtcp(bytes, Pli{7, 8});
  append_rtcp(bytes, Remb{7, 1'500'000, {8, 9}});
  append_rtcp(bytes, Bye{{7}});
  CHECK(bytes.size() % 4 == 0);
  const auto items = parse_rtcp(bytes);
  REQUIRE(items.has_value());
  REQUIRE(items->size() == 7);
  const auto& sender = std::get<SenderReport>((*items)[0]);
  CHECK(sender.ntp == sr.ntp);
  CHECK(sender.blocks.at(0).cumulative_lost == -3);
  CHECK(sender.blocks.at(0).fraction_lost == 25);
  CHECK(std::get<ReceiverReport>((*items)[1]).blocks.at(0).cumulative_lost == 70000);
  CHECK(std::get<SourceDescription>((*items)[2]).cname == "huiban");
  const auto& nack = std::get<Nack>((*items)[3]);
  CHECK(nack.sequences == std::vector<std::uint16_t>{65534, 65535, 0, 14, 15, 300});
  CHECK(std::get<Pli>((*items)[4]).media == 8);
  const auto& remb = std::get<Remb>((*items)[5]);
  CHECK(remb.bits_per_second <= 1'500'000);
  CHECK(remb.bits_per_second > 1'499'900);
  CHECK(remb.media == std::vector<std::uint32_t>{8, 9});
  CHECK(std::get<Bye>((*items)[6]).ssrcs == std::vector<std::uint32_t>{7});
}

TEST_CASE("a FIR is read; cut and lying compounds are refused") {
  const Bytes fir{0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 9, 0, 0, 0};
  const auto items = parse_rtcp(fir);
  REQUIRE(items.has_value());
  CHECK(std::get<Fir>(items->at(0)).media == std::vector<std::uint32_t>{5});
  for (std::size_t size = 0; size < fir.size(); ++size)
    CHECK_FALSE(parse_rtcp(std::span(fir).first(size)).has_value());
  CHECK_FALSE(parse_rtcp(Bytes{0x82, 201, 0, 1, 0, 0, 0, 1})
                  .has_value());  // two blocks promised, none there
  CHECK_FALSE(
      parse_rtcp(Bytes{0x81, 202, 0, 1, 0, 0, 0, 1, 0}).has_value());  // not a multiple of words
  CHECK_FALSE(parse_rtcp(Bytes{0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 'a', 'b'}).has_value());
  CHECK(parse_rtcp(Bytes{0x80, 211, 0, 0})->empty());  // unknown type
}

TEST_CASE("a repair is asked for again after what repairs take, then after twice that") {
  using std::chrono::milliseconds;
  ReceiveStream stream(5, huiban::rtc::MediaKind::kVideo);
  const Instant begin{std::chrono::seconds(100)};
  for (const std::uint16_t sequence : {1, 3, 5}) stream.on_packet(sequence, 0, begin);
  const auto asked = [&](int ms) { return stream.missing(begin + milliseconds(ms), milliseconds(50)).size(); };
  CHECK(asked(0) == 2);
  CHECK(asked(49) == 0);
  stream.on_repair(2, begin + milliseconds(49));
  CHECK(asked(60) == 0);  // 49 ms and a quarter
  CHECK(asked(61) == 1);
  CHECK(asked(182) == 0);
  CHECK(asked(183) == 1);
  for (int ms = 185; ms < 1000; ms += 5) asked(ms);
  CHECK(asked(1001) == 0);
  CHECK_FALSE(stream.anything_missing());

  ReceiveStream slow(6, huiban::rtc::MediaKind::kVideo);  // a queue of 400 ms
  slow.on_packet(1, 0, begin);
  std::size_t times = 0;
  for (int ms = 0; ms < 2000; ms += 5) {
    if (ms % 20 == 0) slow.on_packet(std::uint16_t(3 + ms / 10), 0, begin + milliseconds(ms));
    if (ms % 20 == 0 && ms >= 400) slow.on_repair(std::uint16_t(2 + (ms - 400) / 10), begin + milliseconds(ms));
    times += slow.missing(begin + milliseconds(ms), milliseconds(50)).size();
  }
  CHECK(times < 100 * 2);  // of 100 gaps; those before the first repair came were asked for more often
}

TEST_CASE("a repair by RTX is wanted once, a repetition never") {
  ReceiveStream stream(9, huiban::rtc::MediaKind::kVideo);
  const Instant now{std::chrono::seconds(10)};
  for (const std::uint16_t sequence : {65534, 1}) stream.on_packet(sequence, 0, now);
  CHECK(stream.on_repair(65535, now));
  CHECK_FALSE(stream.on_repair(65535, now));
  CHECK_FALSE(stream.on_repair(1, now));      // it came itself
  CHECK_FALSE(stream.on_repair(60000, now));  // long gone: a sender that probes
  CHECK(stream.on_repair(0, now));
  CHECK_FALSE(stream.anything_missing());
}

TEST_CASE("NTP time keeps fractions and times before 1970") {
  using namespace std::chrono;
  const auto time = system_clock::time_point(milliseconds(1'590'541'200'250));
  CHECK(to_ntp(time) >> 32 == 1'590'541'200u + 2'208'988'800u);
  CHECK(abs(from_ntp(to_ntp(time)) - time) < microseconds(1));
  CHECK(from_ntp(0x0000000500000000) < system_clock::time_point{});
}

TEST_CASE("an uplink is reported with loss and its gaps are asked for") {
  using std::chrono::milliseconds;
  ReceiveStream stream(5, huiban::rtc::MediaKind::kVideo);
  Instant now{std::chrono::seconds(100)};
  for (const std::uint16_t sequence : {65533, 65534, 1, 2}) stream.on_packet(sequence, 0, now);
  CHECK(stream.missing(now, milliseconds(50)) == std::vector<std::uint16_t>{65535, 0});
  CHECK(stream.missing(now + milliseconds(20), milliseconds(50)).empty());
  stream.on_packet(0, 0, now + milliseconds(30));  // a repair
  stream.on_packet(0, 0, now + milliseconds(31));  // that came twice hides no loss
  stream.on_packet(1, 0, now + milliseconds(32));
  CHECK(stream.missing(now + milliseconds(60), milliseconds(50)) ==
        std::vector<std::uint16_t>{65535});
  ReportBlock block = stream.report(now);
  CHECK(block.ssrc == 5);
  CHECK(block.cumulative_lost == 1);
  CHECK(block.fraction_lost == 256 / 6);
  CHECK(block.highest_sequence == 0x10002);
  CHECK(stream.report(now).fraction_lost == 0);
  CHECK(stream.missing(now + milliseconds(1100), milliseconds(50)).empty());  // given up
  CHECK_FALSE(stream.anything_missing());
  stream.on_packet(20000, 0, now);  // numbering restarted
  CHECK_FALSE(stream.anything_missing());
}
