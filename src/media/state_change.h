#pragma once
// State changes off the control thread: set_state() of a pipeline may wait for its streaming
// threads, and a stuck element may wait for ever. It then costs one worker thread and one pipeline,
// never control.
#include <functional>

#include "core/clock.h"
#include "core/result.h"
#include "core/thread.h"
#include "media/gst_ptr.h"

namespace huiban::media {

// media.md: a pipeline that needs longer is stuck.
constexpr Milliseconds kStateDeadline{15000};

// Control. done runs on control, exactly once: Unavailable when the element refuses or is not there
// in time.
void async_set_state(GstElement* element, GstState state, Milliseconds deadline, Executor& control,
                     std::function<void(Result<void>)> done);

// Any thread: a start that is still on its way to this element ends in NULL.
void forbid_start(GstElement* element);

// Any thread: runs the task on a worker; the element is kept until then.
void run_on_worker(GstElement* element, std::function<void()> task);

// Any thread: to NULL and released, later, by a worker. The element must have no parent.
void stop_later(GstOwned<GstElement> element);

// At the end of the server, before control goes: waits for all workers. False: too
// late, one is stuck; the process should end without waiting for it.
bool wait_for_workers(Milliseconds deadline);

}  // namespace huiban::media
