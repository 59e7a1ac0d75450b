#include "rtc/twcc.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "rtc/rtcp.h"

using namespace huiban::rtc;
using namespace std::chrono_literals;

namespace {

const Instant kStart = Instant{} + 1h;
using Numbers = std::vector<std::uint16_t>;

std::vector<TransportFeedback> reports(TwccReceiver& receiver, Instant now) {
  std::vector<std::uint8_t> bytes;
  receiver.append_feedback(bytes, 1, 2, now);
  std::vector<TransportFeedback> out;
  if (bytes.empty()) return out;
  const auto items = parse_rtcp(bytes);
  REQUIRE(items.has_value());
  for (const RtcpItem& item : *items) out.push_back(std::get<TransportFeedback>(item));
  return out;
}

Numbers received(const TransportFeedback& feedback) {
  Numbers out;
  for (std::size_t i = 0; i < feedback.deltas.size(); ++i)
    if (feedback.deltas[i] != TransportFeedback::kLost)
      out.push_back(std::uint16_t(feedback.base + i));
  return out;
}

}  // namespace

TEST_CASE("a report is due 75 ms after the last, if anything came") {
  TwccReceiver receiver;
  CHECK_FALSE(receiver.due(kStart));
  receiver.on_packet(1, kStart);
  CHECK(receiver.due(kStart));
  reports(receiver, kStart);
  CHECK_FALSE(receiver.due(kStart + 1s));
  receiver.on_packet(2, kStart + 10ms);
  CHECK_FALSE(receiver.due(kStart + 74ms));
  CHECK(receiver.due(kStart + 75ms));
}

TEST_CASE("a report names what came, over the wrap and out of order") {
  TwccReceiver receiver;
  for (const std::uint16_t sequence : {65534, 1, 65535, 2}) receiver.on_packet(sequence, kStart);
  receiver.on_packet(2, kStart + 5ms);  // a second time
  const auto first = reports(receiver, kStart + 8ms);
  REQUIRE(first.size() == 1);
  CHECK(first[0].base == 65534);
  CHECK(first[0].deltas.size() == 5);
  CHECK(received(first[0]) == Numbers{65534, 65535, 1, 2});
  CHECK(first[0].sender == 1);
  CHECK(first[0].media == 2);
  receiver.on_packet(3, kStart + 9ms);
  receiver.on_packet(0, kStart + 10ms);  // late: reported with what followed it
  const auto second = reports(receiver, kStart + 80ms);
  REQUIRE(second.size() == 1);
  CHECK(received(second[0]) == Numbers{0, 1, 2, 3});
  CHECK(second[0].count == 1);
}

TEST_CASE("a pause of more than eight seconds makes two reports") {
  TwccReceiver receiver;
  receiver.on_packet(5, kStart);
  receiver.on_packet(6, kStart + 20s);
  const auto both = reports(receiver, kStart + 20s);
  REQUIRE(both.size() == 2);
  CHECK(received(both[0]) == Numbers{5});
  CHECK(received(both[1]) == Numbers{6});
}

TEST_CASE("a restarted numbering is followed, and memory has an end") {
  TwccReceiver receiver;
  for (std::uint16_t i = 0; i < 10; ++i) receiver.on_packet(std::uint16_t(30000 + i), kStart);
  receiver.on_packet(7, kStart);
  receiver.on_packet(8, kStart);
  CHECK(received(reports(receiver, kStart).at(0)) == Numbers{7, 8});
  for (unsigned i = 0; i < 100'000; ++i) receiver.on_packet(std::uint16_t(i), kStart);
  std::size_t packets = 0;
  for (const auto& report : reports(receiver, kStart + 1s)) packets += received(report).size();
  CHECK(packets <= 4000);
}

TEST_CASE("both ends agree on fate and time of every packet") {
  std::mt19937 random(3);
  TwccSender sender;
  TwccReceiver receiver;
  const auto apart = 77min;  // between the two clocks
  struct Sent {
    Instant sent, arrival;
    bool lost = false;
    int told = 0;
  };
  std::map<std::size_t, Sent> all;  // by size, which serves as a name
  std::multimap<Instant, std::uint16_t> line;
  std::vector<TwccResult> results;
  Instant now = kStart;
  // Over the wrap of numbers, and of 64 ms in 24 bits.
  now += 64ms * ((1 << 24) - 2000);
  for (std::size_t i = 0; i < 50000; ++i, now += 5ms) {
    if (i < 49900) {
      const std::uint16_t sequence = sender.take();
      sender.on_sent(sequence, i, now);
      Sent sent{now, now + 50ms + std::chrono::microseconds(random() % 30000)};
      sent.lost = random() % 10 == 0;
      if (!sent.lost) line.emplace(sent.arrival, sequence);
      all[i] = sent;
    }
    for (; !line.empty() && line.begin()->first <= now; line.erase(line.begin()))
      receiver.on_packet(line.begin()->second, line.begin()->first + apart);
    if (receiver.due(now + apart))
      for (const TransportFeedback& report : reports(receiver, now + apart))
        sender.on_feedback(report, results);
  }
  const auto& zero = results.front();
  std::size_t unheard = 0;
  for (const TwccResult& result : results) {
    Sent& sent = all.at(result.bytes);
    ++sent.told;
    CHECK(std::chrono::abs(result.sent - sent.sent) <= 1us);
    CHECK(result.arrived.has_value() == !sent.lost);
    if (!result.arrived) continue;
    const auto there = sent.arrival - all.at(zero.bytes).arrival;
    if (std::chrono::abs(*result.arrived - *zero.arrived - there) > 500us)
      FAIL("packet " << result.bytes);
  }
  for (const auto& [name, sent] : all) {
    CHECK(sent.told <= 1);
    unheard += sent.told == 0;
  }
  CHECK(unheard < 5);  // lost ones at the very end
}

TEST_CASE("reports about packets never sent are ignored") {
  TwccSender sender;
  std::vector<TwccResult> results;
  TransportFeedback report;
  report.deltas.assign(TransportFeedback::kMaxPackets, 1);
  sender.on_feedback(report, results);
  CHECK(results.empty());
  sender.on_sent(sender.take(), 100, kStart);
  sender.on_feedback(report, results);
  sender.on_feedback(report, results);
  CHECK(results.size() == 1);
}

TEST_CASE("a packet overtaken on the way is not lost, one missed by two reports is") {
  TwccSender sender;
  std::vector<TwccResult> results;
  for (std::size_t i = 0; i < 4; ++i) sender.on_sent(sender.take(), 100 + i, kStart);
  TransportFeedback report;
  report.deltas = {TransportFeedback::kLost, TransportFeedback::kLost, 0};
  sender.on_feedback(report, results);
  CHECK(results.size() == 1);
  report.deltas = {9, TransportFeedback::kLost, 0, 9};
  sender.on_feedback(report, results);
  REQUIRE(results.size() == 4);
  CHECK(results[1].bytes == 101);
  CHECK_FALSE(results[1].arrived.has_value());
  CHECK(results[2].bytes == 100);
  CHECK(results[2].arrived.has_value());
  sender.on_feedback(report, results);
  CHECK(results.size() == 4);
}

TEST_CASE("lying transport feedback is refused") {
  const auto packet = [](std::uint8_t high, std::uint8_t low, std::vector<std::uint8_t> rest) {
    std::vector<std::uint8_t> body{0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xfe, high, low, 0, 0, 1, 7};
    body.insert(body.end(), rest.begin(), rest.end());
    return parse_transport_feedback(body);
  };
  CHECK(packet(0, 2, {0x20, 2, 1, 1}).has_value());
  CHECK_FALSE(packet(0xff, 0xff, std::vector<std::uint8_t>(18, 0x3f)).has_value());
  CHECK_FALSE(packet(0, 20, {0x20, 10, 1, 1}).has_value());      // chunks end early
  CHECK_FALSE(packet(0, 5, {0x20, 0, 0x20, 0}).has_value());     // runs of nothing
  CHECK_FALSE(packet(0, 3, {0x40, 3, 0, 1, 0, 1}).has_value());  // a time is missing
  CHECK_FALSE(parse_transport_feedback(std::vector<std::uint8_t>(15)).has_value());
}
