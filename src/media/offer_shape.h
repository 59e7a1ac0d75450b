#pragma once
// What an SDP offer has to give and to take, counted per kind (RFC 8866 section 5.14, RFC 8843 for
// bundle-only). Only what the seats need; rtc checks and answers the offer. Any thread.
#include <cstddef>
#include <string_view>

namespace huiban::media {

struct OfferShape {
  std::size_t audio_sent = 0, video_sent = 0;          // m-lines that are sendonly or sendrecv
  std::size_t audio_received = 0, video_received = 0;  // recvonly
};

OfferShape shape_of(std::string_view offer_sdp);

}  // namespace huiban::media
