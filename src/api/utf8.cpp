#include "api/utf8.h"

#include <cstdint>

namespace huiban::api {

bool valid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto b = static_cast<unsigned char>(text[i]);
    if (b < 0x80) {
      ++i;
      continue;
    }
    std::size_t more = 0;
    std::uint32_t code = 0, least = 0;
    if ((b & 0xe0) == 0xc0)
      more = 1, code = b & 0x1fu, least = 0x80;
    else if ((b & 0xf0) == 0xe0)
      more = 2, code = b & 0x0fu, least = 0x800;
    else if ((b & 0xf8) == 0xf0)
      more = 3, code = b & 0x07u, least = 0x10000;
    else
      return false;
    if (text.size() - i <= more) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3fu);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    i += more + 1;
  }
  return true;
}

}  // namespace huiban::api
