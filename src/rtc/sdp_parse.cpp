#include <algorithm>
#include <cctype>
#include <charconv>

#include "rtc/sdp.h"

namespace huiban::rtc {
namespace {

constexpr std::size_t kMaxSdp = 512 * 1024;  // a wall of 40 tiles in Chromium is about 120 KiB
constexpr std::size_t kMaxMedia = 128;
constexpr std::size_t kMaxEncodings = 8;
constexpr std::size_t kMaxFeedback = 32;  // per codec; one line with * reaches all of them

tl::unexpected<Error> malformed(std::string_view line, const char* en) {
  std::string shown(line.substr(0, 80));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20) c = '?';
  return fail(ErrorCode::kMalformed, "会话描述（SDP）无法读取：" + shown,
              std::string("The session description (SDP) cannot be read: ") + en + ": " + shown);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = char(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool starts_with(std::string_view text, std::string_view prefix, std::string_view& rest) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  rest = text.substr(prefix.size());
  return true;
}

// Cuts the text before the next space off the front.
std::string_view next_word(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

// token of RFC 8866 section 9; used for everything that comes back in the answer.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("\"(),/:;<=>?@[\\]").find(c) == std::string::npos;
  });
}
bool is_ice_text(std::string_view text, std::size_t shortest) {  // RFC 8839 section 5.4
  return text.size() >= shortest && text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '+' || c == '/' || c == '-' || c == '_' || c == '=';
         });
}

class Reader {
 public:
  Result<SdpOffer> read(std::string_view sdp) {
    if (sdp.size() > kMaxSdp)
      return fail(ErrorCode::kTooLarge, "会话描述（SDP）过大",
                  "The session description (SDP) is too large");
    bool first = true;
    while (!sdp.empty()) {
      const std::size_t end = std::min(sdp.find('\n'), sdp.size());
      std::string_view line = sdp.substr(0, end);
      sdp.remove_prefix(std::min(end + 1, sdp.size()));
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (line.empty()) continue;
      if (first && line != "v=0") return malformed(line, "does not start with v=0");
      first = false;
      if (line.size() < 2 || line[1] != '=' || line.find('\0') != std::string_view::npos)
        return malformed(line, "not a line of the form x=...");
      HUIBAN_CHECK(read_line(line));
    }
    if (first) return malformed("", "empty");
    if (offer_.media.empty()) return malformed("m=", "no media section");
    finish();
    return std::move(offer_);
  }

 private:
  Result<void> read_line(std::string_view line) {
    if (line[0] == 'm') return read_media(line);
    if (line[0] != 'a') return {};
    const std::string_view attribute = line.substr(2);
    std::string_view rest;
    if (attribute == "ice-lite") offer_.ice_lite = true;
    if (starts_with(attribute, "group:BUNDLE", rest) && offer_.media.empty()) {
      while (true) {
        const auto mid = next_word(rest);
        if (mid.empty()) break;
        bundle_.emplace_back(mid);
      }
      return {};
    }
    SdpMedia& media = offer_.media.empty() ? session_ : offer_.media.back();
    HUIBAN_CHECK(read_transport(media, attribute, line));
    if (offer_.media.empty()) return {};
    return read_rtp(media, attribute, line);
  }

  Result<void> read_media(std::string_view line) {
    std::string_view rest = line.substr(2);
    SdpMedia media;
    media.type = next_word(rest);
    std::string_view port = next_word(rest);
    port = port.substr(0, port.find('/'));
    media.protocol = next_word(rest);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    media.formats = rest;
    if (!is_token(media.type) || !read_number(port, media.port) || media.port < 0 ||
        media.port > 65535 || media.protocol.empty() || media.formats.empty())
      return malformed(line, "not a media line");
    if (offer_.media.size() >= kMaxMedia)
      return fail(ErrorCode::kTooLarge, "会话描述（SDP）的媒体行过多",
                  "The session description (SDP) has too many media lines");
    // One entry per format, because the attributes that describe it come in any order.
    for (unsigned type = 0; media.codecs.size() < 128;) {
      const std::string_view format = next_word(rest);
      if (format.empty()) break;
      if (!read_number(format, type) || type > 127) continue;  // a data channel has words here
      media.codecs.emplace_back().payload_type = std::uint8_t(type);
    }
    media.direction = session_.direction;
    offer_.media.push_back(std::move(media));
    return {};
  }

  static Result<void> read_transport(SdpMedia& media, std::string_view attribute,
                                     std::string_view line) {
    std::string_view rest;
    if (starts_with(attribute, "ice-ufrag:", rest)) {
      if (!is_ice_text(rest, 4)) return malformed(line, "bad ICE user name");
      media.ufrag = rest;
    } else if (starts_with(attribute, "ice-pwd:", rest)) {
      if (!is_ice_text(rest, 22)) return malformed(line, "bad ICE password");
      media.password = rest;
    } else if (starts_with(attribute, "fingerprint:", rest)) {
      SdpFingerprint print;
      print.algorithm = lower(next_word(rest));
      print.value = next_word(rest);
      for (char& c : print.value) c = char(std::toupper(static_cast<unsigned char>(c)));
      if (print.algorithm == "sha-256") {
        bool good = print.value.size() == 32 * 3 - 1;
        for (std::size_t i = 0; good && i < print.value.size(); ++i)
          good = i % 3 == 2 ? print.value[i] == ':'
                            : std::isxdigit(static_cast<unsigned char>(print.value[i])) != 0;
        if (!good) return malformed(line, "bad fingerprint");
      }
      if (!media.fingerprint || print.algorithm == "sha-256") media.fingerprint = std::move(print);
    } else if (starts_with(attribute, "setup:", rest)) {
      media.setup = rest;
    } else if (attribute == "sendrecv") {
      media.direction = SdpDirection::kSendRecv;
    } else if (attribute == "sendonly") {
      media.direction = SdpDirection::kSendOnly;
    } else if (attribute == "recvonly") {
      media.direction = SdpDirection::kRecvOnly;
    } else if (attribute == "inactive") {
      media.direction = SdpDirection::kInactive;
    }
    return {};
  }

  static Result<void> read_rtp(SdpMedia& media, std::string_view attribute, std::string_view line) {
    std::string_view rest;
    if (starts_with(attribute, "mid:", rest)) {
      if (!is_token(rest)) return malformed(line, "bad mid");
      media.mid = rest;
    } else if (attribute == "rtcp-mux" || attribute == "rtcp-mux-only") {
      media.rtcp_mux = true;
    } else if (attribute == "rtcp-rsize") {
      media.rtcp_rsize = true;
    } else if (attribute == "bundle-only") {
      media.bundle_only = true;
    } else if (starts_with(attribute, "rtpmap:", rest)) {
      return read_codec(media, rest, line);
    } else if (starts_with(attribute, "fmtp:", rest)) {
      if (SdpCodec* codec = find_codec(media, next_word(rest))) {
        while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
        codec->fmtp = rest;
      }
    } else if (starts_with(attribute, "rtcp-fb:", rest)) {
      const std::string_view type = next_word(rest);
      while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
      for (SdpCodec& codec : media.codecs)
        if (codec.feedback.size() < kMaxFeedback &&
            (type == "*" || type == std::to_string(codec.payload_type)))
          codec.feedback.emplace_back(rest);
    } else if (starts_with(attribute, "extmap:", rest)) {
      return read_extension(media, rest, line);
    } else if (starts_with(attribute, "ssrc:", rest)) {
      std::uint32_t ssrc = 0;
      if (!read_number(next_word(rest), ssrc)) return malformed(line, "bad SSRC");
      if (std::find(media.ssrcs.begin(), media.ssrcs.end(), ssrc) == media.ssrcs.end() &&
          media.ssrcs.size() < 16)
        media.ssrcs.push_back(ssrc);
    } else if (starts_with(attribute, "ssrc-group:FID ", rest)) {
      std::uint32_t primary = 0, repair = 0;
      if (!read_number(next_word(rest), primary) || !read_number(next_word(rest), repair))
        return malformed(line, "bad ssrc-group");
      if (media.repairs.size() < kMaxEncodings) media.repairs.emplace_back(primary, repair);
    } else if (starts_with(attribute, "rid:", rest)) {
      const std::string_view rid = next_word(rest);
      if (!is_token(rid) || rid.size() > 16) return malformed(line, "bad rid");
      if (next_word(rest) == "send" && media.send_rids.size() < kMaxEncodings)
        media.send_rids.emplace_back(rid);
    } else if (starts_with(attribute, "simulcast:", rest)) {
      read_simulcast(media, rest);
    }
    return {};
  }

  // RFC 8853 section 5.1: "send l;m,x;~h recv ...": alternatives by comma, ~ means paused at first.
  static void read_simulcast(SdpMedia& media, std::string_view rest) {
    for (auto direction = next_word(rest); !direction.empty(); direction = next_word(rest)) {
      std::string_view list = next_word(rest);
      while (direction == "send" && !list.empty() && media.simulcast.size() < kMaxEncodings) {
        std::string_view one = list.substr(0, list.find(';'));
        list.remove_prefix(std::min(one.size() + 1, list.size()));
        one = one.substr(0, one.find(','));
        if (!one.empty() && one.front() == '~') one.remove_prefix(1);
        if (is_token(one) && one.size() <= 16) media.simulcast.emplace_back(one);
      }
    }
  }

  static Result<void> read_codec(SdpMedia& media, std::string_view rest, std::string_view line) {
    SdpCodec* codec = find_codec(media, next_word(rest));
    std::string_view map = next_word(rest);
    const std::size_t slash = map.find('/');
    if (slash == std::string_view::npos || !is_token(map.substr(0, slash)))
      return malformed(line, "bad rtpmap");
    if (codec == nullptr) return {};  // not among the formats of the media line
    codec->name = map.substr(0, slash);
    map.remove_prefix(slash + 1);
    const std::size_t channels = map.find('/');
    if (!read_number(map.substr(0, channels), codec->clock_rate) ||
        (channels != std::string_view::npos &&
         !read_number(map.substr(channels + 1), codec->channels)))
      return malformed(line, "bad rtpmap");
    return {};
  }

  static Result<void> read_extension(SdpMedia& media, std::string_view rest,
                                     std::string_view line) {
    std::string_view id = next_word(rest);
    SdpExtension extension;
    if (const std::size_t slash = id.find('/'); slash != std::string_view::npos) {
      const std::string_view direction = id.substr(slash + 1);
      id = id.substr(0, slash);
      extension.direction = direction == "sendonly"   ? SdpDirection::kSendOnly
                            : direction == "recvonly" ? SdpDirection::kRecvOnly
                            : direction == "inactive" ? SdpDirection::kInactive
                                                      : SdpDirection::kSendRecv;
    }
    unsigned number = 0;
    if (!read_number(id, number) || number == 0 || number > 65535)
      return malformed(line, "bad extmap");
    if (number > 255) return {};  // provisional ids (RFC 8285 section 7) are not taken
    extension.id = std::uint8_t(number);
    extension.uri = next_word(rest);
    media.extensions.push_back(std::move(extension));
    return {};
  }

  static SdpCodec* find_codec(SdpMedia& media, std::string_view type) {
    for (SdpCodec& codec : media.codecs)
      if (type == std::to_string(codec.payload_type)) return &codec;
    return nullptr;
  }

  // Session values hold where a section has none; bundled sections use those of the first (RFC
  // 8843).
  void finish() {
    const SdpMedia* tagged = nullptr;
    for (SdpMedia& media : offer_.media) {
      media.bundled = !media.mid.empty() &&
                      std::find(bundle_.begin(), bundle_.end(), media.mid) != bundle_.end();
      if (media.ufrag.empty()) media.ufrag = session_.ufrag;
      if (media.password.empty()) media.password = session_.password;
      if (media.setup.empty()) media.setup = session_.setup;
      if (!media.fingerprint) media.fingerprint = session_.fingerprint;
      if (!media.bundled) continue;
      if (tagged == nullptr) {
        tagged = &media;
        continue;
      }
      if (media.ufrag.empty()) media.ufrag = tagged->ufrag;
      if (media.password.empty()) media.password = tagged->password;
      if (media.setup.empty()) media.setup = tagged->setup;
      if (!media.fingerprint) media.fingerprint = tagged->fingerprint;
      if (media.bundle_only) media.rtcp_mux = media.rtcp_mux || tagged->rtcp_mux;
    }
  }

  SdpOffer offer_;
  SdpMedia session_;
  std::vector<std::string> bundle_;
};

}  // namespace

Result<SdpOffer> parse_offer(std::string_view sdp) {
  return Reader().read(sdp);
}

Result<SdpFragment> parse_fragment(std::string_view text) {
  SdpFragment fragment;
  bool media_seen = false;
  if (text.size() > kMaxSdp) return malformed("", "too large");
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    std::string_view rest;
    if (starts_with(line, "a=ice-ufrag:", rest)) {
      if (!is_ice_text(rest, 4)) return malformed(line, "bad ICE user name");
      if (fragment.ufrag.empty()) fragment.ufrag = rest;
    } else if (starts_with(line, "a=ice-pwd:", rest)) {
      if (!is_ice_text(rest, 22)) return malformed(line, "bad ICE password");
      if (fragment.password.empty()) fragment.password = rest;
    } else if (starts_with(line, "m=", rest) && !media_seen) {
      media_seen = true;
      const auto media = next_word(rest);
      next_word(rest);
      const auto protocol = next_word(rest);
      if (!is_token(media) || protocol.size() > 64) return malformed(line, "bad media line");
      fragment.media = media;
      if (!protocol.empty()) fragment.protocol = protocol;
    } else if (starts_with(line, "a=mid:", rest) && fragment.mid.empty()) {
      if (!is_token(rest)) return malformed(line, "bad mid");
      fragment.mid = rest;
    }
  }
  if (fragment.ufrag.empty() || fragment.password.empty())
    return malformed("", "no ICE user name and password");
  return fragment;
}

}  // namespace huiban::rtc
