#pragma once
// The thread rule of the server in one file (docs/threads.md): facts travel to a thread by post();
// async_x() may be called anywhere and only posts, x() runs on its own thread and asserts it.
#include <atomic>
#include <functional>
#include <thread>

#include "core/assert.h"

#if defined(__clang__)
#define HUIBAN_THREAD_ROLE __attribute__((capability("role")))
#define HUIBAN_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define HUIBAN_GUARDED_BY(...) __attribute__((guarded_by(__VA_ARGS__)))
#define HUIBAN_ASSERT_ROLE(...) __attribute__((assert_capability(__VA_ARGS__)))
#else
#define HUIBAN_THREAD_ROLE
#define HUIBAN_REQUIRES(...)
#define HUIBAN_GUARDED_BY(...)
#define HUIBAN_ASSERT_ROLE(...)
#endif

namespace huiban {

// Can only post: whoever holds an Executor cannot run code on it synchronously.
class Executor {
 public:
  virtual ~Executor() = default;
  // Any thread. Tasks run in order on the executor's thread. After its thread stopped they are dropped.
  virtual void post(std::function<void()> task) = 0;
};

// Knows its thread; bound once when the thread starts.
class HUIBAN_THREAD_ROLE ThreadRole {
 public:
  void bind() { thread_.store(std::this_thread::get_id()); }
  bool here() const { return thread_.load() == std::this_thread::get_id(); }
  // Not yet bound counts as here, so that objects may be built before the loop runs.
  void assert_here() const HUIBAN_ASSERT_ROLE() {
    HUIBAN_ASSERT(thread_.load() == std::thread::id{} || here());
  }

 private:
  std::atomic<std::thread::id> thread_{};
};

ThreadRole& control_thread();  // GLib main loop: domain, store writes, live state, bus watches
ThreadRole& net_thread();      // UDP, peers, RTP, pushes into our source elements
ThreadRole& web_thread();      // lws callbacks

}  // namespace huiban
