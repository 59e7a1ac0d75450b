#pragma once
// SHA-256 over the previous hash and every stored field of a row, each with its length, so that no
// two rows hash alike.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace huiban::store {

using Hash = std::array<std::uint8_t, 32>;

class ChainHasher {
 public:
  explicit ChainHasher(const Hash& previous) { add_bytes(previous); }
  ChainHasher& add(std::string_view text);
  ChainHasher& add(std::int64_t number);
  ChainHasher& add_bytes(std::span<const std::uint8_t> bytes);
  Hash finish() const;

 private:
  std::vector<std::uint8_t> input_;
};

}  // namespace huiban::store
