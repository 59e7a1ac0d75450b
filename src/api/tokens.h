#pragma once
// Signed tokens: join links of venues, and the bearer tokens that pages and devices get for them.
// Nothing is stored; HMAC-SHA256 (RFC 2104, cut to 128 bits so that a QR code stays coarse) over
// the server's secret "join".
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/ids.h"

namespace huiban::api {

struct VenuePlace {
  MeetingId meeting;
  VenueId venue;
  auto operator<=>(const VenuePlace&) const = default;
};

// kPage: a browser that came by a join link, may do what a venue may. kDevice: software that
// publishes or watches as the venue and may open media only.
enum class BearerKind { kPage, kDevice };

struct Bearer {
  BearerKind kind = BearerKind::kPage;
  VenuePlace place;
  std::string session;  // tells two pages of one link apart
};

inline constexpr auto kScanSlot = std::chrono::seconds{30};
inline constexpr auto kScanTicketLife = std::chrono::minutes{5};

inline std::int64_t scan_slot(UtcTime at) {
  return at.time_since_epoch() / kScanSlot;
}
inline UtcTime scan_slot_end(std::int64_t slot) {
  return UtcTime{(slot + 1) * kScanSlot};
}

class Tokens {
 public:
  explicit Tokens(std::string secret);

  std::string join_token(const VenuePlace& place) const;  // the same every time
  std::optional<VenuePlace> read_join(std::string_view token) const;
  std::string make_bearer(BearerKind kind,
                          const VenuePlace& place) const;  // another one every time
  std::optional<Bearer> read_bearer(std::string_view token) const;
  // The code shown in a room, another one for each slot of half a minute; the slot before is still
  // taken, so that a scan at the change counts.
  std::string scan_code(const VenuePlace& place, std::int64_t slot) const;
  std::optional<VenuePlace> read_scan_code(std::string_view token, std::int64_t slot_now) const;
  // What a scan is exchanged for: time to find one's own name.
  std::string scan_ticket(const VenuePlace& place, UtcTime until) const;
  std::optional<VenuePlace> read_scan_ticket(std::string_view token, UtcTime now) const;

  // A task's code (扫码报送照片): for one photo; count is how many were sent before.
  std::string photo_code(TaskId task, std::size_t count) const;
  struct PhotoCode {
    TaskId task;
    std::size_t count = 0;
  };
  std::optional<PhotoCode> read_photo_code(std::string_view token) const;

 private:
  std::string sign(std::string payload) const;
  std::optional<std::string> verify(std::string_view token, std::size_t payload_size) const;
  std::string key_;
};

std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);
std::string random_bytes(std::size_t count);
std::string sha256_hex(std::string_view bytes);

}  // namespace huiban::api
