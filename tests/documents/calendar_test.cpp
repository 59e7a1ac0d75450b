#include <catch2/catch.hpp>
#include <sstream>

#include "documents/calendar_file.h"
#include "tests/support/sample_meeting.h"

using namespace huiban;

namespace {

domain::MeetingFacts facts() {
  const auto town = store::read_town_file(HUIBAN_SOURCE_DIR "/config/demo/demo-town.json");
  REQUIRE(town.has_value());
  return test::held_meeting(*town, 60, 140);
}

std::string unfolded(std::string file) {
  for (auto at = file.find("\r\n "); at != std::string::npos; at = file.find("\r\n "))
    file.erase(at, 3);
  return file;
}

}  // namespace

TEST_CASE("a meeting is a calendar event in UTC, its lines folded between characters") {
  const auto file = documents::calendar_ics(facts(), "https://huiban.example/join/abc");
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    REQUIRE(line.back() == '\r');
    CHECK(line.size() <= 76);  // with its CR
    CHECK((static_cast<unsigned char>(line[0]) & 0xc0) != 0x80);
    if (line[0] == ' ') CHECK((static_cast<unsigned char>(line[1]) & 0xc0) != 0x80);
  }
  const auto text = unfolded(file);
  CHECK(text.find("DTSTART:20200527T010000Z\r\n") != std::string::npos);  // 9:00 in the office
  CHECK(text.find("URL:https://huiban.example/join/abc") != std::string::npos);
  CHECK(text.find("STATUS:CONFIRMED") != std::string::npos);
  CHECK(text.rfind("END:VCALENDAR\r\n") == text.size() - 15);
}
