#include "media/venue_bin.h"

#include <array>

#include "media/elements.h"
#include "media/state_change.h"

namespace huiban::media {
namespace {

struct Chain {
  Track track;
  rtc::Layer layer;
  const char* name;  // of its elements, before _src, _tee and _sink
};
constexpr std::array kChains{
    Chain{Track::kCamera, 0, "camera_0"}, Chain{Track::kCamera, 1, "camera_1"},
    Chain{Track::kCamera, 2, "camera_2"}, Chain{Track::kMicrophone, 0, "microphone"}};
static_assert(kChains.size() == rtc::kMaxLayers + 1);

std::string element_name(const Chain& chain, const char* what) {
  return std::string(chain.name) + "_" + what;
}

rtc::SourceId source_of(const VenueTracks& tracks, const Chain& chain) {
  return chain.track == Track::kCamera ? tracks.camera : tracks.microphone;
}

class PortEgress final : public Egress {
 public:
  PortEgress(TransportPort& port, rtc::SourceId source, rtc::Layer layer)
      : port_(port), source_(source), layer_(layer) {}

  void on_rtp(std::span<const rtc::RtpView> packets) override {
    if (port_.on_net_thread()) return port_.forward(source_, layer_, packets);
    if (layer_ != 0) return;  // what does not come from a peer has one layer
    std::vector<std::vector<std::uint8_t>> copies;
    copies.reserve(packets.size());
    for (const auto& packet : packets) copies.emplace_back(packet.begin(), packet.end());
    port_.async_forward(source_, std::move(copies));
  }

 private:
  TransportPort& port_;
  rtc::SourceId source_;
  rtc::Layer layer_;
};

std::string number(rtc::SourceId source) {
  return std::to_string(static_cast<std::uint64_t>(source));
}

Result<GstOwned<GstElement>> parse(const LaunchTemplate& launch, VenueTracks tracks) {
  std::vector<std::string> required;
  for (const auto& chain : kChains)
    for (const char* what : {"src", "tee", "sink"}) required.push_back(element_name(chain, what));
  return launch.build(
      {{"camera", number(tracks.camera)}, {"microphone", number(tracks.microphone)}}, false,
      required);
}

}  // namespace

Result<VenueBin> VenueBin::build(const LaunchTemplate& launch, VenueId venue, VenueTracks tracks,
                                 TransportPort& port) {
  auto bin = HUIBAN_TRY(parse(launch, tracks));
  gst_object_set_name(GST_OBJECT(bin.get()), ("venue-" + venue.str()).c_str());
  for (const auto& chain : kChains) {
    const auto source = source_of(tracks, chain);
    set_egress(element_of(bin.get(), element_name(chain, "sink")).get(),
               std::make_shared<PortEgress>(port, source, chain.layer));
    set_keyframe_request(
        element_of(bin.get(), element_name(chain, "src")).get(),
        [&port, source, layer = chain.layer] { port.async_request_keyframe(source, layer); });
  }
  return VenueBin(std::move(bin), tracks);
}

Result<void> VenueBin::check(const LaunchTemplate& launch) {
  HUIBAN_CHECK(parse(launch, {}));
  return {};
}

GstOwned<GstElement> VenueBin::tee(Track track, rtc::Layer layer) const {
  for (const auto& chain : kChains)
    if (chain.track == track && chain.layer == layer)
      return element_of(bin_.get(), element_name(chain, "tee"));
  return nullptr;
}

void VenueBin::attach(TransportPort& port) const {
  for (const auto& chain : kChains) {
    const auto src = element_of(bin_.get(), element_name(chain, "src"));
    port.async_set_ingress(source_of(tracks_, chain), chain.layer, make_ingress(src.get()), {});
  }
}

void VenueBin::detach(VenueTracks tracks, TransportPort& port, TransportPort::Done done) {
  // The network thread works its orders off one after the other: the last answer covers all.
  for (const auto& chain : kChains)
    port.async_set_ingress(source_of(tracks, chain), chain.layer, nullptr,
                           &chain == &kChains.back() ? std::move(done) : TransportPort::Done{});
}

GstOwned<GstElement> VenueBin::release() {
  forbid_start(bin_.get());
  for (const auto& chain : kChains) {
    set_egress(element_of(bin_.get(), element_name(chain, "sink")).get(), nullptr);
    set_keyframe_request(element_of(bin_.get(), element_name(chain, "src")).get(), {});
  }
  return std::move(bin_);
}

}  // namespace huiban::media
