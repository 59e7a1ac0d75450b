// huiban_bench [--scenario one-to-n,wall,meeting,join-storm,stage-switch] [--receivers 1,10,50,100]
//              [--venues 200] [--seconds 8] [--repeat 3] [--set HUIBAN_MEDIA_GSO=false]
//              [--compare-janus] [--json FILE] HUIBAN_BINARY
// Of the repetitions the one with the least CPU per packet counts: other programs of the machine
// only add to it. Exit 1 if a requirement of docs/performance.md does not hold, 2 if the words make
// no sense.
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/scenario.h"

using namespace huiban;

namespace huiban::bench {

void Outcome::require(bool condition, const std::string& sentence) {
  if (!condition) std::printf("    does not hold: %s\n", sentence.c_str());
  holds = holds && condition;
}

}  // namespace huiban::bench

namespace {

using Scenario =
    std::function<bench::Outcome(const bench::Options&, const rtc::DtlsIdentity&, nlohmann::json&)>;

const std::map<std::string, Scenario> kScenarios{{"one-to-n", bench::one_to_n},
                                                 {"wall", bench::wall},
                                                 {"meeting", bench::meeting},
                                                 {"join-storm", bench::join_storm},
                                                 {"stage-switch", bench::stage_switch}};

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream in(list);
  for (std::string one; std::getline(in, one, ',');) words.push_back(one);
  return words;
}

bool read_options(int argc, char** argv, bench::Options& options) {
  options.scenarios = {"one-to-n"};
  const std::map<std::string, std::function<void(const std::string&)>> words{
      {"--scenario", [&](const std::string& v) { options.scenarios = split(v); }},
      {"--receivers",
       [&](const std::string& v) {
         options.receivers.clear();
         for (const auto& one : split(v)) options.receivers.push_back(std::stoi(one));
       }},
      {"--venues", [&](const std::string& v) { options.venues = std::stoi(v); }},
      {"--seconds", [&](const std::string& v) { options.seconds = std::stoi(v); }},
      {"--repeat", [&](const std::string& v) { options.repeat = std::stoi(v); }},
      {"--set",
       [&](const std::string& v) {
         options.settings[v.substr(0, v.find('='))] = v.substr(v.find('=') + 1);
       }},
      {"--json", [&](const std::string& v) { options.json = v; }}};
  for (int i = 1; i < argc; ++i) {
    if (argv[i] == std::string("--compare-janus")) {
      options.compare_janus = true;
      continue;
    }
    const auto word = words.find(argv[i]);
    if (word != words.end() && i + 1 < argc)
      word->second(argv[++i]);
    else if (argv[i][0] != '-' && options.binary.empty())
      options.binary = argv[i];
    else
      return false;
  }
  for (const auto& name : options.scenarios)
    if (kScenarios.count(name) == 0) return false;
  return !options.binary.empty() && options.seconds > 0 && options.repeat > 0 && options.venues > 1;
}

bool run(const bench::Options& options) {
  auto identity = rtc::DtlsIdentity::create();
  if (!identity) throw std::runtime_error(identity.error().en);
  nlohmann::json results;
  bool holds = true;
  for (const auto& name : options.scenarios)
    holds = kScenarios.at(name)(options, **identity, results).holds && holds;
  if (!options.json.empty()) std::ofstream(options.json) << results.dump(2) << "\n";
  return holds;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Options options;
  try {
    if (!read_options(argc, argv, options)) {
      std::fprintf(stderr,
                   "usage: huiban_bench [--scenario one-to-n,wall,meeting,join-storm,stage-switch] "
                   "[--receivers N,N]\n"
                   "                    [--venues N] [--seconds N] [--repeat N] [--set NAME=VALUE] "
                   "[--json FILE] BINARY\n");
      return 2;
    }
    return run(options) ? 0 : 1;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "huiban_bench: %s\n", failure.what());
    return 1;
  }
}
