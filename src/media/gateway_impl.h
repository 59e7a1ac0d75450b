#pragma once
// The gateway behind create_gateway(), apart from it so that tests can give it a transport of their
// own. Facts of the transport arrive on the network thread and are posted to control; all else is
// control.
#include <list>
#include <map>
#include <memory>
#include <set>

#include "media/gateway.h"
#include "media/live_meeting.h"
#include "media/timer.h"

namespace huiban::media {

struct Pipelines {
  LaunchTemplate venue, still;
  // Unavailable: a file is missing or has an error. Builds each pipeline once to find out.
  static Result<Pipelines> load(const std::string& dir);
};

class Gateway final : public domain::MediaGateway, public rtc::TransportObserver {
 public:
  Gateway(Pipelines pipelines, domain::MediaFacts& facts, Executor& control, const Clock& clock);
  // Stops the network thread first, then the pipelines. Nobody is called back any more.
  ~Gateway() override;

  // Once, before anything else.
  void use(std::unique_ptr<TransportPort> port);

  void async_join(domain::JoinRequest request, Done<domain::JoinAnswer> done) override;
  void async_restart(PeerId peer, std::string fragment, Done<std::string> done) override;
  void async_leave(PeerId peer, Done<void> done) override;
  void open_gate(MeetingId meeting, VenueId venue) override;
  void close_gates(MeetingId meeting, std::vector<VenueId> venues,
                   std::function<void()> confirmed) override;
  void set_stage(MeetingId meeting, std::optional<VenueId> main,
                 std::optional<VenueId> second) override;
  void set_wall(PeerId peer, std::vector<VenueId> venues) override;
  void pin_rung(MeetingId meeting, VenueId venue, std::optional<domain::Rung> rung) override;
  void set_next(MeetingId meeting, std::vector<VenueId> venues) override;
  void set_content(MeetingId meeting, std::optional<VenueId> venue) override;
  void open_meeting(MeetingId meeting, std::vector<domain::Venue> venues) override;
  void close_meeting(MeetingId meeting) override;
  void async_still(MeetingId meeting, VenueId venue, Done<std::string> done) override;
  Result<std::string> pipeline_dot(MeetingId meeting) override;

  // rtc::TransportObserver, network thread
  void peer_connected(PeerId peer) override;
  void peer_lost(PeerId peer, UtcTime last_packet) override;
  void peer_back(PeerId peer) override;
  void peer_closed(PeerId peer, const std::string& why, UtcTime last_packet) override;
  void slot_shown(PeerId peer, std::size_t slot, std::optional<rtc::SourceId> source) override;
  void layers_wanted(PeerId publisher, rtc::SourceId source, std::size_t count) override;
  void rung_changed(PeerId, rtc::Rung) override {}  // told each second with the figures

  void measure();  // asks for figures now; done by a timer each second

 private:
  using Task = std::function<void()>;
  void post(Task task);  // any thread; dropped once the gateway is gone
  LiveMeeting& ensure(MeetingId meeting);
  LiveMeeting* find(MeetingId meeting);
  LiveMeeting* meeting_of(PeerId peer);
  void join(domain::JoinRequest request, Done<domain::JoinAnswer> done);
  void answered(MeetingId meeting, PeerId peer, Result<std::string> answer,
                const Done<domain::JoinAnswer>& done);
  void on_peer(PeerId peer, std::function<void(LiveMeeting&)> task);
  void gone(PeerId peer, UtcTime last_packet);
  void close(MeetingId meeting);
  void report(const rtc::Stats& stats, Milliseconds elapsed);

  Pipelines pipelines_;
  domain::MediaFacts& facts_;
  Executor& control_;
  const Clock& clock_;
  std::unique_ptr<TransportPort> port_;
  std::unique_ptr<MeetingParts> parts_;
  std::map<MeetingId, std::unique_ptr<LiveMeeting>> meetings_;
  std::set<MeetingId> ended_;
  struct Wishes {  // of the rules; they outlive a meeting's last page
    std::map<VenueId, domain::Rung> pins;
    std::vector<VenueId> next;
  };
  std::map<MeetingId, Wishes> wishes_;
  std::map<PeerId, MeetingId> peers_;
  std::list<std::unique_ptr<Room>> closing_;  // until the network thread has let go of them
  Timer figures_timer_;
  std::chrono::steady_clock::time_point measured_at_{};
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace huiban::media
