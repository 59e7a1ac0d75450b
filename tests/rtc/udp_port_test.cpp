// The UDP port with plain sockets at the other end.
#include "rtc/udp_port.h"

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <set>

using namespace huiban;
using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;

namespace {

// A socket of the other side; asks one address and notes where answers come from.
struct Asker {
  Asker(int family, const char* ip, std::uint16_t port) : fd(::socket(family, SOCK_DGRAM, 0)) {
    if (family == AF_INET) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(to);
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      ::inet_pton(AF_INET, ip, &v4.sin_addr);
      size = sizeof v4;
    } else {
      auto& v6 = reinterpret_cast<sockaddr_in6&>(to);
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      ::inet_pton(AF_INET6, ip, &v6.sin6_addr);
      size = sizeof v6;
    }
    const int buffer = 4 << 20;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  }
  ~Asker() { ::close(fd); }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  bool ask(const Bytes& bytes) {
    return ::sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to), size) ==
           ssize_t(bytes.size());
  }
  // The next datagram within a second; empty: none. from is set.
  Bytes hear() {
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, 1000) != 1) return {};
    Bytes bytes(4096);
    sockaddr_storage source{};
    socklen_t length = sizeof source;
    const ssize_t got = ::recvfrom(fd, bytes.data(), bytes.size(), 0,
                                   reinterpret_cast<sockaddr*>(&source), &length);
    bytes.resize(got > 0 ? std::size_t(got) : 0);
    char text[64] = {};
    if (source.ss_family == AF_INET)
      ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in&>(source).sin_addr, text, sizeof text);
    else
      ::inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6&>(source).sin6_addr, text, sizeof text);
    from = text;
    return bytes;
  }

  int fd;
  sockaddr_storage to{};
  socklen_t size = 0;
  std::string from;
};

std::unique_ptr<UdpPort> open_port(const std::string& address = {}, bool gso = true) {
  auto port = UdpPort::open(address, 0, gso);
  REQUIRE(port);
  return std::move(*port);
}

// Waits for datagrams, at most a second.
std::span<const UdpPort::Received> wait_for(UdpPort& port) {
  pollfd wait{port.fd(), POLLIN, 0};
  ::poll(&wait, 1, 1000);
  return port.receive();
}

bool have_ipv6() {
  Asker probe(AF_INET6, "::1", 9);
  return probe.ask({1});
}

}  // namespace

TEST_CASE("a packet that is read late is known to have come early") {
  auto port = std::move(*UdpPort::open("127.0.0.1", 0));
  Asker asker(AF_INET, "127.0.0.1", port->port());
  // The test itself may lose its processor between two readings of a clock: several tries.
  bool early = false;
  for (int tries = 0; tries < 20 && !early; ++tries) {
    const auto before = std::chrono::steady_clock::now();
    REQUIRE(asker.ask({1, 2, 3}));
    const auto sent = std::chrono::steady_clock::now();
    pollfd wait{port->fd(), POLLIN, 0};
    REQUIRE(::poll(&wait, 1, 1000) == 1);
    while (std::chrono::steady_clock::now() < sent + std::chrono::milliseconds(40)) {
    }
    const auto received = port->receive();
    REQUIRE(received.size() == 1);
    early = received[0].arrived >= before - std::chrono::milliseconds(2) &&
            received[0].arrived <= sent + std::chrono::milliseconds(20);
  }
  CHECK(early);
}

TEST_CASE("an answer leaves from the address that was asked, IPv4 and IPv6 on one number") {
  const auto port = open_port();
  std::vector<std::pair<int, const char*>> cases{{AF_INET, "127.0.0.1"}, {AF_INET, "127.0.0.7"}};
  if (have_ipv6()) cases.emplace_back(AF_INET6, "::1");
  for (const auto& [family, ip] : cases) {
    CAPTURE(ip);
    Asker asker(family, ip, port->port());
    REQUIRE(asker.ask({1, 2, 3}));
    const auto received = wait_for(*port);
    REQUIRE(received.size() == 1);
    CHECK(Bytes(received[0].bytes.begin(), received[0].bytes.end()) == Bytes{1, 2, 3});
    CHECK(ip_text(received[0].path.local) == ip);
    CHECK(received[0].path.remote.is_v4() == (family == AF_INET));
    port->send(Bytes{4, 5}, received[0].path);
    port->flush();
    CHECK(asker.hear() == Bytes{4, 5});
    CHECK(asker.from == ip);
  }
}

TEST_CASE("more datagrams than a batch leave whole and in order, from two receivers' slots") {
  const auto port = open_port("127.0.0.1");
  Asker one(AF_INET, "127.0.0.1", port->port()), two(AF_INET, "127.0.0.1", port->port());
  REQUIRE(one.ask({1}));
  REQUIRE(two.ask({2}));
  std::vector<Path> paths;
  while (paths.size() < 2) {
    const auto received = wait_for(*port);
    REQUIRE_FALSE(received.empty());
    for (const auto& r : received) paths.push_back(r.path);
  }
  constexpr std::size_t kCount = UdpPort::kSendBatch + 100;
  for (std::size_t i = 0; i < kCount; ++i) {
    std::uint8_t* slot = port->begin();
    slot[0] = 0xee;  // begun and not committed: the slot is used again
    slot = port->begin();
    slot[0] = std::uint8_t(i >> 8);
    slot[1] = std::uint8_t(i);
    port->commit(2 + i % 100, paths[i % 2]);
  }
  port->flush();
  CHECK(port->dropped() == 0);
  Asker* askers[] = {&one, &two};
  for (std::size_t i = 0; i < kCount; ++i) {
    const Bytes got = askers[i % 2]->hear();
    REQUIRE(got.size() == 2 + i % 100);
    CHECK((got[0] << 8 | got[1]) == int(i));
  }
}

namespace {

// One packet of each of these sizes in runs to two receivers, and the same in the order sent.
void check_runs(UdpPort& port, const std::vector<std::size_t>& sizes) {
  Asker one(AF_INET, "127.0.0.1", port.port()), two(AF_INET, "127.0.0.1", port.port());
  for (Asker* asker : {&one, &two}) {
    REQUIRE(asker->ask({1}));
    const auto received = wait_for(port);
    REQUIRE(received.size() == 1);
    const Path path = received[0].path;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      std::memset(port.begin(), int(i), sizes[i]);
      port.commit(sizes[i], path);
    }
  }
  port.flush();
  CHECK(port.dropped() == 0);
  for (Asker* asker : {&one, &two})
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      CAPTURE(i);
      CHECK(asker->hear() == Bytes(sizes[i], std::uint8_t(i)));
    }
}

const std::vector<std::size_t> kSizes{1100, 1100, 1100, 1101, 1101, 500, 500,  500,  500,  60,
                                      1200, 1,    1,    1,    0,    0,   2048, 2048, 2047, 1200};

}  // namespace

TEST_CASE("packets of one size to one receiver arrive as they were, with segments and without") {
  for (const bool gso : {true, false}) {
    CAPTURE(gso);
    const auto port = open_port("127.0.0.1", gso);
    if (!gso) CHECK_FALSE(port->gso());
    check_runs(*port, kSizes);
    check_runs(*port, std::vector<std::size_t>(UdpPort::kSendBatch - 1, 1187));  // several messages
    check_runs(*port, std::vector<std::size_t>(70, 20));  // more than a message has segments
  }
}

TEST_CASE("where the kernel refuses segments the packets leave singly") {
  const auto port = open_port("127.0.0.1");
  const int no_checksum = 1;  // with it the kernel refuses to cut a message (EINVAL)
  REQUIRE(::setsockopt(port->fd(), SOL_SOCKET, SO_NO_CHECK, &no_checksum, sizeof no_checksum) == 0);
  check_runs(*port, kSizes);
}

TEST_CASE("more datagrams than a batch come in whole; what is too long to be ours is dropped") {
  const auto port = open_port("127.0.0.1");
  Asker asker(AF_INET, "127.0.0.1", port->port());
  constexpr std::size_t kCount = UdpPort::kReceiveBatch * 2 + 5;
  std::set<int> seen;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (i == 10) REQUIRE(asker.ask(Bytes(UdpPort::kMaxPacket + 1, 0xff)));
    REQUIRE(asker.ask({std::uint8_t(i >> 8), std::uint8_t(i)}));
  }
  while (seen.size() < kCount) {
    const auto received = wait_for(*port);
    REQUIRE_FALSE(received.empty());
    CHECK(received.size() <= UdpPort::kReceiveBatch);
    for (const auto& r : received) {
      REQUIRE(r.bytes.size() == 2);
      seen.insert(r.bytes[0] << 8 | r.bytes[1]);
    }
  }
  CHECK(port->receive().empty());
}

TEST_CASE("a receiver that cannot be reached costs only its own datagrams") {
  const auto port = open_port("127.0.0.1");
  Asker asker(AF_INET, "127.0.0.1", port->port());
  REQUIRE(asker.ask({1}));
  const auto received = wait_for(*port);
  REQUIRE(received.size() == 1);
  const Path good = received[0].path;
  Path nowhere = good;
  nowhere.remote = *parse_address("192.0.2.1", 9);  // from a loopback address: no route
  port->send(Bytes{1}, good);
  port->send(Bytes{2}, nowhere);
  port->send(Bytes{3}, good);
  port->send(Bytes(UdpPort::kMaxPacket + 1), good);  // too long: not queued
  port->flush();
  CHECK(asker.hear() == Bytes{1});
  CHECK(asker.hear() == Bytes{3});
  CHECK(port->dropped() == 1);
}

TEST_CASE("a port in use is named in both languages; an address that is none is refused") {
  const auto port = open_port("127.0.0.1");
  const auto second = UdpPort::open("127.0.0.1", port->port());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::kUnavailable);
  const std::string number = std::to_string(port->port());
  CHECK(second.error().zh.find(number) != std::string::npos);
  CHECK(second.error().en.find(number) != std::string::npos);
  const auto all = UdpPort::open("", port->port());  // any address clashes with one
  REQUIRE_FALSE(all);
  CHECK(all.error().code == ErrorCode::kUnavailable);
  const auto wrong = UdpPort::open("room 3", 0);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::kInvalid);
  const auto foreign = UdpPort::open("192.0.2.1", 0);  // not an address of this machine
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == ErrorCode::kUnavailable);
}
