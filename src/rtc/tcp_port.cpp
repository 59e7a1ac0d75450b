#include "rtc/tcp_port.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "rtc/rfc4571.h"
#include "rtc/rtp.h"
#include "rtc/wire.h"

namespace huiban::rtc {
namespace {

constexpr std::uint64_t kListener = 0;
constexpr std::size_t kRoom = 256 * 1024, kReadAtOnce = 16 * 1024;  // per turn, per connection
constexpr int kEvents = 64;
constexpr std::size_t kCalm = 16 * 1024;     // queued: pictures may flow again
constexpr std::size_t kReserve = 64 * 1024;  // beyond queue_bytes, for what is kept
constexpr int kUnsent = 32 * 1024;  // in the kernel; the rest waits here, where it can be judged
constexpr auto kLookEvery = std::chrono::milliseconds(250);

Address from_socket(const sockaddr_storage& from) {
  Address address;
  if (from.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    address.ip[10] = address.ip[11] = 0xff;
    std::memcpy(address.ip.data() + 12, &v4.sin_addr, 4);
    address.port = ntohs(v4.sin_port);
  } else {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
    std::memcpy(address.ip.data(), &v6.sin6_addr, 16);
    address.port = ntohs(v6.sin6_port);
    address.scope = v6.sin6_scope_id;
  }
  return address;
}

socklen_t to_socket(const Address& address, bool v4_only, sockaddr_storage& to) {
  to = {};
  if (v4_only) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(to);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&v4.sin_addr, address.ip.data() + 12, 4);
    return sizeof v4;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(to);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  std::memcpy(&v6.sin6_addr, address.ip.data(), 16);
  v6.sin6_scope_id = address.scope;
  return sizeof v6;
}

void set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

struct Descriptor {
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int release() { return std::exchange(fd, -1); }
  int fd = -1;
};

}  // namespace

struct TcpPort::Connection {
  std::uint64_t id = 0;
  int fd = -1;
  Address remote;
  Instant deadline{};  // without a check until then it is closed
  bool is_proven = false, is_dirty = false, awaits_room = false;
  FrameReader reader;

  // Frames the kernel has not taken; sent: bytes at the front that it has.
  std::vector<std::uint8_t> out;
  std::size_t sent = 0;
  std::uint64_t written = 0;  // bytes of all time
  struct Mark {
    std::uint64_t end;  // of what was queued by then
    Instant at;
  };
  std::deque<Mark> marks;
  struct Stream {
    std::uint32_t ssrc, timestamp;
    bool left_out;  // of the picture with this timestamp
  };
  std::vector<Stream> streams;  // few
  bool congested = false;

  std::size_t queued() const { return out.size() - sent; }
};

Result<std::unique_ptr<TcpPort>> TcpPort::open(const std::string& bind_address, std::uint16_t port,
                                               TcpLimits limits) {
  const std::string shown =
      (bind_address.empty() ? std::string("*") : bind_address) + ":" + std::to_string(port);
  const auto unavailable = [&shown](const char* call) {
    return fail(ErrorCode::kUnavailable,
                "无法打开 TCP 端口 " + shown + "：可能已被占用（不用 TCP：[media] tcp = false）",
                "The TCP port " + shown +
                    " cannot be opened; it may be in use (to do without TCP: [media] tcp = false)",
                std::string(call) + ": " + std::strerror(errno));
  };
  bool v4_only = false;
  Descriptor listener{::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (listener.fd < 0) {  // a kernel without IPv6
    v4_only = true;
    listener.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }
  if (listener.fd < 0) return unavailable("socket");
  if (!v4_only) set(listener.fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  set(listener.fd, SOL_SOCKET, SO_REUSEADDR, 1);  // a restart does not wait for TIME_WAIT
  Address address;
  address.port = port;
  if (!bind_address.empty()) {
    const auto parsed = parse_address(bind_address, port);
    if (!parsed || (v4_only && !parsed->is_v4()))
      return fail(ErrorCode::kInvalid, "不是 IP 地址：" + bind_address,
                  "Not an IP address: " + bind_address);
    address = *parsed;
  }
  sockaddr_storage to{};
  const socklen_t length = to_socket(address, v4_only, to);
  if (::bind(listener.fd, reinterpret_cast<sockaddr*>(&to), length) != 0)
    return unavailable("bind");
  if (::listen(listener.fd, SOMAXCONN) != 0) return unavailable("listen");
  Descriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
  if (epoll.fd < 0) return unavailable("epoll_create1");
  return std::unique_ptr<TcpPort>(new TcpPort(listener.release(), epoll.release(), limits));
}

TcpPort::TcpPort(int listener, int epoll, TcpLimits limits)
    : listener_(listener), epoll_(epoll), limits_(limits), room_(kRoom) {
  listen_for(true);
}

TcpPort::~TcpPort() {
  for (const auto& [id, connection] : connections_) ::close(connection->fd);
  ::close(epoll_);
  ::close(listener_);
}

void TcpPort::listen_for(bool on) {
  if (listening_ == on) return;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kListener;
  ::epoll_ctl(epoll_, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_, &event);
  listening_ = on;
}

// ---- connections coming and going ----

std::size_t TcpPort::unproven_from(const Address& remote) const {
  return std::size_t(std::count_if(unproven_.begin(), unproven_.end(), [&](std::uint64_t id) {
    const auto found = connections_.find(id);
    return found != connections_.end() && found->second->remote.ip == remote.ip;
  }));
}

void TcpPort::accept_all(Instant now) {
  for (int i = 0; i < kEvents; ++i) {
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    Descriptor accepted{::accept4(listener_, reinterpret_cast<sockaddr*>(&from), &length,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (accepted.fd < 0) {
      if (errno == ECONNABORTED || errno == EINTR) continue;
      // Out of descriptors: the listener would be readable for ever; tick() tries again.
      if (errno != EAGAIN && errno != EWOULDBLOCK) listen_for(false);
      return;
    }
    const Address remote = from_socket(from);
    if (unproven_from(remote) >= limits_.unproven_per_address) continue;
    if (!unproven_.empty() &&
        (unproven_.size() >= limits_.unproven || connections_.size() >= limits_.connections))
      drop(unproven_.front());
    if (connections_.size() >= limits_.connections) continue;
    set(accepted.fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(accepted.fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsent);
    auto connection = std::make_unique<Connection>();
    connection->id = next_id_++;
    connection->remote = remote;
    connection->deadline = now + limits_.prove;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = connection->id;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, accepted.fd, &event) != 0) continue;
    connection->fd = accepted.release();
    unproven_.push_back(connection->id);
    connections_[connection->id] = std::move(connection);
  }
}

void TcpPort::proven(std::uint64_t id, Instant now) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  found->second->deadline = now + limits_.consent;
  if (!std::exchange(found->second->is_proven, true)) std::erase(unproven_, id);
}

void TcpPort::drop(std::uint64_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (!found->second->is_proven) std::erase(unproven_, id);
  ::close(found->second->fd);
  connections_.erase(found);
}

void TcpPort::close(std::uint64_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  write(*found->second);
  drop(id);
}

void TcpPort::tick(Instant now) {
  listen_for(true);
  if (now - last_look_ < kLookEvery) return;
  last_look_ = now;
  std::vector<std::uint64_t> overdue;
  for (const auto& [id, connection] : connections_)
    if (now >= connection->deadline) overdue.push_back(id);
  for (const std::uint64_t id : overdue) drop(id);
}

// ---- in ----

std::span<const TcpPort::Received> TcpPort::receive(Instant now) {
  received_.clear();
  used_ = 0;
  epoll_event events[kEvents];
  const int count = ::epoll_wait(epoll_, events, kEvents, 0);
  for (int i = 0; i < count; ++i) {
    if (events[i].data.u64 == kListener) {
      accept_all(now);
      continue;
    }
    const auto found = connections_.find(events[i].data.u64);
    if (found == connections_.end()) continue;  // made way for another in this turn
    Connection& connection = *found->second;
    bool alive = (events[i].events & EPOLLOUT) == 0 || write(connection);
    // An error or a hang-up shows when reading.
    if (alive && (events[i].events & ~std::uint32_t(EPOLLOUT)) != 0) alive = read(connection);
    if (!alive) drop(connection.id);
  }
  return received_;
}

bool TcpPort::read(Connection& connection) {
  const std::size_t kept = connection.reader.pending();
  if (kRoom - used_ < kept + kReadAtOnce) return true;  // its turn comes again
  const std::span room(room_.data() + used_, kept + kReadAtOnce);
  const ssize_t size = ::recv(connection.fd, room.data() + kept, kReadAtOnce, MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (size == 0) return false;
  connection.reader.resume(room);
  const auto bytes = room.first(kept + std::size_t(size));
  used_ += bytes.size();
  Path path;
  path.remote = connection.remote;
  path.connection = connection.id;
  return connection.reader.split(bytes, [&](std::span<std::uint8_t> packet) {
    received_.push_back({packet, path});
  });
}

// ---- out ----

namespace {

struct Picture {
  std::uint32_t ssrc, timestamp;
};
Picture picture_of(std::span<const std::uint8_t> rtp) {
  return {wire::get32(rtp.data() + 8), wire::get32(rtp.data() + 4)};
}

}  // namespace

void TcpPort::send(std::span<const std::uint8_t> packet, std::uint64_t id, Loss loss) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || packet.size() > kMaxFrame) {
    ++dropped_;
    return;
  }
  Connection& c = *found->second;
  const std::size_t after = c.queued() + kFrameHeader + packet.size();
  bool fits = after <= limits_.queue_bytes + (loss == Loss::kKeep ? kReserve : 0);
  if (loss == Loss::kMay && packet.size() >= kRtpFixedHeader) {
    const Picture picture = picture_of(packet);
    auto stream = std::find_if(c.streams.begin(), c.streams.end(),
                               [&](const auto& s) { return s.ssrc == picture.ssrc; });
    if (stream == c.streams.end())
      stream = c.streams.insert(stream, {picture.ssrc, ~picture.timestamp, false});
    if (stream->timestamp != picture.timestamp) {  // the choice is made at a picture's beginning
      if (c.queued() <= kCalm) c.congested = false;
      if (c.queued() > limits_.queue_bytes / 2 ||
          (!c.marks.empty() &&
           std::chrono::steady_clock::now() - c.marks.front().at > limits_.queue_age))
        c.congested = true;
      stream->timestamp = picture.timestamp;
      stream->left_out = c.congested;
    }
    if (!fits) stream->left_out = true;
    fits = !stream->left_out;
  }
  if (!fits) {
    ++dropped_;
    return;
  }
  append_frame(c.out, packet);
  if (!std::exchange(c.is_dirty, true)) dirty_.push_back(id);
}

bool TcpPort::write(Connection& c) {
  while (c.queued() > 0) {
    const ssize_t size =
        ::send(c.fd, c.out.data() + c.sent, c.queued(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      c.sent += std::size_t(size);
      c.written += std::size_t(size);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      return false;
    }
  }
  while (!c.marks.empty() && c.marks.front().end <= c.written) c.marks.pop_front();
  if (c.queued() == 0) {
    c.out.clear();
    c.sent = 0;
  } else if (c.sent > c.out.size() / 2) {
    c.out.erase(c.out.begin(), c.out.begin() + std::ptrdiff_t(c.sent));
    c.sent = 0;
  }
  const bool wants = c.queued() > 0;
  if (wants != c.awaits_room) {
    epoll_event event{};
    event.events = EPOLLIN | (wants ? std::uint32_t(EPOLLOUT) : 0u);
    event.data.u64 = c.id;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, c.fd, &event);
    c.awaits_room = wants;
  }
  return true;
}

void TcpPort::flush() {
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    const auto found = connections_.find(dirty_[i]);
    if (found == connections_.end()) continue;
    Connection& c = *found->second;
    c.is_dirty = false;
    if (!c.awaits_room && !write(c)) {
      drop(c.id);
    } else if (c.queued() > 0) {
      c.marks.push_back({c.written + c.queued(), std::chrono::steady_clock::now()});
    }
  }
  dirty_.clear();
}

}  // namespace huiban::rtc
