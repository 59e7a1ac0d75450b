#include "tests/media/packets.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include <catch2/catch.hpp>

#include "media/gst_ptr.h"

namespace huiban::test {

Packet rtp_packet(std::uint16_t seq, bool marker, std::size_t payload) {
  Packet packet(12 + payload, 0);
  packet[0] = 0x80;
  packet[1] = static_cast<std::uint8_t>(96 | (marker ? 0x80 : 0));
  packet[2] = static_cast<std::uint8_t>(seq >> 8);
  packet[3] = static_cast<std::uint8_t>(seq);
  return packet;
}

std::vector<rtc::RtpView> views_of(const std::vector<Packet>& packets) {
  return {packets.begin(), packets.end()};
}

std::vector<std::vector<Packet>> vp8_frames(int frames, int key_every, std::uint32_t colour) {
  const std::string launch =
      "videotestsrc num-buffers=" + std::to_string(frames) +
      " pattern=solid-color foreground-color=" + std::to_string(colour) +
      " ! video/x-raw,width=320,height=240,framerate=15/1 ! vp8enc deadline=1 " +
      "keyframe-max-dist=" + std::to_string(key_every) +
      " ! rtpvp8pay mtu=1200 picture-id-mode=15-bit ! appsink name=out sync=false max-buffers=0";
  GError* error = nullptr;
  media::GstOwned<GstElement> pipeline(gst_parse_launch(launch.c_str(), &error));
  if (error) FAIL(error->message);
  media::GstOwned<GstElement> out(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);

  std::vector<std::vector<Packet>> lists(1);
  while (media::GstMini<GstSample> sample{
      gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), 5 * GST_SECOND)}) {
    GstBuffer* buffer = gst_sample_get_buffer(sample.get());
    GstMapInfo map;
    REQUIRE(gst_buffer_map(buffer, &map, GST_MAP_READ));
    lists.back().emplace_back(map.data, map.data + map.size);
    const bool last_of_frame = map.data[1] & 0x80;
    gst_buffer_unmap(buffer, &map);
    if (last_of_frame) lists.emplace_back();
  }
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  lists.pop_back();
  REQUIRE(lists.size() == static_cast<std::size_t>(frames));
  return lists;
}

}  // namespace huiban::test
