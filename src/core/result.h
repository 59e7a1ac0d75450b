#pragma once
// Expected failures are values (docs/adr/0002). Exceptions mean "cannot start" or a broken library.
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace huiban {

// One list for the whole server; api/protocol.cpp maps it once to HTTP status and problem type.
enum class ErrorCode {
  kInvalid,          // 422: the request is understood and wrong
  kMalformed,        // 400: not JSON, not UTF-8, not SDP ...
  kUnauthenticated,  // 401
  kForbidden,        // 403
  kNotFound,         // 404
  kConflict,         // 409: the state does not allow it, or somebody was faster
  kGone,             // 410
  kTooLarge,         // 413
  kTooMany,          // 429
  kUnavailable,      // 503: busy, shutting down, media down
  kStorage,          // 507: disk full or database failure; nothing was half-applied
  kInternal,         // 500
};

// zh and en are for people, detail is for the log and never leaves the server.
struct Error {
  ErrorCode code;
  std::string zh;
  std::string en;
  std::string detail;
};

template <class T = void>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string zh, std::string en,
                                  std::string detail = {}) {
  return tl::make_unexpected(Error{code, std::move(zh), std::move(en), std::move(detail)});
}

}  // namespace huiban

// TRY(expr): the value of a Result, or return its error from the calling function.
#define HUIBAN_TRY(expr)                                                  \
  __extension__({                                                         \
    auto&& huiban_try_result = (expr);                                    \
    if (!huiban_try_result)                                               \
      return tl::make_unexpected(std::move(huiban_try_result).error());   \
    std::move(huiban_try_result).value();                                 \
  })

// The same for Result<void>.
#define HUIBAN_CHECK(expr)                                                \
  do {                                                                    \
    if (auto huiban_check_result = (expr); !huiban_check_result)          \
      return tl::make_unexpected(std::move(huiban_check_result).error()); \
  } while (false)
