#include "media/venue_bin.h"

#include <atomic>

#include "media/elements.h"
#include "media/state_change.h"

namespace huiban::media {
namespace {

const char* prefix_of(Track track) {
  return track == Track::kCamera ? "camera" : "microphone";
}

std::string element_name(Track track, const char* what) {
  return std::string(prefix_of(track)) + "_" + what;
}

class PortEgress final : public Egress {
 public:
  PortEgress(TransportPort& port, rtc::SourceId source) : port_(port), source_(source) {}

  void on_rtp(std::span<const rtc::RtpView> packets) override {
    if (port_.on_net_thread()) return port_.forward(source_, 0, packets);
    std::vector<std::vector<std::uint8_t>> copies;
    copies.reserve(packets.size());
    for (const auto& packet : packets) copies.emplace_back(packet.begin(), packet.end());
    port_.async_forward(source_, std::move(copies));
  }

 private:
  TransportPort& port_;
  rtc::SourceId source_;
};

std::string number(rtc::SourceId source) {
  return std::to_string(static_cast<std::uint64_t>(source));
}

Result<GstOwned<GstElement>> parse(const LaunchTemplate& launch, VenueTracks tracks) {
  return launch.build(
      {{"camera", number(tracks.camera)}, {"microphone", number(tracks.microphone)}}, false,
      {"camera_src", "camera_tee", "camera_sink", "microphone_src", "microphone_tee",
       "microphone_sink"});
}

}  // namespace

Result<VenueBin> VenueBin::build(const LaunchTemplate& launch, VenueId venue, VenueTracks tracks,
                                 TransportPort& port) {
  auto bin = HUIBAN_TRY(parse(launch, tracks));
  gst_object_set_name(GST_OBJECT(bin.get()), ("venue-" + venue.str()).c_str());
  for (const auto track : {Track::kCamera, Track::kMicrophone}) {
    const auto source = track == Track::kCamera ? tracks.camera : tracks.microphone;
    set_egress(element_of(bin.get(), element_name(track, "sink")).get(),
               std::make_shared<PortEgress>(port, source));
    set_keyframe_request(element_of(bin.get(), element_name(track, "src")).get(),
                         [&port, source] { port.async_request_keyframe(source, 0); });
  }
  return VenueBin(std::move(bin), tracks);
}

Result<void> VenueBin::check(const LaunchTemplate& launch) {
  HUIBAN_CHECK(parse(launch, {}));
  return {};
}

GstOwned<GstElement> VenueBin::tee(Track track) const {
  return element_of(bin_.get(), element_name(track, "tee"));
}

void VenueBin::attach(TransportPort& port) const {
  for (const auto track : {Track::kCamera, Track::kMicrophone}) {
    const auto src = element_of(bin_.get(), element_name(track, "src"));
    port.async_set_ingress(track == Track::kCamera ? tracks_.camera : tracks_.microphone, 0,
                           make_ingress(src.get()), {});
  }
}

void VenueBin::detach(VenueTracks tracks, TransportPort& port, TransportPort::Done done) {
  // The network thread works its orders off one after the other: the second answer covers both.
  port.async_set_ingress(tracks.camera, 0, nullptr, {});
  port.async_set_ingress(tracks.microphone, 0, nullptr, std::move(done));
}

GstOwned<GstElement> VenueBin::release() {
  forbid_start(bin_.get());
  for (const auto track : {Track::kCamera, Track::kMicrophone}) {
    set_egress(element_of(bin_.get(), element_name(track, "sink")).get(), nullptr);
    set_keyframe_request(element_of(bin_.get(), element_name(track, "src")).get(), {});
  }
  return std::move(bin_);
}

}  // namespace huiban::media
