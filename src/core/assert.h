#pragma once
// For broken invariants; on in every build, never reachable from user input.
namespace huiban {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}
#define HUIBAN_ASSERT(expression) \
  ((expression) ? (void)0 : ::huiban::assertion_failed(#expression, __FILE__, __LINE__))
