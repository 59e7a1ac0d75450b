#include "app/control_loop.h"

#include <spdlog/spdlog.h>

#include <memory>

namespace huiban::app {

namespace {

// No exception may cross GLib's C frames; one failed task must not take the others with it.
void guarded(const std::function<void()>& task) {
  try {
    task();
  } catch (const std::exception& e) {
    spdlog::error("control task failed: {}", e.what());
  }
}

}  // namespace

ControlLoop::ControlLoop() : loop_(g_main_loop_new(nullptr, FALSE)) { control_thread().bind(); }

ControlLoop::~ControlLoop() {
  for (guint timer : timers_) g_source_remove(timer);
  g_main_loop_unref(loop_);
}

void ControlLoop::post(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(task));
  if (scheduled_) return;
  scheduled_ = true;
  // Default priority: before idle sources, fair with bus watches and timers.
  g_idle_add_full(G_PRIORITY_DEFAULT, &ControlLoop::on_wakeup, this, nullptr);
}

gboolean ControlLoop::on_wakeup(gpointer self) {
  static_cast<ControlLoop*>(self)->run_queued();
  return G_SOURCE_REMOVE;
}

void ControlLoop::run_queued() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(mutex_);
    tasks.swap(queue_);
    scheduled_ = false;
  }
  for (auto& task : tasks) guarded(task);
}

void ControlLoop::every(std::chrono::milliseconds period, std::function<void()> tick) {
  auto* holder = new std::function<void()>(std::move(tick));
  timers_.push_back(g_timeout_add_full(
      G_PRIORITY_DEFAULT, guint(period.count()),
      [](gpointer data) -> gboolean {
        guarded(*static_cast<std::function<void()>*>(data));
        return G_SOURCE_CONTINUE;
      },
      holder, [](gpointer data) { delete static_cast<std::function<void()>*>(data); }));
}

void ControlLoop::run() { g_main_loop_run(loop_); }

void ControlLoop::quit() { g_main_loop_quit(loop_); }

void ControlLoop::drain() {
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
}

}  // namespace huiban::app
