#pragma once
// A branch of a tee that feeds the appsrc of another pipeline through a huibanbridge. Leaves the
// tee while packets flow: unlinked when the network thread is not inside, removed by a worker.
// Control thread.
#include "media/gst_ptr.h"

namespace huiban::media {

class Tap {
 public:
  // tee is inside a bin that keeps the bridge; appsrc gets nothing more once the tap is destroyed.
  Tap(GstElement* tee, GstElement* appsrc);
  ~Tap();
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  bool linked() const { return pad_ != nullptr; }

 private:
  GstOwned<GstElement> tee_, bridge_;
  GstOwned<GstPad> pad_;  // the tee's request pad
};

}  // namespace huiban::media
