#pragma once
// Years of a town's meetings, generated and labelled as such, told to the real rules and stored in
// a real database file: agenda, expected lists, receipts, leave, self-tests, sign-ins, floor, roll
// calls, notes, tasks, corrections. Throws what the rules refuse.
#include <string>
#include <vector>

#include "core/ids.h"
#include "domain/events.h"

namespace huiban::bench {

struct YearsOptions {
  std::string source;   // the folder with config/demo
  int meetings = 1250;  // over five years, the last ones of today
  int venues = 200;     // units with a room of their own
  unsigned seed = 1;
};

struct YearsWritten {
  int meetings = 0, ended = 0, tasks = 0;
  std::uint64_t events = 0;
};

// Into a new file. Durable at the end only: a break leaves nothing of use.
YearsWritten write_years(const std::string& path, const YearsOptions& options);

// A signed-in session of an account with the role; the cookie's value. For a file that no server
// has open. unit: by name, of a liaison.
std::string add_session(const std::string& path, domain::Role role, const std::string& unit);

}  // namespace huiban::bench
