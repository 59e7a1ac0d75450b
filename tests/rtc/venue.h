#pragma once
// A transport on a loopback port with a recording observer, and clients that join it.
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rtc/transport.h"
#include "tests/support/rtc_client.h"

namespace huiban::rtc::test {

using huiban::test::RtcClient;
using huiban::test::RtcLine;
using Bytes = std::vector<std::uint8_t>;
using std::chrono::milliseconds;

class Recorder final : public TransportObserver {
 public:
  void peer_connected(PeerId peer) override { add("connected", peer); }
  void peer_lost(PeerId peer, UtcTime) override { add("lost", peer); }
  void peer_back(PeerId peer) override { add("back", peer); }
  void peer_closed(PeerId peer, const std::string& why, UtcTime) override {
    add("closed: " + why, peer);
  }
  void layers_wanted(PeerId, SourceId, std::size_t) override {}
  void rung_changed(PeerId, Rung) override {}
  void slot_shown(PeerId peer, std::size_t slot, std::optional<SourceId> source) override {
    add("slot " + std::to_string(slot) + " " +
            (source ? std::to_string(std::uint64_t(*source)) : std::string("empty")),
        peer);
  }
  bool has(PeerId peer, const std::string& text) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [who, what] : events_)
      if (who == peer && what.find(text) != std::string::npos) return true;
    return false;
  }
  std::size_t count(PeerId peer, const std::string& text) const {
    const std::lock_guard lock(mutex_);
    std::size_t n = 0;
    for (const auto& [who, what] : events_)
      n += who == peer && what.find(text) != std::string::npos;
    return n;
  }

 private:
  void add(std::string what, PeerId peer) {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(peer, std::move(what));
  }
  mutable std::mutex mutex_;
  std::vector<std::pair<PeerId, std::string>> events_;
};

struct Venue {
  explicit Venue(TransportConfig config = {}) {
    config.port = 0;
    config.bind_address = "127.0.0.1";
    auto made = Transport::create(config, observer);
    REQUIRE(made);
    transport = std::move(*made);
    identity = std::move(*DtlsIdentity::create());
  }
  // Answers the client's offer; nullopt with the error kept when refused.
  std::optional<std::string> answer(RtcClient& client, PeerPlan plan) {
    std::promise<Result<std::string>> promise;
    transport->async_answer(std::move(plan), client.offer(),
                            [&promise](Result<std::string> r) { promise.set_value(std::move(r)); });
    auto result = promise.get_future().get();
    if (!result) error = result.error();
    return result ? std::optional(*result) : std::nullopt;
  }
  void join(RtcClient& client, PeerPlan plan) {
    const PeerId peer = plan.peer;
    const auto sdp = answer(client, std::move(plan));
    REQUIRE(sdp);
    REQUIRE(client.accept(*sdp));
    REQUIRE(client.pump([&] { return client.is_connected() && observer.has(peer, "connected"); }));
  }
  // Everything posted before has run.
  void settle() {
    std::promise<void> promise;
    transport->async_run([&promise] { promise.set_value(); });
    promise.get_future().get();
  }
  void set_gate(SourceId source, bool open) {
    std::promise<void> promise;
    transport->async_set_gate(source, open, [&promise] { promise.set_value(); });
    promise.get_future().get();
  }
  Stats stats() {
    std::promise<Stats> promise;
    transport->async_stats([&promise](Stats s) { promise.set_value(std::move(s)); });
    return promise.get_future().get();
  }

  Recorder observer;
  std::unique_ptr<DtlsIdentity> identity;
  std::unique_ptr<Transport> transport;
  std::optional<Error> error;
};

inline Bytes vp8_payload(bool keyframe, std::uint16_t picture_id, std::size_t size = 200) {
  Bytes payload{0x90, 0x80, std::uint8_t(0x80 | picture_id >> 8), std::uint8_t(picture_id),
                std::uint8_t(keyframe ? 0x10 : 0x11)};
  payload.resize(payload.size() + size, 0x5a);
  return payload;
}

inline PeerPlan publisher_plan(std::vector<SourceId> audio, std::vector<SourceId> video) {
  PeerPlan plan;
  plan.peer = PeerId::make();
  plan.publish.audio = std::move(audio);
  plan.publish.video = std::move(video);
  return plan;
}
inline PeerPlan watcher_plan() {
  PeerPlan plan;
  plan.peer = PeerId::make();
  plan.slots = {{"stage_main", MediaKind::kVideo, "stage"},
                {"sound_1", MediaKind::kAudio, "stage"}};
  return plan;
}
inline std::vector<RtcLine> sending_lines() {
  return {{MediaKind::kAudio, true}, {MediaKind::kVideo, true}};
}
inline std::vector<RtcLine> receiving_lines() {
  return {{MediaKind::kVideo, false}, {MediaKind::kAudio, false}};
}

template <class Item>
std::vector<Item> all_of(const std::vector<RtcpItem>& reports) {
  std::vector<Item> found;
  for (const RtcpItem& report : reports)
    if (const auto* item = std::get_if<Item>(&report)) found.push_back(*item);
  return found;
}

}  // namespace huiban::rtc::test
