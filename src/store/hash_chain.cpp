#include "store/hash_chain.h"

#include <openssl/sha.h>

namespace huiban::store {

ChainHasher& ChainHasher::add_bytes(std::span<const std::uint8_t> bytes) {
  const std::uint64_t size = bytes.size();
  for (int shift = 0; shift < 64; shift += 8) input_.push_back(std::uint8_t(size >> shift));
  input_.insert(input_.end(), bytes.begin(), bytes.end());
  return *this;
}

ChainHasher& ChainHasher::add(std::string_view text) {
  return add_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

ChainHasher& ChainHasher::add(std::int64_t number) {
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = std::uint8_t(std::uint64_t(number) >> (8 * i));
  return add_bytes(bytes);
}

Hash ChainHasher::finish() const {
  Hash hash;
  SHA256(input_.data(), input_.size(), hash.data());
  return hash;
}

}  // namespace huiban::store
