#include "api/static_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace huiban::api {
namespace {

constexpr std::array<std::pair<std::string_view, const char*>, 20> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff", "font/woff"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".webm", "video/webm"},
    {".mp4", "video/mp4"},
}};

HttpResponse not_found(const HttpRequest& request, const char* zh, const char* en) {
  const bool english = request.accept_language.rfind("en", 0) == 0;
  HttpResponse response;
  response.status = 404;
  response.content_type = "text/plain; charset=utf-8";
  response.body = english ? en : zh;
  return response;
}

bool safe(const std::string& path) {
  if (path.empty() || path[0] != '/' || path.find('\0') != std::string::npos ||
      path.find('\\') != std::string::npos)
    return false;
  return path.find("/.") == std::string::npos;  // "..", "." and hidden files
}

bool accepts(const std::string& accept_encoding, std::string_view coding) {
  std::size_t at = 0;
  while ((at = accept_encoding.find(coding, at)) != std::string::npos) {
    const auto end = accept_encoding.find(',', at);
    const auto item = accept_encoding.substr(at, end - at);
    const bool starts = at == 0 || accept_encoding[at - 1] == ' ' || accept_encoding[at - 1] == ',';
    if (starts && item.find("q=0,") == std::string::npos && item.find(";q=0") == std::string::npos)
      return true;
    if (starts && item.find(";q=0.") != std::string::npos) return true;
    at += coding.size();
  }
  return false;
}

bool etag_listed(const std::string& header, const std::string& etag) {
  return header == "*" || header.find(etag) != std::string::npos;
}

struct Found {
  std::string path;
  std::uint64_t size = 0;
  std::string etag;
};

bool regular_file(const std::string& path, Found& out) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  out.path = path;
  out.size = static_cast<std::uint64_t>(info.st_size);
  char etag[48];
  std::snprintf(etag, sizeof etag, "\"%llx-%llx%lx\"", static_cast<unsigned long long>(out.size),
                static_cast<unsigned long long>(info.st_mtim.tv_sec), info.st_mtim.tv_nsec);
  out.etag = etag;
  return true;
}

}  // namespace

const char* content_type_of(const std::string& path) {
  const auto dot = path.rfind('.');
  if (dot != std::string::npos)
    for (const auto& [ending, type] : kTypes)
      if (path.compare(dot, std::string::npos, ending) == 0) return type;
  return "application/octet-stream";
}

RangeKind parse_range(const std::string& header, std::uint64_t size, ByteRange& out) {
  std::string_view text = header;
  if (text.substr(0, 6) != "bytes=" || text.find(',') != std::string_view::npos)
    return RangeKind::kWhole;
  text.remove_prefix(6);
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return RangeKind::kWhole;
  const auto number = [](std::string_view digits, std::uint64_t& value) {
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && stop == digits.data() + digits.size();
  };
  const auto first = text.substr(0, dash), last = text.substr(dash + 1);
  std::uint64_t a = 0, b = 0;
  if (first.empty()) {
    if (!number(last, b)) return RangeKind::kWhole;
    if (b == 0 || size == 0) return RangeKind::kUnsatisfiable;
    out = {size - std::min(b, size), size - 1};
    return RangeKind::kPart;
  }
  if (!number(first, a)) return RangeKind::kWhole;
  if (last.empty())
    b = size == 0 ? 0 : size - 1;
  else if (!number(last, b) || b < a)
    return RangeKind::kWhole;
  if (a >= size) return RangeKind::kUnsatisfiable;
  out = {a, std::min(b, size - 1)};
  return RangeKind::kPart;
}

HttpResponse StaticFiles::answer(const HttpRequest& request) const {
  if (!safe(request.path)) return not_found(request, "没有这个页面", "There is no such page");
  std::string path = request.path;
  Found found;
  const std::string last = path.substr(path.rfind('/') + 1);
  if (last.empty() || !regular_file(web_dir_ + path, found)) {
    // A page of the client's own routing has no ending; a missing asset must not become a page.
    if (path.rfind("/assets/", 0) == 0 ||
        (last.find('.') != std::string::npos && path.rfind("/join/", 0) != 0))
      return not_found(request, "没有这个文件", "There is no such file");
    path = "/index.html";
    if (!regular_file(web_dir_ + path, found))
      return not_found(request, "网页文件尚未生成：请先运行 scripts/start",
                       "The web pages are not built yet: run scripts/start first");
  }
  // Links inside the folder may not lead out of it.
  std::error_code error;
  const auto real = std::filesystem::canonical(found.path, error);
  const auto root = std::filesystem::canonical(web_dir_, error);
  if (error ||
      std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first != root.end())
    return not_found(request, "没有这个文件", "There is no such file");

  HttpResponse response;
  response.content_type = content_type_of(path);
  const bool hashed = path.rfind("/assets/", 0) == 0;
  response.headers.emplace_back("Cache-Control",
                                hashed ? "public, max-age=31536000, immutable" : "no-cache");
  Found packed;
  bool identity = true;
  if (request.range.empty()) {
    for (const auto& [coding, ending] : {std::pair{"br", ".br"}, std::pair{"gzip", ".gz"}}) {
      if (!accepts(request.accept_encoding, coding) || !regular_file(found.path + ending, packed))
        continue;
      packed.etag.insert(packed.etag.size() - 1, ending + 1);
      found = packed;
      identity = false;
      response.headers.emplace_back("Content-Encoding", coding);
      break;
    }
  }
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("ETag", found.etag);
  response.headers.emplace_back("Accept-Ranges", "bytes");
  if (!request.if_none_match.empty() && etag_listed(request.if_none_match, found.etag)) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  ByteRange range{0, found.size == 0 ? 0 : found.size - 1};
  std::uint64_t length = found.size;
  if (identity && !request.range.empty() &&
      (request.if_range.empty() || request.if_range == found.etag)) {
    const auto kind = parse_range(request.range, found.size, range);
    if (kind == RangeKind::kUnsatisfiable) {
      response.status = 416;
      response.content_type.clear();
      response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(found.size));
      return response;
    }
    if (kind == RangeKind::kPart) {
      response.status = 206;
      length = range.last - range.first + 1;
      response.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                         std::to_string(range.last) + "/" +
                                                         std::to_string(found.size));
    }
  }
  response.file = HttpResponse::FilePart{found.path, range.first, length};
  return response;
}

}  // namespace huiban::api
