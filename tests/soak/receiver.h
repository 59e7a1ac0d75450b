#pragma once
// What one peer receives: loses packets as its line would, asks for them again, and remembers when
// it last got something of whom. Belongs to the swarm's thread, or to who holds the swarm's lock.
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <set>

#include "tests/support/rtc_client.h"

namespace huiban::soak {

struct Repairs {
  // Packets of pictures: lost by this side's line and asked for; of these, those that came by RTX.
  // Gaps are what did not come and was not lost here: the uplink's, or dropped by the server.
  std::uint64_t lost = 0, repaired = 0, gaps = 0;
};

class Receiver {
 public:
  // Takes the client's hooks; outlives it.
  Receiver(test::RtcClient& client, std::uint32_t seed);

  double loss = 0;     // share of the packets, 0 to 1
  bool is_cut = false;  // nothing arrives

  using Time = std::chrono::steady_clock::time_point;
  // By the mark of the sender: the last packet of its picture and of its sound.
  Time last_picture(std::uint8_t mark) const { return pictures_[mark]; }
  Time last_sound(std::uint8_t mark) const { return sounds_[mark]; }
  // When the last packet of its sound that came had been sent, by the sender's own stamp: one that
  // is read late is no leak.
  Time last_sound_sent(std::uint8_t mark) const { return sounds_sent_[mark]; }
  std::uint64_t packets() const { return packets_; }
  const Repairs& repairs() const { return repairs_; }

 private:
  struct Missing {
    bool lost_here = false;
    int asked = 0;
    Time next;
  };
  struct Stream {
    std::int64_t highest = -1;
    std::map<std::int64_t, Missing> missing;
    std::set<std::uint16_t> lost_here;  // since the highest
  };

  bool loses(const rtc::RtpHeader& header);
  void on_packet(const rtc::RtpHeader& header, std::span<const std::uint8_t> payload);
  void on_picture(std::uint32_t ssrc, std::uint16_t sequence, Time now);
  void take_repair(Stream& stream, std::int64_t number);
  void ask(Time now);

  test::RtcClient& client_;
  std::mt19937 random_;
  std::map<std::uint32_t, Stream> streams_;  // of pictures, by SSRC
  std::array<Time, 256> pictures_{}, sounds_{}, sounds_sent_{};
  Time next_ask_;
  std::uint64_t packets_ = 0;
  Repairs repairs_;
};

}  // namespace huiban::soak
