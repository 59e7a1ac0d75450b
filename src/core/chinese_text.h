#pragma once
// Chinese text by ICU: initials for search, and files in the encoding of older office programs. Any
// thread.
#include <optional>
#include <string>
#include <string_view>

namespace huiban {

// Lower-case initials of the pinyin: 东溪村 -> dxc. Letters and digits stay, the rest is left out;
// a character of several readings gets its commonest.
std::string pinyin_initials(std::string_view utf8);

// UTF-8 of a text in GB18030 (and so GBK, GB 2312); nothing when a byte does not fit.
std::optional<std::string> from_gb18030(std::string_view bytes);

bool is_utf8(std::string_view bytes);

}  // namespace huiban
