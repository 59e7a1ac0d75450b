#include "rtc/udp_port.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <utility>

namespace huiban::rtc {
namespace {

constexpr int kSocketBuffer = 4 * 1024 * 1024;  // a keyframe of 60 packets to 50 receivers at once

// A burst larger than the socket buffer (Linux allows 208 KiB unless net.core.wmem_max is raised)
// goes out at the speed of the line; after 5 ms it is cut.
constexpr int kMaxWaits = 5;

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103  // linux/udp.h, from 4.18 on
#endif
constexpr std::size_t kMaxSegments = 64;         // UDP_MAX_SEGMENTS of kernels before 6.9
constexpr std::size_t kMaxSegmentBytes = 65000;  // of one message: a UDP length has 16 bits

// Our address first, then the size of a segment, so that a message without segments is the same
// with a shorter length.
union Control {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint16_t))];
};
union ReceiveControl {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(timespec))];
};
union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

Address from_socket(const SocketAddress& from) {
  Address address;
  if (from.any.sa_family == AF_INET) {
    address.ip[10] = address.ip[11] = 0xff;
    std::memcpy(address.ip.data() + 12, &from.v4.sin_addr, 4);
    address.port = ntohs(from.v4.sin_port);
  } else {
    std::memcpy(address.ip.data(), &from.v6.sin6_addr, 16);
    address.port = ntohs(from.v6.sin6_port);
    address.scope = from.v6.sin6_scope_id;
  }
  return address;
}

socklen_t to_socket(const Address& address, bool v4_only, SocketAddress& to) {
  if (v4_only) {
    to.v4 = {};
    to.v4.sin_family = AF_INET;
    to.v4.sin_port = htons(address.port);
    std::memcpy(&to.v4.sin_addr, address.ip.data() + 12, 4);
    return sizeof to.v4;
  }
  to.v6 = {};
  to.v6.sin6_family = AF_INET6;
  to.v6.sin6_port = htons(address.port);
  std::memcpy(&to.v6.sin6_addr, address.ip.data(), 16);
  to.v6.sin6_scope_id = address.scope;
  return sizeof to.v6;
}

// Our address, and the wall time at which the kernel got the packet, if it says so.
std::optional<timespec> read_control(msghdr& header, Address& local) {
  std::optional<timespec> at;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::memcpy(local.ip.data(), &info.ipi6_addr, 16);
      local.scope = IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr) ? info.ipi6_ifindex : 0;
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      local.ip[10] = local.ip[11] = 0xff;
      std::memcpy(local.ip.data() + 12, &info.ipi_addr, 4);
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      std::memcpy(&at.emplace(), CMSG_DATA(c), sizeof(timespec));
    }
  }
  return at;
}

// How long ago; nothing above a second is believed, the wall clock may have been set.
std::chrono::nanoseconds since(const timespec& at, const timespec& now) {
  using std::chrono::nanoseconds, std::chrono::seconds;
  const nanoseconds ago = seconds(now.tv_sec - at.tv_sec) + nanoseconds(now.tv_nsec - at.tv_nsec);
  return ago < nanoseconds(0) || ago > seconds(1) ? nanoseconds(0) : ago;
}

void write_local(msghdr& header, const Address& local, bool v4_only, Control& control) {
  header.msg_control = nullptr;
  header.msg_controllen = 0;
  if (local.ip == Address{}.ip) return;
  control = {};
  header.msg_control = control.bytes;
  header.msg_controllen =
      v4_only ? CMSG_SPACE(sizeof(in_pktinfo)) : CMSG_SPACE(sizeof(in6_pktinfo));
  cmsghdr* c = CMSG_FIRSTHDR(&header);
  if (v4_only) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, local.ip.data() + 12, 4);
    c->cmsg_level = IPPROTO_IP;
    c->cmsg_type = IP_PKTINFO;
    c->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(c), &info, sizeof info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, local.ip.data(), 16);
    info.ipi6_ifindex = local.scope;
    c->cmsg_level = IPPROTO_IPV6;
    c->cmsg_type = IPV6_PKTINFO;
    c->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(c), &info, sizeof info);
  }
}

// Appends the size of a segment behind what write_local() left.
void write_segment(msghdr& header, std::size_t size, Control& control) {
  char* at = control.bytes + header.msg_controllen;
  header.msg_control = control.bytes;
  header.msg_controllen += CMSG_SPACE(sizeof(std::uint16_t));
  const cmsghdr c{CMSG_LEN(sizeof(std::uint16_t)), IPPROTO_UDP, UDP_SEGMENT};
  const auto value = std::uint16_t(size);
  std::memcpy(at, &c, sizeof c);
  std::memcpy(at + CMSG_LEN(0), &value, sizeof value);
}

bool is_same(const Path& a, const Path& b) {
  return a.remote == b.remote && a.local == b.local;
}

std::size_t datagrams(std::span<const mmsghdr> messages) {
  std::size_t sum = 0;
  for (const mmsghdr& message : messages) sum += message.msg_hdr.msg_iovlen;
  return sum;
}

}  // namespace

// out: messages of one datagram or, with UDP_SEGMENT, of several of one size to one path, the last
// of which may be shorter. out_vec has a datagram each, those of a message side by side.
struct UdpPort::Slots {
  std::unique_ptr<std::uint8_t[]> in_bytes =
      std::make_unique<std::uint8_t[]>(kReceiveBatch * kMaxPacket);
  mmsghdr in[kReceiveBatch], out[kSendBatch];
  iovec in_vec[kReceiveBatch], out_vec[kSendBatch];
  SocketAddress in_from[kReceiveBatch], out_to[kSendBatch];
  ReceiveControl in_control[kReceiveBatch];
  Control out_control[kSendBatch];
};

Result<std::unique_ptr<UdpPort>> UdpPort::open(const std::string& bind_address, std::uint16_t port,
                                               bool gso) {
  const std::string shown =
      (bind_address.empty() ? std::string("*") : bind_address) + ":" + std::to_string(port);
  const auto unavailable = [&shown](const char* call) {
    return fail(ErrorCode::kUnavailable, "无法打开 UDP 端口 " + shown + "：可能已被占用",
                "The UDP port " + shown + " cannot be opened; it may be in use",
                std::string(call) + ": " + std::strerror(errno));
  };
  bool v4_only = false;
  int fd = ::socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {  // a kernel without IPv6
    v4_only = true;
    fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }
  if (fd < 0) return unavailable("socket");
  const int on = 1, off = 0;
  if (v4_only) {
    ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  } else {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  }
  ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  // The FORCE forms go beyond the system's limit and need CAP_NET_ADMIN.
  for (const auto& [forced, plain] :
       {std::pair{SO_RCVBUFFORCE, SO_RCVBUF}, {SO_SNDBUFFORCE, SO_SNDBUF}})
    if (::setsockopt(fd, SOL_SOCKET, forced, &kSocketBuffer, sizeof kSocketBuffer) != 0)
      ::setsockopt(fd, SOL_SOCKET, plain, &kSocketBuffer, sizeof kSocketBuffer);
  Address address;
  address.port = port;
  if (!bind_address.empty()) {
    const auto parsed = parse_address(bind_address, port);
    if (!parsed || (v4_only && !parsed->is_v4())) {
      ::close(fd);
      return fail(ErrorCode::kInvalid, "不是 IP 地址：" + bind_address,
                  "Not an IP address: " + bind_address);
    }
    address = *parsed;
  }
  SocketAddress to{};
  socklen_t length = to_socket(address, v4_only, to);
  if (::bind(fd, &to.any, length) != 0) {
    auto error = unavailable("bind");
    ::close(fd);
    return error;
  }
  length = sizeof to;
  ::getsockname(fd, &to.any, &length);
  const int no_segments = 0;  // a size per message is given instead; older kernels refuse
  gso = gso && ::setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &no_segments, sizeof no_segments) == 0;
  return std::unique_ptr<UdpPort>(new UdpPort(fd, from_socket(to).port, v4_only, gso));
}

UdpPort::UdpPort(int fd, std::uint16_t port, bool v4_only, bool gso)
    : fd_(fd),
      port_(port),
      v4_only_(v4_only),
      gso_(gso),
      buffers_(std::make_unique<std::uint8_t[]>(kSendBatch * kMaxPacket)),
      slots_(std::make_unique<Slots>()) {
  std::memset(slots_->in, 0, sizeof slots_->in);
  std::memset(slots_->out, 0, sizeof slots_->out);
  received_.reserve(kReceiveBatch);
}

UdpPort::~UdpPort() {
  ::close(fd_);
}

std::span<const UdpPort::Received> UdpPort::receive() {
  Slots& s = *slots_;
  for (std::size_t i = 0; i < kReceiveBatch; ++i) {
    s.in_vec[i] = {s.in_bytes.get() + i * kMaxPacket, kMaxPacket};
    msghdr& header = s.in[i].msg_hdr;
    header.msg_name = &s.in_from[i];
    header.msg_namelen = sizeof s.in_from[i];
    header.msg_iov = &s.in_vec[i];
    header.msg_iovlen = 1;
    header.msg_control = s.in_control[i].bytes;
    header.msg_controllen = sizeof s.in_control[i].bytes;
  }
  received_.clear();
  const int count = ::recvmmsg(fd_, s.in, kReceiveBatch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return received_;
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  const auto now = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    if (s.in[i].msg_hdr.msg_flags & MSG_TRUNC) continue;  // larger than anything we negotiate
    Received one;
    one.bytes = {s.in_bytes.get() + std::size_t(i) * kMaxPacket, s.in[i].msg_len};
    one.path.remote = from_socket(s.in_from[i]);
    one.path.local.port = port_;
    const auto at = read_control(s.in[i].msg_hdr, one.path.local);
    one.arrived = at ? now - since(*at, wall) : now;
    received_.push_back(one);
  }
  return received_;
}

void UdpPort::commit(std::size_t size, const Path& path) {
  Slots& s = *slots_;
  const bool joins = size > 0 && size <= segment_room_ && is_same(path, last_path_);
  if (!joins && count_ >= kFlushAt) {
    const std::uint8_t* made = begin();
    flush();
    std::memcpy(begin(), made, size);
  }
  s.out_vec[count_] = {begin(), size};
  if (joins) {
    msghdr& header = s.out[messages_ - 1].msg_hdr;
    if (++header.msg_iovlen == 2) write_segment(header, segment_, s.out_control[messages_ - 1]);
    bytes_ += size;
    const bool full = header.msg_iovlen == kMaxSegments || bytes_ + segment_ > kMaxSegmentBytes;
    if (size < segment_ || full) segment_room_ = 0;
  } else {
    msghdr& header = s.out[messages_].msg_hdr;
    header.msg_name = &s.out_to[messages_];
    header.msg_namelen = to_socket(path.remote, v4_only_, s.out_to[messages_]);
    header.msg_iov = &s.out_vec[count_];
    header.msg_iovlen = 1;
    write_local(header, path.local, v4_only_, s.out_control[messages_]);
    ++messages_;
    last_path_ = path;
    segment_ = bytes_ = size;
    segment_room_ = gso_ ? size : 0;
  }
  if (++count_ == kSendBatch) flush();
}

void UdpPort::send(std::span<const std::uint8_t> packet, const Path& path) {
  if (packet.size() > kMaxPacket) return;
  std::memcpy(begin(), packet.data(), packet.size());
  commit(packet.size(), path);
}

void UdpPort::flush() {
  if (count_ == 0) return;
  int waits = 0;
  deliver({slots_->out, messages_}, waits);
  count_ = messages_ = segment_room_ = 0;
}

void UdpPort::deliver(std::span<mmsghdr> messages, int& waits) {
  while (!messages.empty()) {
    const int sent = ::sendmmsg(fd_, messages.data(), unsigned(messages.size()), MSG_DONTWAIT);
    if (sent > 0) {
      messages = messages.subspan(std::size_t(sent));
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      pollfd wait{fd_, POLLOUT, 0};
      if (++waits <= kMaxWaits && ::poll(&wait, 1, 1) >= 0) continue;
      dropped_ += datagrams(messages);
      return;
    } else if (errno != EINTR) {
      const msghdr& first = messages.front().msg_hdr;
      if (errno == EIO) gso_ = false;  // the interface does not do checksums
      if (first.msg_iovlen > 1 && (errno == EIO || errno == EINVAL))
        deliver_singly(first, waits);  // EINVAL: a segment is larger than the path's MTU
      else
        dropped_ += first.msg_iovlen;  // this receiver cannot be reached; the others can
      messages = messages.subspan(1);
    }
  }
}

void UdpPort::deliver_singly(const msghdr& whole, int& waits) {
  mmsghdr singles[kMaxSegments];
  for (std::size_t i = 0; i < whole.msg_iovlen; ++i) {
    singles[i] = {whole, 0};
    msghdr& single = singles[i].msg_hdr;
    single.msg_iov = whole.msg_iov + i;
    single.msg_iovlen = 1;
    single.msg_controllen -= CMSG_SPACE(sizeof(std::uint16_t));
    if (single.msg_controllen == 0) single.msg_control = nullptr;
  }
  deliver({singles, whole.msg_iovlen}, waits);
}

std::vector<std::string> interface_addresses() {
  std::vector<std::string> found, loopback;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return found;
  for (ifaddrs* i = list; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr || !(i->ifa_flags & IFF_UP)) continue;
    const int family = i->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    SocketAddress address{};
    std::memcpy(&address, i->ifa_addr,
                family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    if (family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&address.v6.sin6_addr)) continue;
    (i->ifa_flags & IFF_LOOPBACK ? loopback : found).push_back(ip_text(from_socket(address)));
  }
  ::freeifaddrs(list);
  // IPv4 first: office networks route it more often.
  const auto v4_first = [](const std::string& a, const std::string& b) {
    return (a.find(':') == std::string::npos) > (b.find(':') == std::string::npos);
  };
  std::stable_sort(found.begin(), found.end(), v4_first);
  return found.empty() ? loopback : found;
}

}  // namespace huiban::rtc
