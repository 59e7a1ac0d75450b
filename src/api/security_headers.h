#pragma once
// Headers that every answer carries (OWASP ASVS 4, V14.4). Any thread.
#include <string>

#include "api/http.h"

namespace huiban::api {

Reply with_security_headers(const HttpRequest& request, Reply reply);
std::string host_of_url(const std::string& url);  // https://huiban.example:8443/x → huiban.example

}  // namespace huiban::api
