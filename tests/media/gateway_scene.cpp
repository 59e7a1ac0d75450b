#include "tests/media/gateway_scene.h"

namespace huiban::test {

GatewayScene::GatewayScene(bool open) {
  init_media();
  facts.venue_names = {{main, "main"}, {east, "east"}, {west, "west"}};
  auto pipelines = media::Pipelines::load(std::string(HUIBAN_SOURCE_DIR) + "/pipelines");
  REQUIRE(pipelines);
  gateway = std::make_unique<media::Gateway>(std::move(*pipelines), facts, loop, clock);
  auto fake = std::make_unique<FakePort>();
  port = fake.get();
  gateway->use(std::move(fake));
  if (open)
    gateway->open_meeting(meeting, {{main, domain::VenueKind::kMain, "主会场", {}, 0},
                                    {east, domain::VenueKind::kBranch, "东溪村", {}, 1},
                                    {west, domain::VenueKind::kBranch, "西坪村", {}, 2}});
}

GatewayScene::~GatewayScene() {
  gateway.reset();
  loop.run_ready();
  CHECK(media::wait_for_workers(Milliseconds(5000)));
}

std::string GatewayScene::offer(int audio_sent, int video_sent, int audio_received,
                                int video_received) {
  std::string sdp = "v=0\r\n";
  const auto lines = [&](int count, const char* kind, const char* direction) {
    for (int i = 0; i < count; ++i)
      sdp += std::string("m=") + kind + " 9 UDP/TLS/RTP/SAVPF 96\r\na=" + direction + "\r\n";
  };
  lines(audio_sent, "audio", "sendonly");
  lines(video_sent, "video", "sendonly");
  lines(audio_received, "audio", "recvonly");
  lines(video_received, "video", "recvonly");
  return sdp;
}

Result<PeerId> GatewayScene::join(PeerRole role, std::optional<VenueId> venue,
                                  const std::string& sdp, const std::string& name) {
  std::optional<Result<domain::JoinAnswer>> answer;
  gateway->async_join({meeting, role, venue, sdp, {}},
                      [&](Result<domain::JoinAnswer> result) { answer = std::move(result); });
  // Facts that come with the answer, such as a takeover, need the peer's name before it.
  REQUIRE(loop.run_until([&] {
    for (const auto& [peer, entry] : port->peers)
      if (!facts.peer_names.count(peer)) facts.peer_names[peer] = name;
    return answer.has_value();
  }));
  if (!*answer) return tl::make_unexpected(answer->error());
  const PeerId peer = (*answer)->peer;
  if (venue && !port->peers.at(peer).plan.publish.audio.empty())
    owners[port->peers.at(peer).plan.publish.audio[0]] = {facts.venue_names.at(*venue),
                                                          rtc::MediaKind::kAudio};
  if (venue && !port->peers.at(peer).plan.publish.video.empty())
    owners[port->peers.at(peer).plan.publish.video[0]] = {facts.venue_names.at(*venue),
                                                          rtc::MediaKind::kVideo};
  return peer;
}

PeerId GatewayScene::page(VenueId venue, const std::string& name) {
  const auto peer = join(PeerRole::kVenue, venue, page_offer(), name);
  REQUIRE(peer);
  connected(*peer);
  return *peer;
}

void GatewayScene::connected(PeerId peer) {
  gateway->peer_connected(peer);
  loop.run_ready();
}

std::string GatewayScene::in_slot(PeerId peer, const std::string& slot) const {
  const auto source = port->in_slot(peer, slot);
  if (!source) return "-";
  const auto at = owners.find(*source);
  if (at == owners.end()) return "?";
  const bool sound = slot.starts_with("sound_");
  return (at->second.second == rtc::MediaKind::kAudio) == sound ? at->second.first : "!";
}

rtc::SourceId GatewayScene::source_of(PeerId peer, rtc::MediaKind kind) const {
  const auto& publish = port->peers.at(peer).plan.publish;
  return kind == rtc::MediaKind::kAudio ? publish.audio.at(0) : publish.video.at(0);
}

std::vector<std::string> GatewayScene::facts_after(const std::function<void()>& task) {
  facts.lines.clear();
  task();
  loop.run_ready();
  return facts.take();
}

}  // namespace huiban::test
