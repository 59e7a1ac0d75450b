#pragma once
// One worker thread for what would hold up control: papers, password hashing, backups. Works on copies only.
// The queue is bounded by the API's own limits on requests in flight; stop() drops what has not begun.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/thread.h"

namespace huiban::app {

class Worker final : public Executor {
 public:
  Worker();
  ~Worker() override;
  void post(std::function<void()> task) override;
  void stop();

 private:
  void loop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiban::app
