#include "media/gateway_impl.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace huiban::media {
namespace {

constexpr Milliseconds kFiguresPeriod{1000};
constexpr Milliseconds kStopDeadline{3000};  // at the end of the server, for all pipelines together

tl::unexpected<Error> no_peer() {
  return fail(ErrorCode::kNotFound, "没有这个媒体连接", "no such media session");
}
tl::unexpected<Error> no_media() {
  return fail(ErrorCode::kNotFound, "会议没有媒体", "the meeting has no media");
}

// How long ago the network thread saw the packet; --test-clock moves the domain's time, never the
// socket's.
Milliseconds age_of(UtcTime packet) {
  return std::max(Milliseconds(0), SystemClock().now() - packet);
}

}  // namespace

Result<Pipelines> Pipelines::load(const std::string& dir) {
  auto venue = HUIBAN_TRY(LaunchTemplate::load(dir + "/venue.launch"));
  auto still = HUIBAN_TRY(LaunchTemplate::load(dir + "/still.launch"));
  HUIBAN_CHECK(VenueBin::check(venue));
  HUIBAN_CHECK(Still::check(still));
  return Pipelines{std::move(venue), std::move(still)};
}

Gateway::Gateway(Pipelines pipelines, domain::MediaFacts& facts, Executor& control,
                 const Clock& clock)
    : pipelines_(std::move(pipelines)), facts_(facts), control_(control), clock_(clock) {}

void Gateway::use(std::unique_ptr<TransportPort> port) {
  control_thread().assert_here();
  port_ = std::move(port);
  parts_ = std::make_unique<MeetingParts>(
      MeetingParts{*port_, facts_, control_, clock_, pipelines_.venue, pipelines_.still});
  measured_at_ = std::chrono::steady_clock::now();
  figures_timer_.every(kFiguresPeriod, [this] { measure(); });
}

Gateway::~Gateway() {
  control_thread().assert_here();
  figures_timer_.cancel();
  port_.reset();  // from here on no other thread calls in
  alive_.reset();
  meetings_.clear();
  closing_.clear();
  if (!wait_for_workers(kStopDeadline)) spdlog::warn("media: a pipeline does not stop");
}

void Gateway::post(Task task) {
  control_.post([alive = std::weak_ptr<char>(alive_), task = std::move(task)] {
    if (!alive.expired()) task();
  });
}

LiveMeeting* Gateway::find(MeetingId meeting) {
  control_thread().assert_here();
  const auto at = meetings_.find(meeting);
  return at == meetings_.end() ? nullptr : at->second.get();
}

LiveMeeting& Gateway::ensure(MeetingId meeting) {
  control_thread().assert_here();
  auto& live = meetings_[meeting];
  if (!live) {
    live = std::make_unique<LiveMeeting>(meeting, *parts_);
    if (const auto wishes = wishes_.find(meeting); wishes != wishes_.end()) {
      for (const auto& [venue, rung] : wishes->second.pins) live->pin_rung(venue, rung);
      live->set_next(wishes->second.next);
    }
  }
  return *live;
}

LiveMeeting* Gateway::meeting_of(PeerId peer) {
  const auto at = peers_.find(peer);
  return at == peers_.end() ? nullptr : find(at->second);
}

// ---- joining and leaving ----

void Gateway::async_join(domain::JoinRequest request, Done<domain::JoinAnswer> done) {
  post([this, request = std::move(request), done = std::move(done)]() mutable {
    join(std::move(request), std::move(done));
  });
}

void Gateway::join(domain::JoinRequest request, Done<domain::JoinAnswer> done) {
  const MeetingId meeting = request.meeting;
  if (ended_.count(meeting))
    return done(fail(ErrorCode::kGone, "会议已结束", "the meeting has ended"));
  const PeerId peer = PeerId::make();
  auto plan = ensure(meeting).begin_join(peer, request);
  if (!plan) {
    if (!ensure(meeting).is_open() && !ensure(meeting).has_peers()) close(meeting);
    return done(tl::make_unexpected(plan.error()));
  }
  peers_[peer] = meeting;
  port_->async_answer(std::move(*plan), std::move(request.offer_sdp),
                      [this, meeting, peer, done = std::move(done)](Result<std::string> answer) {
                        post([this, meeting, peer, done, answer = std::move(answer)] {
                          answered(meeting, peer, answer, done);
                        });
                      });
}

void Gateway::answered(MeetingId meeting, PeerId peer, Result<std::string> answer,
                       const Done<domain::JoinAnswer>& done) {
  LiveMeeting* live = meeting_of(peer);
  if (!live) {  // the meeting was closed in between
    if (answer) port_->async_close(peer, {});
    return done(fail(ErrorCode::kGone, "会议已结束", "the meeting has ended"));
  }
  if (!answer) {
    live->abandon_join(peer);
    peers_.erase(peer);
    if (!live->is_open() && !live->has_peers()) close(meeting);
    return done(tl::make_unexpected(std::move(answer.error())));
  }
  for (const auto& displaced : live->finish_join(peer)) {
    peers_.erase(displaced);
    facts_.peer_closed(meeting, displaced);
  }
  done(domain::JoinAnswer{peer, std::move(*answer)});
}

void Gateway::async_restart(PeerId peer, std::string fragment, Done<std::string> done) {
  post([this, peer, fragment = std::move(fragment), done = std::move(done)]() mutable {
    if (!meeting_of(peer)) return done(no_peer());
    port_->async_restart(peer, std::move(fragment), [this, done](Result<std::string> answer) {
      post([done, answer = std::move(answer)] { done(answer); });
    });
  });
}

void Gateway::async_leave(PeerId peer, Done<void> done) {
  post([this, peer, done = std::move(done)] {
    if (!meeting_of(peer)) return done(no_peer());
    port_->async_close(peer, [this, peer, done] {
      post([this, peer, done] {
        gone(peer, clock_.now());
        done({});
      });
    });
  });
}

// A meeting that only pages have opened goes with its last page.
void Gateway::gone(PeerId peer, UtcTime last_packet) {
  LiveMeeting* live = meeting_of(peer);
  if (!live) return;
  const MeetingId meeting = peers_.at(peer);
  peers_.erase(peer);
  live->peer_closed(peer, last_packet);
  facts_.peer_closed(meeting, peer);
  if (!live->is_open() && !live->has_peers()) close(meeting);
}

// ---- what the rules decide ----

void Gateway::open_meeting(MeetingId meeting, std::vector<domain::Venue> venues) {
  ended_.erase(meeting);
  ensure(meeting).open(venues);
}

void Gateway::close_meeting(MeetingId meeting) {
  ended_.insert(meeting);
  wishes_.erase(meeting);
  close(meeting);
}

void Gateway::close(MeetingId meeting) {
  LiveMeeting* live = find(meeting);
  if (!live) return;
  std::erase_if(peers_, [&](const auto& entry) { return entry.second == meeting; });
  auto place = closing_.emplace(closing_.end());
  *place = live->close([this, place] { post([this, place] { closing_.erase(place); }); });
  meetings_.erase(meeting);
}

void Gateway::open_gate(MeetingId meeting, VenueId venue) {
  if (!ended_.count(meeting)) ensure(meeting).open_gate(venue);
}

void Gateway::close_gates(MeetingId meeting, std::vector<VenueId> venues,
                          std::function<void()> confirmed) {
  if (LiveMeeting* live = find(meeting)) return live->close_gates(venues, std::move(confirmed));
  control_.post(std::move(confirmed));  // no media, so nothing leaves
}

void Gateway::set_stage(MeetingId meeting, std::optional<VenueId> main,
                        std::optional<VenueId> second) {
  if (!ended_.count(meeting)) ensure(meeting).set_stage(main, second);
}

void Gateway::set_wall(PeerId peer, std::vector<VenueId> venues) {
  if (LiveMeeting* live = meeting_of(peer)) live->set_wall(peer, std::move(venues));
}

void Gateway::pin_rung(MeetingId meeting, VenueId venue, std::optional<domain::Rung> rung) {
  control_thread().assert_here();
  if (ended_.count(meeting)) return;
  auto& pins = wishes_[meeting].pins;
  if (rung)
    pins[venue] = *rung;
  else
    pins.erase(venue);
  if (LiveMeeting* live = find(meeting)) live->pin_rung(venue, rung);
}

void Gateway::set_next(MeetingId meeting, std::vector<VenueId> venues) {
  control_thread().assert_here();
  if (ended_.count(meeting)) return;
  wishes_[meeting].next = venues;
  if (LiveMeeting* live = find(meeting)) live->set_next(std::move(venues));
}

void Gateway::set_content(MeetingId meeting, std::optional<VenueId> venue) {
  control_thread().assert_here();
  if (ended_.count(meeting)) return;
  for (const auto& sharer : ensure(meeting).set_content(venue)) {
    peers_.erase(sharer);
    facts_.peer_closed(meeting, sharer);
  }
}

void Gateway::async_still(MeetingId meeting, VenueId venue, Done<std::string> done) {
  post([this, meeting, venue, done = std::move(done)] {
    if (LiveMeeting* live = find(meeting)) return live->take_still(venue, done);
    done(no_media());
  });
}

Result<std::string> Gateway::pipeline_dot(MeetingId meeting) {
  if (LiveMeeting* live = find(meeting)) return live->dot();
  return no_media();
}

// ---- facts of the transport ----

void Gateway::on_peer(PeerId peer, std::function<void(LiveMeeting&)> task) {
  post([this, peer, task = std::move(task)] {
    if (LiveMeeting* live = meeting_of(peer)) task(*live);
  });
}

void Gateway::peer_connected(PeerId peer) {
  on_peer(peer, [peer](LiveMeeting& live) { live.peer_connected(peer); });
}

void Gateway::peer_lost(PeerId peer, UtcTime last_packet) {
  on_peer(peer, [this, peer, age = age_of(last_packet)](LiveMeeting& live) {
    live.peer_lost(peer, clock_.now() - age);
  });
}

void Gateway::peer_back(PeerId peer) {
  on_peer(peer, [peer](LiveMeeting& live) { live.peer_back(peer); });
}

void Gateway::peer_closed(PeerId peer, const std::string& why, UtcTime last_packet) {
  post([this, peer, why, age = age_of(last_packet)] {
    if (meeting_of(peer)) spdlog::info("media: peer {} closed: {}", peer.str(), why);
    gone(peer, clock_.now() - age);
  });
}

void Gateway::slot_shown(PeerId peer, std::size_t slot, std::optional<rtc::SourceId> source) {
  on_peer(peer, [=](LiveMeeting& live) { live.slot_shown(peer, slot, source); });
}

void Gateway::layers_wanted(PeerId publisher, rtc::SourceId source, std::size_t count) {
  on_peer(publisher, [=](LiveMeeting& live) { live.layers_wanted(publisher, source, count); });
}

void Gateway::measure() {
  if (meetings_.empty()) return;
  port_->async_stats([this](rtc::Stats stats) {
    post([this, stats = std::move(stats)] {
      const auto now = std::chrono::steady_clock::now();
      const auto elapsed = std::chrono::duration_cast<Milliseconds>(now - measured_at_);
      measured_at_ = now;
      report(stats, std::max(elapsed, Milliseconds(1)));
    });
  });
}

void Gateway::report(const rtc::Stats& stats, Milliseconds elapsed) {
  LiveMeeting::PeerStatsMap peers;
  LiveMeeting::SourceStatsMap sources;
  for (const auto& peer : stats.peers) peers[peer.peer] = &peer;
  for (const auto& source : stats.sources) sources[source.source] = &source;
  // Also of meetings without anybody: the rules store then what waits, and forget old figures.
  for (auto& [id, live] : meetings_) facts_.figures(id, live->figures(peers, sources, elapsed));
}

}  // namespace huiban::media
