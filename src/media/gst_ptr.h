#pragma once
// Owning pointers for GStreamer and GLib objects: each releases exactly the reference it was given.
#include <gst/gst.h>

#include <memory>

namespace huiban::media {

struct GstObjectUnref {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
struct GstMiniUnref {
  void operator()(gpointer object) const { gst_mini_object_unref(GST_MINI_OBJECT_CAST(object)); }
};

template <class T>
using GstOwned = std::unique_ptr<T, GstObjectUnref>;  // elements, pads, buses, clocks
template <class T>
using GstMini = std::unique_ptr<T, GstMiniUnref>;  // buffers, caps, samples, queries

// A further reference of an object that somebody else owns.
template <class T>
GstOwned<T> share(T* object) {
  return GstOwned<T>(static_cast<T*>(gst_object_ref(object)));
}

}  // namespace huiban::media
