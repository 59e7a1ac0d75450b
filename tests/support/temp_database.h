#pragma once
// A directory of its own for one test, removed with everything in it, and the database file inside.
#include <filesystem>
#include <string>

#include "core/ids.h"

namespace huiban::test {

class TempDatabase {
 public:
  TempDatabase()
      : folder_(std::filesystem::temp_directory_path() /
                ("huiban-test-" + uuid_to_string(make_uuid_v7()))) {
    std::filesystem::create_directories(folder_);
  }
  ~TempDatabase() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TempDatabase(const TempDatabase&) = delete;
  TempDatabase& operator=(const TempDatabase&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::string path() const { return file("huiban.db"); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace huiban::test
