#include "media/timer.h"

#include "media/guarded.h"

namespace huiban::media {
namespace {

struct Task {
  std::function<void()> run;
  bool repeat;
};

gboolean fire(gpointer data) {
  auto* task = static_cast<Task*>(data);
  const bool repeat = task->repeat;
  const auto run = task->run;  // the timer, and with it the task, may go while it runs
  guarded("timer", run);
  return repeat ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

}  // namespace

void Timer::start(Milliseconds delay, std::function<void()> task, bool repeat) {
  cancel();
  source_ = g_timeout_source_new(static_cast<guint>(delay.count()));
  g_source_set_callback(source_, fire, new Task{std::move(task), repeat},
                        [](gpointer data) { delete static_cast<Task*>(data); });
  GMainContext* context = g_main_context_ref_thread_default();
  g_source_attach(source_, context);
  g_main_context_unref(context);
}

void Timer::cancel() {
  if (!source_) return;
  g_source_destroy(source_);
  g_source_unref(source_);
  source_ = nullptr;
}

}  // namespace huiban::media
