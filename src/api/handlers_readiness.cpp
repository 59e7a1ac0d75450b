// Before the meeting: a venue's self-test, the line it measures, the office's calls.
#include <algorithm>

#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

constexpr std::size_t kTestsKept = 10;  // of a room, shown
constexpr std::size_t kMostProbe = 200'000;  // bytes each way; a body has 256 KiB at most

Result<std::optional<int>> number(const JsonReader& reader, const char* name, int least, int most) {
  if (!reader.has(name)) return std::optional<int>{};
  return std::optional<int>(HUIBAN_TRY(reader.integer(name, least, most, std::nullopt)));
}

Result<domain::Readiness> readiness_of(const JsonReader& reader) {
  domain::Readiness m;
  m.camera = HUIBAN_TRY(reader.integer("camera", 0, 1, 0)) == 1;
  m.microphone = HUIBAN_TRY(reader.integer("microphone", 0, 1, 0)) == 1;
  m.width = HUIBAN_TRY(reader.integer("width", 0, 16384, 0));
  m.height = HUIBAN_TRY(reader.integer("height", 0, 16384, 0));
  m.level_dbov = HUIBAN_TRY(reader.integer("level", -127, 0, -127));
  m.echo_loss_db = HUIBAN_TRY(number(reader, "echo_loss_db", -60, 120));
  m.echo_delay_ms = HUIBAN_TRY(number(reader, "echo_delay_ms", 0, 5000));
  m.up_kbps = HUIBAN_TRY(reader.integer("up_kbps", 0, 10'000'000, 0));
  m.down_kbps = HUIBAN_TRY(reader.integer("down_kbps", 0, 10'000'000, 0));
  m.rtt_ms = HUIBAN_TRY(reader.integer("rtt_ms", 0, 60'000, 0));
  m.loss_up_permille = HUIBAN_TRY(number(reader, "loss_up_permille", 0, 1000));
  m.loss_down_permille = HUIBAN_TRY(number(reader, "loss_down_permille", 0, 1000));
  m.browser = HUIBAN_TRY(reader.text("browser", Presence::kOptional, 200));
  return m;
}

}  // namespace

void report_readiness(const CallPtr& call) {
  auto measured = readiness_of(call->reader());
  if (!measured) return call->refuse(measured.error());
  auto& service = call->core->service();
  const auto meeting = call->id<MeetingId>(0);
  const auto venue = call->id<VenueId>(1);
  const auto stored =
      service.report_readiness(call->command(), meeting, venue, std::move(*measured));
  if (!stored) return call->refuse(stored.error());
  call->json(200, self_test_json(service.find_meeting(meeting)->readiness().at(venue)));
}

// The last tests of each room, whatever meeting they were for; newest first. A room is known by its
// units, the main venue by being one.
void list_self_tests(const CallPtr& call) {
  const auto& service = call->core->service();
  const auto& meeting = *service.find_meeting(call->id<MeetingId>(0));
  struct Test {
    const domain::SelfTest* test;
    const domain::Meeting* of;
  };
  auto rooms = nlohmann::json::object();
  for (const auto& venue : meeting.venues()) {
    std::vector<Test> tests;
    for (const auto* other : service.meetings())
      for (const auto& there : other->venues()) {
        const bool same = venue.kind == domain::VenueKind::kMain
                              ? there.kind == venue.kind
                              : there.kind == venue.kind && there.units == venue.units;
        const auto found = other->self_tests().find(there.id);
        if (!same || found == other->self_tests().end()) continue;
        for (const auto& test : found->second) tests.push_back({&test, other});
      }
    if (tests.empty()) continue;
    std::stable_sort(tests.begin(), tests.end(),
                     [](const Test& a, const Test& b) { return a.test->at > b.test->at; });
    if (tests.size() > kTestsKept) tests.resize(kTestsKept);
    auto list = nlohmann::json::array();
    for (const auto& one : tests) {
      auto row = self_test_json(*one.test);
      row["meeting_title"] = one.of->plan().title;
      list.push_back(std::move(row));
    }
    rooms[venue.id.str()] = std::move(list);
  }
  call->json(200, rooms);
}

void note_call(const CallPtr& call) {
  const auto reader = call->reader();
  const auto applied = [&]() -> Result<domain::Applied> {
    const auto result = HUIBAN_TRY(
        reader.word("result", kCallResultNames, std::optional<domain::CallResult>()));
    auto note = HUIBAN_TRY(reader.text("note", Presence::kOptional, 600));
    std::optional<std::uint32_t> seen;
    if (const auto count = HUIBAN_TRY(number(reader, "seen", 0, 1'000'000)))
      seen = static_cast<std::uint32_t>(*count);
    return call->core->service().note_call(call->command(), call->id<MeetingId>(0),
                                           call->id<VenueId>(1), result, std::move(note), seen);
  }();
  call->applied(applied);
}

// What is sent is thrown away; what is asked for comes back: the page times both.
void probe_line(const CallPtr& call) {
  const auto want = call->reader().integer("want", 0, int(kMostProbe), 0);
  if (!want) return call->refuse(want.error());
  call->json(200, {{"pad", std::string(std::size_t(*want), '0')}});
}

// Numbers of the posts expected in branches, for the call list; each reading is in the audit log.
void list_phones(const CallPtr& call) {
  const auto& service = call->core->service();
  const auto& meeting = *service.find_meeting(call->id<MeetingId>(0));
  auto list = nlohmann::json::array();
  for (const auto& seat : meeting.seats()) {
    if (seat.venue_kind != domain::VenueKind::kBranch || !seat.post) continue;
    const auto* post = service.directory().find_post(*seat.post);
    if (post && !post->mobile.empty())
      list.push_back({{"venue", seat.venue.str()}, {"title", seat.title}, {"mobile", post->mobile}});
  }
  call->json(200, list);
}

}  // namespace huiban::api
