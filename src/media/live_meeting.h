#pragma once
// Sound and picture of one meeting: the sources of its venues, who looks at what, gates, presence,
// its room. Control thread; owned by the gateway. Never uses the port in its destructor: the
// gateway stops that first.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/clock.h"
#include "domain/ports.h"
#include "media/offer_shape.h"
#include "media/presence.h"
#include "media/room.h"
#include "media/slot_plan.h"
#include "media/still.h"

namespace huiban::media {

// What all meetings share; lives in the gateway.
struct MeetingParts {
  TransportPort& port;
  domain::MediaFacts& facts;
  Executor& control;
  const Clock& clock;
  const LaunchTemplate& venue_launch;
  const LaunchTemplate& still_launch;
  std::uint64_t next_source = 1;
};

class LiveMeeting {
 public:
  LiveMeeting(MeetingId id, MeetingParts& parts);
  ~LiveMeeting();

  // The venues as convened; may be repeated. Until then venues are made as their peers come.
  void open(const std::vector<domain::Venue>& venues);
  bool is_open() const { return opened_; }
  bool has_peers() const { return !peers_.empty(); }

  // Join in two steps around the transport's answer. begin_join: Invalid without a venue where the
  // role needs one, NotFound for a venue that the meeting does not have. finish_join returns the
  // peers that had to go.
  Result<rtc::PeerPlan> begin_join(PeerId peer, const domain::JoinRequest& request);
  std::vector<PeerId> finish_join(PeerId peer);
  void abandon_join(PeerId peer);

  // From the transport, by way of the gateway.
  void peer_connected(PeerId peer);
  void peer_lost(PeerId peer, UtcTime last_packet);
  void peer_back(PeerId peer);
  void peer_closed(PeerId peer, UtcTime last_packet);
  void slot_shown(PeerId peer, std::size_t slot, std::optional<rtc::SourceId> source);
  void layers_wanted(PeerId publisher, rtc::SourceId source, std::size_t count);

  void open_gate(VenueId venue);
  void close_gates(const std::vector<VenueId>& venues, std::function<void()> confirmed);
  void set_stage(std::optional<VenueId> main, std::optional<VenueId> second);
  void set_wall(PeerId peer, std::vector<VenueId> venues);
  // Whose sharer may come and is shown. Returns the sharers that had to go.
  std::vector<PeerId> set_content(std::optional<VenueId> venue);
  void pin_rung(VenueId venue, std::optional<domain::Rung> rung);
  void set_next(std::vector<VenueId> venues);

  void take_still(VenueId venue, Still::Done done);
  std::string dot() const { return room_->dot(); }

  // Figures since the last call; elapsed > 0.
  using PeerStatsMap = std::map<PeerId, const rtc::PeerStats*>;
  using SourceStatsMap = std::map<rtc::SourceId, const rtc::SourceStats*>;
  std::vector<domain::VenueFigures> figures(const PeerStatsMap& peers,
                                            const SourceStatsMap& sources, Milliseconds elapsed);

  // Closes peers and sources. The room is the caller's until detached has run on control.
  std::unique_ptr<Room> close(std::function<void()> detached);

 private:
  struct Peer;
  struct Venue;
  Venue* find_venue(VenueId venue);
  Venue& ensure_venue(VenueId venue);
  void report(Presence::Fact fact, VenueId venue, UtcTime last_packet);
  bool displaces(const Peer& newer, const Peer& older) const;
  rtc::SourceId add_source(rtc::MediaKind kind);
  Result<void> plan_beside(Peer& peer, const OfferShape& offer, rtc::PeerPlan& plan);
  void beside_connected(PeerId id, Peer& peer);
  void beside_closed(PeerId id, const Peer& peer);
  void show(PeerId id, Peer& peer);
  void show_all();
  void measure(Peer& peer, const rtc::PeerStats& stats, Milliseconds elapsed,
               domain::VenueFigures& figures);
  void measure(Venue& venue, const SourceStatsMap& sources, domain::VenueFigures& figures);
  std::string name_of(VenueId venue) const;
  rtc::Rung ceiling_of(const Peer& peer) const;
  void tell_layers(PeerId id, Peer& peer);
  void preheat(VenueId venue, bool on);
  void show_loudest(PeerId id, Peer& peer, const Decision& decision);

  MeetingId id_;
  MeetingParts& parts_;
  bool opened_ = false;
  Stage stage_;
  std::map<VenueId, domain::Rung> pins_;
  std::vector<VenueId> next_;  // preheated
  std::optional<VenueId> content_;  // who may share
  std::optional<PeerId> sharer_;    // whose screen is shown
  std::map<VenueId, std::unique_ptr<Venue>> venues_;
  std::map<rtc::SourceId, VenueId> venue_of_source_;
  std::map<PeerId, std::unique_ptr<Peer>> peers_;
  std::map<VenueId, std::unique_ptr<Still>> stills_;
  std::unique_ptr<Room> room_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace huiban::media
