#include "tests/line/line_control.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace huiban::line {
namespace {

constexpr std::size_t kMaxLine = 4096;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(ErrorCode::kInvalid, "路径太长：" + path, "The path is too long: " + path);
  path.copy(address.sun_path, path.size());
  return address;
}

tl::unexpected<Error> cannot(const std::string& path) {
  return fail(ErrorCode::kUnavailable, "无法使用控制套接字 " + path,
              "Cannot use the control socket " + path, std::strerror(errno));
}

}  // namespace

Result<LineControl> LineControl::open(const std::string& path) {
  const sockaddr_un address = HUIBAN_TRY(address_of(path));
  LineControl control;
  control.listener_ = File(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  unlink(path.c_str());
  if (bind(control.listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0 ||
      listen(control.listener_.get(), 8) != 0)
    return cannot(path);
  return control;
}

std::vector<int> LineControl::files() const {
  std::vector<int> files{listener_.get()};
  for (const Client& client : clients_) files.push_back(client.file.get());
  return files;
}

void LineControl::serve(const Answer& answer) {
  for (;;) {
    File file(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (file.get() < 0) break;
    clients_.push_back({std::move(file), {}});
  }
  std::erase_if(clients_, [&](Client& client) {
    char buffer[kMaxLine];
    const auto got = read(client.file.get(), buffer, sizeof buffer);
    if (got < 0) return errno != EAGAIN;
    client.text.append(buffer, static_cast<std::size_t>(got));
    for (auto end = client.text.find('\n'); end != std::string::npos;
         end = client.text.find('\n')) {
      const std::string reply = answer(client.text.substr(0, end)) + "\n";
      client.text.erase(0, end + 1);
      if (send(client.file.get(), reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return true;
    }
    return got == 0 || client.text.size() > kMaxLine;
  });
}

Result<std::string> tell(const std::string& path, const std::string& line) {
  const sockaddr_un address = HUIBAN_TRY(address_of(path));
  const File file(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const std::string text = line + "\n";
  if (connect(file.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      send(file.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0)
    return cannot(path);
  std::string reply;
  char buffer[kMaxLine];
  while (reply.find('\n') == std::string::npos) {
    const auto got = read(file.get(), buffer, sizeof buffer);
    if (got <= 0) return cannot(path);
    reply.append(buffer, static_cast<std::size_t>(got));
  }
  return reply.substr(0, reply.find('\n'));
}

}  // namespace huiban::line
