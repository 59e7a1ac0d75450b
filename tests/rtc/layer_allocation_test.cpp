#include "rtc/layer_allocation.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace huiban::rtc;
using namespace std::chrono_literals;

namespace {

SlotDemand sound(std::uint64_t source) {
  SlotDemand demand;
  demand.source = SourceId(source);
  demand.priority = Priority::kSound;
  demand.kind = MediaKind::kAudio;
  demand.state[0] = {true, 40};
  return demand;
}
SlotDemand camera(std::uint64_t source, Priority priority, std::size_t live = kMaxLayers) {
  static constexpr std::array<std::uint32_t, kMaxLayers> kRates{120, 400, 1300};
  SlotDemand demand;
  demand.source = SourceId(source);
  demand.priority = priority;
  demand.layers = kMaxLayers;
  if (priority == Priority::kWall) demand.max_layer = 0;
  for (Layer layer = 0; layer < live; ++layer) demand.state[layer] = {true, kRates[layer]};
  return demand;
}
SlotDemand slides(std::uint64_t source) {
  SlotDemand demand;
  demand.source = SourceId(source);
  demand.priority = Priority::kContent;
  demand.state[0] = {true, 300};
  return demand;
}
// Only one version of the picture.
SlotDemand plain(std::uint64_t source, std::uint32_t kbps, Priority priority = Priority::kStage) {
  SlotDemand demand = camera(source, priority, 0);
  demand.layers = 1;
  demand.state[0] = {true, kbps};
  return demand;
}

struct Receiver {
  LayerAllocator allocator;
  std::vector<SlotDemand> demands;
  std::vector<SlotChoice> choices;
  Rung ceiling = Rung::k720p;
  Instant now = Instant{} + 1h;

  const SlotChoice& operator[](std::size_t slot) const { return choices.at(slot); }
  void decide(LineBudget budget) { allocator.decide(budget, ceiling, demands, now, choices); }
  void run(std::uint32_t budget, std::chrono::milliseconds span) {
    for (const Instant end = now + span; now < end; now += 200ms) decide(budget);
  }
  // "-" nothing, else the layer, of every slot with a picture.
  std::string picture() const {
    std::string text;
    for (std::size_t i = 0; i < demands.size(); ++i)
      if (demands[i].kind == MediaKind::kVideo)
        text += choices[i].send ? std::to_string(choices[i].layer) : "-";
    return text;
  }
};

Receiver venue() {  // two sounds, slides, stage, second, two tiles
  Receiver receiver;
  receiver.demands = {sound(1),
                      sound(2),
                      slides(3),
                      camera(4, Priority::kStage),
                      camera(5, Priority::kSecond),
                      camera(6, Priority::kWall),
                      camera(7, Priority::kWall)};
  return receiver;
}

}  // namespace

TEST_CASE("a budget goes to sound, slides, stage, second and wall in this order") {
  struct Row {
    std::uint32_t budget;
    std::string picture;  // slides, stage, second, wall, wall
    Rung rung;
  };
  const Row rows[] = {
      {50, "-----", Rung::kSoundOnly},
      {250, "-0---", Rung::k180p},
      {400, "0----", Rung::kContentAndSound},
      {520, "00---", Rung::k180p},
      {640, "000--", Rung::k180p},
      {760, "0000-", Rung::k180p},
      {880, "00000", Rung::k180p},
      {1350, "01000", Rung::k360p},
      {1680, "01100", Rung::k360p},
      {2390, "02000", Rung::k720p},
      {2750, "02100", Rung::k720p},
      {3800, "02200", Rung::k720p},
      {100000, "02200", Rung::k720p},
      {0, "02200", Rung::k720p},
  };
  for (const Row& row : rows) {
    CAPTURE(row.budget);
    Receiver receiver = venue();
    receiver.run(row.budget, 4s);
    CHECK(receiver.picture() == row.picture);
    CHECK(receiver.allocator.rung() == row.rung);
    CHECK(receiver[0].send);
    CHECK(receiver[1].send);
    if (row.budget > 80) CHECK(receiver.allocator.used_kbps() <= (row.budget - 1u));
    CHECK(receiver.allocator.wanted_kbps() == 80 + 300 + 2 * 1300 + 2 * 120);
  }
}

TEST_CASE("a ceiling caps the rung and what is sent") {
  struct Row {
    Rung ceiling;
    std::string picture;
  };
  for (const Row& row :
       {Row{Rung::k720p, "02200"}, Row{Rung::k360p, "01100"}, Row{Rung::k180p, "00000"},
        Row{Rung::kContentAndSound, "0----"}, Row{Rung::kSoundOnly, "-----"}}) {
    Receiver receiver = venue();
    receiver.run(0, 4s);
    receiver.ceiling = row.ceiling;
    receiver.decide(0);
    CHECK(receiver.picture() == row.picture);
    CHECK(receiver.allocator.rung() == row.ceiling);
    CHECK(receiver[0].send);
    receiver.ceiling = Rung::k720p;
    receiver.run(0, 4s);
    CHECK(receiver.picture() == "02200");
  }
}

TEST_CASE("only live layers are shown, the others are wanted") {
  struct Row {
    const char* what;
    std::array<bool, kMaxLayers> live;
    Layer max_layer;
    std::uint32_t budget;
    std::string picture;
    Layer wanted;
  };
  const Row rows[] = {
      {"the publisher sends the smallest only", {true, false, false}, 2, 3000, "0", 2},
      {"a gap in the middle", {true, false, true}, 2, 1000, "0", 1},
      {"a gap in the middle is jumped", {true, false, true}, 2, 3000, "2", 2},
      {"only the biggest, room for it", {false, false, true}, 0, 3000, "2", 2},
      {"only the biggest, nearly room", {false, false, true}, 2, 1000, "2", 2},
      {"only the biggest, no room", {false, false, true}, 2, 800, "-", 1},
      {"nothing comes at all", {false, false, false}, 2, 3000, "0", 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Receiver receiver;
    SlotDemand demand = camera(1, Priority::kStage, 0);
    demand.max_layer = row.max_layer;
    for (Layer layer = 0; layer < kMaxLayers; ++layer) demand.state[layer].live = row.live[layer];
    receiver.demands = {demand};
    receiver.run(row.budget, 5s);
    CHECK(receiver.picture() == row.picture);
    CHECK(receiver[0].wanted == row.wanted);
  }
}

TEST_CASE("silence of a source leaves its slot as it is; a layer that ends falls to a lower one") {
  Receiver receiver = venue();
  receiver.run(0, 4s);
  receiver.demands[3].state = {};
  receiver.decide(0);
  CHECK(receiver[3].layer == 2);
  receiver.demands[3] = camera(4, Priority::kStage, 2);
  receiver.decide(0);
  CHECK(receiver[3].layer == 1);
  CHECK(receiver[3].wanted == 2);
  receiver.demands[3] = camera(4, Priority::kStage, 3);
  receiver.demands[3].state[0].live =
      false;  // the smallest is of no interest to who sees a bigger one
  receiver.run(0, 2s);
  CHECK(receiver[3].layer == 2);
}

TEST_CASE("a single version that nearly fits is shown when there is nothing else to see") {
  Receiver receiver;
  receiver.demands = {sound(1), plain(2, 1300)};
  receiver.run(1000, 3s);
  CHECK(receiver.picture() == "0");
  CHECK(receiver.allocator.rung() == Rung::k720p);
  receiver.demands.push_back(camera(3, Priority::kSecond));
  receiver.run(1000, 3s);
  CHECK(receiver.picture() == "-1");
  Receiver narrow;
  narrow.demands = {sound(1), plain(2, 1300)};
  narrow.run(800, 3s);
  CHECK(narrow.picture() == "-");
  narrow.demands[1] = plain(3, 100);  // a small picture without simulcast costs what is measured
  narrow.run(200, 2s);
  CHECK(narrow.picture() == "0");
}

TEST_CASE("on a line that is not known yet the only picture is tried") {
  Receiver receiver;
  receiver.demands = {sound(1), plain(2, 1400)};
  receiver.decide(LineBudget(1000));
  CHECK(receiver.picture() == "-");
  receiver.now += 200ms;
  receiver.decide({1000, true});
  CHECK(receiver.picture() == "-");  // the slot is no new one any more
  receiver.demands[1] = plain(3, 2300);
  receiver.decide({1000, true});
  CHECK(receiver.picture() == "0");
  receiver.now += 200ms;
  receiver.decide(LineBudget(1000));  // now it is known
  CHECK(receiver.picture() == "-");
  receiver.demands[1] = plain(4, 2600);
  receiver.decide({1000, true});
  CHECK(receiver.picture() == "-");
}

TEST_CASE("three layers are offered and the lowest alone is sent, as big as the biggest") {
  Receiver receiver;
  receiver.demands = {sound(1), camera(2, Priority::kStage)};
  receiver.demands[1].state = {{{true, 1400}, {}, {}}};
  receiver.decide({1000, true});
  CHECK(receiver.picture() == "0");
  CHECK(receiver.allocator.wanted_kbps() == 1440);  // so that the line is probed up to there
}

TEST_CASE("temporal layers go before resolution") {
  Receiver receiver;
  receiver.demands = {camera(1, Priority::kStage)};
  receiver.demands[0].temporal_layers = 2;
  receiver.run(2000, 4s);
  CHECK(receiver[0].layer == 2);
  CHECK(receiver[0].max_temporal == kEveryTemporal);
  receiver.decide(1000);  // 60 % of 1300 is 780
  CHECK(receiver[0].layer == 2);
  CHECK(receiver[0].max_temporal == 0);
  receiver.decide(600);
  CHECK(receiver[0].layer == 1);
  CHECK(receiver[0].max_temporal == kEveryTemporal);
  receiver.decide(90);
  CHECK(receiver[0].layer == 0);
  CHECK(receiver[0].max_temporal == 0);
  receiver.demands[0].temporal_layers = 3;  // seen later than the source
  receiver.run(2000, 3s);
  CHECK(receiver[0].layer == 2);
  receiver.decide(800);
  CHECK(receiver[0].layer == 2);
  CHECK(receiver[0].max_temporal == 1);
}

TEST_CASE("down at once, up after a steady second with headroom") {
  Receiver receiver;
  receiver.demands = {camera(1, Priority::kStage)};
  receiver.run(2000, 10s);
  REQUIRE(receiver[0].layer == 2);
  receiver.decide(1250);  // 4 % over
  CHECK(receiver[0].layer == 2);
  receiver.decide(1190);  // 9 % over
  CHECK(receiver[0].layer == 1);
  CHECK(receiver[0].wanted == 1);
  receiver.run(1450, 5s);  // 11 % headroom
  CHECK(receiver[0].layer == 1);
  receiver.run(1600, 1s);
  CHECK(receiver[0].layer == 1);
  receiver.run(1400, 400ms);  // the second begins anew
  receiver.run(1600, 1s);
  CHECK(receiver[0].layer == 1);
  receiver.decide(1600);
  CHECK(receiver[0].layer == 2);
}

TEST_CASE("increases that do not last are tried ever more rarely") {
  Receiver receiver;
  receiver.demands = {camera(1, Priority::kStage)};
  receiver.run(700, 3s);
  REQUIRE(receiver[0].layer == 1);
  // Whenever it sends 720p the line breaks down.
  std::vector<std::chrono::milliseconds> waits;
  Instant since = receiver.now;
  for (const Instant end = receiver.now + 200s; receiver.now < end; receiver.now += 200ms) {
    receiver.decide(2000);
    if (receiver[0].layer < 2) continue;
    waits.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(receiver.now - since));
    receiver.now += 200ms;
    receiver.decide(700);
    CHECK(receiver[0].layer == 1);
    since = receiver.now;
  }
  REQUIRE(waits.size() >= 7);
  CHECK(waits[0] <= 1200ms);
  for (std::size_t i = 1; i < waits.size(); ++i) {
    CAPTURE(i);
    CHECK(waits[i] >= std::min<std::chrono::milliseconds>(1s * (1 << i), 30s));
    CHECK(waits[i] <= std::min<std::chrono::milliseconds>(1s * (1 << i), 30s) + 600ms);
  }
  receiver.run(700, 61s);  // a calm minute
  receiver.run(2000, 1400ms);
  CHECK(receiver[0].layer == 2);
}

TEST_CASE("a switch starts with the lowest live layer and rises within three seconds") {
  const auto budget = GENERATE(0u, 2700u, 3500u);
  Receiver receiver = venue();
  receiver.run(budget == 0 ? 0 : 3500, 4s);
  receiver.run(budget, 2s);
  const std::string before = receiver.picture();
  const Rung rung = receiver.allocator.rung();
  receiver.demands[3] = camera(8, Priority::kStage, 1);
  receiver.decide(budget);
  CHECK(receiver[3].layer == 0);
  CHECK(receiver[3].wanted == 2);  // its publisher may switch on the rest
  CHECK(receiver.allocator.rung() == rung);
  receiver.run(budget, 800ms);
  receiver.demands[3] = camera(8, Priority::kStage);
  receiver.run(budget, 1400ms);
  CHECK(receiver.picture() == before);
  CHECK(receiver.allocator.rung() == rung);
}

TEST_CASE("what a switch hoped for is shown as soon as it comes") {
  Receiver receiver;
  receiver.demands = {camera(1, Priority::kStage)};
  receiver.run(2000, 10s);
  receiver.demands = {camera(2, Priority::kStage, 1)};
  receiver.decide(2000);
  CHECK(receiver[0].layer == 0);
  receiver.demands = {camera(2, Priority::kStage, 2)};
  receiver.now += 300ms;
  receiver.decide(2000);
  CHECK(receiver[0].layer == 1);
  receiver.demands = {camera(2, Priority::kStage, 3)};
  receiver.now += 20ms;
  receiver.decide(2000);
  CHECK(receiver[0].layer == 2);
  receiver.decide(1000);  // it does not last: the next switch takes its time
  receiver.now += 1s;
  receiver.demands = {camera(3, Priority::kStage, 1)};
  receiver.decide(2000);
  receiver.demands = {camera(3, Priority::kStage, 3)};
  receiver.now += 300ms;
  receiver.decide(2000);
  CHECK(receiver[0].layer == 0);
  receiver.run(2000, 2400ms);
  CHECK(receiver[0].layer == 2);
}

TEST_CASE("with nothing on the stage the rung is what would be possible") {
  Receiver receiver;
  receiver.demands = {sound(1), SlotDemand{}};
  receiver.run(2000, 3s);
  CHECK(receiver.allocator.rung() == Rung::k720p);
  receiver.decide(600);
  CHECK(receiver.allocator.rung() == Rung::k360p);
  receiver.decide(200);
  CHECK(receiver.allocator.rung() == Rung::k180p);
  receiver.decide(60);
  CHECK(receiver.allocator.rung() == Rung::kSoundOnly);
  CHECK(receiver.allocator.used_kbps() == 40);
  CHECK_FALSE(receiver[1].send);
}

TEST_CASE("a rate that jumps for a moment moves nothing") {
  Receiver receiver;
  receiver.demands = {camera(1, Priority::kStage)};
  receiver.run(1600, 3s);
  REQUIRE(receiver[0].layer == 2);
  receiver.demands[0].state[2].kbps = 2100;  // a keyframe
  receiver.run(1600, 1s);
  CHECK(receiver[0].layer == 2);
  receiver.demands[0].state[2].kbps = 1300;
  receiver.run(1600, 5s);
  receiver.demands[0].state[2].kbps = 2100;  // it stays
  receiver.run(1600, 5s);
  CHECK(receiver[0].layer == 1);
}

namespace {

std::uint32_t nominal(const SlotDemand& demand, Layer layer) {
  return demand.state[layer].kbps;
}

}  // namespace

TEST_CASE("random demands: within the budget, in order, live layers only") {
  std::mt19937 random(20261124);
  const auto pick = [&](std::uint32_t below) { return std::uint32_t(random() % below); };
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    Receiver receiver;
    const std::size_t slots = 1 + pick(32);
    for (std::size_t i = 0; i < slots; ++i) {
      const auto priority = Priority(pick(5));
      receiver.demands.push_back(priority == Priority::kSound ? sound(i)
                                 : priority == Priority::kContent
                                     ? slides(i)
                                     : camera(i, priority, 1 + pick(3)));
    }
    std::uint32_t budget = 50 + pick(6000);
    for (int step = 0; step < 60; ++step) {
      if (pick(10) == 0) budget = 50 + pick(6000);
      if (pick(10) == 0)
        receiver.demands[pick(std::uint32_t(slots))].source = SourceId(100 + pick(10));
      const std::uint32_t noisy = budget * (95 + pick(11)) / 100;
      receiver.decide(noisy);
      receiver.now += 200ms;
      std::uint32_t used = 0;
      std::map<Priority, std::uint32_t> cheapest;  // a picture that stayed away would have cost
      for (std::size_t i = 0; i < slots; ++i) {
        const SlotDemand& demand = receiver.demands[i];
        const SlotChoice& choice = receiver[i];
        if (demand.kind == MediaKind::kAudio) CHECK(choice.send);
        CHECK(choice.layer <= demand.max_layer);
        CHECK(choice.wanted <= demand.max_layer);
        CHECK(choice.wanted >= choice.layer);
        CHECK(demand.state[choice.layer].live);
        if (choice.send) used += nominal(demand, choice.layer);
      }
      CHECK(used == receiver.allocator.used_kbps());
      std::uint32_t sounds = 0;
      for (const SlotDemand& demand : receiver.demands)
        if (demand.kind == MediaKind::kAudio) sounds += 40;
      CHECK(used <= std::max<double>(sounds, noisy * LayerAllocator::kTolerance));
    }
    // When all is calm: who is not shown could not be, whatever those behind him get.
    receiver.run(budget, 40s);
    double before = 0;
    for (const Priority priority : {Priority::kSound, Priority::kContent, Priority::kStage,
                                    Priority::kSecond, Priority::kWall})
      for (std::size_t i = 0; i < slots; ++i) {
        const SlotDemand& demand = receiver.demands[i];
        if (demand.priority != priority) continue;
        if (receiver[i].send)
          before += demand.state[0].kbps;
        else
          CHECK(before + demand.state[0].kbps > budget / LayerAllocator::kHeadroom);
      }
  }
}

TEST_CASE("a noisy budget does not make the picture flap") {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    Receiver receiver = venue();
    const std::uint32_t mean = 100 + random() % 4000;
    const std::uint32_t noise = round % 2 == 0 ? 10 : 40;  // percent either way
    int changes = 0, wanted_changes = 0;
    for (int step = 0; step < 5 * 600; ++step) {
      const auto before = receiver.choices;
      receiver.decide(mean * (100 - noise + random() % (2 * noise + 1)) / 100);
      receiver.now += 200ms;
      if (step < 25) continue;
      for (std::size_t i = 0; i < before.size(); ++i) {
        changes +=
            before[i].send != receiver[i].send || before[i].layer != receiver[i].layer ? 1 : 0;
        wanted_changes += before[i].wanted != receiver[i].wanted ? 1 : 0;
      }
    }
    // Ten minutes; where the noise is wider than the headroom, by the growing wait.
    CHECK(changes <= (noise == 10 ? 4 : 60));
    CHECK(wanted_changes <= (noise == 10 ? 4 : 60));
  }
}
