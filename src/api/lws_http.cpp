// HTTP requests and responses of WebServer::Impl.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "api/lws_connection.h"

namespace huiban::api {
namespace {

constexpr int kAnswerSeconds = 60;  // longest time a handler may take
constexpr int kSendSeconds = 30;    // longest time without progress while a response is sent
constexpr std::size_t kChunk = 32768;

std::string header(lws* wsi, lws_token_indexes token) {
  const int length = lws_hdr_total_length(wsi, token);
  if (length <= 0) return {};
  std::string text(static_cast<std::size_t>(length) + 1, '\0');
  const int n = lws_hdr_copy(wsi, text.data(), length + 1, token);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

std::string custom_header(lws* wsi, const char* name) {
  const int name_length = static_cast<int>(std::strlen(name));
  const int length = lws_hdr_custom_length(wsi, name, name_length);
  if (length <= 0) return {};
  std::string text(static_cast<std::size_t>(length) + 1, '\0');
  const int n = lws_hdr_custom_copy(wsi, text.data(), length + 1, name, name_length);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

bool has_token(lws* wsi, lws_token_indexes token) {
  return lws_hdr_total_length(wsi, token) > 0;
}

std::optional<Method> method_of(lws* wsi) {
  if (has_token(wsi, WSI_TOKEN_GET_URI)) return Method::kGet;
  if (has_token(wsi, WSI_TOKEN_HEAD_URI)) return Method::kHead;
  if (has_token(wsi, WSI_TOKEN_POST_URI)) return Method::kPost;
  if (has_token(wsi, WSI_TOKEN_PUT_URI)) return Method::kPut;
  if (has_token(wsi, WSI_TOKEN_PATCH_URI)) return Method::kPatch;
  if (has_token(wsi, WSI_TOKEN_DELETE_URI)) return Method::kDelete;
  if (has_token(wsi, WSI_TOKEN_OPTIONS_URI)) return Method::kOptions;
  return std::nullopt;
}

bool local_address(const std::string& address) {
  return address == "127.0.0.1" || address == "::1";
}

std::string last_of_list(const std::string& list) {
  const auto comma = list.rfind(',');
  std::string last = comma == std::string::npos ? list : list.substr(comma + 1);
  last.erase(0, last.find_first_not_of(' '));
  return last;
}

std::string date_header() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return text;
}

}  // namespace

// Everything of the head is copied here: lws drops its header table after the callback.
HttpRequest read_head(lws* wsi, const Connection& c, const char* path) {
  HttpRequest r;
  r.path = path ? path : "";
  for (int i = 0;; ++i) {
    char pair[8192];  // as long as lws lets the whole head be: 100 venues of a wall are 3700 bytes
    const int n = lws_hdr_copy_fragment(wsi, pair, sizeof pair, WSI_TOKEN_HTTP_URI_ARGS, i);
    if (n < 0) break;
    const std::string text(pair, static_cast<std::size_t>(n));
    const auto equals = text.find('=');
    r.query.emplace_back(text.substr(0, equals),
                         equals == std::string::npos ? "" : text.substr(equals + 1));
  }
  r.content_type = header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE);
  r.cookie = header(wsi, WSI_TOKEN_HTTP_COOKIE);
  r.authorization = header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION);
  r.origin = header(wsi, WSI_TOKEN_ORIGIN);
  r.host = header(wsi, WSI_TOKEN_HOST);
  r.accept_language = header(wsi, WSI_TOKEN_HTTP_ACCEPT_LANGUAGE);
  r.accept_encoding = header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
  r.if_match = header(wsi, WSI_TOKEN_HTTP_IF_MATCH);
  r.if_none_match = header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH);
  r.if_range = header(wsi, WSI_TOKEN_HTTP_IF_RANGE);
  r.range = header(wsi, WSI_TOKEN_HTTP_RANGE);
  r.idempotency_key = custom_header(wsi, "idempotency-key:");
  r.remote = c.address;
  r.secure = c.secure;
  if (local_address(c.address)) {  // a reverse proxy on this machine
    if (const auto forwarded = header(wsi, WSI_TOKEN_X_FORWARDED_FOR); !forwarded.empty())
      r.remote = last_of_list(forwarded);
    r.forwarded_proto = custom_header(wsi, "x-forwarded-proto:");
    if (r.forwarded_proto == "https") r.secure = true;
  }
  return r;
}

HttpResponse plain_problem(const HttpRequest& request, int status, const char* zh, const char* en) {
  const bool english = request.accept_language.rfind("en", 0) == 0;
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = std::string("{\"type\":\"about:blank\",\"title\":\"") + (english ? en : zh) +
                  "\",\"status\":" + std::to_string(status) + "}";
  return response;
}

void WebServer::Impl::http_forget(Connection& c) {
  if (c.exchange.file >= 0) close(c.exchange.file);
  c.exchange = Exchange{};
}

void WebServer::Impl::refuse(Connection& c, int status, const char* zh, const char* en) {
  c.exchange.dispatched = true;
  set_response(c, plain_problem(c.exchange.request, status, zh, en));
}

int WebServer::Impl::http_begin(Connection& c, const char* path) {
  http_forget(c);
  Exchange& x = c.exchange;
  x.number = next_exchange_++;
  ++figures_.requests;
  const auto method = method_of(c.wsi);
  if (!method) return -1;
  x.request = read_head(c.wsi, c, path);
  x.request.method = *method;
  x.body_limit = handler_.body_limit(x.request);
  x.close_after = strcasecmp(header(c.wsi, WSI_TOKEN_CONNECTION).c_str(), "close") == 0;

  const bool may_have_body =
      *method == Method::kPost || *method == Method::kPut || *method == Method::kPatch;
  const std::string length_text = header(c.wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
  std::uint64_t length = 0;
  if (has_token(c.wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING)) {
    x.close_after = true;  // its chunks would be read as the next request
    refuse(c, 411, "请求必须给出 Content-Length", "The request must have a Content-Length");
    return 0;
  }
  if (!length_text.empty()) {
    const char* end = length_text.data() + length_text.size();
    const auto [stop, error] = std::from_chars(length_text.data(), end, length);
    if (error != std::errc() || stop != end) {
      x.close_after = true;
      refuse(c, 400, "Content-Length 不是数字", "Content-Length is not a number");
      return 0;
    }
  } else if (may_have_body) {
    x.close_after = true;  // lws now waits for 100 MB of body: answer without a body and close
  }
  if (length > x.body_limit) {
    if (length > kDiscardAtMost) x.close_after = true;
    refuse(c, 413, "请求内容过大", "The request body is too large");
    return 0;
  }
  if (length == 0) dispatch(c);
  return 0;
}

int WebServer::Impl::http_body(Connection& c, const void* data, std::size_t len) {
  Exchange& x = c.exchange;
  if (x.dispatched || len == 0) return 0;
  if (x.request.body.size() + len > x.body_limit) return -1;  // more than Content-Length promised
  x.request.body.append(static_cast<const char*>(data), len);
  return 0;
}

int WebServer::Impl::http_body_complete(Connection& c) {
  if (!c.exchange.dispatched) dispatch(c);
  return 0;
}

void WebServer::Impl::dispatch(Connection& c) {
  c.exchange.dispatched = true;
  // No reading until the answer is there: a client that goes on sending would keep the loop
  // spinning.
  lws_rx_flow_control(c.wsi, 0);
  lws_set_timeout(c.wsi, PENDING_TIMEOUT_HTTP_CONTENT, kAnswerSeconds);
  const auto id = c.id, number = c.exchange.number;
  HttpRequest request = c.exchange.request;
  c.exchange.request.body.clear();
  handler_.on_request(std::move(request),
                      [this, mailbox = mailbox_, id, number](HttpResponse response) {
                        mailbox->post([this, id, number, response = std::move(response)]() mutable {
                          http_reply(id, number, std::move(response));
                        });
                      });
}

void WebServer::Impl::http_reply(std::uint64_t id, std::uint64_t number, HttpResponse response) {
  Connection* c = connection(id);
  if (!c || c->exchange.number != number || c->exchange.has_response) return;
  set_response(*c, std::move(response));
}

void WebServer::Impl::set_response(Connection& c, HttpResponse response) {
  Exchange& x = c.exchange;
  std::uint64_t length = response.body.size();
  if (response.file) {
    x.file = open(response.file->path.c_str(), O_RDONLY | O_CLOEXEC);
    length = response.file->length;
    if (x.file < 0) {
      response = plain_problem(x.request, 404, "没有这个文件", "There is no such file");
      length = response.body.size();
    }
  }
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     reason_phrase(response.status) + "\r\nDate: " + date_header() + "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  if (!response.content_type.empty()) head += "Content-Type: " + response.content_type + "\r\n";
  if (response.status != 204 && response.status != 304)
    head += "Content-Length: " + std::to_string(length) + "\r\n";
  if (x.close_after) head += "Connection: close\r\n";
  head += "\r\n";
  if (x.request.method == Method::kHead || response.status == 204 || response.status == 304) {
    response.body.clear();
    response.file.reset();
  }
  x.head = std::move(head);
  x.response = std::move(response);
  x.has_response = true;
  // While reading is stopped lws 4.1.6 does not tell when the connection is writable either.
  lws_rx_flow_control(c.wsi, 1);
  lws_set_timeout(c.wsi, PENDING_TIMEOUT_HTTP_CONTENT, kSendSeconds);
  lws_callback_on_writable(c.wsi);
}

int WebServer::Impl::http_writeable(Connection& c) {
  Exchange& x = c.exchange;
  if (!x.has_response) return 0;
  const std::uint64_t total = x.response.file ? x.response.file->length : x.response.body.size();
  std::vector<unsigned char> buffer(LWS_PRE + x.head.size() + kChunk);
  unsigned char* start = buffer.data() + LWS_PRE;
  std::size_t used = x.head.size();
  std::memcpy(start, x.head.data(), used);
  x.head.clear();
  const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, total - x.sent));
  if (x.response.file && part > 0) {
    const auto n =
        pread(x.file, start + used, part, static_cast<off_t>(x.response.file->offset + x.sent));
    if (n <= 0) return -1;  // the file became shorter: the client sees a cut response
    used += static_cast<std::size_t>(n);
    x.sent += static_cast<std::uint64_t>(n);
  } else if (part > 0) {
    std::memcpy(start + used, x.response.body.data() + x.sent, part);
    used += part;
    x.sent += part;
  }
  const bool final = x.sent >= total;
  if (lws_write(c.wsi, start, used, final ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0) return -1;
  if (!final) {
    lws_set_timeout(c.wsi, PENDING_TIMEOUT_HTTP_CONTENT, kSendSeconds);
    lws_callback_on_writable(c.wsi);
    return 0;
  }
  const bool close_after = x.close_after;
  const auto number = x.number;
  http_forget(c);
  x.number = number;
  x.dispatched = true;  // what is left of a refused body is not collected
  if (close_after) return -1;
  return lws_http_transaction_completed(c.wsi) ? -1 : 0;
}

}  // namespace huiban::api
