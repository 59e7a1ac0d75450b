#include "rtc/random.h"

#include <openssl/rand.h>

#include "core/assert.h"

namespace huiban::rtc {

std::uint32_t random_u32() {
  std::uint32_t value = 0;
  HUIBAN_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) == 1);
  return value;
}

std::string random_text(std::size_t length) {
  // 64 characters, so that six bits choose one evenly.
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text(length, '\0');
  HUIBAN_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(text.data()), int(length)) == 1);
  for (char& c : text) c = kAlphabet[static_cast<unsigned char>(c) & 63];
  return text;
}

}  // namespace huiban::rtc
