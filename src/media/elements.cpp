#include "media/elements.h"

#include "media/element_types.h"

namespace huiban::media {
namespace {

gboolean init_static(GstPlugin* plugin) {
  return register_elements_in(plugin);
}

}  // namespace

gboolean register_elements_in(GstPlugin* plugin) {
  return gst_element_register(plugin, "huibansrc", GST_RANK_NONE, huiban_src_type()) &&
         gst_element_register(plugin, "huibansink", GST_RANK_NONE, huiban_sink_type()) &&
         gst_element_register(plugin, "huibanbridge", GST_RANK_NONE, huiban_bridge_type());
}

bool register_elements() {
  static const bool registered = gst_plugin_register_static(
      GST_VERSION_MAJOR, GST_VERSION_MINOR, "huiban", "RTP in and out of the Huiban server",
      init_static, "0.1.0", GST_LICENSE_UNKNOWN, "huiban", "Huiban", "https://localhost/");
  return registered;
}

}  // namespace huiban::media
