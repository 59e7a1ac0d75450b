#pragma once
// A TUN device: a network interface whose packets a file descriptor reads and writes. Needs
// CAP_NET_ADMIN in the network namespace it is made in.
#include <string>

#include "core/result.h"

namespace huiban::line {

class File {  // closes it
 public:
  explicit File(int fd = -1) : fd_(fd) {}
  File(File&& other) noexcept : fd_(other.release()) {}
  File& operator=(File&& other) noexcept;
  ~File();
  int get() const { return fd_; }
  int release();

 private:
  int fd_;
};

// Makes it in the current namespace, up, with an address and the one at its far end (both IPv4).
// The file does not block. Unavailable: no /dev/net/tun, no permission, the name is taken.
Result<File> open_tun(const std::string& name, const std::string& address, const std::string& far);
Result<void> loopback_up();
Result<void> default_route(const std::string& device);

// Over a Unix socket pair between a parent and its child in another namespace.
Result<void> send_file(int socket, const File& file);
Result<File> receive_file(int socket);

}  // namespace huiban::line
