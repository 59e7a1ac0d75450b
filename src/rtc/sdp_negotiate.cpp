#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "rtc/sdp.h"

namespace huiban::rtc {
namespace {

constexpr const char* kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
constexpr const char* kAudioLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
constexpr const char* kRidUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
constexpr const char* kRepairedRidUri = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
constexpr const char* kWideUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

tl::unexpected<Error> invalid(const char* zh, const char* en) {
  return fail(ErrorCode::kInvalid, std::string("无法应答此会话描述（SDP）：") + zh,
              std::string("This session description (SDP) cannot be answered: ") + en);
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

const SdpCodec* find_codec(const SdpMedia& media, MediaKind kind) {
  for (const SdpCodec& codec : media.codecs)
    if (kind == MediaKind::kAudio ? same_name(codec.name, "opus") && codec.clock_rate == 48000
                                  : same_name(codec.name, "VP8") && codec.clock_rate == 90000)
      return &codec;
  return nullptr;
}

// Ids of the one-byte form only: that is what the send path writes.
std::uint8_t find_extension_id(const SdpMedia& media, std::string_view uri, bool they_send) {
  for (const SdpExtension& extension : media.extensions)
    if (extension.uri == uri && extension.id <= 14 &&
        (extension.direction == SdpDirection::kSendRecv ||
         extension.direction == (they_send ? SdpDirection::kSendOnly : SdpDirection::kRecvOnly)))
      return extension.id;
  return 0;
}

bool offers(const SdpCodec& codec, std::string_view feedback) {
  return std::find(codec.feedback.begin(), codec.feedback.end(), feedback) != codec.feedback.end();
}

// The payload type that repeats packets of this codec (RFC 4588 section 8.6), 0: none.
std::uint8_t find_rtx(const SdpMedia& media, const SdpCodec& codec) {
  const std::string apt = "apt=" + std::to_string(codec.payload_type);
  for (const SdpCodec& one : media.codecs)
    if (same_name(one.name, "rtx") && one.clock_rate == codec.clock_rate &&
        (one.fmtp == apt || one.fmtp.starts_with(apt + ";")))
      return one.payload_type;
  return 0;
}

// The payload type of redundant packets whose blocks are of this codec (RFC 2198), 0: none.
std::uint8_t find_red(const SdpMedia& media, const SdpCodec& codec) {
  const std::string blocks = std::to_string(codec.payload_type);
  for (const SdpCodec& one : media.codecs)
    if (same_name(one.name, "red") && one.clock_rate == codec.clock_rate &&
        one.channels == codec.channels && one.fmtp.starts_with(blocks + "/" + blocks))
      return one.payload_type;
  return 0;
}

// The encodings of a picture, as the offer lists them; our pages list the smallest first.
std::vector<std::string> find_rids(const SdpMedia& media) {
  std::vector<std::string> rids;
  for (const std::string& rid : media.simulcast)
    if (rids.size() < kMaxLayers &&
        std::find(media.send_rids.begin(), media.send_rids.end(), rid) != media.send_rids.end())
      rids.push_back(rid);
  return rids.size() > 1 ? rids : std::vector<std::string>();
}

void fill_rtp(SdpLine& line, const SdpMedia& media, const SdpCodec& codec,
              const MediaMeasures& measures) {
  const bool they_send = line.use == SdpLine::Use::kPublish;
  const bool video = line.kind == MediaKind::kVideo;
  line.codec = codec;
  line.codec.feedback.clear();
  if (video) {
    for (const char* ours : {"nack", "nack pli", "ccm fir", "goog-remb"})
      if (offers(codec, ours) && (measures.nack || std::string_view(ours) != "nack"))
        line.codec.feedback.emplace_back(ours);
    if (measures.nack && measures.rtx && offers(codec, "nack"))
      line.rtx_payload_type = find_rtx(media, codec);
  }
  if (!video && !they_send && measures.red) line.red_payload_type = find_red(media, codec);
  line.mid_id = find_extension_id(media, kMidUri, they_send);
  // Towards a receiver a number per transmission needs RTX (docs/transport.md, the nonce rule).
  const bool may_number = they_send || !video || line.rtx_payload_type != 0 || !measures.nack;
  if (measures.estimator && may_number && offers(codec, "transport-cc")) {
    line.wide_id = find_extension_id(media, kWideUri, they_send);
    if (line.wide_id != 0) line.codec.feedback.emplace_back("transport-cc");
  }
  if (!they_send) return;
  line.remote_ssrcs = media.ssrcs;
  line.remote_repairs = media.repairs;
  if (!video) {
    line.audio_level_id = find_extension_id(media, kAudioLevelUri, true);
    return;
  }
  line.rid_id = find_extension_id(media, kRidUri, true);
  line.repaired_rid_id = find_extension_id(media, kRepairedRidUri, true);
  if (line.rid_id != 0) line.rids = find_rids(media);
}

class Negotiation {
 public:
  Negotiation(const SdpOffer& offer, const PeerPlan& plan, const MediaMeasures& measures)
      : offer_(offer), plan_(plan), measures_(measures) {}

  Result<SdpSession> run() {
    if (offer_.ice_lite)
      return invalid("对方也是 ICE-lite，双方都不会发起检查", "both sides would be ICE-lite");
    for (const SdpMedia& media : offer_.media) {
      session_.lines.push_back(HUIBAN_TRY(line_for(media)));
      if (session_.lines.back().use == SdpLine::Use::kRefused) continue;
      HUIBAN_CHECK(check_transport(media));
    }
    if (!transport_)
      return invalid("没有可用的音频或视频行", "no audio or video line that could be used");
    return std::move(session_);
  }

 private:
  Result<SdpLine> line_for(const SdpMedia& media) {
    SdpLine line;
    line.mid = media.mid;
    const bool audio = media.type == "audio";
    if ((!audio && media.type != "video") || (media.port == 0 && !media.bundle_only)) return line;
    if (media.protocol.find("RTP/SAVP") == std::string::npos) return line;
    line.kind = audio ? MediaKind::kAudio : MediaKind::kVideo;
    const SdpCodec* codec = find_codec(media, line.kind);
    choose_use(line, media);
    const bool wanted = line.use == SdpLine::Use::kPublish || line.use == SdpLine::Use::kSlot;
    if (codec == nullptr) {
      if (wanted && audio) return invalid("音频没有 Opus 编码", "the sound is not offered in Opus");
      if (wanted) return invalid("视频没有 VP8 编码", "the picture is not offered in VP8");
      line.use = SdpLine::Use::kRefused;
      return line;
    }
    fill_rtp(line, media, *codec, measures_);
    return line;
  }

  void choose_use(SdpLine& line, const SdpMedia& media) {
    const bool audio = line.kind == MediaKind::kAudio;
    const auto& sources = audio ? plan_.publish.audio : plan_.publish.video;
    const bool sends = media.direction == SdpDirection::kSendOnly ||
                       (media.direction == SdpDirection::kSendRecv && !sources.empty());
    if (media.direction == SdpDirection::kInactive) {
      line.use = SdpLine::Use::kInactive;
    } else if (sends) {
      std::size_t& next = audio ? next_audio_ : next_video_;
      if (next >= sources.size()) return;  // refused
      line.use = SdpLine::Use::kPublish;
      line.source = sources[next++];
    } else {
      std::size_t& next = audio ? next_audio_slot_ : next_video_slot_;
      while (next < plan_.slots.size() && plan_.slots[next].kind != line.kind) ++next;
      line.use = next < plan_.slots.size() ? SdpLine::Use::kSlot : SdpLine::Use::kInactive;
      line.slot = next;
      ++next;
    }
  }

  // All sections share one transport; that of the first one in use counts.
  Result<void> check_transport(const SdpMedia& media) {
    if (!media.rtcp_mux) return invalid("没有 rtcp-mux", "no rtcp-mux");
    if (transport_) {
      if (!media.bundled || !first_bundled_)
        return invalid("多路媒体没有合并到一个传输（BUNDLE）",
                       "several media lines without BUNDLE");
      return {};
    }
    if (media.ufrag.empty() || media.password.empty())
      return invalid("没有 ICE 用户名和密码", "no ICE user name and password");
    if (!media.fingerprint) return invalid("没有证书指纹", "no certificate fingerprint");
    if (media.fingerprint->algorithm != "sha-256")
      return invalid("证书指纹不是 SHA-256", "the certificate fingerprint is not SHA-256");
    session_.remote_ufrag = media.ufrag;
    session_.remote_password = media.password;
    session_.fingerprint = *media.fingerprint;
    session_.dtls_client = media.setup == "passive";
    first_bundled_ = media.bundled;
    transport_ = true;
    return {};
  }

  const SdpOffer& offer_;
  const PeerPlan& plan_;
  const MediaMeasures& measures_;
  SdpSession session_;
  std::size_t next_audio_ = 0, next_video_ = 0, next_audio_slot_ = 0, next_video_slot_ = 0;
  bool transport_ = false, first_bundled_ = false;
};

}  // namespace

Result<SdpSession> negotiate(const SdpOffer& offer, const PeerPlan& plan,
                             const MediaMeasures& measures) {
  return Negotiation(offer, plan, measures).run();
}

}  // namespace huiban::rtc
