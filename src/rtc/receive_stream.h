#pragma once
// What the server knows about one stream it receives: loss and jitter for receiver reports (RFC
// 3550 appendix A), missing packets for NACKs, the last sender report. Net thread only.
#include <cstdint>
#include <optional>
#include <vector>

#include "rtc/rtcp.h"
#include "rtc/timing.h"

namespace huiban::rtc {

class ReceiveStream {
 public:
  ReceiveStream(std::uint32_t ssrc, MediaKind kind) : ssrc_(ssrc), kind_(kind) {}

  std::uint32_t ssrc() const { return ssrc_; }
  MediaKind kind() const { return kind_; }

  void on_packet(std::uint16_t sequence, std::uint32_t timestamp, Instant now);
  // It came by RTX: no longer missing, still lost. False: it was not missing, as when a sender
  // probes with repetitions.
  bool on_repair(std::uint16_t sequence, Instant now);
  void on_sender_report(const SenderReport& report, Instant now);

  // The block for the next report; starts a new interval for the fraction lost.
  ReportBlock report(Instant now);
  // Numbers to ask for now: at once after a gap; again after rtt or what repairs took so far, then
  // after twice that, and so on, for one second.
  std::vector<std::uint16_t> missing(Instant now, Milliseconds rtt);
  bool anything_missing() const { return !missing_.empty(); }

  double loss() const { return loss_; }  // 0...1 over the last report interval
  double jitter_ms() const { return jitter_ * 1000.0 / double(clock_rate(kind_)); }

 private:
  struct Missing {
    std::int64_t sequence;
    Instant since, asked;
    int tries;
  };

  bool arrived(std::int64_t sequence, Instant now);  // of the missing ones

  std::uint32_t ssrc_;
  MediaKind kind_;
  bool started_ = false;
  std::int64_t base_ = 0, highest_ = 0;
  std::int64_t received_ = 0, expected_before_ = 0, received_before_ = 0;
  double jitter_ = 0, loss_ = 0;
  std::int64_t last_transit_ = 0;
  Instant first_arrival_{};
  std::vector<Missing> missing_;  // ascending
  Milliseconds repair_time_{0};   // from asking to the repair, smoothed; 0: not measured
  std::uint32_t last_sr_ = 0;
  Instant last_sr_at_{};
};

}  // namespace huiban::rtc
