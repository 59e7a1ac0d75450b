#pragma once
#include <string_view>

namespace huiban::api {

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool valid_utf8(std::string_view text);

}  // namespace huiban::api
