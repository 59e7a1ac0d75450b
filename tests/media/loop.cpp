#include "tests/media/loop.h"

#include "media/elements.h"

namespace huiban::test {

void Loop::post(std::function<void()> task) {
  GSource* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(
      source,
      [](gpointer data) -> gboolean {
        (*static_cast<std::function<void()>*>(data))();
        return G_SOURCE_REMOVE;
      },
      new std::function<void()>(std::move(task)),
      [](gpointer data) { delete static_cast<std::function<void()>*>(data); });
  g_source_attach(source, nullptr);
  g_source_unref(source);
}

bool Loop::run_until(const std::function<bool()>& reached, Milliseconds deadline) {
  bool late = false;
  GSource* timer = g_timeout_source_new(static_cast<guint>(deadline.count()));
  g_source_set_callback(
      timer,
      [](gpointer data) -> gboolean {
        *static_cast<bool*>(data) = true;
        return G_SOURCE_REMOVE;
      },
      &late, nullptr);
  g_source_attach(timer, nullptr);
  // Some states are reached on other threads: look at least every 5 ms.
  GSource* tick = g_timeout_source_new(5);
  g_source_set_callback(
      tick, [](gpointer) -> gboolean { return G_SOURCE_CONTINUE; }, nullptr, nullptr);
  g_source_attach(tick, nullptr);
  while (!reached() && !late) g_main_context_iteration(nullptr, TRUE);
  for (GSource* source : {timer, tick}) {
    g_source_destroy(source);
    g_source_unref(source);
  }
  return !late || reached();
}

void Loop::run_ready() {
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
}

void init_media() {
  static const bool ready = [] {
    gst_init(nullptr, nullptr);
    // A misuse that GStreamer notices ends the test.
    g_log_set_always_fatal(static_cast<GLogLevelFlags>(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL));
    return media::register_elements();
  }();
  HUIBAN_ASSERT(ready);
}

}  // namespace huiban::test
