#pragma once
// Network byte order for the RTP and RTCP files. The caller has checked the bounds.
#include <cstdint>

namespace huiban::rtc::wire {

inline std::uint16_t get16(const std::uint8_t* p) {
  return std::uint16_t(p[0] << 8 | p[1]);
}
inline std::uint32_t get24(const std::uint8_t* p) {
  return std::uint32_t(p[0]) << 16 | std::uint32_t(p[1]) << 8 | p[2];
}
inline std::uint32_t get32(const std::uint8_t* p) {
  return std::uint32_t(p[0]) << 24 | get24(p + 1);
}
inline void put16(std::uint8_t* p, std::uint32_t v) {
  p[0] = std::uint8_t(v >> 8);
  p[1] = std::uint8_t(v);
}
inline void put24(std::uint8_t* p, std::uint32_t v) {
  p[0] = std::uint8_t(v >> 16);
  put16(p + 1, v);
}
inline void put32(std::uint8_t* p, std::uint32_t v) {
  put16(p, v >> 16);
  put16(p + 2, v);
}

// The value nearest to reference whose low 16 bits are low: carries 16-bit counters over their
// wraps.
inline std::int64_t extend16(std::int64_t reference, std::uint16_t low) {
  return reference + std::int16_t(std::uint16_t(low - std::uint16_t(reference)));
}

}  // namespace huiban::rtc::wire
