#include <gst/base/gstbasetransform.h>

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
  const std::string sink = "! huibansink name=camera_sink";
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
  void feed(rtc::SourceId source, std::uint16_t seq) {
    const std::vector<Packet> packets{rtp_packet(seq)};
    port.feed(source, views_of(packets));
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
  CHECK(dot.find("camera_sink") != std::string::npos);
  CHECK(scene.room->tee(scene.venue, media::Track::kCamera) != nullptr);
  CHECK(scene.room->tee(VenueId::make(), media::Track::kCamera) == nullptr);

  SECTION("from another thread than the network thread they take the queue") {
    scene.port.net = false;
    scene.feed(kCamera, 4);
    CHECK(scene.forwarded(kCamera) == 2);
    CHECK(scene.port.async_forwarded.size() == 1);
  }
  SECTION("removing the venue takes the bin out and packets go straight again") {
    scene.room->remove_venue(scene.venue);
    REQUIRE(scene.loop.run_until(
        [&] { return scene.room->dot().find("camera_sink") == std::string::npos; }));
    scene.feed(kCamera, 5);
    CHECK(scene.forwarded(kCamera) == 3);
    scene.room->remove_venue(scene.venue);  // again: nothing to do
  }
  SECTION("after detach_all nothing enters the pipeline") {
    bool detached = false;
    scene.room->detach_all([&] { detached = true; });
    REQUIRE(scene.loop.run_until([&] { return detached; }));
    CHECK(scene.port.sources[kCamera].ingress == nullptr);
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

}  // namespace huiban::test
