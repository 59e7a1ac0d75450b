#include "core/assert.h"

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace huiban {

void assertion_failed(const char* expression, const char* file, int line) {
  spdlog::critical("broken invariant: {} at {}:{}", expression, file, line);
  spdlog::default_logger()->flush();
  std::abort();
}

}  // namespace huiban
