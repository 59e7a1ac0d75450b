#pragma once
// One connection: the lite side of ICE (RFC 8445 section 2.5), DTLS, SRTP both ways, the streams it
// sends us and the slots it receives. Net thread only; owned by the transport, which outlives it.
//
// States: waiting (no keys) -> connected -> closed. Connected has a silent side: nothing for 4 s is
// lost, the next packet is back; 30 s without an authenticated check close it (RFC 7675).
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rtc/address.h"
#include "rtc/downlink_estimator.h"
#include "rtc/dtls.h"
#include "rtc/layer_allocation.h"
#include "rtc/loudest.h"
#include "rtc/pacer.h"
#include "rtc/packet_port.h"
#include "rtc/receive_stream.h"
#include "rtc/red.h"
#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/sdp.h"
#include "rtc/source.h"
#include "rtc/srtp.h"
#include "rtc/stun.h"
#include "rtc/subscription.h"
#include "rtc/twcc.h"

namespace huiban::rtc {

class Peer;

// What a peer needs from the transport.
class PeerHost {
 public:
  virtual ~PeerHost() = default;
  virtual PacketPort& port() = 0;
  virtual const TransportConfig& config() const = 0;
  virtual Source* find_source(SourceId id) = 0;
  virtual void received(Peer& peer, SourceLayer& layer, RtpView packet) = 0;  // in the clear
  virtual void request_keyframe(SourceLayer& layer) = 0;
  virtual void connected(Peer& peer) = 0;
  virtual void lost(Peer& peer) = 0;
  virtual void back(Peer& peer) = 0;
  virtual void gaps(Peer& peer) = 0;       // send_nacks() is wanted at the end of this turn
  virtual void unsettled(Peer& peer) = 0;  // choose_layers() is wanted at the end of this turn
  virtual void failed(
      Peer& peer, const std::string& why) = 0;  // the peer is to be removed; not within the call
  virtual void shown(Peer& peer, std::size_t slot, std::optional<SourceId> source) = 0;
  virtual void rung_changed(Peer& peer, Rung rung) = 0;
  virtual void waiting(Peer& peer) = 0;  // drain() is wanted every few milliseconds until false
  // Room for one decision about layers, the same for all peers.
  std::vector<SlotDemand> demands;
  std::vector<SlotChoice> choices;
  std::vector<TwccResult> results;
  std::vector<Speaker> speakers;
};

class Peer {
 public:
  struct Credentials {
    std::string ufrag, password;
  };

  Peer(PeerHost& host, PeerPlan plan, SdpSession session, Credentials ours,
       const DtlsIdentity& identity, Instant now);
  ~Peer();

  PeerId id() const { return plan_.peer; }
  const PeerPlan& plan() const { return plan_; }
  const SdpSession& session() const { return session_; }
  bool is_connected() const { return state_ == State::kConnected; }
  UtcTime last_packet() const;

  // ICE restart: both old and new credentials hold until a check comes with the new ones.
  void restart(Credentials ours, std::string remote_ufrag, std::string remote_password);
  const std::vector<Credentials>& credentials() const { return credentials_; }

  // Packets of this peer, sorted by the first byte. A check is authenticated here; false: wrong
  // password.
  bool on_stun(std::span<const std::uint8_t> packet, const StunMessage& message, const Path& path,
               Instant now);
  void on_dtls(std::span<const std::uint8_t> packet, Instant now);
  // Decrypted in place. arrived: when the kernel got it, for what is reported about the line.
  void on_rtp(std::span<std::uint8_t> packet, Instant now, Instant arrived);
  void on_rtcp(std::span<std::uint8_t> packet, Instant now);

  void show(std::size_t slot, std::optional<SourceId> source);
  // Of these sources the loudest, one in each of these slots, from now on.
  void show_loudest(std::vector<std::size_t> slots, std::vector<SourceId> candidates, Instant now);
  void source_added(Source& source);
  void forget(Source& source);  // it is about to go
  // One packet to one slot; returns the bytes put into the send batch.
  std::size_t send(Subscription& subscription, SourceLayer& layer, const StoredPacket& packet,
                   Instant now);
  // send() is near: what it needs is fetched from memory meanwhile.
  void prefetch() const;
  Subscription* slot_of(std::uint32_t ssrc);
  void limit(Rung ceiling);
  void choose_voices(Instant now);
  void choose_layers(Instant now);  // which layer each slot shows
  void unsettle();                  // they are to be chosen at the end of this turn
  void drop_waiting();
  bool drain(Instant now);  // what had to wait for its line; false: nothing waits any more

  void send_pli(std::uint32_t ssrc);
  void send_nacks(Instant now);
  void tick(Instant now);  // every few tens of milliseconds
  void say_goodbye();      // BYE and a DTLS close

  PeerStats stats(Instant now) const;

 private:
  enum class State { kWaiting, kConnected, kClosed };
  struct Uplink {  // an m-line it sends on
    const SdpLine* line;
    std::array<std::optional<ReceiveStream>, kMaxLayers> streams{};  // by layer
    std::array<Layer, kMaxLayers> layer_of_rid{0, 1, 2};             // in the order of the offer
  };
  struct UplinkStream {  // an SSRC it sends with; stream: by layer, of the packets it repairs if
                         // rtx
    std::uint32_t ssrc;
    Uplink* uplink;
    Layer layer;
    bool rtx;
  };
  struct Voices {
    std::vector<std::size_t> slots;
    std::vector<SourceId> candidates;
    Loudest loudest;
    Instant next{};
  };
  struct Slot {
    std::unique_ptr<Subscription> subscription;  // null: no m-line has this slot
    std::optional<SourceId> wanted;
    Instant refreshed{}, refresh_from{};  // a picture that broke: the last time, and the next
    Milliseconds refresh_pause{0};
  };

  void heard(Instant now, bool media);
  void fail(const std::string& why);
  void judge_goodbye(Instant now);
  void begin_handshake();
  void drive_dtls(Instant now);
  void become_connected(Instant now);
  const UplinkStream* uplink_for(const RtpHeader& header);
  const UplinkStream* learn_uplink(const RtpHeader& header);
  void announce_sources();
  void order_layers();
  void swap_layers(Uplink& uplink, Source& source, Layer a, Layer b);
  std::optional<SourceLayer::Run> run_for(const SourceLayer& layer, Instant now) const;
  bool start_at_keyframe(Subscription& subscription, SourceLayer& layer, Instant now);
  void refresh(Subscription& subscription, Instant now);
  SlotDemand demand_of(const Slot& slot, const SlotPlan& plan, Instant now) const;
  void follow(Slot& slot, std::size_t index, const SlotChoice& choice, Instant now);
  std::uint32_t budget_kbps() const;
  void show_layer(Subscription& subscription, SourceLayer* layer, Instant now);
  void seal_and_commit(std::uint8_t* out, const Rewritten& packet, std::size_t slot, bool paced,
                       Instant now);
  void restart_dropped();
  void choose_redundancy(Instant now);
  void probe(Instant now);
  void send_transport_feedback(Instant now);
  void handle(const TransportFeedback& feedback, Instant now);
  void handle(const SenderReport& report, Instant now);
  void handle(const ReportBlock& block, Instant now);
  void on_fall(Instant now);
  void handle(const Nack& nack, Instant now);
  void wants_keyframe(std::uint32_t ssrc, Instant now);
  void send_reports(Instant now);
  void send_rtcp(std::vector<std::uint8_t>& compound);
  std::vector<std::uint8_t> feedback_start() const;

  PeerHost& host_;
  const PeerPlan plan_;
  SdpSession session_;
  const DtlsIdentity& identity_;
  std::vector<Credentials> credentials_;  // ours, newest last
  State state_ = State::kWaiting;
  std::unique_ptr<DtlsSession> dtls_;
  std::unique_ptr<SrtpSession> srtp_;
  std::optional<Path> path_;
  const Instant created_;
  Instant connected_{}, last_check_, last_heard_, last_media_{}, perhaps_closed_{};
  bool lost_ = false, gaps_ = false, unsettled_ = false, waiting_ = false;
  bool fell_ = false;  // during a choice of layers: the line became much slower just now
  Rung ceiling_ = Rung::k720p, rung_ = Rung::k720p;
  LayerAllocator allocator_;
  TwccReceiver wide_in_;
  TwccSender wide_out_;
  std::uint8_t wide_id_in_ = 0;
  bool wide_numbers_ = false;  // what it receives carries them
  DownlinkEstimator estimator_;
  Pacer pacer_;
  Redundancy redundancy_;
  std::size_t probes_ = 0;
  std::vector<Uplink> uplinks_;
  std::vector<Slot> slots_;
  std::unique_ptr<Voices> voices_;            // made when somebody shall be chosen by loudness
  std::vector<UplinkStream> uplink_streams_;  // few: looked through from the front
  std::unordered_map<std::uint32_t, Subscription*> subscription_of_ssrc_;
  std::uint32_t own_ssrc_ = 0;  // of our feedback
  Instant next_report_{}, next_choice_{};
  std::optional<std::chrono::nanoseconds> clock_offset_;  // its NTP clock to ours
  PeerStats stats_;
};

}  // namespace huiban::rtc
