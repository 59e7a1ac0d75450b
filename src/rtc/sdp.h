#pragma once
// SDP offers read (RFC 8866), held against a peer's plan, and answered in the shape of RFC 9429:
// one bundled transport, rtcp-mux, ice-lite, VP8 and Opus. Also the ICE restart fragment of RFC
// 8840 and RFC 9725. Pure functions on text; any thread.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "rtc/transport.h"

namespace huiban::rtc {

enum class SdpDirection { kSendRecv, kSendOnly, kRecvOnly, kInactive };

struct SdpCodec {
  std::uint8_t payload_type = 0;
  std::string name;  // as written: VP8, opus
  int clock_rate = 0, channels = 1;
  std::string fmtp;
  std::vector<std::string> feedback;  // "nack", "nack pli", "ccm fir", "goog-remb"
};
struct SdpExtension {
  std::uint8_t id = 0;
  SdpDirection direction = SdpDirection::kSendRecv;
  std::string uri;
};
struct SdpFingerprint {
  std::string algorithm;  // lower case
  std::string value;      // upper case with colons
};

struct SdpMedia {
  std::string type, protocol, formats;  // audio, UDP/TLS/RTP/SAVPF, "111 63 9"
  int port = 0;
  std::string mid, ufrag, password, setup;
  std::optional<SdpFingerprint> fingerprint;  // of the media section itself or of the session
  SdpDirection direction = SdpDirection::kSendRecv;
  bool rtcp_mux = false, rtcp_rsize = false, bundle_only = false, bundled = false;
  std::vector<SdpCodec> codecs;
  std::vector<SdpExtension> extensions;
  std::vector<std::uint32_t> ssrcs;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> repairs;  // a=ssrc-group:FID, primary first
  std::vector<std::string> send_rids;                            // a=rid of direction send
  std::vector<std::string> simulcast;  // a=simulcast:send in order, first alternatives
};
struct SdpOffer {
  std::vector<SdpMedia> media;
  bool ice_lite = false;
};

// What becomes of one m-line of the offer.
struct SdpLine {
  enum class Use { kRefused, kInactive, kPublish, kSlot };
  Use use = Use::kRefused;
  MediaKind kind = MediaKind::kAudio;
  std::string mid;
  SourceId source{};                            // kPublish
  std::size_t slot = 0;                         // kSlot
  SdpCodec codec;                               // feedback: what both sides can do
  std::uint8_t rtx_payload_type = 0;            // RFC 4588; 0: not in use
  std::uint8_t red_payload_type = 0;            // RFC 2198, kSlot of sound; 0: not in use
  std::uint8_t mid_id = 0, audio_level_id = 0;  // header extension ids, 0: not in use
  std::uint8_t wide_id = 0, rid_id = 0, repaired_rid_id = 0;
  std::vector<std::string> rids;  // kPublish: the encodings it may send (RFC 8853), as offered
  std::uint32_t ssrc = 0, rtx_ssrc = 0;     // kSlot: ours, set by the caller before write_answer
  std::vector<std::uint32_t> remote_ssrcs;  // kPublish: as announced, may be empty
  std::vector<std::pair<std::uint32_t, std::uint32_t>> remote_repairs;  // primary, RTX
};
struct SdpSession {
  std::string remote_ufrag, remote_password;
  SdpFingerprint fingerprint;  // sha-256
  bool dtls_client = false;    // the offerer insists on being the DTLS server (RFC 8842)
  std::vector<SdpLine> lines;  // one per m-line of the offer
};

// Our side of the transport, the same in every answer section.
struct SdpTransport {
  std::string ufrag, password;
  std::string fingerprint;             // SHA-256 of our certificate, upper case with colons
  std::vector<std::string> addresses;  // IPv4 or IPv6, one host candidate each
  std::uint16_t port = 0;
  std::string cname;
  std::uint64_t session_id = 1;
  bool tcp = false;  // a passive TCP candidate on the same port for each address
};

// Malformed: not SDP. Names the line.
Result<SdpOffer> parse_offer(std::string_view sdp);

// Invalid: readable and not to be answered: no sha-256 fingerprint, no ICE credentials, ice-lite on
// both sides, no rtcp-mux, no BUNDLE over several m-lines, a wanted m-line without VP8 or Opus.
Result<SdpSession> negotiate(const SdpOffer& offer, const PeerPlan& plan,
                             const MediaMeasures& measures = {});

std::string write_answer(const SdpOffer& offer, const SdpSession& session, const PeerPlan& plan,
                         const SdpTransport& ours);

struct SdpFragment {
  std::string ufrag, password;
  std::string media = "audio", mid;  // of the first m-line, for the reply
  std::string protocol = "UDP/TLS/RTP/SAVPF";
};
// application/trickle-ice-sdpfrag. Malformed without credentials.
Result<SdpFragment> parse_fragment(std::string_view text);
std::string write_fragment(const SdpFragment& request, const SdpTransport& ours);

// The a=candidate lines for every address, UDP before TCP, each ended by CRLF, and
// a=end-of-candidates.
std::string write_candidates(const SdpTransport& ours);

}  // namespace huiban::rtc
