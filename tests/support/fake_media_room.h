#pragma once
// Media that only remembers: which gates are open, what is on stage, which calls came in which
// order. Confirmations of closed gates come at once, or when the test gives them.
#include <deque>
#include <set>

#include "domain/ports.h"

namespace huiban::test {

class FakeMediaRoom final : public domain::MediaGateway {
 public:
  void async_join(domain::JoinRequest, Done<domain::JoinAnswer>) override {}
  void async_restart(PeerId, std::string, Done<std::string>) override {}
  void async_leave(PeerId, Done<void>) override {}
  void open_gate(MeetingId, VenueId venue) override {
    gates.insert(venue);
    opened.push_back(venue);
  }
  void close_gates(MeetingId, std::vector<VenueId> venues,
                   std::function<void()> confirmed) override {
    for (const auto& venue : venues) gates.erase(venue);
    closed.push_back(std::move(venues));
    if (confirm_at_once) return confirmed();
    waiting.push_back(std::move(confirmed));
  }
  void set_stage(MeetingId, std::optional<VenueId> main, std::optional<VenueId> second) override {
    stage_main = main;
    stage_second = second;
  }
  void set_wall(PeerId, std::vector<VenueId>) override {}
  void pin_rung(MeetingId, VenueId venue, std::optional<domain::Rung> rung) override {
    if (rung)
      pinned[venue] = *rung;
    else
      pinned.erase(venue);
  }
  void set_next(MeetingId, std::vector<VenueId> venues) override { next = std::move(venues); }
  void set_content(MeetingId, std::optional<VenueId> venue) override { content = venue; }
  void open_meeting(MeetingId meeting, std::vector<domain::Venue>) override {
    meetings.insert(meeting);
  }
  void close_meeting(MeetingId meeting) override {
    meetings.erase(meeting);
    gates.clear();
  }
  void async_still(MeetingId, VenueId, Done<std::string> done) override {
    if (!still.empty()) done(still);
  }
  Result<std::string> pipeline_dot(MeetingId) override { return std::string(); }

  // The network thread has closed the gates of the oldest waiting call.
  void confirm() {
    auto confirmed = std::move(waiting.front());
    waiting.pop_front();
    confirmed();
  }

  bool confirm_at_once = true;
  std::deque<std::function<void()>> waiting;
  std::set<MeetingId> meetings;
  std::set<VenueId> gates;
  std::vector<VenueId> opened;
  std::vector<std::vector<VenueId>> closed;
  std::optional<VenueId> stage_main, stage_second, content;
  std::map<VenueId, domain::Rung> pinned;
  std::vector<VenueId> next;
  std::string still;  // JPEG of every room; empty: never comes
};

}  // namespace huiban::test
