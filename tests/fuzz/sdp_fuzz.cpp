// Offers: read, negotiated with a plan of either kind, answered; an answer can be read again.
#include "rtc/sdp.h"

#include "core/assert.h"

using namespace huiban;
using namespace huiban::rtc;

namespace {

PeerPlan publisher() {
  PeerPlan plan;
  plan.publish.audio = {SourceId(1)};
  plan.publish.video = {SourceId(2), SourceId(3)};
  return plan;
}

PeerPlan watcher() {
  PeerPlan plan;
  for (int i = 0; i < 3; ++i) {
    plan.slots.push_back({"wall_" + std::to_string(i), MediaKind::kVideo, "stage"});
    plan.slots.push_back({"sound_" + std::to_string(i), MediaKind::kAudio, "stage"});
  }
  return plan;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto offer = parse_offer({reinterpret_cast<const char*>(data), size});
  if (!offer) {
    HUIBAN_ASSERT(!offer.error().zh.empty() && !offer.error().en.empty());
    return 0;
  }
  static const PeerPlan plans[] = {publisher(), watcher()};
  static const SdpTransport ours{"ufrag", "passwordOfTwentyFourChar",
                                  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"
                                  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA",
                                  {"127.0.0.1"}, 7700, "cname", 1};
  for (const PeerPlan& plan : plans) {
    auto session = negotiate(*offer, plan);
    if (!session) {
      HUIBAN_ASSERT(session.error().code == ErrorCode::kInvalid);
      continue;
    }
    HUIBAN_ASSERT(session->lines.size() == offer->media.size());
    std::uint32_t ssrc = 1;
    for (SdpLine& line : session->lines) {
      if (line.use == SdpLine::Use::kSlot) HUIBAN_ASSERT(line.slot < plan.slots.size());
      line.ssrc = ssrc++;
    }
    const auto answer = parse_offer(write_answer(*offer, *session, plan, ours));
    HUIBAN_ASSERT(answer && answer->media.size() == offer->media.size());
  }
  return 0;
}
