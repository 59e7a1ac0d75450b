#include "tests/bench/receivers.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "rtc/rtcp.h"

namespace huiban::bench {

using namespace rtc;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto kTick = milliseconds(10);
constexpr auto kReport = milliseconds(1000);
constexpr auto kConsent = milliseconds(5000);
constexpr int kEvents = 128;

}  // namespace

Receivers::Receivers(const DtlsIdentity& identity)
    : identity_(identity), epoll_(::epoll_create1(EPOLL_CLOEXEC)), thread_([this] { run(); }) {}

Receivers::~Receivers() {
  stopping_ = true;
  thread_.join();
  ::close(epoll_);
}

void Receivers::add(const std::function<std::string(const std::string& offer)>& join) {
  auto peer = std::make_unique<Peer>();
  peer->client = std::make_unique<test::RtcClient>(
      identity_, std::vector<test::RtcLine>{{MediaKind::kVideo, false}, {MediaKind::kAudio, false}});
  test::RtcClient& client = *peer->client;
  client.keeps_packets = false;
  client.check_interval = kConsent;
  peer->offered = steady_clock::now();
  if (!client.accept(join(client.offer()))) throw std::runtime_error("the answer cannot be used");
  const std::lock_guard lock(mutex_);
  client.tick();  // the first check leaves at once
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = peer.get();
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd(), &event) != 0)
    throw std::runtime_error("epoll_ctl failed");
  peers_.push_back(std::move(peer));
}

void Receivers::run() {
  ::pthread_setname_np(::pthread_self(), "receivers");
  epoll_event events[kEvents];
  auto next_tick = steady_clock::now();
  while (!stopping_) {
    const int count = ::epoll_wait(epoll_, events, kEvents, int(kTick.count()));
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) static_cast<Peer*>(events[i].data.ptr)->client->on_readable();
    if (const auto now = steady_clock::now(); now >= next_tick) {
      next_tick = now + kTick;
      tick(now);
    }
  }
}

void Receivers::tick(steady_clock::time_point now) {
  for (const auto& peer : peers_) {
    peer->client->tick();
    if (peer->client->is_connected() && now >= peer->next_report) report(*peer, now);
  }
}

void Receivers::report(Peer& peer, steady_clock::time_point now) {
  peer.next_report = now + kReport;
  ReceiverReport report;
  report.ssrc = 1;
  for (const auto& [ssrc, highest] : peer.client->highest) {
    ReportBlock block;
    block.ssrc = ssrc;
    block.highest_sequence = std::uint32_t(highest);
    report.blocks.push_back(block);
  }
  std::vector<std::uint8_t> compound;
  append_rtcp(compound, report);
  peer.client->send_rtcp(std::move(compound));
}

bool Receivers::wait_all(milliseconds deadline) {
  const auto end = steady_clock::now() + deadline;
  while (steady_clock::now() < end) {
    {
      const std::lock_guard lock(mutex_);
      if (std::all_of(peers_.begin(), peers_.end(),
                      [](const auto& peer) { return peer->client->counted.size() == 2; }))
        return true;
    }
    std::this_thread::sleep_for(kTick);
  }
  return false;
}

Reception Receivers::reception() {
  const std::lock_guard lock(mutex_);
  Reception sum;
  for (const auto& peer : peers_) {
    for (const auto& [ssrc, count] : peer->client->counted) sum.packets += count;
    for (const auto& [ssrc, highest] : peer->client->highest) sum.expected += std::uint64_t(highest);
  }
  return sum;
}

std::vector<double> Receivers::first_packet_ms() {
  const std::lock_guard lock(mutex_);
  std::vector<double> times;
  for (const auto& peer : peers_)
    if (peer->client->first_packet)
      times.push_back(std::chrono::duration<double, std::milli>(*peer->client->first_packet - peer->offered).count());
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace huiban::bench
