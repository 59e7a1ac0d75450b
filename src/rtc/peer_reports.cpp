// What a peer is told in RTCP, and its figures.
#include <algorithm>

#include "rtc/peer.h"

namespace huiban::rtc {
namespace {

constexpr auto kReportInterval = std::chrono::seconds(1);
constexpr std::size_t kMaxCompound = 1100;  // bytes before SRTCP's index and tag
constexpr const char* kCname = "huiban";

}  // namespace

std::vector<std::uint8_t> Peer::feedback_start() const {
  // RFC 4585 section 3.1: even urgent feedback goes in a compound that begins with a report.
  std::vector<std::uint8_t> out;
  out.reserve(256);
  append_rtcp(out, ReceiverReport{own_ssrc_, {}});
  append_rtcp(out, SourceDescription{own_ssrc_, kCname});
  return out;
}

void Peer::send_rtcp(std::vector<std::uint8_t>& compound) {
  if (state_ != State::kConnected || !path_) return;
  std::uint8_t* out = host_.port().begin();
  std::copy(compound.begin(), compound.end(), out);
  const std::size_t sealed = srtp_->protect_rtcp(out, compound.size());
  if (sealed == 0) return;
  host_.port().commit(sealed, *path_);
  stats_.bytes_out += sealed;
}

void Peer::send_pli(std::uint32_t ssrc) {
  auto compound = feedback_start();
  append_rtcp(compound, Pli{own_ssrc_, ssrc});
  send_rtcp(compound);
}

void Peer::send_nacks(Instant now) {
  gaps_ = false;
  // A repair cannot come sooner than a round trip; asked for again before, it comes twice.
  const Milliseconds again(std::max(50, static_cast<int>(stats_.rtt_ms * 1.1)));
  for (Uplink& uplink : uplinks_) {
    const auto& feedback = uplink.line->codec.feedback;
    if (uplink.line->kind != MediaKind::kVideo ||
        std::find(feedback.begin(), feedback.end(), "nack") == feedback.end())
      continue;
    for (auto& stream : uplink.streams) {
      if (!stream) continue;
      const auto missing = stream->missing(now, again);
      if (stream->anything_missing()) gaps_ = true;
      if (missing.empty()) continue;
      auto compound = feedback_start();
      append_rtcp(compound, Nack{own_ssrc_, stream->ssrc(), missing});
      send_rtcp(compound);
    }
  }
}

void Peer::send_transport_feedback(Instant now) {
  if (uplink_streams_.empty()) return;
  auto compound = feedback_start();
  wide_in_.append_feedback(compound, own_ssrc_, uplink_streams_.front().ssrc, now);
  send_rtcp(compound);
}

void Peer::send_reports(Instant now) {
  next_report_ = now + kReportInterval;
  std::vector<ReportBlock> blocks;
  std::vector<std::uint32_t> video;
  stats_.loss_up = 0;
  for (Uplink& uplink : uplinks_) {
    const auto& feedback = uplink.line->codec.feedback;
    const bool remb = std::find(feedback.begin(), feedback.end(), "goog-remb") != feedback.end();
    for (auto& stream : uplink.streams) {
      if (!stream) continue;
      blocks.push_back(stream->report(now));
      stats_.loss_up = std::max(stats_.loss_up, stream->loss());
      if (remb) video.push_back(stream->ssrc());
    }
  }
  std::vector<std::uint8_t> compound;
  append_rtcp(compound, ReceiverReport{own_ssrc_, std::move(blocks)});
  append_rtcp(compound, SourceDescription{own_ssrc_, kCname});
  if (!video.empty())
    append_rtcp(compound, Remb{own_ssrc_, plan_.up_cap_kbps * std::uint64_t{1000}, video});
  for (const Slot& slot : slots_) {
    if (!slot.subscription) continue;
    const auto report = slot.subscription->sender_report(now);
    if (!report) continue;
    if (compound.size() + 60 > kMaxCompound) {
      send_rtcp(compound);
      compound.clear();
    }
    append_rtcp(compound, *report);
    append_rtcp(compound, SourceDescription{report->ssrc, kCname});
  }
  send_rtcp(compound);
}

PeerStats Peer::stats(Instant now) const {
  PeerStats stats = stats_;
  stats.peer = id();
  for (const Uplink& uplink : uplinks_)
    for (const auto& stream : uplink.streams)
      if (stream) stats.jitter_ms = std::max(stats.jitter_ms, stream->jitter_ms());
  if (uplinks_.empty())
    for (const Slot& slot : slots_)
      if (slot.subscription)
        stats.jitter_ms = std::max(stats.jitter_ms, slot.subscription->jitter_ms);
  stats.rung = rung_;
  stats.estimate_kbps = budget_kbps();
  stats.tcp = path_ && path_->connection != 0;
  stats.since_last_packet = std::chrono::duration_cast<Milliseconds>(now - last_heard_);
  return stats;
}

}  // namespace huiban::rtc
