#pragma once
// The web client's files: ETag, precompressed .br and .gz, single ranges (RFC 9110 section 14),
// index.html for page routes. Web thread; keeps no state but the folder's name.
#include <string>

#include "api/http.h"

namespace huiban::api {

class StaticFiles {
 public:
  explicit StaticFiles(std::string web_dir) : web_dir_(std::move(web_dir)) {}

  // For GET and HEAD. Never leaves web_dir, hidden files do not exist.
  HttpResponse answer(const HttpRequest& request) const;

 private:
  std::string web_dir_;
};

const char* content_type_of(const std::string& path);

struct ByteRange {
  std::uint64_t first = 0, last = 0;
};
enum class RangeKind { kWhole, kPart, kUnsatisfiable };
// One range of `bytes=a-b`, `a-` or `-n`; anything else, and several ranges, mean the whole file.
RangeKind parse_range(const std::string& header, std::uint64_t size, ByteRange& out);

}  // namespace huiban::api
