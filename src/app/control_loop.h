#pragma once
// The control thread: the GLib default main context, so that GStreamer buses, timers and posted facts run in one
// place. Built on the main thread; post() from anywhere, the rest on the main thread.
#include <glib.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <vector>

#include "core/thread.h"

namespace huiban::app {

class ControlLoop final : public Executor {
 public:
  ControlLoop();
  ~ControlLoop() override;

  void post(std::function<void()> task) override;
  // Calls tick every period until the loop is destroyed.
  void every(std::chrono::milliseconds period, std::function<void()> tick);
  void run();   // returns after quit()
  void quit();  // any thread
  void drain(); // runs what is queued, without waiting: for the stop sequence

 private:
  static gboolean on_wakeup(gpointer self);
  void run_queued();

  GMainLoop* loop_;
  std::vector<guint> timers_;
  std::mutex mutex_;
  std::vector<std::function<void()>> queue_;  // unbounded: producers are bounded by their own queues
  bool scheduled_ = false;
};

}  // namespace huiban::app
