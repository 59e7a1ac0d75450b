#pragma once
// Files as answers: written on the worker from a copy of the facts, named in Chinese. Control
// thread.
#include <exception>
#include <string>
#include <utility>

#include "api/call.h"
#include "api/core.h"

namespace huiban::api {

// Content-Disposition of a file named in Chinese; plain: the name for old programs.
std::string attachment(const std::string& name, const char* plain);

// work: on the worker, from what it captured by value, gives a Result<T>; use: on control, with the
// call and that result.
template <class T, class Work, class Use>
void on_worker(const CallPtr& call, Work work, Use use) {
  auto done = call->later(std::move(use));
  Executor& control = call->core->parts.control;
  call->core->parts.worker.post([&control, work = std::move(work), done = std::move(done)] {
    Result<T> result = T{};
    try {
      result = work();
    } catch (const std::exception& e) {
      result =
          fail(ErrorCode::kInternal, "文件处理失败", "The file could not be handled", e.what());
    }
    control.post([done, result = std::move(result)] { done(result); });
  });
}

}  // namespace huiban::api
