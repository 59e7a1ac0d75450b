#include "core/ids.h"

#include <chrono>
#include <mutex>
#include <random>

namespace huiban {

UuidBytes make_uuid_v7() {
  static std::mutex mutex;
  static std::random_device random;
  static std::uint64_t last_ms = 0;
  static std::uint32_t counter = 0;  // 12 + 14 bits, RFC 9562 section 6.2 method 1

  std::lock_guard lock(mutex);
  auto ms = std::uint64_t(std::chrono::duration_cast<std::chrono::milliseconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count());
  if (ms <= last_ms) {
    ms = last_ms;
    if (++counter >= (1u << 26)) ++ms, counter = 0;
  } else {
    counter = random() & 0xffff;
  }
  last_ms = ms;

  UuidBytes b{};
  for (int i = 0; i < 6; ++i) b[std::size_t(i)] = std::uint8_t(ms >> (40 - 8 * i));
  b[6] = std::uint8_t(0x70 | (counter >> 22));
  b[7] = std::uint8_t(counter >> 14);
  b[8] = std::uint8_t(0x80 | ((counter >> 8) & 0x3f));
  b[9] = std::uint8_t(counter);
  for (std::size_t i = 10; i < 16;) {
    auto r = random();
    for (int k = 0; k < 4 && i < 16; ++k, ++i, r >>= 8) b[i] = std::uint8_t(r);
  }
  return b;
}

std::string uuid_to_string(const UuidBytes& bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[bytes[i] >> 4];
    out += kHex[bytes[i] & 15];
  }
  return out;
}

std::optional<UuidBytes> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  UuidBytes out{};
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return std::nullopt;
      continue;
    }
    int v = 0;
    if (c >= '0' && c <= '9') v = c - '0';
    else if (c >= 'a' && c <= 'f') v = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F') v = c - 'A' + 10;
    else return std::nullopt;
    out[nibble / 2] = std::uint8_t(nibble % 2 ? out[nibble / 2] | v : v << 4);
    ++nibble;
  }
  return out;
}

}  // namespace huiban
