// Compound RTCP: what can be read can be written and read again, feedback with the same arrivals,
// and the accounts of a stream hold it.
#include "rtc/rtcp.h"

#include <type_traits>

#include "core/assert.h"
#include "rtc/receive_stream.h"

using namespace huiban::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto items = parse_rtcp({data, size});
  if (!items) return 0;
  ReceiveStream stream(1, MediaKind::kVideo);
  std::vector<std::uint8_t> written;
  std::size_t count = 0;
  for (const RtcpItem& item : *items)
    std::visit(
        [&](const auto& value) {
          using Item = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<Item, SenderReport>) stream.on_sender_report(value, {});
          if constexpr (!std::is_same_v<Item, Fir>) {  // the server asks by PLI only
            append_rtcp(written, value);
            ++count;
          }
        },
        item);
  stream.report({});
  if (count == 0) return 0;
  const auto again = parse_rtcp(written);
  HUIBAN_ASSERT(again && again->size() >= count);
  const auto arrivals = [](const std::vector<RtcpItem>& list) {
    std::vector<std::int32_t> all;
    for (const RtcpItem& item : list)
      if (const auto* feedback = std::get_if<TransportFeedback>(&item))
        all.insert(all.end(), feedback->deltas.begin(), feedback->deltas.end());
    return all;
  };
  HUIBAN_ASSERT(arrivals(*items) == arrivals(*again));
  return 0;
}
