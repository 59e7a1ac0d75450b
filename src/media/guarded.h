#pragma once
// Callbacks of GLib and GStreamer are C: no exception may cross them. Wrap every body that runs C++
// code.
#include <exception>

namespace huiban::media {

void log_escaped_exception(const char* where, const char* what) noexcept;

template <class F>
void guarded(const char* where, F&& body) noexcept {
  try {
    body();
  } catch (const std::exception& error) {
    log_escaped_exception(where, error.what());
  } catch (...) {
    log_escaped_exception(where, "unknown exception");
  }
}

}  // namespace huiban::media
