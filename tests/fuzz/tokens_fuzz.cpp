// Join links, bearer tokens, and the header fields in which browsers send lists.
#include "api/tokens.h"

#include <cstring>

#include "api/http.h"
#include "api/protocol.h"
#include "core/assert.h"

using namespace huiban::api;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const Tokens tokens(std::string(32, 's'));
  // Nobody without the secret makes one.
  HUIBAN_ASSERT(!tokens.read_join(text) && !tokens.read_bearer(text));
  HUIBAN_ASSERT(from_base64url(base64url(text)) == text || base64url(text).size() > 4096);
  if (const auto bytes = from_base64url(text)) HUIBAN_ASSERT(bytes->size() <= size);

  VenuePlace place;
  std::string good = tokens.join_token(place), spoilt = good;
  HUIBAN_ASSERT(tokens.read_join(good) == place && !tokens.read_bearer(good));
  if (size >= 2) spoilt[data[0] % spoilt.size()] = char(data[1]);
  if (spoilt != good) HUIBAN_ASSERT(!tokens.read_join(spoilt));

  language_of(text);
  HttpRequest request;
  request.cookie = text;
  request.cookie_value("session");
  return 0;
}
