#include <gst/app/gstappsrc.h>
#include <gst/check/gstharness.h>
#include <gst/video/video-event.h>

#include <catch2/catch.hpp>
#include <memory>

#include "media/elements.h"
#include "media/gst_ptr.h"
#include "tests/media/loop.h"
#include "tests/media/packets.h"

namespace huiban::test {
namespace {

struct HarnessEnd {
  void operator()(GstHarness* h) const { gst_harness_teardown(h); }
};
using Harness = std::unique_ptr<GstHarness, HarnessEnd>;

Harness harness(const char* launch) {
  init_media();
  return Harness(gst_harness_new_parse(launch));
}

media::GstOwned<GstElement> in(const Harness& h, const char* name) {
  return media::GstOwned<GstElement>(gst_bin_get_by_name(GST_BIN(h->element), name));
}

guint64 count(GstElement* element, const char* property) {
  guint64 value = 0;
  g_object_get(element, property, &value, nullptr);
  return value;
}

struct Recorder final : media::Egress {
  std::vector<Packet> packets;
  std::vector<std::size_t> batches;
  void on_rtp(std::span<const rtc::RtpView> views) override {
    batches.push_back(views.size());
    for (const auto& view : views) packets.emplace_back(view.begin(), view.end());
  }
};

std::vector<Packet> some_packets(int count) {
  std::vector<Packet> packets;
  for (int i = 0; i < count; ++i)
    packets.push_back(rtp_packet(static_cast<std::uint16_t>(i), i == count - 1));
  return packets;
}

}  // namespace

TEST_CASE("huibansrc announces the stream before its first packets") {
  auto h = harness("huibansrc name=s media=audio encoding-name=OPUS clock-rate=48000");
  const auto src = in(h, "s");
  const auto ingress = media::make_ingress(src.get());
  gst_harness_play(h.get());
  const auto packets = some_packets(3);
  ingress->on_rtp(views_of(packets));

  const GstEventType order[] = {GST_EVENT_STREAM_START, GST_EVENT_CAPS, GST_EVENT_SEGMENT};
  for (const auto type : order) {
    media::GstMini<GstEvent> event(gst_harness_pull_event(h.get()));
    REQUIRE(event);
    CHECK(GST_EVENT_TYPE(event.get()) == type);
    if (type != GST_EVENT_CAPS) continue;
    GstCaps* caps = nullptr;
    gst_event_parse_caps(event.get(), &caps);
    media::GstMini<GstCaps> expected(
        gst_caps_from_string("application/x-rtp, media=(string)audio, encoding-name=(string)OPUS, "
                             "clock-rate=(int)48000"));
    CHECK(gst_caps_is_equal(caps, expected.get()));
  }
  for (std::size_t i = 0; i < packets.size(); ++i) {
    media::GstMini<GstBuffer> buffer(gst_harness_pull(h.get()));
    REQUIRE(buffer);
    CHECK(gst_buffer_memcmp(buffer.get(), 0, packets[i].data(), packets[i].size()) == 0);
    CHECK(gst_buffer_get_size(buffer.get()) == packets[i].size());
    CHECK(GST_BUFFER_PTS_IS_VALID(buffer.get()));
    CHECK(GST_BUFFER_FLAG_IS_SET(buffer.get(), GST_BUFFER_FLAG_MARKER) == (i == 2));
  }
  CHECK(count(src.get(), "packets") == 3);
}

TEST_CASE("huibansrc takes packets of any size from its pool again and again") {
  auto h = harness("huibansrc name=s");
  const auto ingress = media::make_ingress(in(h, "s").get());
  gst_harness_play(h.get());
  for (int i = 0; i < 300; ++i) {
    const std::size_t payload = i % 3 == 0 ? 1 : i % 3 == 1 ? 1188 : 3000;
    const std::vector<Packet> packets{rtp_packet(static_cast<std::uint16_t>(i), false, payload)};
    ingress->on_rtp(views_of(packets));
    media::GstMini<GstBuffer> buffer(gst_harness_pull(h.get()));
    REQUIRE(buffer);
    REQUIRE(gst_buffer_get_size(buffer.get()) == payload + 12);
  }
}

TEST_CASE("huibansrc is live and adds no latency") {
  auto h = harness("huibansrc");
  gst_harness_play(h.get());
  media::GstMini<GstQuery> query(gst_query_new_latency());
  REQUIRE(gst_pad_peer_query(h->sinkpad, query.get()));
  gboolean live = FALSE;
  GstClockTime min = 1, max = 1;
  gst_query_parse_latency(query.get(), &live, &min, &max);
  CHECK(live == TRUE);
  CHECK(min == 0);
  CHECK(max == GST_CLOCK_TIME_NONE);
}

TEST_CASE("a key unit asked for downstream becomes a keyframe request") {
  auto h = harness("huibansrc name=s");
  const auto src = in(h, "s");
  int asked = 0;
  gst_harness_play(h.get());
  // Nobody to ask: refused, nothing happens.
  CHECK_FALSE(gst_harness_push_upstream_event(
      h.get(), gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 1)));
  media::set_keyframe_request(src.get(), [&] { ++asked; });
  CHECK(gst_harness_push_upstream_event(
      h.get(), gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 2)));
  CHECK(asked == 1);
  CHECK(count(src.get(), "keyframe-requests") == 2);
  CHECK_FALSE(gst_harness_push_upstream_event(
      h.get(), gst_event_new_seek(1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0,
                                  GST_SEEK_TYPE_NONE, 0)));
}

TEST_CASE("a stopped huibansrc drops and counts") {
  init_media();
  media::GstOwned<GstElement> src(
      GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("huibansrc", nullptr))));
  const auto ingress = media::make_ingress(src.get());
  const auto packets = some_packets(2);
  ingress->on_rtp(views_of(packets));
  CHECK(count(src.get(), "dropped") == 2);
  gst_element_set_state(src.get(), GST_STATE_PLAYING);
  gst_element_set_state(src.get(), GST_STATE_NULL);
  ingress->on_rtp(views_of(packets));
  CHECK(count(src.get(), "dropped") == 4);
  CHECK(count(src.get(), "packets") == 0);
}

TEST_CASE("a failing branch never reaches the pushing thread and is reported once on the bus") {
  init_media();
  media::GstOwned<GstElement> pipeline(gst_parse_launch(
      "huibansrc name=s ! identity error-after=2 ! fakesink async=false", nullptr));
  media::GstOwned<GstElement> src(gst_bin_get_by_name(GST_BIN(pipeline.get()), "s"));
  const auto ingress = media::make_ingress(src.get());
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  const auto packets = some_packets(1);
  for (int i = 0; i < 6; ++i) ingress->on_rtp(views_of(packets));
  CHECK(count(src.get(), "dropped") >= 4);
  media::GstOwned<GstBus> bus(gst_pipeline_get_bus(GST_PIPELINE(pipeline.get())));
  int from_src = 0;
  while (media::GstMini<GstMessage> message{gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR)})
    from_src += GST_MESSAGE_SRC(message.get()) == GST_OBJECT(src.get());
  CHECK(from_src == 1);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  // After a restart packets flow again until the branch fails again.
  const auto before = count(src.get(), "packets");
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  ingress->on_rtp(views_of(packets));
  CHECK(count(src.get(), "packets") == before + 1);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
}

TEST_CASE("huibansink hands over buffers and lists in order, in batches") {
  auto h = harness("huibansink name=k source=7");
  const auto sink = in(h, "k");
  auto egress = std::make_shared<Recorder>();
  media::set_egress(sink.get(), egress);
  gst_harness_set_src_caps_str(h.get(), "application/x-rtp, media=(string)video");

  const auto packets = some_packets(150);
  GstBufferList* list = gst_buffer_list_new();
  for (const auto& packet : packets)
    gst_buffer_list_add(list, gst_buffer_new_memdup(packet.data(), packet.size()));
  CHECK(gst_pad_push_list(h->srcpad, list) == GST_FLOW_OK);
  CHECK(egress->packets == packets);
  CHECK(egress->batches == std::vector<std::size_t>{64, 64, 22});

  CHECK(gst_harness_push(h.get(), gst_buffer_new_memdup(packets[0].data(), packets[0].size())) ==
        GST_FLOW_OK);
  CHECK(egress->packets.size() == 151);
  CHECK(count(sink.get(), "packets") == 151);
  CHECK(count(sink.get(), "bytes") == 151 * packets[0].size());
  CHECK(count(sink.get(), "source") == 7);

  media::set_egress(sink.get(), nullptr);
  CHECK(gst_harness_push(h.get(), gst_buffer_new_memdup(packets[0].data(), packets[0].size())) ==
        GST_FLOW_OK);
  CHECK(egress->packets.size() == 151);
}

TEST_CASE("huibansink survives an egress that throws") {
  struct Thrower final : media::Egress {
    void on_rtp(std::span<const rtc::RtpView>) override { throw std::runtime_error("no"); }
  };
  auto h = harness("huibansink name=k");
  media::set_egress(in(h, "k").get(), std::make_shared<Thrower>());
  gst_harness_set_src_caps_str(h.get(), "application/x-rtp");
  CHECK(gst_harness_push(h.get(), gst_buffer_new_and_alloc(20)) == GST_FLOW_OK);
}

TEST_CASE("packets pass source, tee and sink on the calling thread") {
  init_media();
  media::GstOwned<GstElement> pipeline(
      gst_parse_launch("huibansrc name=s ! tee ! huibansink name=k", nullptr));
  media::GstOwned<GstElement> src(gst_bin_get_by_name(GST_BIN(pipeline.get()), "s"));
  media::GstOwned<GstElement> sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "k"));
  auto egress = std::make_shared<Recorder>();
  media::set_egress(sink.get(), egress);
  // No preroll: a live pipeline is playing at once.
  CHECK(gst_element_set_state(pipeline.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_ASYNC);
  const auto ingress = media::make_ingress(src.get());
  const auto packets = some_packets(40);
  ingress->on_rtp(views_of(packets));
  CHECK(egress->packets == packets);
  CHECK(egress->batches == std::vector<std::size_t>{40});
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
}

TEST_CASE("huibanbridge feeds another pipeline and is always fine with it") {
  auto h = harness("huibanbridge name=b");
  const auto bridge = in(h, "b");
  gst_harness_set_src_caps_str(h.get(), "application/x-rtp, media=(string)video");
  const auto push = [&] { return gst_harness_push(h.get(), gst_buffer_new_and_alloc(10)); };

  SECTION("without an output it drops") {
    CHECK(push() == GST_FLOW_OK);
    CHECK(count(bridge.get(), "dropped") == 1);
  }
  SECTION("an output that does not run keeps what its bound allows") {
    media::GstOwned<GstElement> appsrc(
        GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("appsrc", nullptr))));
    media::set_bridge_output(bridge.get(), appsrc.get());
    for (int i = 0; i < 600; ++i) REQUIRE(push() == GST_FLOW_OK);
    CHECK(count(appsrc.get(), "current-level-buffers") == 512);
  }
  SECTION("a running output gets caps and buffers; a blocked one leaks the oldest") {
    media::GstOwned<GstElement> pipeline(
        gst_parse_launch("appsrc name=in block=true max-buffers=4 format=time is-live=true "
                         "! queue max-size-buffers=1 ! fakesink name=out sync=false",
                         nullptr));
    media::GstOwned<GstElement> appsrc(gst_bin_get_by_name(GST_BIN(pipeline.get()), "in"));
    media::GstOwned<GstElement> out(gst_bin_get_by_name(GST_BIN(pipeline.get()), "out"));
    media::set_bridge_output(bridge.get(), appsrc.get());
    gboolean blocks = TRUE;
    g_object_get(appsrc.get(), "block", &blocks, nullptr);
    CHECK_FALSE(blocks);  // the launch file asked for it, the bridge does not allow it
    gst_element_set_state(pipeline.get(), GST_STATE_PAUSED);  // nothing flows out of a paused sink
    for (int i = 0; i < 50; ++i) REQUIRE(push() == GST_FLOW_OK);
    CHECK(count(appsrc.get(), "current-level-buffers") <= 4);
    media::GstMini<GstCaps> caps(gst_app_src_get_caps(GST_APP_SRC(appsrc.get())));
    REQUIRE(caps);
    CHECK(gst_structure_has_name(gst_caps_get_structure(caps.get(), 0), "application/x-rtp"));
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    CHECK(push() == GST_FLOW_OK);
  }
}

}  // namespace huiban::test
