// STUN as any host on the network may send it, and behind a FINGERPRINT that is right.
#include "rtc/stun.h"

#include "core/assert.h"
#include "rtc/wire.h"

using namespace huiban::rtc;

namespace {

using Bytes = std::vector<std::uint8_t>;

void read(std::span<const std::uint8_t> packet) {
  const auto message = parse_stun(packet);
  if (!message) return;
  HUIBAN_ASSERT(message->integrity_at < packet.size());
  HUIBAN_ASSERT(message->username.size() < packet.size());
  check_integrity(packet, *message, "a password of 24 letters");
  const Address seen = message->mapped.value_or(Address{});
  const Bytes success = write_binding_success(*message, seen, "a password of 24 letters");
  const auto again = parse_stun(success);
  HUIBAN_ASSERT(again && again->transaction == message->transaction && again->mapped == seen);
  HUIBAN_ASSERT(check_integrity(success, *again, "a password of 24 letters"));
  HUIBAN_ASSERT(!check_integrity(success, *again, "another"));
  HUIBAN_ASSERT(parse_stun(write_binding_error(*message, 420, "Unknown Attribute", "secret")));
}

// RFC 8489 section 14.7.
std::uint32_t crc(const Bytes& bytes) {
  std::uint32_t c = 0xffffffffu;
  for (const std::uint8_t byte : bytes) {
    c ^= byte;
    for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
  }
  return ~c ^ 0x5354554eu;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read({data, size});
  if (size < 20 || size > 2000) return 0;
  Bytes packet(data, data + size / 4 * 4);
  wire::put16(&packet[2], std::uint32_t(packet.size() - 20 + 8));
  wire::put32(&packet[4], 0x2112a442);
  const std::uint32_t sum = crc(packet);
  packet.insert(packet.end(), {0x80, 0x28, 0, 4, 0, 0, 0, 0});
  wire::put32(&packet[packet.size() - 4], sum);
  read(packet);
  return 0;
}
