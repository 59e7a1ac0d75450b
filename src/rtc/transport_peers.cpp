// The transport's thread, and peers coming and going.
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <unordered_set>

#include "rtc/demux.h"
#include "rtc/random.h"
#include "rtc/transport_impl.h"

namespace huiban::rtc {
namespace {

constexpr auto kTick = std::chrono::milliseconds(25);
// Between two looks at the ports: what arrives meanwhile is served by one waking, and the packets of
// a frame leave together.
constexpr auto kTurn = std::chrono::milliseconds(2);
constexpr Milliseconds kDrain{4};             // between looks at packets that wait for their line
constexpr double kRefusalsPerSecond = 50;     // for all addresses together
constexpr int kBatchesPerTurn = 16;           // then tasks and timers get their turn
constexpr std::ptrdiff_t kMaxAddresses = 16;  // per peer: candidates, IPv4 and IPv6
constexpr const char* kCname = "huiban";

}  // namespace

Result<std::unique_ptr<Transport::Impl>> Transport::Impl::create(TransportConfig config,
                                                                 TransportObserver& observer) {
  auto impl = std::make_unique<Impl>(std::move(config), observer);
  impl->identity_ = HUIBAN_TRY(DtlsIdentity::create());
  TcpLimits limits;
  limits.consent = impl->config_.consent;
  impl->port_ = HUIBAN_TRY(PacketPort::open(impl->config_.bind_address, impl->config_.port,
                                            impl->config_.tcp, limits, impl->config_.gso));
  for (const std::string& address : impl->config_.announce)
    if (!parse_address(address, 0))
      return fail(ErrorCode::kInvalid, "不是 IP 地址：" + address, "Not an IP address: " + address);
  impl->wake_fd_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (impl->wake_fd_ < 0)
    return fail(ErrorCode::kUnavailable, "系统资源不足，无法启动网络线程",
                "Out of system resources, the network thread cannot start", "eventfd");
  impl->thread_ = std::thread([raw = impl.get()] { raw->run(); });
  return impl;
}

Transport::Impl::Impl(TransportConfig config, TransportObserver& observer)
    : config_(std::move(config)), observer_(observer) {}

Transport::Impl::~Impl() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(task_mutex_);
      stopping_ = true;
    }
    post({});
    thread_.join();
  }
  if (wake_fd_ >= 0) ::close(wake_fd_);
}

void Transport::Impl::post(std::function<void()> task) {
  bool wake = false;
  {
    const std::lock_guard lock(task_mutex_);
    wake = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (!wake) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
}

bool Transport::Impl::run_tasks() {
  std::vector<std::function<void()>> tasks;
  bool stopping = false;
  {
    const std::lock_guard lock(task_mutex_);
    tasks.swap(tasks_);
    stopping = stopping_;
  }
  for (const auto& task : tasks)
    if (task) task();
  return !stopping;
}

void Transport::Impl::run() {
  pthread_setname_np(pthread_self(), "huiban-net");
  net_thread().bind();
  now_ = last_tick_ = std::chrono::steady_clock::now();
  pollfd fds[3] = {{port_->udp().fd(), POLLIN, 0},
                   {wake_fd_, POLLIN, 0},
                   {port_->tcp() != nullptr ? port_->tcp()->fd() : -1, POLLIN, 0}};
  bool running = true;
  while (running) {
    auto wait = std::chrono::duration_cast<Milliseconds>(last_tick_ + kTick - now_);
    if (!waiting_.empty()) wait = std::min(wait, kDrain);
    ::poll(fds, 3, std::max(0, int(wait.count()) + 1));
    std::this_thread::sleep_until(now_ + kTurn);
    now_ = std::chrono::steady_clock::now();
    if (fds[1].revents & POLLIN) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto read = ::read(wake_fd_, &count, sizeof count);
    }
    receive_udp();
    if (fds[2].revents & POLLIN) receive_tcp();
    running = run_tasks();
    if (now_ - last_tick_ >= kTick) tick(now_);
    std::erase_if(waiting_, [this](Peer* peer) { return !peer->drain(now_); });
    hand_on();
  }
  for (const auto& [id, peer] : peers_) peer->say_goodbye();
  port_->flush();
  peers_.clear();
  sources_.clear();
}

void Transport::Impl::receive_udp() {
  for (int batch = 0; batch < kBatchesPerTurn; ++batch) {
    const auto packets = port_->udp().receive();
    for (const UdpPort::Received& one : packets) on_packet(one.bytes, one.path, now_, one.arrived);
    hand_on();
    if (packets.size() < UdpPort::kReceiveBatch) break;
    now_ = std::chrono::steady_clock::now();
  }
}

void Transport::Impl::receive_tcp() {
  for (const TcpPort::Received& one : port_->tcp()->receive(now_))
    on_packet(one.bytes, one.path, now_, now_);
  hand_on();
}

void Transport::Impl::tick(Instant now) {
  const double seconds = std::chrono::duration<double>(now - last_tick_).count();
  stun_refusals_ = std::min(kRefusalsPerSecond, stun_refusals_ + seconds * kRefusalsPerSecond);
  last_tick_ = now;
  if (TcpPort* tcp = port_->tcp()) {
    tcp->tick(now);
    std::erase_if(peer_of_connection_,
                  [tcp](const auto& entry) { return !tcp->is_open(entry.first); });
  }
  for (const auto& [id, peer] : peers_) peer->tick(now);
  tick_sources(now);
}

void Transport::Impl::on_stun(std::span<std::uint8_t> packet, const Path& path, Instant now) {
  const auto message = parse_stun(packet);
  if (!message || (message->type != kBindingRequest && message->type != kBindingIndication)) {
    ++unknown_packets_;
    return;
  }
  if (message->type == kBindingIndication) return;
  const auto name = message->username.substr(0, message->username.find(':'));
  const auto found = peer_of_ufrag_.find(std::string(name));
  if (found != peer_of_ufrag_.end() && found->second->on_stun(packet, *message, path, now)) {
    // The address belongs to whoever proved to know the password last.
    remember(*found->second, path);
    return;
  }
  ++unknown_packets_;
  if (stun_refusals_ < 1) return;
  stun_refusals_ -= 1;
  port_->send(write_binding_error(*message, 401, "Unauthorized", {}), path);
}

void Transport::Impl::remember(Peer& peer, const Path& path) {
  if (path.connection != 0) return remember_connection(peer, path.connection);
  const Address& address = path.remote;
  auto& owner = peer_of_address_[address];
  if (owner == &peer) return;
  owner = &peer;
  const auto mine = [&peer](const auto& entry) { return entry.second == &peer; };
  if (std::count_if(peer_of_address_.begin(), peer_of_address_.end(), mine) <= kMaxAddresses)
    return;
  // A client that wanders keeps only where it is now.
  std::erase_if(peer_of_address_, mine);
  peer_of_address_[address] = &peer;
}

void Transport::Impl::remember_connection(Peer& peer, std::uint64_t connection) {
  port_->tcp()->proven(connection, now_);
  if (std::exchange(peer_of_connection_[connection], &peer) == &peer) return;
  std::vector<std::uint64_t> its;
  for (const auto& [id, owner] : peer_of_connection_)
    if (owner == &peer) its.push_back(id);
  if (std::ptrdiff_t(its.size()) > kMaxAddresses)
    close_connection(*std::min_element(its.begin(), its.end()));
}

void Transport::Impl::close_connection(std::uint64_t connection) {
  port_->tcp()->close(connection);
  peer_of_connection_.erase(connection);
}

Peer::Credentials Transport::Impl::make_credentials() const {
  Peer::Credentials made;
  do made.ufrag = random_text(8);
  while (peer_of_ufrag_.count(made.ufrag) != 0);
  made.password = random_text(24);
  return made;
}

SdpTransport Transport::Impl::our_side(const Peer::Credentials& credentials) const {
  SdpTransport ours;
  ours.ufrag = credentials.ufrag;
  ours.password = credentials.password;
  ours.fingerprint = identity_->fingerprint();
  ours.addresses = config_.announce;
  // Looked up each time: the network may have come up, or changed, after the server.
  if (ours.addresses.empty())
    ours.addresses =
        config_.bind_address.empty() ? interface_addresses() : std::vector{config_.bind_address};
  ours.port = port_->number();
  ours.tcp = port_->tcp() != nullptr;
  ours.cname = kCname;
  ours.session_id = next_session_;
  return ours;
}

Result<std::string> Transport::Impl::answer(PeerPlan plan, const std::string& offer_sdp) {
  if (find_peer(plan.peer) != nullptr)
    return fail(ErrorCode::kConflict, "该连接已存在", "This connection exists already");
  const SdpOffer offer = HUIBAN_TRY(parse_offer(offer_sdp));
  SdpSession session = HUIBAN_TRY(negotiate(offer, plan, config_.measures));
  std::unordered_set<std::uint32_t> taken{0};  // two streams under one key need two SSRCs
  for (SdpLine& line : session.lines) {
    if (line.use != SdpLine::Use::kSlot) continue;
    while (!taken.insert(line.ssrc).second) line.ssrc = random_u32();
    while (line.rtx_payload_type != 0 && !taken.insert(line.rtx_ssrc).second)
      line.rtx_ssrc = random_u32();
  }
  const Peer::Credentials credentials = make_credentials();
  ++next_session_;
  std::string sdp = write_answer(offer, session, plan, our_side(credentials));
  auto peer = std::make_unique<Peer>(*this, std::move(plan), std::move(session), credentials,
                                     *identity_, now_);
  peer_of_ufrag_[credentials.ufrag] = peer.get();
  peers_[peer->id()] = std::move(peer);
  return sdp;
}

Result<std::string> Transport::Impl::restart(PeerId id, const std::string& text) {
  Peer* peer = find_peer(id);
  if (peer == nullptr)
    return fail(ErrorCode::kNotFound, "连接不存在或已结束", "There is no such connection any more");
  const SdpFragment fragment = HUIBAN_TRY(parse_fragment(text));
  if (fragment.ufrag == peer->session().remote_ufrag) return std::string();  // more candidates
  const Peer::Credentials credentials = make_credentials();
  peer->restart(credentials, fragment.ufrag, fragment.password);
  std::erase_if(peer_of_ufrag_, [peer](const auto& entry) {
    return entry.second == peer && entry.first != peer->credentials().front().ufrag;
  });
  peer_of_ufrag_[credentials.ufrag] = peer;
  return write_fragment(fragment, our_side(credentials));
}

void Transport::Impl::close(PeerId id) {
  Peer* peer = find_peer(id);
  if (peer == nullptr) return;
  peer->say_goodbye();
  port_->flush();
  remove(id, "closed");
}

void Transport::Impl::remove(PeerId id, const std::string& why) {
  Peer* peer = find_peer(id);
  if (peer == nullptr) return;
  for (const auto& [source_id, source] : sources_)
    if (source->publisher == id) source->publisher.reset();
  std::erase(gappy_, peer);
  std::erase(unsettled_, peer);
  std::erase(waiting_, peer);
  std::erase_if(peer_of_ufrag_, [peer](const auto& entry) { return entry.second == peer; });
  std::erase_if(peer_of_address_, [peer](const auto& entry) { return entry.second == peer; });
  std::vector<std::uint64_t> connections;
  for (const auto& [connection, owner] : peer_of_connection_)
    if (owner == peer) connections.push_back(connection);
  for (const std::uint64_t connection : connections) close_connection(connection);
  const UtcTime last = peer->last_packet();
  peers_.erase(id);
  observer_.peer_closed(id, why, last);
}

void Transport::Impl::connected(Peer& peer) {
  observer_.peer_connected(peer.id());
}
void Transport::Impl::lost(Peer& peer) {
  observer_.peer_lost(peer.id(), peer.last_packet());
}
void Transport::Impl::back(Peer& peer) {
  observer_.peer_back(peer.id());
}
void Transport::Impl::failed(Peer& peer, const std::string& why) {
  failed_.emplace_back(peer.id(), why);
}
void Transport::Impl::shown(Peer& peer, std::size_t slot, std::optional<SourceId> source) {
  observer_.slot_shown(peer.id(), slot, source);
}
void Transport::Impl::rung_changed(Peer& peer, Rung rung) {
  observer_.rung_changed(peer.id(), rung);
}

}  // namespace huiban::rtc
