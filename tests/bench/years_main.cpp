// huiban_years write FILE [--meetings 1250] [--venues 200]
//     five generated years into a new database file
// huiban_years ask FILE HUIBAN_BINARY [--times 200] [--only WORD] [--json FILE]
//     starts the server on it and sends every GET request there is (taken from the table of
//     routes), and the pages' previews; old meetings are another one each time. Exit 1 if one takes
//     20 ms or more at p99, or answers what it should not; 2 if the words make no sense.
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "tests/bench/years_requests.h"
#include "tests/bench/years_town.h"

using namespace huiban;

namespace {

struct Words {
  std::vector<std::string> plain;
  std::map<std::string, std::string> named;
  std::string named_or(const std::string& name, const std::string& otherwise) const {
    const auto found = named.find(name);
    return found == named.end() ? otherwise : found->second;
  }
};

Words read_words(int argc, char** argv) {
  Words words;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--", 0) != 0)
      words.plain.push_back(word);
    else if (i + 1 < argc)
      words.named[word] = argv[++i];
  }
  return words;
}

int write(const Words& words) {
  bench::YearsOptions options;
  options.source = HUIBAN_SOURCE_DIR;
  options.meetings = std::stoi(words.named_or("--meetings", "1250"));
  options.venues = std::stoi(words.named_or("--venues", "200"));
  const auto started = std::chrono::steady_clock::now();
  const auto written = bench::write_years(words.plain[1], options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  std::printf("%d meetings (%d ended), %d tasks, %llu events in %.1f s\n", written.meetings,
              written.ended, written.tasks, static_cast<unsigned long long>(written.events),
              took.count());
  return 0;
}

int ask(const Words& words) {
  bench::AskOptions options;
  options.source = HUIBAN_SOURCE_DIR;
  options.database = words.plain[1];
  options.binary = words.plain[2];
  options.times = std::stoi(words.named_or("--times", "200"));
  options.only = words.named_or("--only", "");
  options.json = words.named_or("--json", "");
  return bench::ask_everything(options) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  const auto words = read_words(argc, argv);
  const auto& plain = words.plain;
  if (plain.size() == 2 && plain[0] == "write") return write(words);
  if (plain.size() == 3 && plain[0] == "ask") return ask(words);
  std::fputs("huiban_years write FILE | ask FILE HUIBAN_BINARY; see years_main.cpp\n", stderr);
  return 2;
} catch (const std::exception& e) {
  std::fprintf(stderr, "huiban_years: %s\n", e.what());
  return 1;
}
