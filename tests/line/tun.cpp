#include "tests/line/tun.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace huiban::line {
namespace {

Result<void> call(int fd, unsigned long request, void* argument, const std::string& what) {
  if (ioctl(fd, request, argument) == 0) return {};
  return fail(ErrorCode::kUnavailable, "无法设置网络接口：" + what,
              "Cannot set up the network interface: " + what, std::strerror(errno));
}

File control_socket() {
  return File(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

ifreq named(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

void put_address(sockaddr& out, const std::string& text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, text.c_str(), &address.sin_addr);
  std::memcpy(&out, &address, sizeof address);
}

Result<void> bring_up(int control, const std::string& name) {
  ifreq request = named(name);
  HUIBAN_CHECK(call(control, SIOCGIFFLAGS, &request, name));
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  return call(control, SIOCSIFFLAGS, &request, name + " up");
}

// What sendmsg() and recvmsg() need to carry one descriptor.
struct Carrier {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  Carrier() {
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
  }
};

}  // namespace

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) close(fd_);
    fd_ = other.release();
  }
  return *this;
}
File::~File() {
  if (fd_ >= 0) close(fd_);
}
int File::release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

Result<File> open_tun(const std::string& name, const std::string& address, const std::string& far) {
  File tun(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (tun.get() < 0)
    return fail(ErrorCode::kUnavailable, "无法打开 /dev/net/tun", "Cannot open /dev/net/tun",
                std::strerror(errno));
  ifreq request = named(name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  HUIBAN_CHECK(call(tun.get(), TUNSETIFF, &request, name));
  // No router discovery and the like between the packets that are counted.
  std::ofstream("/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6") << "1";
  const File control = control_socket();
  request = named(name);
  put_address(request.ifr_addr, address);
  HUIBAN_CHECK(call(control.get(), SIOCSIFADDR, &request, address));
  put_address(request.ifr_dstaddr, far);
  HUIBAN_CHECK(call(control.get(), SIOCSIFDSTADDR, &request, far));
  HUIBAN_CHECK(bring_up(control.get(), name));
  return tun;
}

Result<void> loopback_up() {
  return bring_up(control_socket().get(), "lo");
}

Result<void> default_route(const std::string& device) {
  std::string name = device;
  rtentry route{};
  put_address(route.rt_dst, "0.0.0.0");
  put_address(route.rt_genmask, "0.0.0.0");
  route.rt_flags = RTF_UP;
  route.rt_dev = name.data();
  return call(control_socket().get(), SIOCADDRT, &route, "default route by " + device);
}

Result<void> send_file(int socket, const File& file) {
  Carrier carrier;
  cmsghdr* header = CMSG_FIRSTHDR(&carrier.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = file.get();
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (sendmsg(socket, &carrier.message, 0) == 1) return {};
  return fail(ErrorCode::kUnavailable, "无法传递网络接口", "Cannot hand over the network interface",
              std::strerror(errno));
}

Result<File> receive_file(int socket) {
  Carrier carrier;
  const auto got = recvmsg(socket, &carrier.message, MSG_CMSG_CLOEXEC);
  const cmsghdr* header = got == 1 ? CMSG_FIRSTHDR(&carrier.message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS)
    return fail(ErrorCode::kUnavailable, "另一端的网络接口没有建成",
                "The interface at the other end was not made");
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return File(fd);
}

}  // namespace huiban::line
