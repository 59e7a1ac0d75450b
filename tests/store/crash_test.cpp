// kill -9 between two writes: what was acknowledged is there, what was not is whole or absent.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <random>

#include "tests/store/every_event.h"
#include "tests/store/open_store.h"

using namespace huiban;
using namespace huiban::domain;
using test::kAt;

namespace {

constexpr int kEventsPerAppend = 3;

struct Acknowledged {
  std::array<std::uint8_t, 16> command;
  std::uint64_t seq;
  std::int32_t number;
};

// In the child: appends as fast as it can and says on the pipe what append() has promised.
[[noreturn]] void write_until_killed(const std::string& path, MeetingId meeting, int out) {
  auto opened = store::Store::open(path);
  if (!opened) ::_exit(2);
  auto& events = (*opened)->events();
  const auto stream = StreamId::of(meeting);
  const auto item = AgendaItemId::make();
  for (std::uint64_t seq = events.load(stream)->size();;) {
    const auto number = events.next_number("meeting", 2020);
    const auto command = CommandId::make();
    const auto stored = events.append(
        stream, seq, test::secretary(), command, kAt,
        {NoteSaved{item, std::uint32_t(seq), std::string(200 + seq % 3000, 'n')},
         SeatsSignedIn{{SeatId::make()}, std::nullopt, SignInMethod::kBrowser, kAt, ""},
         MeetingConvened{std::to_string(*number), {}, {}}});
    if (!stored) ::_exit(3);
    seq = stored->back().seq;
    const Acknowledged said{command.bytes(), seq, *number};
    if (::write(out, &said, sizeof said) != sizeof said) ::_exit(4);
  }
}

// Reads until the child has said so many and then some microseconds have passed; the pipe bounds
// it.
std::vector<Acknowledged> run_and_kill(const std::string& path, MeetingId meeting,
                                       std::size_t after_writes, std::chrono::microseconds extra) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(path, meeting, ends[1]);
  }
  ::close(ends[1]);
  std::vector<Acknowledged> said;
  Acknowledged one;
  const auto read_one = [&] { return ::read(ends[0], &one, sizeof one) == sizeof one; };
  while (said.size() < after_writes && read_one()) said.push_back(one);
  const auto moment = std::chrono::steady_clock::now() + extra;
  while (std::chrono::steady_clock::now() < moment) {
  }
  ::kill(child, SIGKILL);
  while (read_one()) said.push_back(one);
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));  // it was killed, it did not give up
  REQUIRE(said.size() >= after_writes);
  return said;
}

}  // namespace

TEST_CASE("no acknowledged fact is lost by kill -9 at a random moment, ten times over") {
  test::TempDatabase files;
  const auto meeting = MeetingId::make();
  const auto stream = StreamId::of(meeting);
  {
    auto store = test::open_store(files.path());
    REQUIRE(store->events().append(stream, 0, test::secretary(), CommandId::make(), kAt,
                                   {MeetingCreated{test::full_plan()}}));
  }
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  INFO("seed " << seed);
  std::vector<Acknowledged> all;
  for (int round = 0; round < 10; ++round) {
    INFO("round " << round);
    const auto said = run_and_kill(files.path(), meeting, 1 + random() % 12,
                                   std::chrono::microseconds(random() % 4000));
    all.insert(all.end(), said.begin(), said.end());

    auto store = test::open_store(files.path());
    const auto report = store->verify_chain();
    REQUIRE(report.has_value());
    INFO(report->first_fault);
    CHECK(report->intact);
    const auto events = *store->events().load(stream);
    for (const auto& one : all) {
      const auto outcome = store->events().find_command(CommandId(one.command));
      REQUIRE(outcome.has_value());
      CHECK(outcome->seq == one.seq);
      REQUIRE(events.size() >= one.seq);
      const auto& last = events[one.seq - 1];
      CHECK(last.command == CommandId(one.command));
      CHECK(std::get<MeetingConvened>(last.payload).number == std::to_string(one.number));
    }
    // Appends are whole: one more may be stored than was acknowledged, never a part of one.
    CHECK((events.size() - 1) % kEventsPerAppend == 0);
    CHECK(events.size() - all.back().seq <= std::uint64_t{kEventsPerAppend});
    // Numbers run without a gap, also over the writes that nobody heard of.
    int number = 0;
    for (const auto& event : events)
      if (const auto* convened = std::get_if<MeetingConvened>(&event.payload))
        CHECK(convened->number == std::to_string(++number));
    CHECK(*store->events().next_number("meeting", 2020) == number + 1);
    // Projections belong to the same transaction.
    CHECK(test::raw_sql(files.path(), "SELECT seq FROM meeting") ==
          std::to_string(events.size()) + "\n");
    CHECK(test::raw_sql(files.path(), "SELECT count(*) FROM attendance") ==
          std::to_string(number) + "\n");
  }
}
