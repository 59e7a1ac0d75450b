// The quality ladder by hand, and what is remembered of a line from call to call.
#include <catch2/catch.hpp>

#include "tests/support/office.h"

using namespace huiban;
using namespace huiban::domain;
using namespace huiban::test;

namespace {

class FakeLineMemory final : public LineMemory {
 public:
  Result<std::vector<LineRecord>> all_lines() override {
    std::vector<LineRecord> all;
    for (const auto& [unit, line] : lines) all.push_back(line);
    return all;
  }
  Result<void> put_lines(const std::vector<LineRecord>& changed) override {
    ++writes;
    if (full) return fail(ErrorCode::kStorage, "磁盘已满", "disk full");
    for (const auto& line : changed) lines[line.unit] = line;
    return {};
  }
  std::map<UnitId, LineRecord> lines;
  int writes = 0;
  bool full = false;
};

VenueFigures figures_of(VenueId venue, std::uint32_t kbps, double loss = 0) {
  VenueFigures figures;
  figures.venue = venue;
  figures.estimate_kbps = kbps;
  figures.loss_down = loss;
  return figures;
}

}  // namespace

TEST_CASE("a rung is pinned, kept over a restart and given back") {
  Office office;
  const auto id = office.convened_a();  // also before the start
  const auto village = office.venue(id, "东溪村");
  const auto command = office.secretary();
  const auto first = office.service->pin_rung(command, id, village, Rung::k360p);
  REQUIRE(first.has_value());
  CHECK(office.meeting(id).pinned_rungs().at(village) == Rung::k360p);
  CHECK(office.media.pinned.at(village) == Rung::k360p);

  // The same command again, and the same wish again, store nothing.
  CHECK(office.service->pin_rung(command, id, village, Rung::k360p)->seq == first->seq);
  CHECK(office.service->pin_rung(office.leader(), id, village, Rung::k360p)->seq == first->seq);
  CHECK(office.pages.events.back().seq == first->seq);

  office.restart();
  CHECK(office.media.pinned.at(village) == Rung::k360p);
  REQUIRE(office.service->start_meeting(office.secretary(), id).has_value());
  REQUIRE(office.service->pin_rung(office.leader(), id, village, Rung::kSoundOnly).has_value());
  CHECK(office.media.pinned.at(village) == Rung::kSoundOnly);
  REQUIRE(office.service->pin_rung(office.secretary(), id, village, std::nullopt).has_value());
  CHECK(office.meeting(id).pinned_rungs().empty());
  CHECK(office.media.pinned.empty());
}

TEST_CASE("who may not pin, and what cannot be pinned") {
  Office office;
  const auto id = office.running_a();
  const auto village = office.venue(id, "东溪村");
  const auto code = [&](const Command& command, VenueId venue) {
    const auto result = office.service->pin_rung(command, id, venue, Rung::k180p);
    REQUIRE(!result.has_value());
    return result.error().code;
  };
  CHECK(code(office.device(id, "东溪村"), village) == ErrorCode::kForbidden);
  CHECK(code(office.liaison("东溪村"), village) == ErrorCode::kForbidden);
  CHECK(code(office.secretary(), VenueId::make()) == ErrorCode::kNotFound);
  office.store.disk_full = true;
  CHECK(code(office.secretary(), village) == ErrorCode::kStorage);
  CHECK(office.media.pinned.empty());
  office.store.disk_full = false;
  office.end(id);
  CHECK(code(office.secretary(), village) == ErrorCode::kConflict);
}

TEST_CASE("a line is remembered by its unit, written once a minute and when it goes") {
  FakeLineMemory memory;
  Office office;
  office.service->set_line_memory(&memory);
  const auto id = office.running_a();
  const auto village = office.venue(id, "东溪村"), main = office.venue(id, "主会场");
  const auto dongxi = unit_of(office.town, "东溪村");
  CHECK(office.service->remembered_kbps(id, village) == 0);

  office.service->figures(id, {figures_of(village, 640), figures_of(main, 2500)});
  CHECK(office.service->remembered_kbps(id, village) == 640);
  CHECK(memory.writes == 0);
  office.at("9:00:59");
  office.service->figures(id, {figures_of(village, 700)});
  office.service->figures(id, {figures_of(village, 90, 0.3)});  // on its way down: not good
  office.service->figures(id, {figures_of(village, 0)});        // not measured
  CHECK(memory.writes == 0);
  office.at("9:01");
  office.service->figures(id, {});
  CHECK(memory.writes == 1);
  CHECK(memory.lines.at(dongxi).kbps == 700);
  CHECK(memory.lines.at(UnitId{}).kbps == 2500);  // the office's own line
  office.at("9:05");
  office.service->figures(id, {});
  CHECK(memory.writes == 1);  // nothing new

  const auto peer = PeerId::make();
  office.service->venue_joined(id, village, peer);
  office.service->figures(id, {figures_of(village, 800)});
  memory.full = true;
  office.service->venue_lost(id, village, peer, office.clock.now());
  CHECK(memory.lines.at(dongxi).kbps == 700);
  memory.full = false;
  office.at("9:06");
  office.service->figures(id, {});
  CHECK(memory.lines.at(dongxi).kbps == 800);

  // Another meeting, another program: the unit's line is known.
  office.service = std::make_unique<Service>(office.store, office.clock, OfficeSettings{});
  office.service->set_line_memory(&memory);
  REQUIRE(office.service->start().has_value());
  const auto next = office.convened_a();
  CHECK(office.service->remembered_kbps(next, office.venue(next, "东溪村")) == 800);
  CHECK(office.service->remembered_kbps(next, office.venue(next, "主会场")) == 2500);
  CHECK(office.service->remembered_kbps(next, office.venue(next, "南塘村")) == 0);
  CHECK(office.service->remembered_kbps(next, VenueId::make()) == 0);
}
