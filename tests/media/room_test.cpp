#include <gst/base/gstbasetransform.h>
#include <gst/video/video-event.h>

#include <malloc.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "media/room.h"
#include "tests/media/fake_port.h"
#include "tests/media/loop.h"
#include "tests/media/packets.h"

namespace huiban::test {
namespace {

using media::LaunchTemplate;
using media::Room;

constexpr auto kMicrophone = rtc::SourceId{1}, kCamera = rtc::SourceId{2};

LaunchTemplate tree_template() {
  init_media();
  return *LaunchTemplate::load(std::string(HUIBAN_SOURCE_DIR) + "/pipelines/venue.launch");
}

// The venue file with something put in front of the camera's sink.
LaunchTemplate with_camera_element(const std::string& element) {
  init_media();
  std::ifstream in(std::string(HUIBAN_SOURCE_DIR) + "/pipelines/venue.launch");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::string sink = "! huibansink name=camera_0_sink";
  text.replace(text.find(sink), 1, "! " + element + " !");
  const auto path = std::filesystem::temp_directory_path() /
                    ("huiban-" + std::to_string(g_random_int()) + ".launch");
  std::ofstream(path) << text;
  auto launch = LaunchTemplate::load(path);
  std::filesystem::remove(path);
  REQUIRE(launch);
  return *launch;
}

struct Scene {
  explicit Scene(LaunchTemplate file, media::RoomConfig config = {"meeting"})
      : launch(std::move(file)) {
    port.async_add_source(kMicrophone, rtc::MediaKind::kAudio, false);
    port.async_add_source(kCamera, rtc::MediaKind::kVideo, true);
    room = std::make_unique<Room>(config, launch, port, loop,
                                  [this](VenueId, const std::string& reason, bool rebuilding) {
                                    faults.push_back(reason);
                                    rebuilt.push_back(rebuilding);
                                  });
  }
  ~Scene() {
    room.reset();
    CHECK(media::wait_for_workers(Milliseconds(5000)));
  }
  void feed(rtc::SourceId source, std::uint16_t seq, rtc::Layer layer = 0) {
    const std::vector<Packet> packets{rtp_packet(seq)};
    port.feed(source, views_of(packets), layer);
  }
  std::size_t forwarded(rtc::SourceId source) { return port.sources[source].forwarded.size(); }

  Loop loop;
  FakePort port;
  LaunchTemplate launch;
  VenueId venue = VenueId::make();
  std::vector<std::string> faults;
  std::vector<bool> rebuilt;
  std::unique_ptr<Room> room;
};

// An element whose state change waits for a signal: a stuck plugin.
std::atomic<bool> stuck_may_go{true};

struct StuckElement {
  GstBaseTransform parent;
};
struct StuckElementClass {
  GstBaseTransformClass parent_class;
};
G_DEFINE_TYPE(StuckElement, stuck_element, GST_TYPE_BASE_TRANSFORM)

GstStateChangeReturn stuck_change(GstElement* element, GstStateChange change) {
  while (change == GST_STATE_CHANGE_NULL_TO_READY && !stuck_may_go) g_thread_yield();
  return GST_ELEMENT_CLASS(stuck_element_parent_class)->change_state(element, change);
}
void stuck_element_init(StuckElement*) {}
void stuck_element_class_init(StuckElementClass* klass) {
  static GstStaticPadTemplate sink =
      GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  static GstStaticPadTemplate src =
      GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &sink);
  gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(klass), &src);
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Stuck", "Test", "Stuck",
                                        "Huiban");
  GST_ELEMENT_CLASS(klass)->change_state = stuck_change;
}

}  // namespace

TEST_CASE("packets of a venue go through its bin to the fan-out") {
  Scene scene(tree_template());
  scene.feed(kCamera, 1);  // no bin yet: straight
  CHECK(scene.forwarded(kCamera) == 1);
  scene.room->add_venue(scene.venue, {kMicrophone, kCamera});
  REQUIRE(scene.loop.run_until([&] { return scene.room->is_live(scene.venue); }));
  scene.feed(kCamera, 2);
  scene.feed(kMicrophone, 3);
  CHECK(scene.forwarded(kCamera) == 2);
  CHECK(scene.forwarded(kMicrophone) == 1);
  const auto dot = scene.room->dot();
  CHECK(dot.find("digraph") != std::string::npos);
  CHECK(dot.find("camera_0_sink") != std::string::npos);
  CHECK(scene.room->tee(scene.venue, media::Track::kCamera, 0) != nullptr);
  CHECK(scene.room->tee(scene.venue, media::Track::kCamera, 2) != nullptr);
  CHECK(scene.room->tee(scene.venue, media::Track::kCamera, 3) == nullptr);
  CHECK(scene.room->tee(scene.venue, media::Track::kMicrophone, 1) == nullptr);
  CHECK(scene.room->tee(VenueId::make(), media::Track::kCamera, 0) == nullptr);

  SECTION("each layer has a way of its own") {
    scene.feed(kCamera, 4, 2);
    scene.feed(kCamera, 5, 1);
    scene.feed(kCamera, 6, 2);
    CHECK(scene.port.sources[kCamera].forwarded_of ==
          std::map<rtc::Layer, int>{{0, 2}, {1, 1}, {2, 2}});
    const auto tee = scene.room->tee(scene.venue, media::Track::kCamera, 1);
    media::GstOwned<GstPad> pad(gst_element_get_static_pad(tee.get(), "sink"));
    gst_pad_push_event(pad.get(),
                       gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
    CHECK(scene.port.sources[kCamera].keyframe_requests_of == std::map<rtc::Layer, int>{{1, 1}});
    scene.port.net = false;  // what is not a peer's has one layer
    scene.feed(kCamera, 7, 1);
    CHECK(scene.port.async_forwarded.empty());
  }
  SECTION("from another thread than the network thread they take the queue") {
    scene.port.net = false;
    scene.feed(kCamera, 4);
    CHECK(scene.forwarded(kCamera) == 2);
    CHECK(scene.port.async_forwarded.size() == 1);
  }
  SECTION("removing the venue takes the bin out and packets go straight again") {
    scene.room->remove_venue(scene.venue);
    REQUIRE(scene.loop.run_until(
        [&] { return scene.room->dot().find("camera_0_sink") == std::string::npos; }));
    scene.feed(kCamera, 5);
    CHECK(scene.forwarded(kCamera) == 3);
    scene.room->remove_venue(scene.venue);  // again: nothing to do
  }
  SECTION("after detach_all nothing enters the pipeline") {
    bool detached = false;
    scene.room->detach_all([&] { detached = true; });
    REQUIRE(scene.loop.run_until([&] { return detached; }));
    CHECK(scene.port.sources[kCamera].ingress == nullptr);
    CHECK(scene.port.sources[kCamera].upper[1] == nullptr);
    CHECK(scene.port.sources[kCamera].upper[2] == nullptr);
    CHECK(scene.port.sources[kMicrophone].ingress == nullptr);
  }
  CHECK(scene.faults.empty());
}

TEST_CASE("a faulty venue bin is rebuilt while packets go on") {
  Scene scene(with_camera_element("identity error-after=3"));
  const auto other = VenueId::make();
  const auto other_camera = rtc::SourceId{12};
  scene.port.async_add_source(rtc::SourceId{11}, rtc::MediaKind::kAudio, false);
  scene.port.async_add_source(other_camera, rtc::MediaKind::kVideo, true);
  scene.room->add_venue(scene.venue, {kMicrophone, kCamera});
  scene.room->add_venue(other, {rtc::SourceId{11}, other_camera});
  REQUIRE(scene.loop.run_until(
      [&] { return scene.room->is_live(scene.venue) && scene.room->is_live(other); }));

  for (std::uint16_t i = 0; i < 5; ++i) scene.feed(kCamera, i);
  CHECK(scene.forwarded(kCamera) == 2);
  REQUIRE(scene.loop.run_until([&] { return scene.faults.size() == 1; }));
  CHECK(scene.rebuilt[0]);
  CHECK_FALSE(scene.room->is_live(scene.venue));
  scene.feed(kCamera, 6);  // straight, while there is no bin
  CHECK(scene.forwarded(kCamera) == 3);
  REQUIRE(scene.loop.run_until([&] { return scene.room->is_live(scene.venue); }));
  scene.feed(kCamera, 7);
  CHECK(scene.forwarded(kCamera) == 4);
  CHECK(scene.room->is_live(other));

  // Two more faults within the window: the bin stays away, the venue's packets do not.
  for (std::size_t fault = 2; fault <= 3; ++fault) {
    REQUIRE(scene.loop.run_until([&] { return scene.room->is_live(scene.venue); }));
    for (std::uint16_t i = 0; i < 5; ++i) scene.feed(kCamera, i);
    REQUIRE(scene.loop.run_until([&] { return scene.faults.size() == fault; }));
  }
  CHECK_FALSE(scene.rebuilt[2]);
  REQUIRE(scene.loop.run_until([&] { return !scene.port.sources[kCamera].ingress; }));
  const auto before = scene.forwarded(kCamera);
  for (std::uint16_t i = 0; i < 9; ++i) scene.feed(kCamera, i);
  CHECK(scene.forwarded(kCamera) == before + 9);
  CHECK(scene.room->is_live(other));
}

TEST_CASE("a room may go while its bins are still starting") {
  for (int i = 0; i < 50; ++i) {
    Scene scene(tree_template());
    scene.room->add_venue(scene.venue, {kMicrophone, kCamera});
    if (i % 2) scene.room->remove_venue(scene.venue);
    if (i % 3) scene.loop.run_ready();
  }
}

TEST_CASE("a bin that is stuck in its state change costs itself only") {
  init_media();
  gst_element_register(nullptr, "huibanteststuck", GST_RANK_NONE, stuck_element_get_type());
  stuck_may_go = false;
  media::RoomConfig config{"meeting"};
  config.state_deadline = Milliseconds(100);
  config.max_faults = 1;
  Scene scene(with_camera_element("huibanteststuck"), config);
  scene.room->add_venue(scene.venue, {kMicrophone, kCamera});
  REQUIRE(scene.loop.run_until([&] { return !scene.faults.empty(); }));
  CHECK_FALSE(scene.room->is_live(scene.venue));
  CHECK_FALSE(scene.rebuilt[0]);
  scene.feed(kCamera, 1);
  CHECK(scene.forwarded(kCamera) == 1);
  // The worker that stops the bin hangs, control does not.
  CHECK(scene.loop.run_until([] { return !media::wait_for_workers(Milliseconds(1)); }));
  stuck_may_go = true;
}

// By hand: media_tests "[.measure]" prints what a venue costs (docs/media.md).
TEST_CASE("memory and time of a venue", "[.measure]") {
  constexpr int kVenues = 200;
  Scene scene(tree_template());
  const auto in_use = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  const auto add = [&](int i) {
    const auto microphone = rtc::SourceId{static_cast<std::uint64_t>(100 + 2 * i)};
    const auto camera = rtc::SourceId{static_cast<std::uint64_t>(101 + 2 * i)};
    scene.port.async_add_source(microphone, rtc::MediaKind::kAudio, true);
    scene.port.async_add_source(camera, rtc::MediaKind::kVideo, true);
    const auto venue = VenueId::make();
    scene.room->add_venue(venue, {microphone, camera});
    REQUIRE(scene.loop.run_until([&] { return scene.room->is_live(venue); }));
    return camera;
  };
  add(0);
  auto before = in_use();
  const auto start = std::chrono::steady_clock::now();
  std::vector<rtc::SourceId> cameras;
  for (int i = 1; i <= kVenues; ++i) cameras.push_back(add(i));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("built: %zu KiB and %.2f ms per venue\n", (in_use() - before) / kVenues / 1024,
              took.count() / kVenues);
  for (const auto camera : cameras)
    for (rtc::Layer layer = 0; layer < rtc::kMaxLayers; ++layer) {
      std::vector<Packet> packets;  // a frame of 180p, 360p, 720p
      for (std::uint16_t seq = 0; seq < (2 << layer); ++seq) packets.push_back(rtp_packet(seq));
      scene.port.feed(camera, views_of(packets), layer);
      scene.port.sources[camera].forwarded.clear();
      scene.port.sources[camera].forwarded.shrink_to_fit();
    }
  std::printf("all layers sending: %zu KiB per venue\n", (in_use() - before) / kVenues / 1024);
}

}  // namespace huiban::test
