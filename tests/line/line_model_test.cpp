#include "tests/line/line_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace huiban::line;
using namespace std::chrono_literals;

namespace {

// A packet of 125 bytes each interval; returns what arrived when, by number.
struct Arrival {
  std::uint32_t number;
  Nanoseconds sent, due;
};
std::vector<Arrival> run(LineModel& model, int packets, Nanoseconds interval,
                         std::size_t size = 125) {
  std::vector<Arrival> arrivals;
  const auto take = [&](Nanoseconds until) {
    for (auto next = model.next_event(); next <= until; next = model.next_event())
      while (const auto packet = model.pop(next)) {
        std::uint32_t number = 0;
        for (int i = 0; i < 4; ++i) number = number << 8 | (*packet)[i];
        arrivals.push_back({number, interval * number, next});
      }
  };
  for (int n = 0; n < packets; ++n) {
    take(interval * n);
    LineModel::Packet packet(size);
    for (int i = 0; i < 4; ++i) packet[i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
    model.push(std::move(packet), interval * n);
  }
  take(interval * packets + 60s);
  return arrivals;
}

LineModel line(const std::vector<std::string>& words, std::uint64_t seed = 1) {
  LineSchedules schedules;
  REQUIRE(schedules.say(words, 0ns));
  LineModel model(seed);
  model.set(schedules.up.at(0ns), 0ns);
  return model;
}

}  // namespace

TEST_CASE("a line without settings gives everything back at once and in order") {
  LineModel model(1);
  const auto arrivals = run(model, 1000, 1ms);
  REQUIRE(arrivals.size() == 1000);
  for (std::uint32_t n = 0; n < 1000; ++n) {
    REQUIRE(arrivals[n].number == n);
    REQUIRE(arrivals[n].due == arrivals[n].sent);
  }
}

TEST_CASE("random loss has its share, and the same seed the same fate") {
  auto model = line({"loss=10"}, 7), again = line({"loss=10"}, 7), other = line({"loss=10"}, 8);
  const auto first = run(model, 100000, 1ms), second = run(again, 100000, 1ms),
             third = run(other, 100000, 1ms);
  // 3 standard deviations of 100 000 draws are 0.28 points.
  REQUIRE(std::abs(static_cast<double>(first.size()) - 90000) < 285);
  const auto same = [](const auto& a, const auto& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Arrival& x, const Arrival& y) { return x.number == y.number; });
  };
  REQUIRE(same(first, second));
  REQUIRE_FALSE(same(first, third));
  REQUIRE(model.statistics().lost == 100000 - first.size());
}

TEST_CASE("bursts have their share and their length") {
  auto model = line({"burst=5/8"});
  const auto arrivals = run(model, 200000, 1ms);
  int bursts = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i)
    bursts += arrivals[i].number != arrivals[i - 1].number + 1;
  const auto lost = static_cast<double>(model.statistics().lost_in_bursts);
  REQUIRE(lost / 200000 == Approx(0.05).margin(0.007));
  REQUIRE(lost / bursts == Approx(8).margin(0.8));
}

TEST_CASE("a burst that loses only a part") {
  auto model = line({"burst=5/20/50"});
  run(model, 200000, 1ms);
  REQUIRE(static_cast<double>(model.statistics().lost_in_bursts) / 200000 ==
          Approx(0.05).margin(0.01));
}

TEST_CASE("jitter stays within its bounds, in order unless told otherwise") {
  auto ordered = line({"delay=150", "jitter=50"});
  auto arrivals = run(ordered, 20000, 5ms);
  double least = 1000, most = 0, sum = 0;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    REQUIRE(arrivals[i].number == i);
    const double took =
        std::chrono::duration<double, std::milli>(arrivals[i].due - arrivals[i].sent).count();
    least = std::min(least, took);
    most = std::max(most, took);
    sum += took;
  }
  REQUIRE(least >= 100);
  REQUIRE(least < 110);
  REQUIRE(most <= 200.001);
  REQUIRE(most > 190);
  REQUIRE(sum / 20000 == Approx(150).margin(5));

  auto overtaking = line({"delay=150", "jitter=50", "reorder=1"});
  arrivals = run(overtaking, 20000, 5ms);
  REQUIRE(arrivals.size() == 20000);
  REQUIRE_FALSE(std::is_sorted(arrivals.begin(), arrivals.end(),
                               [](auto& a, auto& b) { return a.number < b.number; }));
}

TEST_CASE("a rate spaces packets; its queue is bounded in milliseconds or bytes") {
  // 125 bytes are 10 ms at 100 kbit/s; they come each 5 ms.
  auto model = line({"rate=100", "queue=200"});
  const auto arrivals = run(model, 2000, 5ms);
  for (std::size_t i = 101; i < arrivals.size(); ++i) {
    const auto gap = arrivals[i].due - arrivals[i - 1].due;
    REQUIRE(std::abs((gap - 10ms).count()) < 10);
  }
  REQUIRE(model.statistics().lost_in_queue + arrivals.size() == 2000);
  REQUIRE(static_cast<double>(arrivals.size()) == Approx(1000 + 20).margin(2));
  REQUIRE(model.statistics().queue_delay_ms(1) <= 200);
  REQUIRE(model.statistics().queue_delay_ms(0.5) >= 190);

  auto bytes = line({"rate=100", "queue_bytes=1000"});
  run(bytes, 2000, 5ms);
  REQUIRE(bytes.statistics().queue_delay_ms(1) <= 80);
}

TEST_CASE("what is queued is served at the new rate from the change on") {
  auto model = line({"rate=100", "queue=1000"});
  for (int i = 0; i < 10; ++i) model.push(LineModel::Packet(125), 0ns);
  int out = 0;
  while (model.pop(45ms)) ++out;
  REQUIRE(out == 4);
  LineSettings faster;
  faster.rate_kbps = 1000;  // half a packet and five more: 5.5 ms
  model.set(faster, 45ms);
  while (model.pop(50ms)) ++out;
  REQUIRE(out == 9);
  while (model.pop(50ms + 600us)) ++out;
  REQUIRE(out == 10);
  REQUIRE(model.next_event() == Nanoseconds::max());
}

TEST_CASE("schedules change by time; up and down are apart; errors name the word") {
  LineSchedules schedules;
  REQUIRE(schedules.say({"loss=2", "up", "rate=2000:20,300:20,2000", "down", "outage", "0:5,1:3,0"},
                        10s));
  REQUIRE(schedules.up.at(10s).rate_kbps == 2000);
  REQUIRE(schedules.up.at(29999ms).rate_kbps == 2000);
  REQUIRE(schedules.up.at(30s).rate_kbps == 300);
  REQUIRE(schedules.up.at(500s).rate_kbps == 2000);
  REQUIRE(schedules.up.next_change(31s) == 50s);
  REQUIRE(schedules.up.next_change(51s) == Nanoseconds::max());
  REQUIRE(schedules.down.at(500s).rate_kbps == 0);
  REQUIRE(schedules.down.at(16s).outage);
  REQUIRE_FALSE(schedules.down.at(18s).outage);
  REQUIRE(schedules.up.at(0s).loss == Approx(0.02));

  for (const char* bad : {"los=2", "loss=101", "loss=x", "loss=", "loss=-1", "loss", "rate=1:x,2",
                          "rate=5:3", "rate=1,2", "burst=1/2/3/4", "delay=1/2"}) {
    const auto said = schedules.say({bad}, 0s);
    INFO(bad);
    REQUIRE_FALSE(said);
    REQUIRE(said.error().code == huiban::ErrorCode::kInvalid);
  }
}

TEST_CASE("an outage loses what enters and leaves later fates as they were") {
  auto model = line({"loss=10"}), broken = line({"loss=10"});
  LineSettings outage;
  outage.loss = 0.1;
  const auto whole = run(model, 1000, 1ms);
  outage.outage = true;
  broken.set(outage, 0ns);
  for (int i = 0; i < 500; ++i) broken.push(LineModel::Packet(125), 1ms * i);
  REQUIRE(broken.statistics().lost_in_outage == 500);
  outage.outage = false;
  broken.set(outage, 500ms);
  for (int i = 500; i < 1000; ++i) broken.push(LineModel::Packet(125), 1ms * i);
  const auto late =
      std::count_if(whole.begin(), whole.end(), [](auto& a) { return a.number >= 500; });
  REQUIRE(static_cast<long>(500 - broken.statistics().lost) == late);
}
