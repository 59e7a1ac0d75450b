#pragma once
// Errors and languages on the wire: one map from Error to status and problem JSON (RFC 9457).
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/http.h"
#include "core/result.h"

namespace huiban::api {

enum class Language { kZh, kEn };

// The first of zh and en by quality (RFC 9110 section 12.5.4); zh when neither is asked for.
Language language_of(const std::string& accept_language);

int status_of(ErrorCode code);
const char* problem_type(ErrorCode code);  // urn:huiban:problem:conflict

HttpResponse problem_response(const Error& error, Language language);
HttpResponse method_not_allowed(const std::string& allowed, Language language);  // 405 with Allow
HttpResponse json_response(int status, const nlohmann::json& body);
HttpResponse empty_response(int status);

// Malformed: not UTF-8, not JSON, not an object.
Result<nlohmann::json> parse_json_object(const std::string& body);

}  // namespace huiban::api
