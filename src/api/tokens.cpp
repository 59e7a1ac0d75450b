#include "api/tokens.h"

#include <sodium.h>

#include <algorithm>

#include "core/assert.h"

namespace huiban::api {
namespace {

// First byte of a payload; another meaning gets another letter.
constexpr char kJoin = 'j', kPage = 'p', kDevice = 'd', kScan = 's', kTicket = 't',
               kPhoto = 'f';
constexpr char kVersion = 1;
constexpr std::size_t kMacSize = 16, kSessionSize = 16, kJoinSize = 34, kBearerSize = 50,
                      kTimedSize = 42, kPhotoSize = 26;

void need_sodium() {
  static const bool ready = sodium_init() >= 0;
  HUIBAN_ASSERT(ready);
}

std::string payload_of(char kind, const VenuePlace& place) {
  std::string payload{kind, kVersion};
  for (const auto b : place.meeting.bytes()) payload += static_cast<char>(b);
  for (const auto b : place.venue.bytes()) payload += static_cast<char>(b);
  return payload;
}

VenuePlace place_of(const std::string& payload) {
  UuidBytes meeting{}, venue{};
  std::copy_n(payload.begin() + 2, 16, meeting.begin());
  std::copy_n(payload.begin() + 18, 16, venue.begin());
  return {MeetingId(meeting), VenueId(venue)};
}

std::string eight_bytes(std::int64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xff);
  return bytes;
}

std::int64_t number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(number);
}

std::string mac_of(const std::string& key, std::string_view payload) {
  need_sodium();
  unsigned char mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()),
                              key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(payload.data()),
                                payload.size());
  crypto_auth_hmacsha256_final(&state, mac);
  return {reinterpret_cast<const char*>(mac), kMacSize};
}

}  // namespace

Tokens::Tokens(std::string secret) : key_(std::move(secret)) {
  HUIBAN_ASSERT(key_.size() >= 16);
}

std::string Tokens::sign(std::string payload) const {
  return base64url(payload + mac_of(key_, payload));
}

std::optional<std::string> Tokens::verify(std::string_view token, std::size_t payload_size) const {
  const auto bytes = from_base64url(token);
  if (!bytes || bytes->size() != payload_size + kMacSize) return std::nullopt;
  std::string payload = bytes->substr(0, payload_size);
  const std::string mac = mac_of(key_, payload);
  if (sodium_memcmp(mac.data(), bytes->data() + payload_size, kMacSize) != 0) return std::nullopt;
  if (payload[1] != kVersion) return std::nullopt;
  return payload;
}

std::string Tokens::join_token(const VenuePlace& place) const {
  return sign(payload_of(kJoin, place));
}

std::optional<VenuePlace> Tokens::read_join(std::string_view token) const {
  const auto payload = verify(token, kJoinSize);
  if (!payload || (*payload)[0] != kJoin) return std::nullopt;
  return place_of(*payload);
}

std::string Tokens::make_bearer(BearerKind kind, const VenuePlace& place) const {
  return sign(payload_of(kind == BearerKind::kPage ? kPage : kDevice, place) +
              random_bytes(kSessionSize));
}

std::optional<Bearer> Tokens::read_bearer(std::string_view token) const {
  const auto payload = verify(token, kBearerSize);
  if (!payload || ((*payload)[0] != kPage && (*payload)[0] != kDevice)) return std::nullopt;
  return Bearer{(*payload)[0] == kPage ? BearerKind::kPage : BearerKind::kDevice,
                place_of(*payload), base64url(payload->substr(kJoinSize))};
}

std::string Tokens::scan_code(const VenuePlace& place, std::int64_t slot) const {
  return sign(payload_of(kScan, place) + eight_bytes(slot));
}

std::optional<VenuePlace> Tokens::read_scan_code(std::string_view token,
                                                 std::int64_t slot_now) const {
  const auto payload = verify(token, kTimedSize);
  if (!payload || (*payload)[0] != kScan) return std::nullopt;
  const auto slot = number_of(std::string_view(*payload).substr(kJoinSize));
  if (slot != slot_now && slot != slot_now - 1) return std::nullopt;
  return place_of(*payload);
}

std::string Tokens::scan_ticket(const VenuePlace& place, UtcTime until) const {
  return sign(payload_of(kTicket, place) + eight_bytes(until.time_since_epoch().count()));
}

std::optional<VenuePlace> Tokens::read_scan_ticket(std::string_view token, UtcTime now) const {
  const auto payload = verify(token, kTimedSize);
  if (!payload || (*payload)[0] != kTicket) return std::nullopt;
  if (now.time_since_epoch().count() > number_of(std::string_view(*payload).substr(kJoinSize)))
    return std::nullopt;
  return place_of(*payload);
}

std::string Tokens::photo_code(TaskId task, std::size_t count) const {
  std::string payload{kPhoto, kVersion};
  for (const auto byte : task.bytes()) payload += char(byte);
  return sign(payload + eight_bytes(std::int64_t(count)));
}

std::optional<Tokens::PhotoCode> Tokens::read_photo_code(std::string_view token) const {
  const auto payload = verify(token, kPhotoSize);
  if (!payload || (*payload)[0] != kPhoto) return std::nullopt;
  UuidBytes bytes{};
  std::copy(payload->begin() + 2, payload->begin() + 18, bytes.begin());
  return PhotoCode{TaskId(bytes), std::size_t(number_of(std::string_view(*payload).substr(18)))};
}

std::string base64url(std::string_view bytes) {
  need_sodium();
  std::string text(
      sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  need_sodium();
  if (text.size() > 4096) return std::nullopt;
  // libsodium 1.0.18 takes every byte above 127 for an underscore.
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c > 127; }))
    return std::nullopt;
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

std::string random_bytes(std::size_t count) {
  need_sodium();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string sha256_hex(std::string_view bytes) {
  need_sodium();
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  char text[2 * sizeof hash + 1];
  sodium_bin2hex(text, sizeof text, hash, sizeof hash);
  return text;
}

}  // namespace huiban::api
