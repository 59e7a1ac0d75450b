#pragma once
// Test vectors as the RFCs print them.
#include <cstdint>
#include <string_view>
#include <vector>

namespace huiban::rtc::test {

// Blanks are skipped.
inline std::vector<std::uint8_t> hex(std::string_view text) {
  std::vector<std::uint8_t> out;
  bool high = true;
  for (const char c : text) {
    if (c == ' ') continue;
    const auto value = std::uint8_t(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    if (high)
      out.push_back(std::uint8_t(value << 4));
    else
      out.back() = std::uint8_t(out.back() | value);
    high = !high;
  }
  return out;
}

}  // namespace huiban::rtc::test
