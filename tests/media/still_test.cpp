#include <gst/app/gstappsink.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "media/elements.h"
#include "media/room.h"
#include "media/still.h"
#include "tests/media/fake_port.h"
#include "tests/media/loop.h"
#include "tests/media/packets.h"

namespace huiban::test {
namespace {

using media::LaunchTemplate;
using media::Still;

constexpr auto kMicrophone = rtc::SourceId{1}, kCamera = rtc::SourceId{2};
constexpr std::uint32_t kBlue = 0xff2040c0;

LaunchTemplate pipeline_file(const std::string& name) {
  init_media();
  return *LaunchTemplate::load(std::string(HUIBAN_SOURCE_DIR) + "/pipelines/" + name);
}

struct Scene {
  Scene() {
    port.async_add_source(kMicrophone, rtc::MediaKind::kAudio, false);
    port.async_add_source(kCamera, rtc::MediaKind::kVideo, true);
    room = std::make_unique<media::Room>(media::RoomConfig{"meeting"}, venue_launch, port, loop,
                                         [this](VenueId, const std::string&, bool) { ++faults; });
    room->add_venue(venue, {kMicrophone, kCamera});
    REQUIRE(loop.run_until([&] { return room->is_live(venue); }));
  }
  ~Scene() {
    still.reset();
    room.reset();
    CHECK(media::wait_for_workers(Milliseconds(5000)));
  }
  void take(const LaunchTemplate& launch, Milliseconds deadline = media::kStillDeadline) {
    still = std::make_unique<Still>(
        Still::Parts{launch, room->tee(venue, media::Track::kCamera, 0),
                     [this] { port.async_request_keyframe(kCamera, 0); }, loop,
                     [this] { ++finished; }, deadline},
        [this](Result<std::string> result) { results.push_back(std::move(result)); });
  }
  bool feed(const std::vector<Packet>& packets) {
    port.feed(kCamera, views_of(packets));
    return true;
  }

  Loop loop;
  FakePort port;
  LaunchTemplate venue_launch = pipeline_file("venue.launch");
  VenueId venue = VenueId::make();
  int faults = 0, finished = 0;
  std::vector<Result<std::string>> results;
  std::unique_ptr<media::Room> room;
  std::unique_ptr<Still> still;
};

struct Picture {
  int width = 0, height = 0;
  std::uint8_t red = 0, green = 0, blue = 0;  // of the middle
};

Picture decode(const std::string& jpeg) {
  media::GstOwned<GstElement> pipeline(
      gst_parse_launch("appsrc name=in ! jpegdec ! videoconvert ! video/x-raw,format=RGBx ! "
                       "appsink name=out sync=false",
                       nullptr));
  media::GstOwned<GstElement> in(gst_bin_get_by_name(GST_BIN(pipeline.get()), "in"));
  media::GstOwned<GstElement> out(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  GstFlowReturn flow = GST_FLOW_OK;
  media::GstMini<GstBuffer> buffer(gst_buffer_new_memdup(jpeg.data(), jpeg.size()));
  g_signal_emit_by_name(in.get(), "push-buffer", buffer.get(), &flow);
  g_signal_emit_by_name(in.get(), "end-of-stream", &flow);
  media::GstMini<GstSample> sample(
      gst_app_sink_try_pull_sample(GST_APP_SINK(out.get()), 5 * GST_SECOND));
  REQUIRE(sample);
  Picture picture;
  const GstStructure* caps = gst_caps_get_structure(gst_sample_get_caps(sample.get()), 0);
  gst_structure_get_int(caps, "width", &picture.width);
  gst_structure_get_int(caps, "height", &picture.height);
  GstMapInfo map;
  REQUIRE(gst_buffer_map(gst_sample_get_buffer(sample.get()), &map, GST_MAP_READ));
  const std::size_t middle =
      static_cast<std::size_t>((picture.height / 2 * picture.width + picture.width / 2) * 4);
  picture.red = map.data[middle];
  picture.green = map.data[middle + 1];
  picture.blue = map.data[middle + 2];
  gst_buffer_unmap(gst_sample_get_buffer(sample.get()), &map);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  return picture;
}

}  // namespace

TEST_CASE("a still is the next key frame of the camera") {
  Scene scene;
  const auto frames = vp8_frames(6, 5, kBlue);  // key frames: 0 and 5
  scene.feed(frames[0]);                        // before the still was asked for
  // The publisher answers the request by some delta frames that were on their way, then the key
  // frame.
  scene.port.on_keyframe_request = [&](rtc::SourceId source) {
    CHECK(source == kCamera);
    for (std::size_t i = 1; i < frames.size(); ++i)
      scene.loop.post([&, i] { scene.feed(frames[i]); });
  };
  const auto launch = pipeline_file("still.launch");
  scene.take(launch);
  int second = 0;
  scene.still->also([&](const Result<std::string>& result) { second += result.has_value(); });
  REQUIRE(scene.loop.run_until([&] { return !scene.results.empty(); }));
  REQUIRE(scene.results[0]);
  CHECK(second == 1);
  CHECK(scene.finished == 1);
  const auto picture = decode(*scene.results[0]);
  CHECK(picture.width == 320);
  CHECK(picture.height == 240);
  CHECK(std::abs(picture.red - 0x20) < 8);
  CHECK(std::abs(picture.green - 0x40) < 8);
  CHECK(std::abs(picture.blue - 0xc0) < 8);

  // Torn down: the tap leaves the live pipeline, whose packets all went on.
  CHECK(scene.loop.run_until(
      [&] { return scene.room->dot().find("huibanbridge") == std::string::npos; }));
  std::size_t fed = 0;
  for (const auto& frame : frames) fed += frame.size();
  CHECK(scene.port.sources[kCamera].forwarded.size() == fed);
  CHECK(scene.faults == 0);
}

TEST_CASE("no key frame in time: unavailable, asked for more than once") {
  Scene scene;
  const auto launch = pipeline_file("still.launch");
  scene.take(launch, Milliseconds(1400));
  REQUIRE(scene.loop.run_until([&] { return !scene.results.empty(); }));
  REQUIRE_FALSE(scene.results[0].has_value());
  CHECK(scene.results[0].error().code == ErrorCode::kUnavailable);
  CHECK_FALSE(scene.results[0].error().zh.empty());
  CHECK(scene.port.sources[kCamera].keyframe_requests == 2);
  CHECK(scene.loop.run_until(
      [&] { return scene.room->dot().find("huibanbridge") == std::string::npos; }));
}

TEST_CASE("a still pipeline that fails harms neither the room nor the next still") {
  Scene scene;
  std::ifstream in(std::string(HUIBAN_SOURCE_DIR) + "/pipelines/still.launch");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  text.replace(text.find("! vp8dec"), 8, "! identity error-after=1 ! vp8dec");
  const std::string path = "still-with-error.launch";
  std::ofstream(path) << text;
  const auto broken = LaunchTemplate::load(path);
  std::remove(path.c_str());
  REQUIRE(broken);

  const auto frames = vp8_frames(2, 1, kBlue);
  scene.port.on_keyframe_request = [&](rtc::SourceId) {
    for (const auto& frame : frames) scene.loop.post([&] { scene.feed(frame); });
  };
  scene.take(*broken);
  REQUIRE(scene.loop.run_until([&] { return !scene.results.empty(); }));
  CHECK_FALSE(scene.results[0].has_value());
  const auto launch = pipeline_file("still.launch");
  scene.take(launch);
  REQUIRE(scene.loop.run_until([&] { return scene.results.size() == 2; }));
  CHECK(scene.results[1].has_value());
  CHECK(scene.faults == 0);
  CHECK(scene.room->is_live(scene.venue));
}

TEST_CASE("a still given up by its owner answers nobody") {
  Scene scene;
  const auto launch = pipeline_file("still.launch");
  scene.take(launch);
  scene.still.reset();
  scene.loop.run_ready();
  CHECK(scene.results.empty());
}

}  // namespace huiban::test
