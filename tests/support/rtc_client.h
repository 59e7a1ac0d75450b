#pragma once
// A light WebRTC client for tests and the bench: the controlling side of ICE, DTLS client, SRTP
// both ways on one real socket, UDP or TCP. Has no thread: whoever owns it calls pump(), or
// on_readable() and tick() from its own poll loop.
#include <netinet/in.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rtc/address.h"
#include "rtc/dtls.h"
#include "rtc/rfc4571.h"
#include "rtc/rtcp.h"
#include "rtc/rtp.h"
#include "rtc/srtp.h"
#include "rtc/transport.h"

namespace huiban::test {

struct RtcLine {
  rtc::MediaKind kind = rtc::MediaKind::kVideo;
  bool sends = false;
  std::uint32_t ssrc = 0;  // sends: ours; otherwise the server's, from the answer
  bool simulcast = false;  // sends: three encodings are offered, with SSRCs from ssrc upwards
  std::uint32_t repair_ssrc = 0;  // of the server's repairs by RTX, 0: none
};

class RtcClient {
 public:
  using Bytes = std::vector<std::uint8_t>;
  static constexpr std::uint8_t kAudioType = 111, kVideoType = 96, kRtxType = 97;
  static constexpr std::uint8_t kLevelId = 1, kWideId = 3, kMidId = 4, kRidId = 10;

  // The identity outlives the client; one serves many. bind_address: ours, 127.0.0.1 by default.
  RtcClient(const rtc::DtlsIdentity& identity, std::vector<RtcLine> lines,
            const std::string& bind_address = "127.0.0.1");
  ~RtcClient();
  RtcClient(const RtcClient&) = delete;
  RtcClient& operator=(const RtcClient&) = delete;

  std::string offer() const;
  // Takes candidate, credentials, fingerprint and SSRCs from the answer and starts checking. False:
  // unusable.
  bool accept(const std::string& answer);
  // The other way round: the answer to an offer of audio and video to receive, as an ice-lite side
  // that only answers checks (bench against other servers). bind_address must not be the wildcard.
  std::string answer(const std::string& offer);
  std::string restart_fragment();                    // new credentials of ours
  bool accept_restart(const std::string& fragment);  // checks go on with the server's new ones
  void move();  // another port, as after a change of network; over TCP a new connection

  int fd() const { return fd_; }
  void on_readable();  // reads until the socket is empty
  void tick();         // checks, handshake timers; every 10 to 50 ms
  bool is_connected() const { return srtp_ != nullptr; }
  const std::string& failure() const { return failure_; }  // of DTLS
  bool is_closed() const;                                  // DTLS closed by the server
  // Polls until the condition holds; false after the deadline.
  bool pump(const std::function<bool()>& until,
            std::chrono::milliseconds deadline = std::chrono::seconds(5));

  // Adds the SRTP seal; the packet is a whole RTP packet with the line's SSRC. With MID and level
  // where given.
  void send_rtp(Bytes packet);
  void send_rtcp(Bytes compound);
  void send_raw(std::span<const std::uint8_t> datagram);
  // A packet for a line: payload behind a header with MID (and for sound a level).
  Bytes make_rtp(std::size_t line, std::uint16_t sequence, std::uint32_t timestamp, bool marker,
                 std::span<const std::uint8_t> payload, int level_dbov = -30,
                 std::size_t encoding = 0) const;

  std::vector<RtcLine> lines;
  bool over_tcp = false;         // before accept() or move()
  bool is_cut = false;           // the server closed the TCP connection
  bool nominates = true;         // checks carry USE-CANDIDATE
  bool answers_checks = true;    // false: no further checks are sent (a dead client)
  bool keeps_packets = true;     // false: RTP is only counted, and not decrypted (bench)
  bool offers_measures = false;  // RTX and transport-wide numbers, as browsers offer them
  bool keeps_reports = false;    // true: RTCP is kept all the same
  std::chrono::milliseconds check_interval{1000};  // between checks once connected
  struct Packet {
    Bytes clear, sealed;
  };
  std::map<std::uint32_t, std::vector<Packet>> received;  // by SSRC
  std::map<std::uint32_t, std::uint64_t> counted;         // packets by SSRC, always
  std::map<std::uint32_t, std::int64_t> highest;  // extended sequence number by SSRC, always
  struct Begun {
    std::int64_t sequence;
    std::chrono::steady_clock::time_point at;
  };
  std::map<std::uint32_t, Begun> begun;                  // the first packet by SSRC, always
  std::vector<rtc::RtcpItem> reports;                    // RTCP in order of arrival
  std::function<bool(const rtc::RtpHeader&)> loses;      // true: this packet is lost on the way
  std::function<void(const rtc::RtpHeader&)> on_header;  // of every packet
  // Where set, each packet not seen before is decrypted for it: header and payload.
  std::function<void(const rtc::RtpHeader&, std::span<const std::uint8_t>)> on_clear;
  std::uint64_t checks_answered = 0, checks_refused = 0;
  std::optional<std::chrono::steady_clock::time_point> first_packet;

 private:
  void open();
  void open_tcp();
  void read_tcp();
  void on_packet(std::span<std::uint8_t> packet);
  void answer_check(std::span<const std::uint8_t> packet, const sockaddr_in& from);
  void begin_handshake();
  void send_check(std::chrono::steady_clock::time_point now);

  const rtc::DtlsIdentity& identity_;
  const std::string bind_address_;
  int fd_ = -1;
  bool answers_ = false;  // the other side offered and is the controlling one
  std::optional<rtc::Address> server_;
  rtc::FrameReader reader_;
  Bytes unsent_;  // TCP
  std::string ufrag_, password_, remote_ufrag_, remote_password_, remote_fingerprint_, failure_;
  std::unique_ptr<rtc::DtlsSession> dtls_;
  std::unique_ptr<rtc::SrtpSession> srtp_;
  std::chrono::steady_clock::time_point next_check_{};
};

}  // namespace huiban::test
