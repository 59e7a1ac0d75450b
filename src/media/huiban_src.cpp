// huibansrc: decrypted RTP of one track enters a pipeline. Push mode without a task of its own:
// rtc's network thread pushes through the Ingress, so everything behind it must be quick and must
// never block.
#include <gst/video/video-event.h>

#include <atomic>
#include <mutex>
#include <string>

#include "media/element_types.h"
#include "media/elements.h"
#include "media/guarded.h"

namespace huiban::media {
namespace {

// Larger than any packet that one UDP datagram of a 1500-byte network carries.
constexpr guint kPooledBytes = 1600;

enum Property {
  kPropMedia = 1,
  kPropEncodingName,
  kPropClockRate,
  kPropPackets,
  kPropDropped,
  kPropKeyframeRequests
};

// One for all elements: packets are back when a push returns, unless a tap keeps them, so it grows
// to the longest list that one of them pushed.
GstBufferPool* pool() {
  static GstBufferPool* const shared = [] {
    GstBufferPool* made = gst_buffer_pool_new();
    GST_OBJECT_FLAG_SET(made, GST_OBJECT_FLAG_MAY_BE_LEAKED);
    GstStructure* config = gst_buffer_pool_get_config(made);
    gst_buffer_pool_config_set_params(config, nullptr, kPooledBytes, 0, 0);
    gst_buffer_pool_set_config(made, config);
    gst_buffer_pool_set_active(made, TRUE);
    return made;
  }();
  return shared;
}

struct SrcState {
  std::mutex mutex;  // properties and the callback; never held while pushing
  std::string media = "video", encoding_name = "VP8";
  gint clock_rate = 90000;
  std::function<void()> request_keyframe;

  std::atomic<bool> running{false};  // PAUSED or PLAYING
  std::atomic<bool> failed{false};   // downstream gave an error; until the next start
  std::atomic<bool> announced{false};
  std::atomic<guint64> packets{0}, dropped{0}, keyframe_requests{0};
};

struct HuibanSrc {
  GstElement element;
  GstPad* pad;
  SrcState* state;
};
struct HuibanSrcClass {
  GstElementClass parent_class;
};

G_DEFINE_TYPE(HuibanSrc, huiban_src, GST_TYPE_ELEMENT)

GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                                                            GST_STATIC_CAPS("application/x-rtp"));

HuibanSrc* as_src(gpointer object) {
  return static_cast<HuibanSrc*>(object);
}

GstCaps* make_caps(SrcState& state) {
  std::lock_guard lock(state.mutex);
  return gst_caps_new_simple("application/x-rtp", "media", G_TYPE_STRING, state.media.c_str(),
                             "encoding-name", G_TYPE_STRING, state.encoding_name.c_str(),
                             "clock-rate", G_TYPE_INT, state.clock_rate, nullptr);
}

// stream-start, caps and segment precede the first buffer after each start.
void announce(HuibanSrc* self) {
  gchar* id = gst_pad_create_stream_id(self->pad, GST_ELEMENT_CAST(self), nullptr);
  GstEvent* start = gst_event_new_stream_start(id);
  gst_event_set_group_id(start, gst_util_group_id_next());
  g_free(id);
  gst_pad_push_event(self->pad, start);
  GstCaps* caps = make_caps(*self->state);
  gst_pad_push_event(self->pad, gst_event_new_caps(caps));
  gst_caps_unref(caps);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(self->pad, gst_event_new_segment(&segment));
}

GstClockTime running_time(GstElement* element) {
  GstClock* clock = gst_element_get_clock(element);
  if (!clock) return GST_CLOCK_TIME_NONE;
  const GstClockTime now = gst_clock_get_time(clock);
  const GstClockTime base = gst_element_get_base_time(element);
  gst_object_unref(clock);
  return now > base ? now - base : 0;
}

GstBuffer* make_buffer(rtc::RtpView packet, GstClockTime pts) {
  GstBuffer* buffer = nullptr;
  if (packet.size() <= kPooledBytes) {
    if (gst_buffer_pool_acquire_buffer(pool(), &buffer, nullptr) != GST_FLOW_OK) return nullptr;
    gst_buffer_set_size(buffer, static_cast<gssize>(packet.size()));
  } else {
    buffer = gst_buffer_new_allocate(nullptr, packet.size(), nullptr);
  }
  gst_buffer_fill(buffer, 0, packet.data(), packet.size());
  GST_BUFFER_PTS(buffer) = pts;
  // RFC 3550 section 5.1: the marker is the top bit of the second byte.
  if (packet.size() > 1 && (packet[1] & 0x80)) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_MARKER);
  return buffer;
}

void push(HuibanSrc* self, std::span<const rtc::RtpView> packets) {
  SrcState& state = *self->state;
  if (packets.empty()) return;
  if (!state.running.load() || state.failed.load()) {
    state.dropped += packets.size();
    return;
  }
  if (!state.announced.exchange(true)) announce(self);
  GstBufferList* list = gst_buffer_list_new_sized(static_cast<guint>(packets.size()));
  const GstClockTime pts = running_time(GST_ELEMENT_CAST(self));
  for (const auto& packet : packets)
    if (GstBuffer* buffer = make_buffer(packet, pts)) gst_buffer_list_add(list, buffer);
  if (gst_buffer_list_length(list) == 0) {
    gst_buffer_list_unref(list);
    state.dropped += packets.size();
    return;
  }
  const GstFlowReturn flow = gst_pad_push_list(self->pad, list);
  state.packets += packets.size();
  if (flow == GST_FLOW_OK) return;
  state.dropped += packets.size();
  // The caller is the network thread: it never sees an error. Whoever watches the bus rebuilds the
  // bin.
  if (flow != GST_FLOW_FLUSHING && !state.failed.exchange(true)) GST_ELEMENT_FLOW_ERROR(self, flow);
}

class ElementIngress final : public rtc::Ingress {
 public:
  explicit ElementIngress(GstElement* src) : src_(GST_ELEMENT_CAST(gst_object_ref(src))) {}
  ~ElementIngress() override { gst_object_unref(src_); }
  void on_rtp(std::span<const rtc::RtpView> packets) override { push(as_src(src_), packets); }

 private:
  GstElement* src_;
};

gboolean on_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  switch (GST_QUERY_TYPE(query)) {
    case GST_QUERY_LATENCY:
      // Buffers are stamped when they arrive, so the element itself adds nothing and limits
      // nothing.
      gst_query_set_latency(query, TRUE, 0, GST_CLOCK_TIME_NONE);
      return TRUE;
    case GST_QUERY_SCHEDULING:
      gst_query_set_scheduling(query, GST_SCHEDULING_FLAG_SEQUENTIAL, 1, -1, 0);
      gst_query_add_scheduling_mode(query, GST_PAD_MODE_PUSH);
      return TRUE;
    case GST_QUERY_CAPS: {
      GstCaps* filter = nullptr;
      gst_query_parse_caps(query, &filter);
      GstCaps* caps = make_caps(*as_src(parent)->state);
      if (filter) {
        GstCaps* both = gst_caps_intersect_full(filter, caps, GST_CAPS_INTERSECT_FIRST);
        gst_caps_unref(caps);
        caps = both;
      }
      gst_query_set_caps_result(query, caps);
      gst_caps_unref(caps);
      return TRUE;
    }
    default:
      return gst_pad_query_default(pad, parent, query);
  }
}

gboolean on_event(GstPad*, GstObject* parent, GstEvent* event) {
  SrcState& state = *as_src(parent)->state;
  gboolean handled = TRUE;
  if (gst_video_event_is_force_key_unit(event)) {
    ++state.keyframe_requests;
    std::function<void()> request;
    {
      std::lock_guard lock(state.mutex);
      request = state.request_keyframe;
    }
    if (request) guarded("huibansrc keyframe request", request);
    handled = request != nullptr;
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_SEEK) {
    handled = FALSE;  // live
  }
  gst_event_unref(event);
  return handled;
}

GstStateChangeReturn change_state(GstElement* element, GstStateChange change) {
  HuibanSrc* self = as_src(element);
  SrcState& state = *self->state;
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) state.running = false;
  const auto result = GST_ELEMENT_CLASS(huiban_src_parent_class)->change_state(element, change);
  if (result == GST_STATE_CHANGE_FAILURE) return result;
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    state.failed = state.announced = false;
    state.running = true;
    return GST_STATE_CHANGE_NO_PREROLL;
  }
  if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED) return GST_STATE_CHANGE_NO_PREROLL;
  return result;
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  SrcState& state = *as_src(object)->state;
  std::lock_guard lock(state.mutex);
  const auto text = [&] { return g_value_get_string(value) ? g_value_get_string(value) : ""; };
  switch (id) {
    case kPropMedia:
      state.media = text();
      break;
    case kPropEncodingName:
      state.encoding_name = text();
      break;
    case kPropClockRate:
      state.clock_rate = g_value_get_int(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  SrcState& state = *as_src(object)->state;
  std::lock_guard lock(state.mutex);
  switch (id) {
    case kPropMedia:
      g_value_set_string(value, state.media.c_str());
      break;
    case kPropEncodingName:
      g_value_set_string(value, state.encoding_name.c_str());
      break;
    case kPropClockRate:
      g_value_set_int(value, state.clock_rate);
      break;
    case kPropPackets:
      g_value_set_uint64(value, state.packets);
      break;
    case kPropDropped:
      g_value_set_uint64(value, state.dropped);
      break;
    case kPropKeyframeRequests:
      g_value_set_uint64(value, state.keyframe_requests);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void finalize(GObject* object) {
  delete as_src(object)->state;
  G_OBJECT_CLASS(huiban_src_parent_class)->finalize(object);
}

void huiban_src_init(HuibanSrc* self) {
  self->state = new SrcState;
  self->pad = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_query_function(self->pad, on_query);
  gst_pad_set_event_function(self->pad, on_event);
  gst_element_add_pad(GST_ELEMENT_CAST(self), self->pad);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
}

void huiban_src_class_init(HuibanSrcClass* klass) {
  auto* object = G_OBJECT_CLASS(klass);
  auto* element = GST_ELEMENT_CLASS(klass);
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  element->change_state = change_state;
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(
      element, "Huiban RTP source", "Source/Network",
      "Decrypted RTP of one track from the server's network thread (live, push, no task)",
      "Huiban");
  const auto rw = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                           GST_PARAM_MUTABLE_READY);
  const auto ro = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      object, kPropMedia,
      g_param_spec_string("media", "Media", "Caps field media: audio or video", "video", rw));
  g_object_class_install_property(
      object, kPropEncodingName,
      g_param_spec_string("encoding-name", "Encoding name", "Caps field encoding-name: VP8, OPUS",
                          "VP8", rw));
  g_object_class_install_property(
      object, kPropClockRate,
      g_param_spec_int("clock-rate", "Clock rate", "RTP clock rate, Hz", 1, G_MAXINT, 90000, rw));
  g_object_class_install_property(
      object, kPropPackets,
      g_param_spec_uint64("packets", "Packets", "Packets pushed since the element was made", 0,
                          G_MAXUINT64, 0, ro));
  g_object_class_install_property(
      object, kPropDropped,
      g_param_spec_uint64("dropped", "Dropped",
                          "Packets not taken: element stopped, or downstream failed", 0,
                          G_MAXUINT64, 0, ro));
  g_object_class_install_property(
      object, kPropKeyframeRequests,
      g_param_spec_uint64("keyframe-requests", "Keyframe requests",
                          "GstForceKeyUnit events received from downstream", 0, G_MAXUINT64, 0,
                          ro));
}

}  // namespace

GType huiban_src_type() {
  return huiban_src_get_type();
}

std::shared_ptr<rtc::Ingress> make_ingress(GstElement* src) {
  HUIBAN_ASSERT(G_TYPE_CHECK_INSTANCE_TYPE(src, huiban_src_get_type()));
  return std::make_shared<ElementIngress>(src);
}

void set_keyframe_request(GstElement* src, std::function<void()> request) {
  HUIBAN_ASSERT(G_TYPE_CHECK_INSTANCE_TYPE(src, huiban_src_get_type()));
  SrcState& state = *as_src(src)->state;
  std::lock_guard lock(state.mutex);
  state.request_keyframe = std::move(request);
}

}  // namespace huiban::media
