#pragma once
// A timer on the GLib main context of the thread that starts it (control). Destroying it cancels
// it.
#include <glib.h>

#include <functional>
#include <memory>

#include "core/clock.h"

namespace huiban::media {

class Timer {
 public:
  Timer() = default;
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Each replaces what was started before. The task may restart or destroy the timer.
  void once(Milliseconds delay, std::function<void()> task) {
    start(delay, std::move(task), false);
  }
  void every(Milliseconds period, std::function<void()> task) {
    start(period, std::move(task), true);
  }
  void cancel();

 private:
  void start(Milliseconds delay, std::function<void()> task, bool repeat);
  GSource* source_ = nullptr;
};

}  // namespace huiban::media
