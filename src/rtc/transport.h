#pragma once
// Sound and picture between browsers and the server: ICE-lite, DTLS-SRTP, RTP/RTCP on one UDP port.
// One network thread owns the socket, all peers, keys and RTP state; async_x() may be called
// anywhere and only posts to it. Knows nothing of GStreamer, meetings or units. See docs/adr/0001.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"
#include "core/thread.h"

namespace huiban::rtc {

enum class MediaKind { kAudio, kVideo };  // Opus 48 kHz, VP8 90 kHz

// A stream that can be shown in slots: a venue's microphone, camera or share. It outlives its
// publisher's connection, so that a reload, a takeover or a restart continues for the receivers.
enum class SourceId : std::uint64_t {};

// The encodings of a simulcast picture (RFC 8853), from the smallest: 0 is 180p, 1 is 360p, 2 is
// 720p. A source without simulcast, and every sound, has layer 0 only.
using Layer = std::size_t;
inline constexpr Layer kMaxLayers = 3;

// What a receiver gets of pictures, best first (画质阶梯). kContentAndSound: no camera pictures.
enum class Rung { k720p, k360p, k180p, kContentAndSound, kSoundOnly };

// Who goes first where a line does not carry everything.
enum class Priority { kSound, kContent, kStage, kSecond, kWall };

// One RTP packet in the clear, header included; the bytes belong to the caller for the call only.
using RtpView = std::span<const std::uint8_t>;

// Where the packets of a source go before they are fanned out; media implements it with a GStreamer
// source element. Without one, packets go straight to forward().
class Ingress {
 public:
  virtual ~Ingress() = default;
  virtual void on_rtp(std::span<const RtpView> packets) = 0;  // net thread; must not block
};

// What a peer sends: m-lines of the offer in order per kind. An absent entry is refused (port 0).
struct PublishPlan {
  std::vector<SourceId> audio, video;
};
// What a peer receives: recvonly m-lines of the offer in order per kind get these slots.
struct SlotPlan {
  std::string name;  // stage_main, stage_second, content, sound_1 ..., wall_1 ...
  MediaKind kind = MediaKind::kVideo;
  std::string msid;  // slots with equal msid are played in sync (stage_main and sound_1)
  Priority priority = Priority::kStage;
  Layer max_layer = kMaxLayers - 1;  // what the place on the page is worth: 0 for a tile
};
struct PeerPlan {
  PeerId peer;
  PublishPlan publish;
  std::vector<SlotPlan> slots;
  std::uint32_t up_cap_kbps = 1500;  // what its cameras and share may send together (REMB): 720p25
  Rung ceiling = Rung::k720p;        // the best it may get
  std::uint32_t start_kbps = 0;      // what its line carried last time; 0: not known
};

struct PeerStats {
  PeerId peer;
  std::uint64_t packets_in = 0, packets_out = 0, bytes_in = 0, bytes_out = 0;
  std::uint64_t nacks_in = 0, repairs_out = 0, plis_in = 0;
  double loss_up = 0, loss_down = 0;  // 0...1, last report
  double rtt_ms = 0, jitter_ms = 0;
  Milliseconds since_last_packet{0};
  std::uint32_t estimate_kbps = 0;  // what its line is thought to carry downwards; 0: not measured
  Rung rung = Rung::k720p;          // what it gets at the moment
  bool tcp = false;                 // its line is a TCP connection
};
struct LayerStats {
  std::uint64_t packets = 0, bytes = 0, keyframes = 0;
  std::uint32_t kbps = 0;  // over the last second
  bool live = false;       // a packet within the last half second
  std::optional<Milliseconds> since_keyframe;
};
struct SourceStats {
  SourceId source;
  std::uint64_t packets = 0, bytes = 0, forwarded = 0, keyframes = 0;
  bool gate_open = false;
  int level_dbov = -127;  // RFC 6464
  std::vector<LayerStats> layers;
};
struct Stats {
  std::vector<PeerStats> peers;
  std::vector<SourceStats> sources;
  std::uint64_t unknown_packets = 0;
  std::uint64_t send_dropped =
      0;  // by a socket that stayed full, or to an address that cannot be reached
  std::size_t tcp_connections = 0;
};

// Called on the net thread; implementations only post.
class TransportObserver {
 public:
  virtual ~TransportObserver() = default;
  virtual void peer_connected(PeerId peer) = 0;                  // DTLS done, keys in use
  virtual void peer_lost(PeerId peer, UtcTime last_packet) = 0;  // nothing for 4 s: reconnecting
  virtual void peer_back(PeerId peer) = 0;
  virtual void peer_closed(PeerId peer, const std::string& why,
                           UtcTime last_packet) = 0;  // 30 s without consent, DTLS failure, close
  // The receiver now gets packets of source in this slot (for video: from a keyframe on).
  virtual void slot_shown(PeerId peer, std::size_t slot, std::optional<SourceId> source) = 0;
  // How many layers of the source, counted from the smallest, anybody is shown or will be shown
  // next: its publisher may switch off the others.
  virtual void layers_wanted(PeerId publisher, SourceId source, std::size_t count) = 0;
  virtual void rung_changed(PeerId peer, Rung rung) = 0;
};

// What mends lines; all on, but for runs that show the worth of each (docs/testing.md).
struct MediaMeasures {
  bool nack = true, rtx = true;
  bool red = true;        // redundant sound to receivers that lose packets
  bool estimator = true;  // transport-wide feedback, and the layers chosen by it
};

struct TransportConfig {
  std::uint16_t port = 7700;          // 0: any free port
  std::vector<std::string> announce;  // addresses of the candidates; empty: those of the interfaces
  std::string bind_address;           // empty: all, IPv4 and IPv6
  bool tcp = true;                    // ICE-TCP on the same number
  bool gso = true;  // packets of one size to one receiver go to the kernel together
  // Silence of a peer that was sending until it is reported lost, of one that only checks (2.5 to 6
  // s apart), and without an authenticated check until it is closed (RFC 7675).
  Milliseconds silence{4000}, quiet_silence{8000}, consent{30000};
  Milliseconds settle{10000};  // from connecting until a handshake is not repeated any more
  MediaMeasures measures;
};

class Transport {
 public:
  // Unavailable: the port is taken, for UDP or TCP; the message names it.
  static Result<std::unique_ptr<Transport>> create(TransportConfig config,
                                                   TransportObserver& observer);
  ~Transport();  // stops and joins the network thread

  std::uint16_t port() const;

  // done is called on the net thread; Malformed for an SDP that cannot be read, Invalid for one
  // that cannot be answered (no VP8 or Opus, no fingerprint, more m-lines than the plan has slots
  // are answered inactive).
  using AnswerDone = std::function<void(Result<std::string>)>;
  void async_answer(PeerPlan plan, std::string offer_sdp, AnswerDone done);
  void async_restart(PeerId peer, std::string sdpfrag, AnswerDone done);  // new ufrag and password
  void async_close(PeerId peer, std::function<void()> done = {});

  void async_add_source(SourceId source, MediaKind kind, bool gate_open);
  void async_set_ingress(SourceId source, Layer layer, std::shared_ptr<Ingress> ingress,
                         std::function<void()> done = {});
  void async_remove_source(SourceId source, std::function<void()> done = {});
  // done is called on the net thread once no further packet can leave; a closed gate drops before
  // fan-out.
  void async_set_gate(SourceId source, bool open, std::function<void()> done = {});
  void async_show(PeerId peer, std::size_t slot, std::optional<SourceId> source);
  // PLI to the publisher, at most one per layer in 500 ms.
  void async_request_keyframe(SourceId source, Layer layer);
  // The best the peer may get from now on (a pinned rung).
  void async_limit(PeerId peer, Rung ceiling);
  // A source that will be shown next: its layers stay on and its last keyframe is at most a second
  // old, so that a switch to it is seen at once.
  void async_preheat(SourceId source, bool on);
  // Of these sources the loudest that speak, one in each of these slots.
  void async_show_loudest(PeerId peer, std::vector<std::size_t> slots,
                          std::vector<SourceId> candidates);
  void async_stats(std::function<void(Stats)> done);

  // Net thread: fans packets of a source out to its subscribers. Called by the sink element (or
  // directly).
  void forward(SourceId source, Layer layer, std::span<const RtpView> packets);
  // Any thread: the same over a bounded queue (drops oldest when full), for sources that are not
  // peers.
  void async_forward(SourceId source, std::vector<std::vector<std::uint8_t>> packets);
  void async_run(std::function<void()> task);  // any thread: run on the net thread

 private:
  class Impl;
  explicit Transport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiban::rtc
