// SRTP and SRTCP from somebody without the keys, and sealed with the right ones and then spoilt.
#include "rtc/srtp.h"

#include <algorithm>
#include <vector>

#include "core/assert.h"
#include "rtc/rtcp.h"
#include "rtc/rtp.h"

using namespace huiban::rtc;

namespace {

using Bytes = std::vector<std::uint8_t>;

// Both directions with one key, so that one session is both ends.
SrtpKeys keys_of(SrtpProfile profile) {
  const std::size_t salt = profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14;
  return {profile, Bytes(16, 7), Bytes(salt, 9), Bytes(16, 7), Bytes(salt, 9)};
}

// What the packet says once opened; empty if it is refused.
Bytes open(SrtpSession& session, bool rtcp, Bytes packet) {
  const std::size_t size = rtcp ? session.unprotect_rtcp(packet) : session.unprotect_rtp(packet);
  HUIBAN_ASSERT(size <= packet.size());
  packet.resize(size);
  packet.shrink_to_fit();
  if (size > 0) rtcp ? (void)parse_rtcp(packet) : (void)parse_rtp(packet);
  return packet;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const bool gcm = data[0] & 1, rtcp = data[0] & 2, cut = data[0] & 4;
  SrtpSession session(
      keys_of(gcm ? SrtpProfile::kAeadAes128Gcm : SrtpProfile::kAes128CmSha1_80));
  const Bytes input(data + 3, data + size);
  open(session, rtcp, input);

  Bytes sealed = input;
  sealed.resize(input.size() + SrtpSession::kMaxGrowth);
  const std::size_t length = rtcp ? session.protect_rtcp(sealed.data(), input.size())
                                  : session.protect_rtp(sealed.data(), input.size());
  HUIBAN_ASSERT(length <= sealed.size());
  if (length == 0) return 0;
  sealed.resize(length);
  Bytes spoilt = sealed;
  spoilt[data[1] % length] ^= data[2];
  if (cut) spoilt.resize(data[1] % length);
  if (spoilt != sealed) HUIBAN_ASSERT(open(session, rtcp, spoilt).empty());
  HUIBAN_ASSERT(open(session, rtcp, sealed) == input);
  HUIBAN_ASSERT(open(session, rtcp, sealed).empty());  // a repetition
  return 0;
}
