#pragma once
// Our GStreamer elements: huibansrc, huibansink and huibanbridge, linked into the binary and also
// built as the loadable module gsthuiban (gst-inspect-1.0 huiban). These functions join them to C++
// objects.
#include <gst/gst.h>

#include <functional>
#include <memory>
#include <span>

#include "rtc/transport.h"

namespace huiban::media {

// Where huibansink hands its packets. Called on the streaming thread that pushes; must not block.
class Egress {
 public:
  virtual ~Egress() = default;
  virtual void on_rtp(std::span<const rtc::RtpView> packets) = 0;
};

// Makes the three elements known to this process; more than once is harmless. gst_init() must have
// run.
bool register_elements();
// The same into a plugin, for the loadable module.
gboolean register_elements_in(GstPlugin* plugin);

// huibansrc: packets given to the ingress leave by the element's source pad on the calling thread.
// Packets are dropped and counted while the element is below PAUSED or after downstream failed.
// Keeps the element alive.
std::shared_ptr<rtc::Ingress> make_ingress(GstElement* src);
// Called for each GstForceKeyUnit from downstream, on the thread that sent it.
void set_keyframe_request(GstElement* src, std::function<void()> request);

// huibansink: any thread; null means that packets are counted and dropped.
void set_egress(GstElement* sink, std::shared_ptr<Egress> egress);

// huibanbridge: appsrc of another pipeline that gets the buffers. Makes it non-blocking, leaky and
// bounded (512 buffers unless it is set), whatever its launch file says. null: buffers are counted
// and dropped.
void set_bridge_output(GstElement* bridge, GstElement* appsrc);

}  // namespace huiban::media
