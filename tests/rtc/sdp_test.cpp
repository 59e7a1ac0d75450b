#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "rtc/sdp.h"

using namespace huiban;
using namespace huiban::rtc;

namespace {

std::string read(const std::string& name) {
  std::ifstream file(std::string(HUIBAN_SOURCE_DIR) + "/tests/rtc/sdp/" + name, std::ios::binary);
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

PeerPlan venue_plan() {
  PeerPlan plan;
  plan.publish.audio = {SourceId{1}};
  plan.publish.video = {SourceId{2}, SourceId{3}};
  plan.slots = {{"stage_main", MediaKind::kVideo, "stage"}, {"sound_1", MediaKind::kAudio, "stage"},
                {"stage_second", MediaKind::kVideo, ""},    {"content", MediaKind::kVideo, ""},
                {"sound_2", MediaKind::kAudio, ""},         {"sound_3", MediaKind::kAudio, ""},
                {"content_sound", MediaKind::kAudio, ""}};
  return plan;
}

const SdpTransport kOurs{
    "abcd", "0123456789abcdefghijklmn", "AA:BB", {"192.0.2.1", "2001:db8::1"}, 7700, "huiban", 42};

std::string answer(const std::string& offer_text, const PeerPlan& plan) {
  const auto offer = parse_offer(offer_text);
  REQUIRE(offer);
  auto session = negotiate(*offer, plan);
  if (!session) FAIL(session.error().en);
  std::uint32_t ssrc = 1000;
  for (SdpLine& line : session->lines)
    if (line.use == SdpLine::Use::kSlot) line.ssrc = ++ssrc, line.rtx_ssrc = ssrc + 1000;
  return write_answer(*offer, *session, plan, kOurs);
}

Error refusal(const std::string& offer_text, const PeerPlan& plan) {
  const auto offer = parse_offer(offer_text);
  if (!offer) return offer.error();
  const auto session = negotiate(*offer, plan);
  REQUIRE_FALSE(session);
  return session.error();
}

// The answer as a list of "kind direction mid", refused lines as "kind 0 mid".
std::string shape(const std::string& sdp) {
  std::string out;
  std::istringstream lines(sdp);
  std::string kind, mid, direction;
  const auto end = [&] {
    if (!kind.empty()) out += kind + " " + direction + " " + mid + "\n";
  };
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.rfind("m=", 0) == 0) {
      end();
      kind = line.substr(2, line.find(' ') - 2);
      direction = line.find(" 0 ") != std::string::npos ? "refused" : "";
    }
    if (line.rfind("a=mid:", 0) == 0) mid = line.substr(6);
    for (const char* d : {"sendonly", "recvonly", "inactive", "sendrecv"})
      if (line == std::string("a=") + d && direction != "refused") direction = d;
  }
  end();
  return out;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

}  // namespace

TEST_CASE("Chromium's venue offer: three lines sent, seven slots received") {
  const std::string sdp = answer(read("chromium-venue.sdp"), venue_plan());
  CHECK(shape(sdp) ==
        "audio recvonly 0\nvideo recvonly 1\nvideo recvonly 2\n"
        "video sendonly 3\nvideo sendonly 4\nvideo sendonly 5\n"
        "audio sendonly 6\naudio sendonly 7\naudio sendonly 8\naudio sendonly 9\n");
  CHECK(has(sdp, "a=group:BUNDLE 0 1 2 3 4 5 6 7 8 9\r\n"));
  CHECK(has(sdp, "a=ice-lite\r\n"));
  CHECK(has(sdp, "a=setup:passive\r\n"));
  CHECK(has(sdp, "a=candidate:1 1 udp 2130706431 192.0.2.1 7700 typ host\r\n"));
  CHECK(has(sdp, "a=candidate:2 1 udp 2130706175 2001:db8::1 7700 typ host\r\n"));
  CHECK_FALSE(has(sdp, " tcp "));
  CHECK(has(sdp, "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"));
  CHECK(has(sdp, "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"));
  CHECK(has(sdp, "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"));
  CHECK(has(sdp, "a=rtcp-fb:96 nack pli\r\n"));
  CHECK(has(sdp, "a=rtcp-fb:96 ccm fir\r\n"));
  CHECK(has(sdp, "a=rtcp-fb:96 transport-cc\r\n"));
  CHECK(has(sdp, "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"));
  CHECK(has(sdp, "a=ssrc-group:FID 1001 2001\r\n"));
  CHECK(has(sdp, "useinbandfec=1;usedtx=1"));
  CHECK(has(sdp, "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n"));
  CHECK(has(sdp, "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"));
  // stage_main and sound_1 share a stream and a clock name.
  CHECK(has(sdp, "a=msid:stage stage_main\r\na=ssrc:1001 cname:huiban\r\n"));
  CHECK(has(sdp, "a=msid:stage sound_1\r\na=ssrc:1004 cname:huiban\r\n"));
}

TEST_CASE("the answer to Chromium's venue offer, line for line") {
  CHECK(answer(read("chromium-venue.sdp"), venue_plan()) == read("chromium-venue.answer.sdp"));
}

TEST_CASE("Firefox's venue offer: attributes before rtpmap, session values, bundle-only") {
  const std::string text = read("firefox-venue.sdp");
  const std::string sdp = answer(text, venue_plan());
  CHECK(
      shape(sdp) ==
      "audio recvonly 0\nvideo recvonly 1\nvideo recvonly 2\nvideo sendonly 3\naudio sendonly 4\n");
  CHECK(has(sdp, "m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\n"));
  CHECK(has(sdp, "a=rtcp-fb:120 nack pli\r\n"));
  const auto offer = parse_offer(text);
  REQUIRE(offer);
  const auto session = negotiate(*offer, venue_plan());
  REQUIRE(session);
  CHECK(session->fingerprint.algorithm == "sha-256");
  CHECK(session->remote_ufrag == offer->media[0].ufrag);
  CHECK(session->lines[0].audio_level_id == 1);
  CHECK(session->lines[0].mid_id == 3);
  CHECK(session->lines[0].codec.payload_type == 109);
}

TEST_CASE("simulcast and a data channel: three layers are taken, the channel is refused") {
  PeerPlan plan;
  plan.publish.audio = {SourceId{1}};
  plan.publish.video = {SourceId{2}};
  const std::string sdp = answer(read("chromium-simulcast.sdp"), plan);
  CHECK(shape(sdp) == "video recvonly 0\naudio recvonly 1\napplication refused 2\n");
  CHECK(has(sdp, "a=group:BUNDLE 0 1\r\n"));
  CHECK(has(sdp, "a=simulcast:recv "));
  CHECK(has(sdp, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"));
  CHECK(has(sdp, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"));
}

TEST_CASE("simulcast: encodings in the offer's order, only those described, three at most") {
  const auto lines = [](const std::string& rids, const std::string& simulcast) {
    std::string text = read("chromium-simulcast.sdp");
    const std::size_t at = text.find("a=rid:");
    REQUIRE(at != std::string::npos);
    std::string kept;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
      if (line.rfind("a=rid:", 0) != 0 && line.rfind("a=simulcast:", 0) != 0) {
        kept += line + "\n";
        if (line.rfind("a=mid:0", 0) == 0) kept += rids + "a=simulcast:" + simulcast + "\r\n";
      }
    PeerPlan plan;
    plan.publish.audio = {SourceId{1}};
    plan.publish.video = {SourceId{2}};
    const auto offer = parse_offer(kept);
    REQUIRE(offer);
    const auto session = negotiate(*offer, plan);
    REQUIRE(session);
    return session->lines[0].rids;
  };
  using Rids = std::vector<std::string>;
  const std::string lmh = "a=rid:l send\r\na=rid:m send max-width=640\r\na=rid:h send\r\n";
  CHECK(lines(lmh, "send l;m;h") == Rids{"l", "m", "h"});
  CHECK(lines(lmh, "recv x send ~l;m,h;h") == Rids{"l", "m", "h"});
  CHECK(lines(lmh, "send l;z;h") == Rids{"l", "h"});
  CHECK(lines(lmh, "send l").empty());
  CHECK(lines(lmh, "recv l;m;h").empty());
  CHECK(lines(lmh, "send").empty());
  CHECK(lines(lmh + "a=rid:x send\r\n", "send l;m;h;x") == Rids{"l", "m", "h"});
}

TEST_CASE("more lines than the plan: sending ones refused, receiving ones inactive") {
  PeerPlan plan;
  plan.publish.audio = {SourceId{1}};
  plan.slots = {{"stage_main", MediaKind::kVideo, "stage"}};
  const std::string sdp = answer(read("chromium-venue.sdp"), plan);
  CHECK(shape(sdp) ==
        "audio recvonly 0\nvideo refused 1\nvideo refused 2\n"
        "video sendonly 3\nvideo inactive 4\nvideo inactive 5\n"
        "audio inactive 6\naudio inactive 7\naudio inactive 8\naudio inactive 9\n");
  CHECK(has(sdp, "a=group:BUNDLE 0 3 4 5 6 7 8 9\r\n"));
}

TEST_CASE("WHIP clients: webrtcbin with VP8 is taken, OBS with H.264 is told why not") {
  PeerPlan plan;
  plan.publish.audio = {SourceId{1}};
  plan.publish.video = {SourceId{2}};
  CHECK(shape(answer(read("webrtcbin-whip.sdp"), plan)) ==
        "video recvonly video0\naudio recvonly audio1\n");
  const Error error = refusal(read("obs-whip-h264.sdp"), plan);
  CHECK(error.code == ErrorCode::kInvalid);
  CHECK(has(error.zh, "VP8"));
  CHECK(has(error.en, "VP8"));
}

TEST_CASE("a watcher that offers sendrecv gets its slots when there is nothing to publish") {
  PeerPlan plan;
  plan.slots = {{"stage_main", MediaKind::kVideo, "stage"},
                {"sound_1", MediaKind::kAudio, "stage"}};
  const std::string offer = replaced(read("webrtcbin-whip.sdp"), "a=sendonly", "a=sendrecv");
  CHECK(shape(answer(offer, plan)) == "video sendonly video0\naudio sendonly audio1\n");
}

TEST_CASE("a DTLS server on the other side makes us the client") {
  PeerPlan plan;
  plan.publish.audio = {SourceId{1}};
  plan.publish.video = {SourceId{2}};
  const std::string offer =
      replaced(read("webrtcbin-whip.sdp"), "a=setup:actpass", "a=setup:passive");
  CHECK(has(answer(offer, plan), "a=setup:active\r\n"));
}

TEST_CASE("SDP that cannot be read is malformed") {
  const PeerPlan plan = venue_plan();
  const std::string good = read("chromium-venue.sdp");
  for (const auto& [what, with] : std::vector<std::pair<std::string, std::string>>{
           {"v=0", "v=1"},
           {"t=0 0", "garbage"},
           {"m=audio", "m=;;;"},
           {"a=mid:0", "a=mid:<script>"},
           {"a=ice-ufrag:", "a=ice-ufrag:\" "},
           {"a=fingerprint:sha-256 ", "a=fingerprint:sha-256 XY"},
           {"opus/48000/2", "opus"},
           {"VP8/90000", "VP8/fast"}}) {
    const Error error = refusal(replaced(good, what, with), plan);
    INFO(what << " -> " << with << ": " << error.en);
    CHECK(error.code == ErrorCode::kMalformed);
    CHECK_FALSE(error.zh.empty());
    CHECK_FALSE(error.en.empty());
  }
  CHECK(refusal("", plan).code == ErrorCode::kMalformed);
  CHECK(refusal("v=0\r\n", plan).code == ErrorCode::kMalformed);
  CHECK(refusal(std::string("v=0\r\na=\0\r\n", 10), plan).code == ErrorCode::kMalformed);
  CHECK(refusal(std::string(600 * 1024, 'v'), plan).code == ErrorCode::kTooLarge);
  // Every cut of a good offer is either read or refused, never more.
  for (std::size_t size = 0; size < good.size(); size += 37) {
    const auto cut = parse_offer(std::string_view(good).substr(0, size));
    if (cut) (void)negotiate(*cut, plan);
  }
}

TEST_CASE("feedback lines for all codecs do not multiply without end") {
  std::string offer = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97 98\r\n";
  for (int i = 0; i < 1000; ++i) offer += "a=rtcp-fb:* x\r\n";
  const auto parsed = parse_offer(offer);
  REQUIRE(parsed);
  for (const SdpCodec& codec : parsed->media[0].codecs) CHECK(codec.feedback.size() <= 32);
}

TEST_CASE("SDP that cannot be answered is invalid") {
  const PeerPlan plan = venue_plan();
  const std::string good = read("chromium-venue.sdp");
  for (const auto& [what, with] : std::vector<std::pair<std::string, std::string>>{
           {"a=fingerprint:", "a=x:"},
           {"a=fingerprint:sha-256", "a=fingerprint:sha-1"},
           {"a=ice-ufrag:", "a=x:"},
           {"a=ice-pwd:", "a=x:"},
           {"a=rtcp-mux\r\n", ""},
           {"a=group:BUNDLE", "a=group:LS"},
           {"t=0 0", "a=ice-lite"},
           {"VP8/90000", "VP9/90000"},
           {"opus/48000/2", "speex/48000/2"},
           {"UDP/TLS/RTP/SAVPF", "RTP/AVP"}}) {
    const Error error = refusal(replaced(good, what, with), plan);
    INFO(what << " -> " << with << ": " << error.en);
    CHECK(error.code == ErrorCode::kInvalid);
    CHECK_FALSE(error.zh.empty());
  }
}

TEST_CASE("an ICE restart fragment is read and answered (RFC 9725 section 4.3.2)") {
  const auto fragment = parse_fragment(
      "a=ice-options:trickle ice2\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
      "a=mid:0\r\na=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n"
      "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0\r\n");
  REQUIRE(fragment);
  CHECK(fragment->ufrag == "ysXw");
  CHECK(fragment->media == "audio");
  CHECK(fragment->mid == "0");
  const std::string reply = write_fragment(*fragment, kOurs);
  CHECK(has(reply, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=ice-ufrag:abcd\r\n"));
  CHECK(has(reply, "a=end-of-candidates\r\n"));
  SdpTransport with_tcp = kOurs;
  with_tcp.tcp = true;
  // RFC 6544 section 4.5; both stand behind every UDP candidate.
  CHECK(has(write_fragment(*fragment, with_tcp),
            "a=candidate:3 1 tcp 2124414975 192.0.2.1 7700 typ host tcptype passive\r\n"
            "a=candidate:4 1 tcp 2124414719 2001:db8::1 7700 typ host tcptype passive\r\n"
            "a=end-of-candidates\r\n"));
  CHECK(parse_fragment("a=mid:0\r\n").error().code == ErrorCode::kMalformed);
  CHECK(parse_fragment("a=ice-ufrag:x\r\na=ice-pwd:short\r\n").error().code ==
        ErrorCode::kMalformed);
}
