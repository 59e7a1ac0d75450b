#pragma once
// The live part of one meeting: one GstPipeline that holds a bin per venue. Control thread, whose
// GLib main context also watches the bus. A venue whose bin fails goes on without it (packets go
// straight to the fan-out) while the bin is rebuilt; the meeting does not notice. Lives shorter
// than the port and the templates.
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "core/thread.h"
#include "media/state_change.h"
#include "media/timer.h"
#include "media/venue_bin.h"

namespace huiban::media {

struct RoomConfig {
  std::string name;  // of the pipeline, for dumps
  Milliseconds state_deadline = kStateDeadline;
  int max_faults = 3;  // of one venue within fault_window; then its bin stays away
  Milliseconds fault_window{60000};
};

class Room {
 public:
  // venue, what happened in words, and whether the bin is being rebuilt
  using OnFault = std::function<void(VenueId, const std::string& reason, bool rebuilding)>;

  Room(RoomConfig config, const LaunchTemplate& venue_launch, TransportPort& port,
       Executor& control, OnFault on_fault);
  ~Room();  // a worker stops the pipeline; does not use the port
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // The sources of tracks are known to the port. A venue that is there already is left alone.
  void add_venue(VenueId venue, VenueTracks tracks);
  void remove_venue(VenueId venue);
  // No packet enters the pipeline any more; done runs on control unless the room is gone by then.
  void detach_all(std::function<void()> done);
  bool is_live(VenueId venue) const;  // its packets go through its bin
  // null: no bin at the moment
  GstOwned<GstElement> tee(VenueId venue, Track track, rtc::Layer layer) const;
  std::string dot() const;  // Graphviz text

 private:
  struct Entry;
  void build(VenueId venue, Entry& entry);
  void started(VenueId venue, int generation, const Result<void>& result);
  void faulty(VenueId venue, const std::string& reason);
  void take_down(VenueTracks tracks, std::unique_ptr<VenueBin> bin, std::function<void()> then);
  void on_message(GstMessage* message);
  std::function<void()> on_control(std::function<void()> task);

  RoomConfig config_;
  const LaunchTemplate& venue_launch_;
  TransportPort& port_;
  Executor& control_;
  OnFault on_fault_;
  GstOwned<GstElement> pipeline_;
  std::map<VenueId, std::unique_ptr<Entry>> venues_;
  std::list<std::unique_ptr<VenueBin>> leaving_;            // being detached on the network thread
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // posted tasks hold it weakly
};

}  // namespace huiban::media
