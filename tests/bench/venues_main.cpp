// huiban_venues [--venues 100] HUIBAN_BINARY: a running meeting whose venues are all there, on a
// server of its own, for what is measured in a browser. They send sound and no picture. Prints one
// line of JSON when everybody is in (address, meeting, account, each venue's page token) and holds
// until its standard input closes.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/bench/lines.h"
#include "tests/bench/office.h"
#include "tests/bench/swarm.h"

using namespace huiban;
using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  int venues = 100;
  std::string binary;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--venues" && i + 1 < argc)
      venues = std::atoi(argv[++i]);
    else
      binary = word;
  }
  if (binary.empty() || venues < 1) return std::fputs("huiban_venues [--venues N] BINARY\n", stderr), 2;
  const auto identity = rtc::DtlsIdentity::create();
  if (!identity) throw std::runtime_error(identity.error().en);
  const bench::ServerProcess server(binary, HUIBAN_SOURCE_DIR, {}, venues);
  bench::Office office(server);
  office.hold_meeting(venues);
  const auto tokens = office.page_tokens();
  bench::Swarm swarm(**identity);
  const bench::Sends silent{{}, bench::Sends::Sound::kSilent};
  const bench::Sends speech{{}, bench::Sends::Sound::kSpeech};
  int number = 0;
  for (const auto& branch : office.branches())
    swarm.add(
        bench::kVenueLines,
        [&](auto& client) { return office.join_venue(client, tokens.at(branch)); },
        ++number % 10 == 0 ? speech : silent);
  nlohmann::json facts{{"url", "http://127.0.0.1:" + std::to_string(server.http_port())},
                       {"meeting", office.meeting()},
                       {"account", "mishu"},
                       {"password", bench::Office::kPassword},
                       {"pid", server.pid()},
                       {"main_venue", office.main_venue()},
                       {"venues", nlohmann::json::array()}};
  for (const auto& branch : office.branches())
    facts["venues"].push_back({{"id", branch}, {"token", tokens.at(branch)}});
  std::cout << facts.dump() << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "huiban_venues: %s\n", e.what());
  return 1;
}
