#pragma once
// One venue's part of a room's pipeline, built from pipelines/venue.launch and joined to the
// transport. Control thread; owned by Room.
#include <string>

#include "media/launch_template.h"
#include "media/slot_plan.h"
#include "media/transport_port.h"

namespace huiban::media {

struct VenueTracks {
  rtc::SourceId microphone{}, camera{};
};

class VenueBin {
 public:
  // Unavailable: see LaunchTemplate::build. The bin is in NULL and has no parent.
  static Result<VenueBin> build(const LaunchTemplate& launch, VenueId venue, VenueTracks tracks,
                                TransportPort& port);

  // Whether build() will succeed, found out without a venue.
  static Result<void> check(const LaunchTemplate& launch);

  GstElement* element() const { return bin_.get(); }
  GstOwned<GstElement> tee(Track track, rtc::Layer layer) const;  // null: no such chain

  // Packets take the way through the bin from now on.
  void attach(TransportPort& port) const;
  // Packets go straight to the fan-out; done runs on the network thread when none is left in the
  // bin.
  static void detach(VenueTracks tracks, TransportPort& port, TransportPort::Done done);
  // Cuts the sinks off the transport and hands the bin over, for stop_later().
  GstOwned<GstElement> release();

 private:
  VenueBin(GstOwned<GstElement> bin, VenueTracks tracks) : bin_(std::move(bin)), tracks_(tracks) {}
  GstOwned<GstElement> bin_;
  VenueTracks tracks_;
};

}  // namespace huiban::media
