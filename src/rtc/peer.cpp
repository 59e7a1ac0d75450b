// A peer's life: checks, handshake, silence, close.
#include "rtc/peer.h"

#include <algorithm>

#include "rtc/random.h"

namespace huiban::rtc {
namespace {

// After an alert that may be a close_notify: until it is believed, and what may come after it
// because it overtook.
constexpr Milliseconds kDoubt{1000}, kOvertaken{200};

}  // namespace

Peer::Peer(PeerHost& host, PeerPlan plan, SdpSession session, Credentials ours,
           const DtlsIdentity& identity, Instant now)
    : host_(host),
      plan_(std::move(plan)),
      session_(std::move(session)),
      identity_(identity),
      credentials_{std::move(ours)},
      created_(now),
      last_check_(now),
      last_heard_(now),
      estimator_(plan_.start_kbps),
      own_ssrc_(random_u32()) {
  ceiling_ = plan_.ceiling;
  slots_.resize(plan_.slots.size());
  for (const SdpLine& line : session_.lines) {
    if (line.use == SdpLine::Use::kPublish) {
      uplinks_.push_back({&line, {}});
      if (line.wide_id != 0) wide_id_in_ = line.wide_id;
    }
    if (line.use != SdpLine::Use::kSlot) continue;
    SubscriptionFormat format;
    format.kind = line.kind;
    format.ssrc = line.ssrc;
    format.payload_type = line.codec.payload_type;
    format.mid_id = line.mid_id;
    format.mid = line.mid;
    format.rtx_ssrc = line.rtx_ssrc;
    format.rtx_payload_type = line.rtx_payload_type;
    format.red_payload_type = line.red_payload_type;
    format.wide_id = line.wide_id;
    wide_numbers_ = wide_numbers_ || line.wide_id != 0;
    auto subscription =
        std::make_unique<Subscription>(format, std::uint16_t(random_u32()), random_u32());
    subscription->peer = this;
    subscription->slot = line.slot;
    subscription_of_ssrc_[line.ssrc] = subscription.get();
    slots_[line.slot].subscription = std::move(subscription);
  }
}

Peer::~Peer() = default;

UtcTime Peer::last_packet() const {
  // Counted back from the present wall time, which the office's machine may have corrected since.
  const auto ago = std::chrono::duration_cast<std::chrono::system_clock::duration>(
      std::chrono::steady_clock::now() - last_heard_);
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now() - ago);
}

void Peer::restart(Credentials ours, std::string remote_ufrag, std::string remote_password) {
  // At most one restart is pending: a second one replaces it.
  if (credentials_.size() > 1) credentials_.pop_back();
  credentials_.push_back(std::move(ours));
  session_.remote_ufrag = std::move(remote_ufrag);
  session_.remote_password = std::move(remote_password);
}

bool Peer::on_stun(std::span<const std::uint8_t> packet, const StunMessage& message,
                   const Path& path, Instant now) {
  const auto mine =
      std::find_if(credentials_.begin(), credentials_.end(), [&message](const Credentials& c) {
        return message.username.substr(0, message.username.find(':')) == c.ufrag;
      });
  if (state_ == State::kClosed || mine == credentials_.end() ||
      !check_integrity(packet, message, mine->password))
    return false;
  const std::string password = mine->password;
  if (message.unknown_required != 0) {
    host_.port().send(write_binding_error(message, 420, "Unknown Attribute", password), path);
    return true;
  }
  if (message.controlled) {  // the lite side is never controlling (RFC 8445 section 6.1.1)
    host_.port().send(write_binding_error(message, 487, "Role Conflict", password), path);
    return true;
  }
  if (mine + 1 == credentials_.end())
    credentials_.erase(credentials_.begin(), mine);  // a restart is in effect
  host_.port().send(write_binding_success(message, path.remote, password), path);
  last_check_ = now;
  heard(now, false);
  if (message.use_candidate || !path_ || !host_.port().is_open(*path_)) path_ = path;
  if (!dtls_) begin_handshake();
  return true;
}

void Peer::begin_handshake() {
  dtls_ = std::make_unique<DtlsSession>(identity_, session_.dtls_client, session_.fingerprint.value,
                                        [this](std::span<const std::uint8_t> datagram) {
                                          if (path_) host_.port().send(datagram, *path_);
                                        });
  if (session_.dtls_client) dtls_->start();
}

void Peer::on_dtls(std::span<const std::uint8_t> packet, Instant now) {
  if (!dtls_ || state_ == State::kClosed) return;
  // No heard(): what looks like DTLS may come from anybody who forges the address.
  dtls_->feed(packet);
  if (dtls_->take_perhaps_closed()) perhaps_closed_ = now;
  drive_dtls(now);
}

// A goodbye that cannot be read any more is one if silence follows it.
void Peer::judge_goodbye(Instant now) {
  if (perhaps_closed_ == Instant{}) return;
  if (last_heard_ - perhaps_closed_ > kOvertaken)
    perhaps_closed_ = {};
  else if (now - perhaps_closed_ > kDoubt)
    fail("closed by the other side");
}

void Peer::drive_dtls(Instant now) {
  switch (dtls_->state()) {
    case DtlsSession::State::kHandshake:
      return;
    case DtlsSession::State::kConnected:
      if (state_ == State::kWaiting) become_connected(now);
      return;
    case DtlsSession::State::kClosed:
      return fail("closed by the other side");
    case DtlsSession::State::kFailed:
      return fail("DTLS: " + dtls_->failure());
  }
}

void Peer::become_connected(Instant now) {
  srtp_ = std::make_unique<SrtpSession>(dtls_->keys());
  state_ = State::kConnected;
  connected_ = now;
  next_report_ = now + std::chrono::milliseconds(200 + random_u32() % 800);
  host_.connected(*this);
  announce_sources();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].wanted) show(i, slots_[i].wanted);
}

// From now on its packets are those of the sources it publishes.
void Peer::announce_sources() {
  for (const Uplink& uplink : uplinks_) {
    Source* source = host_.find_source(uplink.line->source);
    if (source == nullptr || source->publisher == id()) continue;
    source->publisher = id();
    source->told = 0;
    source->set_layer_count(uplink.line->rids.size());
    for (const auto& layer : source->layers()) {
      const auto& stream = uplink.streams[layer->index()];
      layer->publisher_ssrc = stream ? stream->ssrc() : 0;
    }
  }
}

void Peer::source_added(Source& source) {
  if (state_ != State::kConnected) return;
  announce_sources();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].wanted == source.id()) show(i, slots_[i].wanted);
}

void Peer::tick(Instant now) {
  if (state_ == State::kClosed) return;
  if (dtls_ && state_ == State::kWaiting) {
    dtls_->tick();
    drive_dtls(now);
  }
  if (now - last_check_ > host_.config().consent)
    return fail(state_ == State::kWaiting ? "no connection came about" : "no consent");
  if (state_ == State::kWaiting) {
    if (now - created_ > host_.config().consent) fail("no connection came about");
    return;
  }
  if (!dtls_->is_settled() && last_media_ != Instant{} &&
      now - connected_ > host_.config().settle)
    dtls_->settle();
  judge_goodbye(now);
  const bool sent_media = last_heard_ - last_media_ < std::chrono::seconds(2);
  if (!lost_ &&
      now - last_heard_ > (sent_media ? host_.config().silence : host_.config().quiet_silence)) {
    lost_ = true;
    host_.lost(*this);
  }
  if (gaps_) send_nacks(now);
  order_layers();
  if (now >= next_report_) send_reports(now);
  if (voices_ && now >= voices_->next) choose_voices(now);
  if (wide_in_.due(now)) send_transport_feedback(now);
  if (now >= next_choice_) choose_layers(now);
  if (wide_numbers_) probe(now);
  for (const Slot& slot : slots_)
    if (slot.subscription)
      if (SourceLayer* awaited = slot.subscription->awaited()) host_.request_keyframe(*awaited);
}

void Peer::fail(const std::string& why) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  host_.failed(*this, why);
}

void Peer::say_goodbye() {
  if (state_ == State::kConnected) {
    Bye bye;
    for (const auto& [ssrc, subscription] : subscription_of_ssrc_)
      if (subscription->packets > 0) bye.ssrcs.push_back(ssrc);
    auto compound = feedback_start();
    if (!bye.ssrcs.empty()) append_rtcp(compound, bye);
    send_rtcp(compound);
  }
  if (dtls_) dtls_->close();
  state_ = State::kClosed;
}

void Peer::heard(Instant now, bool media) {
  last_heard_ = now;
  if (media) last_media_ = now;
  if (std::exchange(lost_, false)) host_.back(*this);
}

}  // namespace huiban::rtc
