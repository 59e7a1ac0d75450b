#pragma once
// Changes a running line: one line of text in ("down loss 10", "stats"), one line of JSON out, over
// a Unix socket.
#include <functional>
#include <string>
#include <vector>

#include "tests/line/tun.h"

namespace huiban::line {

class LineControl {
 public:
  using Answer = std::function<std::string(const std::string& line)>;

  // Unavailable: the path cannot be bound. Replaces a socket left from before.
  static Result<LineControl> open(const std::string& path);
  // Files to poll for reading; after that, serve() without blocking.
  std::vector<int> files() const;
  void serve(const Answer& answer);

 private:
  struct Client {
    File file;
    std::string text;  // up to the next end of line; at most 4 KiB
  };
  File listener_;
  std::vector<Client> clients_;
};

// The other side: says one line and returns the answer.
Result<std::string> tell(const std::string& path, const std::string& line);

}  // namespace huiban::line
