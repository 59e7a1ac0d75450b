#pragma once
// webrtcbin as an independent peer: offers once, sends a colour and a tone or receives, and says
// what it sees and hears. A pipeline of its own per peer; used from the control thread.
#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "media/gst_ptr.h"
#include "tests/media/loop.h"

namespace huiban::test {

struct WebRtcShape {
  std::uint32_t colour = 0;  // 0xAARRGGBB of the camera, 0: sends no picture
  double tone_hz = 0;        // of the microphone, 0: sends no sound
  int video_received = 0, audio_received = 0;
};

class WebRtcPeer {
 public:
  WebRtcPeer(Loop& loop, const WebRtcShape& shape);
  ~WebRtcPeer();

  std::string offer();  // of the whole call; the local description is set
  void answer(const std::string& sdp);

  // Of the n-th received m-line of its kind.
  bool sees(std::size_t video, std::uint32_t colour) const;  // the newest picture
  std::uint64_t pictures(std::size_t video) const;
  double heard_hz(std::size_t audio) const;  // of the newest 100 ms; 0: silence
  std::uint64_t sounds(std::size_t audio) const;

 private:
  struct Receiver;
  void send(const WebRtcShape& shape);
  void receive(const char* kind, const char* caps, int count);
  void only_loopback();
  static void on_pad(GstElement* webrtc, GstPad* pad, gpointer self);
  Receiver* make_receiver(GstPad* pad);

  Loop& loop_;
  media::GstOwned<GstElement> pipeline_, webrtc_;
  std::atomic<bool> negotiation_needed_{false};
  mutable std::mutex mutex_;  // guards receivers_, which webrtcbin's threads fill
  std::vector<std::unique_ptr<Receiver>> receivers_;
  std::size_t first_video_ = 0, first_audio_ = 0;
};

}  // namespace huiban::test
