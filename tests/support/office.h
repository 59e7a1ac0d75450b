#pragma once
// The office of the demo town at work: a Service on fakes and a clock set by hand, its people by
// role, and event A (9:00) or B convened and started on request.
#include <memory>
#include <string>
#include <vector>

#include "domain/service.h"
#include "tests/support/demo_directory.h"
#include "tests/support/fake_event_store.h"
#include "tests/support/fake_media_room.h"
#include "tests/support/meeting_script.h"

namespace huiban::test {

class RecordingPublisher final : public domain::Publisher {
 public:
  void event_stored(const domain::StoredEvent& event) override { events.push_back(event); }
  void slot_shown(MeetingId, PeerId, const std::string&, std::optional<VenueId>) override {
    ++slots;
  }
  void figures(MeetingId, const std::vector<domain::VenueFigures>&) override { ++figure_calls; }
  void layers_wanted(MeetingId, PeerId, std::size_t) override {}
  void peer_closed(MeetingId, PeerId) override {}
  std::vector<domain::StoredEvent> events;
  int slots = 0, figure_calls = 0;
};

// The answer of a command that waits for media; nothing while it waits.
using Answer = std::shared_ptr<std::optional<Result<domain::Applied>>>;

class Office {
 public:
  Office();

  Office& at(const std::string& clock);  // 27 May 2020, local
  // Stops the server (kill -9) and starts another on the same store.
  void restart();

  MeetingId plan(const domain::MeetingPlan& plan);
  MeetingId convened_a();
  MeetingId running_a();  // started at 9:00

  domain::Command as(domain::Role role) const;
  domain::Command secretary() const { return as(domain::Role::kSecretary); }
  domain::Command leader() const { return as(domain::Role::kLeader); }
  domain::Command liaison(const std::string& unit) const;
  domain::Command unit_head(const std::string& unit) const;
  domain::Command device(MeetingId meeting, const std::string& venue) const;

  const domain::Meeting& meeting(MeetingId id) const { return *service->find_meeting(id); }
  VenueId venue(MeetingId id, const std::string& name) const;
  SeatId seat(MeetingId id, const std::string& unit, const std::string& title) const;

  Answer revoke(MeetingId id, const std::string& venue);
  Answer mute_all(MeetingId id);
  Answer next(MeetingId id);
  Answer undo(MeetingId id);
  Answer end(MeetingId id);
  Answer run(const std::function<void(domain::Service::Done)>& command);

  ManualClock clock;
  FakeEventStore store;
  FakeMediaRoom media;
  RecordingPublisher pages;
  domain::Directory town;
  std::unique_ptr<domain::Service> service;
};

}  // namespace huiban::test
