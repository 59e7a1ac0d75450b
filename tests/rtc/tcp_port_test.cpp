// The TCP port with plain sockets at the other end.
#include "rtc/tcp_port.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <map>

#include "rtc/packet_port.h"
#include "rtc/rfc4571.h"
#include "rtc/wire.h"

using namespace huiban;
using namespace huiban::rtc;
using Bytes = std::vector<std::uint8_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Instant kStart = std::chrono::steady_clock::now();

struct Port {
  explicit Port(TcpLimits limits = {}) : both(open(limits)), tcp(*both->tcp()) {}
  static std::unique_ptr<PacketPort> open(TcpLimits limits) {
    auto made = PacketPort::open("", 0, true, limits);
    REQUIRE(made);
    return std::move(*made);
  }
  struct Packet {
    Bytes bytes;
    Path path;
  };
  // Turns until something came, at most a second.
  std::vector<Packet> hear(std::size_t count = 1) {
    std::vector<Packet> heard;
    for (int i = 0; i < 200 && heard.size() < count; ++i) {
      turn(heard, 5);
    }
    return heard;
  }
  void turn(std::vector<Packet>& heard, int wait_ms) {
    pollfd wait{tcp.fd(), POLLIN, 0};
    if (::poll(&wait, 1, wait_ms) != 1) return;
    for (const auto& one : tcp.receive(now))
      heard.push_back({Bytes(one.bytes.begin(), one.bytes.end()), one.path});
  }
  // Turns until the number of connections is this.
  bool settles(std::size_t connections) {
    std::vector<Packet> ignored;
    for (int i = 0; i < 200 && tcp.connections() != connections; ++i) turn(ignored, 5);
    return tcp.connections() == connections;
  }

  std::unique_ptr<PacketPort> both;
  TcpPort& tcp;
  Instant now = kStart;
};

struct Caller {
  explicit Caller(std::uint16_t port, int family = AF_INET, int buffer = 0)
      : fd(::socket(family, SOCK_STREAM, 0)) {
    if (buffer > 0) ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    good = family == AF_INET ? ::connect(fd, reinterpret_cast<sockaddr*>(&v4), sizeof v4) == 0
                             : ::connect(fd, reinterpret_cast<sockaddr*>(&v6), sizeof v6) == 0;
  }
  ~Caller() { ::close(fd); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void say(const Bytes& stream) { REQUIRE(::send(fd, stream.data(), stream.size(), 0) > 0); }
  // Whole packets that arrive within the time; closed is set when the other side is done.
  std::vector<Bytes> hear(int wait_ms = 1000) {
    std::vector<Bytes> packets;
    Bytes room(64 * 1024);
    pollfd wait{fd, POLLIN, 0};
    while (packets.empty() && !closed && ::poll(&wait, 1, wait_ms) == 1) {
      const std::size_t kept = reader.pending();
      const ssize_t size = ::recv(fd, room.data() + kept, room.size() - kept, 0);
      closed = size <= 0;
      if (closed) break;
      reader.resume(room);
      REQUIRE(reader.split({room.data(), kept + std::size_t(size)}, [&](std::span<std::uint8_t> p) {
        packets.emplace_back(p.begin(), p.end());
      }));
    }
    return packets;
  }

  int fd;
  bool good = false, closed = false;
  FrameReader reader;
};

Bytes framed(const Bytes& packet) {
  Bytes stream;
  append_frame(stream, packet);
  return stream;
}

Bytes rtp(std::uint32_t ssrc, std::uint32_t timestamp, std::uint16_t sequence, std::size_t size) {
  Bytes packet(size);
  packet[0] = 0x80;
  packet[1] = 96;
  wire::put16(&packet[2], sequence);
  wire::put32(&packet[4], timestamp);
  wire::put32(&packet[8], ssrc);
  return packet;
}

}  // namespace

TEST_CASE("packets in both directions, IPv4 and IPv6, on the number of the UDP port") {
  Port port;
  std::vector<int> families{AF_INET};
  if (Caller(port.both->number(), AF_INET6).good) families.push_back(AF_INET6);
  for (const int family : families) {
    CAPTURE(family);
    Caller caller(port.both->number(), family);
    REQUIRE(caller.good);
    Bytes stream = framed({1, 2, 3});
    append_frame(stream, Bytes{4});
    append_frame(stream, Bytes(1200, 5));
    caller.say(Bytes(stream.begin(), stream.begin() + 700));
    auto heard = port.hear(2);
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].bytes == Bytes{1, 2, 3});
    CHECK(heard[0].path.connection != 0);
    CHECK(heard[0].path.remote.is_v4() == (family == AF_INET));
    CHECK(heard[1].bytes == Bytes{4});
    caller.say(Bytes(stream.begin() + 700, stream.end()));
    heard = port.hear();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].bytes == Bytes(1200, 5));
    std::memset(port.both->begin(), 7, 20);
    port.both->commit(20, heard[0].path);
    port.both->send(Bytes{8}, heard[0].path);
    port.both->flush();
    std::vector<Bytes> got = caller.hear();
    while (got.size() < 2 && !caller.closed)
      for (auto& one : caller.hear()) got.push_back(one);
    CHECK(got == std::vector<Bytes>{Bytes(20, 7), Bytes{8}});
  }
}

TEST_CASE("a length above the bound, and the other side leaving, end a connection and no other") {
  Port port;
  Caller good(port.both->number()), bad(port.both->number());
  {
    Caller leaving(port.both->number());
    CHECK(port.settles(3));
  }
  CHECK(port.settles(2));
  bad.say({'G', 'E', 'T', ' ', '/', ' '});
  CHECK(port.settles(1));
  CHECK(bad.hear().empty());
  CHECK(bad.closed);
  good.say(framed({1}));
  const auto heard = port.hear();
  REQUIRE(heard.size() == 1);
  const auto path = heard[0].path;
  CHECK(port.both->is_open(path));
  port.tcp.close(path.connection);
  CHECK_FALSE(port.both->is_open(path));
  port.both->send(Bytes{1}, path);  // leads nowhere: dropped
  port.both->flush();
  CHECK(port.both->dropped() == 1);
  CHECK(good.hear().empty());
  CHECK(good.closed);
}

TEST_CASE("without an authenticated check a connection ends after 5 s, later after consent") {
  Port port;
  Caller proven(port.both->number()), silent(port.both->number());
  CHECK(port.settles(2));
  proven.say(framed({1}));
  const auto heard = port.hear();
  REQUIRE(heard.size() == 1);
  port.tcp.proven(heard[0].path.connection, kStart + seconds(4));
  port.tcp.tick(kStart + milliseconds(4900));
  CHECK(port.tcp.connections() == 2);
  port.tcp.tick(kStart + seconds(6));
  CHECK(port.tcp.connections() == 1);
  CHECK(port.both->is_open(heard[0].path));
  port.tcp.tick(kStart + seconds(33));
  CHECK(port.tcp.connections() == 1);
  port.tcp.tick(kStart + seconds(35));
  CHECK(port.tcp.connections() == 0);
}

TEST_CASE("limits: one address, all unproven ones together, everything") {
  TcpLimits limits;
  limits.connections = 4;
  limits.unproven = 3;
  limits.unproven_per_address = 2;
  Port port(limits);
  const auto number = port.both->number();
  std::vector<std::unique_ptr<Caller>> callers;
  const auto call = [&]() -> Caller& {
    callers.push_back(std::make_unique<Caller>(number));
    return *callers.back();
  };
  const auto prove = [&](Caller& caller) {
    caller.say(framed({1}));
    const auto heard = port.hear();
    REQUIRE(heard.size() == 1);
    port.tcp.proven(heard[0].path.connection, kStart);
  };
  for (int i = 0; i < 2; ++i) call();
  CHECK(port.settles(2));
  Caller& third = call();  // of this address too many
  port.hear(0);
  std::vector<Port::Packet> ignored;
  port.turn(ignored, 1000);
  CHECK(third.hear().empty());
  CHECK(third.closed);
  CHECK(port.tcp.connections() == 2);
  for (int i = 0; i < 2; ++i) prove(*callers[std::size_t(i)]);
  for (int i = 0; i < 2; ++i) prove(call());
  CHECK(port.tcp.connections() == 4);
  Caller& fifth = call();  // all four are proven
  port.turn(ignored, 1000);
  CHECK(fifth.hear().empty());
  CHECK(fifth.closed);
  CHECK(port.tcp.connections() == 4);
  callers[0].reset();
  CHECK(port.settles(3));
  Caller& sixth = call();
  CHECK(port.settles(4));
  Caller& seventh = call();  // the oldest unproven one makes way
  port.turn(ignored, 1000);
  CHECK(port.tcp.connections() == 4);
  CHECK(sixth.hear().empty());
  CHECK(sixth.closed);
  prove(seventh);
}

TEST_CASE("a receiver that does not keep up loses whole pictures, and no frame in part") {
  Port port;
  Caller slow(port.both->number(), AF_INET, 4096);
  slow.say(framed({1}));
  auto heard = port.hear();
  REQUIRE(heard.size() == 1);
  const Path path = heard[0].path;
  constexpr std::uint32_t kPictures = 400, kParts = 10;  // 4.8 MB, nothing is read
  std::uint16_t sequence = 0;
  const auto picture = [&](std::uint32_t number) {
    for (std::uint32_t part = 0; part < kParts; ++part) {
      const Bytes packet = rtp(1, number, sequence++, 1200);
      std::memcpy(port.both->begin(), packet.data(), packet.size());
      port.both->commit(packet.size(), path, Loss::kMay);
    }
    port.both->flush();
  };
  for (std::uint32_t i = 0; i < kPictures; ++i) {
    picture(i);
    if (i % 4 == 0) port.both->send(rtp(2, i, std::uint16_t(i), 100), path);  // sound is kept
  }
  port.both->flush();
  CHECK(port.both->dropped() > kPictures * kParts / 2);
  CHECK(port.both->dropped() % kParts == 0);
  // Now it reads: what it gets is whole, and pictures flow again.
  std::map<std::uint32_t, std::uint32_t> parts;
  std::size_t sounds = 0;
  const auto read = [&](const auto& until) {
    for (int i = 0; i < 4000 && !until(); ++i) {
      std::vector<Port::Packet> ignored;
      port.turn(ignored, 0);
      for (const Bytes& packet : slow.hear(1)) {
        if (wire::get32(&packet[8]) == 2)
          ++sounds;
        else
          ++parts[wire::get32(&packet[4])];
      }
    }
    return until();
  };
  CHECK(read([&] { return sounds == kPictures / 4; }));
  picture(kPictures + 1);
  CHECK(read([&] { return parts[kPictures + 1] == kParts; }));
  parts.erase(kPictures);
  for (const auto& [timestamp, count] : parts) {
    CAPTURE(timestamp);
    CHECK(count == kParts);
  }
}

TEST_CASE("a number taken for TCP is refused; with port 0 another one is found; TCP can be off") {
  Port port;
  auto second = TcpPort::open("127.0.0.1", port.both->number());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::kUnavailable);
  CHECK(second.error().zh.find(std::to_string(port.both->number())) != std::string::npos);
  CHECK(second.error().en.find("TCP port") != std::string::npos);
  CHECK(TcpPort::open("room 3", 0).error().code == ErrorCode::kInvalid);
  CHECK(TcpPort::open("192.0.2.1", 0).error().code == ErrorCode::kUnavailable);
  auto without = PacketPort::open("", 0, false);
  REQUIRE(without);
  CHECK((*without)->tcp() == nullptr);
  Path tcp_path;
  tcp_path.connection = 1;
  CHECK_FALSE((*without)->is_open(tcp_path));
  (*without)->send(Bytes{1}, tcp_path);
}
