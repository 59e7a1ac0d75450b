#pragma once
// Strong ids: UUIDs, version 7 (RFC 9562) when the server makes them. Papers and people see numbers instead.
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace huiban {

using UuidBytes = std::array<std::uint8_t, 16>;

UuidBytes make_uuid_v7();                             // any thread; monotonic within a process
std::string uuid_to_string(const UuidBytes& bytes);   // 8-4-4-4-12, lower case
std::optional<UuidBytes> parse_uuid(std::string_view text);

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(const UuidBytes& bytes) : bytes_(bytes) {}
  static Id make() { return Id(make_uuid_v7()); }
  static std::optional<Id> parse(std::string_view text) {
    if (auto bytes = parse_uuid(text)) return Id(*bytes);
    return std::nullopt;
  }
  std::string str() const { return uuid_to_string(bytes_); }
  const UuidBytes& bytes() const { return bytes_; }
  bool is_nil() const { return bytes_ == UuidBytes{}; }
  auto operator<=>(const Id&) const = default;

 private:
  UuidBytes bytes_{};
};

using MeetingId = Id<struct MeetingTag>;
using VenueId = Id<struct VenueTag>;            // a seat of pictures and sound in one meeting (会场)
using UnitId = Id<struct UnitTag>;              // 单位
using PostId = Id<struct PostTag>;              // 职务
using PersonId = Id<struct PersonTag>;
using RoomId = Id<struct RoomTag>;              // a registered room (会场登记), kept over meetings
using DeviceId = Id<struct DeviceTag>;          // 会场终端, in a room
using SeatId = Id<struct SeatTag>;              // one line of the expected list (应到名单)
using AgendaItemId = Id<struct AgendaItemTag>;  // 议题
using TaskId = Id<struct TaskTag>;              // 任务
using AccountId = Id<struct AccountTag>;
using CommandId = Id<struct CommandTag>;        // made by the client; a command is applied once
using LeaveId = Id<struct LeaveTag>;          // one request for leave or a substitute (请假, 替会)
using GuestId = Id<struct GuestTag>;          // somebody present who is not on the list (列席, 名单外)
using PeerId = Id<struct PeerTag>;              // one media connection

}  // namespace huiban

template <class Tag>
struct std::hash<huiban::Id<Tag>> {
  std::size_t operator()(const huiban::Id<Tag>& id) const noexcept {
    std::size_t h = 14695981039346656037ull;
    for (auto b : id.bytes()) h = (h ^ b) * 1099511628211ull;
    return h;
  }
};
