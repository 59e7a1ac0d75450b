#pragma once
#include <gst/gst.h>

namespace huiban::media {
GType huiban_src_type();
GType huiban_sink_type();
GType huiban_bridge_type();
}  // namespace huiban::media
