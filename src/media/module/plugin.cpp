// Entry of the loadable module: lets gst-inspect-1.0 and gst-launch-1.0 know our elements.
#include <gst/gst.h>

#include "media/elements.h"

#define PACKAGE "huiban"

namespace {
gboolean plugin_init(GstPlugin* plugin) {
  return huiban::media::register_elements_in(plugin);
}
}  // namespace

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, huiban,
                  "RTP in and out of the Huiban server", plugin_init, "0.1.0", GST_LICENSE_UNKNOWN,
                  "Huiban", "https://localhost/")
