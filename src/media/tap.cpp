#include "media/tap.h"

#include <atomic>

#include "media/elements.h"
#include "media/state_change.h"

namespace huiban::media {
namespace {

struct Leaving {
  GstOwned<GstElement> tee, bridge;
  GstOwned<GstPad> pad;
  std::atomic<bool> unlinked{false};

  void remove() {
    gst_element_release_request_pad(tee.get(), pad.get());
    gst_element_set_locked_state(bridge.get(), TRUE);
    if (GstOwned<GstObject> bin{gst_object_get_parent(GST_OBJECT(bridge.get()))})
      gst_bin_remove(GST_BIN(bin.get()), bridge.get());
    gst_element_set_state(bridge.get(), GST_STATE_NULL);
  }
};

// The pad is idle: no push is inside the bridge, and none comes after this.
GstPadProbeReturn unlink(GstPad* pad, GstPadProbeInfo*, gpointer data) {
  auto leaving = *static_cast<std::shared_ptr<Leaving>*>(data);
  if (leaving->unlinked.exchange(true)) return GST_PAD_PROBE_REMOVE;
  if (GstOwned<GstPad> peer{gst_pad_get_peer(pad)}) gst_pad_unlink(pad, peer.get());
  GstElement* tee = leaving->tee.get();
  run_on_worker(tee, [leaving = std::move(leaving)] { leaving->remove(); });
  return GST_PAD_PROBE_REMOVE;
}

}  // namespace

Tap::Tap(GstElement* tee, GstElement* appsrc) : tee_(share(tee)) {
  bridge_.reset(
      GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("huibanbridge", nullptr))));
  set_bridge_output(bridge_.get(), appsrc);
  GstOwned<GstObject> bin(gst_object_get_parent(GST_OBJECT(tee)));
  if (!bin || !gst_bin_add(GST_BIN(bin.get()), bridge_.get())) return;
  gst_element_sync_state_with_parent(bridge_.get());  // our own element: returns at once
  pad_.reset(gst_element_request_pad_simple(tee, "src_%u"));
  GstOwned<GstPad> sink(gst_element_get_static_pad(bridge_.get(), "sink"));
  gst_pad_link(pad_.get(), sink.get());
}

Tap::~Tap() {
  set_bridge_output(bridge_.get(), nullptr);
  if (!pad_) return;
  auto leaving = std::make_shared<Leaving>();
  leaving->tee = std::move(tee_);
  leaving->bridge = std::move(bridge_);
  GstPad* pad = pad_.get();
  leaving->pad = std::move(pad_);
  const auto kept = leaving;
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_IDLE, unlink,
                    new std::shared_ptr<Leaving>(std::move(leaving)),
                    [](gpointer data) { delete static_cast<std::shared_ptr<Leaving>*>(data); });
}

}  // namespace huiban::media
