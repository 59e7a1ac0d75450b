// ICE restart fragments, and the reply to what could be read.
#include "core/assert.h"
#include "rtc/sdp.h"

using namespace huiban::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto fragment = parse_fragment({reinterpret_cast<const char*>(data), size});
  if (!fragment) return 0;
  HUIBAN_ASSERT(!fragment->ufrag.empty() && !fragment->password.empty());
  static const SdpTransport ours{"ufrag",
                                 "passwordOfTwentyFourChar",
                                 "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"
                                 "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA",
                                 {"127.0.0.1"},
                                 7700,
                                 "cname",
                                 1};
  const auto reply = parse_fragment(write_fragment(*fragment, ours));
  HUIBAN_ASSERT(reply && reply->ufrag == ours.ufrag &&
                reply->mid == (fragment->mid.empty() ? "0" : fragment->mid));
  return 0;
}
