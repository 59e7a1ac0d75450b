// huibansink: the end of a track's path in a pipeline. Hands packets to rtc's fan-out on the thread
// that pushes; no preroll, no clock, and never an error for upstream.
#include <array>
#include <atomic>
#include <mutex>

#include "media/element_types.h"
#include "media/elements.h"
#include "media/guarded.h"

namespace huiban::media {
namespace {

// Packets handed over at once; a larger list goes in several calls so that the views stay on the
// stack.
constexpr std::size_t kBatch = 64;

enum Property { kPropSource = 1, kPropPackets, kPropBytes };

struct SinkState {
  std::mutex mutex;  // guards egress; held for the copy only
  std::shared_ptr<Egress> egress;
  std::atomic<guint64> source{0}, packets{0}, bytes{0};
};

struct HuibanSink {
  GstElement element;
  GstPad* pad;
  SinkState* state;
};
struct HuibanSinkClass {
  GstElementClass parent_class;
};

G_DEFINE_TYPE(HuibanSink, huiban_sink, GST_TYPE_ELEMENT)

GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                                                             GST_STATIC_CAPS("application/x-rtp"));

HuibanSink* as_sink(gpointer object) {
  return static_cast<HuibanSink*>(object);
}

// Maps buffers as they come and hands them over in batches.
class Batch {
 public:
  explicit Batch(SinkState& state) : state_(state) {
    std::lock_guard lock(state.mutex);
    egress_ = state.egress;
  }
  ~Batch() { flush(); }
  void add(GstBuffer* buffer) {
    if (count_ == kBatch) flush();
    if (!gst_buffer_map(buffer, &maps_[count_], GST_MAP_READ)) return;
    buffers_[count_] = buffer;
    views_[count_] = {maps_[count_].data, maps_[count_].size};
    state_.bytes += maps_[count_].size;
    ++count_;
  }

 private:
  void flush() {
    if (count_ == 0) return;
    if (egress_)
      guarded("huibansink egress",
              [&] { egress_->on_rtp(std::span<const rtc::RtpView>(views_.data(), count_)); });
    for (std::size_t i = 0; i < count_; ++i) gst_buffer_unmap(buffers_[i], &maps_[i]);
    state_.packets += count_;
    count_ = 0;
  }

  SinkState& state_;
  std::shared_ptr<Egress> egress_;
  std::size_t count_ = 0;
  std::array<GstMapInfo, kBatch> maps_;
  std::array<GstBuffer*, kBatch> buffers_;
  std::array<rtc::RtpView, kBatch> views_;
};

GstFlowReturn on_buffer(GstPad*, GstObject* parent, GstBuffer* buffer) {
  Batch(*as_sink(parent)->state).add(buffer);
  gst_buffer_unref(buffer);
  return GST_FLOW_OK;
}

GstFlowReturn on_list(GstPad*, GstObject* parent, GstBufferList* list) {
  {
    Batch batch(*as_sink(parent)->state);
    const guint length = gst_buffer_list_length(list);
    for (guint i = 0; i < length; ++i) batch.add(gst_buffer_list_get(list, i));
  }
  gst_buffer_list_unref(list);
  return GST_FLOW_OK;
}

gboolean on_event(GstPad*, GstObject* parent, GstEvent* event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
    GstMessage* message = gst_message_new_eos(parent);
    gst_message_set_seqnum(message, gst_event_get_seqnum(event));
    gst_element_post_message(GST_ELEMENT_CAST(parent), message);
  }
  gst_event_unref(event);
  return TRUE;
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  if (id == kPropSource)
    as_sink(object)->state->source = g_value_get_uint64(value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  SinkState& state = *as_sink(object)->state;
  switch (id) {
    case kPropSource:
      g_value_set_uint64(value, state.source);
      break;
    case kPropPackets:
      g_value_set_uint64(value, state.packets);
      break;
    case kPropBytes:
      g_value_set_uint64(value, state.bytes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void finalize(GObject* object) {
  delete as_sink(object)->state;
  G_OBJECT_CLASS(huiban_sink_parent_class)->finalize(object);
}

void huiban_sink_init(HuibanSink* self) {
  self->state = new SinkState;
  self->pad = gst_pad_new_from_static_template(&sink_template, "sink");
  gst_pad_set_chain_function(self->pad, on_buffer);
  gst_pad_set_chain_list_function(self->pad, on_list);
  gst_pad_set_event_function(self->pad, on_event);
  gst_element_add_pad(GST_ELEMENT_CAST(self), self->pad);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SINK);
}

void huiban_sink_class_init(HuibanSinkClass* klass) {
  auto* object = G_OBJECT_CLASS(klass);
  auto* element = GST_ELEMENT_CLASS(klass);
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_set_static_metadata(
      element, "Huiban RTP sink", "Sink/Network",
      "Fans the RTP of one source out to its receivers (no preroll, no clock sync)", "Huiban");
  const auto ro = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      object, kPropSource,
      g_param_spec_uint64("source", "Source", "Number of the rtc source, for dumps and logs", 0,
                          G_MAXUINT64, 0,
                          static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
  g_object_class_install_property(
      object, kPropPackets,
      g_param_spec_uint64("packets", "Packets", "Packets received", 0, G_MAXUINT64, 0, ro));
  g_object_class_install_property(
      object, kPropBytes,
      g_param_spec_uint64("bytes", "Bytes", "Bytes received, RTP headers included", 0, G_MAXUINT64,
                          0, ro));
}

}  // namespace

GType huiban_sink_type() {
  return huiban_sink_get_type();
}

void set_egress(GstElement* sink, std::shared_ptr<Egress> egress) {
  HUIBAN_ASSERT(G_TYPE_CHECK_INSTANCE_TYPE(sink, huiban_sink_get_type()));
  SinkState& state = *as_sink(sink)->state;
  std::lock_guard lock(state.mutex);
  state.egress.swap(egress);
}

}  // namespace huiban::media
