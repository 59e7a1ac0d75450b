#pragma once
// The bench's way over HTTP: signs in as secretary, makes device tokens, joins with offers. Not thread-safe.
#include <string>
#include <vector>

#include "tests/bench/server_process.h"
#include "tests/support/http_client.h"

namespace huiban::bench {

class Office {
 public:
  // Signs in with the first password and puts the main venue on the stage. Throws what the server refuses.
  explicit Office(const ServerProcess& server);

  std::string join_publisher(const std::string& offer);  // the answer; as the main venue
  std::string join_watcher(const std::string& offer);    // the answer; as a branch venue

 private:
  std::string make_token(const std::string& venue);
  std::string join(const std::string& offer, const char* as, const std::string& token);

  test::HttpClient http_;
  std::string meeting_, main_venue_, branch_venue_, watcher_token_;
  int watchers_ = 0;  // made with this token
};

}  // namespace huiban::bench
