#pragma once
// The control thread of these tests: the default GLib main context, run until a state is reached.
#include <glib.h>
#include <gst/gst.h>

#include <functional>

#include "core/clock.h"
#include "core/thread.h"

namespace huiban::test {

class Loop final : public Executor {
 public:
  void post(std::function<void()> task) override;
  // False: the deadline passed first.
  bool run_until(const std::function<bool()>& reached, Milliseconds deadline = Milliseconds(8000));
  // Everything that is ready now, without waiting.
  void run_ready();
};

// gst_init and our elements, once.
void init_media();

}  // namespace huiban::test
