#include "media/offer_shape.h"

#include <algorithm>

namespace huiban::media {
namespace {

struct Section {
  std::string_view kind;
  std::string_view direction = "sendrecv";  // RFC 8866 section 6.7: the default
  bool refused = false;

  void count(OfferShape& shape) const {
    if (refused || (kind != "audio" && kind != "video")) return;
    const bool audio = kind == "audio";
    if (direction == "sendrecv" || direction == "sendonly")
      ++(audio ? shape.audio_sent : shape.video_sent);
    else if (direction == "recvonly")
      ++(audio ? shape.audio_received : shape.video_received);
  }
};

bool is_direction(std::string_view text) {
  return text == "sendrecv" || text == "sendonly" || text == "recvonly" || text == "inactive";
}

std::string_view port_of(std::string_view m_line) {
  const auto port = m_line.substr(std::min(m_line.find(' '), m_line.size() - 1) + 1);
  return port.substr(0, port.find(' '));
}

}  // namespace

OfferShape shape_of(std::string_view sdp) {
  OfferShape shape;
  Section section;  // first the session itself, whose direction is the default of all m-lines
  std::string_view session_direction;
  while (!sdp.empty()) {
    const auto end = sdp.find('\n');
    auto line = sdp.substr(0, end);
    sdp.remove_prefix(end == std::string_view::npos ? sdp.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("m=")) {
      if (section.kind.empty()) session_direction = section.direction;
      section.count(shape);
      section = {line.substr(2, line.find(' ') - 2), session_direction,
                 port_of(line) == "0"};
    } else if (line == "a=bundle-only") {
      section.refused = false;
    } else if (line.starts_with("a=") && is_direction(line.substr(2))) {
      section.direction = line.substr(2);
    }
  }
  section.count(shape);
  return shape;
}

}  // namespace huiban::media
