#pragma once
// Unpredictable values from OpenSSL's generator.
#include <cstdint>
#include <string>

namespace huiban::rtc {

std::uint32_t random_u32();
// Letters and digits, for ICE user names and passwords (RFC 8839 section 5.4).
std::string random_text(std::size_t length);

}  // namespace huiban::rtc
