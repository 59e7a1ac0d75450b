#include "media/guarded.h"

#include <spdlog/spdlog.h>

namespace huiban::media {

void log_escaped_exception(const char* where, const char* what) noexcept {
  try {
    spdlog::error("media: exception in {}: {}", where, what);
  } catch (...) {
    // The log itself failed; there is nobody left to tell.
  }
}

}  // namespace huiban::media
