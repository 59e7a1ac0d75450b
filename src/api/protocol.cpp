#include "api/protocol.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "api/utf8.h"

namespace huiban::api {

using nlohmann::json;

Language language_of(const std::string& accept_language) {
  double zh = -1, en = -1;
  std::size_t at = 0;
  while (at < accept_language.size()) {
    const auto end = std::min(accept_language.find(',', at), accept_language.size());
    std::string item = accept_language.substr(at, end - at);
    at = end + 1;
    item.erase(0, item.find_first_not_of(' '));
    double quality = 1;
    if (const auto q = item.find(";q="); q != std::string::npos)
      quality = std::strtod(item.c_str() + q + 3, nullptr);
    if (quality <= 0) continue;
    if (item.rfind("zh", 0) == 0) zh = std::max(zh, quality);
    if (item.rfind("en", 0) == 0) en = std::max(en, quality);
  }
  return en > zh ? Language::kEn : Language::kZh;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 422;
    case ErrorCode::kMalformed:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kGone:
      return 410;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kTooMany:
      return 429;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kStorage:
      return 507;
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

const char* problem_type(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "urn:huiban:problem:invalid";
    case ErrorCode::kMalformed:
      return "urn:huiban:problem:malformed";
    case ErrorCode::kUnauthenticated:
      return "urn:huiban:problem:unauthenticated";
    case ErrorCode::kForbidden:
      return "urn:huiban:problem:forbidden";
    case ErrorCode::kNotFound:
      return "urn:huiban:problem:not-found";
    case ErrorCode::kConflict:
      return "urn:huiban:problem:conflict";
    case ErrorCode::kGone:
      return "urn:huiban:problem:gone";
    case ErrorCode::kTooLarge:
      return "urn:huiban:problem:too-large";
    case ErrorCode::kTooMany:
      return "urn:huiban:problem:too-many";
    case ErrorCode::kUnavailable:
      return "urn:huiban:problem:unavailable";
    case ErrorCode::kStorage:
      return "urn:huiban:problem:storage";
    case ErrorCode::kInternal:
      return "urn:huiban:problem:internal";
  }
  return "about:blank";
}

HttpResponse problem_response(const Error& error, Language language) {
  if (!error.detail.empty()) spdlog::info("api: {} ({})", error.en, error.detail);
  HttpResponse response = json_response(status_of(error.code),
                                        {{"type", problem_type(error.code)},
                                         {"title", language == Language::kEn ? error.en : error.zh},
                                         {"status", status_of(error.code)}});
  response.content_type = "application/problem+json";
  if (error.code == ErrorCode::kUnauthenticated)
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse method_not_allowed(const std::string& allowed, Language language) {
  HttpResponse response = json_response(
      405, {{"type", "urn:huiban:problem:method-not-allowed"},
            {"title", language == Language::kEn ? "This address does not know the method"
                                                : "这个地址不支持此方法"},
            {"status", 405}});
  response.content_type = "application/problem+json";
  response.headers.emplace_back("Allow", allowed);
  return response;
}

HttpResponse json_response(int status, const json& body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return response;
}

HttpResponse empty_response(int status) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<json> parse_json_object(const std::string& body) {
  if (!valid_utf8(body))
    return fail(ErrorCode::kMalformed, "请求内容不是 UTF-8 文字", "The request body is not UTF-8");
  json value = json::parse(body, nullptr, false);
  if (value.is_discarded())
    return fail(ErrorCode::kMalformed, "请求内容不是 JSON", "The request body is not JSON");
  if (!value.is_object())
    return fail(ErrorCode::kMalformed, "请求内容必须是 JSON 对象",
                "The request body must be a JSON object");
  return value;
}

}  // namespace huiban::api
