// huibanbridge: from a tee of a live pipeline into the appsrc of another one. Whatever happens over
// there, the live pipeline sees GST_FLOW_OK at once (docs/media.md says why a queue behind a tee is
// not enough).
#include <gst/app/gstappsrc.h>

#include <atomic>
#include <mutex>

#include "media/element_types.h"
#include "media/elements.h"
#include "media/gst_ptr.h"

namespace huiban::media {
namespace {

// Buffers that may wait: about 2 s of a 1.4 Mbit/s picture in 1200-byte packets, rounded up.
constexpr guint64 kMaxBuffers = 512;

enum Property { kPropPackets = 1, kPropDropped };

struct BridgeState {
  std::mutex mutex;  // guards output and caps
  GstOwned<GstAppSrc> output;
  GstMini<GstCaps> caps;
  std::atomic<guint64> packets{0}, dropped{0};
};

struct HuibanBridge {
  GstElement element;
  GstPad* pad;
  BridgeState* state;
};
struct HuibanBridgeClass {
  GstElementClass parent_class;
};

G_DEFINE_TYPE(HuibanBridge, huiban_bridge, GST_TYPE_ELEMENT)

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

HuibanBridge* as_bridge(gpointer object) {
  return static_cast<HuibanBridge*>(object);
}

GstOwned<GstAppSrc> output_of(BridgeState& state) {
  std::lock_guard lock(state.mutex);
  return state.output ? share(state.output.get()) : nullptr;
}

void hand_over(BridgeState& state, GstAppSrc* output, GstBuffer* buffer) {
  ++state.packets;
  if (!output || gst_app_src_push_buffer(output, gst_buffer_ref(buffer)) != GST_FLOW_OK)
    ++state.dropped;
}

GstFlowReturn on_buffer(GstPad*, GstObject* parent, GstBuffer* buffer) {
  BridgeState& state = *as_bridge(parent)->state;
  hand_over(state, output_of(state).get(), buffer);
  gst_buffer_unref(buffer);
  return GST_FLOW_OK;
}

GstFlowReturn on_list(GstPad*, GstObject* parent, GstBufferList* list) {
  BridgeState& state = *as_bridge(parent)->state;
  const auto output = output_of(state);
  const guint length = gst_buffer_list_length(list);
  for (guint i = 0; i < length; ++i) hand_over(state, output.get(), gst_buffer_list_get(list, i));
  gst_buffer_list_unref(list);
  return GST_FLOW_OK;
}

// The stream of the live pipeline may end or be flushed; the other pipeline decides for itself when
// it stops.
gboolean on_event(GstPad*, GstObject* parent, GstEvent* event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    BridgeState& state = *as_bridge(parent)->state;
    GstCaps* caps = nullptr;
    gst_event_parse_caps(event, &caps);
    std::lock_guard lock(state.mutex);
    state.caps.reset(gst_caps_ref(caps));
    if (state.output) gst_app_src_set_caps(state.output.get(), caps);
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
    GstMessage* message = gst_message_new_eos(parent);  // every sink of a pipeline owes it this
    gst_message_set_seqnum(message, gst_event_get_seqnum(event));
    gst_element_post_message(GST_ELEMENT_CAST(parent), message);
  }
  gst_event_unref(event);
  return TRUE;
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  BridgeState& state = *as_bridge(object)->state;
  switch (id) {
    case kPropPackets:
      g_value_set_uint64(value, state.packets);
      break;
    case kPropDropped:
      g_value_set_uint64(value, state.dropped);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void finalize(GObject* object) {
  delete as_bridge(object)->state;
  G_OBJECT_CLASS(huiban_bridge_parent_class)->finalize(object);
}

void huiban_bridge_init(HuibanBridge* self) {
  self->state = new BridgeState;
  self->pad = gst_pad_new_from_static_template(&sink_template, "sink");
  gst_pad_set_chain_function(self->pad, on_buffer);
  gst_pad_set_chain_list_function(self->pad, on_list);
  gst_pad_set_event_function(self->pad, on_event);
  gst_element_add_pad(GST_ELEMENT_CAST(self), self->pad);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SINK);
}

void huiban_bridge_class_init(HuibanBridgeClass* klass) {
  auto* object = G_OBJECT_CLASS(klass);
  auto* element = GST_ELEMENT_CLASS(klass);
  object->get_property = get_property;
  object->finalize = finalize;
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_set_static_metadata(
      element, "Huiban bridge", "Sink",
      "Hands buffers to the appsrc of another pipeline; never blocks or fails upstream", "Huiban");
  const auto ro = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      object, kPropPackets,
      g_param_spec_uint64("packets", "Packets", "Buffers received", 0, G_MAXUINT64, 0, ro));
  g_object_class_install_property(
      object, kPropDropped,
      g_param_spec_uint64("dropped", "Dropped",
                          "Buffers that the other pipeline did not take (none, or not running); "
                          "what its appsrc leaks when full is not counted here",
                          0, G_MAXUINT64, 0, ro));
}

}  // namespace

GType huiban_bridge_type() {
  return huiban_bridge_get_type();
}

void set_bridge_output(GstElement* bridge, GstElement* appsrc) {
  HUIBAN_ASSERT(G_TYPE_CHECK_INSTANCE_TYPE(bridge, huiban_bridge_get_type()));
  HUIBAN_ASSERT(!appsrc || GST_IS_APP_SRC(appsrc));
  BridgeState& state = *as_bridge(bridge)->state;
  if (appsrc) {
    guint64 max_buffers = 0;
    g_object_get(appsrc, "max-buffers", &max_buffers, nullptr);
    if (max_buffers == 0 || max_buffers > kMaxBuffers) max_buffers = kMaxBuffers;
    g_object_set(appsrc, "block", FALSE, "leaky-type", GST_APP_LEAKY_TYPE_DOWNSTREAM, "max-buffers",
                 max_buffers, "max-bytes", guint64{0}, "max-time", guint64{0}, nullptr);
  }
  std::lock_guard lock(state.mutex);
  state.output.reset(appsrc ? GST_APP_SRC(gst_object_ref(appsrc)) : nullptr);
  if (state.output && state.caps) gst_app_src_set_caps(state.output.get(), state.caps.get());
}

}  // namespace huiban::media
