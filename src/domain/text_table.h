#pragma once
// A table of a spreadsheet or CSV file as text: what documents read and write, and the directory's
// import and export understand.
#include <string>
#include <vector>

namespace huiban::domain {

struct TextTable {
  std::string name;                            // of the sheet; empty for CSV
  std::vector<std::vector<std::string>> rows;  // from row 1; dates as 2020-05-27
};

}  // namespace huiban::domain
