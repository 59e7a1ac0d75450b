#include "media/state_change.h"

#include <condition_variable>
#include <mutex>

#include "media/guarded.h"
#include "media/timer.h"

namespace huiban::media {
namespace {

// One running change. answer() is called on control by the worker's report or by the timer, first
// one wins.
struct Change {
  Timer timer;
  std::function<void(Result<void>)> done;

  void answer(Result<void> result) {
    if (!done) return;
    timer.cancel();
    auto call = std::move(done);
    done = nullptr;
    call(std::move(result));
  }
};

std::string name_of(GstElement* element) {
  gchar* name = gst_object_get_name(GST_OBJECT(element));
  std::string text = name ? name : "?";
  g_free(name);
  return text;
}

tl::unexpected<Error> refused(const std::string& element) {
  return fail(ErrorCode::kUnavailable, "媒体管线无法启动", "the media pipeline does not start",
              element + " refused the state change");
}

// Set on an element whose end was ordered: a start that is still on its way must not win.
constexpr const char* kStopping = "huiban-stopping";

bool is_stopping(GstElement* element) {
  return g_object_get_data(G_OBJECT(element), kStopping) != nullptr;
}

class Workers {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }
  void remove() {
    std::lock_guard lock(mutex_);
    --count_;
    none_.notify_all();
  }
  bool wait(Milliseconds deadline) {
    std::unique_lock lock(mutex_);
    return none_.wait_for(lock, deadline, [&] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;  // under mutex_
};

// Never destroyed: workers of stuck elements may outlive main().
Workers& workers() {
  static auto* instance = new Workers;
  return *instance;
}

}  // namespace

void run_on_worker(GstElement* element, std::function<void()> task) {
  workers().add();
  gst_element_call_async(
      element,
      [](GstElement*, gpointer data) {
        guarded("media worker", *static_cast<std::function<void()>*>(data));
      },
      new std::function<void()>(std::move(task)),
      [](gpointer data) {
        delete static_cast<std::function<void()>*>(data);
        workers().remove();
      });
}

void async_set_state(GstElement* element, GstState state, Milliseconds deadline, Executor& control,
                     std::function<void(Result<void>)> done) {
  auto change = std::make_shared<Change>();
  change->done = std::move(done);
  change->timer.once(deadline, [change, name = name_of(element)] {
    change->answer(fail(ErrorCode::kUnavailable, "媒体管线状态切换超时",
                        "the media pipeline did not change its state in time", name));
  });
  run_on_worker(element, [element, state, deadline, &control, change] {
    auto result = is_stopping(element) ? GST_STATE_CHANGE_FAILURE
                                       : gst_element_set_state(element, state);
    // Looked at again after the change: whichever came first, the element ends in NULL.
    if (is_stopping(element)) gst_element_set_state(element, GST_STATE_NULL);
    if (result == GST_STATE_CHANGE_ASYNC)
      result = gst_element_get_state(element, nullptr, nullptr,
                                     static_cast<GstClockTime>(deadline.count()) * GST_MSECOND);
    const bool ok = result == GST_STATE_CHANGE_SUCCESS || result == GST_STATE_CHANGE_NO_PREROLL;
    control.post([change, ok, name = name_of(element)] {
      change->answer(ok ? Result<void>{} : Result<void>(refused(name)));
    });
  });
}

void forbid_start(GstElement* element) {
  g_object_set_data(G_OBJECT(element), kStopping, GINT_TO_POINTER(1));
}

void stop_later(GstOwned<GstElement> element) {
  GstElement* raw = element.get();
  forbid_start(raw);
  run_on_worker(raw, [owned = std::shared_ptr<GstElement>(std::move(element))] {
    gst_element_set_state(owned.get(), GST_STATE_NULL);
  });
}

bool wait_for_workers(Milliseconds deadline) {
  return workers().wait(deadline);
}

}  // namespace huiban::media
