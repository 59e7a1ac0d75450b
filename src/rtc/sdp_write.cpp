#include "rtc/sdp.h"

#include <algorithm>

namespace huiban::rtc {
namespace {

class Writer {
 public:
  template <class... Part>
  void line(const Part&... parts) {
    ((text_ += parts), ...);
    text_ += "\r\n";
  }
  std::string take() { return std::move(text_); }
  std::string text_;
};

std::string opus_parameters() {
  // Mono 20 ms speech; FEC and DTX as media profile, 32 kbit/s is transparent for it.
  return "minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=32000";
}

void write_transport(Writer& out, const SdpSession& session, const SdpTransport& ours) {
  out.line("a=ice-ufrag:", ours.ufrag);
  out.line("a=ice-pwd:", ours.password);
  out.line("a=fingerprint:sha-256 ", ours.fingerprint);
  out.line("a=setup:", session.dtls_client ? "active" : "passive");
}

void write_rtp(Writer& out, const SdpMedia& offered, const SdpLine& line) {
  const std::string type = std::to_string(line.codec.payload_type);
  out.line("a=rtcp-mux");
  if (offered.rtcp_rsize) out.line("a=rtcp-rsize");
  if (line.audio_level_id != 0)
    out.line("a=extmap:", std::to_string(line.audio_level_id),
             " urn:ietf:params:rtp-hdrext:ssrc-audio-level");
  const auto extension = [&out](std::uint8_t id, const char* uri) {
    if (id != 0) out.line("a=extmap:", std::to_string(id), " ", uri);
  };
  extension(line.mid_id, "urn:ietf:params:rtp-hdrext:sdes:mid");
  extension(line.wide_id,
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01");
  if (!line.rids.empty()) {
    extension(line.rid_id, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id");
    extension(line.repaired_rid_id, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id");
  }
  if (line.kind == MediaKind::kAudio) {
    out.line("a=rtpmap:", type, " opus/48000/2");
    out.line("a=fmtp:", type, " ", opus_parameters());
    if (line.red_payload_type != 0) {
      const std::string red = std::to_string(line.red_payload_type);
      out.line("a=rtpmap:", red, " red/48000/2");
      out.line("a=fmtp:", red, " ", type, "/", type);
    }
  } else {
    out.line("a=rtpmap:", type, " VP8/90000");
  }
  for (const std::string& feedback : line.codec.feedback)
    out.line("a=rtcp-fb:", type, " ", feedback);
  if (line.rtx_payload_type != 0) {
    const std::string rtx = std::to_string(line.rtx_payload_type);
    out.line("a=rtpmap:", rtx, " rtx/90000");
    out.line("a=fmtp:", rtx, " apt=", type);
  }
  if (line.rids.empty()) return;
  std::string list;
  for (const std::string& rid : line.rids) {
    out.line("a=rid:", rid, " recv");
    list += (list.empty() ? "" : ";") + rid;
  }
  out.line("a=simulcast:recv ", list);
}

void write_slot(Writer& out, const SdpLine& line, const SlotPlan& slot, const SdpTransport& ours) {
  const std::string ssrc = std::to_string(line.ssrc), rtx = std::to_string(line.rtx_ssrc);
  if (line.rtx_payload_type != 0) out.line("a=ssrc-group:FID ", ssrc, " ", rtx);
  out.line("a=msid:", slot.msid.empty() ? slot.name : slot.msid, " ", slot.name);
  out.line("a=ssrc:", ssrc, " cname:", ours.cname);
  out.line("a=ssrc:", ssrc, " msid:", slot.msid.empty() ? slot.name : slot.msid, " ", slot.name);
  if (line.rtx_payload_type == 0) return;
  out.line("a=ssrc:", rtx, " cname:", ours.cname);
  out.line("a=ssrc:", rtx, " msid:", slot.msid.empty() ? slot.name : slot.msid, " ", slot.name);
}

void write_refused(Writer& out, const SdpMedia& offered) {
  out.line("m=", offered.type, " 0 ", offered.protocol, " ",
           offered.formats.substr(0, offered.formats.find(' ')));
  out.line("c=IN IP4 0.0.0.0");
  if (!offered.mid.empty()) out.line("a=mid:", offered.mid);
  if (offered.type != "application") out.line("a=inactive");
}

}  // namespace

std::string write_candidates(const SdpTransport& ours) {
  Writer out;
  unsigned preference = 65535;
  for (const std::string& address : ours.addresses) {
    // RFC 8445 section 5.1.2.1: host type 126, component 1.
    const unsigned priority = 126u << 24 | preference << 8 | 255u;
    out.line("a=candidate:", std::to_string(65536 - preference), " 1 udp ",
             std::to_string(priority), " ", address, " ", std::to_string(ours.port), " typ host");
    if (preference > 1) --preference;
  }
  unsigned index = 0;
  for (const std::string& address : ours.addresses) {
    if (!ours.tcp) break;
    // RFC 6544 section 4.2: direction preference 4 for passive, so that TCP stands behind UDP.
    const unsigned local = 4u << 13 | (8191u - std::min(index, 8191u));
    const unsigned priority = 126u << 24 | local << 8 | 255u;
    out.line("a=candidate:", std::to_string(ours.addresses.size() + ++index), " 1 tcp ",
             std::to_string(priority), " ", address, " ", std::to_string(ours.port),
             " typ host tcptype passive");
  }
  out.line("a=end-of-candidates");
  return out.take();
}

std::string write_answer(const SdpOffer& offer, const SdpSession& session, const PeerPlan& plan,
                         const SdpTransport& ours) {
  Writer out;
  out.line("v=0");
  out.line("o=huiban ", std::to_string(ours.session_id), " 1 IN IP4 0.0.0.0");
  out.line("s=-");
  out.line("t=0 0");
  out.line("a=ice-lite");
  std::string group;
  for (std::size_t i = 0; i < session.lines.size(); ++i)
    if (session.lines[i].use != SdpLine::Use::kRefused && offer.media[i].bundled)
      group += " " + offer.media[i].mid;
  if (!group.empty()) out.line("a=group:BUNDLE", group);
  out.line("a=msid-semantic: WMS *");
  bool first = true;
  for (std::size_t i = 0; i < session.lines.size(); ++i) {
    const SdpMedia& offered = offer.media[i];
    const SdpLine& line = session.lines[i];
    if (line.use == SdpLine::Use::kRefused) {
      write_refused(out, offered);
      continue;
    }
    out.line("m=", offered.type, " ", std::to_string(first ? ours.port : 9), " ", offered.protocol,
             " ", std::to_string(line.codec.payload_type),
             line.rtx_payload_type != 0 ? " " + std::to_string(line.rtx_payload_type) : "",
             line.red_payload_type != 0 ? " " + std::to_string(line.red_payload_type) : "");
    const bool v6 =
        first && !ours.addresses.empty() && ours.addresses.front().find(':') != std::string::npos;
    out.line("c=IN ", v6 ? "IP6 " : "IP4 ",
             first && !ours.addresses.empty() ? ours.addresses.front() : std::string("0.0.0.0"));
    if (first) out.text_ += write_candidates(ours);
    first = false;
    write_transport(out, session, ours);
    if (!offered.mid.empty()) out.line("a=mid:", offered.mid);
    out.line(line.use == SdpLine::Use::kPublish ? "a=recvonly"
             : line.use == SdpLine::Use::kSlot  ? "a=sendonly"
                                                : "a=inactive");
    write_rtp(out, offered, line);
    if (line.use == SdpLine::Use::kSlot) write_slot(out, line, plan.slots[line.slot], ours);
  }
  return out.take();
}

std::string write_fragment(const SdpFragment& request, const SdpTransport& ours) {
  Writer out;
  out.line("a=ice-lite");
  if (!request.mid.empty()) out.line("a=group:BUNDLE ", request.mid);
  out.line("m=", request.media, " 9 ", request.protocol, " 0");
  out.line("a=mid:", request.mid.empty() ? std::string("0") : request.mid);
  out.line("a=ice-ufrag:", ours.ufrag);
  out.line("a=ice-pwd:", ours.password);
  out.text_ += write_candidates(ours);
  return out.take();
}

}  // namespace huiban::rtc
