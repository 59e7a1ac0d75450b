#pragma once
// What a live meeting keeps per peer and per venue; for the files of LiveMeeting only.
#include "media/live_meeting.h"

namespace huiban::media {

// Venue pages and publishers are presence; consoles, displays and watchers are not.
inline bool sits_at_a_seat(domain::PeerRole role) {
  return role == domain::PeerRole::kVenue || role == domain::PeerRole::kPublisher;
}

// Sends a picture or sound that is not its venue's camera and microphone.
inline bool sends_beside(domain::PeerRole role) {
  return role == domain::PeerRole::kSharer || role == domain::PeerRole::kTester;
}

struct LiveMeeting::Peer {
  domain::PeerRole role = domain::PeerRole::kVenue;
  std::optional<VenueId> venue;
  std::vector<VenueId> wall;
  bool sends_audio = false, sends_video = false;
  std::optional<rtc::SourceId> test_sound;    // of a tester: what it sends and gets back
  bool answered = false;
  bool was_connected = false;
  std::vector<rtc::SlotPlan> slots;           // as many as the offer has m-lines for
  std::vector<std::size_t> planned;           // place of each in slots_for(role)
  std::vector<std::optional<Shown>> shown;    // what the transport was told, per slot
  std::vector<std::size_t> loudest_slots;     // of these, none of shown is true
  std::vector<rtc::SourceId> loudest;         // what the transport chooses from for them
  std::optional<std::size_t> layers_wanted;   // by the transport
  std::optional<std::size_t> layers_told;     // to the page
  std::uint64_t bytes_in = 0, bytes_out = 0;  // at the last measurement
};

struct LiveMeeting::Venue {
  VenueTracks tracks;
  std::optional<rtc::SourceId> content;  // its screen, from the first time that it is shared
  std::string name;
  Presence presence;
  std::uint64_t sound_packets = 0;  // at the last measurement
  rtc::Layer best_layer = 0;        // of the camera: the highest that arrived at that time
};

}  // namespace huiban::media
