#include "api/security_headers.h"

namespace huiban::api {
namespace {

bool plain_host(const std::string& host) {
  return !host.empty() && host.size() < 256 &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") ==
             std::string::npos;
}

// 'self' does not cover ws: in Safari 15, so the socket's address is written out.
std::string content_security_policy(const std::string& host) {
  std::string policy =
      "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
      "media-src 'self' blob: mediastream:; font-src 'self'; object-src 'none'; base-uri 'none'; "
      "form-action 'self'; frame-ancestors 'none'; connect-src 'self'";
  if (plain_host(host)) policy += " ws://" + host + " wss://" + host;
  return policy;
}

}  // namespace

Reply with_security_headers(const HttpRequest& request, Reply reply) {
  return [host = request.host, reply = std::move(reply)](HttpResponse response) {
    auto& headers = response.headers;
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    headers.emplace_back("X-Frame-Options", "DENY");
    headers.emplace_back("Referrer-Policy", "same-origin");  // join links are secrets
    headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    headers.emplace_back(
        "Permissions-Policy",
        "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), "
        "autoplay=(self), geolocation=(), payment=(), usb=()");
    headers.emplace_back("Content-Security-Policy", content_security_policy(host));
    reply(std::move(response));
  };
}

std::string host_of_url(const std::string& url) {
  auto start = url.find("://");
  start = start == std::string::npos ? 0 : start + 3;
  const auto end = url.find_first_of(":/", start);
  return url.substr(start, end == std::string::npos ? std::string::npos : end - start);
}

}  // namespace huiban::api
