#pragma once
// Every GET request of the table of routes on a server with years of meetings, timed one after the
// other from the outside.
#include <string>

namespace huiban::bench {

struct AskOptions {
  std::string source, database, binary;
  int times = 200;
  std::string only;  // operations whose name holds it; empty: all
  std::string json;  // a file for the figures; empty: none
};

// Prints a table. False: something took 20 ms or more at p99, or was refused.
bool ask_everything(const AskOptions& options);

}  // namespace huiban::bench
