#include <catch2/catch.hpp>

#include "media/offer_shape.h"

namespace huiban::test {

TEST_CASE("what an offer sends and receives") {
  struct Row {
    const char* what;
    const char* sdp;
    media::OfferShape shape;
  };
  const Row rows[] = {
      {"nothing", "", {}},
      {"not SDP", "\r\n\0x", {}},
      {"no direction means sendrecv", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", {1, 0, 0, 0}},
      {"a WHIP client",
       "v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96\na=sendonly\nm=audio 9 UDP/TLS/RTP/SAVPF "
       "111\na=sendonly\n",
       {1, 1, 0, 0}},
      {"a page",
       "v=0\r\nm=audio 9 x 1\r\na=sendrecv\r\nm=video 9 x 1\r\na=sendonly\r\nm=video 9 x 1\r\n"
       "a=recvonly\r\nm=video 0 x 1\r\na=bundle-only\r\na=recvonly\r\nm=audio 9 x 1\r\na=recvonly",
       {1, 1, 1, 2}},
      {"a direction for the whole session",
       "v=0\r\na=recvonly\r\nm=audio 9 x 1\r\nm=video 9 x 1\r\n",
       {0, 0, 1, 1}},
      {"refused and inactive lines",
       "m=audio 0 x 1\r\na=sendonly\r\nm=video 9 x 1\r\na=inactive\r\n",
       {}},
      {"cut short", "m=\nm=audio\nm=video 9", {1, 1, 0, 0}},
      {"other media", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sendrecv\r\n", {}},
      {"a payload type 0 is no port", "m=audio 9 x 0 8 9\r\na=sendonly\r\n", {1, 0, 0, 0}},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    const auto shape = media::shape_of(row.sdp);
    CHECK(shape.audio_sent == row.shape.audio_sent);
    CHECK(shape.video_sent == row.shape.video_sent);
    CHECK(shape.audio_received == row.shape.audio_received);
    CHECK(shape.video_received == row.shape.video_received);
  }
}

}  // namespace huiban::test
