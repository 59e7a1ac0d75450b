#pragma once
// LiveState of openapi.yaml: what a page shows of a meeting, by viewer class; and which parts an
// event touches. A value that is not there is absent in a snapshot and null in a patch (RFC 7396).
// Control thread.
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>

#include "api/counts.h"
#include "domain/service.h"

namespace huiban::api {

struct ViewerClass {
  enum class Kind {
    kSecretary,  // everything
    kStaff,      // no notes
    kDisplay,    // no notes, no seats: screens of the hall and observers
    kVenue,      // no notes, its own seats
  };
  Kind kind = Kind::kDisplay;
  VenueId venue;  // kVenue
  auto operator<=>(const ViewerClass&) const = default;
};

// Parts of LiveState that an event changes.
struct Touch {
  bool everything = false;  // maps may have lost entries: only a snapshot tells that
  bool meeting = false, stage = false, floor = false, requests = false, totals = false;
  bool agenda = false;  // current item and undo
  bool content = false;
  bool all_seats = false;
  bool roll_call = false;         // who is called, who is next
  std::set<VenueId> roll_rows;    // of the last roll call
  std::set<VenueId> venues;
  std::set<SeatId> seats;
  std::set<AgendaItemId> items;  // clock or tasks
  std::set<AgendaItemId> notes;  // seen by the secretary only

  void add(const Touch& other);
  bool empty() const;
};

// meeting: after the event was applied.
Touch touch_of(const domain::EventPayload& payload, const domain::Meeting& meeting);

// The LiveState of one meeting at one moment. Attendance and what all classes see is computed once,
// however many classes ask.
class LiveView {
 public:
  LiveView(const domain::Service& service, const domain::Meeting& meeting, Counts& counts);
  ~LiveView();

  nlohmann::json snapshot(const ViewerClass& viewer);
  // The touched parts that this class sees, with their values now; an empty object if it sees none.
  // One LiveView is asked for one Touch only.
  nlohmann::json patch(const ViewerClass& viewer, const Touch& touch);

 private:
  struct Cache;
  nlohmann::json meeting_part() const;
  nlohmann::json venue_part(const domain::Venue& venue) const;
  nlohmann::json stage_part() const;
  nlohmann::json content_part() const;
  nlohmann::json floor_part() const;
  nlohmann::json requests_part() const;
  nlohmann::json agenda_part() const;  // without items
  nlohmann::json item_part(const domain::AgendaItem& item, int order) const;
  nlohmann::json note_part(AgendaItemId item) const;
  nlohmann::json roll_call_part(const std::set<VenueId>& rows) const;
  nlohmann::json totals_part();
  nlohmann::json seat_part(const domain::Seat& seat);
  nlohmann::json common(const Touch& touch);
  bool sees(const ViewerClass& viewer, const domain::Seat& seat) const;

  const domain::Service& service_;
  const domain::Meeting& meeting_;
  Counts& counts_;
  std::unique_ptr<Cache> cache_;
};

// "online", "reconnecting" (lost, its seat still held) or "offline".
const char* presence_word(bool online, std::optional<UtcTime> held_until, UtcTime now);

}  // namespace huiban::api
