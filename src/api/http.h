#pragma once
// What a handler sees of HTTP: one request, one response. Plain values, no lws.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace huiban::api {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

const char* method_name(Method method);

struct HttpRequest {
  Method method = Method::kGet;
  std::string path;  // decoded, begins with '/', without the query
  std::vector<std::pair<std::string, std::string>> query;
  std::string content_type, cookie, authorization, origin, host, accept_language, accept_encoding;
  std::string idempotency_key, if_match, if_none_match, if_range, range, forwarded_proto;
  std::string remote;   // address of the client, or what a proxy on this machine says it is
  bool secure = false;  // HTTPS, or a proxy on this machine says so
  std::string body;

  std::optional<std::string> query_value(std::string_view name) const;
  std::optional<std::string> cookie_value(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;  // empty: no body
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // Instead of body: a part of a file, read while it is sent.
  struct FilePart {
    std::string path;
    std::uint64_t offset = 0, length = 0;
  };
  std::optional<FilePart> file;
};

// Any thread, once; later calls are dropped. Without an answer the connection is closed after 60 s.
using Reply = std::function<void(HttpResponse)>;

// Reason phrase of RFC 9110.
const char* reason_phrase(int status);

}  // namespace huiban::api
