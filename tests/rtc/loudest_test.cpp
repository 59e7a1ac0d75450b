#include "rtc/loudest.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace huiban::rtc;
using namespace std::chrono_literals;

namespace {

struct Hall {
  Loudest loudest;
  Instant now = Instant{} + 1h;
  std::size_t places = 3;
  std::vector<Speaker> speakers;

  Speaker& operator[](std::uint64_t source) {
    for (Speaker& speaker : speakers)
      if (speaker.source == SourceId(source)) return speaker;
    speakers.push_back({SourceId(source), kNoLevel});
    return speakers.back();
  }
  // Sources by place, "." where there is none.
  std::string run(std::chrono::milliseconds span = 0ms) {
    std::string text;
    for (const Instant end = now + span; now <= end; now += 20ms) {
      text.clear();
      for (const auto& source : loudest.choose(places, speakers, now))
        text += source ? std::to_string(std::uint64_t(*source)) : ".";
    }
    return text;
  }
};

}  // namespace

TEST_CASE("a level follows speech at once and pauses slowly") {
  SpeechLevel level;
  Instant now = Instant{} + 1h;
  CHECK(level.at(now) == kNoLevel);
  const auto speak = [&](int dbov, std::chrono::milliseconds span) {
    for (const Instant end = now + span; now < end; now += 20ms) level.note(dbov, now);
  };
  speak(-127, 200ms);
  speak(-30, 100ms);
  CHECK(level.at(now) > -36);
  CHECK(level.at(now) <= -30);
  speak(-30, 200ms);
  const double before = level.at(now);
  speak(-127, 200ms);  // between two words
  CHECK(level.at(now) > before - 5);
  CHECK(level.at(now + 10s) == kNoLevel);  // DTX
  // A single loud packet, a knock, does not get all the way.
  SpeechLevel knock;
  knock.note(-127, now);
  knock.note(-5, now + 20ms);
  CHECK(knock.at(now + 20ms) < Loudest::kSilence + 10);
}

TEST_CASE("as many microphones as places: all are heard, silent or not") {
  Hall hall;
  for (std::uint64_t source : {1, 2, 3}) hall[source].level = kNoLevel;
  CHECK(hall.run() == "123");
  hall[3].level = -20;
  CHECK(hall.run(5s) == "123");
  hall.places = 4;
  CHECK(hall.run() == "123.");
  hall.places = 2;
  CHECK(hall.run(5s) == "32");  // whoever speaks stays or comes in
}

TEST_CASE("a louder one displaces the quietest after 300 ms, no one else moves") {
  Hall hall;
  hall[1].level = -30;
  hall[2].level = -35;
  hall[3].level = -25;
  hall[4].level = -33;
  CHECK(hall.run(0ms) == "314");
  hall[2].level = -31;  // two louder: not enough
  CHECK(hall.run(10s) == "314");
  hall[2].level = -29;
  CHECK(hall.run(280ms) == "314");
  CHECK(hall.run() == "312");
  CHECK(hall.run(10s) == "312");
  hall[4].level = -20;
  CHECK(hall.run(280ms) == "312");
  hall[4].level = -60;  // a cough begins anew
  CHECK(hall.run(20ms) == "312");
  hall[4].level = -20;
  CHECK(hall.run(280ms) == "312");
  CHECK(hall.run(20ms) == "342");
}

TEST_CASE("who is silent for two seconds makes room for anybody who speaks") {
  Hall hall;
  hall.places = 1;
  hall[1].level = -30;
  hall[2].level = -70;
  CHECK(hall.run() == "1");
  hall[1].level = -60;
  CHECK(hall.run(5s) == "1");  // nobody speaks
  hall[1].level = -30;
  CHECK(hall.run() == "1");
  hall[1].level = -53;
  hall[2].level = -52;  // not louder by 3 dB, and the other is no silence
  CHECK(hall.run(5s) == "1");
  hall[1].level = -54.9;
  hall[2].level = -53;
  CHECK(hall.run(5s) == "1");
  hall[1].level = -55;
  CHECK(hall.run(1960ms) == "1");
  CHECK(hall.run(20ms) == "2");
}

TEST_CASE("who leaves is gone at once; two who begin together both get in") {
  Hall hall;
  hall.places = 2;
  for (std::uint64_t source : {1, 2, 3, 4}) hall[source].level = -50;
  CHECK(hall.run() == "12");
  hall[3].level = hall[4].level = -20;
  CHECK(hall.run(320ms) == "34");
  hall.speakers.erase(hall.speakers.begin() + 2);
  CHECK(hall.run() == "14");
  hall.speakers.clear();
  CHECK(hall.run() == "..");
  hall.places = 0;
  CHECK(hall.run().empty());
}

TEST_CASE("random halls: no one twice, the loudest is heard, nothing flutters") {
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    CAPTURE(round);
    Hall hall;
    hall.places = 1 + random() % 4;
    const std::size_t count = 1 + random() % 12;
    for (std::size_t i = 0; i < count; ++i) hall[i + 1].level = -20 - double(random() % 60);
    int changes = 0;
    std::vector<std::optional<SourceId>> before;
    std::vector<double> mean;
    for (const Speaker& speaker : hall.speakers) mean.push_back(speaker.level);
    for (int step = 0; step < 1000; ++step) {
      for (std::size_t i = 0; i < count; ++i)
        hall.speakers[i].level = mean[i] + double(random() % 300) / 100 - 1.5;  // below 3 dB
      const auto chosen = hall.loudest.choose(hall.places, hall.speakers, hall.now);
      hall.now += 20ms;
      std::set<SourceId> seen;
      for (const auto& source : chosen) CHECK((!source || seen.insert(*source).second));
      CHECK(seen.size() == std::min(hall.places, count));
      if (step > 200 && !std::equal(chosen.begin(), chosen.end(), before.begin(), before.end()))
        ++changes;
      before.assign(chosen.begin(), chosen.end());
    }
    CHECK(changes <= int(hall.places));
    for (std::size_t i = 0; i < count; ++i) {  // who is louder than a chosen one by far is chosen
      const bool in = std::count(before.begin(), before.end(), SourceId(i + 1)) != 0;
      for (std::size_t k = 0; k < count && !in && mean[i] > Loudest::kSilence + 2; ++k)
        if (std::count(before.begin(), before.end(), SourceId(k + 1)) != 0)
          CHECK(mean[k] > mean[i] - 6.5);
    }
  }
}
