// RTP headers with every form of header extension, as they come out of SRTP.
#include "rtc/rtp.h"

#include "core/assert.h"
#include "rtc/demux.h"

using namespace huiban::rtc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span packet(data, size);
  classify(packet);
  looks_like_rtcp(packet);
  const auto header = parse_rtp_header(packet);
  const auto whole = parse_rtp(packet);
  HUIBAN_ASSERT(header || !whole);
  if (!header) return 0;
  HUIBAN_ASSERT(header->size >= kRtpFixedHeader && header->size <= size);
  if (whole) {
    HUIBAN_ASSERT(whole->size == header->size && whole->ssrc == header->ssrc);
    HUIBAN_ASSERT(whole->size + whole->padding <= size);
  }
  for (int id = 0; id < 256; ++id) {
    const auto found = find_extension(*header, std::uint8_t(id));
    if (found && !found->empty())
      HUIBAN_ASSERT(found->data() >= data && found->data() + found->size() <= data + header->size);
    if (const auto level = audio_level(*header, std::uint8_t(id)))
      HUIBAN_ASSERT(level->dbov <= 0 && level->dbov >= -127);
    HUIBAN_ASSERT(text_extension(*header, std::uint8_t(id)).size() <= size);
  }
  return 0;
}
