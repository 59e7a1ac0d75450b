#pragma once
// A gateway on a fake transport with one meeting: 主会场, 东溪村, 西坪村.
#include <catch2/catch.hpp>

#include "media/gateway_impl.h"
#include "tests/media/fake_port.h"
#include "tests/media/loop.h"
#include "tests/media/recorded_facts.h"

namespace huiban::test {

using domain::PeerRole;

struct GatewayScene {
  explicit GatewayScene(bool open = true);
  ~GatewayScene();

  static std::string offer(int audio_sent, int video_sent, int audio_received, int video_received);
  static std::string page_offer() { return offer(1, 1, 4, 3); }

  // Answered, not yet connected; the error if it was refused.
  Result<PeerId> join(PeerRole role, std::optional<VenueId> venue, const std::string& sdp,
                      const std::string& name);
  PeerId page(VenueId venue, const std::string& name);  // joined and connected
  void connected(PeerId peer);
  // What a slot shows: main, east, west, or - for nothing; ! for a track of the wrong kind.
  std::string in_slot(PeerId peer, const std::string& slot) const;
  rtc::SourceId source_of(PeerId peer, rtc::MediaKind kind) const;
  std::vector<std::string> facts_after(const std::function<void()>& task);

  Loop loop;
  ManualClock clock{UtcTime(std::chrono::hours(24 * 365 * 50))};
  RecordedFacts facts;
  FakePort* port = nullptr;
  std::unique_ptr<media::Gateway> gateway;
  MeetingId meeting = MeetingId::make();
  VenueId main = VenueId::make(), east = VenueId::make(), west = VenueId::make();
  std::map<rtc::SourceId, std::pair<std::string, rtc::MediaKind>> owners;
};

}  // namespace huiban::test
