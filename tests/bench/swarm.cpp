#include "tests/bench/swarm.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/wire.h"

namespace huiban::bench {

using namespace rtc;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto kTurn = milliseconds(1), kTick = milliseconds(10);
constexpr auto kReport = milliseconds(1000);
constexpr auto kConsent = milliseconds(5000);
constexpr int kEvents = 256;
constexpr std::size_t kMostBlocks = 31;  // RFC 3550 section 6.4.2

}  // namespace

bool SwarmPeer::has_packets_of(std::size_t line) const {
  return client->begun.count(client->lines[line].ssrc) != 0;
}

double SwarmPeer::first_packet_ms(std::size_t line) const {
  const auto begun = client->begun.find(client->lines[line].ssrc);
  if (begun == client->begun.end()) return -1;
  return std::chrono::duration<double, std::milli>(begun->second.at - offered).count();
}

Swarm::Swarm(const DtlsIdentity& identity, const std::string& bind_address)
    : identity_(identity),
      bind_address_(bind_address),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      thread_([this] { run(); }) {}

Swarm::~Swarm() {
  stopping_ = true;
  thread_.join();
  ::close(epoll_);
}

test::RtcClient& Swarm::add(std::vector<test::RtcLine> lines,
                            const std::function<bool(test::RtcClient&)>& join, const Sends& sends) {
  auto peer = std::make_unique<SwarmPeer>();
  peer->client = std::make_unique<test::RtcClient>(identity_, std::move(lines), bind_address_);
  test::RtcClient& client = *peer->client;
  const bool sending = sends.any();
  client.keeps_packets = false;
  client.keeps_reports = sending;
  client.offers_measures = true;
  client.on_header = [raw = peer.get()](const RtpHeader& header) {
    const auto number = find_extension(header, test::RtcClient::kWideId);
    if (number && number->size() == 2)
      raw->arrivals.on_packet(std::uint16_t(wire::get16(number->data())), steady_clock::now());
  };
  client.check_interval = kConsent;
  peer->offered = steady_clock::now();
  if (!join(client)) throw std::runtime_error("the other side's description cannot be used");
  if (sending) peer->sender = std::make_unique<Sender>(client, sends);
  const std::lock_guard lock(mutex_);
  client.tick();  // the first check leaves at once
  watch(client);
  peers_.push_back(std::move(peer));
  return client;
}

void Swarm::watch(test::RtcClient& client) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &client;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd(), &event) != 0)
    throw std::runtime_error("epoll_ctl failed");
}

Swarm::Peers::iterator Swarm::find(const test::RtcClient& client) {
  const auto found = std::find_if(peers_.begin(), peers_.end(), [&client](const auto& peer) {
    return peer->client.get() == &client;
  });
  if (found == peers_.end()) throw std::logic_error("no such peer");
  return found;
}

void Swarm::remove(const test::RtcClient& client) {
  const std::lock_guard lock(mutex_);
  peers_.erase(find(client));  // closing its socket takes it out of epoll
}

void Swarm::change(const test::RtcClient& client, const std::function<void(SwarmPeer&)>& by) {
  const std::lock_guard lock(mutex_);
  SwarmPeer& peer = **find(client);
  const int before = peer.client->fd();
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, before, nullptr);
  by(peer);
  watch(*peer.client);
}

void Swarm::run() {
  ::pthread_setname_np(::pthread_self(), "swarm");
  auto next_tick = steady_clock::now();
  while (!stopping_) {
    const auto begin = steady_clock::now();
    {
      const std::lock_guard lock(mutex_);
      read();
      const auto now = steady_clock::now();
      for (const auto& peer : peers_)
        if (peer->sender && !peer->is_cut_off) peer->sender->run(now);
      if (now >= next_tick) {
        next_tick = now + kTick;
        tick(now);
      }
    }
    std::this_thread::sleep_until(begin + kTurn);
  }
}

void Swarm::read() {
  epoll_event events[kEvents];
  int count = 0;
  do {
    count = ::epoll_wait(epoll_, events, kEvents, 0);
    for (int i = 0; i < count; ++i)
      static_cast<test::RtcClient*>(events[i].data.ptr)->on_readable();
  } while (count == kEvents);
}

void Swarm::tick(steady_clock::time_point now) {
  for (const auto& peer : peers_) {
    if (peer->is_cut_off) continue;
    peer->client->tick();
    if (!peer->client->is_connected()) continue;
    if (now >= peer->next_report) report(*peer, now);
    if (!peer->arrivals.due(now)) continue;
    std::vector<std::uint8_t> compound;
    append_rtcp(compound, ReceiverReport{1, {}});
    peer->arrivals.append_feedback(compound, 1, peer->client->lines.back().ssrc, now);
    peer->client->send_rtcp(std::move(compound));
  }
}

void Swarm::report(SwarmPeer& peer, steady_clock::time_point now) {
  peer.next_report = now + kReport;
  ReceiverReport report;
  report.ssrc = 1;
  const auto send = [&] {
    std::vector<std::uint8_t> compound;
    append_rtcp(compound, report);
    peer.client->send_rtcp(std::move(compound));
    report.blocks.clear();
  };
  for (const auto& [ssrc, highest] : peer.client->highest) {
    ReportBlock block;
    block.ssrc = ssrc;
    block.highest_sequence = std::uint32_t(highest);
    report.blocks.push_back(block);
    if (report.blocks.size() == kMostBlocks) send();
  }
  send();
}

bool Swarm::wait_all(milliseconds deadline,
                     const std::function<bool(const SwarmPeer&)>& condition) {
  const auto end = steady_clock::now() + deadline;
  while (steady_clock::now() < end) {
    {
      const std::lock_guard lock(mutex_);
      if (std::all_of(peers_.begin(), peers_.end(),
                      [&](const auto& peer) { return condition(*peer); }))
        return true;
    }
    std::this_thread::sleep_for(kTick);
  }
  return false;
}

void Swarm::visit(const std::function<void(SwarmPeer&)>& each) {
  const std::lock_guard lock(mutex_);
  for (const auto& peer : peers_) each(*peer);
}

Reception Swarm::reception() {
  Reception sum;
  visit([&sum](SwarmPeer& peer) {
    for (const auto& [ssrc, begun] : peer.client->begun) {
      sum.packets += peer.client->counted[ssrc];
      sum.expected += std::uint64_t(peer.client->highest[ssrc] - begun.sequence + 1);
    }
  });
  return sum;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, std::size_t(q * double(values.size())))];
}

}  // namespace huiban::bench
