#include "tests/media/interop/webrtc_peer.h"

#include <gst/app/gstappsink.h>
#include <gst/sdp/sdp.h>

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

namespace huiban::test {
namespace {

constexpr const char* kVideoCaps =
    "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96";
constexpr const char* kAudioCaps =
    "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111,"
    "encoding-params=(string)2";

GstElement* make(GstElement* pipeline, const std::string& launch) {
  GError* error = nullptr;
  GstElement* bin = gst_parse_bin_from_description(launch.c_str(), TRUE, &error);
  if (error) FAIL(error->message);
  gst_bin_add(GST_BIN(pipeline), bin);
  return bin;
}

// A promise whose answer is awaited with the loop running.
struct Waiting {
  std::atomic<bool> answered{false};
  GstPromise* promise = gst_promise_new_with_change_func(
      [](GstPromise*, gpointer self) { static_cast<Waiting*>(self)->answered = true; }, this,
      nullptr);
  ~Waiting() { gst_promise_unref(promise); }
};

}  // namespace

// One received track: what came last, kept by the streaming thread.
struct WebRtcPeer::Receiver {
  bool video = false;
  std::size_t mline = 0;
  std::mutex mutex;
  std::uint64_t count = 0;
  std::array<int, 3> middle{};  // red, green, blue
  double hz = 0;

  void take(GstSample* sample) {
    GstMapInfo map;
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
    std::lock_guard lock(mutex);
    ++count;
    if (video) {
      int width = 0, height = 0;
      const auto* caps = gst_caps_get_structure(gst_sample_get_caps(sample), 0);
      gst_structure_get_int(caps, "width", &width);
      gst_structure_get_int(caps, "height", &height);
      const auto* pixel = map.data + (height / 2 * width + width / 2) * 4;
      middle = {pixel[0], pixel[1], pixel[2]};
    } else {
      measure(reinterpret_cast<const std::int16_t*>(map.data), map.size / 2);
    }
    gst_buffer_unmap(buffer, &map);
  }

 private:
  // Frequency by rising zero crossings over 100 ms at 48 kHz mono; enough for pure tones.
  void measure(const std::int16_t* samples, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      if (previous_ < 0 && samples[i] >= 0) ++crossings_;
      if (samples[i] != 0) previous_ = samples[i];
      loudest_ = std::max(loudest_, std::abs(int(samples[i])));
      if (++seen_ < 4800) continue;
      hz = loudest_ > 300 ? crossings_ * 10.0 : 0;
      seen_ = crossings_ = loudest_ = 0;
    }
  }
  int seen_ = 0, crossings_ = 0, loudest_ = 0;
  int previous_ = 0;
};

WebRtcPeer::WebRtcPeer(Loop& loop, const WebRtcShape& shape) : loop_(loop) {
  init_media();
  pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
  GstElement* webrtc = gst_element_factory_make("webrtcbin", nullptr);
  REQUIRE(webrtc);
  webrtc_ = media::share(webrtc);
  gst_bin_add(GST_BIN(pipeline_.get()), webrtc);
  gst_util_set_object_arg(G_OBJECT(webrtc), "bundle-policy", "max-bundle");
  g_signal_connect(webrtc, "pad-added", G_CALLBACK(on_pad), this);
  g_signal_connect(webrtc, "on-negotiation-needed", G_CALLBACK(+[](GstElement*, gpointer self) {
                     static_cast<WebRtcPeer*>(self)->negotiation_needed_ = true;
                   }),
                   this);
  // webrtcbin answers nothing below READY.
  gst_element_set_state(pipeline_.get(), GST_STATE_READY);
  only_loopback();
  send(shape);
  receive("video", kVideoCaps, shape.video_received);
  receive("audio", kAudioCaps, shape.audio_received);
  first_video_ = first_audio_ = (shape.colour ? 1 : 0) + (shape.tone_hz > 0 ? 1 : 0);
  first_audio_ += static_cast<std::size_t>(shape.video_received);
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

WebRtcPeer::~WebRtcPeer() {
  g_signal_handlers_disconnect_by_data(webrtc_.get(), this);
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

// The nice agent looks for routers (UPnP) and TCP candidates by default; tests stay on this
// machine.
void WebRtcPeer::only_loopback() {
  GObject *ice = nullptr, *agent = nullptr;
  g_object_get(webrtc_.get(), "ice-agent", &ice, nullptr);
  REQUIRE(ice);
  g_object_get(ice, "agent", &agent, nullptr);
  REQUIRE(agent);
  g_object_set(agent, "upnp", FALSE, "ice-tcp", FALSE, nullptr);
  gboolean added = FALSE;
  g_signal_emit_by_name(ice, "add-local-ip-address", "127.0.0.1", &added);
  g_object_unref(agent);
  g_object_unref(ice);
}

void WebRtcPeer::send(const WebRtcShape& shape) {
  const auto link = [&](const std::string& launch) {
    GstElement* bin = make(pipeline_.get(), launch);
    if (!gst_element_link(bin, webrtc_.get())) FAIL("cannot link " + launch);
  };
  if (shape.colour)
    link("videotestsrc is-live=true pattern=solid-color foreground-color=" +
         std::to_string(shape.colour) +
         " ! video/x-raw,width=320,height=240,framerate=15/1 ! vp8enc deadline=1 cpu-used=8 "
         "keyframe-max-dist=100000 target-bitrate=300000 ! rtpvp8pay pt=96 picture-id-mode=15-bit "
         "! capsfilter caps=\"" +
         kVideoCaps + "\"");
  if (shape.tone_hz > 0)
    link("audiotestsrc is-live=true freq=" + std::to_string(shape.tone_hz) +
         " ! audio/x-raw,rate=48000,channels=1 ! opusenc ! rtpopuspay pt=111 ! capsfilter caps=\"" +
         kAudioCaps + "\"");
  GArray* transceivers = nullptr;
  g_signal_emit_by_name(webrtc_.get(), "get-transceivers", &transceivers);
  for (guint i = 0; i < transceivers->len; ++i)
    g_object_set(g_array_index(transceivers, GstWebRTCRTPTransceiver*, i), "direction",
                 GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, nullptr);
  g_array_unref(transceivers);
}

void WebRtcPeer::receive(const char* kind, const char* caps, int count) {
  for (int i = 0; i < count; ++i) {
    media::GstMini<GstCaps> wanted(gst_caps_from_string(caps));
    GstWebRTCRTPTransceiver* transceiver = nullptr;
    g_signal_emit_by_name(webrtc_.get(), "add-transceiver",
                          GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, wanted.get(),
                          &transceiver);
    INFO(kind);
    REQUIRE(transceiver);
    gst_object_unref(transceiver);
  }
}

std::string WebRtcPeer::offer() {
  REQUIRE(loop_.run_until([&] { return negotiation_needed_.load(); }));
  Waiting created;
  g_signal_emit_by_name(webrtc_.get(), "create-offer", nullptr, created.promise);
  REQUIRE(loop_.run_until([&] { return created.answered.load(); }));
  GstWebRTCSessionDescription* offer = nullptr;
  gst_structure_get(gst_promise_get_reply(created.promise), "offer",
                    GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr);
  REQUIRE(offer);
  Waiting set;
  g_signal_emit_by_name(webrtc_.get(), "set-local-description", offer, set.promise);
  REQUIRE(loop_.run_until([&] { return set.answered.load(); }));
  gchar* text = gst_sdp_message_as_text(offer->sdp);
  std::string sdp = text;
  g_free(text);
  gst_webrtc_session_description_free(offer);
  return sdp;
}

void WebRtcPeer::answer(const std::string& sdp) {
  GstSDPMessage* message = nullptr;
  REQUIRE(gst_sdp_message_new_from_text(sdp.c_str(), &message) == GST_SDP_OK);
  auto* description = gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
  Waiting set;
  g_signal_emit_by_name(webrtc_.get(), "set-remote-description", description, set.promise);
  REQUIRE(loop_.run_until([&] { return set.answered.load(); }));
  const GstStructure* reply = gst_promise_get_reply(set.promise);
  if (reply && gst_structure_has_field(reply, "error")) {
    gchar* text = gst_structure_to_string(reply);
    FAIL(text);
  }
  gst_webrtc_session_description_free(description);
}

WebRtcPeer::Receiver* WebRtcPeer::make_receiver(GstPad* pad) {
  auto receiver = std::make_unique<Receiver>();
  media::GstMini<GstCaps> caps(gst_pad_get_current_caps(pad));
  if (caps)
    receiver->video =
        g_strcmp0(gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "media"),
                  "video") == 0;
  GstWebRTCRTPTransceiver* transceiver = nullptr;
  g_object_get(pad, "transceiver", &transceiver, nullptr);
  if (transceiver) {
    guint line = 0;
    g_object_get(transceiver, "mlineindex", &line, nullptr);
    receiver->mline = line;
    gst_object_unref(transceiver);
  }
  std::lock_guard lock(mutex_);
  receivers_.push_back(std::move(receiver));
  return receivers_.back().get();
}

void WebRtcPeer::on_pad(GstElement*, GstPad* pad, gpointer self) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  auto* peer = static_cast<WebRtcPeer*>(self);
  Receiver* receiver = peer->make_receiver(pad);
  GstElement* bin = gst_parse_bin_from_description(
      receiver->video
          ? "rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=RGBx ! "
            "appsink name=out sync=false"
          : "rtpopusdepay ! opusdec ! audioconvert ! audioresample ! "
            "audio/x-raw,format=S16LE,rate=48000,channels=1 ! appsink name=out sync=false",
      TRUE, nullptr);
  gst_bin_add(GST_BIN(peer->pipeline_.get()), bin);
  media::GstOwned<GstElement> out(gst_bin_get_by_name(GST_BIN(bin), "out"));
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = [](GstAppSink* sink, gpointer data) {
    media::GstMini<GstSample> sample(gst_app_sink_pull_sample(sink));
    if (sample) static_cast<Receiver*>(data)->take(sample.get());
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK(out.get()), &callbacks, receiver, nullptr);
  gst_element_sync_state_with_parent(bin);
  media::GstOwned<GstPad> sink(gst_element_get_static_pad(bin, "sink"));
  gst_pad_link(pad, sink.get());
}

namespace {

template <class Receivers>
auto* find(const Receivers& receivers, std::size_t mline) {
  for (const auto& receiver : receivers)
    if (receiver->mline == mline) return receiver.get();
  return static_cast<decltype(receivers[0].get())>(nullptr);
}

}  // namespace

bool WebRtcPeer::sees(std::size_t video, std::uint32_t colour) const {
  std::lock_guard lock(mutex_);
  auto* receiver = find(receivers_, first_video_ + video);
  if (!receiver) return false;
  std::lock_guard inner(receiver->mutex);
  for (int i = 0; i < 3; ++i) {
    const int want = static_cast<int>((colour >> (16 - 8 * i)) & 0xff);
    if (std::abs(receiver->middle[static_cast<std::size_t>(i)] - want) > 24) return false;
  }
  return receiver->count > 0;
}

std::uint64_t WebRtcPeer::pictures(std::size_t video) const {
  std::lock_guard lock(mutex_);
  auto* receiver = find(receivers_, first_video_ + video);
  if (!receiver) return 0;
  std::lock_guard inner(receiver->mutex);
  return receiver->count;
}

double WebRtcPeer::heard_hz(std::size_t audio) const {
  std::lock_guard lock(mutex_);
  auto* receiver = find(receivers_, first_audio_ + audio);
  if (!receiver) return 0;
  std::lock_guard inner(receiver->mutex);
  return receiver->hz;
}

std::uint64_t WebRtcPeer::sounds(std::size_t audio) const {
  std::lock_guard lock(mutex_);
  auto* receiver = find(receivers_, first_audio_ + audio);
  if (!receiver) return 0;
  std::lock_guard inner(receiver->mutex);
  return receiver->count;
}

}  // namespace huiban::test
